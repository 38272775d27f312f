"""The dialogue over HTTP, with Rasa and the action server as they run: a turn is stored completely or not at all.

Uses the trained assistant if a fresh one exists (`make test` trains first), else our rules alone with the few texts of
this file known by heart.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
import pytest_asyncio
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from sqlalchemy import func, select

import bot.server
from bot.actions import context
from bot.agent import HotlineAgent, TurnFailed
from bot.tracker_store import TurnTrackerStore
from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.clock import ZONE
from hotline.conversations.handoff.model import Correction, Presence
from hotline.conversations.model import Claim, Incoming, Reply
from hotline.conversations.pump import DialogueFailed, DialogueUnavailable
from hotline.dialogue.client import HttpDialogue
from hotline.processes import training
from hotline.settings import Settings
from hotline.staff.model import Person, Role
from hotline.storage import tables
from hotline.storage.migrations import upgrade
from hotline.storage.trackers import TurnLog
from hotline.transaction import StorageUnavailable
from tests.conftest import SetClock
from tests.integration.by_heart import trained
from tests.integration.serving import serving

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

PHONE = "13800001234"
MATTER = f"锦江区望平街15号路灯坏了，我姓王，电话{PHONE}"
KNOWN: dict[str, dict[str, Any]] = {
    "你好": {"intent": "greet"},
    "对": {"intent": "affirm"},
    "我的工单": {"intent": "my_tickets"},
    "转人工": {"intent": "request_human"},
    "你们都是一群废物": {"intent": "insult"},
    "滚你妈的傻逼": {"intent": "insult"},
    MATTER: {
        "intent": "state_matter",
        "matter": {"category": "0106", "request_type": "help", "district": "jinjiang"},
        "entities": {"location": "锦江区望平街15号", "name": "王", "phone": PHONE},
    },
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained assistant, or our rules alone."""
    settings = Settings()
    if training.is_fresh(settings):
        return training.newest_model(settings.models_folder)
    return trained(tmp_path_factory.mktemp("rules"), KNOWN)


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory, city: City) -> Iterator[Hotline]:
    """The hotline that the actions use, on real SQLite."""
    folder = tmp_path_factory.mktemp("dialogue")
    url = f"sqlite:///{folder / 'hotline.db'}"
    upgrade(url)
    settings = Settings(data=folder, database_url=url, secret_key="a-secret-key-of-the-tests")
    built = build(settings, SetClock(datetime(2026, 11, 22, 9, 30, tzinfo=ZONE)), city)
    context.use(built)
    yield built
    built.database.close()


class Running:
    """The dialogue process and the action server, and the gateway's client of them."""

    def __init__(self, hotline: Hotline, store: TurnTrackerStore, agent: HotlineAgent, dialogue: HttpDialogue) -> None:
        self.hotline, self.store, self.agent, self.dialogue = hotline, store, agent, dialogue

    def stored(self, citizen: Citizen) -> int:
        """The number of turns that the dialogue has stored of a citizen."""
        t = tables.trackers.c
        with self.hotline.database.reading() as connection:
            return connection.execute(
                select(func.count()).where(t.conversation_id == citizen.conversation.id)
            ).scalar_one()


class Citizen:
    """Somebody on the REST channel, whose messages come to the dialogue from the pump."""

    _count = 0

    def __init__(self, running: Running) -> None:
        Citizen._count += 1
        self.running = running
        sender = f"citizen-{Citizen._count}"
        accepted = running.hotline.conversations.accept(Incoming("rest", sender, "……"))
        found = running.hotline.conversations.find("rest", sender)
        assert found is not None
        self.conversation, self._first = found, accepted.message
        self._seq = 0

    def claim(self, text: str) -> Claim:
        """A message as the pump claims it."""
        self._seq += 1
        id = f"{self.conversation.id[:24]}{self._seq:08d}"
        return Claim(self.conversation, replace(self._first, id=id, seq=self._seq, text=text), noticed=False)

    async def says(self, text: str) -> str:
        """One message and its answer."""
        return "\n".join(reply.text for reply in await self.sends(self.claim(text)))

    async def sends(self, claim: Claim) -> list[Reply]:
        """Hand a message to the dialogue, for the first time or again."""
        return list(await self.running.dialogue.answer(claim))

    def leaves_the_queue(self) -> str | None:
        """Stop waiting for an agent; return the reason for the wait."""
        queue = self.running.hotline.queue
        standing = queue.attendance(self.conversation.id).standing
        queue.hear(self.conversation.id, f"leave-{self.conversation.id[:20]}", "不等了")
        with self.running.hotline.transactions.reading() as unit:
            handoff = unit.handoffs.get(standing.handoff_id or "") if standing else None
        return handoff.reason if handoff else None

    def tickets(self) -> list[str]:
        """Numbers of the citizen's tickets."""
        filters = {"sender": self.conversation.sender}
        return [ticket.number for ticket in self.running.hotline.tickets.listed(filters, 50, None)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(model: Path, hotline: Hotline) -> AsyncIterator[Running]:
    store = TurnTrackerStore(None, log=TurnLog(hotline.database, hotline.now))
    async with serving(bot.server.create_actions_server()) as actions_url:
        app = bot.server.create_dialogue_server(store, actions_url, model)
        async with serving(app) as url:
            dialogue = HttpDialogue(url)
            yield Running(hotline, store, app.ctx.agent, dialogue)
            await dialogue.close()


@pytest.fixture
def citizen(running: Running) -> Citizen:
    """A new citizen."""
    return Citizen(running)


async def test_a_greeting_is_returned(citizen: Citizen) -> None:
    assert "小通" in await citizen.says("你好")


async def test_a_matter_becomes_a_ticket(citizen: Citizen) -> None:
    assert "望平街15号" in await citizen.says(MATTER)
    opened = await citizen.sends(citizen.claim("对"))
    [number] = citizen.tickets()
    [card] = [reply.data for reply in opened if reply.data]
    assert card["ticket"]["number"] == number
    ticket = citizen.running.hotline.tickets.for_trusted_system(number)
    assert (ticket.channel, ticket.sender) == ("rest", citizen.conversation.sender)
    assert ticket.contact.phone == PHONE


async def test_a_message_that_comes_again_gets_the_same_answer_and_does_nothing_again(citizen: Citizen) -> None:
    claims = [citizen.claim(text) for text in ("你好", MATTER, "对")]
    first = [await citizen.sends(claim) for claim in claims]
    turns = citizen.running.stored(citizen)
    again = [await citizen.sends(claim) for claim in claims]
    assert again == first
    assert citizen.running.stored(citizen) == turns
    assert len(citizen.tickets()) == 1


async def test_it_is_ready_when_its_model_is_there(running: Running) -> None:
    assert await running.dialogue.is_ready()
    nobody = HttpDialogue("http://127.0.0.1:1")
    assert not await nobody.is_ready()
    await nobody.close()


class TestFailures:
    async def test_an_action_that_fails_stops_the_turn_and_nothing_of_it_is_stored(
        self, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await citizen.says(MATTER)
        claim, turns = citizen.claim("对"), citizen.running.stored(citizen)
        with monkeypatch.context() as broken:
            broken.setattr(citizen.running.hotline.tickets, "open", fail)
            with pytest.raises(DialogueFailed):
                await citizen.sends(claim)
        assert citizen.running.stored(citizen) == turns
        assert await citizen.running.store.answer_to(citizen.conversation.id, claim.message.id) is None
        assert citizen.tickets() == []

    async def test_the_same_message_is_handled_when_the_action_works_again(
        self, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await citizen.says(MATTER)
        claim = citizen.claim("对")
        with monkeypatch.context() as broken:
            broken.setattr(citizen.running.hotline.tickets, "open", fail)
            for _ in range(2):
                with pytest.raises(DialogueFailed):
                    await citizen.sends(claim)
        assert "工单号" in "".join(reply.text for reply in await citizen.sends(claim))
        assert len(citizen.tickets()) == 1

    async def test_the_strict_processor_raises_where_rasas_own_goes_on(
        self, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(citizen.running.hotline.tickets, "own", fail)
        message = UserMessage(
            "我的工单",
            CollectingOutputChannel(),
            citizen.conversation.id,
            input_channel="rest",
            message_id="m",
            metadata={"channel": "rest", "sender": citizen.conversation.sender},
        )
        with pytest.raises(TurnFailed) as failed:
            await citizen.running.agent.handle_message(message)
        assert str(failed.value) == "action_my_tickets"
        assert citizen.running.stored(citizen) == 0

    async def test_a_turn_that_cannot_be_stored_is_tried_again_and_opens_one_ticket(
        self, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The worst moment: the ticket exists, and the dialogue has forgotten that it opened it."""
        await citizen.says(MATTER)
        claim = citizen.claim("对")
        with monkeypatch.context() as broken:
            broken.setattr(TurnLog, "append", unavailable)
            with pytest.raises(DialogueUnavailable) as problem:
                await citizen.sends(claim)
        assert not isinstance(problem.value, DialogueFailed)  # it is temporary, so the message is never given up
        [number] = citizen.tickets()
        again = await citizen.sends(claim)
        assert [reply.data["ticket"]["number"] for reply in again if reply.data] == [number]
        assert citizen.tickets() == [number]

    async def test_without_the_action_server_the_dialogue_is_only_away(
        self, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        claim = citizen.claim("我的工单")
        with monkeypatch.context() as away:
            away.setattr(citizen.running.agent.action_endpoint, "url", "http://127.0.0.1:1/webhook")
            with pytest.raises(DialogueUnavailable) as problem:
                await citizen.sends(claim)
        assert not isinstance(problem.value, DialogueFailed)
        assert citizen.running.stored(citizen) == 0
        assert await citizen.sends(claim)

    async def test_without_the_dialogue_itself_the_gateway_hears_that_it_is_away(self, citizen: Citizen) -> None:
        nobody = HttpDialogue("http://127.0.0.1:1")
        with pytest.raises(DialogueUnavailable) as problem:
            await nobody.answer(citizen.claim("你好"))
        assert not isinstance(problem.value, DialogueFailed)
        await nobody.close()

    async def test_what_a_citizen_wrote_is_in_no_log(
        self, citizen: Citizen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO):
            await citizen.says(MATTER)
            monkeypatch.setattr(citizen.running.hotline.tickets, "open", fail)
            with pytest.raises(DialogueFailed):
                await citizen.says("对")
        assert "a turn failed" in caplog.text
        assert PHONE not in caplog.text
        assert "望平街" not in caplog.text


class TestCommands:
    """Rasa treats texts that begin with a slash as commands; a citizen's slash is an ordinary character."""

    @pytest.mark.parametrize("text", ["/restart", "/session_start", "/back", "/", "//restart", "/stop{}", "／restart"])
    async def test_a_slash_is_harmless(self, citizen: Citizen, text: str) -> None:
        await citizen.says(MATTER)
        assert await citizen.says(text)
        assert citizen.tickets() == []
        tracker = await citizen.running.store.retrieve(citizen.conversation.id)
        assert tracker is not None
        assert tracker.get_slot("draft")["phone"] == PHONE

    @pytest.mark.parametrize("text", ["/affirm", " /affirm", "\n/affirm", '/affirm{"phone": "1"}'])
    async def test_no_text_reaches_rasa_as_a_command(self, citizen: Citizen, text: str) -> None:
        """The words after the slash may still be understood as words."""
        await citizen.says(text)
        tracker = await citizen.running.store.retrieve(citizen.conversation.id)
        assert tracker is not None
        assert tracker.latest_message is not None
        assert tracker.latest_message.text.lstrip().startswith("／")

    async def test_a_matter_cannot_be_put_in_by_command(self, citizen: Citizen) -> None:
        await citizen.says('/state_matter{"phone": "13900005678", "location": "天府广场"}')
        tracker = await citizen.running.store.retrieve(citizen.conversation.id)
        assert tracker is not None
        assert "13900005678" not in str(tracker.get_slot("draft"))


class TestReachingAPerson:
    @pytest.fixture
    def agent(self, hotline: Hotline) -> Iterator[Person]:
        """Somebody at the desk."""
        person = Person("li", "li", "李坐席", Role.AGENT, ("general",))
        hotline.agent_desk.set_presence(person, Presence.AVAILABLE)
        yield person
        hotline.agent_desk.set_presence(person, Presence.AWAY)

    async def test_when_nobody_is_there_it_is_said_and_a_number_asked_for(self, citizen: Citizen) -> None:
        answer = await citizen.says("转人工")
        assert answer.startswith("现在没有坐席在线") and "电话号码" in answer

    async def test_the_citizen_hears_the_place_once_for_a_message(self, citizen: Citizen, agent: Person) -> None:
        claim = citizen.claim("转人工")
        [reply] = await citizen.sends(claim)
        assert "第1位" in reply.text
        assert await citizen.sends(claim) == [reply]
        assert citizen.leaves_the_queue()

    async def test_who_chooses_a_call_back_is_asked_for_the_number_only(self, citizen: Citizen, agent: Person) -> None:
        await citizen.says("转人工")
        claim = citizen.claim("回电话吧")
        heard = citizen.running.hotline.queue.hear(citizen.conversation.id, claim.message.id, claim.message.text)
        [reply] = await citizen.sends(replace(claim, message=replace(claim.message, data={"means": heard.means})))
        assert "电话号码" in reply.text and "第1位" not in reply.text

    async def test_abuse_after_abuse_brings_a_person(self, citizen: Citizen, agent: Person) -> None:
        assert "第1位" not in await citizen.says("你们都是一群废物")
        assert "第1位" in await citizen.says("滚你妈的傻逼")
        assert citizen.leaves_the_queue() == "anger"

    async def test_handed_back_the_dialogue_goes_on_with_what_the_agent_corrected(
        self, citizen: Citizen, agent: Person
    ) -> None:
        hotline = citizen.running.hotline
        assert "望平街15号" in await citizen.says(MATTER)
        await citizen.says("转人工")
        offer = hotline.screen.overview(agent).offer
        assert offer
        view = hotline.screen.view(agent, hotline.agent_desk.accept(agent, offer.handoff.id).id)
        assert "望平街15号" in view.understanding.summary and view.masked_phone == "138****1234"
        hotline.agent_desk.hand_back(agent, view.handoff.id, Correction(place="武侯区玉林西路28号"))
        claim = hotline.conversations.claim(citizen.conversation.id, "pump")
        assert claim
        answer = await citizen.sends(claim)
        assert "玉林西路28号" in answer[-1].text and "望平街" not in answer[-1].text
        assert await citizen.sends(claim) == answer  # a replay
        await citizen.says("对")
        [number] = citizen.tickets()
        ticket = hotline.tickets.for_trusted_system(number)
        assert (ticket.location, ticket.district) == ("武侯区玉林西路28号", "武侯区")


async def test_citizens_at_once_are_answered_each_with_their_own(running: Running) -> None:
    citizens = [Citizen(running) for _ in range(6)]
    await asyncio.gather(*(citizen.says(MATTER) for citizen in citizens))
    await asyncio.gather(*(citizen.says("对") for citizen in citizens))
    numbers = [number for citizen in citizens for number in citizen.tickets()]
    assert len(numbers) == len(set(numbers)) == 6


def fail(*_: Any, **__: Any) -> NoReturn:
    """An action's use case that breaks."""
    raise ZeroDivisionError


def unavailable(*_: Any, **__: Any) -> NoReturn:
    """A database that is locked."""
    raise StorageUnavailable("locked")
