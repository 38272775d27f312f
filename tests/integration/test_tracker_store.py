"""The dialogue's memory: as much after a thousand turns as after ten, at the same cost, and one version of each
turn."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from sqlalchemy import func, select

from bot.tracker_store import REMEMBERED_TURNS, TurnTrackerStore
from hotline.storage import Database, tables
from hotline.storage import trackers as turn_log
from hotline.storage.trackers import TurnLog
from hotline.transaction import AlreadyStored
from tests.conftest import SetClock

DOMAIN = """
version: "3.1"
intents: [state_matter, greet, inform]
entities: [phone]
slots:
  draft: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  language: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  needs_person: {type: bool, influence_conversation: true, mappings: [{type: custom}]}
  place: {type: any, influence_conversation: false, mappings: [{type: custom}]}
forms:
  intake_form: {required_slots: [place]}
responses:
  utter_greet: [{text: 您好}]
"""
DRAFT = {"description": "楼下烧烤店太吵", "details": [["noise_source", "音响"]], "asked": ["place"], "phone": None}


@pytest.fixture(scope="module")
def domain() -> Domain:
    """A small domain like the assistant's."""
    return Domain.from_yaml(DOMAIN)


class Assistant:
    """A dialogue process: it loads a conversation, adds a turn and stores it."""

    def __init__(self, domain: Domain, database: Database, clock: SetClock) -> None:
        self.domain, self.log = domain, TurnLog(database, clock)
        self.store = TurnTrackerStore(domain, log=self.log)

    async def recall(self, conversation: str = "anna") -> DialogueStateTracker:
        """The conversation as the dialogue remembers it."""
        tracker = await self.store.retrieve(conversation)
        assert tracker is not None
        return tracker

    async def begin(self, text: str, *then: Event, conversation: str = "anna") -> DialogueStateTracker:
        """The tracker in the middle of a turn, not stored yet."""
        tracker = await self.store.get_or_create_tracker(conversation, append_action_listen=False)
        tracker.update_with_events([heard(text), *then], self.domain)
        return tracker

    async def turn(self, text: str, *then: Event, conversation: str = "anna") -> DialogueStateTracker:
        """One whole turn, stored. The message's id is `id of` its text."""
        listens = ActionExecuted(ACTION_LISTEN_NAME)
        tracker = await self.begin(text, *then, said(f"答：{text}"), listens, conversation=conversation)
        await self.store.save(tracker)
        return tracker

    async def turns(self, count: int) -> None:
        """Store this many turns without content."""
        for n in range(count):
            await self.turn(f"第{n:04d}句")


def heard(text: str) -> UserUttered:
    """A citizen's message as the dialogue understood it."""
    entities = [{"entity": "phone", "value": "13800001234", "start": 0, "end": 1}]
    intent = {"name": "inform", "confidence": 0.9}
    parsed = {"text": text, "intent": intent, "entities": entities, "matter": {"category": "0602"}}
    return UserUttered(
        text, intent, entities, parsed, message_id=f"id of {text}", input_channel="rest", metadata={"sender": "anna"}
    )


def said(text: str, **data: Any) -> BotUttered:
    """Something the assistant said."""
    return BotUttered(text, data=data or None)


@pytest.fixture
def assistant(domain: Domain, database: Database, clock: SetClock) -> Assistant:
    return Assistant(domain, database, clock)


def rows(database: Database) -> int:
    """The number of turns in the database."""
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.trackers)).scalar_one()


class TestMemory:
    async def test_a_new_conversation_has_none(self, assistant: Assistant) -> None:
        assert await assistant.store.retrieve("anna") is None
        assert not await assistant.store.exists("anna")

    async def test_a_short_conversation_comes_back_as_it_was(self, assistant: Assistant) -> None:
        await assistant.turn("你好")
        loop = [ActionExecuted("intake_form"), ActiveLoop("intake_form"), SlotSet(REQUESTED_SLOT, "place")]
        last = await assistant.turn("太吵了", SlotSet("draft", DRAFT), *loop)
        recalled = await assistant.recall()
        assert recalled.current_state(EventVerbosity.ALL) == last.current_state(EventVerbosity.ALL)
        assert recalled.latest_message is not None
        assert recalled.latest_message.parse_data["matter"] == {"category": "0602"}
        assert recalled.latest_message.metadata == {"sender": "anna"}

    async def test_slots_and_the_form_survive_the_cut(self, assistant: Assistant) -> None:
        loop = [ActionExecuted("intake_form"), ActiveLoop("intake_form"), SlotSet(REQUESTED_SLOT, "place")]
        await assistant.turn("太吵了", SlotSet("draft", DRAFT), SlotSet("language", "zh"), *loop)
        for n in range(3 * REMEMBERED_TURNS):
            await assistant.turn(f"第{n}句")
            recalled = await assistant.recall()
            assert recalled.get_slot("draft") == DRAFT
            assert recalled.get_slot("language") == "zh"
            assert recalled.get_slot(REQUESTED_SLOT) == "place"
            assert recalled.active_loop_name == "intake_form"
            assert recalled.latest_action_name == ACTION_LISTEN_NAME
        assert "太吵了" not in [e.text for e in recalled.events if isinstance(e, UserUttered)]

    async def test_what_was_forgotten_on_purpose_stays_forgotten(self, assistant: Assistant) -> None:
        await assistant.turn(
            "太吵了", SlotSet("draft", DRAFT), SlotSet("needs_person", True), ActiveLoop("intake_form")
        )
        await assistant.turn("算了", SlotSet("draft", None), SlotSet("needs_person", False), ActiveLoop(None))
        await assistant.turns(2 * REMEMBERED_TURNS)
        recalled = await assistant.recall()
        assert recalled.get_slot("draft") is None
        assert recalled.get_slot("needs_person") is False
        assert recalled.active_loop_name is None

    async def test_the_last_turns_are_remembered_word_for_word(self, assistant: Assistant) -> None:
        await assistant.turns(20)
        remembered = [e.text for e in (await assistant.recall()).events if isinstance(e, UserUttered)]
        assert remembered == [f"第{n:04d}句" for n in range(20 - REMEMBERED_TURNS, 20)]

    async def test_conversations_are_kept_apart(self, assistant: Assistant) -> None:
        await assistant.turn("你好", SlotSet("draft", DRAFT), conversation="anna")
        await assistant.turn("您好", conversation="boris")
        assert (await assistant.recall("boris")).get_slot("draft") is None
        assert sorted(await assistant.store.keys()) == ["anna", "boris"]

    async def test_reading_stores_nothing(self, assistant: Assistant, database: Database) -> None:
        await assistant.turn("你好")
        await assistant.store.save(await assistant.recall())
        await assistant.store.save(await assistant.store.get_or_create_tracker("boris", append_action_listen=False))
        assert rows(database) == 1

    async def test_a_tracker_that_is_saved_twice_is_stored_once(self, assistant: Assistant, database: Database) -> None:
        tracker = await assistant.turn("你好")
        await assistant.store.save(tracker)
        assert rows(database) == 1
        tracker.update_with_events([heard("再见"), ActionExecuted(ACTION_LISTEN_NAME)], assistant.domain)
        await assistant.store.save(tracker)
        texts = [e.text for e in (await assistant.recall()).events if isinstance(e, UserUttered)]
        assert texts == ["你好", "再见"]


class TestSessions:
    START = (ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted())

    async def restart(self, assistant: Assistant, *carried_over: Event) -> None:
        """The citizen returns after a day: Rasa begins a new session with what is carried over."""
        tracker = await assistant.recall()
        listens = ActionExecuted(ACTION_LISTEN_NAME)
        tracker.update_with_events([*self.START, *carried_over, listens, heard("又是我")], assistant.domain)
        tracker.update_with_events([said("您好"), listens], assistant.domain)
        await assistant.store.save(tracker)

    @pytest.mark.parametrize("turns_after", [0, 2, REMEMBERED_TURNS - 1, REMEMBERED_TURNS, 3 * REMEMBERED_TURNS])
    async def test_a_new_session_keeps_what_was_carried_over_and_nothing_else(
        self, assistant: Assistant, turns_after: int
    ) -> None:
        await assistant.turn("太吵了", SlotSet("draft", DRAFT), SlotSet("place", "望平街"), ActiveLoop("intake_form"))
        await self.restart(assistant, SlotSet("draft", DRAFT))
        await assistant.turns(turns_after)
        recalled = await assistant.recall()
        assert recalled.get_slot("draft") == DRAFT
        assert recalled.get_slot("place") is None
        assert recalled.active_loop_name is None

    async def test_what_was_said_before_the_session_plays_no_part(self, assistant: Assistant) -> None:
        await assistant.turns(3)
        await self.restart(assistant)
        recalled = await assistant.recall()
        assert [e.text for e in recalled.events if isinstance(e, UserUttered)] == ["又是我"]
        assert [type(e) for e in list(recalled.events)[:2]] == [ActionExecuted, SessionStarted]

    async def test_the_latest_of_several_sessions_counts(self, assistant: Assistant) -> None:
        await assistant.turn("太吵了", SlotSet("place", "望平街"))
        await self.restart(assistant, SlotSet("place", "建设路"))
        await self.restart(assistant, SlotSet("place", "天府广场"))
        assert (await assistant.recall()).get_slot("place") == "天府广场"

    async def test_after_a_week_of_silence_nothing_of_it_is_left_and_nothing_is_overwritten(
        self, assistant: Assistant, database: Database, clock: SetClock
    ) -> None:
        await assistant.turn("太吵了", SlotSet("draft", DRAFT), ActiveLoop("intake_form"))
        clock.advance(days=7)
        assert (await assistant.recall()).get_slot("draft") == DRAFT
        clock.advance(minutes=1)
        recalled = await assistant.recall()
        assert (recalled.get_slot("draft"), recalled.active_loop_name, len(recalled.events)) == (None, None, 0)
        await self.restart(assistant)
        assert rows(database) == 2
        assert (await assistant.recall()).get_slot("draft") is None


class TestReplay:
    async def test_a_message_that_was_handled_is_answered_from_memory(self, assistant: Assistant) -> None:
        card = {"ticket": {"number": "261122000436"}}
        await assistant.turn("你好")
        await assistant.turn("对", said("已提交。"), said("工单", custom=card))
        for _ in range(2):
            assert await assistant.store.answer_to("anna", "id of 对") == [
                {"text": "已提交。"},
                {"text": "工单", "custom": card},
                {"text": "答：对"},
            ]
            assert await assistant.store.answer_to("anna", "id of 你好") == [{"text": "答：你好"}]

    async def test_it_stays_the_same_while_the_conversation_goes_on(self, assistant: Assistant) -> None:
        await assistant.turn("对")
        for n in range(REMEMBERED_TURNS - 1):
            assert await assistant.store.answer_to("anna", "id of 对") == [{"text": "答：对"}]
            await assistant.turn(f"第{n}句")
        assert await assistant.store.answer_to("anna", "id of 对") == [{"text": "答：对"}]

    async def test_a_message_that_was_answered_with_silence_is_known_too(self, assistant: Assistant) -> None:
        await assistant.store.save(await assistant.begin("嗯", ActionExecuted(ACTION_LISTEN_NAME)))
        assert await assistant.store.answer_to("anna", "id of 嗯") == []

    async def test_a_message_that_nobody_has_handled_is_not_known(self, assistant: Assistant) -> None:
        assert await assistant.store.answer_to("anna", "id of 你好") is None
        await assistant.turn("你好")
        assert await assistant.store.answer_to("anna", "id of 再见") is None
        assert await assistant.store.answer_to("boris", "id of 你好") is None

    async def test_a_turn_that_was_not_stored_is_not_known(self, assistant: Assistant) -> None:
        await assistant.begin("你好", said("您好"))
        assert await assistant.store.answer_to("anna", "id of 你好") is None


class TestTwoWriters:
    async def test_the_second_writer_of_a_turn_is_told_and_stores_nothing(
        self, assistant: Assistant, domain: Domain, database: Database, clock: SetClock
    ) -> None:
        await assistant.turn("你好")
        other = Assistant(domain, database, clock)
        first, second = await assistant.begin("一", said("甲")), await other.begin("二", said("乙"))
        await assistant.store.save(first)
        with pytest.raises(AlreadyStored):
            await other.store.save(second)
        assert rows(database) == 2
        assert await other.store.answer_to("anna", "id of 二") is None
        assert await other.store.answer_to("anna", "id of 一") == [{"text": "甲"}]

    async def test_two_first_turns_of_one_conversation(
        self, assistant: Assistant, domain: Domain, database: Database, clock: SetClock
    ) -> None:
        other = Assistant(domain, database, clock)
        first, second = await assistant.begin("一"), await other.begin("二")
        await other.store.save(second)
        with pytest.raises(AlreadyStored):
            await assistant.store.save(first)
        assert [e.text for e in (await other.recall()).events if isinstance(e, UserUttered)] == ["二"]

    async def test_the_loser_can_begin_again_from_what_was_stored(self, assistant: Assistant) -> None:
        first, second = await assistant.begin("一"), await assistant.begin("二")
        await assistant.store.save(first)
        with pytest.raises(AlreadyStored):
            await assistant.store.save(second)
        await assistant.turn("二")
        assert await assistant.store.answer_to("anna", "id of 二") == [{"text": "答：二"}]


class TestCost:
    async def test_reading_costs_the_same_however_long_the_conversation(
        self, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read: list[int] = []

        def loads(text: str) -> Any:
            read.append(len(text.encode()))
            return json.loads(text)

        monkeypatch.setattr(turn_log, "json", SimpleNamespace(loads=loads, dumps=json.dumps))
        await assistant.turn("太吵了", SlotSet("draft", DRAFT), ActiveLoop("intake_form"))
        costs = []
        for _ in range(4):
            await assistant.turns(20)
            read.clear()
            recalled = await assistant.recall()
            costs.append((len(read), sum(read), len(recalled.events)))
        assert len({parts for parts, _, _ in costs}) == 1
        assert len({events for _, _, events in costs}) == 1
        size = [size for _, size, _ in costs]
        assert max(size) <= min(size) * 1.02, size  # the digits of timestamps differ

    async def test_a_turn_late_in_a_conversation_takes_no_more_room(
        self, assistant: Assistant, database: Database
    ) -> None:
        await assistant.turn("太吵了", SlotSet("draft", DRAFT), ActiveLoop("intake_form"))
        await assistant.turns(60)
        t = tables.trackers.c
        size = func.length(t.events) + func.length(t.snapshot) + func.length(t.message_ids)
        with database.reading() as connection:
            sizes = list(connection.execute(select(size).where(t.turn > 1).order_by(t.turn)).scalars())
        assert len(sizes) == 60
        assert max(sizes) <= min(sizes) * 1.02
