"""Runs a Sanic app as a real server on loopback, inside the test's event loop; and takes its database away."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from sanic import Sanic

from hotline.bootstrap import Hotline
from hotline.transaction import StorageUnavailable


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


@contextmanager
def storage_down(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While open, nothing can be stored or read."""

    @contextmanager
    def unavailable() -> Iterator[Any]:
        raise StorageUnavailable("the disk is full")
        yield

    with monkeypatch.context() as down:
        down.setattr(hotline.database, "transaction", unavailable)
        down.setattr(hotline.database, "reading", unavailable)
        yield
