"""Pictures that citizens text: fetched with credentials, checked by content, kept under random names, shown to staff."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from connectors.sms.pictures import SmsPictures
from hotline.attachments.collector import Collector
from hotline.attachments.model import MAX_BYTES, Keeping
from hotline.attachments.service import NotForYou
from hotline.city import City
from hotline.staff.model import CITIZEN, SYSTEM, Person, Role
from tests.conftest import SetClock
from tests.integration.texting import AGENT, ANNA, Line, a_line, account_of, ticket_of, until


def picture(kind: str = "JPEG") -> bytes:
    """A small sound picture."""
    content = BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, kind)
    return content.getvalue()


@pytest.fixture
async def line(tmp_path: Path, sqlite_url: str, valkey_url: str, clock: SetClock, city: City) -> AsyncIterator[Line]:
    async with a_line(tmp_path, sqlite_url, valkey_url, clock, city) as running:
        yield running


async def collect(line: Line) -> None:
    """What the worker's collector does, once."""
    fetcher = SmsPictures(account_of(line.hotline.settings))
    try:
        await Collector(line.hotline.attachments, {"sms": fetcher}).step()
    finally:
        await fetcher.close()


async def test_a_picture_is_kept_and_staff_see_it(line: Line, clock: SetClock) -> None:
    await line.double.text(ANNA, "这个路灯坏了", pictures=[("image/jpeg", picture())])
    clock.advance(minutes=1)
    ticket = ticket_of(line, "m1")
    await collect(line)
    [kept] = line.hotline.attachments.of_ticket(ticket)
    assert (kept.state, kept.type, kept.size) == (Keeping.KEPT, "image/jpeg", len(picture()))
    kind, path = line.hotline.attachments.show(kept.id, AGENT, ticket.number)
    assert (kind, path.read_bytes()) == ("image/jpeg", picture())
    assert path.stat().st_mode & 0o077 == 0
    looks = [(row.act.action, row.act.actor) for row in line.hotline.audit.latest(subject=ticket.number)]
    assert ("attachment.viewed", "staff-1") in looks


async def test_an_agent_opens_it_from_the_tickets_page_and_a_unit_does_not(line: Line, clock: SetClock) -> None:
    await line.double.text(ANNA, "这个路灯坏了", pictures=[("image/jpeg", picture())])
    clock.advance(minutes=1)
    ticket = ticket_of(line, "m1")
    await collect(line)
    staff = line.hotline.staff
    tokens = {}
    for role, department in ((Role.AGENT, None), (Role.HANDLER, ticket.lead)):
        person, first = staff.add(Person("", f"p-{role}", str(role), role, (), department), SYSTEM)
        tokens[role] = {"Cookie": f"__Host-console={staff.change_password(person, first, 'correct-horse-battery')}"}
    async with aiohttp.ClientSession() as browser:
        async with browser.get(f"{line.url}/console/tickets/{ticket.number}", headers=tokens[Role.AGENT]) as page:
            found = re.search(rf'"(/console/tickets/{ticket.number}/pictures/\w+)"', await page.text())
        assert found
        async with browser.get(line.url + found[1], headers=tokens[Role.AGENT]) as shown:
            assert (shown.status, shown.content_type, await shown.read()) == (200, "image/jpeg", picture())
        for address, role in ((found[1], Role.HANDLER), (f"{found[1]}0", Role.AGENT)):
            async with browser.get(line.url + address, headers=tokens[role]) as refused:
                assert refused.status in (403, 404)
    assert [row.act.action for row in line.hotline.audit.latest(subject=ticket.number)].count("attachment.viewed") == 1


async def test_nobody_else_sees_it(line: Line) -> None:
    await line.double.text(ANNA, "看", pictures=[("image/png", picture("PNG"))])
    await collect(line)
    conversation = line.hotline.conversations.find("sms", ANNA)
    assert conversation
    [kept] = line.hotline.attachments.of_conversation(conversation.id)
    with pytest.raises(NotForYou):
        line.hotline.attachments.show(kept.id, CITIZEN, conversation.id)


async def test_a_picture_without_a_word_is_asked_about(line: Line) -> None:
    await line.double.text(ANNA, "", pictures=[("image/jpeg", picture())])
    await until(line.got)
    assert line.got()[0].startswith("图片收到了")
    assert line.dialogue.heard == []


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("image/jpeg", b"<script>alert(1)</script>", "no_picture"),
        ("image/png", picture("PNG")[:40], "no_picture"),
        ("image/jpeg", b"", "no_picture"),
        ("image/jpeg", picture() + b"\0" * MAX_BYTES, "too_large"),
        ("application/pdf", b"%PDF-1.7", "no_picture"),
        ("image/bmp", picture("BMP"), "no_picture"),
    ],
    ids=["script", "cut", "empty", "large", "pdf", "bmp"],
)
async def test_what_is_no_picture_is_not_kept(line: Line, name: str, content: bytes, problem: str) -> None:
    await line.double.text(ANNA, "看", pictures=[(name, content)])
    await collect(line)
    conversation = line.hotline.conversations.find("sms", ANNA)
    assert conversation
    [refused] = line.hotline.attachments.of_conversation(conversation.id)
    assert refused.state is Keeping.REFUSED
    with pytest.raises(KeyError):
        line.hotline.attachments.show(refused.id, AGENT, conversation.id)
    assert not list((line.hotline.settings.data / "attachments").glob("*"))


async def test_what_the_picture_is_called_does_not_matter(line: Line) -> None:
    await line.double.text(ANNA, "看", pictures=[("text/html", picture("WEBP"))])
    await collect(line)
    conversation = line.hotline.conversations.find("sms", ANNA)
    assert conversation
    [kept] = line.hotline.attachments.of_conversation(conversation.id)
    assert kept.type == "image/webp"


async def test_credentials_go_to_no_other_address(line: Line) -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as elsewhere:
        port = elsewhere.sockets[0].getsockname()[1]
        foreign = {"MediaUrl0": f"http://127.0.0.1:{port}/secret", "NumMedia": "1", "Body": "看"}
        fields = {"From": ANNA, "To": line.double.number, "MessageSid": "SM" + "7" * 32}
        assert (await line.double.call("/webhooks/twilio/sms", fields | foreign)).status == 200
        await collect(line)
    assert heard == []


async def test_a_picture_belongs_to_the_tickets_it_came_between(line: Line, clock: SetClock) -> None:
    async def sends(text: str) -> None:
        await line.double.text(ANNA, text, pictures=[("image/jpeg", picture())])
        clock.advance(minutes=1)

    await sends("很久以前")
    clock.advance(days=3)
    await sends("第一件")
    first = ticket_of(line, "m1")
    clock.advance(hours=1)
    await sends("之间")
    second = ticket_of(line, "m2")
    clock.advance(hours=1)
    await sends("之后")
    texts = {m.seq: m.text for m in line.transcript()}
    seen = [[texts[a.seq] for a in line.hotline.attachments.of_ticket(t)] for t in (first, second)]
    assert seen == [["第一件", "之间"], ["之间", "之后"]]


async def test_a_provider_that_is_away_is_asked_again(line: Line, clock: SetClock) -> None:
    await line.double.text(ANNA, "看", pictures=[("image/jpeg", picture())])
    line.double.media_is_away = True
    await collect(line)
    line.double.media_is_away = False
    clock.advance(minutes=5)
    await collect(line)
    conversation = line.hotline.conversations.find("sms", ANNA)
    assert conversation
    assert [a.state for a in line.hotline.attachments.of_conversation(conversation.id)] == [Keeping.KEPT]
