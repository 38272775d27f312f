"""Calls to a gateway on loopback, with a scripted dialogue behind it and a Twilio that follows TwiML in front."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from connectors.twilio.account import account
from connectors.twilio.double.calls import ANONYMOUS, PhoneCall, call_fields
from connectors.twilio.double.server import Double
from connectors.twilio.double.webhooks import Webhooks, new_sid
from connectors.voice import flow
from connectors.voice.spoken import spoken
from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.conversations.model import Author, Message, Reply
from hotline.processes.gateway import create_gateway
from hotline.settings import Settings
from hotline.storage import StorageUnavailable
from hotline.wording import texts
from tests.conftest import SetClock
from tests.integration.serving import serving
from tests.integration.test_pump import ScriptedDialogue

PUBLIC_URL = "https://12345.example.cn"
CALLER = "+8613800001234"
AGENTS, FIRE_LINE = "+862812340000", "+862811900000"
QUESTION = "在哪条路、靠近哪里？"

say = texts().say


class Line:
    """The hotline's telephone line: calls, the dialogue behind it, and what was stored."""

    def __init__(self, hotline: Hotline, dialogue: ScriptedDialogue, double: Double) -> None:
        self.hotline, self.dialogue, self.double = hotline, dialogue, double

    async def call(self, caller: str = CALLER) -> PhoneCall:
        """A call that has heard the opening."""
        call = PhoneCall(self.double, caller)
        await call.begins()
        return call

    def transcript(self, call: PhoneCall) -> list[Message]:
        """What was said in a call."""
        conversation = self.hotline.conversations.find("voice", call.sid)
        return list(self.hotline.conversations.transcript(conversation.id)) if conversation else []

    def said_by_the_caller(self, call: PhoneCall) -> list[str]:
        """What the caller said, as it was stored."""
        return [m.text for m in self.transcript(call) if m.author is Author.CITIZEN]

    @contextmanager
    def storage_down(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        """While open, nothing can be stored or read."""

        @contextmanager
        def unavailable() -> Any:
            raise StorageUnavailable("the disk is full")
            yield

        with monkeypatch.context() as down:
            down.setattr(self.hotline.database, "transaction", unavailable)
            down.setattr(self.hotline.database, "reading", unavailable)
            yield


@asynccontextmanager
async def line_on(settings: Settings, clock: SetClock, city: City) -> AsyncIterator[Line]:
    """A line of a hotline with these settings. What Twilio would complain of fails the test."""
    hotline, dialogue = build(settings, clock, city), ScriptedDialogue()
    ours = account(settings)
    assert ours
    async with serving(create_gateway(hotline, dialogue)) as url:
        double = Double(ours, reach=url)
        async with double.serving():
            yield Line(hotline, dialogue, double)
    assert double.problems == []


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path, valkey_url: str) -> Settings:
    return Settings(
        data=tmp_path,
        database_url=sqlite_url,
        redis_url=valkey_url,
        public_url=PUBLIC_URL,
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token="token-of-the-tests",
        twilio_from="+8628123450000",
    )


@pytest.fixture
async def line(settings: Settings, clock: SetClock, city: City) -> AsyncIterator[Line]:
    """Nobody can be put through."""
    async with line_on(settings, clock, city) as line:
        yield line


@pytest.fixture
async def staffed(settings: Settings, clock: SetClock, city: City) -> AsyncIterator[Line]:
    """Agents and the fire brigade can be reached."""
    transfers = {"general": AGENTS, "119": FIRE_LINE, "tax": "queue:tax"}
    async with line_on(settings.model_copy(update={"voice_transfers": transfers}), clock, city) as line:
        yield line


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


class TestOpening:
    async def test_says_who_speaks_and_that_it_is_recorded_and_asks_one_open_question(self, line: Line) -> None:
        call = await line.call()
        assert call.heard == ["您好，幺二三四五，我是智能助手小通，通话将录音。请直接说您的事，转人工请说人工或按零。"]
        assert call.is_recorded
        assert call.listens
        assert call.language == "cmn-Hans-CN"

    async def test_no_record_is_made_and_none_is_announced_when_it_is_off(
        self, settings: Settings, clock: SetClock, city: City
    ) -> None:
        async with line_on(settings.model_copy(update={"voice_records": False}), clock, city) as line:
            call = await line.call()
            assert not call.is_recorded
            assert "录音" not in call.last

    async def test_a_line_in_english_begins_in_english(self, settings: Settings, clock: SetClock, city: City) -> None:
        async with line_on(settings.model_copy(update={"voice_language": "en-GB"}), clock, city) as line:
            assert (await line.call()).last.startswith("Hello")


class TestTalking:
    async def test_words_are_committed_and_answered(self, line: Line) -> None:
        line.dialogue.says["路灯坏了"] = [Reply(QUESTION)]
        call = await line.call()
        await call.says("路灯坏了")
        assert call.said == [QUESTION]
        [spoken, answer] = line.transcript(call)
        assert (spoken.text, answer.text) == ("路灯坏了", QUESTION)

    async def test_the_callers_number_is_the_contact(self, line: Line) -> None:
        call = await line.call("+862885551234")
        await call.says("路灯坏了")
        found = line.hotline.conversations.find("voice", call.sid)
        assert found
        assert found.verified_phone == "02885551234"

    @pytest.mark.parametrize("withheld", [ANONYMOUS, "+86282452253", "+8656696", "anonymous", ""])
    async def test_a_withheld_number_is_no_contact(self, line: Line, withheld: str) -> None:
        call = await line.call(withheld)
        await call.says("路灯坏了")
        found = line.hotline.conversations.find("voice", call.sid)
        assert found
        assert found.verified_phone is None

    async def test_digits_are_an_answer_as_good_as_words(self, line: Line) -> None:
        call = await line.call()
        await call.presses("261122000437")
        assert line.dialogue.heard == ["261122000437"]

    async def test_two_calls_of_one_number_are_two_conversations(self, line: Line) -> None:
        for words in ("路灯坏了", "停水了"):
            call = await line.call()
            await call.says(words)
            assert line.said_by_the_caller(call) == [words]

    async def test_a_webhook_that_comes_again_has_one_effect_and_the_same_answer(self, line: Line) -> None:
        call = await line.call()
        first, second = [
            await call.again("/webhooks/twilio/voice/turn", {"SpeechResult": "路灯坏了"}) for _ in range(2)
        ]
        assert first == second
        assert line.dialogue.heard == ["路灯坏了"]

    async def test_english_is_answered_in_english_and_then_listened_for(self, line: Line) -> None:
        line.dialogue.says["hello"] = [Reply("Where is it?")]
        call = await line.call()
        await call.says("hello")
        assert call.language == "en-US"

    async def test_when_nothing_is_left_open_the_caller_is_asked_and_may_end_the_call(self, line: Line) -> None:
        line.dialogue.says["催一下"] = [Reply("已记下催办。")]
        call = await line.call()
        await call.says("催一下")
        assert call.last.endswith(say("voice.anything_else"))
        await call.says("没有了，谢谢")
        assert call.last == say("voice.goodbye")
        assert call.is_over


class TestSilence:
    async def test_is_asked_about_twice_in_other_words_and_then_a_person_is_wanted(self, line: Line) -> None:
        call = await line.call()
        prompts = [call.last]
        for _ in range(2):
            await call.is_silent()
            prompts.append(call.last)
        assert len(set(prompts)) == 3
        await call.is_silent()
        assert line.dialogue.heard == [say("voice.asks_person")]

    async def test_the_last_question_is_put_again(self, line: Line) -> None:
        line.dialogue.says["路灯坏了"] = [Reply(f"好的。{QUESTION}")]
        call = await line.call()
        await call.says("路灯坏了")
        await call.is_silent()
        assert call.last == say("voice.no_sound", question=QUESTION)

    async def test_after_all_is_done_ends_the_call(self, line: Line) -> None:
        line.dialogue.says["催一下"] = [Reply("已记下催办。")]
        call = await line.call()
        await call.says("催一下")
        await call.is_silent()
        assert call.is_over


class TestBadLine:
    async def test_words_that_may_be_misheard_are_read_back_before_anything_is_done(self, line: Line) -> None:
        call = await line.call()
        await call.says("望平街路灯坏了。", confidence=0.3)
        assert call.last == "我听到的是：望平街路灯坏了。对吗？"
        assert line.dialogue.heard == []
        await call.says("对")
        assert line.dialogue.heard == ["望平街路灯坏了。"]

    async def test_one_on_the_keypad_says_yes_too(self, line: Line) -> None:
        call = await line.call()
        await call.says("望平街路灯坏了", confidence=0.3)
        await call.presses("1")
        assert line.dialogue.heard == ["望平街路灯坏了"]

    async def test_what_was_misheard_is_asked_for_again(self, line: Line) -> None:
        call = await line.call()
        await call.says("王平姐路灯坏了", confidence=0.3)
        await call.says("不对")
        assert call.last == say("voice.say_again")
        await call.says("望平街路灯坏了")
        assert line.dialogue.heard == ["望平街路灯坏了"]

    async def test_or_is_simply_said_again(self, line: Line) -> None:
        call = await line.call()
        await call.says("王平姐路灯坏了", confidence=0.3)
        await call.says("是望平街路灯坏了", confidence=0.9)
        assert line.dialogue.heard == ["是望平街路灯坏了"]

    async def test_danger_is_acted_on_however_badly_it_was_heard(self, line: Line) -> None:
        call = await line.call()
        await call.says("我家着火了", confidence=0.1)
        assert line.dialogue.heard == ["我家着火了"]

    async def test_noise_is_not_taken_for_words(self, line: Line) -> None:
        call = await line.call()
        await call.says("呃……")
        assert call.last == say("voice.unclear")
        assert line.dialogue.heard == []

    async def test_a_line_that_stays_bad_needs_a_person(self, staffed: Line) -> None:
        call = await staffed.call()
        for words in ("撒拉拉拉拉", "哗哗哗哗哗", "拉拉拉拉拉"):
            await call.says(words, confidence=0.1)
        assert call.dialled == AGENTS


class TestWaiting:
    async def test_an_answer_that_takes_long_is_bridged(self, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(flow, "WAIT_SECONDS", 0.02)
        let_go = line.dialogue.think_about("路灯坏了")
        call = await line.call()
        talk = asyncio.create_task(call.says("路灯坏了"))
        await until(lambda: say("voice.wait") in call.said)
        let_go.set()
        await talk
        assert call.said[0] == say("voice.wait")
        assert call.said[-1].startswith("答：路灯坏了")

    async def test_while_the_assistant_is_down_the_caller_is_told_that_it_is_kept(
        self, line: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(flow, "WAIT_SECONDS", 0.01)
        line.dialogue.is_away = True
        call = await line.call()
        await call.says("路灯坏了")
        assert call.last.endswith(spoken(say("voice.recovering")))
        assert call.listens

    async def test_while_the_assistant_is_down_agents_take_over(
        self, staffed: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(flow, "WAIT_SECONDS", 0.01)
        staffed.dialogue.is_away = True
        call = await staffed.call()
        await call.says("路灯坏了")
        assert call.dialled == AGENTS

    async def test_without_storage_nothing_is_pretended_and_the_caller_stays(
        self, line: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call = await line.call()
        with line.storage_down(monkeypatch):
            await call.says("路灯坏了")
        assert call.last == say("voice.not_kept")
        await call.says("路灯坏了")
        assert line.said_by_the_caller(call) == ["路灯坏了"]


class TestTransfer:
    @pytest.mark.parametrize("how", ["0", "人工", "转人工。"])
    async def test_zero_or_the_word_reaches_an_agent_at_once(self, staffed: Line, how: str) -> None:
        staffed.dialogue.is_away = True
        call = await staffed.call()
        await (call.presses(how) if how == "0" else call.says(how))
        assert call.dialled == AGENTS
        assert call.last == say("voice.transfer")
        assert staffed.said_by_the_caller(call) == [say("voice.asks_person")]

    async def test_the_agent_is_told_what_it_is_about(self, staffed: Line) -> None:
        call = await staffed.call()
        await call.presses("0")
        await call.agent_answers()
        assert call.whispered == ["幺二三四五转接：市民诉求。"]
        assert say("voice.reached") in [m.text for m in staffed.transcript(call)]
        await call.comes_back("completed")
        assert call.last == say("voice.goodbye")

    @pytest.mark.parametrize("outcome", ["busy", "no-answer", "failed", "canceled"])
    async def test_nobody_reached_means_a_call_back_and_the_talk_may_go_on(self, staffed: Line, outcome: str) -> None:
        call = await staffed.call()
        await call.presses("0")
        await call.comes_back(outcome)
        assert call.said[0].startswith(say("voice.not_reached"))
        assert say("voice.go_on") in call.last
        assert call.listens
        asked = staffed.dialogue.data[-1]
        assert asked == {"can_transfer": False}

    async def test_the_dialogue_may_want_a_person_of_a_skill(self, staffed: Line) -> None:
        staffed.dialogue.says["我要找税务专家"] = [Reply("好的。", {"transfer": "tax"})]
        call = await staffed.call()
        await call.says("我要找税务专家")
        assert call.queued_in == "tax"
        await call.holds(15, position=3)
        assert call.last.endswith(say("voice.queue", ahead=2))
        await call.holds(600)
        assert call.queued_in is None
        assert say("voice.not_reached") in call.last

    async def test_where_nobody_can_be_reached_the_assistant_offers_a_call_back(self, line: Line) -> None:
        call = await line.call()
        await call.presses("0")
        assert line.dialogue.heard == [say("voice.asks_person")]
        assert line.dialogue.data == [None]
        assert call.listens


class TestDanger:
    async def test_the_line_is_dialled_at_once_and_the_caller_stays_connected(self, staffed: Line) -> None:
        staffed.dialogue.says["我家着火了"] = [Reply(say("danger.fire"), {"danger": "fire"})]
        call = await staffed.call()
        await call.says("我家着火了")
        assert call.dialled == FIRE_LINE
        await call.comes_back("completed")
        assert call.last == say("voice.after_line")
        assert not call.is_over

    async def test_a_line_that_does_not_answer_is_named_and_the_caller_is_not_left(self, staffed: Line) -> None:
        staffed.dialogue.says["我家着火了"] = [Reply(say("danger.fire"), {"danger": "fire"})]
        call = await staffed.call()
        await call.says("我家着火了")
        await call.comes_back("no-answer")
        assert "幺幺九" in call.last
        assert call.listens

    async def test_it_does_not_wait_for_an_assistant_that_is_down(self, staffed: Line) -> None:
        staffed.dialogue.is_away = True
        call = await staffed.call()
        await call.says("我家着火了")
        assert call.dialled == FIRE_LINE

    async def test_without_a_line_the_number_is_said_and_the_conversation_stays_open(self, line: Line) -> None:
        line.dialogue.says["我家着火了"] = [Reply(say("danger.fire"), {"danger": "fire"})]
        call = await line.call()
        await call.says("我家着火了")
        assert "幺幺九" in call.last
        assert call.listens

    async def test_thoughts_of_death_reach_a_person_first(self, staffed: Line) -> None:
        staffed.dialogue.says["我不想活了"] = [Reply(say("danger.self_harm"), {"danger": "self_harm"})]
        call = await staffed.call()
        await call.says("我不想活了")
        assert call.dialled == AGENTS


class TestUntrustedWebhooks:
    PATHS = ("", "/turn", "/wait", "/transferred", "/hold", "/whisper", "/status")

    def fields(self) -> dict[str, str]:
        return call_fields("AC" + "0" * 32, new_sid("CA"), CALLER, "+8628123450000", "completed")

    @pytest.mark.parametrize("path", PATHS)
    async def test_forged_ones_are_refused(self, line: Line, path: str) -> None:
        answered = await line.double.webhooks.post(f"/webhooks/twilio/voice{path}", self.fields(), token="forged")
        assert answered.status == 403

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize(
        "change",
        [
            {"CallSid": ""}, {"CallSid": "x" * 5000}, {"CallSid": "CA\x00"}, {"Confidence": "nan"}, {"Confidence": "-"},
            {"Digits": "🙂"}, {"Digits": "1" * 100}, {"SpeechResult": "\x00\ud83d".encode("utf-8", "replace").decode()},
            {"SpeechResult": "长" * 19_000}, {"From": "+" * 300}, {"QueueTime": "soon"}, {"DialCallStatus": "?" * 50},
            {"ParentCallSid": "CA"}, {"CallStatus": "￿"},
        ],
        ids=str,
    )  # fmt: skip
    async def test_odd_ones_never_break_anything(self, line: Line, path: str, change: dict[str, str]) -> None:
        answered = await line.double.webhooks.post(f"/webhooks/twilio/voice{path}", self.fields() | change)
        assert answered.status < 500

    @pytest.mark.parametrize("query", ["turn=x", "turn=-1", "spoken=99999999999", "unsure=%00", "turn=1&turn=2", "a=b"])
    async def test_an_odd_state_never_breaks_anything(self, line: Line, query: str) -> None:
        fields = self.fields() | {"SpeechResult": "路灯坏了"}
        answered = await line.double.webhooks.post(f"/webhooks/twilio/voice/turn?{query}", fields)
        assert answered.status < 500


async def test_without_credentials_the_channel_is_off(settings: Settings, clock: SetClock, city: City) -> None:
    off = settings.model_copy(update={"twilio_account_sid": None})
    ours = account(settings)
    assert ours
    async with serving(create_gateway(build(off, clock, city), ScriptedDialogue())) as url:
        async with Double(ours, reach=url).serving():
            pass
        import aiohttp

        async with aiohttp.ClientSession() as session:
            answered = await Webhooks(session, ours.token, ours.public_url, url).post("/webhooks/twilio/voice", {})
            assert answered.status == 404
