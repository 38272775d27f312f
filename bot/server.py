"""Starts Rasa and the action server on the project's Sanic. Each process imports only what it runs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sanic import Sanic

if TYPE_CHECKING:
    from bot.tracker_store import TurnTrackerStore

App = Sanic[Any, Any]

ACTIONS_PACKAGE = "bot.actions"


def create_dialogue_server(tracker_store: TurnTrackerStore, actions_url: str, model: Path) -> App:
    """The dialogue as a Sanic app, which loads the model when it starts."""
    from rasa.core.run import configure_app

    from bot.agent import create_agent
    from bot.channel import InboxChannel

    app: App = configure_app([InboxChannel()], enable_api=False)

    async def load(app: App, _: asyncio.AbstractEventLoop) -> None:
        agent = create_agent(tracker_store, actions_url, model)
        await agent.parse_message("你好")  # loads before the first citizen what is loaded on first use
        app.ctx.agent = agent

    app.register_listener(load, "before_server_start")
    return app


def create_actions_server() -> App:
    """The custom actions as a Sanic app."""
    import rasa_sdk.endpoint

    app: App = rasa_sdk.endpoint.create_app(ACTIONS_PACKAGE)
    app.config.RESPONSE_TIMEOUT = 30
    return app


def serve(app: App, host: str, port: int) -> None:
    """Run one of these apps in this process until it is told to stop."""
    app.run(host, port, single_process=True, access_log=False, motd=False)
