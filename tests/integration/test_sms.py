"""Texts from the webhook to the answer on the citizen's phone, with a loopback Twilio that fails like the real one."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from connectors.sms.pages import parts
from connectors.sms.sender import SmsSender
from connectors.twilio import rest
from connectors.twilio.double import simulation
from connectors.twilio.double.faults import Fault
from connectors.twilio.double.simulation import SimulationFailed, Texting, lines_of
from hotline.bootstrap import build
from hotline.city import City
from hotline.conversations.handoff.model import HandoffReason, Presence
from hotline.conversations.model import Author, Incoming, MessageState, Reply
from hotline.delivery.courier import Courier
from hotline.processes import embedded
from hotline.processes.gateway import create_gateway
from hotline.settings import Settings
from hotline.staff.model import Person, Role
from hotline.texts import texts
from tests.conftest import SetClock
from tests.integration.serving import serving
from tests.integration.test_pump import ScriptedDialogue
from tests.integration.texting import AGENT, ANNA, ANNAS_PHONE, Line, a_line, account_of, ticket_of, until


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "ANSWER_SECONDS", 1.0)


@pytest.fixture
async def line(tmp_path: Path, sqlite_url: str, valkey_url: str, clock: SetClock, city: City) -> AsyncIterator[Line]:
    async with a_line(tmp_path, sqlite_url, valkey_url, clock, city) as running:
        yield running


class TestConversation:
    async def test_a_text_is_answered_by_a_text(self, line: Line) -> None:
        answered = await line.double.text(ANNA, "望平街的路灯坏了")
        assert (answered.status, answered.problem()) == (200, None)
        await until(lambda: line.got() == ["答：望平街的路灯坏了"])

    async def test_the_number_that_texts_is_the_contact(self, line: Line) -> None:
        await line.double.text(ANNA, "你好")
        conversation = line.hotline.conversations.find("sms", ANNA)
        assert conversation
        assert conversation.verified_phone == ANNAS_PHONE

    async def test_what_arrived_is_marked_delivered(self, line: Line) -> None:
        await line.double.text(ANNA, "你好")
        await until(lambda: [m.state for m in line.transcript()] == [MessageState.HANDLED, MessageState.DELIVERED])
        assert line.events("message.delivered") == [{"channel": "sms", "seq": 2}]

    async def test_a_webhook_that_comes_again_has_one_effect(self, line: Line) -> None:
        for _ in range(3):
            assert (await line.double.text(ANNA, "你好", sid="SM" + "1" * 32)).status == 200
        await line.double.text(ANNA, "再见")
        await until(lambda: line.got() == ["答：你好", "答：再见"])
        assert [m.text for m in line.transcript() if m.author is Author.CITIZEN] == ["你好", "再见"]

    async def test_several_replies_to_one_text_are_one_text(self, line: Line) -> None:
        line.dialogue.says["对"] = [Reply("已提交。", {"ticket": {"number": "1"}}), Reply("还有别的事吗？")]
        await line.double.text(ANNA, "对")
        await until(lambda: line.got() == ["已提交。\n还有别的事吗？"])

    async def test_a_long_answer_is_cut_and_the_rest_comes_on_demand(self, line: Line) -> None:
        whole = "".join(f"第{n}条办法，请带身份证和户口本。" for n in range(20))
        line.dialogue.says["怎么办"] = [Reply(whole)]
        await line.double.text(ANNA, "怎么办")
        await until(lambda: len(line.got()) == 1)
        while "更多" in line.got()[-1]:
            count = len(line.got())
            await line.double.text(ANNA, "更多。")
            await until(lambda: len(line.got()) > count)  # noqa: B023
        assert all(len(text) <= 134 and parts(text) <= 2 for text in line.got())
        assert "".join(text.partition("（未完")[0] for text in line.got()) == whole
        await line.double.text(ANNA, "更多")
        await until(lambda: line.got()[-1].startswith("没有更多"))
        assert line.dialogue.heard == ["怎么办"]


class TestSetUp:
    async def test_a_number_of_a_messaging_service_works_too(
        self, tmp_path: Path, sqlite_url: str, valkey_url: str, clock: SetClock, city: City
    ) -> None:
        service = {"twilio_from": None, "twilio_messaging_service_sid": "MG" + "0" * 32}
        async with a_line(tmp_path, sqlite_url, valkey_url, clock, city, **service) as line:
            assert (await line.double.text(ANNA, "你好")).status == 200
            await until(lambda: line.got() == ["答：你好"])
            assert line.double.texts[0].service == "MG" + "0" * 32

    async def test_without_credentials_the_channel_is_off_and_says_so(
        self,
        tmp_path: Path,
        sqlite_url: str,
        valkey_url: str,
        clock: SetClock,
        city: City,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        bare = Settings(
            data=tmp_path, database_url=sqlite_url, redis_url=valkey_url, secret_key="a-secret-of-the-tests"
        )
        hotline = build(bare, clock, city)
        async with serving(create_gateway(hotline, ScriptedDialogue())) as url, aiohttp.ClientSession() as client:
            assert "SMS is off: YHT_TWILIO_ACCOUNT_SID" in caplog.text
            async with client.post(f"{url}/webhooks/twilio/sms", data={"From": ANNA}) as response:
                assert response.status == 404


class TestAway:
    async def test_danger_is_answered_while_the_dialogue_is_away(self, line: Line, clock: SetClock) -> None:
        clock.at = clock.at.replace(hour=3)
        line.dialogue.is_away = True
        await line.double.text(ANNA, "我家燃气漏了，味道好大")
        await until(line.got)
        assert "119" in line.got()[0]

    async def test_who_waits_long_is_told_that_the_text_is_kept(self, line: Line, clock: SetClock) -> None:
        line.dialogue.is_away = True
        await line.double.text(ANNA, "路灯坏了")
        await until(lambda: line.dialogue.heard)
        await until(lambda: clock.advance(seconds=1) or line.got() == [texts().say("notice.kept")])
        line.dialogue.is_away = False
        await until(lambda: clock.advance(seconds=1) or line.got()[1:] == ["答：路灯坏了"])


class TestFailures:
    @pytest.mark.parametrize("reports", [("sent", "delivered"), ()], ids=["reported", "unreported"])
    @pytest.mark.parametrize("fault", list(Fault), ids=[fault.name for fault in Fault])
    async def test_whatever_fails_once_the_citizen_gets_the_answer_once(
        self, line: Line, clock: SetClock, fault: Fault, reports: tuple[str, ...]
    ) -> None:
        line.double.reports = reports
        line.double.faults.expect(fault)
        await line.double.text(ANNA, "你好")
        await until(lambda: line.problems() or line.transcript()[-1].state is MessageState.DELIVERED)
        clock.advance(minutes=3)
        await until(lambda: line.transcript()[-1].state is (MessageState.DELIVERED if reports else MessageState.SENT))
        assert line.got() == ["答：你好"]

    async def test_the_same_words_twice_are_two_messages_even_when_the_second_try_is_unsure(
        self, line: Line, clock: SetClock
    ) -> None:
        await line.double.text(ANNA, "你好")
        await until(lambda: line.transcript()[-1].state is MessageState.DELIVERED)
        line.double.faults.expect(Fault.CUT_BEFORE)
        await line.double.text(ANNA, "你好")
        await until(line.problems)
        clock.advance(minutes=3)
        await until(lambda: line.got() == ["答：你好"] * 2)

    async def test_a_provider_that_wants_to_be_left_alone_is(self, line: Line, clock: SetClock) -> None:
        line.double.faults.retry_after = "600"
        line.double.faults.expect(Fault.TOO_MANY)
        await line.double.text(ANNA, "你好")
        await until(line.problems)
        clock.advance(minutes=9)
        await line.double.text("+8613900000000", "你好")
        await until(lambda: line.got("+8613900000000"))
        assert line.got() == []
        clock.advance(minutes=2)
        await until(line.got)

    async def test_messages_to_one_citizen_stay_in_order(self, line: Line, clock: SetClock) -> None:
        line.double.faults.expect(Fault.BROKEN)
        await line.double.text(ANNA, "第一")
        await until(line.problems)
        await line.double.text(ANNA, "第二")
        await until(lambda: line.transcript()[-1].text == "答：第二")
        clock.advance(minutes=3)
        await until(lambda: line.got() == ["答：第一", "答：第二"])

    async def test_a_number_that_the_provider_refuses_is_not_tried_again_and_staff_learn_of_it(
        self, line: Line, clock: SetClock
    ) -> None:
        line.double.blocked.add(ANNA)
        await line.double.text(ANNA, "路灯坏了")
        ticket = ticket_of(line, "m1")
        line.dialogue.says["对"] = [Reply("已提交", {"ticket": {"number": ticket.number, "code": ticket.code}})]
        await line.double.text(ANNA, "对")
        await until(lambda: line.transcript()[-1].state is MessageState.FAILED and len(line.transcript()) == 4)
        failed = {"channel": "sms", "seq": 4, "problem": "twilio_21610", "ticket": ticket.number}
        assert line.events("message.failed")[-1] == failed
        step = line.hotline.ticket_desk.dossier(ticket.number, AGENT).steps[-1]
        assert step.note == "短信没有送到市民手机（twilio_21610），请用别的方式联系。"
        assert "message.failed" in {row.act.action for row in line.hotline.audit.latest(subject=ticket.number)}
        assert [entry.node for entry in ticket.timeline] == ["received"]

    async def test_what_cannot_be_sent_for_a_day_has_failed(self, line: Line, clock: SetClock) -> None:
        line.double.faults.expect(Fault.BROKEN, Fault.BROKEN)
        await line.double.text(ANNA, "你好")
        await until(line.problems)
        clock.advance(hours=25)
        await until(lambda: line.transcript()[-1].state is MessageState.FAILED)
        assert line.events("message.failed")[0]["problem"] == "gave_up"


class TestReports:
    @pytest.fixture
    async def line(
        self, tmp_path: Path, sqlite_url: str, valkey_url: str, clock: SetClock, city: City
    ) -> AsyncIterator[Line]:
        async with a_line(tmp_path, sqlite_url, valkey_url, clock, city) as running:
            running.double.reports = ()
            yield running

    async def test_reports_in_any_order_never_lead_backwards(self, line: Line) -> None:
        await line.double.text(ANNA, "你好")
        await until(line.got)
        for status in ("delivered", "sent", "queued", "failed", "delivered"):
            await line.double.report(line.double.texts[0], status)
            assert line.transcript()[-1].state is MessageState.DELIVERED
        assert len(line.events("message.delivered")) == 1
        assert line.events("message.failed") == []

    async def test_a_report_that_comes_before_our_own_note_counts(self, line: Line, clock: SetClock) -> None:
        line.double.faults.expect(Fault.CUT_AFTER)
        await line.double.text(ANNA, "你好")
        await until(line.problems)
        await line.double.report(line.double.texts[0], "delivered")
        assert line.transcript()[-1].state is MessageState.DELIVERED
        assert line.problems() == []

    async def test_an_undelivered_text_has_failed_with_its_code(self, line: Line) -> None:
        await line.double.text(ANNA, "你好")
        await until(line.got)
        await line.double.report(line.double.texts[0], "undelivered", 30003)
        assert line.transcript()[-1].state is MessageState.FAILED
        assert line.events("message.failed")[0]["problem"] == "twilio_30003"

    async def test_a_report_on_an_unknown_message_is_acknowledged(self, line: Line) -> None:
        fields = {"MessageSid": "SM" + "9" * 32, "MessageStatus": "delivered"}
        assert (await line.double.call("/webhooks/twilio/status", fields)).status == 204


class TestNotifications:
    async def test_progress_goes_to_the_phone_that_texted(self, line: Line) -> None:
        ticket = ticket_of(line, "m1")
        line.hotline.tickets.dispatch(ticket.number)
        assert line.hotline.progress.tell(ticket.number, "e1", line.hotline.now())
        assert line.hotline.progress.tell(ticket.number, "e1", line.hotline.now()) is None
        await until(line.got)
        [text] = line.got()
        assert "已派给" in text
        assert len(text) <= 134

    async def test_progress_waits_for_the_morning(self, line: Line, clock: SetClock) -> None:
        clock.at = clock.at.replace(hour=22, minute=0)
        ticket = ticket_of(line, "m1")
        line.hotline.progress.tell(ticket.number, "e1", line.hotline.now())
        await line.double.text(ANNA, "你好")
        await until(lambda: line.got() == ["答：你好"])
        clock.at = clock.at.replace(hour=7, minute=59) + timedelta(days=1)
        await line.double.text(ANNA, "早")
        await until(lambda: line.got() == ["答：你好", "答：早"])
        clock.advance(minutes=1)
        await until(lambda: len(line.got()) == 3)

    async def test_danger_does_not_wait(self, line: Line, clock: SetClock) -> None:
        clock.at = clock.at.replace(hour=3)
        ticket = ticket_of(line, "m1", category=None, danger="gas")
        line.hotline.progress.tell(ticket.number, "e1", line.hotline.now())
        await until(line.got)

    async def test_stop_ends_notifications_and_nothing_else(self, line: Line, clock: SetClock) -> None:
        ticket = ticket_of(line, "m1")
        await line.double.text(ANNA, "退订")
        await until(lambda: len(line.got()) == 1)
        assert line.hotline.progress.tell(ticket.number, "e1", line.hotline.now()) is None
        await line.double.text(ANNA, "你好")
        await until(lambda: line.got()[1:] == ["答：你好"])
        await line.double.text(ANNA, "START")
        await until(lambda: len(line.got()) == 3)
        assert line.hotline.progress.tell(ticket.number, "e2", line.hotline.now())
        await until(lambda: len(line.got()) == 4)

    async def test_stop_at_night_stops_what_waits_for_the_morning(self, line: Line, clock: SetClock) -> None:
        clock.at = clock.at.replace(hour=23)
        line.hotline.progress.tell(ticket_of(line, "m1").number, "e1", line.hotline.now())
        await line.double.text(ANNA, "STOP")
        await until(lambda: len(line.got()) == 1)
        clock.advance(hours=12)
        await line.double.text(ANNA, "你好")
        await until(lambda: len(line.got()) == 2)
        assert line.got()[1] == "答：你好"

    async def test_a_caller_is_told_by_text(self, line: Line) -> None:
        call = line.hotline.conversations.accept(
            Incoming("voice", "CA" + "1" * 32, "路灯坏了", "turn-1", verified_phone=ANNAS_PHONE)
        )
        ticket = ticket_of(
            line, "m1", channel="voice", sender="CA" + "1" * 32, conversation_id=call.message.conversation_id
        )
        line.hotline.progress.tell(ticket.number, "e1", line.hotline.now())
        await until(line.got)

    async def test_a_caller_from_a_landline_is_not(self, line: Line) -> None:
        call = line.hotline.conversations.accept(
            Incoming("voice", "CA" + "2" * 32, "路灯坏了", "turn-1", verified_phone="02861234567")
        )
        ticket = ticket_of(
            line, "m1", channel="voice", sender="CA" + "2" * 32, conversation_id=call.message.conversation_id
        )
        assert line.hotline.progress.tell(ticket.number, "e1", line.hotline.now()) is None


class TestSimulation:
    async def test_a_citizen_at_the_terminal(self, line: Line) -> None:
        port = embedded.free_ports(1)[0]
        ours = replace(account_of(line.hotline.settings), api_base=f"http://127.0.0.1:{port}")
        heard: list[str] = []
        texting = Texting(ours, line.url, "+8613811112222", heard.append)
        courier = Courier(line.hotline.deliveries, {"sms": SmsSender(ours)})
        await line.stop_couriers()
        carrying = asyncio.create_task(courier.run())
        await texting.hold(lines_of(io.StringIO("你好\n\n路灯坏了\n")), wait=True)
        carrying.cancel()
        assert heard == ["答：你好", "答：路灯坏了"]

    @pytest.mark.parametrize(
        ("change", "words"),
        [({"token": "another"}, "refuses the signature"), ({"api_base": "https://api.twilio.com"}, "of this machine")],
    )
    async def test_what_does_not_fit_is_said_in_one_line(self, line: Line, change: dict[str, str], words: str) -> None:
        port = embedded.free_ports(1)[0]
        ours = replace(account_of(line.hotline.settings), **{"api_base": f"http://127.0.0.1:{port}"} | change)
        with pytest.raises(SimulationFailed, match=words):
            await Texting(ours, line.url, ANNA, print).hold(lines_of(io.StringIO("你好\n")), wait=True)

    async def test_a_second_simulation_is_told_that_there_is_one(self, line: Line) -> None:
        taken = line.double.url
        ours = replace(account_of(line.hotline.settings), api_base=taken)
        with pytest.raises(SimulationFailed, match="another simulation"):
            await Texting(ours, line.url, ANNA, print).hold(lines_of(io.StringIO("你好\n")), wait=True)

    async def test_an_answer_that_never_comes_is_said_in_one_line(
        self, line: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await line.stop_couriers()
        monkeypatch.setattr(simulation, "ANSWER_SECONDS", 0.1)
        ours = replace(account_of(line.hotline.settings), api_base=f"http://127.0.0.1:{embedded.free_ports(1)[0]}")
        with pytest.raises(SimulationFailed, match="no answer came"):
            await Texting(ours, line.url, ANNA, print).hold(lines_of(io.StringIO("你好\n")), wait=True)


class TestAgent:
    async def test_an_agent_is_read_whole_and_stop_is_heeded_all_the_same(self, line: Line) -> None:
        hotline, li = line.hotline, Person("li", "li", "李", Role.AGENT, ("general",))
        await line.double.text(ANNA, "转人工")
        await until(lambda: line.transcript()[-1].state is MessageState.DELIVERED)
        message = line.transcript()[0]
        hotline.agent_desk.set_presence(li, Presence.AVAILABLE)
        hotline.queue.request(message.conversation_id, HandoffReason.ASKED, None, message.id)
        offer = hotline.screen.overview(li).offer
        assert offer
        handoff = hotline.agent_desk.accept(li, offer.handoff.id)
        hotline.agent_desk.say(li, handoff.id, "字" * 300, "k1")
        await until(lambda: "字" * 300 in line.got())
        await line.double.text(ANNA, "STOP")
        conversation = hotline.conversations.find("sms", ANNA)
        assert conversation
        assert conversation.muted_at
        assert line.dialogue.heard == ["转人工"]
