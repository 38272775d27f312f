"""What citizens are told of their tickets unasked, from the outbox through the stream to the conversation."""

from __future__ import annotations

import re

import pytest
import redis.asyncio

from hotline.bootstrap import Hotline
from hotline.conversations.model import Incoming, Message
from hotline.events.relay import Relay
from hotline.processes.worker import notifier
from hotline.staff.model import Actor
from hotline.texts import texts
from hotline.tickets import access, numbering
from hotline.tickets.model import Intake, Rating, RequestType, Ticket
from tests.conftest import SetClock

AGENT, SUPERVISOR = Actor("agent", "p-a"), Actor("supervisor", "p-s")
REPLY = "经现场核查,该店油烟净化器损坏,已责令三日内整改,夜间十点后不再露天经营。"
NOW = 1  # milliseconds to wait for a new entry: almost none


class Telling:
    """The worker's part that tells citizens, and citizens on the web chat."""

    def __init__(self, hotline: Hotline, valkey: redis.asyncio.Redis, clock: SetClock) -> None:
        self.hotline, self.clock = hotline, clock
        self.relay, self.consumer = Relay(hotline.transactions, valkey), notifier(hotline, valkey, "w1")

    def opens(self, sender: str, language: str = "zh") -> Ticket:
        """Open somebody's ticket."""
        accepted = self.hotline.conversations.accept(Incoming("webchat", sender, "烧烤店太吵"))
        intake = Intake(
            key=sender, request_type=RequestType.COMPLAINT, category="0604", description="烧烤店太吵", channel="webchat",
            sender=sender, conversation_id=accepted.message.conversation_id, location="望平街15号", district="chenghua",
            language=language,
        )  # fmt: skip
        return self.hotline.tickets.open(intake)

    async def told(self, ticket: Ticket) -> list[Message]:
        """Everything that a ticket's citizen was told so far."""
        await self.relay.publish()
        await self.consumer.join()
        while await self.consumer.step(NOW):
            pass
        lines = self.hotline.conversations.transcript(ticket.conversation_id)
        return [line for line in lines if (line.data or {}).get("notice") == "progress"]

    def is_sent(self, ticket: Ticket) -> Actor:
        """Dispatch the ticket to its unit, which accepts it some time later; return the unit's handler."""
        lead = Actor("handler", "p-h", ticket.lead)
        self.clock.advance(minutes=1)
        self.hotline.tickets.dispatch(ticket.number)
        self.clock.advance(minutes=1)
        self.hotline.handling.accept(ticket.number, lead)
        self.clock.advance(minutes=1)
        return lead

    def is_answered(self, ticket: Ticket) -> None:
        """The unit replies."""
        self.hotline.handling.reply(ticket.number, self.is_sent(ticket), REPLY)
        self.clock.advance(minutes=1)


@pytest.fixture
def telling(hotline: Hotline, valkey: redis.asyncio.Redis, clock: SetClock) -> Telling:
    return Telling(hotline, valkey, clock)


async def test_who_told_it_in_english_is_told_in_english(telling: Telling) -> None:
    anna, ben = telling.opens("anna", "en"), telling.opens("ben")
    telling.is_answered(anna)
    telling.hotline.ticket_desk.merge(ben.number, AGENT, anna.number)
    lines = [line.text for line in await telling.told(anna)]
    number = numbering.spell(anna.number)
    assert lines[0].startswith(f"Ticket {number}: Sent to {anna.lead}; answer due by ")
    assert re.search(r"due by \d{1,2} [A-Z][a-z]{2}\b", lines[0])
    assert not [line for line in lines if re.search("工单|月|已", line.replace(REPLY, "").replace(anna.lead, ""))]
    assert any(REPLY in line for line in lines)
    assert all("工单" in line.text for line in await telling.told(ben))


async def test_sent_answered_and_asked_each_once_and_in_words(telling: Telling) -> None:
    ticket = telling.opens("anna")
    telling.is_answered(ticket)
    telling.hotline.timers.run_due()
    for _ in range(2):
        told = await telling.told(ticket)
        assert len(told) == 3
        assert ["已派给" in told[0].text, REPLY in told[1].text, "解决了吗" in told[2].text] == [True] * 3
    assert (told[-1].data or {})["choices"] == list(texts().group("rate_choices").values())


async def test_what_citizens_do_themselves_they_are_not_told(telling: Telling) -> None:
    ticket = telling.opens("anna")
    telling.hotline.tickets.withdraw(ticket.number, access.Citizen("webchat", "anna"), "m2")
    assert not await telling.told(ticket)


async def test_a_word_before_the_reply_is_kept_and_the_citizen_is_told_on(
    telling: Telling, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = telling.opens("anna")
    telling.hotline.tickets.rate(ticket.number, access.Citizen("webchat", "anna"), Rating.DISSATISFIED, "还没办", "m2")
    telling.is_sent(ticket)
    assert "已派给" in (await telling.told(ticket))[-1].text
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_unit_that_asks_is_heard(telling: Telling) -> None:
    ticket = telling.opens("anna")
    telling.hotline.handling.ask_citizen(ticket.number, telling.is_sent(ticket), "具体是哪一家店?")
    assert "具体是哪一家店" in (await telling.told(ticket))[-1].text


async def test_the_citizens_of_merged_tickets_are_told_too(telling: Telling) -> None:
    main, part = telling.opens("anna"), telling.opens("ben")
    telling.hotline.ticket_desk.merge(part.number, AGENT, main.number)
    telling.is_answered(main)
    told = await telling.told(part)
    assert ["合并办理" in told[0].text, REPLY in told[-1].text] == [True, True]


async def test_merged_into_an_answered_one_the_citizen_is_told_the_answer(telling: Telling) -> None:
    main, part = telling.opens("anna"), telling.opens("ben")
    telling.is_answered(main)
    telling.hotline.ticket_desk.merge(part.number, AGENT, main.number)
    [told] = await telling.told(part)
    assert "已经答复" in told.text
    assert REPLY in told.text


async def test_a_merged_citizen_is_told_when_the_main_one_is_answered_at_once_and_when_it_is_withdrawn(
    telling: Telling,
) -> None:
    main, part, other, left = (telling.opens(name) for name in ("anna", "ben", "eva", "leo"))
    telling.hotline.ticket_desk.merge(part.number, AGENT, main.number)
    telling.hotline.ticket_desk.merge(left.number, AGENT, other.number)
    telling.clock.advance(minutes=1)
    telling.hotline.ticket_desk.answer(main.number, AGENT, REPLY)
    telling.hotline.tickets.withdraw(other.number, access.Citizen("webchat", "eva"), "w")
    assert REPLY in (await telling.told(part))[-1].text
    assert "继续单独办理" in (await telling.told(left))[-1].text


async def test_more_time_and_the_end_are_told(telling: Telling) -> None:
    ticket, desk = telling.opens("anna"), telling.hotline.ticket_desk
    lead = telling.is_sent(ticket)
    telling.hotline.handling.ask_extension(ticket.number, lead, "要停电施工", 3)
    [asked] = desk.waiting()
    telling.clock.advance(minutes=1)
    due = desk.decide(ticket.number, SUPERVISOR, asked.id, True, "属实").due_at
    assert f"{due.month}月{due.day}日" in (await telling.told(ticket))[-1].text
    telling.clock.advance(minutes=1)
    telling.hotline.handling.reply(ticket.number, lead, REPLY)
    telling.clock.advance(minutes=1)
    desk.close(ticket.number, SUPERVISOR, "复核:已办到位")
    assert (await telling.told(ticket))[-1].text.endswith(texts().say("node.closed"))


async def test_an_agent_who_phoned_closes_and_the_citizen_needs_no_message(telling: Telling) -> None:
    ticket = telling.opens("anna")
    telling.is_answered(ticket)
    before = len(await telling.told(ticket))
    telling.hotline.follow_ups.record_call(ticket.number, AGENT, Rating.SATISFIED, "都好了")
    assert len(await telling.told(ticket)) == before
