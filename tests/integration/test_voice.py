"""Calls to a gateway on loopback, with a scripted dialogue, and a double of Twilio that follows TwiML."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
import pytest

from connectors.twilio.double.calls import ANONYMOUS, PhoneCall, call_fields
from connectors.twilio.double.webhooks import Webhooks, new_sid
from connectors.voice import flow
from connectors.voice.spoken import spoken
from hotline.bootstrap import build
from hotline.city import City
from hotline.conversations.model import Author, Message, Reply
from hotline.personal_data.masking import mask_phone
from hotline.processes.gateway import create_gateway
from hotline.settings import Settings
from hotline.staff.model import Person, Role
from hotline.texts import texts
from tests.conftest import SetClock
from tests.integration.serving import serving, storage_down
from tests.integration.test_pump import ScriptedDialogue
from tests.integration.texting import NUMBER, SID, TOKEN, Line, a_line, until

CALLER, CALLERS_PHONE = "+8613800001234", "13800001234"
AGENTS, FIRE_LINE = "+862812340000", "+862811900000"
QUESTION = "在哪条路、靠近哪里？"
WEBHOOK = "/webhooks/twilio/voice"

say = texts().say


class Phone:
    """The hotline's telephone: calls, the dialogue behind it, and what was stored."""

    def __init__(self, line: Line) -> None:
        self.hotline, self.dialogue, self.double = line.hotline, line.dialogue, line.double

    async def call(self, caller: str = CALLER) -> PhoneCall:
        """A call after the opening."""
        call = PhoneCall(self.double, caller)
        await call.begins()
        return call

    def transcript(self, call: PhoneCall) -> list[Message]:
        """The transcript of a call."""
        conversation = self.hotline.conversations.find("voice", call.sid)
        return list(self.hotline.conversations.transcript(conversation.id)) if conversation else []

    def said_by_the_caller(self, call: PhoneCall) -> list[str]:
        """The caller's words as stored."""
        return [m.text for m in self.transcript(call) if m.author is Author.CITIZEN]


Connect = Callable[..., AbstractAsyncContextManager[Phone]]


@pytest.fixture
def connect(sqlite_url: str, tmp_path: Path, valkey_url: str, clock: SetClock, city: City) -> Connect:
    """Makes a telephone with these settings. Any complaint of the Twilio double fails the test."""

    @asynccontextmanager
    async def connected(**settings: Any) -> AsyncIterator[Phone]:
        async with a_line(tmp_path, sqlite_url, valkey_url, clock, city, **settings) as line:
            yield Phone(line)

    return connected


@pytest.fixture
async def phone(connect: Connect) -> AsyncIterator[Phone]:
    """A telephone without transfers."""
    async with connect() as phone:
        yield phone


@pytest.fixture
async def staffed(connect: Connect) -> AsyncIterator[Phone]:
    """A telephone that can transfer to agents and the fire brigade."""
    async with connect(voice_transfers={"general": AGENTS, "119": FIRE_LINE, "tax": "queue:tax"}) as phone:
        yield phone


class TestOpening:
    async def test_says_who_speaks_and_that_it_is_recorded_and_asks_one_open_question(self, phone: Phone) -> None:
        call = await phone.call()
        assert call.heard == ["您好，幺二三四五，我是智能助手小通，通话将录音。请直接说您的事，转人工请说人工或按零。"]
        assert call.is_recorded
        assert call.listens
        assert call.language == "cmn-Hans-CN"

    async def test_no_record_is_made_and_none_is_announced_when_it_is_off(self, connect: Connect) -> None:
        async with connect(voice_records=False) as phone:
            call = await phone.call()
            assert not call.is_recorded
            assert "录音" not in call.last

    async def test_a_line_in_english_begins_in_english(self, connect: Connect) -> None:
        async with connect(voice_language="en-GB") as phone:
            assert (await phone.call()).last.startswith("Hello")


class TestTalking:
    async def test_words_are_committed_and_answered(self, phone: Phone) -> None:
        phone.dialogue.says["路灯坏了"] = [Reply(QUESTION)]
        call = await phone.call()
        await call.says("路灯坏了")
        assert call.said == [QUESTION]
        [spoken, answer] = phone.transcript(call)
        assert (spoken.text, answer.text) == ("路灯坏了", QUESTION)

    async def test_the_callers_number_is_the_contact(self, phone: Phone) -> None:
        call = await phone.call("+862885551234")
        await call.says("路灯坏了")
        found = phone.hotline.conversations.find("voice", call.sid)
        assert found
        assert found.verified_phone == "02885551234"

    @pytest.mark.parametrize("withheld", [ANONYMOUS, "+86282452253", "+8656696", "anonymous", ""])
    async def test_a_withheld_number_is_no_contact(self, phone: Phone, withheld: str) -> None:
        call = await phone.call(withheld)
        await call.says("路灯坏了")
        found = phone.hotline.conversations.find("voice", call.sid)
        assert found
        assert found.verified_phone is None

    async def test_digits_are_an_answer_as_good_as_words(self, phone: Phone) -> None:
        call = await phone.call()
        await call.presses("261122000437")
        assert phone.dialogue.heard == ["261122000437"]

    async def test_two_calls_of_one_number_are_two_conversations(self, phone: Phone) -> None:
        for words in ("路灯坏了", "停水了"):
            call = await phone.call()
            await call.says(words)
            assert phone.said_by_the_caller(call) == [words]

    async def test_a_webhook_that_comes_again_has_one_effect_and_the_same_answer(self, phone: Phone) -> None:
        call = await phone.call()
        first, second = [await call.again(f"{WEBHOOK}/turn", {"SpeechResult": "路灯坏了"}) for _ in range(2)]
        assert first == second
        assert phone.dialogue.heard == ["路灯坏了"]

    async def test_english_is_answered_in_english_and_then_listened_for(self, phone: Phone) -> None:
        phone.dialogue.says["hello"] = [Reply("Is it in 锦江区? Where is it?")]
        call = await phone.call()
        await call.says("hello")
        assert call.language == "en-US"

    async def test_when_nothing_is_left_open_the_caller_is_asked_and_may_end_the_call(self, phone: Phone) -> None:
        phone.dialogue.says["催一下"] = [Reply("已记下催办。")]
        call = await phone.call()
        await call.says("催一下")
        assert call.last.endswith(say("voice.anything_else"))
        await call.says("没有了，谢谢")
        assert call.last == say("voice.goodbye")
        assert call.is_over


class TestSilence:
    async def test_is_asked_about_twice_in_other_words_and_then_a_person_is_wanted(self, phone: Phone) -> None:
        call = await phone.call()
        prompts = [call.last]
        for _ in range(2):
            await call.is_silent()
            prompts.append(call.last)
        assert len(set(prompts)) == 3
        await call.is_silent()
        assert phone.dialogue.heard == [say("voice.asks_person")]

    async def test_the_last_question_is_put_again(self, phone: Phone) -> None:
        phone.dialogue.says["路灯坏了"] = [Reply(f"好的。{QUESTION}")]
        call = await phone.call()
        await call.says("路灯坏了")
        await call.is_silent()
        assert call.last == say("voice.no_sound", question=QUESTION)

    async def test_after_all_is_done_ends_the_call(self, phone: Phone) -> None:
        phone.dialogue.says["催一下"] = [Reply("已记下催办。")]
        call = await phone.call()
        await call.says("催一下")
        await call.is_silent()
        assert call.is_over


class TestBadLine:
    async def test_words_that_may_be_misheard_are_read_back_before_anything_is_done(self, phone: Phone) -> None:
        call = await phone.call()
        await call.says("望平街路灯坏了。", confidence=0.3)
        assert call.last == "我听到的是：望平街路灯坏了。对吗？"
        assert phone.dialogue.heard == []
        await call.says("对")
        assert phone.dialogue.heard == ["望平街路灯坏了。"]

    async def test_one_on_the_keypad_says_yes_too(self, phone: Phone) -> None:
        call = await phone.call()
        await call.says("望平街路灯坏了", confidence=0.3)
        await call.presses("1")
        assert phone.dialogue.heard == ["望平街路灯坏了"]

    async def test_what_was_misheard_is_asked_for_again(self, phone: Phone) -> None:
        call = await phone.call()
        await call.says("王平姐路灯坏了", confidence=0.3)
        await call.says("不对")
        assert call.last == say("voice.say_again")
        await call.says("望平街路灯坏了")
        assert phone.dialogue.heard == ["望平街路灯坏了"]

    async def test_or_is_simply_said_again(self, phone: Phone) -> None:
        call = await phone.call()
        await call.says("王平姐路灯坏了", confidence=0.3)
        await call.says("是望平街路灯坏了", confidence=0.9)
        assert phone.dialogue.heard == ["是望平街路灯坏了"]

    async def test_danger_is_acted_on_however_badly_it_was_heard(self, phone: Phone) -> None:
        call = await phone.call()
        await call.says("我家着火了", confidence=0.1)
        assert phone.dialogue.heard == ["我家着火了"]

    async def test_noise_is_not_taken_for_words(self, phone: Phone) -> None:
        call = await phone.call()
        await call.says("呃……")
        assert call.last == say("voice.unclear")
        assert phone.dialogue.heard == []

    async def test_a_line_that_stays_bad_needs_a_person(self, staffed: Phone) -> None:
        call = await staffed.call()
        for words in ("撒拉拉拉拉", "哗哗哗哗哗", "拉拉拉拉拉"):
            await call.says(words, confidence=0.1)
        assert call.dialled == AGENTS


class TestWaiting:
    async def test_an_answer_that_takes_long_is_bridged(self, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(flow, "WAIT_SECONDS", 0.02)
        let_go = phone.dialogue.think_about("路灯坏了")
        call = await phone.call()
        talk = asyncio.create_task(call.says("路灯坏了"))
        await until(lambda: say("voice.wait") in call.said)
        let_go.set()
        await talk
        assert call.said[0] == say("voice.wait")
        assert call.said[-1].startswith("答：路灯坏了")

    async def test_while_the_assistant_is_down_the_caller_is_told_that_it_is_kept(
        self, phone: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(flow, "WAIT_SECONDS", 0.01)
        phone.dialogue.is_away = True
        call = await phone.call()
        await call.says("路灯坏了")
        assert call.last.endswith(spoken(say("voice.recovering")))
        assert call.listens

    async def test_while_the_assistant_is_down_agents_take_over(
        self, staffed: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(flow, "WAIT_SECONDS", 0.01)
        staffed.dialogue.is_away = True
        call = await staffed.call()
        await call.says("路灯坏了")
        assert call.dialled == AGENTS

    async def test_without_storage_nothing_is_pretended_and_the_caller_stays(
        self, phone: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call = await phone.call()
        with storage_down(phone.hotline, monkeypatch):
            await call.says("路灯坏了")
        assert call.last == say("voice.not_kept")
        await call.says("路灯坏了")
        assert phone.said_by_the_caller(call) == ["路灯坏了"]


class TestTransfer:
    @pytest.mark.parametrize("how", ["0", "人工", "转人工。"])
    async def test_zero_or_the_word_reaches_an_agent_at_once(self, staffed: Phone, how: str) -> None:
        staffed.dialogue.is_away = True
        call = await staffed.call()
        await (call.presses(how) if how == "0" else call.says(how))
        assert call.dialled == AGENTS
        assert call.last == say("voice.transfer")
        assert staffed.said_by_the_caller(call) == [say("voice.asks_person")]

    async def test_the_desk_shows_it_while_it_rings_and_until_the_caller_is_back(self, staffed: Phone) -> None:
        clerk = Person("li", "li", "李坐席", Role.AGENT, ("general",))
        call = await staffed.call()
        await call.says("路灯坏了")
        await call.presses("0")
        [line] = staffed.hotline.screen.overview(clerk).waiting
        lines = staffed.hotline.screen.transcript(clerk, line.handoff.id)
        assert (line.handoff.channel, lines[0].text) == ("voice", "路灯坏了")
        assert staffed.hotline.screen.view(clerk, line.handoff.id).masked_phone == mask_phone(CALLERS_PHONE)
        await call.comes_back("no-answer")
        assert staffed.hotline.screen.overview(clerk).waiting == ()

    @pytest.mark.parametrize("words", ["我要找税务专家", "0"])
    async def test_a_caller_who_hangs_up_while_it_rings_is_off_the_desk(self, staffed: Phone, words: str) -> None:
        staffed.dialogue.says["我要找税务专家"] = [Reply("好的。", {"transfer": "tax"})]
        expert = Person("sun", "sun", "孙坐席", Role.AGENT, ("tax", "general"))
        call = await staffed.call()
        await (call.presses(words) if words == "0" else call.says(words))
        [line] = staffed.hotline.screen.overview(expert).waiting
        assert line.handoff.skill == ("general" if words == "0" else "tax")
        await call.hangs_up()
        assert staffed.hotline.screen.overview(expert).waiting == ()

    async def test_the_agent_is_told_what_it_is_about(self, staffed: Phone) -> None:
        call = await staffed.call()
        await call.presses("0")
        await call.agent_answers()
        assert call.whispered == ["幺二三四五转接：市民诉求。"]
        assert say("voice.reached") in [m.text for m in staffed.transcript(call)]
        await call.comes_back("completed")
        assert call.last == say("voice.goodbye")

    @pytest.mark.parametrize("outcome", ["busy", "no-answer", "failed", "canceled"])
    async def test_nobody_reached_means_a_call_back_and_the_talk_may_go_on(self, staffed: Phone, outcome: str) -> None:
        call = await staffed.call()
        await call.presses("0")
        await call.comes_back(outcome)
        assert call.said[0].startswith(say("voice.not_reached"))
        assert say("voice.go_on") in call.last
        assert call.listens
        asked = staffed.dialogue.data[-1]
        assert asked == {"can_transfer": False}

    async def test_the_dialogue_may_want_a_person_of_a_skill(self, staffed: Phone) -> None:
        staffed.dialogue.says["我要找税务专家"] = [Reply("好的。", {"transfer": "tax"})]
        call = await staffed.call()
        await call.says("我要找税务专家")
        assert call.queued_in == "tax"
        await call.holds(15, position=3)
        assert call.last.endswith(say("voice.queue", ahead=2))
        await call.holds(600)
        assert call.queued_in is None
        assert say("voice.not_reached") in call.last

    async def test_where_nobody_can_be_reached_the_assistant_offers_a_call_back(self, phone: Phone) -> None:
        call = await phone.call()
        await call.presses("0")
        assert phone.dialogue.heard == [say("voice.asks_person")]
        assert phone.dialogue.data == [None]
        assert call.listens


class TestDanger:
    async def test_the_line_is_dialled_at_once_and_the_caller_stays_connected(self, staffed: Phone) -> None:
        staffed.dialogue.says["我家着火了"] = [Reply(say("danger.fire"), {"danger": "fire"})]
        call = await staffed.call()
        await call.says("我家着火了")
        assert call.dialled == FIRE_LINE
        await call.comes_back("completed")
        assert call.last == say("voice.after_line")
        assert not call.is_over

    async def test_a_line_that_does_not_answer_is_named_and_the_caller_is_not_left(self, staffed: Phone) -> None:
        staffed.dialogue.says["我家着火了"] = [Reply(say("danger.fire"), {"danger": "fire"})]
        call = await staffed.call()
        await call.says("我家着火了")
        await call.comes_back("no-answer")
        assert "幺幺九" in call.last
        assert call.listens

    async def test_it_does_not_wait_for_an_assistant_that_is_down(self, staffed: Phone) -> None:
        staffed.dialogue.is_away = True
        call = await staffed.call()
        await call.says("我家着火了")
        assert call.dialled == FIRE_LINE

    async def test_without_a_line_the_number_is_said_and_the_conversation_stays_open(self, phone: Phone) -> None:
        phone.dialogue.says["我家着火了"] = [Reply(say("danger.fire"), {"danger": "fire"})]
        call = await phone.call()
        await call.says("我家着火了")
        assert "幺幺九" in call.last
        assert call.listens

    async def test_thoughts_of_death_reach_a_person_first(self, staffed: Phone) -> None:
        staffed.dialogue.says["我不想活了"] = [Reply(say("danger.self_harm"), {"danger": "self_harm"})]
        call = await staffed.call()
        await call.says("我不想活了")
        assert call.dialled == AGENTS


class TestWithoutStorage:
    async def test_zero_still_leads_to_a_person_who_then_knows_nothing(
        self, staffed: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call = await staffed.call()
        with storage_down(staffed.hotline, monkeypatch):
            await call.presses("0")
            assert call.dialled == AGENTS
            await call.agent_answers()
            assert call.whispered == ["幺二三四五转接：市民诉求。"]
        await call.comes_back("completed")
        assert call.last == say("voice.goodbye")

    async def test_nobody_reached_is_said_and_no_call_back_is_pretended(
        self, staffed: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call = await staffed.call()
        with storage_down(staffed.hotline, monkeypatch):
            await call.presses("0")
            await call.comes_back("busy")
        assert call.last.startswith(say("voice.not_reached"))
        assert "回电" not in call.last
        assert call.listens


class TestUntrustedWebhooks:
    PATHS = ("", "/turn", "/wait", "/transferred", "/hold", "/whisper", "/status")

    def fields(self) -> dict[str, str]:
        return call_fields(SID, new_sid("CA"), CALLER, NUMBER, "completed")

    @pytest.mark.parametrize("path", PATHS)
    async def test_forged_ones_are_refused(self, phone: Phone, path: str) -> None:
        answered = await phone.double.webhooks.post(WEBHOOK + path, self.fields(), token="forged")
        assert answered.status == 403

    ODD: ClassVar[list[dict[str, str]]] = [
        {"CallSid": ""}, {"CallSid": "x" * 5000}, {"CallSid": "CA\x00"}, {"Confidence": "nan"}, {"Confidence": "-"},
        {"Digits": "🙂"}, {"Digits": "1" * 100}, {"SpeechResult": "\x00\uffff"}, {"SpeechResult": "长" * 19_000},
        {"From": "+" * 300}, {"QueueTime": "soon"}, {"DialCallStatus": "?" * 50}, {"ParentCallSid": "CA"},
        {"ParentCallSid": ""}, {"CallStatus": "\uffff"},
    ]  # fmt: skip

    @pytest.mark.parametrize("path", PATHS)
    async def test_odd_ones_never_break_anything(self, phone: Phone, path: str) -> None:
        for change in self.ODD:
            answered = await phone.double.webhooks.post(WEBHOOK + path, self.fields() | change)
            assert answered.status < 500, change

    STATES: ClassVar[list[str]] = [
        "turn=x", "turn=-1", "spoken=99999999999", "unsure=%00", "turn=1&turn=2", "a=b", "spoken=5000", "unsure=5000",
        "danger=99", "message=7&waits=8", "done=9&silent=9&english=2",
    ]  # fmt: skip

    @pytest.mark.parametrize("path", PATHS)
    async def test_an_odd_state_never_breaks_anything(
        self, phone: Phone, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(flow, "WAIT_SECONDS", 0.01)
        call = await phone.call()
        await call.says("路灯坏了")
        for query in self.STATES:
            for said in ("", "对"):
                fields = self.fields() | {"SpeechResult": said, "CallSid": call.sid}
                answered = await phone.double.webhooks.post(f"{WEBHOOK}{path}?{query}", fields)
                assert answered.status < 500, query


async def test_without_credentials_the_channel_is_off(
    sqlite_url: str, tmp_path: Path, valkey_url: str, clock: SetClock, city: City
) -> None:
    off = Settings(data=tmp_path, database_url=sqlite_url, redis_url=valkey_url)
    gateway = create_gateway(build(off, clock, city), ScriptedDialogue())
    async with serving(gateway) as url, aiohttp.ClientSession() as session:
        answered = await Webhooks(session, TOKEN, url).post(WEBHOOK, {})
    assert answered.status == 404
