"""The pump: every message is answered once and in order, whatever fails in between, and danger does not wait."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.conversations import pump as pump_module
from hotline.conversations.model import (
    MAX_TEXT,
    Accepted,
    Author,
    Claim,
    Conversation,
    Incoming,
    Message,
    MessageState,
    Reply,
)
from hotline.conversations.pump import GIVE_UP_AFTER, DialogueFailed, DialogueUnavailable, Pump
from hotline.conversations.service import LEASE, STORED_TEXT
from hotline.conversations.signals import Signals
from hotline.settings import Settings
from hotline.texts import texts
from hotline.transaction import StorageUnavailable
from tests.conftest import SetClock

KEPT = texts().say("notice.kept")
GAS_LEAK = "我家燃气漏了，味道好大"
SAFETY_LINE = texts().say("danger.gas")


class ScriptedDialogue:
    """Answers 答：… to everything, unless a test makes it be away, fail, or think until it is released."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.ids: list[str] = []
        self.data: list[dict[str, Any] | None] = []
        self.is_away = False
        self.fails_on: set[str] = set()
        self.breaks_on: set[str] = set()
        self.says: dict[str, list[Reply]] = {}
        self._gates: dict[str, asyncio.Event] = {}

    def think_about(self, text: str) -> asyncio.Event:
        """Hold the answer to a text until the event is set."""
        return self._gates.setdefault(text, asyncio.Event())

    async def answer(self, claim: Claim) -> Sequence[Reply]:
        """See hotline.conversations.pump.Dialogue."""
        text = claim.message.text
        self.heard.append(text)
        self.ids.append(claim.message.id)
        self.data.append(claim.message.data)
        if gate := self._gates.get(text):
            await gate.wait()
        if text in self.fails_on:
            raise DialogueFailed("the turn failed")
        if text in self.breaks_on:
            raise ZeroDivisionError
        if self.is_away:
            raise DialogueUnavailable("away")
        return self.says.get(text, [Reply(f"答：{text}")])


class Desk:
    """A hotline on real SQLite, with as many pumps as a test needs."""

    def __init__(self, hotline: Hotline, clock: SetClock, postponed: list[None]) -> None:
        self.hotline, self.clock, self._postponed = hotline, clock, postponed

    async def tries_in_vain(self, times: int, pause: timedelta) -> None:
        """Advance time from one try to the next; at the end the next one is due."""
        for _ in range(times):
            before = len(self._postponed)
            self.clock.at += pause
            await until(lambda: len(self._postponed) > before)  # noqa: B023
        self.clock.at += pause

    async def first_try_fails(self) -> None:
        """Wait until a message was tried and postponed."""
        await until(lambda: self._postponed)

    def pump(
        self,
        dialogue: Any,
        owner: str = "pump-a",
        keep_notice_after: float = 3.0,
        fetched_at_once: Callable[[Conversation], bool] = lambda _: False,
    ) -> Pump:
        """A pump such as each gateway has."""
        return Pump(
            self.hotline.conversations, dialogue, Signals(), self.clock, owner, keep_notice_after, fetched_at_once
        )

    def leave(self, text: str, sender: str = "anna", owner: str | None = None) -> Accepted:
        """Leave a message that a gateway committed before it died."""
        return self.hotline.conversations.accept(Incoming("rest", sender, text), owner)

    def messages(self, sender: str = "anna") -> list[Message]:
        """The transcript."""
        conversation = self.hotline.conversations.find("rest", sender)
        return list(self.hotline.conversations.transcript(conversation.id)) if conversation else []

    def transcript(self, sender: str = "anna") -> list[str]:
        """The texts of the transcript."""
        return [message.text for message in self.messages(sender)]

    def answers(self, sender: str = "anna") -> list[str]:
        """What the assistant said."""
        return [message.text for message in self.messages(sender) if message.author is Author.ASSISTANT]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of one type."""
        with self.hotline.transactions.reading() as unit:
            return [event.data for _, event in unit.events.waiting(1000) if event.type == kind]


@pytest.fixture
def desk(
    sqlite_url: str, clock: SetClock, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    monkeypatch.setattr(pump_module, "SWEEP_SECONDS", 0.01)
    hotline = build(Settings(data=tmp_path, database_url=sqlite_url), clock, city)
    yield Desk(hotline, clock, _count(monkeypatch, hotline.conversations, "postpone"))
    hotline.database.close()


@pytest.fixture
def dialogue() -> ScriptedDialogue:
    return ScriptedDialogue()


@asynccontextmanager
async def running(*pumps: Pump) -> AsyncIterator[None]:
    """Runs the pumps."""
    tasks = [asyncio.create_task(pump.run()) for pump in pumps]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(condition: Callable[[], Any]) -> None:
    """Wait until other threads have done something; fail if they do not."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


async def says(pump: Pump, text: str, sender: str = "anna", id: str | None = None) -> Accepted:
    """A citizen's message at one gateway."""
    return await pump.accept(Incoming("rest", sender, text, id))


class TestAnswers:
    async def test_a_message_is_answered_and_the_answer_names_it(self, desk: Desk, dialogue: ScriptedDialogue) -> None:
        await says(desk.pump(dialogue), "你好")
        await until(desk.answers)
        question, answer = desk.messages()
        assert (question.state, answer.text, answer.answers) == (MessageState.HANDLED, "答：你好", question.seq)
        assert desk.events("message.sent") == [{"channel": "rest", "seq": 2, "answers": 1}]

    async def test_one_conversation_is_answered_in_order_one_message_at_a_time(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        let_go = dialogue.think_about("一")
        pump = desk.pump(dialogue)
        for text in ("一", "二", "三"):
            await says(pump, text)
        async with running(pump):
            await until(lambda: dialogue.heard)
            assert dialogue.heard == ["一"]
            let_go.set()
            await until(lambda: len(desk.answers()) == 3)
        assert dialogue.heard == ["一", "二", "三"]
        assert desk.transcript() == ["一", "二", "三", "答：一", "答：二", "答：三"]
        assert [message.answers for message in desk.messages()[3:]] == [1, 2, 3]

    async def test_conversations_do_not_wait_for_each_other(self, desk: Desk) -> None:
        both_are_heard = asyncio.Barrier(2)

        class Together(ScriptedDialogue):
            async def answer(self, claim: Claim) -> Sequence[Reply]:
                await both_are_heard.wait()
                return await super().answer(claim)

        pump = desk.pump(Together())
        await says(pump, "你好", "anna")
        await says(pump, "您好", "boris")
        await until(lambda: desk.answers("anna") and desk.answers("boris"))

    async def test_two_gateways_answer_everything_once_and_in_order(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        pumps = desk.pump(dialogue, "pump-a"), desk.pump(dialogue, "pump-b")
        citizens = [f"citizen-{n}" for n in range(6)]
        async with running(*pumps):
            for n in range(4):
                await asyncio.gather(*(says(pumps[(i + n) % 2], f"{who}:{n}", who) for i, who in enumerate(citizens)))
            await until(lambda: all(len(desk.answers(who)) == 4 for who in citizens))
        assert max(Counter(dialogue.heard).values()) == 1
        for who in citizens:
            assert desk.answers(who) == [f"答：{who}:{n}" for n in range(4)]

    async def test_a_message_that_comes_twice_is_answered_once(self, desk: Desk, dialogue: ScriptedDialogue) -> None:
        pump = desk.pump(dialogue)
        assert (await says(pump, "你好", id="m1")).is_new
        await until(desk.answers)
        again = await says(pump, "你好", id="m1")
        await says(pump, "再见", id="m2")
        await until(lambda: len(desk.answers()) == 2)
        assert not again.is_new
        assert dialogue.heard == ["你好", "再见"]

    async def test_a_message_that_comes_while_the_last_answer_is_committed_is_answered_at_once(
        self, desk: Desk, dialogue: ScriptedDialogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The commit returns the lease, so the next message takes it at once; the pump must notice that it did."""
        pump, loop = desk.pump(dialogue), asyncio.get_running_loop()
        answer = desk.hotline.conversations.answer

        def answer_slowly(*arguments: Any, **named: Any) -> Claim | None:
            after = answer(*arguments, **named)
            if dialogue.heard == ["一"]:  # the thread returns late, and the citizen writes again
                asyncio.run_coroutine_threadsafe(says(pump, "二"), loop).result(timeout=20)
            return after

        monkeypatch.setattr(desk.hotline.conversations, "answer", answer_slowly)
        async with running(pump):
            await says(pump, "一")
            await until(lambda: desk.answers() == ["答：一", "答：二"])

    @pytest.mark.parametrize("fetched", [True, False])
    async def test_an_answer_is_queued_unless_the_citizen_fetches_it_at_once(
        self, desk: Desk, dialogue: ScriptedDialogue, fetched: bool
    ) -> None:
        await says(desk.pump(dialogue, fetched_at_once=lambda _: fetched), "你好")
        await until(desk.answers)
        assert desk.messages()[-1].state is (MessageState.SENT if fetched else MessageState.QUEUED)

    async def test_answers_under_way_are_committed_before_a_gateway_stops(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        let_go = dialogue.think_about("你好")
        pump = desk.pump(dialogue)
        task = asyncio.create_task(pump.run())
        await says(pump, "你好")
        await until(lambda: dialogue.heard)
        task.cancel()
        asyncio.get_running_loop().call_later(0.02, let_go.set)
        with suppress(asyncio.CancelledError):
            await task
        assert desk.answers() == ["答：你好"]


class TestWithoutUnderstanding:
    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            ("", texts().say("notice.unreadable")),
            ("   \n", texts().say("notice.unreadable")),
            ("😀👍", texts().say("notice.unreadable")),
            ("？？", texts().say("notice.unreadable")),
            ("路" * (MAX_TEXT + 1), texts().say("notice.too_long", limit=MAX_TEXT)),
        ],
        ids=["empty", "blank", "emoji", "punctuation", "too long"],
    )
    async def test_what_cannot_be_understood_is_answered_without_the_dialogue(
        self, desk: Desk, dialogue: ScriptedDialogue, text: str, answer: str
    ) -> None:
        dialogue.is_away = True
        await says(desk.pump(dialogue), text)
        await until(desk.answers)
        assert desk.answers() == [answer]
        assert dialogue.heard == []

    async def test_what_is_too_long_to_be_read_is_not_searched_for_danger_to_its_end(
        self, desk: Desk, dialogue: ScriptedDialogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The search runs in the loop that serves everybody, and a web chat's frame may hold 100,000 characters."""
        searched: list[int] = []
        detect = pump_module.alarming

        def watched(text: str) -> Any:
            searched.append(len(text))
            return detect(text[:100])

        monkeypatch.setattr(pump_module, "alarming", watched)
        await says(desk.pump(dialogue), "路" * 100_000)
        await until(desk.answers)
        assert max(searched, default=0) <= STORED_TEXT

    async def test_a_citizen_is_never_answered_with_silence(self, desk: Desk, dialogue: ScriptedDialogue) -> None:
        dialogue.says["嗯"] = []
        await says(desk.pump(dialogue), "嗯")
        await until(desk.answers)
        assert desk.answers() == [texts().say("notice.nothing_to_say")]


class TestAway:
    async def test_messages_are_kept_the_citizen_told_once_and_answered_in_order_later(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        dialogue.is_away = True
        pump = desk.pump(dialogue)
        for text in ("一", "二", "三"):
            await says(pump, text)
        async with running(pump):
            await desk.first_try_fails()
            await desk.tries_in_vain(5, timedelta(seconds=4))
            assert set(dialogue.heard) == {"一"}
            assert desk.transcript() == ["一", "二", "三", KEPT]
            dialogue.is_away = False
            desk.clock.advance(seconds=4)
            await until(lambda: len(desk.answers()) == 3)
        assert desk.transcript() == ["一", "二", "三", KEPT, "答：一", "答：二", "答：三"]
        kept = desk.messages()[3]
        assert (kept.author, kept.data, kept.answers) == (Author.SYSTEM, {"notice": "kept"}, None)

    async def test_nobody_is_told_before_it_takes_long(self, desk: Desk, dialogue: ScriptedDialogue) -> None:
        dialogue.is_away = True
        pump = desk.pump(dialogue)
        await says(pump, "一")
        async with running(pump):
            await desk.first_try_fails()
            await desk.tries_in_vain(2, timedelta(seconds=0.9))
            dialogue.is_away = False
            await until(desk.answers)
        assert desk.transcript() == ["一", "答：一"]

    async def test_a_dialogue_that_hangs_is_as_good_as_away(self, desk: Desk, dialogue: ScriptedDialogue) -> None:
        let_go = dialogue.think_about("一")
        desk.leave("一")
        desk.clock.advance(seconds=4)
        async with running(desk.pump(dialogue)):
            await until(lambda: KEPT in desk.transcript())
            let_go.set()
            await until(desk.answers)
        assert desk.transcript() == ["一", KEPT, "答：一"]

    async def test_the_next_time_it_is_away_the_citizen_is_told_again(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        pump = desk.pump(dialogue)
        async with running(pump):
            for text in ("一", "二"):
                dialogue.is_away = True
                await says(pump, text)
                await desk.first_try_fails()
                await desk.tries_in_vain(1, timedelta(seconds=4))
                dialogue.is_away = False
                desk.clock.advance(seconds=4)
                await until(lambda: f"答：{text}" in desk.answers())  # noqa: B023
        assert desk.transcript() == ["一", KEPT, "答：一", "二", KEPT, "答：二"]

    async def test_waiting_is_never_given_up_while_the_dialogue_is_only_away(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        dialogue.is_away = True
        pump = desk.pump(dialogue)
        await says(pump, "一")
        async with running(pump):
            await desk.first_try_fails()
            await desk.tries_in_vain(4, timedelta(hours=6))
            assert desk.answers() == []
            dialogue.is_away = False
            await until(lambda: desk.answers() == ["答：一"])


class TestFailures:
    async def test_a_message_that_can_never_be_handled_is_given_up_after_its_time(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        dialogue.fails_on = {"一"}
        pump = desk.pump(dialogue)
        await says(pump, "一")
        await says(pump, "二")
        async with running(pump):
            await desk.first_try_fails()
            await desk.tries_in_vain(1, GIVE_UP_AFTER)
            await until(lambda: len(desk.answers()) == 2)
        assert dialogue.heard == ["一", "一", "一", "二"]  # at the end of its time it was still tried once
        assert desk.answers() == [texts().say("notice.failed"), "答：二"]

    async def test_staff_learn_of_what_was_given_up_because_the_citizen_is_told_that_they_do(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        dialogue.fails_on = {"一"}
        pump = desk.pump(dialogue)
        await says(pump, "一")
        async with running(pump):
            await desk.first_try_fails()
            assert desk.events("conversation.escalated") == []
            desk.clock.advance(seconds=GIVE_UP_AFTER.total_seconds() + 5)
            await until(desk.answers)
        assert "转给工作人员" in desk.answers()[0]
        assert [event["seq"] for event in desk.events("conversation.escalated")] == [1]

    async def test_a_message_that_fails_for_a_while_is_answered_in_the_end(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        dialogue.fails_on = {"一"}
        pump = desk.pump(dialogue)
        await says(pump, "一")
        async with running(pump):
            await desk.first_try_fails()
            await desk.tries_in_vain(2, timedelta(seconds=40))
            dialogue.fails_on = set()
            desk.clock.advance(seconds=5)
            await until(lambda: desk.answers() == ["答：一"])
        assert desk.events("conversation.escalated") == []

    async def test_time_in_which_the_dialogue_was_away_does_not_count(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        """After an hour without the dialogue the first failure is no reason to give up."""
        dialogue.is_away = True
        pump = desk.pump(dialogue)
        await says(pump, "一")
        async with running(pump):
            await desk.first_try_fails()
            await desk.tries_in_vain(1, timedelta(hours=1))
            await until(lambda: len(dialogue.heard) >= 3)
            dialogue.is_away, dialogue.fails_on = False, {"一"}
            await desk.tries_in_vain(2, timedelta(seconds=5))
            dialogue.fails_on = set()
            await until(lambda: desk.answers() == ["答：一"])

    async def test_an_error_nobody_thought_of_loses_no_message(self, desk: Desk, dialogue: ScriptedDialogue) -> None:
        dialogue.breaks_on = {"一"}
        pump = desk.pump(dialogue)
        await says(pump, "一")
        async with running(pump):
            await desk.first_try_fails()
            dialogue.breaks_on = set()
            desk.clock.advance(seconds=LEASE.total_seconds() + 1)
            await until(lambda: desk.answers() == ["答：一"])

    async def test_an_answer_that_cannot_be_stored_is_asked_for_again_under_the_same_id(
        self, desk: Desk, dialogue: ScriptedDialogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer, failures = desk.hotline.conversations.answer, [StorageUnavailable("locked")]

        def sometimes(*arguments: Any, **named: Any) -> Claim | None:
            if failures:
                raise failures.pop()
            return answer(*arguments, **named)

        monkeypatch.setattr(desk.hotline.conversations, "answer", sometimes)
        pump = desk.pump(dialogue)
        await says(pump, "一")
        async with running(pump):
            await desk.first_try_fails()
            assert not failures
            desk.clock.advance(seconds=LEASE.total_seconds() + 1)
            await until(lambda: desk.answers() == ["答：一"])
        assert len(dialogue.ids) == 2
        assert len(set(dialogue.ids)) == 1

    async def test_what_is_left_behind_is_taken_up_also_while_the_gateway_is_busy_with_others(
        self, desk: Desk, dialogue: ScriptedDialogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Only the leases of conversations that are being answered are renewed."""
        monkeypatch.setattr(pump_module, "LEASE", timedelta(seconds=0.02))  # how often a living pump renews
        monkeypatch.setattr(Pump, "_release", _do_nothing)  # even giving the lease back fails
        let_go = dialogue.think_about("别人的长事")
        dialogue.breaks_on = {"一"}
        pump = desk.pump(dialogue)
        await says(pump, "别人的长事", "boris")
        await says(pump, "一")
        async with running(pump):
            await until(lambda: len(dialogue.heard) == 2)
            dialogue.breaks_on = set()
            renewed = _count(monkeypatch, desk.hotline.conversations, "renew")
            for _ in range(4):
                desk.clock.advance(seconds=LEASE.total_seconds() / 3)
                before = len(renewed)
                await until(lambda: len(renewed) >= before + 2)  # noqa: B023
            await until(lambda: desk.answers() == ["答：一"])
            assert desk.answers("boris") == []
            let_go.set()
            await until(lambda: desk.answers("boris"))

    async def test_the_sweep_outlives_a_database_that_is_away(
        self, desk: Desk, dialogue: ScriptedDialogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        due, failures = desk.hotline.conversations.due, [StorageUnavailable("gone")] * 3

        def sometimes(limit: int) -> Sequence[str]:
            if failures:
                raise failures.pop()
            return due(limit)

        monkeypatch.setattr(desk.hotline.conversations, "due", sometimes)
        desk.leave("一")
        async with running(desk.pump(dialogue)):
            await until(lambda: desk.answers() == ["答：一"])


class TestLeases:
    async def test_a_pump_that_was_replaced_commits_nothing(self, desk: Desk) -> None:
        slow, quick = ScriptedDialogue(), ScriptedDialogue()
        let_go = slow.think_about("一")
        slow.says["一"] = [Reply("太晚")]
        late = desk.pump(slow, "pump-a")
        await says(late, "一")
        await until(lambda: slow.heard)
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
        async with running(desk.pump(quick, "pump-b")):
            await until(lambda: desk.answers() == ["答：一"])
        sent = desk.events("message.sent")
        let_go.set()
        await _finished(late)
        assert desk.transcript() == ["一", "答：一"]
        assert desk.events("message.sent") == sent

    async def test_a_pump_that_was_replaced_is_not_even_first(self, desk: Desk) -> None:
        """Its answer comes while the other pump still thinks: the lease decides, not speed."""
        slow, quick = ScriptedDialogue(), ScriptedDialogue()
        let_go, quick_let_go = slow.think_about("一"), quick.think_about("一")
        slow.says["一"] = [Reply("太晚")]
        late = desk.pump(slow, "pump-a")
        await says(late, "一")
        await until(lambda: slow.heard)
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
        async with running(desk.pump(quick, "pump-b")):
            await until(lambda: quick.heard)
            let_go.set()
            await _finished(late)
            assert desk.answers() == []
            quick_let_go.set()
            await until(lambda: desk.answers() == ["答：一"])
        assert "太晚" not in desk.transcript()

    async def test_a_pump_that_was_replaced_and_fails_disturbs_nobody(self, desk: Desk) -> None:
        slow, quick = ScriptedDialogue(), ScriptedDialogue()
        let_go = slow.think_about("一")
        quick_let_go = quick.think_about("一")
        late = desk.pump(slow, "pump-a")
        await says(late, "一")
        await until(lambda: slow.heard)
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
        async with running(desk.pump(quick, "pump-b")):
            await until(lambda: quick.heard)
            slow.is_away = True
            let_go.set()
            await _finished(late)
            assert desk.hotline.conversations.due(10) == []  # the other one still holds it
            quick_let_go.set()
            await until(lambda: desk.answers() == ["答：一"])
        assert quick.heard == ["一"]

    async def test_what_a_dead_gateway_had_taken_is_answered_by_another(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        desk.leave("一", owner="dead")
        desk.leave("二", owner="dead")
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
        async with running(desk.pump(dialogue)):
            await until(lambda: desk.answers() == ["答：一", "答：二"])

    async def test_a_pump_that_thinks_for_long_keeps_its_lease(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pump_module, "LEASE", timedelta(seconds=0.02))  # how often a living pump renews
        patient, other = ScriptedDialogue(), ScriptedDialogue()
        let_go = patient.think_about("一")
        holder = desk.pump(patient, "pump-a")
        renewed = _count(monkeypatch, desk.hotline.conversations, "renew")
        await says(holder, "一")
        async with running(holder, desk.pump(other, "pump-b")):
            for _ in range(5):
                before = len(renewed)
                await until(lambda: len(renewed) >= before + 2)  # noqa: B023
                desk.clock.advance(seconds=LEASE.total_seconds() / 2)
            let_go.set()
            await until(lambda: desk.answers() == ["答：一"])
        assert other.heard == []


class TestDanger:
    @pytest.fixture(autouse=True)
    def _at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Somebody in danger is warned after a second; here at once."""
        monkeypatch.setattr(pump_module, "WARN_AFTER", timedelta(0))

    async def test_while_the_dialogue_is_away_the_safety_line_comes_at_once_and_staff_are_alerted(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        dialogue.is_away = True
        await says(desk.pump(dialogue), GAS_LEAK)
        await until(lambda: SAFETY_LINE in desk.transcript())
        assert KEPT not in desk.transcript()
        [alert] = desk.events("danger.detected")
        assert (alert["danger"], alert["certain"], alert["seq"]) == ("gas", True, 1)
        assert GAS_LEAK not in str(alert)

    async def test_it_comes_once_however_often_the_message_is_tried(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        dialogue.is_away = True
        pump = desk.pump(dialogue)
        await says(pump, GAS_LEAK)
        async with running(pump):
            await desk.first_try_fails()
            await desk.tries_in_vain(4, timedelta(seconds=4))
        assert desk.transcript() == [GAS_LEAK, SAFETY_LINE, KEPT]
        assert len(desk.events("danger.detected")) == 1

    async def test_a_message_is_searched_once_however_often_it_is_tried_and_never_in_the_loop(
        self, desk: Desk, dialogue: ScriptedDialogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        searched, detect = list[bool](), pump_module.alarming

        def watched(text: str) -> Any:
            searched.append(threading.current_thread() is threading.main_thread())
            return detect(text)

        monkeypatch.setattr(pump_module, "alarming", watched)
        dialogue.is_away = True
        pump = desk.pump(dialogue)
        await says(pump, GAS_LEAK)
        async with running(pump):
            await desk.first_try_fails()
            await desk.tries_in_vain(4, timedelta(seconds=4))
        assert set(searched) == {False} and len(searched) <= 2

    async def test_a_second_danger_is_warned_of_as_well(self, desk: Desk, dialogue: ScriptedDialogue) -> None:
        dialogue.is_away = True
        pump = desk.pump(dialogue)
        await says(pump, GAS_LEAK)
        await says(pump, "厨房着火了快来人")
        await until(lambda: texts().say("danger.fire") in desk.transcript())
        assert SAFETY_LINE in desk.transcript()

    async def test_a_dialogue_that_hangs_does_not_hold_it_up(self, desk: Desk, dialogue: ScriptedDialogue) -> None:
        let_go = dialogue.think_about(GAS_LEAK)
        await says(desk.pump(dialogue), GAS_LEAK)
        await until(lambda: SAFETY_LINE in desk.transcript())
        let_go.set()
        await until(desk.answers)

    async def test_a_queue_of_others_does_not_hold_it_up(
        self, desk: Desk, dialogue: ScriptedDialogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pump_module, "IN_PARALLEL", 1)
        let_go = dialogue.think_about("别人的长事")
        pump = desk.pump(dialogue)
        await says(pump, "别人的长事", "boris")
        await until(lambda: dialogue.heard)
        await says(pump, GAS_LEAK)
        await until(lambda: SAFETY_LINE in desk.transcript())
        let_go.set()
        await until(desk.answers)

    async def test_an_earlier_message_of_the_same_citizen_does_not_hold_it_up(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        let_go = dialogue.think_about("路灯坏了")
        pump = desk.pump(dialogue)
        await says(pump, "路灯坏了")
        await until(lambda: dialogue.heard)
        await says(pump, GAS_LEAK)
        await until(lambda: SAFETY_LINE in desk.transcript())
        async with running(pump):
            let_go.set()
            await until(lambda: len(desk.answers()) == 2)

    async def test_a_gateway_that_dies_does_not_take_the_warning_with_it(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        """The gateway that accepted the message dies within the second; the dialogue hangs for the one that takes
        over."""
        let_go = dialogue.think_about(GAS_LEAK)
        desk.leave(GAS_LEAK, owner="dead")
        desk.clock.advance(seconds=LEASE.total_seconds() + 1)
        async with running(desk.pump(dialogue)):
            await until(lambda: dialogue.heard)
            await until(lambda: SAFETY_LINE in desk.transcript())
            let_go.set()

    async def test_what_was_answered_in_time_is_not_warned_of_again(
        self, desk: Desk, dialogue: ScriptedDialogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pump_module, "WARN_AFTER", timedelta(days=1))
        accepted = await says(desk.pump(dialogue), GAS_LEAK)
        await until(desk.answers)
        assert not desk.hotline.conversations.warn(accepted.message, "rest", "gas", certain=True)
        assert desk.transcript() == [GAS_LEAK, f"答：{GAS_LEAK}"]
        assert desk.events("danger.detected") == []

    async def test_a_late_answer_does_not_say_the_safety_line_again(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        dialogue.says[GAS_LEAK] = [Reply(SAFETY_LINE, {"danger": "gas"}), Reply("工单已开")]
        let_go = dialogue.think_about(GAS_LEAK)
        await says(desk.pump(dialogue), GAS_LEAK)
        await until(lambda: SAFETY_LINE in desk.transcript())
        let_go.set()
        await until(lambda: "工单已开" in desk.transcript())
        assert desk.transcript() == [GAS_LEAK, SAFETY_LINE, texts().say("danger.noted"), "工单已开"]

    async def test_a_late_answer_does_not_ask_again_what_was_asked_for_it(
        self, desk: Desk, dialogue: ScriptedDialogue
    ) -> None:
        question, told = texts().say("danger.unsafe"), "老公天天喝酒回来骂我"
        dialogue.says[told] = [Reply(question)]
        let_go = dialogue.think_about(told)
        await says(desk.pump(dialogue), told)
        await until(lambda: question in desk.transcript())
        let_go.set()
        await until(lambda: len(desk.transcript()) == 3)
        assert desk.transcript() == [told, question, texts().say("danger.take_your_time")]

    async def test_what_is_no_danger_is_not_warned_of(self, desk: Desk, dialogue: ScriptedDialogue) -> None:
        dialogue.is_away = True
        pump = desk.pump(dialogue)
        await says(pump, "燃气费单怎么查")
        async with running(pump):
            desk.clock.advance(seconds=4)
            await until(lambda: KEPT in desk.transcript())
        assert desk.transcript() == ["燃气费单怎么查", KEPT]
        assert desk.events("danger.detected") == []


async def _do_nothing(*_: Any) -> None:
    return None


async def _finished(pump: Pump) -> None:
    """Wait until a pump has nothing left to do: stopping lets it finish."""
    task = asyncio.create_task(pump.run())
    await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _count(monkeypatch: pytest.MonkeyPatch, of: Any, name: str) -> list[None]:
    """A list that gets one entry per call of a method from now on."""
    calls: list[None] = []
    method = getattr(of, name)

    def counted(*arguments: Any, **named: Any) -> Any:
        result = method(*arguments, **named)
        calls.append(None)
        return result

    monkeypatch.setattr(of, name, counted)
    return calls
