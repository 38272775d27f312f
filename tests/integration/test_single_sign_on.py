"""Sign-in with an OpenID provider on loopback, which checks what a real one checks."""

from __future__ import annotations

import asyncio
import hashlib
import time
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json as json_response

from hotline.bootstrap import build
from hotline.city import City
from hotline.processes.gateway import THREADS, create_gateway
from hotline.settings import Settings, SettingsError
from hotline.staff.model import SYSTEM, Person, Role
from tests.conftest import SetClock
from tests.integration.console import Browser, Console, running_console
from tests.integration.serving import serving


class Provider:
    """The city's sign-in: who is signed in there, and what it says about them."""

    def __init__(self) -> None:
        self.url = ""
        self.key = RSAKey.generate_key(2048, auto_kid=True)
        self.signs_with = self.key
        self.login, self.changed = "li.na", dict[str, Any]()
        self._asked: dict[str, str] = {}
        self.visits = Counter[str]()
        self.is_away = False
        self.answers = asyncio.Event()
        self.answers.set()

    def app(self) -> Sanic[Any, Any]:
        """The provider's server."""
        app = Sanic("provider", configure_logging=False)

        @app.get("/.well-known/openid-configuration")
        async def configuration(_: Request) -> HTTPResponse:
            self.visits["configuration"] += 1
            await self.answers.wait()
            if self.is_away:
                return json_response({}, 503)
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return json_response({"issuer": self.url, **{name: f"{self.url}/{path}" for name, path in names.items()}})

        @app.get("/keys")
        async def keys(_: Request) -> HTTPResponse:
            self.visits["keys"] += 1
            return json_response({"keys": [self.key.as_dict(private=False)]})

        @app.post("/token")
        async def token(request: Request) -> HTTPResponse:
            self.visits["token"] += 1
            form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
            challenge = urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
            if form["code"] != "the-code" or challenge != self._asked["code_challenge"]:
                return json_response({"error": "invalid_grant"}, 400)
            claims = {"iss": self.url, "aud": "console", "exp": int(time.time()) + 60, "nonce": self._asked["nonce"]}
            signed = jwt.encode(
                {"alg": "RS256", "kid": self.key.kid},
                {**claims, "preferred_username": self.login, **self.changed},
                self.signs_with,
            )
            return json_response({"access_token": "x", "token_type": "Bearer", "id_token": signed})

        return app

    def lets_in(self, address: str) -> str:
        """The address that the browser returns to after somebody signed in at this address."""
        self._asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert self._asked["code_challenge_method"] == "S256"
        back = urlsplit(self._asked["redirect_uri"]).path
        return f"{back}?code=the-code&state={self._asked['state']}"


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """A running provider."""
    made = Provider()
    async with serving(made.app()) as made.url:
        yield made


@pytest.fixture
async def console(
    provider: Provider, sqlite_url: str, clock: SetClock, city: City, tmp_path: Path
) -> AsyncIterator[Console]:
    """A console that uses the provider, and one agent."""
    settings = Settings(
        data=tmp_path, database_url=sqlite_url, public_url="http://localhost",
        oidc_issuer=provider.url, oidc_client_id="console", oidc_client_secret="of-the-console",
    )  # fmt: skip
    hotline = build(settings, clock, city)
    hotline.staff.add(Person("", "li.na", "李娜", Role.AGENT), SYSTEM)
    async with running_console(hotline) as running:
        yield running
    hotline.database.close()


async def goes_there(browser: Browser, provider: Provider) -> str:
    """Press the second button and sign in at the provider; return the address to come back to."""
    assert "/console/sign-in/elsewhere" in (await browser.get("/console/sign-in")).text
    page = await browser.get("/console/sign-in/elsewhere")
    assert page.place.startswith(provider.url)
    return provider.lets_in(page.place)


async def test_whom_the_provider_knows_and_who_has_an_account_is_in(console: Console, provider: Provider) -> None:
    browser = await console.browser()
    page = await browser.get(await goes_there(browser, provider))
    assert (page.status, page.place) == (303, "/console/")
    assert (await browser.get("/console/tickets")).status == 200


async def test_without_an_account_here_nobody_comes_in(console: Console, provider: Provider) -> None:
    provider.login = "somebody"
    browser = await console.browser()
    assert (await browser.get(await goes_there(browser, provider))).status == 401
    assert (await browser.get("/console/tickets")).status == 303


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"preferred_username": None},
    ],
)
async def test_a_token_that_is_not_for_us_now_is_not_believed(
    console: Console, provider: Provider, changed: dict[str, Any]
) -> None:
    provider.changed = changed
    browser = await console.browser()
    assert (await browser.get(await goes_there(browser, provider))).status == 401


async def test_a_token_that_another_has_signed_is_not_believed(console: Console, provider: Provider) -> None:
    provider.signs_with = RSAKey.generate_key(2048)
    browser = await console.browser()
    assert (await browser.get(await goes_there(browser, provider))).status == 401


async def test_the_answer_to_one_browser_is_worth_nothing_in_another(console: Console, provider: Provider) -> None:
    thief, victim = await console.browser(), await console.browser()
    back = await goes_there(thief, provider)
    await victim.get("/console/sign-in")
    assert (await victim.get(back)).status == 401


@pytest.mark.parametrize("query", ["", "?error=access_denied&state=x", "?code=wrong&state=wrong", "?code=%00"])
async def test_a_made_up_answer_is_refused(console: Console, query: str) -> None:
    assert (await (await console.browser()).get(f"/console/sign-in/back{query}")).status == 401


async def test_a_provider_without_its_companions_stops_the_start(console: Console) -> None:
    settings = console.hotline.settings.model_copy(update={"oidc_client_id": None})
    with pytest.raises(SettingsError, match="YHT_OIDC_CLIENT_ID"):
        create_gateway(build(settings, console.hotline.now, console.hotline.city))


async def test_what_the_provider_publishes_is_fetched_once_an_hour(
    console: Console, provider: Provider, clock: SetClock
) -> None:
    for _ in range(3):
        browser = await console.browser()
        assert (await browser.get(await goes_there(browser, provider))).status == 303
    assert provider.visits == {"configuration": 1, "keys": 1, "token": 3}
    clock.advance(hours=1)
    await goes_there(await console.browser(), provider)
    assert provider.visits["configuration"] == 2


async def test_new_keys_of_the_provider_are_fetched_before_the_hour_is_over(
    console: Console, provider: Provider
) -> None:
    browser = await console.browser()
    assert (await browser.get(await goes_there(browser, provider))).status == 303
    provider.key = provider.signs_with = RSAKey.generate_key(2048, auto_kid=True)
    browser = await console.browser()
    assert (await browser.get(await goes_there(browser, provider))).status == 303


async def test_a_provider_that_is_away_is_not_asked_by_every_click(
    console: Console, provider: Provider, clock: SetClock
) -> None:
    provider.is_away = True
    for _ in range(5):
        assert (await (await console.browser()).get("/console/sign-in/elsewhere")).status == 502
    assert provider.visits["configuration"] == 1
    provider.is_away = False
    clock.advance(seconds=11)
    assert (await (await console.browser()).get("/console/sign-in/elsewhere")).status == 303


async def test_an_answer_to_nobody_is_refused_before_the_provider_is_asked(
    console: Console, provider: Provider
) -> None:
    refused = await (await console.browser()).get("/console/sign-in/back?code=the-code&state=guessed")
    assert refused.status == 401
    assert not provider.visits


async def test_while_the_provider_is_slow_everything_else_goes_on(console: Console, provider: Provider) -> None:
    provider.answers.clear()
    clicks = [
        asyncio.create_task((await console.browser()).get("/console/sign-in/elsewhere")) for _ in range(THREADS + 8)
    ]
    try:
        await asyncio.sleep(0.2)
        async with asyncio.timeout(20):
            assert (await (await console.browser()).get("/console/tickets")).status == 303
            assert await asyncio.to_thread(console.hotline.tickets.undispatched, 0.0) == []
        assert not any(click.done() for click in clicks)
    finally:
        provider.answers.set()
        await asyncio.gather(*clicks)
