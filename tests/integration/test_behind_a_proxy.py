"""With `http_proxy` set, as in most offices, our own processes are still reached directly."""

from __future__ import annotations

import asyncio

import pytest
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json as json_response

from hotline.dialogue.meaning import HttpMeaning
from hotline.processes import opened
from tests.integration.serving import serving


@pytest.fixture(autouse=True)
def proxy_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets a proxy, as the shell of an office does."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def dialogue() -> Sanic:
    """The part of the dialogue process that is called."""
    app = Sanic("meaning", configure_logging=False)

    @app.post("/webhooks/inbox/meaning")
    async def meaning(request: Request) -> HTTPResponse:
        return json_response({"alike": [0.5 for _ in request.json["others"]]})

    @app.get("/readyz")
    async def ready(_: Request) -> HTTPResponse:
        return json_response({"ready": True})

    return app


async def test_what_texts_mean_is_asked_of_the_dialogue_and_not_of_the_proxy() -> None:
    async with serving(dialogue()) as url:
        assert await asyncio.to_thread(HttpMeaning(url, 10), "路灯坏了", ["灯不亮", "停水"]) == [0.5, 0.5]


async def test_a_process_of_ours_is_found_ready() -> None:
    async with serving(dialogue()) as url:
        with await asyncio.to_thread(opened, f"{url}/readyz", 10) as answer:
            assert answer.status == 200
