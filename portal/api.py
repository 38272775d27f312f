"""`/api/v1/tickets`: one ticket for whoever knows its code; everything for trusted systems, which is audited."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import json as json_response

from connectors.services import Services
from connectors.web import NOT_STORABLE, Malformed, Refused, has_token
from hotline.city import City
from hotline.staff.model import TRUSTED_SYSTEM
from hotline.texts import texts
from hotline.tickets import access
from hotline.tickets.model import Status, Ticket

DEFAULT_PAGE = 50
INTERFACE = "interface"
"""The audited reason for giving a trusted system personal data: its interface with the hotline was agreed on."""


def blueprint(services: Services) -> Blueprint:
    """The API's routes."""
    routes = Blueprint("tickets_api", url_prefix="/api/v1/tickets")
    hotline = services.hotline
    record = hotline.audit.record

    @routes.get("/<number:str>")
    async def one(request: Request, number: str) -> HTTPResponse:
        trusted = has_token(request, hotline.settings.api_token)
        try:
            if trusted:
                ticket = await asyncio.to_thread(hotline.tickets.for_trusted_system, number)
                await asyncio.to_thread(record, TRUSTED_SYSTEM, "ticket.fetched", ticket.number, INTERFACE)
            else:
                code = request.args.get("code") or ""
                asker = services.asker(request)
                ticket = await asyncio.to_thread(hotline.tickets.for_stranger, number, code, asker)
        except access.AccessDenied as denied:
            raise denied_as_refusal(denied, hotline.now()) from None
        return json_response(as_json(ticket, hotline.city, full=trusted), headers={"Cache-Control": "no-store"})

    @routes.get("/")
    async def listed(request: Request) -> HTTPResponse:
        if not has_token(request, hotline.settings.api_token):
            raise Refused(401, "unauthorized", texts().say("error.unauthorized"))
        limit = _limit(request.args.get("limit"))
        filters: dict[str, Any] = {
            name: _plain(name, request.args.get(name)) for name in ("category", "department", "sender")
        }
        filters |= {"since": _since(request.args.get("since")), "status": _status(request.args.get("status"))}
        cursor = _plain("cursor", request.args.get("cursor"))
        found = await asyncio.to_thread(hotline.tickets.listed, filters, limit, cursor)
        if found:
            given = {"found": len(found), "newest": found[0].number, "oldest": found[-1].number}
            await asyncio.to_thread(record, TRUSTED_SYSTEM, "tickets.fetched", "tickets", INTERFACE, given)
        page = [as_json(t, hotline.city, full=True) for t in found]
        body = {"tickets": page, "cursor": found[-1].number if len(found) == limit else None}
        return json_response(body, headers={"Cache-Control": "no-store"})

    return routes


def denied_as_refusal(denied: access.AccessDenied, now: datetime) -> Refused:
    """The same words for an unknown number as for a wrong code, so that numbers cannot be probed."""
    if isinstance(denied, access.Mistyped):
        return Refused(404, "mistyped", texts().say("error.mistyped"))
    if isinstance(denied, access.Locked):
        return Refused(429, "locked", texts().say("error.locked", minutes=denied.minutes_from(now)))
    return Refused(404, "not_found", texts().say("error.not_found"))


def as_json(ticket: Ticket, city: City, full: bool) -> dict[str, Any]:
    """A ticket in the agreed JSON; `full` adds contact and origin for trusted systems."""
    category = city.category(ticket.category) if ticket.category else None
    shown: dict[str, Any] = {
        "number": ticket.number,
        "request_type": ticket.request_type,
        "category": {"code": category.code, "name": category.name} if category else None,
        "title": ticket.title,
        "description": ticket.description,
        "location": ticket.location,
        "district": ticket.district,
        "department": {"lead": ticket.lead, "co": list(ticket.co)},
        "urgency": ticket.urgency,
        "confidential": ticket.confidential,
        "channel": ticket.channel,
        "status": ticket.status,
        "created_at": ticket.created_at.isoformat(),
        "due_at": ticket.due_at.isoformat(),
        "reply": ticket.reply,
        "satisfaction": ticket.satisfaction,
        "timeline": [{"at": e.at.isoformat(), "node": e.node, "text": e.text} for e in ticket.timeline],
    }
    if full:
        shown["contact"] = asdict(ticket.contact)
        shown |= {"sender": ticket.sender, "conversation_id": ticket.conversation_id}
    return shown


def _plain(name: str, given: str | None) -> str | None:
    if given is not None and NOT_STORABLE.search(given):
        raise Malformed(f"{name} has a character that no value has")
    return given


def _limit(given: str | None) -> int:
    if given is None:
        return DEFAULT_PAGE
    if not given.isascii() or not given.isdigit() or len(given) > 3 or not 1 <= int(given) <= 200:
        raise Malformed("limit must be between 1 and 200")
    return int(given)


def _since(given: str | None) -> datetime | None:
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise Malformed("since must be an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise Malformed("since needs an offset, for instance +08:00")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Malformed("since is out of range") from None


def _status(given: str | None) -> str | None:
    if given is not None and given not in {s.value for s in Status}:
        raise Malformed("status is not known")
    return given
