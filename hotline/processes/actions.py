"""The actions process: the assistant's custom actions, private to the dialogue."""

from __future__ import annotations

import bot.server


def serve(host: str, port: int) -> None:
    """Run the actions process until it is told to stop."""
    bot.server.serve(bot.server.create_actions_server(), host, port)
