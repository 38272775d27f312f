"""Sign-in with the city's own accounts: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636), using
Authlib.

The provider says who somebody is; what they may do is set in their account here, which an administrator has made.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import parse_qs

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sanic import HTTPResponse

from console.door import Door, stranger_token
from console.visit import Visit
from hotline.clock import Clock
from hotline.settings import Settings, SettingsError
from hotline.staff.account import WrongCredentials

logger = logging.getLogger(__name__)

SECONDS = 10.0
AT_ONCE = 2
"""Threads that may wait for the provider. Strangers can press the button too, and nothing else must wait with
them."""
KEPT = timedelta(hours=1)
GIVEN_UP = timedelta(seconds=10)
"""After a failure nobody asks the provider again for this long."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]


T = TypeVar("T")


class NotVouched(Exception):
    """The provider does not say who somebody is, or its answer cannot be trusted."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Secrets that tie the provider's answer to one browser, derived from the token that only this browser holds."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def of(cls, key: str, token: str) -> Secrets:
        """The secrets for a token; the same token always gives the same ones, so that nothing has to be stored."""
        made = (
            hmac.digest(key.encode(), f"{use}:{token}".encode(), "sha256").hex() for use in ("state", "nonce", "pkce")
        )
        return cls(*made)

    def began(self, query: str) -> bool:
        """Whether the answer belongs to this browser, by its state; checked before the provider is asked anything."""
        given = parse_qs(query).get("state", [""])[0]
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.state.encode())


class Published:
    """A JSON object that the provider publishes, fetched once an hour by one thread for all that wait."""

    def __init__(self, now: Clock) -> None:
        self._now, self._lock = now, Lock()
        self._found: dict[str, Any] | None = None
        self._until = self._not_before = datetime.min.replace(tzinfo=UTC)

    def get(self, address: str, anew: bool = False) -> Any:
        """The object. Raises NotVouched, at once if fetching it has just failed."""
        with self._lock:
            now = self._now()
            if self._found is None or anew or now >= self._until:
                if now < self._not_before:
                    raise NotVouched("the provider was away a moment ago")
                self._not_before = now + GIVEN_UP
                self._found = _get(address)
                self._until, self._not_before = now + KEPT, now
            return self._found


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider, with our registration there. `claim` names the login. Every method raises NotVouched."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str
    back: str
    configuration: Published
    keys: Published

    def address(self, secrets: Secrets) -> str:
        """The address of the provider to send the browser to."""
        place: str = self._session(secrets).create_authorization_url(
            self._metadata()["authorization_endpoint"], secrets.state, secrets.verifier, nonce=secrets.nonce
        )[0]
        return place

    def login(self, answer: str, secrets: Secrets) -> str:
        """The login of the person who came back; `answer` is the whole address of the provider's answer."""
        metadata = self._metadata()
        try:
            token = self._session(secrets).fetch_token(
                metadata["token_endpoint"],
                authorization_response=answer,
                state=secrets.state,
                code_verifier=secrets.verifier,
                timeout=SECONDS,
            )
            claims = self._signed(token["id_token"], metadata["jwks_uri"])
            jwt.JWTClaimsRegistry(
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.client_id},
                exp={"essential": True},
                nonce={"essential": True, "value": secrets.nonce},
            ).validate(claims)
            login = claims[self.claim]
        except (AuthlibBaseError, JoseError, requests.RequestException, KeyError, ValueError) as problem:
            raise NotVouched(type(problem).__name__) from problem
        if not isinstance(login, str):
            raise NotVouched(self.claim)
        return login

    def _signed(self, token: str, address: str) -> dict[str, Any]:
        """The claims of a token that the provider has signed; keys newer than the cached ones are fetched."""
        try:
            return jwt.decode(token, KeySet.import_key_set(self.keys.get(address)), ALGORITHMS).claims
        except JoseError:
            return jwt.decode(token, KeySet.import_key_set(self.keys.get(address, anew=True)), ALGORITHMS).claims

    def _session(self, secrets: Secrets) -> OAuth2Session:
        return OAuth2Session(
            self.client_id,
            self.client_secret,
            scope="openid profile",
            redirect_uri=self.back,
            state=secrets.state,
            code_challenge_method="S256",
        )

    def _metadata(self) -> dict[str, Any]:
        metadata: dict[str, Any] = self.configuration.get(f"{self.issuer}/.well-known/openid-configuration")
        if metadata.get("issuer", "").rstrip("/") != self.issuer:
            raise NotVouched("issuer")
        return metadata


def provider_of(settings: Settings, now: Clock) -> Provider | None:
    """The provider in the settings; None if there is none. Raises SettingsError if a part of it is missing."""
    if not settings.oidc_issuer:
        return None
    if not (settings.oidc_client_id and settings.oidc_client_secret and settings.public_url):
        raise SettingsError("YHT_OIDC_ISSUER needs YHT_OIDC_CLIENT_ID, YHT_OIDC_CLIENT_SECRET and YHT_PUBLIC_URL")
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        settings.oidc_claim,
        f"{settings.public_url}/console/sign-in/back",
        Published(now),
        Published(now),
    )


def add_routes(door: Door) -> None:
    """The routes to the provider and back; none without a provider."""
    hotline = door.hotline
    provider, staff = provider_of(hotline.settings, hotline.now), hotline.staff
    key = hotline.settings.session_secret()
    threads = ThreadPoolExecutor(AT_ONCE, "sign-in")

    async def waiting(ask: Callable[..., T], *about: object) -> T:
        """The provider's answer, fetched in a thread of its own."""
        return await asyncio.get_running_loop().run_in_executor(threads, ask, *about)

    @door.get("/sign-in/elsewhere", "sign_in.elsewhere")
    async def leave(visit: Visit) -> HTTPResponse:
        if provider is None:
            raise visit.refusal(404, "not_found")
        token = visit.token or stranger_token()
        try:
            address = await waiting(provider.address, Secrets.of(key, token))
        except NotVouched:
            raise visit.refusal(502, "provider_away") from None
        return door.let_in(visit.to(address), token)

    @door.get("/sign-in/back", "sign_in.back")
    async def come_back(visit: Visit) -> HTTPResponse:
        if provider is None:
            raise visit.refusal(404, "not_found")
        query = visit.request.query_string
        secrets = Secrets.of(key, visit.token)
        if not secrets.began(query):
            raise visit.refusal(401, "not_vouched")
        try:
            login = await waiting(provider.login, f"{provider.back}?{query}", secrets)
            token = await asyncio.to_thread(staff.sign_in_vouched, login)
        except NotVouched as problem:
            logger.warning("a sign-in elsewhere was not believed: %s", problem)
            raise visit.refusal(401, "not_vouched") from None
        except WrongCredentials:
            raise visit.refusal(401, "no_account") from None
        return door.let_in(visit.to("/console/"), token)


def _get(address: str) -> Any:
    """A JSON object from the provider."""
    try:
        response = requests.get(address, timeout=SECONDS)
        response.raise_for_status()
        found = response.json()
    except (requests.RequestException, ValueError) as problem:
        raise NotVouched(type(problem).__name__) from problem
    if not isinstance(found, dict):
        raise NotVouched("no object")
    return found
