"""Files that a unit puts to its ticket: the citizen finds those meant for them on their page; nobody outside finds the
rest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZipFile

import aiohttp
import pytest
from PIL import Image

from hotline.attachments.files import MAX_FILES
from hotline.attachments.model import MAX_BYTES, NotAccepted
from hotline.staff.model import Actor, Role
from hotline.tickets.model import Ticket
from tests.integration.console import BUREAU, OTHER_BUREAU, Browser, Console, Page
from tests.integration.test_console import dispatched, photograph, recorded, texted
from tests.integration.test_sms_pictures import torn

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\nstartxref\n0\n%%EOF\n"
REPLY = "经现场核查，已责令该店限时营业并加装净化器，即日起每晚巡查。"


async def attach(browser: Browser, ticket: Ticket, content: bytes, whom: str = "citizen", csrf: bool = True) -> Page:
    """Fill in the form of the ticket's page and choose a file, whatever its name."""
    page = await browser.get(f"/console/inbox/{ticket.number}")
    form = aiohttp.FormData()
    form.add_field("csrf", page.csrf if csrf else "x")
    form.add_field("whom", whom)
    form.add_field("file", content, filename="王秀英家.exe", content_type="application/octet-stream")
    return await browser._request("POST", f"/console/inbox/{ticket.number}/files", data=form)


async def tracked(
    console: Console, ticket: Ticket, act: str = "", language: str = "zh", **fields: str
) -> tuple[int, Mapping[str, str], bytes]:
    """The response that the holder of the lookup code gets."""
    browser = await console.browser()
    data = {"number": ticket.number, "code": ticket.code, **fields}
    address = f"/track/{ticket.number}/{act}" if act else "/track"
    async with browser.session.post(f"{browser.url}{address}?lang={language}", data=data) as answer:
        return answer.status, answer.headers, await answer.read()


def replied(console: Console, ticket: Ticket) -> None:
    """The unit accepts and replies."""
    lead = Actor("handler", console.hotline.staff.with_login("handler").id, BUREAU)
    console.hotline.handling.accept(ticket.number, lead)
    console.hotline.handling.reply(ticket.number, lead, REPLY)


def offered(page: bytes) -> list[str]:
    """The ids of the files that a citizen's page offers."""
    return re.findall(r'name="file" value="(\w+)"', page.decode())


async def test_what_is_for_the_citizen_is_on_their_page_from_the_reply_on(console: Console) -> None:
    ticket = dispatched(console)
    handler = await console.signed_in(Role.HANDLER)
    for content, whom in ((photograph(), "citizen"), (PDF, "citizen"), (PDF, "staff")):
        assert (await attach(handler, ticket, content, whom)).status == 303
    assert offered((await tracked(console, ticket))[2]) == []
    replied(console, ticket)
    picture, document = offered((await tracked(console, ticket))[2])
    status, headers, body = await tracked(console, ticket, "file", file=picture)
    assert status == 200 and headers["Content-Type"] == "image/jpeg"
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"
    with Image.open(BytesIO(body)) as drawn:
        assert drawn.size == (20, 40) and not drawn.getexif()
    status, headers, body = await tracked(console, ticket, "file", file=document)
    assert (status, body) == (200, PDF)
    assert headers["Content-Disposition"] == f'attachment; filename="{ticket.number}-{document[:6]}.pdf"'
    assert "Download file 2 (PDF, 1 KB)" in (await tracked(console, ticket, language="en"))[2].decode()


async def test_what_is_internal_stays_inside_and_can_be_made_so(console: Console) -> None:
    ticket = dispatched(console)
    handler = await console.signed_in(Role.HANDLER)
    await attach(handler, ticket, PDF, "citizen")
    await attach(handler, ticket, PDF, "staff")
    replied(console, ticket)
    (shown,) = offered((await tracked(console, ticket))[2])
    files = console.hotline.reply_files.of_ticket(ticket.number, Actor("agent", "p-a"))
    (internal,) = [file.id for file in files if not file.for_citizen]
    assert (await tracked(console, ticket, "file", file=internal))[0] == 404
    await handler.open(f"/console/inbox/{ticket.number}")
    assert (await handler.post(f"/console/inbox/{ticket.number}/files/{shown}/internal")).status == 303
    assert offered((await tracked(console, ticket))[2]) == []
    assert (await tracked(console, ticket, "file", file=shown))[0] == 404
    assert [act.action for act in recorded(console, "file.kept_internal")] == ["file.kept_internal"]


async def test_without_the_code_and_with_another_tickets_nobody_gets_a_file(console: Console) -> None:
    ticket, other = dispatched(console), dispatched(console, key="m2")
    handler = await console.signed_in(Role.HANDLER)
    await attach(handler, ticket, PDF)
    replied(console, ticket)
    replied(console, other)
    (id,) = offered((await tracked(console, ticket))[2])
    wrong = "0000" if ticket.code != "0000" else "1111"
    assert (await tracked(console, ticket, "file", file=id, code=wrong))[0] == 404
    assert (await tracked(console, other, "file", file=id))[0] == 404


async def test_staff_see_them_and_each_look_is_recorded_but_no_other_unit(console: Console) -> None:
    ticket = dispatched(console)
    handler, agent = await console.signed_in(Role.HANDLER), await console.signed_in(Role.AGENT)
    stranger = await console.signed_in(Role.HANDLER, "stranger", department=OTHER_BUREAU)
    await attach(handler, ticket, PDF, "staff")
    (link,) = re.findall(r'href="(/console/tickets/\d+/files/\w+)"', (await agent.open(f"/console/tickets/{ticket.number}")).text)  # fmt: skip
    assert (await agent.get(link)).headers["Content-Disposition"].startswith("attachment")
    in_unit = link.replace("tickets", "inbox")
    assert (await handler.get(in_unit)).status == 200
    assert [act.role for act in recorded(console, "file.viewed")] == [Role.HANDLER, Role.AGENT]
    assert (await stranger.get(in_unit)).status == 404
    assert (await attach(handler, ticket, PDF, csrf=False)).status == 403
    stranger._csrf = (await stranger.open("/console/account")).csrf
    assert (await stranger.post(f"/console/inbox/{ticket.number}/files/{link[-32:]}/internal")).status == 404
    unit = Actor("handler", "p", OTHER_BUREAU)
    with pytest.raises(Exception, match=ticket.number):
        console.hotline.reply_files.attach(ticket.number, unit, PDF, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x90\x00 a program", "只能添加图片"),
        (b"<svg onload='alert(1)'/>", "只能添加图片"),
        (PDF.replace(b"%%EOF", b""), "只能添加图片"),
        (torn(), "只能添加图片"),
        (b"", "请先选择"),
        (PDF + b" " * (MAX_BYTES - len(PDF)) + b"%%EOF", "超过 5 MB"),
    ],
    ids=["program", "svg", "half a pdf", "half a picture", "nothing", "too large"],
)
async def test_what_is_neither_picture_nor_pdf_is_refused_in_words(console: Console, content: bytes, said: str) -> None:
    ticket = dispatched(console)
    handler = await console.signed_in(Role.HANDLER)
    refused = await attach(handler, ticket, content)
    assert refused.status == 422 and said in refused.text
    assert console.hotline.reply_files.of_ticket(ticket.number, Actor("agent", "p-a")) == []


async def test_ten_are_enough_and_none_after_the_end(console: Console) -> None:
    ticket = dispatched(console)
    await console.signed_in(Role.HANDLER)
    lead = Actor("handler", console.hotline.staff.with_login("handler").id, BUREAU)
    for _ in range(MAX_FILES):
        console.hotline.reply_files.attach(ticket.number, lead, PDF, True)
    with pytest.raises(NotAccepted, match="too_many"):
        console.hotline.reply_files.attach(ticket.number, lead, PDF, True)
    ended = dispatched(console, key="m2")
    console.hotline.ticket_desk.merge(ended.number, Actor("agent", "p-a"), ticket.number)
    with pytest.raises(NotAccepted, match="ended"):
        console.hotline.reply_files.attach(ended.number, lead, PDF, True)


async def test_whose_ticket_is_part_of_another_gets_its_files(console: Console) -> None:
    ticket, part = dispatched(console), dispatched(console, key="m2")
    handler = await console.signed_in(Role.HANDLER)
    console.hotline.ticket_desk.merge(part.number, Actor("agent", "p-a"), ticket.number)
    await attach(handler, ticket, PDF)
    replied(console, ticket)
    (id,) = offered((await tracked(console, part))[2])
    status, headers, body = await tracked(console, part, "file", file=id)
    assert (status, body) == (200, PDF)
    assert ticket.number not in headers["Content-Disposition"]


async def test_the_record_holds_the_citizens_pictures_and_the_files_for_them(console: Console) -> None:
    conversation_id = texted(console, photograph())
    ticket = dispatched(console, channel="sms", conversation_id=conversation_id)
    handler = await console.signed_in(Role.HANDLER)
    for content, whom in ((PDF, "citizen"), (PDF, "staff")):
        await attach(handler, ticket, content, whom)
    replied(console, ticket)
    (id,) = offered((await tracked(console, ticket))[2])
    status, headers, body = await tracked(console, ticket, "record", form="zip")
    assert status == 200 and headers["Content-Type"] == "application/zip"
    with ZipFile(BytesIO(body)) as archive:
        names = sorted(archive.namelist())
        file = f"reply/{ticket.number}-{id[:6]}.pdf"
        assert names == [f"{ticket.number}.html", f"{ticket.number}.json", "pictures/1.jpg", file]
        assert archive.read("pictures/1.jpg") == photograph()
        assert archive.read(file) == PDF
        assert json.loads(archive.read(f"{ticket.number}.json"))["reply"] == REPLY
        assert file in archive.read(f"{ticket.number}.html").decode()


async def test_the_largest_file_is_taken_and_nobody_outside_sends_as_much(console: Console) -> None:
    ticket = dispatched(console)
    handler = await console.signed_in(Role.HANDLER)
    largest = PDF + b" " * (MAX_BYTES - len(PDF) - 5) + b"%%EOF"
    assert (await attach(handler, ticket, largest)).status == 303
    assert (await attach(handler, ticket, largest * 2)).status == 413
    stranger = await console.browser()
    sent = await stranger._request("POST", f"/console/inbox/{ticket.number}/files", data=b"a" * 3_000_000)
    assert sent.status in (401, 403, 413)
    (file,) = console.hotline.reply_files.of_ticket(ticket.number, Actor("agent", "p-a"))
    assert file.size == MAX_BYTES
