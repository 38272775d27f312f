"""A Sanic app of ours as a real server on loopback, inside the test's own event loop."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sanic import Sanic


@asynccontextmanager
async def serving(app: Sanic[Any, Any]) -> AsyncIterator[str]:
    """The app's base URL while it runs; at the end it is stopped as on Ctrl-C."""
    app.config.TOUCHUP = False  # it rewrites Sanic itself for one app, and a test runs several
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        await server.before_stop()
        server.close()
        for connection in list(server.connections):
            connection.close_if_idle() or connection.abort()
        await server.after_stop()
        Sanic.unregister_app(app)
