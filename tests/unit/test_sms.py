"""Texts: parsing webhooks, paging, when a notification may be sent, when a message is tried again."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sms.pages import first_page, parts, rest_of
from connectors.sms.payload import parse, parse_report
from connectors.twilio.webhook import Form
from connectors.web import Malformed
from hotline.clock import ZONE
from hotline.conversations.model import Author, Incoming, MessageState
from hotline.delivery.rules import LONGEST_PAUSE, LONGEST_WISH, pause, polite_time
from hotline.settings import PROJECT_ROOT

FIXTURES = PROJECT_ROOT / "connectors" / "sms" / "fixtures"


def fixture(name: str) -> dict[str, str]:
    """The fields of a recorded webhook."""
    fields: dict[str, str] = json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    return fields


def form(fields: Mapping[str, str]) -> Form:
    """A webhook's form."""
    return Form({name: [value] for name, value in fields.items()})


class TestPayload:
    def test_a_text(self) -> None:
        assert parse(form(fixture("text.json"))) == Incoming(
            channel="sms",
            sender="+8613800001234",
            text="锦江区望平街15号的路灯坏了三天没人修",
            provider_id="SM" + "1" * 32,
            verified_phone="13800001234",
        )

    def test_a_text_of_a_messaging_service(self) -> None:
        assert parse(form(fixture("text_of_a_messaging_service.json"))).provider_id == "SM" + "2" * 32

    def test_pictures(self) -> None:
        incoming = parse(form(fixture("pictures.json")))
        assert len(incoming.pictures) == 2
        assert incoming.data == {"pictures": 2}

    def test_a_sender_that_is_no_number_is_no_contact(self) -> None:
        incoming = parse(form(fixture("text.json") | {"From": "10086"}))
        assert (incoming.sender, incoming.verified_phone) == ("10086", None)

    @pytest.mark.parametrize(
        ("name", "state", "problem"),
        [
            ("status_delivered.json", MessageState.DELIVERED, None),
            ("status_undelivered.json", MessageState.FAILED, "twilio_30003"),
        ],
    )
    def test_a_report(self, name: str, state: MessageState, problem: str | None) -> None:
        report = parse_report(form(fixture(name)), "m1")
        assert (report.message_id, report.provider_id) == ("m1", "SM" + "4" * 32)
        assert (report.state, report.problem) == (state, problem)

    def test_a_status_that_is_new_to_us_says_nothing(self) -> None:
        assert (
            parse_report(form(fixture("status_delivered.json") | {"MessageStatus": "read_aloud"}), None).state is None
        )

    @pytest.mark.parametrize("missing", ["From", "MessageSid"])
    def test_what_is_needed_and_missing_is_named(self, missing: str) -> None:
        for gone in ({missing: ""}, {missing: "\0"}, {missing: "x" * 500}):
            with pytest.raises(Malformed):
                parse(form(fixture("text.json") | gone))

    @given(st.dictionaries(st.sampled_from([*fixture("pictures.json"), "ErrorCode"]), st.text(max_size=40)))
    def test_whatever_the_fields_hold_it_is_read_or_malformed(self, changes: dict[str, str]) -> None:
        for read in (parse, lambda f: parse_report(f, "m1")):
            try:
                read(form(fixture("pictures.json") | changes))
            except Malformed:
                continue


class TestPages:
    def test_what_fits_is_sent_as_it_is(self) -> None:
        assert first_page("字" * 134) == "字" * 134
        assert rest_of("字" * 134) == ""
        assert first_page("a" * 306) == "a" * 306

    def test_a_longer_one_says_how_to_get_the_rest(self) -> None:
        assert first_page("字" * 135).endswith("（未完，回“更多”看全文）")
        assert first_page("word " * 100).endswith("(reply MORE for the rest)")
        assert first_page("Noted: to be sent to 成华区综合行政执法局. " * 5).endswith("(reply MORE for the rest)")

    def test_it_is_cut_after_a_sentence_and_never_inside_a_number(self) -> None:
        assert first_page("甲" * 100 + "。" + "乙" * 60).partition("（")[0] == "甲" * 100 + "。"
        number = "261122000436"
        shown = first_page("工" * 112 + number + "单" * 40)
        assert number not in shown
        assert rest_of("工" * 112 + number + "单" * 40).startswith(number)

    @pytest.mark.parametrize(
        ("text", "question"),
        [
            (
                "记下了：投诉·油烟；" + "某某路与某某路交叉口" * 12 + "。对吗？需要保密请说“保密”，要改哪里直接说。",
                "对吗？",
            ),
            (
                "Tom, I have noted: complaint, Noise; Tianfu Avenue near the station; phone 138****0004. To be sent to "
                "武侯区综合行政执法局. Is that right? Say confidential to keep your details secret.",
                "Is that right?",
            ),
        ],
        ids=["zh", "en"],
    )
    def test_a_question_is_never_left_for_the_next_page(self, text: str, question: str) -> None:
        assert parts(text) > 2
        assert parts(first_page(text)) <= 2
        assert first_page(text).endswith(f"\n{question}")
        assert question in rest_of(text)

    def test_what_an_agent_writes_is_sent_whole_as_far_as_ten_parts_go(self) -> None:
        assert first_page("字" * 670, Author.AGENT) == "字" * 670
        assert parts(first_page("字" * 2000, Author.AGENT)) == 10
        assert len(first_page("a" * 5000, Author.AGENT)) <= 1600

    def test_an_emoji_takes_two_places(self) -> None:
        assert parts("😀" * 67) == 2
        assert parts("😀" * 68) == 3

    @given(st.text(alphabet=st.sampled_from("路灯坏了。，abc 12345😀\n!é{"), max_size=900))
    def test_every_page_fits_and_nothing_is_lost(self, text: str) -> None:
        pages, left = [], text.strip()
        while left:
            shown, rest = first_page(left), rest_of(left)
            assert parts(shown) <= 2
            assert len(rest) < len(left)
            pages.append(left[: len(left) - len(rest)])
            left = rest
        assert "".join("".join(pages).split()) == "".join(text.split())


def at(hour: int, minute: int = 0, day: int = 22) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        (at(8), at(8)),
        (at(21, 59), at(21, 59)),
        (at(22), at(8, day=23)),
        (at(23, 59), at(8, day=23)),
        (at(0), at(8)),
        (at(7, 59), at(8)),
    ],
)
def test_a_notification_rings_between_eight_and_ten(now: datetime, goes: datetime) -> None:
    assert polite_time(now) == goes


class TestPause:
    def test_each_is_about_twice_as_long_up_to_two_minutes(self) -> None:
        chance = random.Random(1)
        for attempts, longest in ((1, 2), (2, 4), (3, 8), (6, 64), (7, LONGEST_PAUSE), (5000, LONGEST_PAUSE)):
            seconds = pause(attempts, None, chance).total_seconds()
            assert longest / 2 <= seconds <= longest

    def test_they_differ_so_that_not_all_come_back_at_once(self) -> None:
        chance = random.Random(1)
        assert len({pause(3, None, chance) for _ in range(50)}) == 50

    def test_the_provider_is_given_the_time_it_wants_but_not_for_ever(self) -> None:
        assert pause(1, 30, random.Random(1)) == timedelta(seconds=30)
        assert pause(1, 1e9, random.Random(1)) == timedelta(seconds=LONGEST_WISH)
