"""Starts Rasa, and the action server, on the project's Sanic."""

from __future__ import annotations

import asyncio
from pathlib import Path

import rasa_sdk.endpoint
from rasa.core.run import configure_app
from sanic import Sanic

from bot.agent import create_agent
from bot.channel import InboxChannel
from bot.tracker_store import TurnTrackerStore

ACTIONS_PACKAGE = "bot.actions"


def create_dialogue_server(tracker_store: TurnTrackerStore, actions_url: str, model: Path) -> Sanic:
    """The dialogue as a Sanic app; the model is loaded when it starts."""
    app = configure_app([InboxChannel()], enable_api=False)

    async def load(app: Sanic, _: asyncio.AbstractEventLoop) -> None:
        app.ctx.agent = create_agent(tracker_store, actions_url, model)

    app.register_listener(load, "before_server_start")
    return app


def create_actions_server() -> Sanic:
    """The custom actions as a Sanic app."""
    app = rasa_sdk.endpoint.create_app(ACTIONS_PACKAGE)
    app.config.RESPONSE_TIMEOUT = 30
    return app


def serve(app: Sanic, host: str, port: int) -> None:
    """Run one of them in this process until it is told to stop."""
    app.run(host, port, single_process=True, access_log=False, motd=False)
