"""A unit's inbox: its order, pages and counts; and a search finds only what the unit may read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.storage.unit import Unit
from hotline.tickets.inbox import Counts, InboxQuery, Show
from hotline.tickets.model import Contact, RequestType, Status, Ticket
from tests.conftest import SetClock
from tests.integration.conftest import Citizen
from tests.integration.test_lifecycle import SUPERVISOR, Walk, handler

LEAD = "成华区综合行政执法局"


def opened(citizen: Citizen, key: str, **changes: object) -> Ticket:
    """A ticket that was dispatched to its unit."""
    ticket = citizen.opens_ticket(key, **changes)
    citizen.hotline.tickets.dispatch(ticket.number)
    assert ticket.lead == LEAD
    return ticket


def due(citizen: Citizen, ticket: Ticket, days: int) -> None:
    """Set a ticket's due date."""
    with citizen.hotline.transactions() as unit:
        assert isinstance(unit, Unit)
        unit.tickets.change(ticket.number, due_at=ticket.created_at + timedelta(days=days))


def test_what_is_due_first_comes_first_the_newer_of_two_first_and_what_waits_for_its_citizen_last(
    citizen: Citizen, clock: SetClock
) -> None:
    later, waiting, early, twin = (opened(citizen, key) for key in ("m1", "m2", "m3", "m4"))
    for ticket, days in ((later, 9), (waiting, 1), (early, 3), (twin, 3)):
        due(citizen, ticket, days)
    view, actor = citizen.hotline.department, handler(LEAD)
    with citizen.hotline.transactions() as unit:
        unit.tickets.change(waiting.number, paused_at=clock.at)
    listed = [ticket.number for ticket in view.listed(actor)]
    assert listed == [ticket.number for ticket in (twin, early, later, waiting)]
    assert [[t.number for t in view.listed(actor, limit=2, first=n)] for n in (0, 2, 4)] == [listed[:2], listed[2:], []]
    clock.advance(days=5)
    assert view.counts(actor) == Counts(open=4, new=4, overdue=2)
    assert [t.number for t in view.listed(actor, InboxQuery(show=Show.OVERDUE))] == [twin.number, early.number]
    citizen.hotline.handling.accept(early.number, actor)
    assert [t.number for t in view.listed(actor, InboxQuery(show=Show.NEW))] == [
        twin.number,
        later.number,
        waiting.number,
    ]
    assert view.counts(handler("成都市水务局")) == Counts()


def test_a_ticket_is_there_once_for_a_unit_that_helps_and_counted_only_for_who_may_see_it(
    citizen: Citizen, clock: SetClock
) -> None:
    helper, view, both = (
        "成都市生态环境局",
        citizen.hotline.department,
        Walk(citizen.hotline, citizen.opens_ticket("m1")),
    )
    both.to(Status.IN_PROGRESS).hotline.handling.delegate(
        both.number, both.lead, helper, "监测", clock.at + timedelta(3)
    )
    with citizen.hotline.transactions() as unit:
        unit.tickets.change(both.number, co=[helper, both.lead.department])
    for actor in (both.lead, handler(helper)):
        assert view.counts(actor).open == len(view.listed(actor)) == 1
    secret = opened(citizen, "m2", request_type=RequestType.REPORT)
    assert view.counts(both.lead).open == len(view.listed(both.lead)) == 1
    citizen.hotline.ticket_desk.name(secret.number, SUPERVISOR, ["p-handler"])
    assert view.counts(both.lead).open == len(view.listed(both.lead)) == 2


@pytest.mark.parametrize(
    "words", ["烧烤店 望", "PIZZA店", "pizza店", "50%_/", "叫（已隐去），我家", "已隐去", "Ärger", "äRGER", ".", " "]
)
def test_what_a_unit_reads_finds_the_ticket(citizen: Citizen, words: str) -> None:
    said = "我叫王小丽，我家楼下Pizza店打折50%_/,很吵.ÄRGER 烧烤店"
    ticket = opened(citizen, "m1", description=said, contact=Contact("王小丽", "13800001234"))
    read = citizen.hotline.department.one(ticket.number, handler(LEAD)).read
    assert words == " " or words.casefold() in read.casefold()
    found = citizen.hotline.department.listed(handler(LEAD), InboxQuery(words))
    assert [one.number for one in found] == [ticket.number]


@pytest.mark.parametrize("words", ["王小丽", "小丽", "13800001234", "3单元502", "王_丽", "1380%", "\x00"])
def test_what_is_hidden_from_a_unit_finds_nothing(citizen: Citizen, words: str) -> None:
    said = "我叫王小丽，电话13800001234，望平街15号3单元502楼下很吵"
    opened(citizen, "m1", description=said, contact=Contact("王小丽", "13800001234"))
    assert citizen.hotline.department.listed(handler(LEAD), InboxQuery(words)) == []


def test_words_find_tickets_on_every_page(citizen: Citizen) -> None:
    tickets = [opened(citizen, f"m{n}", description="路灯坏了" if n % 2 else "我叫路灯，很吵") for n in range(10)]
    view, actor, wanted = citizen.hotline.department, handler(LEAD), InboxQuery("路灯")
    pages = [view.listed(actor, wanted, 2, first) for first in (0, 2, 4)]
    assert [t.number for page in pages for t in page] == [
        t.number for t in tickets[::-1] if t.description == "路灯坏了"
    ]
