"""The door to the console: every route goes through it, so that none forgets to check who asks and what they may do."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlencode

from sanic import Blueprint, HTTPResponse, Request

from connectors.services import Services
from connectors.web import Refused
from console.access import OPEN_TO_STRANGERS, ROUTES, WITH_OLD_PASSWORD
from console.site import console_site
from console.visit import MAX_FORM_BYTES, PART, Visit, csrf_token
from hotline.staff.account import Session
from hotline.transaction import StorageUnavailable

BACKGROUND = "x-background"
"""The header of requests that a page makes by itself; they do not keep a session alive."""
LIVE = "/console/live"
"""The live stream. A browser reopens it by itself whenever it is lost, and cannot send that header with it."""
CSRF = "x-csrf-token"
LONGEST_NEXT = 500
SIGN_IN, ACCOUNT = "/console/sign-in", "/console/account"

Handler = Callable[..., Awaitable[HTTPResponse | None]]
PROBLEMS = {
    "not_found": "no_page",
    "wrong_method": "wrong_method",
    "too_large": "too_large",
    "unavailable": "unavailable",
    "internal": "internal",
}
"""Texts for failures that no handler answers, by the failure's code."""

H = TypeVar("H", bound=Handler)


class Door:
    """Registers routes and guards them. Raises hotline.settings.SettingsError without a secret key."""

    def __init__(self, services: Services, routes: Blueprint) -> None:
        self.services, self.hotline = services, services.hotline
        self.site = console_site()
        self._routes = routes
        self._skills = {id: group.name for id, group in self.hotline.city.handoff.groups.items()}
        self._secret = self.hotline.settings.session_secret()
        self.is_secure = (self.hotline.settings.public_url or "").startswith("https://")
        self._cookie = "__Host-console" if self.is_secure else "console"

    def get(self, path: str, name: str) -> Callable[[H], H]:
        """Guard a route that only reads. KeyError for a route without a rule in console.access."""
        return self._guarded(path, name, ("GET", "HEAD"))

    def post(self, path: str, name: str, file_bytes: int = 0) -> Callable[[H], H]:
        """Guard a route that changes something: the request must carry the CSRF token. KeyError without a rule.

        `file_bytes`: the form may carry a file of that size; it is read only if somebody is signed in.
        """
        return self._guarded(path, name, ("POST",), file_bytes)

    def let_in(self, response: HTTPResponse, token: str) -> HTTPResponse:
        """Give the browser a token, a fresh one at every sign-in, so that a token planted before is worthless."""
        response.add_cookie(
            self._cookie, token, path="/", httponly=True, secure=self.is_secure, samesite="Lax", host_prefix=False
        )
        return response

    def as_stranger(self, visit: Visit, token: str) -> Visit:
        """The same request, as if the browser had sent this token."""
        return replace(visit, token=token, csrf=csrf_token(self._secret, token))

    async def failed(self, request: Request, status: int, code: str) -> HTTPResponse:
        """The page or JSON for a failure that no handler answers: an unknown address, a failure of ours. `code` is the
        machine-readable one of errors."""
        try:
            visit = await self._visit(request)
        except StorageUnavailable:
            visit = self._seen(request, "", None)
        return visit.refuse(Refused(status, code, visit.words.say(f"problem.{PROBLEMS.get(code, 'invalid')}")))

    def _guarded(self, path: str, name: str, methods: tuple[str, ...], file_bytes: int = 0) -> Callable[[H], H]:
        allowed = None if name in OPEN_TO_STRANGERS else ROUTES[name]

        def guard(handler: H) -> H:
            async def answer(request: Request, **parts: str) -> HTTPResponse | None:
                visit = await self._visit(request)
                try:
                    if file_bytes and visit.session is not None:
                        request.stream.request_max_size = MAX_FORM_BYTES + file_bytes  # type: ignore[union-attr]
                        await request.receive_body()  # type: ignore[no-untyped-call]
                    if "POST" in methods and not self._is_ours(request, visit):
                        raise visit.refusal(403, "csrf")
                    if allowed is not None:
                        if visit.session is None:
                            return self._to_sign_in(visit)
                        if visit.session.must_change_password and name not in WITH_OLD_PASSWORD:
                            return visit.to(ACCOUNT)
                        if visit.person.role not in allowed:
                            raise visit.refusal(403, "not_allowed")
                    return await handler(visit, **parts)
                except Refused as refused:
                    return visit.refuse(refused)
                except StorageUnavailable:
                    return visit.refuse(visit.refusal(503, "unavailable"))

            self._routes.add_route(
                answer,
                path,
                methods=methods,
                name=name.replace(".", "_"),
                unquote=True,
                stream=bool(file_bytes),
                error_format="html",  # else Sanic parses the source of each handler to guess it
            )
            return handler

        return guard

    async def _visit(self, request: Request) -> Visit:
        token = str(request.cookies.get(self._cookie) or "")
        active = BACKGROUND not in request.headers and request.path != LIVE
        session = await asyncio.to_thread(self.hotline.staff.session, token, active) if token else None
        return self._seen(request, token, session)

    def _seen(self, request: Request, token: str, session: Session | None) -> Visit:
        return Visit(
            request,
            self.site,
            session,
            token,
            csrf_token(self._secret, token),
            self.hotline.settings.staff_language,
            self._skills,
        )

    def _is_ours(self, request: Request, visit: Visit) -> bool:
        given = request.headers.get(CSRF) or visit.field("csrf", 100)
        return bool(visit.token) and hmac.compare_digest(given.encode("utf-8", "replace"), visit.csrf.encode())

    def _to_sign_in(self, visit: Visit) -> HTTPResponse:
        if PART in visit.request.headers or visit.request.method == "POST":
            raise visit.refusal(401, "signed_out")
        wanted = visit.request.path + (f"?{visit.request.query_string}" if visit.request.query_string else "")
        return visit.to(f"{SIGN_IN}?{urlencode({'next': wanted if len(wanted) <= LONGEST_NEXT else '/console/'})}")


def stranger_token() -> str:
    """The token of a browser before sign-in: it binds the form to the browser and opens nothing."""
    return secrets.token_urlsafe(32)
