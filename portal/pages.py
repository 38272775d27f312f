"""The citizen's pages: `/` (chat, my tickets, follow a number), `/track` without JavaScript, and their files."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import NotFound
from sanic.response import html, raw
from sanic.response import json as json_response

from connectors.services import Services
from connectors.site import SECURITY_HEADERS, Site, form_fields, send_file
from hotline.attachments.service import NoPicture
from hotline.clock import ZONE
from hotline.texts import LANGUAGES, Texts
from hotline.texts import texts as hotline_texts
from hotline.tickets import access, numbering
from hotline.tickets.lifecycle import ANSWERED
from hotline.tickets.model import ENDED, Rating, Ticket
from hotline.tickets.timeline import said
from hotline.tickets.titles import titled
from portal.acts import ACTS, RATINGS, NotDone, perform
from portal.api import as_json
from portal.record import zipped

FOLDER = Path(__file__).parent
READ = ("GET", "HEAD")
MAX_FIELD = 60
MAX_TEXT = 1_000
MAX_FORM_BYTES = (
    12 * MAX_TEXT + 4_000
)  # the longest text of emoji, each four bytes written as %F0%9F…, and the other fields


def blueprint(services: Services) -> Blueprint:
    """The pages' routes."""
    routes = Blueprint("pages")
    hotline = services.hotline
    site = _site()

    def page(template: str, request: Request, status: int = 200, **values: Any) -> HTTPResponse:
        cache = "no-cache" if template == "home.html" else "no-store"
        body = _render(template, request, city=hotline.city, **values)
        return html(body, status=status, headers={**SECURITY_HEADERS, "Cache-Control": cache})

    async def for_stranger(request: Request, number: str, code: str) -> Ticket:
        return await asyncio.to_thread(hotline.tickets.for_stranger, number, code, services.asker(request))

    async def home(request: Request) -> HTTPResponse:
        return page("home.html", request)

    async def ask_both(request: Request) -> HTTPResponse:
        return page("track.html", request)

    async def ask_code(request: Request, number: str) -> HTTPResponse:
        digits = numbering.clean_number(number[:MAX_FIELD])
        if not numbering.is_number(digits):
            return _denied(request, digits, access.Mistyped(digits))
        return page("track.html", request, number=digits)

    @routes.post("/track")
    async def look_up(request: Request) -> HTTPResponse:
        return await _look_up(request, _form(request).get("number", ""))

    @routes.post("/track/<number:str>", unquote=True)
    async def look_up_code(request: Request, number: str) -> HTTPResponse:
        return await _look_up(request, number[:MAX_FIELD])

    async def _look_up(request: Request, number: str) -> HTTPResponse:
        digits = numbering.clean_number(number)
        code = numbering.clean_number(_form(request).get("code", ""))
        try:
            ticket = await for_stranger(request, digits, code)
        except access.AccessDenied as denied:
            if isinstance(denied, access.NotFound) and not code:
                message = hotline_texts(language_of(request)).say("error.code_needed")
                return page("track.html", request, number=digits, problem=message)
            return _denied(request, digits, denied, code)
        return await _shown(request, ticket, code)

    @routes.post("/track/<number:str>/<act:str>", unquote=True)
    async def act(request: Request, number: str, act: str) -> HTTPResponse:
        if act not in (*ACTS, "record", "file"):
            raise NotFound
        form = _form(request)
        digits, code = numbering.clean_number(number[:MAX_FIELD]), numbering.clean_number(form.get("code", ""))
        try:
            ticket = await for_stranger(request, digits, code)
        except access.AccessDenied as denied:
            return _denied(request, digits, denied)
        if act == "record":
            return await _record(request, ticket, form.get("form", ""))
        if act == "file":
            return await _file(ticket, form.get("file", ""))
        words = _site().texts(language_of(request))
        try:
            ticket = await asyncio.to_thread(perform, hotline, ticket, act, form)
        except NotDone as refused:
            ticket = await for_stranger(request, digits, code)
            return await _shown(request, ticket, code, problem=words.say(f"track.{refused.why}"))
        return await _shown(request, ticket, code, done=_done(act, form, ticket, words))

    async def _shown(request: Request, ticket: Ticket, code: str, **values: Any) -> HTTPResponse:
        files = await asyncio.to_thread(hotline.reply_files.of_citizen, ticket)
        known: dict[str, Any] = {
            "whole": await asyncio.to_thread(hotline.tickets.whole, ticket),
            "number": ticket.number,
            "code": code,
            "ticket": ticket,
            "key": f"page:{secrets.token_hex(8)}",
        }
        return page("track.html", request, files=files, **known, **values)

    async def _file(ticket: Ticket, id: str) -> HTTPResponse:
        try:
            file, shown = await asyncio.to_thread(hotline.reply_files.show_to_citizen, ticket, id)
        except NoPicture:
            raise NotFound from None
        return raw(shown.content, content_type=shown.type, headers=_saved_as(file.name))

    async def _record(request: Request, ticket: Ticket, form: str) -> HTTPResponse:
        data = as_json(ticket, hotline.city, full=False)
        if form == "json":
            return json_response(data, headers=_saved_as(f"{ticket.number}.json"), ensure_ascii=False)
        files = await asyncio.to_thread(hotline.reply_files.of_citizen, ticket)
        written = _render("record.html", request, ticket=ticket, files=files, city=hotline.city)
        if form != "zip":
            return html(written, headers=_saved_as(f"{ticket.number}.html"))
        body = await asyncio.to_thread(zipped, hotline, ticket, written, data)
        return raw(body, content_type="application/zip", headers=_saved_as(f"{ticket.number}.zip"))

    def _denied(request: Request, digits: str, denied: access.AccessDenied, code: str = "") -> HTTPResponse:
        status, message = _denial(denied, hotline_texts(language_of(request)), hotline.now())
        wrong = {"at_fault": "number", "code": code} if isinstance(denied, access.Mistyped) else {"at_fault": "code"}
        return page("track.html", request, status, number=digits, problem=message, **wrong)

    async def static(request: Request, path: str) -> HTTPResponse:
        return site.file(request, path)

    async def favicon(request: Request) -> HTTPResponse:
        return send_file(request, site.files["mark.svg"], "public, max-age=86400")

    readable: dict[str, Callable[..., Coroutine[Any, Any, HTTPResponse]]] = {
        "/": home,
        "/track": ask_both,
        "/track/<number:str>": ask_code,
        "/static/<path:path>": static,
        "/favicon.ico": favicon,
    }
    for address, handler in readable.items():
        routes.add_route(handler, address, methods=READ, unquote=True)
    return routes


def error_page(request: Request, status: int, message: str) -> str:
    """A plain page that says what went wrong, for any address. Send it with SECURITY_HEADERS."""
    return _render("error.html", request, status=status, message=message)


def language_of(request: Request) -> str:
    """The language of `?lang=`, else the browser's preference, else Chinese."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    best, best_weight = "zh", 0.0
    for part in request.headers.get("accept-language", "")[:500].split(","):
        tag, _, quality = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        weight = _quality(quality)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _done(act: str, form: dict[str, str], ticket: Ticket, words: Texts) -> str:
    """What an act has led to. Dissatisfaction is answered by the step that it caused: who does it again, by when."""
    if act == "rate" and RATINGS.get(form.get("solved", "")) is Rating.DISSATISFIED:
        return said(ticket.timeline[-1], hotline_texts(words.language))
    return words.say(f"track.done_{act}")


@lru_cache
def _site() -> Site:
    site = Site(FOLDER)
    site.templates.filters["spelled"] = numbering.spell
    site.templates.filters["local"] = lambda when: when.astimezone(ZONE)
    return site


def _render(template: str, request: Request, **values: Any) -> str:
    language = language_of(request)
    words, hotline_words = _site().texts(language), hotline_texts(language)
    explicit = request.args.get("lang") in LANGUAGES
    known = {
        "version": _site().version,
        "language": language,
        "other": "en" if language == "zh" else "zh",
        "suffix": f"?lang={language}" if explicit else "",
        "say": words.say,
        "group": words.group,
        "said": lambda entry: said(entry, hotline_words),
        "titled": lambda ticket: titled(ticket, values["city"], hotline_words),
        "status": hotline_words.group("status"),
        "request_type": hotline_words.group("request_type"),
        "ended": ENDED,
        "ticket": None,
        "number": "",
        "code": "",
        "answered": ANSWERED,
        "problem": None,
        "done": None,
        "at_fault": "code",
    }
    return _site().templates.get_template(template).render(known | values)


def _saved_as(name: str) -> dict[str, str]:
    """The headers that make a browser save the response as a file."""
    return {**SECURITY_HEADERS, "Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}


def _denial(denied: access.AccessDenied, words: Texts, now: datetime) -> tuple[int, str]:
    """Status and words; an unknown number and a wrong code get the same, so that numbers cannot be probed."""
    match denied:
        case access.Mistyped():
            return 404, words.say("error.mistyped")
        case access.Locked():
            return 429, words.say("error.locked", minutes=denied.minutes_from(now))
    return 404, words.say("error.not_found")


def _form(request: Request) -> dict[str, str]:
    """The fields of a posted form, cut to a sane length."""
    fields = form_fields(request, MAX_FORM_BYTES, 10)
    return {name: values[0][: MAX_TEXT if name == "text" else MAX_FIELD] for name, values in fields.items()}


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
