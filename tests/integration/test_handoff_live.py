"""Hand-over through running gateways: the citizen's page and REST on one, the agent's screen on the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import redis.asyncio

from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.conversations.handoff.feed import Beat, Feed, Item, Noted, Said, Typing
from hotline.conversations.handoff.model import Correction, Handoff, HandoffReason, Overview, Presence
from hotline.conversations.model import Author, Claim, Reply
from hotline.events.event import Event
from hotline.events.relay import Relay
from hotline.processes.attending import desk as desk_consumer
from hotline.processes.gateway import create_gateway
from hotline.settings import Settings
from hotline.staff.model import Person, Role
from tests.conftest import SetClock
from tests.integration.serving import serving
from tests.integration.test_gateway import SECONDS, Gateway, Tab, until
from tests.integration.test_pump import ScriptedDialogue

BOSS = Person("chen", "chen", "陈班长", Role.SUPERVISOR, ("tax",))
LI = Person("li", "li", "李坐席", Role.AGENT, ("general",))


class AskingDialogue(ScriptedDialogue):
    """A dialogue that requests an agent when a citizen says 转人工, as the assistant's action does."""

    def __init__(self) -> None:
        super().__init__()
        self.hotline: Hotline | None = None
        self.data: list[dict[str, Any] | None] = []

    async def answer(self, claim: Claim) -> list[Reply]:  # type: ignore[override]
        """See hotline.conversations.pump.Dialogue."""
        self.data.append(claim.message.data)
        if claim.message.text == "转人工":
            assert self.hotline
            queue = self.hotline.queue
            standing = await asyncio.to_thread(
                queue.request, claim.conversation.id, HandoffReason.ASKED, None, claim.message.id
            )
            return [Reply(f"{standing.waits}:{standing.place}")]
        return list(await super().answer(claim))


class Screen:
    """An agent's live feed, collected."""

    def __init__(self, feed: Feed, hotline: Hotline, person: Person = LI) -> None:
        self.feed, self.hotline, self.person = feed, hotline, person
        self.items: list[Item] = []
        self._task = asyncio.create_task(self._collect())

    async def _collect(self) -> None:
        async for item in self.feed.of(self.person):
            self.items.append(item)

    async def closes(self) -> None:
        """Close the browser."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    @property
    def overview(self) -> Overview | None:
        """The latest overview."""
        return next((item for item in reversed(self.items) if isinstance(item, Overview)), None)

    @property
    def lines(self) -> list[str]:
        """Every line that arrived, in order."""
        return [message.text for item in self.items if isinstance(item, Said) for message in item.messages]

    @property
    def notes(self) -> list[str]:
        """The staff's notes in their latest state."""
        noted = next((item for item in reversed(self.items) if isinstance(item, Noted)), None)
        return [note.text for note in noted.notes] if noted else []

    @property
    def whispers(self) -> list[str]:
        """The whispers that wait for this person's answer."""
        return [whisper.note.text for whisper in self.overview.whispers] if self.overview else []

    async def accepts(self) -> Handoff:
        """Wait for an offer and accept it."""
        await until(lambda: self.overview and self.overview.offer)
        assert self.overview and self.overview.offer
        return await self.feed.act(self.hotline.agent_desk.accept, self.person, self.overview.offer.handoff.id)


class Floor:
    """Two gateways of one hotline: citizens connect to the first, agents to the second."""

    def __init__(self, citizens: Gateway, hotline: Hotline, feed: Feed) -> None:
        self.citizens, self.hotline, self.feed = citizens, hotline, feed
        self.screens: list[Screen] = []

    async def sits_down(self, person: Person = LI) -> Screen:
        """An agent opens the console."""
        await self.feed.act(self.hotline.agent_desk.set_presence, person, Presence.AVAILABLE)
        self.screens.append(Screen(self.feed, self.hotline, person))
        await until(lambda: self.screens[-1].overview)
        return self.screens[-1]


@pytest.fixture
def dialogue() -> AskingDialogue:
    return AskingDialogue()


@pytest.fixture
async def floor(
    sqlite_url: str,
    tmp_path: Path,
    valkey_url: str,
    valkey: redis.asyncio.Redis,
    clock: SetClock,
    city: City,
    dialogue: AskingDialogue,
) -> AsyncIterator[Floor]:
    settings = Settings(data=tmp_path, database_url=sqlite_url, redis_url=valkey_url)
    outside, inside = build(settings, clock, city), build(settings, clock, city)
    dialogue.hotline = outside
    staff = create_gateway(inside, dialogue)  # either gateway's pump may answer
    async with (
        serving(create_gateway(outside, dialogue)) as url,
        serving(staff),
        aiohttp.ClientSession() as client,
    ):
        floor = Floor(Gateway(url, outside, dialogue, client), inside, staff.ctx.feed)
        worker = [
            asyncio.create_task(part.run())
            for part in (Relay(outside.transactions, valkey), desk_consumer(outside, valkey, "worker"))
        ]
        yield floor
        for screen in floor.screens:
            await screen.closes()
        for task in worker:
            task.cancel()
        await asyncio.gather(*worker, return_exceptions=True)


async def heard(condition: Callable[[], Any]) -> None:
    """Wait until a condition about received lines holds."""
    await until(condition)


async def test_a_conversation_goes_over_to_an_agent_and_back(floor: Floor, dialogue: AskingDialogue) -> None:
    screen = await floor.sits_down()
    async with Tab(floor.citizens.url) as tab:
        await tab.say("转人工", "m1")
        waiting = await tab.frame("attendant")
        assert (waiting["who"], waiting["place"]) == ("queue", 1)
        handoff = await screen.accepts()
        assert (await tab.frame("attendant"))["who"] == "agent"
        await tab.say("路灯坏了", "m2")
        await heard(lambda: "路灯坏了" in screen.lines)
        assert "路灯坏了" not in dialogue.heard
        await floor.feed.act(floor.hotline.agent_desk.say, LI, handoff.id, "在哪条路？", "k1")
        await heard(lambda: "在哪条路？" in screen.lines)
        correction = Correction(description="路灯坏了", category="0106")
        await floor.feed.act(floor.hotline.agent_desk.hand_back, LI, handoff.id, correction)
        assert (await tab.frame("attendant"))["who"] == "assistant"
        await until(lambda: dialogue.data[-1] and dialogue.data[-1].get("means") == "resume")
        await tab.say("望平街", "m3")
        while tab.shown[-1] != "答：望平街":
            await tab._read()
    assert tab.shown[2] == "人工坐席来了，前面的内容都看得到，请接着说。"
    assert tab.shown.count("在哪条路？") == 1


async def test_each_side_sees_that_the_other_writes_and_has_read(floor: Floor) -> None:
    screen = await floor.sits_down()
    async with Tab(floor.citizens.url) as tab:
        await tab.say("转人工", "m1")
        handoff = await screen.accepts()
        while (await tab.frame("attendant"))["who"] != "agent":
            pass
        await until(lambda: screen.overview and screen.overview.held)
        await tab.send(type="typing")
        await heard(lambda: any(isinstance(item, Typing) for item in screen.items))
        await floor.feed.typing(LI, handoff.id)
        await tab.frame("typing")
        seq = (await tab.say("在吗", "m2"))["seq"]
        await floor.feed.act(floor.hotline.agent_desk.read, LI, handoff.id, seq)
        assert (await tab.frame("read"))["seq"] == seq
        await floor.feed.act(floor.hotline.agent_desk.say, LI, handoff.id, "在的", "k1")
        while "在的" not in tab.shown:
            await tab._read()
        await tab.send(type="read", seq=tab.after)
        await heard(lambda: screen.overview and screen.overview.held[0].handoff.citizen_read == tab.after)


async def test_a_whisper_reaches_the_supervisor_and_the_answer_the_agent(floor: Floor) -> None:
    screen = await floor.sits_down()
    boss = await floor.sits_down(BOSS)
    async with Tab(floor.citizens.url) as tab:
        await tab.say("转人工", "m1")
        handoff = await screen.accepts()
        await floor.feed.act(floor.hotline.agent_desk.whisper, LI, handoff.id, "这个归谁管？")
        await heard(lambda: boss.whispers == ["这个归谁管？"])
        assert not screen.whispers
        await floor.feed.act(floor.hotline.agent_desk.whisper, BOSS, handoff.id, "归城管")
        await heard(lambda: screen.notes == ["这个归谁管？", "归城管"] and screen.whispers == ["归城管"])
        await heard(lambda: boss.whispers == [])
        assert not any("归" in text for text in tab.shown)


async def test_whoever_follows_a_conversation_of_somebody_else_is_recorded(floor: Floor) -> None:
    screen = await floor.sits_down()
    async with Tab(floor.citizens.url) as tab:
        await tab.say("转人工", "m1")
        handoff = await screen.accepts()
        for person in (LI, BOSS):
            async for _ in floor.feed.of(person, handoff.id):
                break
    rows = floor.hotline.audit.latest(subject=handoff.conversation_id)
    assert [row.act.actor for row in rows if row.act.action == "conversation.followed"] == [BOSS.id]


async def test_the_place_in_the_queue_is_shown_live(floor: Floor) -> None:
    screen = await floor.sits_down()
    async with Tab(floor.citizens.url) as anna, Tab(floor.citizens.url) as berta:
        await anna.say("转人工", "a1")
        assert (await anna.frame("attendant"))["place"] == 1
        floor.hotline.now.advance(seconds=1)  # type: ignore[attr-defined]
        await berta.say("转人工", "b1")
        assert (await berta.frame("attendant"))["place"] == 2
        await screen.accepts()
        shown = await berta.frame("attendant")
        assert (shown["place"], shown["minutes"]) == (1, 1)  # there is room for one more


async def test_over_rest_the_agents_words_come_with_the_next_message(floor: Floor) -> None:
    screen = await floor.sits_down()
    assert await floor.citizens.words("转人工", id="m1") == ["queued:1"]
    handoff = await screen.accepts()
    assert await floor.citizens.words("路灯坏了", id="m2") == ["人工坐席来了，前面的内容都看得到，请接着说。"]
    assert await floor.citizens.words("喂", id="m3") == []
    await floor.feed.act(floor.hotline.agent_desk.say, LI, handoff.id, "在的", "k1")
    assert await floor.citizens.words("喂", id="m4") == ["在的"]


async def test_a_choice_while_waiting_is_told_to_the_dialogue(floor: Floor, dialogue: AskingDialogue) -> None:
    await floor.sits_down()
    await floor.citizens.words("转人工", id="m1")
    assert "第1位" in (await floor.citizens.words("我等着", id="m2"))[0]
    assert await floor.citizens.words("锦江区路灯不亮", id="m3") == ["答：锦江区路灯不亮"]
    await floor.citizens.words("回电话吧", id="m4")
    assert dialogue.heard == ["锦江区路灯不亮", "回电话吧"]
    assert dialogue.data[-1] == {"means": "request_human"}


async def test_danger_while_an_agent_has_it_is_warned_of_at_once(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = await floor.sits_down()
    async with Tab(floor.citizens.url) as tab:
        await tab.say("转人工", "m1")
        await screen.accepts()
        while (await tab.frame("attendant"))["who"] != "agent":
            pass
        await tab.say("我家燃气漏了，味道好大", "m2")
        while not any("119" in text for text in tab.shown):
            await tab._read()
    await heard(lambda: any("119" in text for text in screen.lines))


async def test_a_danger_that_was_detected_calls_a_person(
    floor: Floor, valkey: redis.asyncio.Redis, clock: SetClock
) -> None:
    ticket = floor.citizens.ticket()
    screen = await floor.sits_down()
    consumer = desk_consumer(floor.hotline, valkey, "worker")
    event = Event("e1", "danger.detected", clock(), ticket.number, {"number": ticket.number, "danger": "gas"})
    for _ in range(2):  # events are delivered at least once
        await consumer._handlers[event.type](event)
    await heard(lambda: screen.overview and screen.overview.alarms)
    assert screen.overview and len(screen.overview.alarms) == 1
    assert screen.overview.alarms[0].handoff.conversation_id == ticket.conversation_id


async def test_who_may_not_see_a_conversation_gets_nothing_of_it(floor: Floor) -> None:
    screen = await floor.sits_down()
    stranger = await floor.sits_down(Person("sun", "sun", "孙", Role.AGENT, ("tax",)))
    async with Tab(floor.citizens.url) as tab:
        await tab.say("转人工", "m1")
        await screen.accepts()
        await tab.say("路灯坏了", "m2")
        await heard(lambda: "路灯坏了" in screen.lines)
    assert stranger.lines == []
    overviews = [item for item in stranger.items if isinstance(item, Overview)]
    assert not any(o.offer or o.held or o.waiting or o.alarms for o in overviews)


async def test_of_a_screen_that_is_closed_the_citizen_comes_back_to_the_queue(floor: Floor, clock: SetClock) -> None:
    screen = await floor.sits_down()
    assert any(isinstance(item, Beat) for item in screen.items)
    async with Tab(floor.citizens.url) as tab:
        await tab.say("转人工", "m1")
        await screen.accepts()
        await screen.closes()
        clock.advance(seconds=61)
        await asyncio.to_thread(floor.hotline.queue.tick)
        while (await tab.frame("attendant"))["who"] != "queue":
            pass
        await tab.say("还在吗", "m2")
        while "答：还在吗" not in tab.shown:
            await tab._read()


async def test_no_message_is_lost_while_a_conversation_goes_to_and_fro(
    floor: Floor, dialogue: AskingDialogue, clock: SetClock
) -> None:
    """The citizen keeps writing while an agent takes the conversation and hands it back, again and again."""
    screen = await floor.sits_down()
    done = asyncio.Event()

    async def writes() -> int:
        number = 0
        while not done.is_set():
            number += 1
            await floor.citizens.post(f"第{number}句", id=f"w{number}")
        return number

    await floor.citizens.words("转人工", id="m0")
    writing = asyncio.create_task(writes())
    for turn in range(5):
        handoff = await screen.accepts()
        await asyncio.sleep(0.05)
        await floor.feed.act(floor.hotline.agent_desk.close, LI, handoff.id, "answered")
        clock.advance(seconds=1)
        await floor.citizens.post("转人工", id=f"m{turn + 1}")
    done.set()
    async with asyncio.timeout(SECONDS):
        count = await writing
    conversation = floor.hotline.conversations.find("rest", "anna")
    assert conversation
    await until(lambda: not floor.hotline.conversations.due(10))
    lines = floor.hotline.conversations.transcript(conversation.id, limit=10_000)
    kept = [m.text for m in lines if m.author is Author.CITIZEN and m.text.startswith("第")]
    assert kept == [f"第{n}句" for n in range(1, count + 1)]
    assert len(set(dialogue.ids)) == len(dialogue.ids), "a message was answered twice"
    answered = [m.text for m in lines if m.author is Author.ASSISTANT and m.text.startswith("答：")]
    assert len(set(answered)) == len(answered)
