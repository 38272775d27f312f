"""Signing in with the city's own accounts: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636), by Authlib.

The provider says who somebody is; what they may do stays with their account here, which an administrator has made.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sanic import HTTPResponse

from console.door import Door, stranger_token
from console.visit import Visit
from hotline.settings import Settings, SettingsError
from hotline.staff.account import WrongCredentials

logger = logging.getLogger(__name__)

SECONDS = 10.0
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]


class NotVouched(Exception):
    """The provider does not say who somebody is, or not in a way that can be believed."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What ties the provider's answer to one browser: all made from the token that only this browser holds."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def of(cls, key: str, token: str) -> Secrets:
        """The same token always gives the same secrets, so that nothing has to be kept."""
        made = (
            hmac.digest(key.encode(), f"{use}:{token}".encode(), "sha256").hex() for use in ("state", "nonce", "pkce")
        )
        return cls(*made)


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider, and who we are to it. `claim` is what names the login. Every method raises NotVouched."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str
    back: str

    def address(self, secrets: Secrets) -> str:
        """Where to send the browser."""
        place: str = self._session(secrets).create_authorization_url(
            self._metadata()["authorization_endpoint"], secrets.state, secrets.verifier, nonce=secrets.nonce
        )[0]
        return place

    def login(self, answer: str, secrets: Secrets) -> str:
        """Who came back, from the whole address of the answer."""
        metadata = self._metadata()
        try:
            token = self._session(secrets).fetch_token(
                metadata["token_endpoint"],
                authorization_response=answer,
                state=secrets.state,
                code_verifier=secrets.verifier,
                timeout=SECONDS,
            )
            keys = KeySet.import_key_set(_get(metadata["jwks_uri"]))
            claims = jwt.decode(token["id_token"], keys, ALGORITHMS).claims
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
        metadata: dict[str, Any] = _get(f"{self.issuer}/.well-known/openid-configuration")
        if metadata.get("issuer", "").rstrip("/") != self.issuer:
            raise NotVouched("issuer")
        return metadata


def provider_of(settings: Settings) -> Provider | None:
    """The provider of the settings; None when there is none. Raises SettingsError when a part of it is missing."""
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
    )


def add_routes(door: Door) -> None:
    """The way to the provider and back; not there without one."""
    provider, staff = provider_of(door.hotline.settings), door.hotline.staff
    key = door.hotline.settings.session_secret()

    @door.get("/sign-in/elsewhere", "sign_in.elsewhere")
    async def leave(visit: Visit) -> HTTPResponse:
        if provider is None:
            raise visit.refusal(404, "not_found")
        token = visit.token or stranger_token()
        try:
            address = await asyncio.to_thread(provider.address, Secrets.of(key, token))
        except NotVouched:
            raise visit.refusal(502, "provider_away") from None
        return door.let_in(visit.to(address), token)

    @door.get("/sign-in/back", "sign_in.back")
    async def come_back(visit: Visit) -> HTTPResponse:
        if provider is None:
            raise visit.refusal(404, "not_found")
        answer = f"{provider.back}?{visit.request.query_string}"
        try:
            login = await asyncio.to_thread(provider.login, answer, Secrets.of(key, visit.token))
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
