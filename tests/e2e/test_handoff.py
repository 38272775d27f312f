"""An agent takes over, with the real assistant: citizens over REST, agents at the desk of the same database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from hotline.bootstrap import Hotline, build
from hotline.conversations.handoff.model import Correction, Handoff, HandoffSummary, Presence
from hotline.settings import Settings
from hotline.staff.model import Person, Role
from tests.e2e.client import OwnHotline, new_id, new_sender, own_hotline, wait_until

pytestmark = pytest.mark.slow


class Agent:
    """An agent at the desk, whose browser gives signs of life."""

    def __init__(self, hotline: Hotline, person: Person) -> None:
        self.hotline, self.person = hotline, person

    def offered(self, sender: str) -> HandoffSummary | None:
        """The offer of this citizen's conversation, if there is one."""
        offer = self.hotline.screen.overview(self.person).offer
        conversation = self.hotline.conversations.find("rest", sender)
        return offer if offer and conversation and offer.handoff.conversation_id == conversation.id else None

    def accepts(self, sender: str) -> Handoff:
        """Wait for the offer and accept it."""
        offer: HandoffSummary = wait_until(lambda: self.offered(sender), 10)
        return self.hotline.agent_desk.accept(self.person, offer.handoff.id)

    def says(self, handoff: Handoff, text: str) -> None:
        """Answer the citizen."""
        self.hotline.agent_desk.say(self.person, handoff.id, text, new_id())

    def hands_back(self, handoff: Handoff, **correction: Any) -> None:
        """Hand the conversation back to the assistant."""
        self.hotline.agent_desk.hand_back(self.person, handoff.id, Correction(**correction))

    def closes(self, handoff: Handoff) -> None:
        """Close the conversation."""
        self.hotline.agent_desk.close(self.person, handoff.id, "answered")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnHotline]:
    with own_hotline(tmp_path_factory.mktemp("handoff")) as hotline:
        yield hotline


@pytest.fixture(scope="module")
def inside(running: OwnHotline) -> Iterator[Hotline]:
    built = build(Settings(data=running.data))
    yield built
    built.database.close()


@contextmanager
def at_the_desk(inside: Hotline, *skills: str) -> Iterator[Agent]:
    """An agent who takes a seat, and leaves it at the end."""
    agent = Agent(inside, Person(new_id(), "li", "李坐席", Role.AGENT, skills or ("general",)))
    gone = threading.Event()

    def browser() -> None:
        while not gone.wait(5):
            inside.agent_desk.beat(agent.person)

    inside.agent_desk.set_presence(agent.person, Presence.AVAILABLE)
    beats = threading.Thread(target=browser)
    beats.start()
    try:
        yield agent
    finally:
        gone.set()
        beats.join()
        inside.agent_desk.set_presence(agent.person, Presence.AWAY)


@pytest.fixture
def citizen() -> str:
    return new_sender()


def words(running: OwnHotline, sender: str, text: str) -> str:
    """Send a citizen's message; return the answer."""
    return running.client.until_answered(sender, text, new_id())


def hears(running: OwnHotline, sender: str, what: str) -> str:
    """Wait until the transcript contains something said to the citizen; return the transcript."""

    def said() -> str:
        lines = [text for _, author, text, *_ in running.transcript(sender) if author != "citizen"]
        return "\n".join(lines) if any(what in line for line in lines) else ""

    return str(wait_until(said, 15, f"{what} was not said"))


def test_nobody_there_is_said_and_a_call_back_offered(running: OwnHotline, citizen: str) -> None:
    answer = words(running, citizen, "转人工")
    assert "没有坐席在线" in answer and "电话" in answer
    assert "回电" in words(running, citizen, "13800001234")
    assert len(running.client.tickets(sender=citizen)) == 1


def test_an_agent_takes_over_and_the_assistant_goes_on_with_what_was_corrected(
    running: OwnHotline, inside: Hotline, citizen: str
) -> None:
    words(running, citizen, "锦江区望平街15号楼下烧烤店每天烤到凌晨两点，油烟和噪音吵得孩子睡不着")
    with at_the_desk(inside) as agent:
        assert "第1位" in words(running, citizen, "转人工")
        handoff = agent.accepts(citizen)
        view = inside.screen.view(agent.person, handoff.id)
        assert "望平街15号" in view.understanding.summary
        running.client.say(citizen, "其实是51号，我叫王芳，13800001234")
        agent.says(handoff, "好的，我改一下")
        agent.hands_back(handoff, place="锦江区望平街51号", name="王芳", phone="13800001234")
        said = hears(running, citizen, "对吗")
    assert "望平街51号" in said.splitlines()[-1]
    before_agent, after_agent = said.split("人工坐席来了", 1)
    assert "1234" not in before_agent and "138****1234" in after_agent
    assert "工单号" in words(running, citizen, "对")
    (ticket,) = running.client.tickets(sender=citizen)
    assert "51号" in ticket["location"] and ticket["contact"]["phone"] == "13800001234"


def test_who_waits_goes_on_with_the_assistant_and_may_choose_a_call_back(
    running: OwnHotline, inside: Hotline, citizen: str
) -> None:
    with at_the_desk(inside) as agent:
        inside.agent_desk.set_presence(agent.person, Presence.BUSY)
        assert "第1位" in words(running, citizen, "我要找人工")
        assert "第1位" in words(running, citizen, "还要等多久")
        assert "电话" in words(running, citizen, "武侯区玉林西路28号楼下路灯坏了三天没人修")
        answer = words(running, citizen, "不等了，给我回电话吧")
        assert "电话" in answer and "第1位" not in answer and "没有坐席" not in answer
        assert "回电" in words(running, citizen, "13900005678")
        assert inside.screen.overview(agent.person).waiting == ()


def test_abuse_that_goes_on_brings_a_person(running: OwnHotline, inside: Hotline, citizen: str) -> None:
    with at_the_desk(inside) as agent:
        assert "第1位" not in words(running, citizen, "你们都是一群废物")
        assert "第1位" in words(running, citizen, "滚你妈的傻逼")
        handoff = agent.accepts(citizen)
        assert handoff.reason == "anger"
        agent.closes(handoff)


def test_two_turns_that_are_not_understood_bring_a_person(running: OwnHotline, inside: Hotline, citizen: str) -> None:
    with at_the_desk(inside) as agent:
        words(running, citizen, "呼啦呼啦嘣嘣嘣")
        assert "第1位" in words(running, citizen, "咔咔咔哒哒哒呼噜")
        handoff = agent.accepts(citizen)
        assert handoff.reason == "not_understood"
        agent.closes(handoff)


def test_a_question_goes_to_an_expert_who_is_there(running: OwnHotline, inside: Hotline, citizen: str) -> None:
    question = "请问退休后社保养老金怎么计算，需要什么材料？"
    with at_the_desk(inside, "tax"):
        assert "第1位" not in words(running, new_sender(), question)
    with at_the_desk(inside, "social_security") as expert:
        assert "第1位" in words(running, citizen, question)
        handoff = expert.accepts(citizen)
        assert handoff.reason == "expert"
        expert.closes(handoff)


def test_danger_calls_a_person_ahead_of_all(running: OwnHotline, inside: Hotline, citizen: str) -> None:
    with at_the_desk(inside) as agent:
        inside.agent_desk.set_presence(agent.person, Presence.BUSY)
        words(running, new_sender(), "转人工")
        assert "119" in words(running, citizen, "家里煤气漏了，好大的味道，头很晕")
        conversation = inside.conversations.find("rest", citizen)
        assert conversation

        def alarmed() -> bool:
            overview = inside.screen.overview(agent.person)
            first = overview.waiting and overview.waiting[0].handoff.conversation_id == conversation.id
            return bool(overview.alarms and first)

        wait_until(alarmed, 10)
        supervisor = replace(agent.person, role=Role.SUPERVISOR)
        for line in inside.screen.overview(supervisor).waiting:
            agent.closes(inside.agent_desk.take(agent.person, line.handoff.id))
    assert "工单" in words(running, citizen, "我的工单") or running.client.tickets(sender=citizen)
