"""Pictures in texts: fetched with credentials, checked by content, stored under random names, shown to staff."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from connectors.sms.pictures import SmsPictures
from hotline.attachments.collector import Collector
from hotline.attachments.model import MAX_BYTES, Keeping
from hotline.attachments.service import NoPicture
from hotline.audit.whence import Whence
from hotline.city import City
from hotline.conversations.model import Reply
from hotline.staff.model import CITIZEN, Actor, Role
from hotline.texts import texts
from hotline.tickets import access
from tests.conftest import SetClock
from tests.integration.texting import AGENT, ANNA, Line, a_line, account_of, ticket_of, until


def picture(kind: str = "JPEG") -> bytes:
    """A small intact picture."""
    content = BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, kind)
    return content.getvalue()


def torn() -> bytes:
    """The first half of a picture, with an intact beginning."""
    content = BytesIO()
    Image.effect_noise((200, 200), 80).convert("RGB").save(content, "JPEG")
    return content.getvalue()[: len(content.getvalue()) // 2]


@pytest.fixture
async def line(tmp_path: Path, sqlite_url: str, valkey_url: str, clock: SetClock, city: City) -> AsyncIterator[Line]:
    async with a_line(tmp_path, sqlite_url, valkey_url, clock, city) as running:
        yield running


async def collect(line: Line) -> None:
    """Run the worker's collector once."""
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
    [kept] = line.hotline.attachments.of_ticket(ticket.number, AGENT)
    assert (kept.state, kept.type, kept.size) == (Keeping.KEPT, "image/jpeg", len(picture()))
    shown = line.hotline.attachments.show_of_ticket(ticket.number, kept.id, AGENT, Whence.TICKET)
    assert (shown.type, shown.content) == ("image/jpeg", picture())
    path = line.hotline.settings.data / "attachments" / kept.id
    assert path.stat().st_mode & 0o077 == 0
    looks = [(row.act.action, row.act.actor) for row in line.hotline.audit.latest(subject=ticket.number)]
    assert ("attachment.viewed", "staff-1") in looks


async def test_nobody_else_sees_it(line: Line) -> None:
    await line.double.text(ANNA, "看", pictures=[("image/png", picture("PNG"))])
    await collect(line)
    conversation = line.hotline.conversations.find("sms", ANNA)
    assert conversation
    [kept] = line.hotline.attachments.of_conversation(conversation.id)
    number = ticket_of(line, "m1").number
    for actor in (CITIZEN, Actor(Role.ADMIN, "staff-2"), Actor(Role.HANDLER, "staff-3", "成都市水务局")):
        with pytest.raises(access.NotFound):
            line.hotline.attachments.show_of_ticket(number, kept.id, actor, Whence.TICKET)


async def test_a_picture_without_a_word_is_asked_about(line: Line) -> None:
    await line.double.text(ANNA, "", pictures=[("image/jpeg", picture())])
    await until(line.got)
    assert line.got()[0].startswith("图片收到了")
    assert line.dialogue.heard == []


async def test_in_the_middle_of_a_talk_a_picture_belongs_to_it_and_the_question_stands(
    line: Line, clock: SetClock
) -> None:
    line.dialogue.says["路灯坏了"] = [Reply("好的。在哪条路、靠近哪里？")]
    await line.double.text(ANNA, "路灯坏了")
    await until(lambda: len(line.got()) == 1)
    clock.advance(minutes=1)
    await line.double.text(ANNA, "", pictures=[("image/jpeg", picture())])
    await until(lambda: len(line.got()) == 2)
    assert line.got()[1] == "图片收到了，会随工单转给工作人员。\n在哪条路、靠近哪里？"
    clock.advance(hours=13)
    await line.double.text(ANNA, "", pictures=[("image/jpeg", picture())])
    await until(lambda: len(line.got()) == 3)
    assert line.got()[2] == texts().say("sms.picture")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("image/jpeg", b"<script>alert(1)</script>", "no_picture"),
        ("image/png", picture("PNG")[:40], "no_picture"),
        ("image/jpeg", b"", "no_picture"),
        ("image/jpeg", torn(), "no_picture"),
        ("image/jpeg", picture() + b"\0" * MAX_BYTES, "too_large"),
        ("application/pdf", b"%PDF-1.7", "no_picture"),
        ("image/bmp", picture("BMP"), "no_picture"),
    ],
    ids=["script", "cut", "empty", "torn", "large", "pdf", "bmp"],
)
async def test_what_is_no_picture_is_not_kept(line: Line, name: str, content: bytes, problem: str) -> None:
    await line.double.text(ANNA, "看", pictures=[(name, content)])
    await collect(line)
    conversation = line.hotline.conversations.find("sms", ANNA)
    assert conversation
    [refused] = line.hotline.attachments.of_conversation(conversation.id)
    assert refused.state is Keeping.REFUSED
    with pytest.raises(NoPicture):
        line.hotline.attachments.show_of_conversation(conversation.id, refused.seq, 1, AGENT, Whence.CONVERSATION)
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
    said = {m.seq: m.text for m in line.transcript()}
    seen = [[said[a.seq] for a in line.hotline.attachments.of_ticket(t.number, AGENT)] for t in (first, second)]
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
