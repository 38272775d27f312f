"""Many texts at once, several workers, a provider that fails: nothing is lost or answered twice, on any database."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sms.sender import SmsSender
from connectors.twilio.double.faults import Fault, Faults
from connectors.twilio.double.webhooks import text_fields
from hotline import clock as present
from hotline.city import City
from hotline.conversations.model import MessageState
from hotline.delivery import rules
from hotline.delivery.model import Outgoing
from hotline.texts import texts
from tests.conftest import SetClock
from tests.integration.serving import storage_down
from tests.integration.texting import ANNA, NUMBER, SID, Line, a_line, account_of, until

TEXTS = 120
PASSING = [fault for fault in Fault if fault is not Fault.SILENT]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "FIRST_PAUSE", 0.05)


async def test_a_burst_with_a_failing_provider_and_two_workers(
    tmp_path: Path, database_url: str, valkey_url: str, city: City
) -> None:
    faults = Faults(rate=0.1, kinds=PASSING)
    faults.retry_after = "0.1"
    async with a_line(tmp_path, database_url, valkey_url, present.now, city, faults, couriers=2) as line:
        line.double.shuffles_reports = line.double.repeats_reports = True
        senders = [f"+86139{n:08d}" for n in range(TEXTS)]
        sids = [f"SM{n:032x}" for n in range(TEXTS)]
        webhooks = [(sender, f"第{n}条", sids[n]) for n, sender in enumerate(senders)]
        webhooks += random.Random(1).sample(webhooks, TEXTS // 10)
        answered = await asyncio.gather(*(line.double.text(*webhook) for webhook in webhooks))
        assert {a.status for a in answered} == {200}
        await until(lambda: all(f"答：第{n}条" in line.got(sender) for n, sender in enumerate(senders)), 120)
        await until(lambda: all(m.state is not MessageState.QUEUED for s in senders for m in line.transcript(s)), 60)
        await line.double.reported()
        kept = texts().say("notice.kept")  # on a slow machine some citizens are told so, once
        got = [line.got(sender) for sender in senders]
        assert [[text for text in one if text != kept] for one in got] == [[f"答：第{n}条"] for n in range(TEXTS)]
        assert max(one.count(kept) for one in got) <= 1
        assert {line.transcript(s)[-1].state for s in senders} == {MessageState.DELIVERED}


async def test_a_worker_that_dies_after_the_provider_took_it_leaves_nothing_twice(
    tmp_path: Path, database_url: str, valkey_url: str, clock: SetClock, city: City
) -> None:
    async with a_line(tmp_path, database_url, valkey_url, clock, city, couriers=0) as line:
        line.double.reports = ()
        conversation = line.hotline.conversations.conversation_with("sms", ANNA)
        line.hotline.conversations.tell(conversation.id, "k1", "已派单")
        [taken] = line.hotline.deliveries.claim(["sms"], 16)
        await _send(line, taken)
        heir = line.courier()
        assert await heir.step() == 0
        clock.advance(seconds=61)
        assert await heir.step() == 1
        await until(lambda: line.transcript()[-1].state is MessageState.SENT)
        assert line.got() == ["已派单"]
        line.hotline.deliveries.sent(taken, "SM-late")
        assert line.transcript()[-1].state is MessageState.SENT


async def test_a_report_that_comes_while_it_is_taken_over_sends_nothing_twice(
    tmp_path: Path, database_url: str, valkey_url: str, clock: SetClock, city: City
) -> None:
    async with a_line(tmp_path, database_url, valkey_url, clock, city, couriers=0) as line:
        line.double.reports = ()
        conversation = line.hotline.conversations.conversation_with("sms", ANNA)
        line.hotline.conversations.tell(conversation.id, "k1", "已派单")
        [taken] = line.hotline.deliveries.claim(["sms"], 16)
        await _send(line, taken)
        clock.advance(seconds=61)
        [again] = line.hotline.deliveries.claim(["sms"], 16)
        line.hotline.deliveries.sent(taken, "SM-of-whoever-was-slow")
        assert line.transcript()[-1].state is MessageState.QUEUED
        await line.double.report(line.double.texts[0], "sent")
        sender = SmsSender(account_of(line.hotline.settings))
        assert again.unsure_since == clock.at - timedelta(seconds=61)
        found = await sender.find(again, again.unsure_since, line.hotline.deliveries.others(again))
        await sender.close()
        assert found == line.double.texts[0].sid


async def _send(line: Line, outgoing: Outgoing) -> None:
    sender = SmsSender(account_of(line.hotline.settings))
    await sender.send(outgoing)
    await sender.close()


async def test_two_workers_never_take_the_same_message(
    tmp_path: Path, database_url: str, valkey_url: str, clock: SetClock, city: City
) -> None:
    async with a_line(tmp_path, database_url, valkey_url, clock, city, couriers=0) as line:
        for n in range(40):
            conversation = line.hotline.conversations.conversation_with("sms", f"+86139{n:08d}")
            line.hotline.conversations.tell(conversation.id, "k", "已派单")
        claim = line.hotline.deliveries.claim
        taken = await asyncio.gather(*(asyncio.to_thread(claim, ["sms"], 16) for _ in range(6)))
        ids = [outgoing.message_id for one in taken for outgoing in one]
        assert len(ids) == len(set(ids))
        rest_of_them = line.hotline.deliveries.claim(["sms"], 100)
        assert len(ids) + len(rest_of_them) == 40


class TestFuzz:
    @pytest.fixture
    async def line(
        self, tmp_path: Path, sqlite_url: str, valkey_url: str, clock: SetClock, city: City
    ) -> AsyncIterator[Line]:
        """A line without couriers: some of these senders cannot be answered."""
        async with a_line(tmp_path, sqlite_url, valkey_url, clock, city, couriers=0) as running:
            yield running

    async def test_signed_nonsense_is_never_a_server_error(self, line: Line) -> None:
        known = text_fields(SID, ANNA, NUMBER, "你好")
        names = [*known, "MediaUrl0", "MessageStatus", "ErrorCode"]
        fields = st.dictionaries(st.sampled_from(names), st.text(max_size=60), max_size=12)
        seen: list[int] = []
        loop = asyncio.get_running_loop()

        def post(path: str, changes: dict[str, str]) -> int:
            posting = line.double.webhooks.post(path, known | {"MessageSid": f"SM{len(seen)}"} | changes)
            return asyncio.run_coroutine_threadsafe(posting, loop).result(20).status

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(st.sampled_from(["/webhooks/twilio/sms", "/webhooks/twilio/status?message=x"]), fields)
        def nonsense(path: str, changes: dict[str, str]) -> None:
            seen.append(post(path, changes))

        await asyncio.to_thread(nonsense)
        assert set(seen) <= {200, 204, 400}
        assert 200 in seen

    async def test_forged_and_cut_webhooks_have_no_effect(self, line: Line) -> None:
        fields = text_fields(SID, ANNA, NUMBER, "你好")
        forged = await line.double.webhooks.post("/webhooks/twilio/sms", fields, token="somebody else's")
        assert (forged.status, line.transcript()) == (403, [])

    async def test_without_sql_nothing_is_acknowledged(self, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
        with storage_down(line.hotline, monkeypatch):
            fields = text_fields(SID, ANNA, NUMBER, "你好")
            assert (await line.double.webhooks.post("/webhooks/twilio/sms", fields)).status == 503
        await line.double.text(ANNA, "你好")
        await until(lambda: [m.text for m in line.transcript()] == ["你好", "答：你好"])
