"""The gateway process: connectors, citizen pages and API on Sanic, and the pump that has messages answered."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import redis.asyncio
from prometheus_client import Counter, Histogram
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import (
    BadRequest,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    RequestCancelled,
    SanicException,
)
from sanic.handlers import ErrorHandler
from sanic.response import html

import connectors.rest.routes
import connectors.sms.routes
import connectors.voice.routes
import connectors.webchat.routes
import console.app
import portal.api
import portal.health
import portal.pages
from connectors.services import Services
from connectors.site import SECURITY_HEADERS
from connectors.sms.manner import SmsManner
from connectors.voice.manner import VoiceManner
from connectors.web import Refused, refusal
from console.visit import PART
from hotline.bootstrap import Hotline
from hotline.conversations.handoff.dialogue import AttendedDialogue
from hotline.conversations.handoff.feed import Feed
from hotline.conversations.model import Claim
from hotline.conversations.pump import Dialogue, Pump
from hotline.conversations.signals import Signals
from hotline.danger import detect
from hotline.dialogue.client import HttpDialogue
from hotline.events.wake import WakeBridge
from hotline.processes import REDIS_URL
from hotline.texts import texts
from hotline.transaction import StorageUnavailable

logger = logging.getLogger(__name__)

App = Sanic[Any, Any]

MAX_BODY_BYTES = 2_000_000
THREADS = 32
"""As many as connections to PostgreSQL, so that work that waits for SQL, hashes passwords or redraws pictures need not
wait for a thread."""
FETCHING_CHANNELS = {"webchat", "voice"}

REQUESTS = Counter("yht_http_requests", "HTTP requests by route and status", ["route", "status"])
SECONDS = Histogram("yht_http_seconds", "Time to answer an HTTP request", ["route"])


def create_gateway(hotline: Hotline, dialogue: Dialogue | None = None) -> App:
    """The gateway as a Sanic app. It connects when the server starts. `dialogue` replaces the HTTP client in tests."""
    app = Sanic(f"gateway-{secrets.token_hex(4)}", configure_logging=False, error_handler=Errors())
    app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES
    app.config.WEBSOCKET_MAX_SIZE = MAX_BODY_BYTES
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 5
    app.config.ACCESS_LOG = False
    app.config.MOTD = False
    signals = Signals()
    redis_url = hotline.settings.redis_url or REDIS_URL
    feed = Feed(hotline.agent_desk, hotline.screen, signals)
    speaks = dialogue or HttpDialogue(hotline.settings.dialogue_url or "http://127.0.0.1:5005")
    pump = Pump(
        hotline.conversations,
        AttendedDialogue(speaks, hotline.queue),
        signals,
        hotline.now,
        owner=f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}",
        keep_notice_after=hotline.settings.keep_notice_after,
        fetched_at_once=lambda claim: _fetches(services, claim),
        manners={"sms": SmsManner(hotline.conversations), "voice": VoiceManner(hotline.calls)},
    )
    services = Services(hotline, pump, signals, redis_url, feed)
    app.ctx.feed = feed
    _add_checks(app, hotline, speaks)

    @app.before_server_start
    async def start(app: App) -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "gateway"))
        detect("")  # loads the danger rules, so that broken ones fail at the start and not in a conversation
        app.ctx.redis = redis.asyncio.Redis.from_url(redis_url, decode_responses=True, socket_timeout=5)
        app.ctx.tasks = [
            asyncio.create_task(pump.run()),
            asyncio.create_task(WakeBridge(app.ctx.redis, signals).run()),
        ]

    @app.after_server_stop
    async def stop(app: App) -> None:
        for task in app.ctx.tasks:
            task.cancel()
        for task in app.ctx.tasks:
            with suppress(asyncio.CancelledError):
                await task
        await app.ctx.redis.aclose()
        if isinstance(speaks, HttpDialogue):
            await speaks.close()
        hotline.database.close()

    channels = (connectors.rest.routes, connectors.sms.routes, connectors.voice.routes, connectors.webchat.routes)
    for part in (*channels, portal.api, portal.pages):
        app.blueprint(part.blueprint(services))
    staff = console.app.blueprint(services)
    app.blueprint(staff)
    app.ctx.console_failed = staff.ctx.failed
    _count_requests(app)
    return app


def _fetches(services: Services, claim: Claim) -> bool:
    """True when the citizen's side will fetch the answer at once, so that it counts as sent."""
    return claim.conversation.channel in FETCHING_CHANNELS or claim.message.id in services.waiting


def _add_checks(app: App, hotline: Hotline, dialogue: Dialogue) -> None:
    async def sql() -> bool:
        await asyncio.to_thread(hotline.database.check)
        return True

    async def redis_answers() -> bool:
        return bool(await app.ctx.redis.ping())

    async def dialogue_ready() -> bool:
        return not isinstance(dialogue, HttpDialogue) or await dialogue.is_ready()

    app.blueprint(portal.health.blueprint({"sql": sql, "redis": redis_answers, "dialogue": dialogue_ready}))


def _count_requests(app: App) -> None:
    @app.on_request
    async def begin(request: Request) -> None:
        request.ctx.started = asyncio.get_running_loop().time()

    @app.on_response
    async def end(request: Request, response: HTTPResponse) -> None:
        route = request.route.path if request.route else "-"
        REQUESTS.labels(route, response.status).inc()
        if started := getattr(request.ctx, "started", None):
            SECONDS.labels(route).observe(asyncio.get_running_loop().time() - started)


class Errors(ErrorHandler):
    """Answers every failure in plain words: JSON for machines, a small page for people, never a stack trace."""

    def default(self, request: Request, exception: Exception) -> HTTPResponse | Awaitable[HTTPResponse]:  # type: ignore[override]  # Sanic awaits it
        """The answer to an exception; for the staff's pages the console makes it."""
        for_people = _is_for_people(request)
        language = portal.pages.language_of(request) if for_people else "zh"
        refused = _as_refusal(exception, texts(language).say)
        if refused.status >= 500 and not isinstance(exception, StorageUnavailable | Refused | RequestCancelled):
            logger.error("a request failed", exc_info=exception, extra={"route": request.path.split("/")[1:2]})
        if _is_of_staff(request) and (for_people or PART in request.headers):
            answer: Awaitable[HTTPResponse] = request.app.ctx.console_failed(request, refused.status, refused.code)
            return answer
        if for_people:
            page = portal.pages.error_page(request, refused.status, refused.message)
            return html(page, status=refused.status, headers=SECURITY_HEADERS)
        return refusal(refused)


def _is_for_people(request: Request) -> bool:
    machine = request.path.startswith(("/api", "/webhooks", "/chat", "/healthz", "/readyz", "/metrics"))
    return not machine and "text/html" in request.headers.get("accept", "")


def _is_of_staff(request: Request) -> bool:
    return request.path == console.app.PREFIX or request.path.startswith(f"{console.app.PREFIX}/")


def _as_refusal(exception: Exception, say: Callable[..., str]) -> Refused:
    match exception:
        case Refused():
            return exception
        case StorageUnavailable():
            return Refused(503, "unavailable", say("error.unavailable"))
        case NotFound():
            return Refused(404, "not_found", say("error.not_here"))
        case MethodNotAllowed():
            return Refused(405, "wrong_method", say("error.wrong_method"))
        case PayloadTooLarge():
            return Refused(413, "too_large", say("error.too_large"))
        case BadRequest():
            return Refused(400, "bad_request", say("error.bad_request", what="request"))
        case SanicException() if exception.status_code < 500:
            return Refused(exception.status_code, "bad_request", say("error.bad_request", what="request"))
    return Refused(500, "internal", say("error.internal"))


def serve(hotline: Hotline) -> None:
    """Run the gateway until it is told to stop."""
    create_gateway(hotline).run(
        hotline.settings.host, hotline.settings.port, single_process=True, access_log=False, motd=False
    )
