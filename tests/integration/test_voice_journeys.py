"""Whole calls, from the opening to the text after hanging up, with Rasa, its rules and the action server.

The dialogue knows the callers' words by heart; the assistant's own extractor finds numbers.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

import bot.server
from bot.actions import context
from bot.tracker_store import TurnTrackerStore
from connectors.twilio.double.calls import ANONYMOUS, PhoneCall
from hotline.city import City
from hotline.dialogue.client import HttpDialogue
from hotline.storage.database import Database
from hotline.storage.trackers import TurnLog
from hotline.texts import texts
from hotline.tickets.model import Ticket
from tests.conftest import SetClock
from tests.integration.by_heart import trained
from tests.integration.serving import serving
from tests.integration.texting import Line, a_line, until

pytestmark = pytest.mark.slow

CALLER, PHONE = "+8613800001234", "13800001234"
AGENTS, FIRE_LINE = "+862812340000", "+862811900000"
MATTER = "锦江区望平街15号楼下烧烤店每天烤到凌晨两点，油烟呛人，我姓王"
ENGLISH = "A street light is broken on Kehua North Road in Wuhou District"
LOST_CHILD = "我找不到妈妈了，我走丢了，我五岁"
KNOWN: dict[str, dict[str, Any]] = {
    MATTER: {
        "intent": "state_matter",
        "matter": {"category": "0604", "request_type": "complaint", "district": "jinjiang"},
        "entities": {"location": "锦江区望平街15号", "name": "王"},
    },
    "路灯坏了三天没人修": {"intent": "state_matter", "matter": {"category": "0106", "request_type": "help"}},
    "对": {"intent": "affirm"},
    "查一下进度": {"intent": "check_status"},
    "转人工": {"intent": "request_human"},
    "找个活人说话": {"intent": "request_human"},
    "再见": {"intent": "goodbye"},
    "算了不报了": {"intent": "stop_intake"},
    ENGLISH: {
        "intent": "state_matter",
        "matter": {"category": "0106", "request_type": "help", "district": "wuhou"},
        "entities": {"location": "Kehua North Road in Wuhou District"},
    },
    "yes": {"intent": "affirm"},
    "电话不要用这个，打13900005678": {"intent": "correct", "entities": {"phone": "13900005678"}},
    "你们这些人渣": {"intent": "insult"},
    "滚你的蛋": {"intent": "insult"},
    LOST_CHILD: {"intent": "report_danger", "matter": {"danger": "lost_person", "danger_certain": True}},
    "我家着火了": {"intent": "report_danger", "matter": {"danger": "fire", "danger_certain": True}},
}
OFFERS_OF_A_LIST = re.compile(r"请?按[一二三四五六七八九123456789]|第[一二三四]个|选择")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assistant's real rules and responses."""
    return trained(tmp_path_factory.mktemp("rules"), KNOWN)


class Caller:
    """A caller, and what became of what they told."""

    def __init__(self, line: Line) -> None:
        self.line, self.hotline = line, line.hotline

    async def calls(self, number: str = CALLER) -> PhoneCall:
        """Dial the number and hear the opening."""
        call = PhoneCall(self.line.double, number)
        await call.begins()
        return call

    def tickets(self) -> list[Ticket]:
        """Every ticket, oldest first."""
        found = self.hotline.tickets.listed({}, 50, None)
        return [self.hotline.tickets.for_trusted_system(t.number) for t in reversed(found)]

    async def until_the_end_is_noted(self, call: PhoneCall) -> None:
        """Wait until the hang-up has been handled."""
        ends = ("voice.ended", "voice.ended_with_ticket")
        known = [texts().say(key, number="").partition("：")[0] for key in ends]
        await until(lambda: any(m.text.partition("：")[0] in known for m in self.transcript(call)))

    def transcript(self, call: PhoneCall) -> list[Any]:
        """The transcript of a call."""
        conversation = self.hotline.conversations.find("voice", call.sid)
        return list(self.hotline.conversations.transcript(conversation.id)) if conversation else []


Connect = Callable[..., AbstractAsyncContextManager[Caller]]


@pytest.fixture
def connect(
    model: Path,
    tmp_path: Path,
    sqlite_url: str,
    valkey_url: str,
    clock: SetClock,
    city: City,
) -> Connect:
    """Runs gateway, dialogue, actions and courier, with a caller."""

    @asynccontextmanager
    async def connected(**settings: Any) -> AsyncIterator[Caller]:
        memory = Database(sqlite_url)
        store = TurnTrackerStore(None, log=TurnLog(memory, clock))
        async with AsyncExitStack() as running:
            actions = await running.enter_async_context(serving(bot.server.create_actions_server()))
            server = bot.server.create_dialogue_server(store, actions, model)
            dialogue = HttpDialogue(await running.enter_async_context(serving(server)))
            running.push_async_callback(dialogue.close)
            line = await running.enter_async_context(
                a_line(tmp_path, sqlite_url, valkey_url, clock, city, dialogue=dialogue, **settings)
            )
            context.use(line.hotline)
            yield Caller(line)
        memory.close()

    return connected


@pytest.fixture
async def caller(connect: Connect) -> AsyncIterator[Caller]:
    """A caller whose call cannot be transferred."""
    async with connect() as caller:
        yield caller


@pytest.fixture
async def staffed(connect: Connect) -> AsyncIterator[Caller]:
    """A caller who can be transferred to agents and the fire brigade."""
    async with connect(voice_transfers={"general": AGENTS, "119": FIRE_LINE}) as caller:
        yield caller


async def test_a_whole_complaint_becomes_a_ticket_in_at_most_three_turns(caller: Caller) -> None:
    call = await caller.calls()
    await call.says(MATTER)
    assert "锦江区望平街15号" in call.last
    assert texts().say("read_back.this_phone") in call.last
    await call.says("对")
    [ticket] = caller.tickets()
    assert (ticket.channel, ticket.contact.phone, ticket.location) == ("voice", PHONE, "锦江区望平街15号")
    assert call.turns <= 3
    assert "工单号" in call.last
    await call.says("没有了")
    assert call.is_over
    assert not [said for said in call.heard if OFFERS_OF_A_LIST.search(said)]
    assert not re.search(r"\*|\d{5}|“", "".join(call.heard))


async def test_who_calls_from_anothers_phone_may_leave_their_own(caller: Caller) -> None:
    call = await caller.calls()
    await call.says(MATTER)
    await call.says("电话不要用这个，打13900005678")
    assert "幺三九，零零零零，五六七八" in call.last
    await call.says("对")
    assert [ticket.contact.phone for ticket in caller.tickets()] == ["13900005678"]
    await call.hangs_up()
    await until(lambda: caller.line.got("+8613900005678"))
    assert caller.line.got(CALLER) == []


async def test_after_the_call_number_and_code_are_texted(caller: Caller) -> None:
    call = await caller.calls()
    await call.says(MATTER)
    await call.says("对")
    assert texts().say("voice.texted") in call.last
    await call.hangs_up()
    [ticket] = caller.tickets()
    await until(lambda: caller.line.got(CALLER))
    [text] = caller.line.got(CALLER)
    assert ticket.number == re.sub(r"\D", "", text)[:12]
    assert ticket.code in text


async def test_a_landline_is_told_to_write_it_down_and_gets_no_text(caller: Caller) -> None:
    call = await caller.calls("+862885551234")
    await call.says(MATTER)
    await call.says("对")
    assert texts().say("voice.write_down") in call.last
    await call.hangs_up()
    await caller.until_the_end_is_noted(call)
    assert caller.line.double.texts == []


async def test_a_status_call_with_the_keypad_takes_two_turns(caller: Caller) -> None:
    first = await caller.calls()
    await first.says(MATTER)
    await first.says("对")
    await first.hangs_up()
    [ticket] = caller.tickets()
    stranger = await caller.calls("+8613900005678")
    await stranger.presses(ticket.number)
    assert "四位查询码" in stranger.last
    await stranger.presses(ticket.code)
    assert stranger.turns == 2
    assert "已受理" in stranger.last
    owner = await caller.calls()
    await owner.says("、".join(ticket.number).translate(str.maketrans("0123456789", "零幺二三四五六七八九")))
    assert "已受理" in owner.last
    owner = await caller.calls()
    await owner.says("查一下进度")
    assert owner.turns == 1
    assert "已受理" in owner.last


class TestHangingUp:
    async def test_a_clear_matter_becomes_a_ticket_that_says_it_was_not_checked(self, caller: Caller) -> None:
        call = await caller.calls()
        await call.says(MATTER)
        await call.hangs_up()
        await until(caller.tickets)
        [ticket] = caller.tickets()
        assert texts().say("voice.not_checked") in ticket.description
        await until(lambda: caller.line.got(CALLER))
        assert caller.line.got(CALLER)[0].startswith("刚才电话断了")

    async def test_the_news_of_it_may_come_again(self, caller: Caller) -> None:
        call = await caller.calls()
        await call.says(MATTER)
        for _ in range(3):
            await call.hangs_up()
            call.is_over = False
        await caller.until_the_end_is_noted(call)
        await until(lambda: caller.line.got(CALLER))
        assert len(caller.tickets()) == len(caller.line.got(CALLER)) == 1

    async def test_what_is_not_clear_yet_goes_on_by_text(self, caller: Caller) -> None:
        call = await caller.calls()
        await call.says("路灯坏了三天没人修")
        assert call.listens
        await call.hangs_up()
        await until(lambda: len(caller.line.got(CALLER)) == 2)
        assert caller.tickets() == []
        told, asked = caller.line.got(CALLER)
        assert told == texts().say("voice.text_continues")
        assert asked == call.last

    async def test_without_a_number_to_answer_to_it_stays_a_draft(self, caller: Caller) -> None:
        call = await caller.calls(ANONYMOUS)
        await call.says(MATTER)
        await call.hangs_up()
        await caller.until_the_end_is_noted(call)
        assert caller.tickets() == []
        assert MATTER in [m.text for m in caller.transcript(call)]

    async def test_who_did_not_want_it_any_more_gets_no_ticket(self, caller: Caller) -> None:
        call = await caller.calls()
        await call.says(MATTER)
        await call.says("算了不报了")
        await call.hangs_up()
        await caller.until_the_end_is_noted(call)
        assert caller.tickets() == []

    async def test_who_was_put_through_is_in_an_agents_hands(self, staffed: Caller) -> None:
        call = await staffed.calls()
        await call.says(MATTER)
        await call.presses("0")
        await call.agent_answers()
        await call.hangs_up()
        await staffed.until_the_end_is_noted(call)
        assert staffed.tickets() == []

    async def test_goodbye_ends_the_call(self, caller: Caller) -> None:
        call = await caller.calls()
        await call.says("再见")
        assert call.is_over


class TestAsAGoodOperator:
    async def test_laughter_and_noise_are_asked_about_and_then_a_person_is_to_call_back(self, caller: Caller) -> None:
        call = await caller.calls()
        for noise in ("哈哈哈", "呃"):
            await call.says(noise)
            assert call.last == texts().say("voice.unclear")
        await call.says("那个")
        assert call.last.startswith(texts().say("voice.not_made_out"))
        [ticket] = caller.tickets()
        assert ticket.title == texts().say("title.callback")
        await call.hangs_up()
        await until(lambda: caller.line.got(CALLER))
        [text] = caller.line.got(CALLER)
        assert text.startswith("已登记请人给您回电")

    async def test_a_curse_is_met_calmly_and_the_caller_may_go_on(self, caller: Caller) -> None:
        call = await caller.calls()
        await call.says("你们这些人渣")
        assert call.listens
        assert "着急" in call.last
        await call.says(MATTER)
        await call.says("对")
        assert len(caller.tickets()) == 1

    async def test_who_goes_on_cursing_comes_to_a_person(self, staffed: Caller) -> None:
        call = await staffed.calls()
        await call.says("你们这些人渣")
        await call.says("滚你的蛋")
        assert call.dialled == AGENTS

    async def test_a_child_who_is_lost_is_asked_where_it_is_and_staff_know_at_once(self, caller: Caller) -> None:
        call = await caller.calls()
        await call.says(LOST_CHILD)
        assert call.listens
        assert call.last.endswith("？")
        assert [event["danger"] for event in caller.line.events("danger.detected")] == ["lost_person"]

    async def test_english_is_spoken_up_to_the_text_after_the_call(self, caller: Caller) -> None:
        call = await caller.calls()
        await call.says(ENGLISH)
        assert "I have noted" in call.last
        assert call.last.count("Wuhou") == 1
        await call.says("yes")
        assert re.search(r"\. The number will be texted", call.last.replace("\n", " "))
        await call.says("No, thank you.")
        assert call.is_over
        await until(lambda: caller.line.got(CALLER))
        [text] = caller.line.got(CALLER)
        assert text.startswith("What you told us on the phone")

    async def test_a_language_nobody_here_speaks_comes_to_a_person(self, staffed: Caller) -> None:
        call = await staffed.calls()
        await call.says("안녕하세요 도와주세요")
        assert call.last.startswith("I did not understand.")
        await call.says("여기 위험해요 빨리")
        assert call.dialled == AGENTS


class TestPerson:
    async def test_is_reached_in_any_words_and_told_what_it_is_about(self, staffed: Caller) -> None:
        call = await staffed.calls()
        await call.says(MATTER)
        await call.says("找个活人说话")
        assert call.dialled == AGENTS
        await call.agent_answers()
        [whispered] = call.whispered
        assert "王" in whispered
        assert "望平街15号" in whispered
        assert PHONE not in whispered

    async def test_not_reached_becomes_a_call_back_and_the_caller_may_go_on(self, staffed: Caller) -> None:
        call = await staffed.calls()
        await call.presses("0")
        await call.comes_back("no-answer")
        [ticket] = staffed.tickets()
        assert (ticket.title, ticket.contact.phone) == (texts().say("title.callback"), PHONE)
        assert texts().say("voice.go_on") in call.last
        await call.says(MATTER)
        assert "望平街15号" in call.last
        await call.presses("0")
        await call.comes_back("busy")
        assert call.last == texts().say("voice.still_unreached")
        assert len(staffed.tickets()) == 1

    async def test_nobody_set_up_is_a_call_back_and_a_withheld_number_is_asked_for(self, caller: Caller) -> None:
        call = await caller.calls(ANONYMOUS)
        await call.presses("0")
        assert "电话号码" in call.last
        await call.presses("13900005678")
        [ticket] = caller.tickets()
        assert ticket.contact.phone == "13900005678"
        assert "幺三九，零零零零，五六七八" in call.last


async def test_a_fire_opens_the_red_ticket_and_dials_the_fire_brigade(staffed: Caller) -> None:
    call = await staffed.calls()
    await call.says("我家着火了")
    assert call.dialled == FIRE_LINE
    [ticket] = staffed.tickets()
    assert (ticket.danger, ticket.urgency, ticket.contact.phone) == ("fire", "critical", PHONE)
    assert [event["danger"] for event in staffed.line.events("danger.detected")] == ["fire"]
