"""The database's promises: messages stored once and answered in order, tickets opened once, nothing half done."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import event, func, insert, select
from sqlalchemy.event import listen

from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.conversations.model import Author, Incoming, MessageState, Reply
from hotline.conversations.ports import LeaseLost
from hotline.conversations.service import LEASE
from hotline.intake.facts import MAX_PLACE
from hotline.settings import Settings
from hotline.storage import Database, database, tables
from hotline.texts import texts
from hotline.tickets import access, numbering
from hotline.tickets.askers import FROM_A_CLIENT, IN_A_CONVERSATION, ON_A_NUMBER, Asker
from hotline.tickets.model import Contact, Status
from hotline.transaction import AlreadyStored, StorageError, StorageUnavailable
from tests.conftest import SetClock
from tests.integration.conftest import Citizen

AT_ONCE = 8


def events_of(hotline: Hotline) -> list[str]:
    """The types of the events in the outbox, in order."""
    with hotline.transactions.reading() as unit:
        return [found.type for _, found in unit.events.waiting(1000)]


def texts_of(hotline: Hotline, conversation_id: str) -> list[str]:
    """The transcript."""
    return [message.text for message in hotline.conversations.transcript(conversation_id)]


class TestInbox:
    def test_a_message_sent_twice_is_stored_once(self, citizen: Citizen) -> None:
        first = citizen.writes("你好", provider_id="m1")
        again = citizen.writes("你好", provider_id="m1")
        assert first.is_new
        assert not again.is_new
        assert again.message.id == first.message.id
        assert events_of(citizen.hotline) == ["message.received"]

    def test_the_same_id_from_two_citizens_is_two_messages(self, hotline: Hotline) -> None:
        assert Citizen(hotline, "anna").writes("你好", provider_id="m1").is_new
        assert Citizen(hotline, "boris").writes("你好", provider_id="m1").is_new

    def test_a_message_sent_twice_at_the_same_moment_is_stored_once(self, citizen: Citizen) -> None:
        citizen.writes("第一句")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            sent = list(pool.map(lambda _: citizen.writes("你好", provider_id="m1"), range(AT_ONCE)))
        assert sum(accepted.is_new for accepted in sent) == 1
        assert len({accepted.message.id for accepted in sent}) == 1

    def test_first_messages_at_the_same_moment_make_one_conversation(self, citizen: Citizen) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            sent = list(pool.map(lambda i: citizen.writes(f"第{i}句"), range(AT_ONCE)))
        assert len({accepted.message.conversation_id for accepted in sent}) == 1
        assert sorted(accepted.message.seq for accepted in sent) == list(range(1, AT_ONCE + 1))

    def test_messages_are_handed_out_in_order_one_at_a_time(self, citizen: Citizen) -> None:
        conversations = citizen.hotline.conversations
        sent = [citizen.writes(text) for text in ("一", "二", "三")]
        claim = conversations.claim(sent[0].message.conversation_id, "pump-a")
        handled = []
        while claim:
            handled.append(claim.message.text)
            claim = conversations.answer(claim, "pump-a", [Reply(f"答{claim.message.text}")], MessageState.SENT)
        assert handled == ["一", "二", "三"]
        assert texts_of(citizen.hotline, sent[0].message.conversation_id) == ["一", "二", "三", "答一", "答二", "答三"]
        assert conversations.due(10) == []

    def test_an_idle_conversation_is_claimed_with_its_message(self, citizen: Citizen) -> None:
        first, second = citizen.writes("一", owner="pump-a"), citizen.writes("二", owner="pump-b")
        assert first.claim is not None
        assert second.claim is None

    def test_a_first_message_is_claimed_with_the_phone_that_the_channel_vouches_for(self, hotline: Hotline) -> None:
        accepted = hotline.conversations.accept(Incoming("sms", "+86138", "你好", "SM1", "13800001234"), "pump")
        assert accepted.claim
        assert accepted.claim.conversation.verified_phone == "13800001234"


class TestLease:
    def test_a_held_conversation_is_not_given_to_another(self, citizen: Citizen) -> None:
        conversation = citizen.writes("一", owner="pump-a").message.conversation_id
        assert citizen.hotline.conversations.claim(conversation, "pump-b") is None
        assert citizen.hotline.conversations.due(10) == []

    def test_a_dead_holder_is_replaced_when_the_lease_ends(self, citizen: Citizen, clock: SetClock) -> None:
        conversation = citizen.writes("一", owner="pump-a").message.conversation_id
        clock.advance(seconds=LEASE.total_seconds() + 1)
        assert citizen.hotline.conversations.due(10) == [conversation]
        claim = citizen.hotline.conversations.claim(conversation, "pump-b")
        assert claim is not None
        assert claim.message.text == "一"

    def test_a_living_holder_keeps_its_lease(self, citizen: Citizen, clock: SetClock) -> None:
        conversation = citizen.writes("一", owner="pump-a").message.conversation_id
        for _ in range(4):
            clock.advance(seconds=LEASE.total_seconds() / 2)
            assert citizen.hotline.conversations.renew("pump-a", [conversation]) == 1
        assert citizen.hotline.conversations.claim(conversation, "pump-b") is None

    def test_what_a_replaced_holder_says_is_thrown_away(self, citizen: Citizen, clock: SetClock) -> None:
        conversations = citizen.hotline.conversations
        late = citizen.writes("一", owner="pump-a").claim
        assert late is not None
        clock.advance(seconds=LEASE.total_seconds() + 1)
        claim = conversations.claim(late.conversation.id, "pump-b")
        assert claim is not None
        with pytest.raises(LeaseLost):
            conversations.answer(late, "pump-a", [Reply("太晚")], MessageState.SENT)
        conversations.answer(claim, "pump-b", [Reply("及时")], MessageState.SENT)
        with pytest.raises(LeaseLost):
            conversations.answer(late, "pump-a", [Reply("太晚")], MessageState.SENT)
        assert texts_of(citizen.hotline, late.conversation.id) == ["一", "及时"]

    def test_claimed_at_the_same_moment_it_is_given_to_one(self, citizen: Citizen) -> None:
        conversation = citizen.writes("一").message.conversation_id
        claim = citizen.hotline.conversations.claim
        with ThreadPoolExecutor(AT_ONCE) as pool:
            claims = list(pool.map(lambda i: claim(conversation, f"pump-{i}"), range(AT_ONCE)))
        assert sum(found is not None for found in claims) == 1

    def test_a_postponed_message_waits_until_its_time(self, citizen: Citizen, clock: SetClock) -> None:
        conversations = citizen.hotline.conversations
        conversation = citizen.writes("一", owner="pump-a").message.conversation_id
        conversations.postpone(conversation, "pump-a", 2)
        assert conversations.due(10) == []
        clock.advance(seconds=3)
        assert conversations.due(10) == [conversation]


def test_what_is_wrong_with_a_row_is_no_key_that_is_there_already(hotline: Hotline) -> None:
    serial = {"day": "2026-11-22", "last": 1}
    with hotline.database.transaction() as connection:
        connection.execute(insert(tables.serials), serial)
    with pytest.raises(AlreadyStored), hotline.database.transaction() as connection:
        connection.execute(insert(tables.serials), serial)
    wrong = (
        insert(tables.serials).values(day="2026-11-23", last=None),
        insert(tables.named).values(number="261122000437", person="p", at=hotline.now()),
    )
    for statement in wrong:
        with pytest.raises(StorageError) as raised, hotline.database.transaction() as connection:
            connection.execute(statement)
        assert type(raised.value) is StorageError


class TestRollback:
    def test_nothing_is_stored_without_a_commit(self, citizen: Citizen) -> None:
        conversation = citizen.writes("一", owner="pump-a").message.conversation_id
        with pytest.raises(ZeroDivisionError), citizen.hotline.transactions() as unit:
            now = citizen.hotline.now()
            unit.conversations.say(conversation, Author.ASSISTANT, [Reply("半句")], MessageState.SENT, now, answers=1)
            unit.events.add("message.sent", conversation, {}, now)
            raise ZeroDivisionError
        assert texts_of(citizen.hotline, conversation) == ["一"]
        assert events_of(citizen.hotline) == ["message.received"]

    def test_a_ticket_whose_opening_fails_leaves_no_trace(
        self, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        intake = citizen.intake()
        before = events_of(citizen.hotline)

        def fail(*_: object) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as broken:
            broken.setattr("hotline.storage.outbox.SqlOutbox.add", fail)
            with pytest.raises(ZeroDivisionError):
                citizen.hotline.tickets.open(intake)
        assert events_of(citizen.hotline) == before
        assert citizen.hotline.tickets.open(intake).number.endswith(
            numbering.make_number(citizen.hotline.now().date(), 1)[6:]
        )


class TestTickets:
    def test_the_same_message_always_finds_its_ticket(self, citizen: Citizen) -> None:
        first, again = citizen.opens_ticket("m1"), citizen.opens_ticket("m1", description="别的")
        assert again == first
        assert events_of(citizen.hotline).count("ticket.opened") == 1

    def test_opened_at_the_same_moment_it_is_still_one_ticket(self, citizen: Citizen) -> None:
        intake = citizen.intake("m1")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            opened = list(pool.map(lambda _: citizen.hotline.tickets.open(intake), range(AT_ONCE)))
        assert len({ticket.number for ticket in opened}) == 1
        assert events_of(citizen.hotline).count("ticket.opened") == 1

    def test_tickets_opened_at_the_same_moment_have_different_numbers(self, citizen: Citizen) -> None:
        intakes = [citizen.intake(f"m{i}") for i in range(40)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            opened = list(pool.map(citizen.hotline.tickets.open, intakes))
        assert len({ticket.number for ticket in opened}) == 40
        assert all(numbering.is_number(ticket.number) for ticket in opened)

    def test_serials_begin_anew_every_day(self, citizen: Citizen, clock: SetClock) -> None:
        today = citizen.opens_ticket("m1").number
        clock.advance(days=1)
        tomorrow = citizen.opens_ticket("m2").number
        assert (today[:11], tomorrow[:11]) == ("26112200001", "26112300001")

    def test_the_longest_words_of_a_citizen_are_stored_whole(self, citizen: Citizen) -> None:
        place, contact = "望" * MAX_PLACE, Contact("欧" * 200, "1" * 40, "母" * 200, "亲" * 200)
        opened = citizen.opens_ticket(location=place, contact=contact)
        tickets, owner = citizen.hotline.tickets, access.Citizen("rest", "anna")
        assert tickets.for_trusted_system(opened.number) == opened
        tickets.keep_contact(opened.number, owner, ("阳" * 200, "2" * 40), None, "k1")
        tickets.correct_place(opened.number, owner, "平" * MAX_PLACE, "地点错了", "k2")
        kept = tickets.for_trusted_system(opened.number)
        assert (kept.contact.name, kept.contact.phone, kept.location) == ("阳" * 200, "2" * 40, "平" * MAX_PLACE)
        assert kept.title == opened.title.replace("望", "平")

    def test_a_ticket_comes_back_as_it_was_opened(self, citizen: Citizen) -> None:
        ticket = citizen.opens_ticket()
        assert citizen.hotline.tickets.for_trusted_system(ticket.number) == ticket

    def test_dispatching_twice_dispatches_once(self, citizen: Citizen) -> None:
        number = citizen.opens_ticket().number
        with ThreadPoolExecutor(AT_ONCE) as pool:
            done = list(pool.map(lambda _: citizen.hotline.tickets.dispatch(number), range(AT_ONCE)))
        assert sum(done) == 1
        ticket = citizen.hotline.tickets.for_trusted_system(number)
        assert ticket.status is Status.DISPATCHED
        assert [step.node for step in ticket.timeline] == ["received", "dispatched"]

    def test_a_ticket_whose_citizen_doubts_the_unit_waits_for_a_person(self, citizen: Citizen) -> None:
        tickets = citizen.hotline.tickets
        number = citizen.opens_ticket().number
        ticket = tickets.add(number, access.Citizen("rest", citizen.sender), "转给环保局嘛", "m2", "unit_doubted")
        assert ticket.description.endswith("市民对承办单位有异议：转给环保局嘛")
        assert ticket.timeline[-1].text == "您对承办单位有异议，由派单人员核定。"
        assert not tickets.dispatch(number)
        assert tickets.for_trusted_system(number).status is Status.RECEIVED

    def test_so_does_one_whose_citizen_doubted_it_before_it_was_opened(self, citizen: Citizen) -> None:
        doubt = (texts().say("remark.objects_to_unit"), "不是城管的事")
        doubted, sure = citizen.opens_ticket("m1", details=(doubt,)), citizen.opens_ticket("m2", category="0201")
        tickets = citizen.hotline.tickets
        assert not tickets.dispatch(doubted.number) and tickets.dispatch(sure.number)

    def test_so_does_not_one_whose_citizen_only_types_the_words_for_it(self, citizen: Citizen) -> None:
        typed = citizen.opens_ticket(description="市民对承办单位有异议：没有的事")
        assert citizen.hotline.tickets.dispatch(typed.number)

    def test_so_does_one_whose_matter_its_citizen_puts_right(self, citizen: Citizen) -> None:
        tickets = citizen.hotline.tickets
        number = citizen.opens_ticket().number
        ticket = tickets.add(number, access.Citizen("rest", citizen.sender), "不是油烟，是装修", "m2", "matter_doubted")
        assert ticket.description.endswith("市民更正事项：不是油烟，是装修")
        assert not tickets.dispatch(number)

    def test_times_come_back_in_the_citys_zone(self, citizen: Citizen) -> None:
        ticket = citizen.hotline.tickets.for_trusted_system(citizen.opens_ticket().number)
        assert ticket.created_at.isoformat() == "2026-11-22T09:30:00+08:00"

    def test_ones_own_tickets_with_their_steps_cost_as_much_for_twenty_as_for_one(self, citizen: Citizen) -> None:
        me, asked = access.Citizen("rest", citizen.sender), list[str]()
        opened = [citizen.opens_ticket(f"m{i}", category="0106", confidential=True) for i in range(20)]
        listen(citizen.hotline.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        listed = citizen.hotline.tickets.own_with_timeline(me, 20)
        assert [(t.number, len(t.timeline)) for t in listed] == [(t.number, 1) for t in reversed(opened)]
        assert len([statement for statement in asked if statement.startswith("SELECT")]) == 3


class TestStrangers:
    def test_the_right_code_opens_the_ticket(self, citizen: Citizen) -> None:
        ticket = citizen.opens_ticket()
        assert citizen.hotline.tickets.for_stranger(ticket.number, ticket.code).number == ticket.number

    def test_five_wrong_codes_close_it_for_a_quarter_of_an_hour(self, citizen: Citizen, clock: SetClock) -> None:
        ticket, ask = citizen.opens_ticket(), citizen.hotline.tickets.for_stranger
        wrong = "0000" if ticket.code != "0000" else "1111"
        for _ in range(4):
            with pytest.raises(access.NotFound):
                ask(ticket.number, wrong)
        with pytest.raises(access.Locked):
            ask(ticket.number, wrong)
        with pytest.raises(access.Locked):
            ask(ticket.number, ticket.code)
        clock.advance(minutes=15, seconds=1)
        assert ask(ticket.number, ticket.code).number == ticket.number

    def test_who_has_the_code_gets_in_whatever_a_stranger_tried_from_elsewhere(self, citizen: Citizen) -> None:
        ticket, ask = citizen.opens_ticket(), citizen.hotline.tickets.for_stranger
        wrong = "0000" if ticket.code != "0000" else "1111"
        for _ in range(4):
            with pytest.raises(access.NotFound):
                ask(ticket.number, wrong, Asker(client="theirs"))
        for conversation in ("theirs", "their next"):  # another conversation does not circumvent the limit
            with pytest.raises(access.Locked):
                ask(ticket.number, wrong, Asker(conversation, "theirs"))
        assert ask(ticket.number, ticket.code, Asker(client="mine")).number == ticket.number
        assert ask(ticket.number, ticket.code, Asker("mine")).number == ticket.number

    def test_one_number_withstands_guesses_from_everywhere(self, citizen: Citizen) -> None:
        ticket, ask = citizen.opens_ticket(), citizen.hotline.tickets.for_stranger
        wrong = "0000" if ticket.code != "0000" else "1111"
        for place in range(ON_A_NUMBER.most - 1):
            with pytest.raises(access.NotFound):
                ask(ticket.number, wrong, Asker(client=f"place-{place}"))
        for code in (wrong, ticket.code):
            with pytest.raises(access.Locked):
                ask(ticket.number, code, Asker(client="another"))

    @pytest.mark.parametrize(
        ("asker", "limit"), [(Asker("chat"), IN_A_CONVERSATION), (Asker(client="a"), FROM_A_CLIENT)]
    )
    def test_one_guess_on_each_of_very_many_numbers_is_stopped(
        self, citizen: Citizen, asker: Asker, limit: access.Limit, clock: SetClock
    ) -> None:
        ticket, ask = citizen.opens_ticket(), citizen.hotline.tickets.for_stranger
        for serial in range(limit.most - 1):
            ask(ticket.number, ticket.code, asker)  # one's own ticket does not reset the count
            with pytest.raises(access.NotFound):
                ask(numbering.make_number(clock().date(), 10_000 + serial), "1234", asker)
        with pytest.raises(access.Locked):
            ask(numbering.make_number(clock().date(), 20_000), "1234", asker)
        with pytest.raises(access.Locked):
            ask(ticket.number, ticket.code, asker)
        assert ask(ticket.number, ticket.code, Asker("elsewhere", "b")).number == ticket.number
        clock.advance(minutes=15, seconds=1)
        assert ask(ticket.number, ticket.code, asker).number == ticket.number

    def test_guesses_on_many_numbers_at_the_same_moment_are_all_counted(self, citizen: Citizen) -> None:
        def guess(place: int) -> str:
            number = numbering.make_number(citizen.hotline.now().date(), 10_000 + place)
            try:
                citizen.hotline.tickets.for_stranger(number, "1234", Asker("chat", "a"))
            except access.AccessDenied as denied:
                return type(denied).__name__
            return "shown"

        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(guess, range(IN_A_CONVERSATION.most + 3)))
        assert answers.count("NotFound") == IN_A_CONVERSATION.most - 1

    def test_wrong_codes_at_the_same_moment_are_all_counted(self, citizen: Citizen) -> None:
        ticket = citizen.opens_ticket()
        wrong = "0000" if ticket.code != "0000" else "1111"

        def guess(_: int) -> str:
            try:
                citizen.hotline.tickets.for_stranger(ticket.number, wrong)
            except access.AccessDenied as denied:
                return type(denied).__name__
            return "shown"

        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(guess, range(AT_ONCE)))
        assert sorted(answers) == ["Locked"] * (AT_ONCE - 4) + ["NotFound"] * 4

    def test_wrong_codes_are_forgotten_after_a_day(self, citizen: Citizen, clock: SetClock) -> None:
        ticket, tickets = citizen.opens_ticket(), citizen.hotline.tickets
        wrong = "0000" if ticket.code != "0000" else "1111"
        for number in (ticket.number, numbering.make_number(clock.at.date(), 99)):
            with pytest.raises(access.NotFound):
                tickets.for_stranger(number, wrong)
        kept = self.rows(citizen.hotline)
        assert kept
        clock.advance(hours=23)
        tickets.forget_guesses()
        assert self.rows(citizen.hotline) == kept
        clock.advance(hours=2)
        tickets.forget_guesses()
        assert self.rows(citizen.hotline) == 0

    def rows(self, hotline: Hotline) -> int:
        """The number of stored counts of wrong codes."""
        with hotline.database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(tables.guesses)).scalar_one())

    def test_an_unknown_number_is_answered_like_a_wrong_code(self, citizen: Citizen) -> None:
        unknown = numbering.make_number(citizen.hotline.now().date(), 777)
        for _ in range(4):
            with pytest.raises(access.NotFound):
                citizen.hotline.tickets.for_stranger(unknown, "1234")
        with pytest.raises(access.Locked):
            citizen.hotline.tickets.for_stranger(unknown, "1234")


class TestUnavailable:
    """A locked SQLite, a full disk, and a server that is gone."""

    @pytest.fixture
    def embedded(self, sqlite_url: str, clock: SetClock, city: City, tmp_path: Path) -> Hotline:
        return build(Settings(data=tmp_path, database_url=sqlite_url), clock, city)

    @pytest.fixture
    def writer_and_locker(self, embedded: Hotline, tmp_path: Path) -> Iterator[tuple[Citizen, sqlite3.Connection]]:
        """A citizen who has written 一, and another process that now locks the database."""
        citizen = Citizen(embedded)
        citizen.writes("一")
        with closing(sqlite3.connect(tmp_path / "hotline.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield citizen, other

    def test_a_database_locked_by_another_process_stores_nothing(
        self,
        embedded: Hotline,
        writer_and_locker: tuple[Citizen, sqlite3.Connection],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        citizen, other = writer_and_locker
        monkeypatch.setattr(database, "LOCK_WAIT_SECONDS", 0.05)
        with pytest.raises(StorageUnavailable):
            citizen.writes("二")
        other.execute("ROLLBACK")
        accepted = citizen.writes("三")
        assert texts_of(embedded, accepted.message.conversation_id) == ["一", "三"]

    def test_whoever_waits_for_another_process_asks_again_often(
        self,
        embedded: Hotline,
        writer_and_locker: tuple[Citizen, sqlite3.Connection],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        citizen, other = writer_and_locker
        waits: list[float] = []

        def wait(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 3:
                other.execute("ROLLBACK")

        monkeypatch.setattr(database, "sleep", wait)
        accepted = citizen.writes("二")
        assert waits == [database.LOCK_AGAIN_SECONDS] * 3
        assert texts_of(embedded, accepted.message.conversation_id) == ["一", "二"]

    def test_a_full_disk_stores_nothing_and_keeps_what_was_there(self, embedded: Hotline) -> None:
        citizen = Citizen(embedded)
        accepted = citizen.writes("一")
        _allow_pages(embedded.database, extra=0)
        with pytest.raises(StorageUnavailable):
            for _ in range(50):
                citizen.writes("长" * 20_000)
        kept = embedded.conversations.transcript(accepted.message.conversation_id)
        assert kept[0].text == "一"
        with embedded.database.reading() as connection:
            rows = connection.execute(select(func.count()).select_from(tables.messages)).scalar_one()
            counted = connection.execute(select(tables.conversations.c.pending)).scalar_one()
        assert rows == counted
        _allow_pages(embedded.database, extra=1000)
        assert citizen.writes("二").is_new

    def test_a_server_that_is_gone_is_unavailable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        gone = Database("postgresql+psycopg://hotline:x@127.0.0.1:1/hotline")
        with pytest.raises(StorageUnavailable):
            gone.check()

    def test_a_writer_that_waits_too_long_for_its_turn_is_unavailable(
        self, embedded: Hotline, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "LOCK_WAIT_SECONDS", 0.05)
        citizen = Citizen(embedded)
        with embedded.database.transaction(), ThreadPoolExecutor(1) as pool, pytest.raises(StorageUnavailable):
            pool.submit(citizen.writes, "一").result(timeout=20)


def _allow_pages(opened: Database, extra: int) -> None:
    """Let the file grow by only a few pages, as on a full disk."""
    opened.close()

    @event.listens_for(opened.engine, "connect")
    def _limit(connection: sqlite3.Connection, _record: object) -> None:
        used = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={used + extra}")


@pytest.mark.parametrize(
    ("since", "count"),
    [
        ("0001-01-01T00:00:00+14:00", 1),
        ("1999-12-31T00:00:00+08:00", 1),
        ("2026-11-22T01:30:00+00:00", 1),
        ("2026-11-22T09:30:01+08:00", 0),
        ("2026-11-22T15:59:59-12:00", 0),
        ("2099-01-01T00:00:00Z", 0),
    ],
)
def test_the_list_since_a_time_is_right_in_any_zone_and_century(citizen: Citizen, since: str, count: int) -> None:
    citizen.opens_ticket("m1")
    with citizen.hotline.transactions.reading() as unit:
        assert len(unit.tickets.listed({"since": datetime.fromisoformat(since)}, 10, None)) == count
