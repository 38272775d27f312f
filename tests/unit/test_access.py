"""Access to a ticket: whose it is, when a code opens it, and how long too many wrong codes lock it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.clock import ZONE
from hotline.tickets import access
from hotline.tickets.access import Citizen, Guesses
from hotline.tickets.model import Contact, RequestType, Status, Ticket, Urgency

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=ZONE)
PHONE = "13800001234"


def annas_ticket() -> Ticket:
    """Anna's ticket, opened in a web chat, with her phone."""
    return Ticket(
        number="261122000436",
        code="5821",
        request_type=RequestType.COMPLAINT,
        category="0604",
        title="望平街15号：餐饮油烟与噪声",
        description="楼下烧烤店每天烤到凌晨两点",
        location="望平街15号",
        district="锦江区",
        lead="锦江区综合行政执法局",
        co=(),
        urgency=Urgency.NORMAL,
        confidential=False,
        channel="webchat",
        sender="web-anna",
        conversation_id="c1",
        contact=Contact("王", PHONE),
        status=Status.RECEIVED,
        created_at=NOON,
        due_at=NOON + timedelta(days=19),
    )


@pytest.fixture
def ticket() -> Ticket:
    """Anna's ticket."""
    return annas_ticket()


class TestOwner:
    def test_the_session_that_opened_it_owns_it(self, ticket: Ticket) -> None:
        assert Citizen("webchat", "web-anna").owns(ticket)

    @pytest.mark.parametrize(
        "stranger",
        [
            Citizen("webchat", "web-boris"),
            Citizen("rest", "web-anna"),
            Citizen("sms", "+8613900005678", "13900005678"),
            Citizen("rest", PHONE),
            Citizen("webchat", ""),
        ],
        ids=str,
    )
    def test_nobody_else_does(self, ticket: Ticket, stranger: Citizen) -> None:
        assert not stranger.owns(ticket)

    def test_a_phone_that_the_channel_vouches_for_opens_it_on_another_channel(self, ticket: Ticket) -> None:
        assert Citizen("sms", "+8613800001234", verified_phone=PHONE).owns(ticket)

    def test_a_citizen_without_a_phone_does_not_own_the_tickets_without_one(self, ticket: Ticket) -> None:
        anonymous = replace(ticket, contact=Contact())
        assert not Citizen("rest", "boris", verified_phone=None).owns(anonymous)
        assert not Citizen("sms", "boris", verified_phone=PHONE).owns(anonymous)


class TestCode:
    def test_the_right_code_matches_with_blanks_around_it(self, ticket: Ticket) -> None:
        assert access.code_matches(ticket, "5821")
        assert access.code_matches(ticket, " 5821\n")

    @given(code=st.text(max_size=12).filter(lambda text: text.strip() != "5821"))
    def test_nothing_else_matches(self, code: str) -> None:
        assert not access.code_matches(annas_ticket(), code)

    @pytest.mark.parametrize("code", ["", " ", "0000", "None"])
    def test_an_unknown_ticket_matches_no_code_at_all(self, code: str) -> None:
        assert not access.code_matches(None, code)


class TestGuesses:
    def test_a_number_nobody_has_tried_is_open(self) -> None:
        Guesses().check_open(NOON)

    def test_the_fifth_wrong_code_closes_it_for_a_quarter_of_an_hour(self) -> None:
        guesses = Guesses()
        for minute in range(4):
            guesses = guesses.after_wrong(NOON + timedelta(minutes=minute))
            guesses.check_open(NOON + timedelta(minutes=minute))
        guesses = guesses.after_wrong(NOON + timedelta(minutes=4))
        with pytest.raises(access.Locked) as locked:
            guesses.check_open(NOON + timedelta(minutes=4))
        assert locked.value.until == NOON + timedelta(minutes=19)

    def test_it_opens_at_the_minute_that_was_said(self) -> None:
        guesses = Guesses()
        for _ in range(5):
            guesses = guesses.after_wrong(NOON)
        with pytest.raises(access.Locked):
            guesses.check_open(NOON + access.LOCK - timedelta(microseconds=1))
        guesses.check_open(NOON + access.LOCK)

    def test_wrong_codes_of_long_ago_are_forgotten(self) -> None:
        guesses = Guesses()
        for n in range(20):
            guesses = guesses.after_wrong(NOON + n * access.LOCK)
            guesses.check_open(NOON + n * access.LOCK)

    def test_after_a_lock_the_count_begins_anew(self) -> None:
        guesses = Guesses()
        for _ in range(5):
            guesses = guesses.after_wrong(NOON)
        later = NOON + access.LOCK
        for _ in range(4):
            guesses = guesses.after_wrong(later)
            guesses.check_open(later)
        with pytest.raises(access.Locked):
            guesses.after_wrong(later).check_open(later)

    @given(st.lists(st.timedeltas(timedelta(0), timedelta(minutes=20)), min_size=1, max_size=40))
    def test_however_slowly_one_guesses_there_are_never_five_tries_in_a_quarter_of_an_hour(
        self, pauses: list[timedelta]
    ) -> None:
        guesses, now, tried = Guesses(), NOON, list[datetime]()
        for pause in pauses:
            now += pause
            try:
                guesses.check_open(now)
            except access.Locked:
                continue
            tried.append(now)
            guesses = guesses.after_wrong(now)
            assert sum(now - then < access.LOCK for then in tried) <= access.MAX_WRONG_CODES


class TestWhatIsSaid:
    @pytest.mark.parametrize(
        ("left", "minutes"),
        [
            (timedelta(minutes=15), 15),
            (timedelta(minutes=14, seconds=1), 15),
            (timedelta(minutes=14), 14),
            (timedelta(seconds=61), 2),
            (timedelta(seconds=60), 1),
            (timedelta(seconds=1), 1),
            (timedelta(0), 1),
            (-timedelta(minutes=3), 1),
        ],
        ids=str,
    )
    def test_the_minutes_that_are_left(self, left: timedelta, minutes: int) -> None:
        assert access.Locked(NOON + left).minutes_from(NOON) == minutes

    @given(st.timedeltas(timedelta(microseconds=1), access.LOCK))
    def test_who_waits_as_long_as_was_said_is_let_in(self, left: timedelta) -> None:
        minutes = access.Locked(NOON + left).minutes_from(NOON)
        assert left <= timedelta(minutes=minutes) < left + timedelta(minutes=1)

    @pytest.mark.parametrize("denied", [access.Mistyped("1"), access.NotFound("1"), access.Locked(NOON)])
    def test_every_denial_is_one(self, denied: Exception) -> None:
        assert isinstance(denied, access.AccessDenied)
