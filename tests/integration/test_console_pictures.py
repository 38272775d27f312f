"""The pictures of a ticket and of a conversation in the console: for whoever may see those, and for nobody else."""

from __future__ import annotations

import pytest

from hotline.conversations.handoff.model import Presence, Reason
from hotline.conversations.model import Incoming
from hotline.staff.model import Actor, Role
from hotline.tickets.model import Ticket
from tests.integration.console import OTHER_BUREAU, Console
from tests.integration.test_sms_pictures import picture

ANNA = "+8613800001234"


class Album:
    """A ticket of Anna's with two pictures of hers, the second still at the provider."""

    def __init__(self, console: Console) -> None:
        self.hotline = console.hotline
        sources = ("https://example.cn/1", "https://example.cn/2")
        texted = Incoming("sms", ANNA, "看", "m1", "13800001234", {"pictures": 2}, sources)
        self.conversation = self.hotline.conversations.accept(texted).message.conversation_id
        [first] = self.hotline.attachments.claim(["sms"], 1)
        self.hotline.attachments.keep(first, picture())
        self.kept = first.id
        [self.waiting] = {a.id for a in self.hotline.attachments.of_conversation(self.conversation)} - {first.id}
        self.console = console

    def ticket(self, **changes: object) -> Ticket:
        """Hers."""
        return self.console.ticket(channel="sms", sender=ANNA, conversation_id=self.conversation, **changes)


@pytest.fixture
def album(console: Console) -> Album:
    return Album(console)


async def test_an_agent_sees_them_with_the_ticket(console: Console, album: Album) -> None:
    number = album.ticket().number
    agent = await console.signed_in(Role.AGENT)
    page = await agent.open(f"/console/tickets/{number}")
    at = f"/console/tickets/{number}/pictures/{album.kept}"
    assert f'<img src="{at}"' in page.text and "图片正在取回" in page.text
    assert album.waiting not in page.text
    async with agent.session.get(agent.url + at) as shown:
        assert (shown.status, shown.content_type, await shown.read()) == (200, "image/jpeg", picture())
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
    looks = [
        row.act.data for row in album.hotline.audit.latest(subject=number) if row.act.action == "attachment.viewed"
    ]
    assert looks == [{"attachment": album.kept}]


async def test_a_picture_opens_only_with_what_it_belongs_to(console: Console, album: Album) -> None:
    number, other = album.ticket().number, console.ticket("m2").number
    agent = await console.signed_in(Role.AGENT)
    for address in (
        f"/console/tickets/{other}/pictures/{album.kept}",
        f"/console/tickets/{number}/pictures/{album.waiting}",
        f"/console/tickets/{number}/pictures/..%2Fhotline.db",
        f"/console/inbox/{number}/pictures/{album.kept}",
    ):
        assert (await agent.get(address)).status in (403, 404), address


async def test_the_unit_sees_them_unless_the_ticket_is_confidential(console: Console, album: Album) -> None:
    open_one = album.ticket().number
    handler = await console.signed_in(Role.HANDLER)
    stranger = await console.signed_in(Role.HANDLER, "other", department=OTHER_BUREAU)
    hotline = album.hotline
    hotline.tickets.dispatch(open_one)
    at = f"/console/inbox/{open_one}/pictures/{album.kept}"
    assert at in (await handler.open(f"/console/inbox/{open_one}")).text
    assert (await handler.session.get(handler.url + at)).status == 200
    assert (await stranger.get(at)).status == 404
    secret = album.ticket(key="m3", confidential=True).number
    console.person(Role.AGENT)
    seen = {
        login: [a.id for a in hotline.attachments.of_ticket(secret, Actor.of(hotline.staff.with_login(login)))]
        for login in ("agent", "handler")
    }
    assert album.kept in seen["agent"] and seen["handler"] == []


async def test_an_agent_sees_them_with_the_conversation_they_hold(console: Console, album: Album) -> None:
    hotline = album.hotline
    agent = await console.signed_in(Role.AGENT, skills=("general",))
    person = hotline.staff.with_login("agent")
    hotline.desk.set_presence(person, Presence.AVAILABLE)
    hotline.queue.request(album.conversation, Reason.DANGER)
    [handoff] = [line.handoff for line in hotline.screen.overview(person).waiting]
    hotline.desk.accept(person, handoff.id)
    page = await agent.open(f"/console/conversations/{handoff.id}")
    at = f"/console/conversations/{handoff.id}/pictures/{album.kept}"
    assert at in page.text and "图片 2 张" in page.text
    assert (await agent.session.get(agent.url + at)).status == 200
    other = await console.signed_in(Role.AGENT, "other", skills=("tax",))
    assert (await other.get(at)).status in (403, 404, 409)
