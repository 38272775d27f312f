"""Files that units put to their tickets: upload, view, withdraw from the citizen's page."""

from __future__ import annotations

import asyncio

from sanic import HTTPResponse
from sanic.response import raw

from console import actions
from console.door import Door
from console.visit import HEADERS, Visit
from console.whence import whence
from hotline.attachments.model import MAX_BYTES, NotAccepted, NotNow
from hotline.attachments.service import NoPicture


def add_routes(door: Door) -> None:
    """Upload and withdrawal in a unit's inbox; viewing there and in the register."""
    files = door.hotline.reply_files

    @door.post("/inbox/<number:str>/files", "inbox.attach", file_bytes=MAX_BYTES)
    async def attach(visit: Visit, number: str) -> HTTPResponse:
        sent = visit.request.files.get("file") if visit.request.files else None
        for_citizen = visit.field("whom", 10) == "citizen"
        try:
            with actions.in_words(visit):
                await asyncio.to_thread(files.attach, number[:20], visit.actor, sent.body if sent else b"", for_citizen)
        except NotAccepted as refused:
            raise visit.refusal(422, f"file_{refused.code}") from None
        except NotNow:
            raise visit.refusal(503, "file_not_now") from None
        return visit.to(f"/console/inbox/{number}#files")

    @door.post("/inbox/<number:str>/files/<id:str>/internal", "inbox.keep_internal")
    async def keep_internal(visit: Visit, number: str, id: str) -> HTTPResponse:
        try:
            with actions.in_words(visit):
                await asyncio.to_thread(files.keep_internal, number[:20], id, visit.actor)
        except NoPicture:
            raise visit.refusal(404, "no_picture") from None
        return visit.to(f"/console/inbox/{number}#files")

    async def show(visit: Visit, number: str, id: str) -> HTTPResponse:
        try:
            with actions.in_words(visit):
                file, shown = await asyncio.to_thread(files.show, number[:20], id, visit.actor, whence(visit, number))
        except NoPicture:
            raise visit.refusal(404, "no_picture") from None
        way = "attachment" if file.type == "application/pdf" else "inline"
        headers = {**HEADERS, "Content-Disposition": f'{way}; filename="{file.name}"'}
        return raw(shown.content, content_type=shown.type, headers=headers)

    door.get("/inbox/<number:str>/files/<id:str>", "inbox.file")(show)
    door.get("/tickets/<number:str>/files/<id:str>", "ticket.file")(show)
