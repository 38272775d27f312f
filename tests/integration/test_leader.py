"""The leader: escalated tickets appear in their inbox without the citizen's identity, and they give orders."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hotline.staff.model import Actor
from hotline.tickets import access
from hotline.tickets.inbox import Counts, InboxQuery
from hotline.tickets.lifecycle import Action, NotAllowed, Stage
from hotline.tickets.model import Contact, RequestType, Status
from tests.conftest import SetClock
from tests.integration.conftest import Citizen
from tests.integration.test_lifecycle import SUPERVISOR, Walk, handler

LEADER = Actor("leader", "p-leader")
SAID = "我叫王小丽，电话13800001234，住望平街15号3栋502，楼下烧烤店每天烤到凌晨两点"
CONTACT = Contact("王小丽", "13800001234")


def late(citizen: Citizen, clock: SetClock, key: str = "m1", days: int = 40, **changes: object) -> Walk:
    """A ticket that its unit left undone."""
    ticket = citizen.opens_ticket(key, description=SAID, contact=CONTACT, **changes)
    walk = Walk(citizen.hotline, ticket).to(Status.DISPATCHED)
    for _ in range(days):
        clock.advance(days=1)
        while citizen.hotline.timers.run_due():
            pass
    return walk


def tomorrow(clock: SetClock) -> datetime:
    return clock.at + timedelta(days=1)


def test_what_went_up_is_in_the_leaders_inbox_as_its_unit_reads_it(citizen: Citizen, clock: SetClock) -> None:
    view = citizen.hotline.department
    walk = late(citizen, clock)
    assert walk.ticket.escalation == 2
    (listed,) = view.listed(LEADER)
    read = view.one(walk.number, LEADER)
    assert listed.number == read.number == walk.number
    assert view.counts(LEADER) == Counts(open=1, new=1, overdue=1)
    for secret in ("王小丽", "13800001234", "502"):
        assert secret not in repr(read) and secret not in repr(listed)
    assert (read.description, read.location) == (view.one(walk.number, walk.lead).description, read.location)
    assert view.listed(handler("成都市水务局")) == []


def test_until_then_it_is_as_if_it_were_not_there(citizen: Citizen, clock: SetClock) -> None:
    walk = Walk(citizen.hotline, citizen.opens_ticket()).to(Status.DISPATCHED)
    while walk.ticket.escalation == 0:
        clock.advance(hours=1)
        citizen.hotline.timers.run_due()
    assert walk.ticket.escalation == 1  # the supervisor was told
    assert citizen.hotline.department.listed(LEADER) == []
    with pytest.raises(access.NotFound):
        citizen.hotline.department.one(walk.number, LEADER)
    with pytest.raises(NotAllowed):
        citizen.hotline.ticket_desk.supervise(walk.number, LEADER, "三日内办结", tomorrow(clock))


def test_the_leader_gives_an_order_and_can_do_nothing_else(citizen: Citizen, clock: SetClock) -> None:
    walk = late(citizen, clock)
    assert citizen.hotline.department.one(walk.number, LEADER).actions == (Action.SUPERVISE,)
    citizen.hotline.ticket_desk.supervise(walk.number, LEADER, "三日内办结，向我报告", tomorrow(clock))
    assert Stage.SUPERVISE in walk.stages()
    order = citizen.hotline.department.one(walk.number, walk.lead).notes[-1]
    assert (order.role, order.action, order.text) == ("leader", Action.SUPERVISE, "三日内办结，向我报告")
    assert "supervised" in walk.nodes()
    with pytest.raises(NotAllowed):
        citizen.hotline.ticket_desk.redirect(walk.number, LEADER, "成都市水务局", "改派")
    with pytest.raises(access.NotFound):
        citizen.hotline.handling.contact(walk.number, LEADER, "handle")
    with pytest.raises(access.NotFound):
        citizen.hotline.ticket_desk.dossier(walk.number, LEADER)


def test_what_is_answered_is_in_the_inbox_no_more(citizen: Citizen, clock: SetClock) -> None:
    walk = late(citizen, clock)
    citizen.hotline.handling.accept(walk.number, walk.lead)
    citizen.hotline.handling.start(walk.number, walk.lead)
    assert [ticket.number for ticket in citizen.hotline.department.listed(LEADER)] == [walk.number]
    citizen.hotline.handling.reply(walk.number, walk.lead, "经现场核查，该店油烟净化器损坏，已责令三日内整改。")
    assert citizen.hotline.department.listed(LEADER) == []
    with pytest.raises(access.NotFound):
        citizen.hotline.department.one(walk.number, LEADER)


def test_of_a_confidential_one_no_word_is_read_until_the_leader_is_named(citizen: Citizen, clock: SetClock) -> None:
    view = citizen.hotline.department
    walk = late(citizen, clock, request_type=RequestType.REPORT)
    assert walk.ticket.confidential
    (listed,) = view.listed(LEADER)
    assert (listed.number, listed.lead) == (walk.number, walk.ticket.lead)
    assert not listed.can_be_opened and "烧烤" not in repr(listed)
    assert view.listed(LEADER, InboxQuery("烧烤")) == []
    with pytest.raises(access.NotFound):
        view.one(walk.number, LEADER)
    citizen.hotline.ticket_desk.name(walk.number, SUPERVISOR, [LEADER.id])
    assert view.listed(LEADER, InboxQuery("烧烤"))[0].can_be_opened
    assert "烧烤" in view.one(walk.number, LEADER).description
