"""Faults in running processes: accepted messages are answered once and in order; what cannot be kept is refused."""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bench import kill_campaign
from hotline.texts import texts
from tests.e2e.client import Answer, OwnHotline, new_id, new_sender, own_hotline, wait_until

pytestmark = pytest.mark.slow

KEPT = texts().say("notice.kept")
TOLD_WITHIN = 5.0
FIRST, SECOND = "261122000003", "261122000002"  # both mistyped: each answer names its own number
MATTER = "锦江区望平街15号楼下烧烤店油烟大，吵得睡不着，我姓王，电话13800001234"


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnHotline]:
    """A hotline that the tests may break."""
    with own_hotline(tmp_path_factory.mktemp("faults")) as running:
        yield running


@pytest.fixture(autouse=True)
def _well_before_and_after(hotline: OwnHotline) -> Iterator[None]:
    hotline.wait_until_ready()
    yield
    hotline.wait_until_ready()


def test_while_the_dialogue_is_down_the_citizen_is_told_in_time_and_answered_in_order(hotline: OwnHotline) -> None:
    sender, ids = new_sender(), [new_id(), new_id(), new_id()]
    said = [MATTER, "对", "我的工单"]
    hotline.kill("dialogue")
    told = []
    for text, id in zip(said, ids, strict=True):
        begun = time.monotonic()
        told.append(hotline.client.words(sender, text, id))
        assert time.monotonic() - begun <= TOLD_WITHIN
    assert KEPT in told[0]
    answers = [hotline.client.until_answered(sender, text, id) for text, id in zip(said, ids, strict=True)]
    assert "望平街15号" in answers[0]
    assert "工单号" in answers[1]
    assert "望平街15号" in answers[2]
    order = [answers_seq for *_, answers_seq in hotline.transcript(sender) if answers_seq is not None]
    assert order == sorted(order)
    assert len(hotline.client.tickets(sender=sender)) == 1
    notices = [text for _, _, text, *_ in hotline.transcript(sender) if text == KEPT]
    assert len(notices) <= 1


def test_while_the_dialogue_hangs_the_citizen_is_told_in_time(hotline: OwnHotline) -> None:
    sender, id = new_sender(), new_id()
    with frozen(hotline, "dialogue"):
        begun = time.monotonic()
        assert hotline.client.words(sender, MATTER, id) == KEPT
        assert time.monotonic() - begun <= TOLD_WITHIN
    assert "望平街15号" in hotline.client.until_answered(sender, MATTER, id)


def test_while_the_actions_are_down_the_citizen_is_told_in_time_and_no_turn_is_half_done(hotline: OwnHotline) -> None:
    sender, id = new_sender(), new_id()
    with frozen(hotline, "actions"):
        begun = time.monotonic()
        assert hotline.client.words(sender, MATTER, id) == KEPT
        assert time.monotonic() - begun <= TOLD_WITHIN
    assert "望平街15号" in hotline.client.until_answered(sender, MATTER, id)
    hotline.kill("actions")
    opened = hotline.client.until_answered(sender, "对", new_id())
    assert "工单号" in opened
    assert len(hotline.client.tickets(sender=sender)) == 1


def test_an_answer_that_came_too_late_comes_with_the_next_one(hotline: OwnHotline) -> None:
    """For a client that does not repeat: it gets what it has not seen with the next answer, once."""
    sender = new_sender()
    with frozen(hotline, "dialogue"):
        assert hotline.client.words(sender, FIRST, new_id()) == KEPT
    wait_until(lambda: any("261122000003" in line[2] for line in hotline.transcript(sender)[1:]), 30)
    seen = hotline.client.words(sender, SECOND, new_id())
    seen += hotline.client.words(sender, "谢谢", new_id())
    assert seen.count("261122000003") == 1
    assert seen.count("261122000002") == 1


def test_an_answer_that_comes_while_the_next_message_waits_is_not_lost(hotline: OwnHotline) -> None:
    sender = new_sender()
    with ThreadPoolExecutor(1) as pool:
        with frozen(hotline, "dialogue"):
            assert hotline.client.words(sender, FIRST, new_id()) == KEPT
            second: Future[str] = pool.submit(hotline.client.words, sender, SECOND, new_id())
            time.sleep(0.5)
        seen = second.result()
    seen += hotline.client.words(sender, "谢谢", new_id())
    assert seen.count("261122000003") == 1, seen
    assert seen.count("261122000002") == 1, seen


def test_a_locked_database_refuses_and_acknowledges_nothing(hotline: OwnHotline) -> None:
    sender, id = new_sender(), new_id()
    number, code = hotline.client.open_ticket(new_sender())
    with locked(hotline.database, 10):
        answer = hotline.client.post({"sender": sender, "message": MATTER, "metadata": {"message_id": id}})
        assert_unavailable(answer)
        assert hotline.client.get(f"/api/v1/tickets/{number}", code="9x9x").status in (404, 503)
        assert hotline.client.get("/healthz").status == 200
    assert hotline.transcript(sender) == []
    assert "望平街15号" in hotline.client.until_answered(sender, MATTER, id)
    assert "工单号" in hotline.client.until_answered(sender, "对", new_id())
    assert len(hotline.client.tickets(sender=sender)) == 1
    assert hotline.client.get(f"/api/v1/tickets/{number}", code=code).status == 200


def test_a_database_locked_in_the_middle_of_an_intake_opens_one_ticket(hotline: OwnHotline) -> None:
    sender, id = new_sender(), new_id()
    hotline.client.say(sender, MATTER)
    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(_hold, hotline.database, 8)
        time.sleep(0.3)
        hotline.client.post({"sender": sender, "message": "对", "metadata": {"message_id": id}})
        holder.result()

    def answered() -> bool:
        answer = hotline.client.post({"sender": sender, "message": "对", "metadata": {"message_id": id}})
        return answer.status == 200 and "工单号" in str(answer.json)

    wait_until(answered, 60)
    assert len(hotline.client.tickets(sender=sender)) == 1


def test_a_disk_that_takes_no_more_refuses_and_acknowledges_nothing(hotline: OwnHotline) -> None:
    sender, id = new_sender(), new_id()
    body = {"sender": sender, "message": MATTER, "metadata": {"message_id": id}}
    with no_more_to_write(hotline, "gateway"):
        assert_unavailable(hotline.client.post(body))
        assert_unavailable(hotline.client.post(body))
    assert hotline.transcript(sender) == []
    assert "望平街15号" in hotline.client.until_answered(sender, MATTER, id)


@pytest.mark.parametrize("name", ["dialogue", "actions"])
def test_a_disk_that_is_full_for_the_assistant_loses_nothing(hotline: OwnHotline, name: str) -> None:
    sender, first, second = new_sender(), new_id(), new_id()
    hotline.client.say(sender, MATTER, first)
    with no_more_to_write(hotline, name):
        assert hotline.client.words(sender, "对", second) == KEPT
    assert "工单号" in hotline.client.until_answered(sender, "对", second)
    assert len(hotline.client.tickets(sender=sender)) == 1


def test_without_valkey_citizens_are_served_and_events_follow(hotline: OwnHotline) -> None:
    sender = new_sender()
    hotline.kill("valkey")
    number, code = hotline.client.open_ticket(sender)
    hotline.wait_until_ready()
    wait_until(lambda: hotline.client.get(f"/api/v1/tickets/{number}", code=code).json["status"] == "dispatched", 60)


def test_what_the_worker_missed_is_done_when_it_is_back(hotline: OwnHotline) -> None:
    hotline.kill("worker")
    number, code = hotline.client.open_ticket(new_sender())
    wait_until(lambda: hotline.client.get(f"/api/v1/tickets/{number}", code=code).json["status"] == "dispatched", 60)
    ticket = hotline.client.get(f"/api/v1/tickets/{number}", code=code).json
    assert [entry["node"] for entry in ticket["timeline"]].count("dispatched") == 1


def test_a_gateway_killed_between_accepting_and_answering_answers_later(hotline: OwnHotline) -> None:
    sender, id = new_sender(), new_id()
    with ThreadPoolExecutor(1) as pool:
        with frozen(hotline, "dialogue"):
            waiting = pool.submit(
                hotline.client.post, {"sender": sender, "message": MATTER, "metadata": {"message_id": id}}
            )
            wait_until(lambda: len(hotline.transcript(sender)) == 1, 10)
            hotline.kill("gateway")
        assert waiting.exception() is not None
    hotline.wait_until_ready()
    assert "望平街15号" in hotline.client.until_answered(sender, MATTER, id)
    assert [line[1] for line in hotline.transcript(sender)].count("citizen") == 1


def test_killing_every_process_in_turn_loses_and_doubles_nothing(hotline: OwnHotline) -> None:
    figures = kill_campaign.run(hotline, rounds=1, citizens=3)
    print(figures.table())
    assert figures.is_clean, "\n" + figures.table()
    assert figures.accepted >= 30
    assert max(figures.first_word.values()) <= TOLD_WITHIN + 0.5


def test_after_the_whole_machine_stopped_at_once_the_conversation_goes_on(tmp_path: Path) -> None:
    sender, last = new_sender(), new_id()
    with own_hotline(tmp_path) as hotline:
        hotline.client.say(sender, MATTER, new_id())
        with frozen(hotline, "dialogue"):
            hotline.client.say(sender, "对", last)
            for process in psutil.Process(hotline.process_id).children(recursive=True):
                process.kill()
            psutil.Process(hotline.process_id).kill()
    with own_hotline(tmp_path) as hotline:
        assert "工单号" in hotline.client.until_answered(sender, "对", last)
        assert len(hotline.client.tickets(sender=sender)) == 1


def assert_unavailable(answer: Answer) -> None:
    """Check that the refusal makes the sender try again."""
    assert (answer.status, answer.code) == (503, "unavailable"), answer.text


@contextmanager
def frozen(hotline: OwnHotline, name: str) -> Iterator[None]:
    """Suspends a process for the duration."""
    pid = hotline.freeze(name)
    try:
        yield
    finally:
        hotline.thaw(pid)


@contextmanager
def locked(database: Path, seconds: float) -> Iterator[None]:
    """Another process holds the database for at least this long."""
    begun = time.monotonic()
    connection = sqlite3.connect(database, isolation_level=None, timeout=10)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
        time.sleep(max(0.0, seconds - (time.monotonic() - begun)))
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def _hold(database: Path, seconds: float) -> None:
    with locked(database, seconds):
        pass


@contextmanager
def no_more_to_write(hotline: OwnHotline, name: str) -> Iterator[None]:
    """Keeps a process's files from growing or changing, as on a full disk."""
    pid = hotline.pid(name)
    assert pid
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
