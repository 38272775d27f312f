"""Hand-over on real databases: one agent per conversation, nobody waits in vain, nothing is lost, the assistant is
silent."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from hotline.bootstrap import Hotline
from hotline.city import OpeningHours, load_city
from hotline.clock import Clock
from hotline.conversations.handoff.desk import AgentDesk
from hotline.conversations.handoff.model import (
    Alarm,
    Correction,
    Gone,
    Handoff,
    HandoffReason,
    HandoffSummary,
    NobodyThere,
    NotYours,
    Presence,
    Rank,
    Stage,
    Unfilled,
    Waits,
)
from hotline.conversations.handoff.queue import Queue
from hotline.conversations.handoff.rules import ALIVE, LONGEST_WAIT, OFFER
from hotline.conversations.handoff.steps import standing_line
from hotline.conversations.model import Attendant, Author, Incoming, Message, MessageState, Reply
from hotline.conversations.ports import LeaseLost
from hotline.settings import PROJECT_ROOT
from hotline.staff.model import Person, Role
from hotline.storage.tables import trackers
from hotline.texts import texts
from hotline.tickets import register
from hotline.tickets.access import Citizen as Caller
from hotline.tickets.model import Contact
from tests.conftest import SetClock
from tests.integration.conftest import Citizen

DRAFT = {
    "description": "望平街15号烧烤店油烟很大",
    "request_type": "complaint",
    "category": "0604",
    "place": "望平街15号",
    "district": "chenghua",
    "name": "王芳",
    "phone": "13800001234",
}


class Agent:
    """An agent at the desk."""

    def __init__(self, hotline: Hotline, id: str, *skills: str, role: Role = Role.AGENT) -> None:
        self.hotline = hotline
        self.person = Person(id, id, f"{id}坐席", role, skills or ("general",))

    @property
    def desk(self) -> AgentDesk:
        """The desk's use cases."""
        return self.hotline.agent_desk

    def sits_down(self, capacity: int | None = None) -> Agent:
        """Become available for conversations."""
        self.desk.set_presence(self.person, Presence.AVAILABLE, capacity)
        return self

    def goes_away(self) -> None:
        """Become away."""
        self.desk.set_presence(self.person, Presence.AWAY)

    def beats(self) -> None:
        """Give a sign of life, as the browser does."""
        self.desk.beat(self.person)

    @property
    def offer(self) -> HandoffSummary | None:
        """The line of the current offer."""
        return self.hotline.screen.overview(self.person).offer

    @property
    def held(self) -> Sequence[HandoffSummary]:
        """The conversations that the agent holds."""
        return self.hotline.screen.overview(self.person).held

    def accepts(self) -> Handoff:
        """Accept the offer."""
        assert self.offer
        return self.desk.accept(self.person, self.offer.handoff.id)

    def says(self, handoff: Handoff, text: str, key: str = "k1") -> Handoff:
        """Answer the citizen."""
        return self.desk.say(self.person, handoff.id, text, key)


@pytest.fixture
def li(hotline: Hotline) -> Agent:
    """A general agent."""
    return Agent(hotline, "li")


@pytest.fixture
def zhou(hotline: Hotline) -> Agent:
    """Another general agent."""
    return Agent(hotline, "zhou")


@pytest.fixture
def boss(hotline: Hotline) -> Agent:
    """A supervisor."""
    return Agent(hotline, "chen", role=Role.SUPERVISOR)


def asks(citizen: Citizen, reason: HandoffReason = HandoffReason.ASKED, category: str | None = None) -> str:
    """The citizen asks for a person; returns the conversation."""
    assert isinstance(citizen.hotline.now, SetClock)
    citizen.hotline.now.advance(seconds=1)
    message = citizen.writes("转人工").message
    answered(citizen.hotline, message)
    citizen.hotline.queue.request(message.conversation_id, reason, category, message.id)
    return message.conversation_id


def acts_of(hotline: Hotline, conversation: str) -> list[str]:
    """The audited acts on a conversation, oldest first."""
    return [row.act.action for row in reversed(hotline.audit.latest(subject=conversation))]


def out_of_hours(hotline: Hotline) -> Queue:
    """The queue of a city where no agent works at this hour."""
    closed = replace(hotline.city, handoff=replace(hotline.city.handoff, hours=()))
    return Queue(hotline.transactions, closed, hotline.now, ())


def answered(hotline: Hotline, message: Message, text: str = "好的") -> None:
    """The assistant answers a message."""
    claim = hotline.conversations.claim(message.conversation_id, "pump")
    assert claim
    hotline.conversations.answer(claim, "pump", [Reply(text)], MessageState.QUEUED)


def remember(hotline: Hotline, clock: Clock, conversation_id: str, **slots: Any) -> None:
    """Store what the dialogue has understood."""
    snapshot = json.dumps({"slots": slots, "loop": None})
    row = {"conversation_id": conversation_id, "turn": 1, "message_ids": "[]", "events": "[]", "snapshot": snapshot}
    with hotline.database.transaction() as connection:
        connection.execute(insert(trackers), row | {"at": clock()})


def said(hotline: Hotline, conversation_id: str, author: Author) -> list[str]:
    """What an author said in a conversation."""
    return [m.text for m in hotline.conversations.transcript(conversation_id) if m.author is author]


def whispers(agent: Agent) -> list[str]:
    """The whispers that wait for this agent's answer."""
    return [whisper.note.text for whisper in agent.hotline.screen.overview(agent.person).whispers]


def attendant(hotline: Hotline, conversation_id: str) -> Attendant:
    """Who answers now."""
    return hotline.queue.attendance(conversation_id).attendant


def events(hotline: Hotline, kind: str) -> list[dict[str, Any]]:
    """The data of the events of one type."""
    with hotline.transactions.reading() as unit:
        return [event.data for _, event in unit.events.waiting(1000) if event.type == kind]


class TestAskingForAPerson:
    def test_queues_and_offers_to_one_agent_who_takes_it(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        conversation = asks(citizen)
        assert attendant(hotline, conversation) is Attendant.QUEUE
        held = li.accepts()
        assert (held.stage, held.agent) == (Stage.HELD, "li")
        assert attendant(hotline, conversation) is Attendant.AGENT
        assert [e["agent"] for e in events(hotline, "conversation.claimed")] == ["li"]

    def test_twice_waits_once(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        conversation = asks(citizen)
        first = hotline.queue.attendance(conversation).standing
        assert hotline.queue.request(conversation, HandoffReason.ASKED) == first
        assert len(events(hotline, "conversation.escalated")) == 1

    def test_is_answered_honestly_when_nobody_is_there(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        conversation = citizen.writes("转人工").message.conversation_id
        assert hotline.queue.request(conversation, HandoffReason.ASKED).waits is Waits.NOBODY
        li.sits_down().goes_away()
        assert hotline.queue.request(conversation, HandoffReason.ASKED).waits is Waits.NOBODY
        assert attendant(hotline, conversation) is Attendant.ASSISTANT
        assert not events(hotline, "conversation.escalated")

    def test_out_of_hours_is_told_so_at_once(self, hotline: Hotline, citizen: Citizen) -> None:
        conversation = citizen.writes("转人工").message.conversation_id
        assert out_of_hours(hotline).request(conversation, HandoffReason.ASKED).waits is Waits.CLOSED
        assert attendant(hotline, conversation) is Attendant.ASSISTANT

    @pytest.mark.parametrize(
        ("days", "day", "back"),
        [
            ("monday, tuesday, wednesday, thursday, friday", "2026-11-22", "明天"),  # a Sunday
            ("working_days", "2026-02-17", "2月24日（星期二）"),  # Spring Festival
            ("working_days", "2026-10-06", "10月8日（星期四）"),  # National Day
        ],
    )
    def test_in_a_city_with_hours_the_citizen_hears_when_people_are_back(
        self, hotline: Hotline, citizen: Citizen, clock: SetClock, tmp_path: Path, days: str, day: str, back: str
    ) -> None:
        folder = tmp_path / "shanshi"
        shutil.copytree(PROJECT_ROOT / "cities" / "chengdu", folder)
        file = folder / "handoff.yml"
        always = 'monday, tuesday, wednesday, thursday, friday, saturday, sunday], from: "00:00", to: "24:00"'
        text = file.read_text(encoding="utf-8")
        assert always in text
        file.write_text(text.replace(always, f'{days}], from: "08:30", to: "17:30"'), encoding="utf-8")
        clock.at = datetime.fromisoformat(f"{day} 09:30").replace(tzinfo=clock.at.tzinfo)
        queue = Queue(hotline.transactions, load_city(folder), clock, ())
        conversation = citizen.writes("转人工").message.conversation_id
        told = standing_line(queue.request(conversation, HandoffReason.ASKED), texts("zh"))
        assert told == f"现在不是人工服务时间，人工坐席{back}上午8点半上班。"

    def test_tells_the_place_and_an_estimate_from_the_last_hour(
        self, hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock
    ) -> None:
        li.sits_down(capacity=1)
        asks(citizen)
        li.accepts()
        others = [asks(Citizen(hotline, name)) for name in ("berta", "clara")]
        standings = [hotline.queue.attendance(id).standing for id in others]
        assert [(s.place, s.minutes) for s in standings if s] == [(1, 60), (2, 120)]
        clock.advance(hours=1, seconds=1)
        li.beats()
        standing = hotline.queue.attendance(others[0]).standing
        assert standing and (standing.place, standing.minutes) == (1, None)

    def test_for_an_expert_waits_only_for_one_who_is_there(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        conversation = citizen.writes("社保断缴怎么办").message.conversation_id
        expert = Agent(hotline, "wu", "social_security")
        code = next(c.code for c in hotline.city.categories.values() if c.expert == "social_security")
        assert hotline.queue.request(conversation, HandoffReason.EXPERT, code).waits is Waits.NOBODY
        expert.sits_down()
        assert hotline.queue.request(conversation, HandoffReason.EXPERT, code).waits is Waits.QUEUED
        assert expert.offer and li.offer is None

    def test_in_danger_waits_for_whoever_comes_and_goes_ahead_of_all(
        self, hotline: Hotline, citizen: Citizen, li: Agent
    ) -> None:
        conversation = asks(citizen, HandoffReason.DANGER)
        assert attendant(hotline, conversation) is Attendant.QUEUE
        other = Citizen(hotline, "berta")
        li.sits_down(capacity=1)
        assert li.offer and li.offer.handoff.conversation_id == conversation
        asks(other)
        overview = hotline.screen.overview(li.person)
        assert [line.handoff.conversation_id for line in overview.alarms] == [conversation]
        assert overview.waiting[0].handoff.rank is Rank.DANGER
        li.accepts()
        assert not hotline.screen.overview(li.person).alarms

    def test_the_alarm_says_what_it_is_and_where(self, hotline: Hotline, citizen: Citizen, boss: Agent) -> None:
        told = "屋头煤气味大得很，我电话13880001234"
        conversation = citizen.writes(told).message.conversation_id
        hotline.queue.request(conversation, HandoffReason.DANGER)
        assert hotline.screen.overview(boss.person).alarms[0].alarm is None  # its ticket is opened a moment later
        citizen.opens_ticket("m1", danger="gas", category=None, location="玉林街3号", description=told)
        citizen.writes("我姓林")
        Citizen(hotline, "berta").opens_ticket("m2", danger="fire")
        alarm = hotline.screen.overview(boss.person).alarms[0].alarm
        assert alarm == Alarm("gas", "玉林街3号", "屋头煤气味大得很，我电话138****1234")

    def test_that_comes_again_after_it_is_over_calls_nobody(
        self, hotline: Hotline, citizen: Citizen, li: Agent
    ) -> None:
        li.sits_down()
        conversation = citizen.writes("着火了").message.conversation_id
        hotline.queue.request(conversation, HandoffReason.DANGER, key="event-1")
        li.desk.close(li.person, li.accepts().id, "emergency_passed_on")
        hotline.queue.request(conversation, HandoffReason.DANGER, key="event-1")
        assert li.offer is None and attendant(hotline, conversation) is Attendant.ASSISTANT

    def test_that_becomes_danger_moves_to_the_front(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down(capacity=1)
        asks(citizen)
        li.accepts()
        asks(Citizen(hotline, "berta"))
        late = asks(Citizen(hotline, "clara"))
        hotline.queue.request(late, HandoffReason.DANGER)
        assert hotline.screen.overview(li.person).waiting[0].handoff.conversation_id == late
        assert "conversation.in_danger" in acts_of(hotline, late)


class TestAnOffer:
    def test_that_is_let_go_by_goes_to_the_next(
        self, hotline: Hotline, citizen: Citizen, li: Agent, zhou: Agent, clock: SetClock
    ) -> None:
        li.sits_down()
        clock.advance(seconds=1)
        zhou.sits_down()
        conversation = asks(citizen)
        assert li.offer and not zhou.offer
        clock.advance(seconds=OFFER.total_seconds())
        hotline.queue.tick()
        assert zhou.offer and not li.offer
        assert "conversation.let_go_by" in acts_of(hotline, conversation)
        assert zhou.accepts().agent == "zhou"

    def test_that_is_declined_goes_to_the_next_at_once(
        self, hotline: Hotline, citizen: Citizen, li: Agent, zhou: Agent
    ) -> None:
        li.sits_down()
        zhou.sits_down()
        asks(citizen)
        asked = next(agent for agent in (li, zhou) if agent.offer)
        other = zhou if asked is li else li
        assert asked.offer
        asked.desk.decline(asked.person, asked.offer.handoff.id)
        assert other.offer and not asked.offer

    def test_reaches_one_agent_at_a_time(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        asks(citizen)
        asks(Citizen(hotline, "berta"))
        waiting = hotline.screen.overview(li.person).waiting
        assert [line.handoff.offered_to for line in waiting] == ["li", None]
        li.accepts()
        hotline.queue.tick()
        assert li.offer

    def test_stops_at_the_number_of_conversations_that_an_agent_has_at_once(
        self, hotline: Hotline, citizen: Citizen, li: Agent
    ) -> None:
        li.sits_down(capacity=1)
        asks(citizen)
        held = li.accepts()
        asks(Citizen(hotline, "berta"))
        hotline.queue.tick()
        assert li.offer is None
        li.desk.close(li.person, held.id, "answered")
        assert li.offer

    def test_is_taken_by_one_of_two_who_reach_for_it(
        self, hotline: Hotline, citizen: Citizen, li: Agent, zhou: Agent
    ) -> None:
        li.sits_down()
        zhou.sits_down()
        conversations = [asks(Citizen(hotline, f"citizen-{n}")) for n in range(6)]
        waiting = hotline.screen.overview(li.person).waiting

        def reach(agent: Agent, line: HandoffSummary) -> bool:
            try:
                return agent.desk.take(agent.person, line.handoff.id).agent == agent.person.id
            except Gone:
                return False

        with ThreadPoolExecutor(4) as pool:
            took = list(pool.map(lambda pair: reach(*pair), [(a, line) for line in waiting for a in (li, zhou)]))
        assert sum(took) == len(conversations)
        assert len(li.held) + len(zhou.held) == len(conversations)
        assert len(events(hotline, "conversation.claimed")) == len(conversations)

    def test_does_not_go_to_two_when_several_workers_look(
        self, hotline: Hotline, citizen: Citizen, li: Agent, zhou: Agent
    ) -> None:
        for number in range(4):
            asks(Citizen(hotline, f"citizen-{number}"), HandoffReason.DANGER)
        for agent in (li, zhou):
            agent.desk.set_presence(agent.person, Presence.BUSY)
            with hotline.transactions() as unit:
                seat = unit.seats.get(agent.person.id)
                assert seat
                unit.seats.save(replace(seat, presence=Presence.AVAILABLE))
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: hotline.queue.offer_waiting(), range(4)))
        with hotline.transactions.reading() as unit:
            offered = [h.offered_to for h in unit.handoffs.waiting() if h.offered_to]
        assert sorted(offered) == ["li", "zhou"]


class TestWhileAnAgentHasIt:
    def test_the_assistant_is_silent(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        conversation = asks(citizen)
        li.accepts()
        accepted = citizen.writes("在吗", owner="pump")
        assert accepted.claim is None and accepted.attendant is Attendant.AGENT
        assert hotline.conversations.due(10) == []
        assert hotline.conversations.claim(conversation, "pump") is None
        assert li.held[0].unread == 1 and li.held[0].last_text == "在吗"

    def test_an_answer_that_was_under_way_is_not_said(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        conversation = asks(citizen)
        claim = citizen.writes("路灯坏了", owner="pump").claim
        assert claim
        li.accepts()
        with pytest.raises(LeaseLost):
            hotline.conversations.answer(claim, "pump", [Reply("在哪条路？")], MessageState.QUEUED)
        assert said(hotline, conversation, Author.ASSISTANT) == ["好的"]

    def test_what_the_citizen_sends_twice_is_there_once(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        conversation = asks(citizen)
        li.accepts()
        first, again = citizen.writes("在吗", "m-1"), citizen.writes("在吗", "m-1")
        assert (first.is_new, again.is_new) == (True, False)
        assert said(hotline, conversation, Author.CITIZEN).count("在吗") == 1

    def test_what_the_agent_sends_twice_is_said_once(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        conversation = asks(citizen)
        held = li.accepts()
        li.says(held, "您好", "k1")
        li.says(held, "您好", "k1")
        assert said(hotline, conversation, Author.AGENT) == ["您好"]

    def test_danger_is_still_warned_of_and_staff_alerted(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        conversation = asks(citizen)
        li.accepts()
        message = citizen.writes("我家燃气漏了").message
        assert hotline.conversations.warn(message, "rest", "gas", certain=True)
        assert not hotline.conversations.warn(message, "rest", "gas", certain=True)
        assert any("119" in text for text in said(hotline, conversation, Author.SYSTEM))
        assert len(events(hotline, "danger.detected")) == 1

    def test_each_side_sees_what_the_other_has_read(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        conversation = asks(citizen)
        held = li.accepts()
        seq = citizen.writes("在吗").message.seq
        li.desk.read(li.person, held.id, seq)
        assert hotline.queue.attendance(conversation).agent_read == seq
        held = li.says(held, "在的")
        hotline.queue.citizen_read(conversation, held.answered)
        assert hotline.screen.view(li.person, held.id).handoff.citizen_read == held.answered

    def test_nobody_else_may_touch_it_but_a_supervisor(
        self, hotline: Hotline, citizen: Citizen, li: Agent, zhou: Agent, boss: Agent
    ) -> None:
        li.sits_down()
        asks(citizen)
        held = li.accepts()
        with pytest.raises(NotYours):
            zhou.says(held, "您好")
        with pytest.raises(NotYours):
            hotline.screen.transcript(zhou.person, held.id)
        with pytest.raises(NotYours):
            hotline.screen.overview(Agent(hotline, "dept", role=Role.HANDLER).person)
        li.desk.whisper(li.person, held.id, "这个归谁管？")
        assert whispers(boss) == ["这个归谁管？"] and not whispers(li)
        boss.desk.whisper(boss.person, held.id, "问一下门牌号")
        assert whispers(li) == ["问一下门牌号"] and not whispers(boss)
        li.desk.whisper(li.person, held.id, "15号")
        li.desk.close(li.person, held.id, "answered")
        assert not whispers(boss)
        assert [n.text for n in hotline.screen.notes(boss.person, held.id)] == ["这个归谁管？", "问一下门牌号", "15号"]
        assert "问一下门牌号" not in said(hotline, held.conversation_id, Author.AGENT)

    def test_a_supervisor_may_step_in(self, hotline: Hotline, citizen: Citizen, li: Agent, boss: Agent) -> None:
        li.sits_down()
        conversation = asks(citizen)
        held = li.accepts()
        taken = boss.desk.step_in(boss.person, conversation)
        assert taken.agent == "chen"
        with pytest.raises(NotYours):
            li.says(held, "您好")
        with pytest.raises(NotYours):
            li.desk.step_in(li.person, conversation)


class TestAnAgentWhoIsGone:
    def test_gives_the_conversation_to_the_head_of_the_queue_with_everything_kept(
        self, hotline: Hotline, citizen: Citizen, li: Agent, zhou: Agent, clock: SetClock
    ) -> None:
        li.sits_down(capacity=1)
        conversation = asks(citizen)
        held = li.accepts()
        li.says(held, "请讲")
        asks(Citizen(hotline, "berta"))  # waits already when the agent's browser is lost
        citizen.writes("还在吗")
        clock.advance(seconds=ALIVE.total_seconds() + 1)
        zhou.sits_down(capacity=1)
        if zhou.offer:  # the other citizen came first, before the loss was noticed
            zhou.desk.decline(zhou.person, zhou.offer.handoff.id)
        assert conversation in hotline.queue.tick()
        waiting = hotline.screen.overview(zhou.person).waiting
        assert waiting[0].handoff.conversation_id == conversation
        assert attendant(hotline, conversation) is Attendant.QUEUE
        assert said(hotline, conversation, Author.CITIZEN) == ["转人工", "还在吗"]
        again = zhou.desk.take(zhou.person, held.id)
        assert again.agent == "zhou" and again.id == held.id

    def test_is_not_gone_while_the_browser_gives_signs(
        self, hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock
    ) -> None:
        li.sits_down()
        asks(citizen)
        li.accepts()
        for _ in range(10):
            clock.advance(seconds=15)
            li.beats()
            hotline.queue.tick()
        assert li.held

    def test_sits_with_the_skills_that_an_administrator_changed_meanwhile(
        self, hotline: Hotline, citizen: Citizen, li: Agent
    ) -> None:
        li.sits_down()
        li.person = replace(li.person, skills=("tax",))
        li.beats()
        asks(citizen)
        assert li.offer is None

    def test_leaves_no_message_waiting_when_nobody_else_is_there(
        self, hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock
    ) -> None:
        li.sits_down()
        conversation = asks(citizen)
        held = li.accepts()
        citizen.writes("我在望平街")
        li.says(held, "请讲")
        late = [citizen.writes(text).message for text in ("路灯不亮", "三天了")]
        clock.advance(seconds=ALIVE.total_seconds() + 1)
        hotline.queue.tick()
        for message in late:  # the assistant answers exactly what the agent did not, in order
            claim = hotline.conversations.claim(conversation, "pump")
            assert claim and claim.message.id == message.id
            hotline.conversations.answer(claim, "pump", [Reply("记下了")], MessageState.QUEUED)
        assert hotline.conversations.claim(conversation, "pump") is None
        assert attendant(hotline, conversation) is Attendant.QUEUE
        li.sits_down()
        assert li.offer and li.offer.handoff.id == held.id


class TestACitizenWhoWaits:
    def test_hears_that_all_have_gone_once_and_that_somebody_came(
        self, hotline: Hotline, citizen: Citizen, li: Agent, zhou: Agent, clock: SetClock
    ) -> None:
        li.sits_down(capacity=1)
        asks(Citizen(hotline, "berta"))
        li.accepts()
        conversation = asks(citizen)
        li.goes_away()
        for _ in range(3):
            clock.advance(seconds=10)
            li.beats()
            hotline.queue.tick()
        assert len([t for t in said(hotline, conversation, Author.SYSTEM) if "都离开" in t]) == 1
        zhou.sits_down()
        zhou.desk.set_presence(zhou.person, Presence.BUSY)
        hotline.queue.tick()
        assert "第1位" in said(hotline, conversation, Author.SYSTEM)[-1]

    def test_hears_that_the_hours_are_over_when_all_have_gone_home(
        self, hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock
    ) -> None:
        li.sits_down(capacity=1)
        asks(Citizen(hotline, "berta"))
        li.accepts()
        conversation = asks(citizen)
        li.goes_away()
        clock.advance(seconds=10)
        li.beats()
        weekdays = replace(hotline.city.handoff, hours=(OpeningHours((1, 2, 3, 4, 5), 9 * 60, 18 * 60),))
        Queue(hotline.transactions, replace(hotline.city, handoff=weekdays), clock, ()).tick()
        assert (
            "现在过了人工服务时间，坐席都不在了，明天上午9点再上班。" in said(hotline, conversation, Author.SYSTEM)[-1]
        )

    def test_that_it_took_too_long_is_said_out_of_hours_as_well(
        self, hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock
    ) -> None:
        li.sits_down(capacity=1)
        asks(Citizen(hotline, "berta"))
        li.accepts()
        conversation = asks(citizen)
        li.goes_away()
        clock.advance(hours=3)
        li.beats()
        out_of_hours(hotline).tick()
        assert "等了很久" in said(hotline, conversation, Author.SYSTEM)[-1]

    def test_hears_a_new_place_by_message_but_not_every_moment(
        self, hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock
    ) -> None:
        li.sits_down(capacity=1)
        for name in ("anna", "berta", "clara"):
            asks(Citizen(hotline, name))
        last = asks(Citizen(hotline, "doris"))
        li.desk.close(li.person, li.accepts().id, "answered")
        clock.advance(seconds=5)
        hotline.queue.tick()
        assert said(hotline, last, Author.SYSTEM) == []
        clock.advance(minutes=2)
        li.beats()
        hotline.queue.tick()
        assert len(said(hotline, last, Author.SYSTEM)) == 1
        assert "第3位" in said(hotline, last, Author.SYSTEM)[0]

    def test_hears_a_new_estimate_by_message_when_it_is_another_by_far(
        self, hotline: Hotline, citizen: Citizen, li: Agent, zhou: Agent, clock: SetClock
    ) -> None:
        for agent, names in ((zhou, ["anna"]), (li, ["berta", "clara", "doris"])):
            agent.sits_down(capacity=len(names))
            for name in names:
                asks(Citizen(hotline, name))
                agent.accepts()
        li.desk.set_presence(li.person, Presence.BUSY)
        last = asks(Citizen(hotline, "elsa"))  # four were taken in the last hour
        clock.advance(minutes=3)
        li.beats(), zhou.beats()
        hotline.queue.tick()
        assert said(hotline, last, Author.SYSTEM) == []
        li.goes_away()  # three of them by an agent who has left
        hotline.queue.tick()
        [told] = said(hotline, last, Author.SYSTEM)
        assert "60分钟" in told

    def test_may_choose_a_call_back_and_the_dialogue_is_told(
        self, hotline: Hotline, citizen: Citizen, li: Agent
    ) -> None:
        li.sits_down()
        conversation = asks(citizen)
        message = citizen.writes("回电话吧").message
        for _ in range(2):  # a replay has the same effect
            heard = hotline.queue.hear(conversation, message.id, message.text)
            assert (heard.answer, heard.means) == (None, "request_human")
            asked = hotline.queue.request(conversation, HandoffReason.ASKED, key=message.id)
            assert asked.waits is Waits.CALLBACK
        assert attendant(hotline, conversation) is Attendant.ASSISTANT
        assert li.offer is None

    def test_may_leave_it_as_a_ticket_and_the_dialogue_goes_on_with_the_matter(
        self, hotline: Hotline, citizen: Citizen, li: Agent
    ) -> None:
        li.sits_down()
        conversation = asks(citizen)
        message = citizen.writes("不等了，留个工单吧").message
        for _ in range(2):  # a replay has the same effect
            heard = hotline.queue.hear(conversation, message.id, message.text)
            assert (heard.answer, heard.means) == (None, "resume")
        assert attendant(hotline, conversation) is Attendant.ASSISTANT
        assert [e["result"] for e in events(hotline, "conversation.released")] == ["ticket"]
        assert li.offer is None

    def test_may_leave_and_come_back(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        conversation = asks(citizen)
        message = citizen.writes("不等了").message
        heard = hotline.queue.hear(conversation, message.id, message.text)
        assert heard.answer and hotline.queue.hear(conversation, message.id, message.text) == heard
        assert attendant(hotline, conversation) is Attendant.ASSISTANT
        assert [e["result"] for e in events(hotline, "conversation.released")] == ["left"]
        assert hotline.queue.request(conversation, HandoffReason.ASKED, key="later").waits is Waits.QUEUED

    def test_who_says_to_wait_hears_the_place_again(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        conversation = asks(citizen)
        heard = hotline.queue.hear(conversation, "m", "我等着")
        assert heard.answer and "第1位" in heard.answer

    def test_in_danger_is_not_let_go(self, hotline: Hotline, citizen: Citizen) -> None:
        conversation = asks(citizen, HandoffReason.DANGER)
        assert hotline.queue.hear(conversation, "m", "算了").answer is None
        assert attendant(hotline, conversation) is Attendant.QUEUE

    def test_is_not_kept_for_ever(self, hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock) -> None:
        li.sits_down()
        conversation = asks(citizen)
        li.goes_away()
        clock.advance(seconds=LONGEST_WAIT.total_seconds())
        hotline.queue.tick()
        assert attendant(hotline, conversation) is Attendant.ASSISTANT

    def test_what_is_said_to_a_citizen_who_does_not_wait_is_for_the_assistant(
        self, hotline: Hotline, citizen: Citizen
    ) -> None:
        message = citizen.writes("算了").message
        heard = hotline.queue.hear(message.conversation_id, message.id, "算了")
        assert (heard.answer, heard.means) == (None, None)


class TestTheScreen:
    def test_tells_of_who_waits_what_the_matter_is_and_of_who_is_held_the_last_word(
        self, hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock
    ) -> None:
        li.sits_down()
        answered(hotline, citizen.writes("望平街15号楼下烧烤店太吵").message)
        asks(citizen)
        assert li.offer and li.offer.last_text == "望平街15号楼下烧烤店太吵"
        li.accepts()
        assert [line.last_text for line in li.held] == ["转人工"]

    def test_of_who_is_held_it_tells_the_matter_once_it_is_understood(
        self, hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock
    ) -> None:
        li.sits_down()
        asks(citizen)
        conversation = li.accepts().conversation_id
        remember(hotline, clock, conversation, draft=DRAFT | {"description": "烧烤店油烟很大，我电话13800001234"})
        [line] = li.held
        assert line.matter == "投诉·油烟与空气污染；望平街15号；烧烤店油烟很大，我电话138****1234"
        assert line.last_text == "转人工"

    def test_a_danger_is_shown_as_its_ticket_has_it(
        self, hotline: Hotline, citizen: Citizen, boss: Agent, clock: SetClock
    ) -> None:
        boss.sits_down()
        conversation = citizen.writes("屋头煤气味大得很，玉林街3号").message.conversation_id
        told: dict[str, Any] = {"location": "玉林街3号", "contact": Contact("王芳", "13800001234")}
        ticket = citizen.opens_ticket("m1", danger="gas", category=None, description="煤气味大得很", **told)
        hotline.queue.request(conversation, HandoffReason.DANGER)
        remember(hotline, clock, conversation, danger="gas", danger_ticket=ticket.number)
        [line] = hotline.screen.overview(boss.person).alarms
        assert "玉林街3号" in line.matter
        hotline.agent_desk.take(boss.person, line.handoff.id)
        view = hotline.screen.view(boss.person, line.handoff.id)
        assert view.understanding.draft and view.understanding.danger_ticket == ticket.number
        assert (view.understanding.draft.place, view.understanding.draft.description) == (
            "玉林街3号",
            ticket.description,
        )
        assert (view.understanding.draft.phone, view.masked_phone) == (None, "138****1234")
        assert (
            hotline.screen.contact(boss.person, line.handoff.id, register.AccessReason.CALL_BACK).phone == "13800001234"
        )
        opened = boss.desk.open_ticket(boss.person, line.handoff.id, Correction(description="停气后还要修管"), "k-1")
        assert (opened.location, opened.contact) == ("玉林街3号", Contact("王芳", "13800001234"))

    def test_shows_what_was_understood_with_the_contact_masked_until_asked(
        self, hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock
    ) -> None:
        li.sits_down()
        conversation = asks(citizen)
        said_all = f"{DRAFT['description']}，我叫王芳，电话13800001234"
        remember(hotline, clock, conversation, draft={**DRAFT, "description": said_all})
        held = li.accepts()
        ticket = citizen.opens_ticket()
        view = hotline.screen.view(li.person, held.id)
        assert (view.masked_name, view.masked_phone) == ("王**", "138****1234")
        assert "望平街15号" in view.understanding.summary and "王**，电话138****1234" in view.understanding.summary
        assert view.understanding.draft and view.understanding.draft.phone is None
        assert [t.number for t in view.tickets] == [ticket.number]
        assert view.conversation.sender == ""
        assert hotline.screen.contact(li.person, held.id, register.AccessReason.CHECK).phone == "13800001234"
        acts = [row.act for row in hotline.audit.latest(subject=conversation)]
        assert ("contact.viewed", "li", "check") in [(a.action, a.actor, a.reason) for a in acts]
        hotline.audit.verify()

    def test_fills_canned_replies_and_leaves_what_is_not_known(
        self, hotline: Hotline, citizen: Citizen, li: Agent
    ) -> None:
        li.sits_down()
        asks(citizen)
        held = li.accepts()
        (greeting, text), *_ = hotline.screen.canned(li.person, held.id, "kc")
        assert greeting.id == "greeting"
        assert "成都12345坐席li坐席" in text
        unfilled = hotline.screen.canned(li.person, held.id, "gd")[0][1]
        assert "{number}" in unfilled
        with pytest.raises(Unfilled):
            li.says(held, unfilled)
        assert said(hotline, held.conversation_id, Author.AGENT) == []

    def test_shows_a_supervisor_the_queues_and_seats(
        self, hotline: Hotline, citizen: Citizen, li: Agent, boss: Agent, clock: SetClock
    ) -> None:
        li.sits_down(capacity=1)
        asks(citizen)
        li.accepts()
        asks(Citizen(hotline, "berta"))
        clock.advance(seconds=30)
        board = hotline.screen.board(boss.person)
        general = next(queue for queue in board.queues if queue.skill == "general")
        assert (general.waiting, general.claimed_last_hour, general.standing.minutes) == (1, 1, 120)
        assert [(s.seat.person_id, s.held, s.is_present) for s in board.seats] == [("li", 1, True)]
        assert len(board.held) == len(board.waiting) == 1
        with pytest.raises(NotYours):
            hotline.screen.board(li.person)


class TestACall:
    """A call is transferred by telephone; the desk shows what it is about."""

    @pytest.fixture
    def call(self, hotline: Hotline, clock: SetClock) -> str:
        """A caller who has told a matter; returns the conversation."""
        said = Incoming("voice", "CA1", "望平街15号烧烤店油烟很大", "1", "13800001234")
        id = hotline.conversations.accept(said).message.conversation_id
        remember(hotline, clock, id, draft=DRAFT)
        return id

    @staticmethod
    def waits(agent: Agent) -> list[str]:
        """The calls on an agent's screen that nobody has picked up."""
        waiting = agent.hotline.screen.overview(agent.person).waiting
        return [line.handoff.conversation_id for line in waiting if line.handoff.is_call]

    def test_is_not_queued_for_an_answer_in_writing(self, hotline: Hotline, li: Agent, boss: Agent, call: str) -> None:
        li.sits_down()
        assert hotline.queue.request(call, HandoffReason.ASKED).waits is Waits.NOBODY
        with pytest.raises(Gone):
            boss.desk.step_in(boss.person, call)

    def test_is_shown_to_the_group_while_it_is_put_through_and_offered_to_nobody(
        self, hotline: Hotline, li: Agent, call: str
    ) -> None:
        li.sits_down()
        other = Agent(hotline, "sun", "tax").sits_down()
        for _ in range(2):
            hotline.queue.put_through(call, None, "call:1")
        assert (self.waits(li), li.offer) == ([call], None)
        assert self.waits(other) == []
        hotline.queue.tick()
        assert li.offer is None
        assert attendant(hotline, call) is Attendant.ASSISTANT
        hotline.queue.call_over(call)
        assert self.waits(li) == []
        hotline.queue.put_through(call, None, "call:1")  # the webhook is repeated
        assert self.waits(li) == []

    def test_shows_whoever_picks_it_up_what_was_said_with_the_number_masked(
        self, hotline: Hotline, li: Agent, call: str
    ) -> None:
        li.sits_down()
        hotline.queue.put_through(call, None, "call:1")
        [line] = hotline.screen.overview(li.person).waiting
        held = li.desk.take(li.person, line.handoff.id)
        view = hotline.screen.view(li.person, held.id)
        assert "望平街15号" in view.understanding.summary
        assert (view.masked_name, view.masked_phone) == ("王**", "138****1234")
        assert hotline.screen.contact(li.person, held.id, register.AccessReason.CALL_BACK).phone == "13800001234"
        assert [m.text for m in hotline.screen.transcript(li.person, held.id)] == ["望平街15号烧烤店油烟很大"]

    def test_is_talked_in_and_not_written_to(self, hotline: Hotline, li: Agent, zhou: Agent, call: str) -> None:
        li.sits_down(), zhou.sits_down()
        hotline.queue.put_through(call, None, "call:1")
        [line] = hotline.screen.overview(li.person).waiting
        held = li.desk.take(li.person, line.handoff.id)
        for refused in (
            lambda: li.says(held, "您好"),
            lambda: li.desk.move(li.person, held.id, "general", ""),
            lambda: li.desk.hand_back(li.person, held.id, Correction()),
        ):
            with pytest.raises(NotYours):
                refused()
        ticket = li.desk.open_ticket(li.person, held.id, Correction(), "k1")
        hotline.queue.call_over(call)
        assert [line.handoff.id for line in li.held] == [held.id], "there is work to do after a call"
        li.desk.close(li.person, held.id, "ticket_opened")
        lines = hotline.conversations.transcript(call)
        assert [m.author for m in lines] == [Author.CITIZEN], "nobody would hear it"
        assert [own.number for own in hotline.tickets.own(Caller("voice", "CA1", None))] == [ticket.number]

    def test_of_a_lost_agent_is_there_for_the_others(
        self, hotline: Hotline, li: Agent, zhou: Agent, call: str, clock: SetClock
    ) -> None:
        li.sits_down()
        hotline.queue.put_through(call, None, "call:1")
        [line] = hotline.screen.overview(li.person).waiting
        li.desk.take(li.person, line.handoff.id)
        clock.advance(seconds=ALIVE.total_seconds() + 1)
        zhou.sits_down()
        hotline.queue.tick()
        assert self.waits(zhou) == [call]
        assert attendant(hotline, call) is Attendant.ASSISTANT
        clock.advance(seconds=LONGEST_WAIT.total_seconds())
        hotline.queue.tick()
        assert self.waits(zhou) == []
        assert len(hotline.conversations.transcript(call)) == 1

    def test_with_a_danger_in_it_raises_the_alarm_until_somebody_takes_it(
        self, hotline: Hotline, li: Agent, call: str
    ) -> None:
        li.sits_down()
        hotline.queue.request(call, HandoffReason.DANGER)
        hotline.queue.put_through(call, None, "call:1")
        hotline.queue.call_over(call)
        [alarm] = hotline.screen.overview(li.person).alarms
        assert alarm.handoff.conversation_id == call
        assert attendant(hotline, call) is Attendant.ASSISTANT
        li.desk.take(li.person, alarm.handoff.id)
        assert not hotline.screen.overview(li.person).alarms


class TestGivingItAway:
    def test_to_the_assistant_goes_on_with_the_slots_as_corrected(
        self, hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock
    ) -> None:
        li.sits_down()
        conversation = asks(citizen)
        remember(hotline, clock, conversation, draft=DRAFT, asked="contact")
        held = li.accepts()
        li.desk.hand_back(li.person, held.id, Correction(place="武侯区玉林西路28号"))
        claim = hotline.conversations.claim(conversation, "pump")
        assert claim and claim.message.author is Author.SYSTEM and claim.message.data
        draft = claim.message.data["slots"]["draft"]
        assert claim.message.data["means"] == "resume"
        assert (draft["place"], draft["district"], draft["phone"]) == ("武侯区玉林西路28号", "wuhou", "13800001234")
        assert claim.conversation.attendant is Attendant.ASSISTANT

    @pytest.mark.parametrize(
        ("correction", "field"),
        [
            (Correction(category="9999"), "category"),
            (Correction(request_type="rage"), "request_type"),
            (Correction(district="atlantis"), "district"),
        ],
    )
    def test_with_a_wrong_field_changes_nothing(
        self, hotline: Hotline, citizen: Citizen, li: Agent, correction: Correction, field: str
    ) -> None:
        li.sits_down()
        asks(citizen)
        held = li.accepts()
        with pytest.raises(ValueError, match=field):
            li.desk.hand_back(li.person, held.id, correction)
        assert li.held

    def test_to_another_group_keeps_the_head_of_the_queue_and_the_note(
        self, hotline: Hotline, citizen: Citizen, li: Agent
    ) -> None:
        li.sits_down()
        conversation = asks(citizen)
        held = li.accepts()
        with pytest.raises(NobodyThere):
            li.desk.move(li.person, held.id, "tax", "问个税")
        expert = Agent(hotline, "wu", "tax").sits_down()
        li.desk.move(li.person, held.id, "tax", "问个税")
        assert expert.offer and expert.offer.handoff.id == held.id
        assert [n.text for n in hotline.screen.view(expert.person, held.id).notes] == ["问个税"]
        assert "税务" in said(hotline, conversation, Author.SYSTEM)[-1]

    def test_by_closing_needs_a_result_of_the_citys_list(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        conversation = asks(citizen)
        held = li.accepts()
        with pytest.raises(ValueError, match="result"):
            li.desk.close(li.person, held.id, "whatever")
        li.desk.close(li.person, held.id, "answered")
        assert attendant(hotline, conversation) is Attendant.ASSISTANT
        assert [e["result"] for e in events(hotline, "conversation.released")] == ["answered"]
        assert citizen.writes("路灯坏了", owner="pump").claim  # the assistant answers again
        with pytest.raises(Gone):
            hotline.screen.transcript(li.person, held.id)

    def test_twice_is_refused(self, hotline: Hotline, citizen: Citizen, li: Agent) -> None:
        li.sits_down()
        asks(citizen)
        held = li.accepts()
        li.desk.close(li.person, held.id, "answered")
        with pytest.raises(Gone):
            li.desk.hand_back(li.person, held.id, Correction())


def test_an_agent_opens_a_ticket_once_and_the_citizen_gets_its_number(
    hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock
) -> None:
    li.sits_down()
    conversation = asks(citizen)
    remember(hotline, clock, conversation, draft=DRAFT, language="en")
    held = li.accepts()
    first = li.desk.open_ticket(li.person, held.id, Correction(category="0601"), "key-1")
    assert li.desk.open_ticket(li.person, held.id, Correction(category="0601"), "key-1").number == first.number
    assert (first.category, first.location, first.contact.phone) == ("0601", "望平街15号", "13800001234")
    assert hotline.tickets.for_trusted_system(first.number).language == "en"
    cards = [m for m in hotline.conversations.transcript(conversation) if m.data and "ticket" in m.data]
    assert [m.author for m in cards] == [Author.AGENT]


def test_every_step_is_in_the_audit(hotline: Hotline, citizen: Citizen, li: Agent, boss: Agent) -> None:
    li.sits_down()
    conversation = asks(citizen)
    held = li.accepts()
    boss.desk.step_in(boss.person, conversation)
    boss.desk.close(boss.person, held.id, "answered")
    acts = [(row.act.action, row.act.actor) for row in reversed(hotline.audit.latest(subject=conversation))]
    assert acts == [
        ("conversation.escalated", "assistant"),
        ("conversation.claimed", "li"),
        ("conversation.claimed", "chen"),
        ("conversation.released", "chen"),
    ]
    hotline.audit.verify()


def test_nothing_personal_is_in_an_event_or_in_the_audit(
    hotline: Hotline, citizen: Citizen, li: Agent, clock: SetClock
) -> None:
    li.sits_down()
    conversation = asks(citizen)
    remember(hotline, clock, conversation, draft=DRAFT)
    held = li.accepts()
    li.says(held, "王芳您好")
    hotline.screen.contact(li.person, held.id, register.AccessReason.CHECK)
    li.desk.hand_back(li.person, held.id, Correction(phone="13900005678"))
    with hotline.transactions.reading() as unit:
        told = json.dumps([event.data for _, event in unit.events.waiting(1000)], ensure_ascii=False, default=str)
    told += str([row.act for row in hotline.audit.latest()])
    assert not [secret for secret in ("王芳", "13800001234", "13900005678", "望平街", "anna") if secret in told]


def test_whatever_happens_at_once_nobody_answers_for_two(hotline: Hotline, boss: Agent) -> None:
    """Agents, citizens and two workers' timers act concurrently, and every step is done completely or refused."""
    agents = [Agent(hotline, f"agent-{n}").sits_down(capacity=2) for n in range(3)]
    citizens = [Citizen(hotline, f"citizen-{n}") for n in range(6)]
    conversations = [citizen.writes("你好").message.conversation_id for citizen in citizens]

    def agent_works(agent: Agent) -> None:
        for turn in range(12):
            with suppress(Gone, NotYours):
                overview = hotline.screen.overview(agent.person)
                if overview.offer and turn % 3:
                    agent.desk.accept(agent.person, overview.offer.handoff.id)
                elif overview.offer:
                    agent.desk.decline(agent.person, overview.offer.handoff.id)
                elif overview.waiting:
                    agent.desk.take(agent.person, overview.waiting[-1].handoff.id)
            for line in agent.held[:1]:
                with suppress(Gone, NotYours):
                    agent.says(line.handoff, "您好", f"{agent.person.id}-{turn}")
                    agent.desk.close(agent.person, line.handoff.id, "answered")

    def citizen_writes(number: int) -> None:
        for turn in range(12):
            message = citizens[number].writes(f"第{turn}句").message
            hotline.queue.request(
                conversations[number], HandoffReason.DANGER if turn == 6 else HandoffReason.ASKED, key=message.id
            )

    def time_goes_by(_: int) -> None:
        for _ in range(12):
            hotline.queue.tick()

    def supervisor_steps_in(number: int) -> None:
        for turn in range(6):
            with suppress(Gone):
                held = boss.desk.step_in(boss.person, conversations[turn % 6])
                boss.desk.close(boss.person, held.id, "answered")

    with ThreadPoolExecutor(12) as pool:
        done = [pool.submit(agent_works, agent) for agent in agents]
        done += [pool.submit(citizen_writes, number) for number in range(6)]
        done += [pool.submit(work, 0) for work in (time_goes_by, time_goes_by, supervisor_steps_in)]
        for each in done:
            each.result(60)
    for citizen, conversation in zip(citizens, conversations, strict=True):
        lines = hotline.conversations.transcript(conversation, limit=1000)
        assert [m.text for m in lines if m.author is Author.CITIZEN] == ["你好", *(f"第{n}句" for n in range(12))]
        with hotline.transactions() as unit:
            handoff, there = unit.handoffs.open_of(conversation), unit.conversations.get(conversation)
        stage = handoff.stage if handoff else None
        expected = {Stage.HELD: Attendant.AGENT, Stage.WAITING: Attendant.QUEUE, None: Attendant.ASSISTANT}
        assert there and there.attendant is expected[stage], citizen.sender
    claimed = [event for event in events(hotline, "conversation.claimed") if event["taken_from"] is None]
    with hotline.transactions.reading() as unit:
        assert len(claimed) == len(events(hotline, "conversation.released")) + len(unit.handoffs.held())
    hotline.audit.verify()
