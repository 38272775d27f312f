"""Events: committed with the data, published in order, handled once by each group, set aside if they cannot be."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

import pytest
import redis.asyncio
from click.testing import CliRunner
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisGone

from hotline.bootstrap import Hotline
from hotline.cli import main
from hotline.conversations.signals import Signals
from hotline.events import consumer as consuming
from hotline.events import relay
from hotline.events.consumer import MAX_FAILURES, Consumer
from hotline.events.dead_letters import DEAD_LETTERS, StreamAway, put_back
from hotline.events.event import STREAM, TYPES, Event
from hotline.events.relay import Relay
from hotline.events.wake import WakeBridge
from hotline.processes.worker import dispatcher
from hotline.tickets.model import Contact, Status
from hotline.transaction import StorageUnavailable
from tests.integration.conftest import Citizen

NOW = 1  # milliseconds to wait for a new entry: almost none
DEAD = 0  # milliseconds after which a consumer counts as dead


class Diary:
    """A handler that remembers its events, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.read: list[str] = []
        self.failures = failures

    async def __call__(self, event: Event) -> None:
        """Handle one event."""
        if self.failures:
            self.failures -= 1
            raise ValueError("not today")
        self.read.append(event.subject)


@pytest.fixture
def published(hotline: Hotline, valkey: redis.asyncio.Redis) -> Relay:
    """The relay of this hotline."""
    return Relay(hotline.transactions, valkey)


def happen(hotline: Hotline, *subjects: str) -> None:
    """Commit one event per subject."""
    for subject in subjects:
        with hotline.transactions() as unit:
            unit.events.add("ticket.opened", subject, {"district": "锦江区"}, hotline.now())


def waiting(hotline: Hotline) -> int:
    """Events in the outbox."""
    with hotline.transactions.reading() as unit:
        return unit.events.count()


async def test_a_ticket_that_is_opened_is_dispatched(
    citizen: Citizen, valkey: redis.asyncio.Redis, published: Relay
) -> None:
    number = citizen.opens_ticket().number
    await published.publish()
    worker = dispatcher(citizen.hotline, valkey, "worker-a")
    await worker.join()
    await worker.step(NOW)
    assert citizen.hotline.tickets.for_trusted_system(number).status is Status.DISPATCHED
    await published.publish()
    types = [fields["type"] for _, fields in await valkey.xrange(STREAM)]
    assert types == ["message.received", "ticket.opened", "ticket.dispatched"]
    assert set(types) <= TYPES.keys()


async def test_events_are_published_in_order_and_then_forgotten(
    hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay
) -> None:
    happen(hotline, "a", "b", "c")
    assert await published.publish() == 3
    assert [fields["subject"] for _, fields in await valkey.xrange(STREAM)] == ["a", "b", "c"]
    assert waiting(hotline) == 0
    assert await published.publish() == 0


async def test_an_event_comes_back_from_the_stream_as_it_was(
    hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay
) -> None:
    happen(hotline, "a")
    with hotline.transactions.reading() as unit:
        committed = unit.events.waiting(1)[0][1]
    await published.publish()
    [(_, fields)] = await valkey.xrange(STREAM)
    assert Event.from_fields(fields) == committed


async def test_while_redis_is_down_events_wait_and_none_is_lost(
    hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay
) -> None:
    happen(hotline, "a", "b")
    gone = redis.asyncio.Redis(port=1, retry=Retry(NoBackoff(), 0))
    with pytest.raises(RedisGone):
        await Relay(hotline.transactions, gone).publish()
    await gone.aclose()
    assert waiting(hotline) == 2
    await published.publish()
    assert [fields["subject"] for _, fields in await valkey.xrange(STREAM)] == ["a", "b"]


async def test_the_relay_goes_on_when_redis_comes_back(
    hotline: Hotline, valkey: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(relay, "IDLE_SECONDS", 0.01)
    happen(hotline, "a")
    failing = Relay(hotline.transactions, valkey)
    publish, failures = failing.publish, [RedisGone(), OSError()]

    async def sometimes() -> int:
        if failures:
            raise failures.pop()
        return await publish()

    monkeypatch.setattr(failing, "publish", sometimes)
    running = asyncio.create_task(failing.run())
    async with asyncio.timeout(20):
        while not await valkey.exists(STREAM):
            await asyncio.sleep(0.01)
    running.cancel()


async def test_of_several_relays_one_publishes_and_another_goes_on_when_it_dies(
    hotline: Hotline, valkey: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "IDLE_SECONDS", 0.01)
    first, second, looks = Relay(hotline.transactions, valkey), Relay(hotline.transactions, valkey), 0
    forgets, waiting_on = threading.Event(), second._is_the_one
    monkeypatch.setattr(first, "_forget", lambda _: forgets.wait(20))

    async def looked() -> bool:
        nonlocal looks
        looks += 1
        return await waiting_on()

    monkeypatch.setattr(second, "_is_the_one", looked)
    happen(hotline, "a", "b")
    async with asyncio.timeout(20):
        running = [asyncio.create_task(first.run())]
        while not await valkey.exists(STREAM):
            await asyncio.sleep(0.01)
        running.append(asyncio.create_task(second.run()))
        while looks < 10:
            await asyncio.sleep(0.01)
        assert [fields["subject"] for _, fields in await valkey.xrange(STREAM)] == ["a", "b"]
        running[0].cancel()
        await valkey.delete(relay.LEASE)  # the lease expires
        while waiting(hotline):
            await asyncio.sleep(0.01)
    forgets.set()
    running[1].cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_a_relay_that_dies_between_publishing_and_forgetting_repeats_the_same_id(
    hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(hotline, "a")
    with monkeypatch.context() as dying:
        dying.setattr(published, "_forget", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await published.publish()
    await published.publish()
    ids = [fields["id"] for _, fields in await valkey.xrange(STREAM)]
    assert len(ids) == 2
    assert len(set(ids)) == 1


async def test_a_group_handles_each_event_once_and_acknowledges_it(
    hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay
) -> None:
    diary = Diary()
    first, second = (Consumer(valkey, "diary", name, {"ticket.opened": diary}) for name in "ab")
    await first.join()
    await second.join()
    happen(hotline, *"abcdef")
    await published.publish()
    await first.step(NOW)
    await second.step(NOW)
    assert diary.read == list("abcdef")
    assert (await valkey.xpending(STREAM, "diary"))["pending"] == 0


async def test_two_groups_each_get_every_event(hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay) -> None:
    happen(hotline, "a", "b")
    await published.publish()
    diaries = Diary(), Diary()
    for number, diary in enumerate(diaries):
        consumer = Consumer(valkey, f"group-{number}", "x", {"ticket.opened": diary})
        await consumer.join()  # joining after the events loses none of them
        await consumer.step(NOW)
    assert [diary.read for diary in diaries] == [["a", "b"], ["a", "b"]]


async def test_what_a_dead_consumer_had_taken_is_handled_by_another(
    hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay
) -> None:
    diary = Diary()
    living = Consumer(valkey, "diary", "living", {"ticket.opened": diary}, reclaim_after_ms=DEAD)
    await living.join()
    happen(hotline, "a", "b")
    await published.publish()
    await valkey.xreadgroup("diary", "dead", {STREAM: ">"})  # and the consumer dies here
    await living.step(NOW)
    assert diary.read == ["a", "b"]
    assert (await valkey.xpending(STREAM, "diary"))["pending"] == 0


async def test_a_living_consumer_is_not_robbed(hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay) -> None:
    diary = Diary()
    other = Consumer(valkey, "diary", "other", {"ticket.opened": diary}, reclaim_after_ms=60_000)
    await other.join()
    happen(hotline, "a")
    await published.publish()
    await valkey.xreadgroup("diary", "busy", {STREAM: ">"})
    await other.step(NOW)
    assert diary.read == []


async def test_an_event_that_fails_is_tried_again(
    hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay
) -> None:
    diary = Diary(failures=2)
    consumer = Consumer(valkey, "diary", "x", {"ticket.opened": diary}, reclaim_after_ms=DEAD)
    await consumer.join()
    happen(hotline, "a")
    await published.publish()
    for _ in range(3):
        await consumer.step(NOW)
    assert diary.read == ["a"]
    assert await valkey.xlen(DEAD_LETTERS) == 0


async def test_an_event_that_fails_five_times_is_set_aside_and_holds_up_no_other(
    hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay
) -> None:
    diary = Diary()

    async def picky(event: Event) -> None:
        if event.subject == "bad":
            raise ValueError("never")
        await diary(event)

    consumer = Consumer(valkey, "diary", "x", {"ticket.opened": picky}, reclaim_after_ms=DEAD)
    await consumer.join()
    happen(hotline, "bad", "good")
    await published.publish()
    for _ in range(MAX_FAILURES + 1):
        await consumer.step(NOW)
    assert diary.read == ["good"]
    [(_, letter)] = await valkey.xrange(DEAD_LETTERS)
    assert (letter["subject"], letter["group"], letter["problem"]) == ("bad", "diary", "ValueError")
    assert (await valkey.xpending(STREAM, "diary"))["pending"] == 0


@pytest.mark.parametrize("away", [StorageUnavailable("down"), RedisGone(), TimeoutError(), consuming.Away("the desk")])
async def test_an_event_waits_for_what_is_away_however_often_it_was_tried(
    hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay, away: Exception
) -> None:
    diary, is_away = Diary(failures=MAX_FAILURES - 1), True

    async def needy(event: Event) -> None:
        if is_away:
            raise away
        await diary(event)

    consumer = Consumer(valkey, "diary", "x", {"ticket.opened": needy}, reclaim_after_ms=DEAD)
    await consumer.join()
    happen(hotline, "a")
    await published.publish()
    for _ in range(3 * MAX_FAILURES):
        await consumer.step(NOW)
    assert await valkey.xlen(DEAD_LETTERS) == 0
    is_away = False
    for _ in range(MAX_FAILURES):  # the tries while it was away do not count
        await consumer.step(NOW)
    assert diary.read == ["a"]
    assert await valkey.xlen(DEAD_LETTERS) == 0


async def test_what_was_set_aside_is_put_back_for_its_group_alone(
    hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    diary, other = Diary(failures=MAX_FAILURES), Diary()
    consumers = [
        Consumer(valkey, group, "x", {"ticket.opened": handler}, reclaim_after_ms=DEAD)
        for group, handler in (("diary", diary), ("other", other))
    ]
    happen(hotline, "a")
    await published.publish()
    for consumer in consumers:
        await consumer.join()
        for _ in range(MAX_FAILURES):
            await consumer.step(NOW)
    assert (diary.read, other.read, await valkey.xlen(DEAD_LETTERS)) == ([], ["a"], 1)

    monkeypatch.setenv("YHT_REDIS_URL", valkey_url)
    told = await asyncio.to_thread(CliRunner().invoke, main, ["events", "retry"])
    assert told.output.splitlines() == ["ticket.opened  a  diary  ValueError", "1 events put back"]
    for consumer in consumers:
        await consumer.step(NOW)
    assert (diary.read, other.read, await valkey.xlen(DEAD_LETTERS)) == (["a"], ["a"], 0)
    assert await asyncio.to_thread(put_back, valkey_url) == []
    with pytest.raises(StreamAway):
        put_back("redis://127.0.0.1:1")


async def test_consumers_of_processes_that_have_long_ended_are_forgotten_unless_they_left_something(
    hotline: Hotline, valkey: redis.asyncio.Redis, published: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consuming, "FORGOTTEN_AFTER_MS", -1)
    await Consumer(valkey, "diary", "new", {}).join()
    await valkey.xgroup_createconsumer(STREAM, "diary", "ended")
    happen(hotline, "a")
    await published.publish()
    await valkey.xreadgroup("diary", "left", {STREAM: ">"})
    await Consumer(valkey, "diary", "new", {}).join()
    assert [known["name"] for known in await valkey.xinfo_consumers(STREAM, "diary")] == ["left"]


async def test_an_entry_that_is_no_event_is_set_aside(valkey: redis.asyncio.Redis) -> None:
    consumer = Consumer(valkey, "diary", "x", {}, reclaim_after_ms=DEAD)
    await consumer.join()
    await valkey.xadd(STREAM, {"what": "ever"})
    for _ in range(MAX_FAILURES + 1):
        await consumer.step(NOW)
    assert await valkey.xlen(DEAD_LETTERS) == 1


async def test_events_tell_nothing_of_the_citizen(
    citizen: Citizen, valkey: redis.asyncio.Redis, published: Relay
) -> None:
    citizen.opens_ticket(contact=Contact("王小明", "13800001234"), description="邻居张三半夜砸墙")
    await published.publish()
    stream = str(await valkey.xrange(STREAM))
    for private in ("王小明", "13800001234", "张三", "砸墙", "望平街", "烧烤"):
        assert private not in stream


async def test_a_relay_ends_when_it_is_told_to_though_a_client_swallows_it(
    hotline: Hotline, valkey: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending, begun = Relay(hotline.transactions, valkey), asyncio.Event()

    async def publish() -> int:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return 0

    monkeypatch.setattr(ending, "publish", publish)
    running = asyncio.create_task(ending.run())
    await begun.wait()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=10)
    assert done


async def test_the_way_to_other_gateways_ends_when_it_is_told_to_though_a_client_swallows_it(
    valkey: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    signals, begun = Signals(), asyncio.Event()

    async def publish(channel: str, topic: str) -> int:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return 0

    monkeypatch.setattr(valkey, "publish", publish)
    running = asyncio.create_task(WakeBridge(valkey, signals).run())
    await asyncio.sleep(0)
    signals.changed("a conversation")
    await begun.wait()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=10)
    assert done
