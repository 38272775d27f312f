"""Requests from outside are opened field by field: each has the agreed form or raises Malformed, and nothing else."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.rest import payload as rest
from connectors.web import Fields, Malformed, error_body
from connectors.webchat import payload as webchat
from hotline.city import City
from hotline.clock import ZONE
from hotline.conversations.model import Author, Message, MessageState
from hotline.tickets.model import Contact, RequestType, Status, Ticket, TimelineEntry, Urgency
from hotline.tickets.timeline import step

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=ZONE)

NAMES = st.sampled_from(["sender", "message", "metadata", "message_id", "type", "token", "after", "id", "text"])
WORDS = st.sampled_from(["hello", "say", "tickets", "ping", "", "\ud800", "\x00", "你好"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=12) | WORDS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(NAMES | st.text(max_size=5), inside, max_size=5),
    max_leaves=12,
)
BODIES = st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode())
CANNOT_BE_STORED = ["\ud800", "anna\x00", "\x00", "用户\udc00"]


class TestAnything:
    @given(BODIES)
    @example(b"")
    @example(b"null")
    @example(b"[]")
    @example(b"\xff\xfe{}")
    @example(b"\xef\xbb\xbf{}")
    @example(b"{" * 100_000)
    @example(b"[" * 100_000)
    @example(b'{"sender": ' + b"1" * 5000 + b"}")
    @example(b'{"sender": NaN, "message": Infinity}')
    @example(b'{"metadata": "x"}')
    def test_a_rest_body_is_a_message_or_malformed(self, body: bytes) -> None:
        try:
            incoming = rest.parse(body)
        except Malformed as wrong:
            assert_plain(wrong)
            return
        assert incoming.channel == "rest"
        for name in (incoming.sender, incoming.provider_id):
            assert name is None or (name and len(name) <= 200 and "\x00" not in name and name.encode())

    @given(BODIES | JSON.map(json.dumps))
    @example(b'{"type": "say", "id": "", "text": ""}')
    @example('{"type": "hello", "after": true}')
    @example("\ud800")
    def test_a_frame_is_one_of_the_four_or_malformed(self, raw: bytes | str) -> None:
        try:
            frame = webchat.parse(raw)
        except Malformed as wrong:
            assert_plain(wrong)
            return
        if isinstance(frame, webchat.Hello):
            assert frame.after >= 0
            assert webchat.sender_of(frame.token or webchat.new_token()).startswith("web-")
        if isinstance(frame, webchat.Say):
            assert len(frame.id.encode()) > 0
            assert "\x00" not in frame.id

    @given(JSON, NAMES, st.integers(0, 12))
    def test_a_field_is_of_its_type_or_malformed(self, value: Any, name: str, length: int) -> None:
        def opened(read: Any) -> Any:
            try:
                return read()
            except Malformed as wrong:
                assert_plain(wrong)
                return None

        fields = opened(lambda: Fields({name: value}))
        text = opened(lambda: fields.text(name, length))
        assert text is None or (isinstance(text, str) and len(text) <= length)
        number = opened(lambda: fields.whole_number(name, 0))
        assert number is None or (type(number) is int and number >= 0)
        assert opened(lambda: fields.object(name)) is None or value is None or isinstance(value, dict)


class TestRest:
    def test_rasas_contract(self) -> None:
        incoming = rest.parse('{"sender": "anna", "message": "路灯坏了", "metadata": {"message_id": "m1"}}'.encode())
        assert (incoming.channel, incoming.sender, incoming.text) == ("rest", "anna", "路灯坏了")
        assert incoming.provider_id == "m1"
        assert incoming.verified_phone is None  # the channel vouches for nobody

    def test_metadata_cannot_claim_a_phone(self) -> None:
        body = {"sender": "anna", "message": "x", "verified_phone": "1", "metadata": {"verified_phone": "13800001234"}}
        assert rest.parse(json.dumps(body).encode()).verified_phone is None

    @pytest.mark.parametrize("body", [b"{}", b'{"sender": ""}', b'{"message": ""}', b'{"metadata": null}'])
    def test_what_is_missing_has_rasas_defaults(self, body: bytes) -> None:
        incoming = rest.parse(body)
        assert (incoming.sender, incoming.text, incoming.provider_id) == ("default", "", None)

    def test_an_empty_message_id_is_none(self) -> None:
        """Otherwise the second message of a client that sends an empty one would count as a repeat of the first."""
        assert rest.parse(b'{"sender": "anna", "metadata": {"message_id": ""}}').provider_id is None

    @pytest.mark.parametrize(
        ("body", "part"),
        [
            ({"sender": 7}, "sender"),
            ({"sender": None}, "sender"),
            ({"sender": "a" * 201}, "sender"),
            ({"message": ["路灯坏了"]}, "message"),
            ({"message": None}, "message"),
            ({"message": "路" * 1_000_001}, "message"),
            ({"metadata": []}, "metadata"),
            ({"metadata": {"message_id": 5}}, "message_id"),
            ({"metadata": {"message_id": "m" * 201}}, "message_id"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_the_refusal_names_the_part_that_is_wrong(self, body: dict[str, Any], part: str) -> None:
        with pytest.raises(Malformed) as refused:
            rest.parse(json.dumps(body).encode())
        assert part in refused.value.message

    @pytest.mark.parametrize("odd", CANNOT_BE_STORED)
    def test_a_name_that_no_database_can_store_is_refused(self, odd: str) -> None:
        for body in ({"sender": odd}, {"sender": "anna", "metadata": {"message_id": odd}}):
            with pytest.raises(Malformed):
                rest.parse(json.dumps(body).encode())

    @pytest.mark.parametrize("odd", CANNOT_BE_STORED)
    def test_a_text_may_hold_anything_because_it_is_cleaned_later(self, odd: str) -> None:
        assert rest.parse(json.dumps({"message": odd}).encode()).text == odd

    def test_answers_carry_their_data_where_they_have_any(self) -> None:
        card = {"ticket": {"number": "261122000436", "code": "5821"}}
        shown = rest.present("anna", [said(2, "已提交"), said(3, "工单", data=card)])
        assert shown == [
            {"recipient_id": "anna", "text": "已提交"},
            {"recipient_id": "anna", "text": "工单", "custom": card},
        ]


class TestWebchat:
    def test_the_frames_of_a_browser(self) -> None:
        assert webchat.parse('{"type": "hello", "token": null, "after": 0}') == webchat.Hello(None, 0)
        assert webchat.parse('{"type": "hello", "token": "t", "after": 7}') == webchat.Hello("t", 7)
        assert webchat.parse('{"type": "hello"}') == webchat.Hello(None, 0)
        assert webchat.parse('{"type": "say", "id": "1", "text": "你好"}'.encode()) == webchat.Say("1", "你好")
        assert isinstance(webchat.parse('{"type": "tickets"}'), webchat.AskTickets)
        assert isinstance(webchat.parse('{"type": "ping"}'), webchat.Ping)

    @pytest.mark.parametrize(
        "frame",
        [
            {},
            {"type": "shout"},
            {"type": "HELLO"},
            {"type": 1},
            {"type": "hello", "after": -1},
            {"type": "hello", "after": 1.5},
            {"type": "hello", "after": "1"},
            {"type": "hello", "after": True},
            {"type": "hello", "after": 2**40},
            {"type": "hello", "token": 5},
            {"type": "hello", "token": "t" * 101},
            {"type": "say", "text": "你好"},
            {"type": "say", "id": "", "text": "你好"},
            {"type": "say", "id": "1"},
            {"type": "say", "id": "i" * 65, "text": "你好"},
            {"type": "say", "id": "1", "text": None},
            {"type": "say", "id": "1", "text": "路" * 100_001},
            *({"type": "say", "id": odd, "text": "你好"} for odd in CANNOT_BE_STORED),
            *({"type": "hello", "token": odd} for odd in CANNOT_BE_STORED),
        ],
        ids=lambda frame: json.dumps(frame)[:60],
    )
    def test_a_frame_that_is_not_of_the_protocol_is_refused(self, frame: dict[str, Any]) -> None:
        with pytest.raises(Malformed):
            webchat.parse(json.dumps(frame))

    def test_a_token_is_secret_and_only_its_hash_is_the_sender(self) -> None:
        tokens = {webchat.new_token() for _ in range(20)}
        assert len(tokens) == 20
        assert all(len(token) >= 43 for token in tokens)
        senders = {webchat.sender_of(token) for token in tokens}
        assert len(senders) == 20
        assert not [token for token in tokens for sender in senders if token in sender]
        assert all(len(sender) <= 200 for sender in senders)

    def test_one_token_is_one_sender(self) -> None:
        assert webchat.sender_of("t") == webchat.sender_of("t") != webchat.sender_of("T")

    def test_ones_own_message_comes_back_with_the_id_the_browser_gave_it(self) -> None:
        own = Message("c1", 1, "inside", Author.CITIZEN, "你好", NOON, MessageState.HANDLED, {"secret": 1}, "b-1")
        frame = json.loads(webchat.line(own))
        assert frame == {
            "type": "message",
            "seq": 1,
            "author": "citizen",
            "text": "你好",
            "at": "2026-11-22T12:00:00+08:00",
            "id": "b-1",
            "data": None,
        }

    def test_an_answer_has_the_id_of_the_server_and_its_data(self) -> None:
        frame = json.loads(webchat.line(said(2, "已提交", data={"notice": "kept"})))
        assert (frame["id"], frame["author"], frame["data"]) == ("m2", "assistant", {"notice": "kept"})

    def test_the_short_frames(self) -> None:
        assert json.loads(webchat.welcome("t")) == {"type": "welcome", "token": "t"}
        assert json.loads(webchat.accepted("b-1", 6)) == {"type": "accepted", "id": "b-1", "seq": 6}
        refused = {"type": "refused", "id": None, "code": "bad_request", "message": "不对"}
        assert json.loads(webchat.refused(None, "bad_request", "不对")) == refused
        assert json.loads(webchat.pong()) == {"type": "pong"}

    def test_the_list_of_tickets_shows_the_steps_and_nothing_that_only_staff_may_see(self, city: City) -> None:
        ticket = Ticket(
            number="261122000436",
            code="5821",
            request_type=RequestType.COMPLAINT,
            category="0604",
            title="望平街15号：餐饮油烟与噪声",
            description="楼下烧烤店",
            location="望平街15号",
            district="锦江区",
            lead="锦江区综合行政执法局",
            co=(),
            urgency=Urgency.NORMAL,
            confidential=True,
            channel="webchat",
            sender="web-anna",
            conversation_id="c1",
            contact=Contact("王", "13800001234"),
            status=Status.DISPATCHED,
            created_at=NOON,
            due_at=NOON + timedelta(days=19),
            timeline=(TimelineEntry(NOON, "received", "已记录您的诉求", "received:inner"),),
        )
        frame = webchat.ticket_list([ticket], city, "zh")
        [shown] = json.loads(frame)["tickets"]
        assert set(shown) == {
            "number", "title", "status", "status_text", "created_at", "due_at", "unit", "reply", "timeline",
        }  # fmt: skip
        assert (shown["status"], shown["status_text"]) == ("dispatched", "已派单")
        assert shown["timeline"] == [
            {"at": "2026-11-22T12:00:00+08:00", "node": "received", "text": "已记录您的诉求", "language": "zh"}
        ]
        assert not [secret for secret in ("13800001234", "5821", "web-anna", "inner") if secret in frame]

    def test_a_page_in_english_gets_steps_title_and_status_in_english(self, city: City) -> None:
        asked = webchat.parse('{"type": "tickets", "language": "en"}')
        assert isinstance(asked, webchat.AskTickets)
        ticket = Ticket(
            number="261122000436", code="5821", request_type=RequestType.COMPLAINT, category="0604",
            title=f"望平街15号：{city.categories['0604'].label}", description="吵", location="望平街15号", district="锦江区",
            lead="锦江区综合行政执法局", co=(), urgency=Urgency.NORMAL, confidential=False, channel="webchat",
            sender="web-anna", conversation_id="c1", contact=Contact(None, None), status=Status.DISPATCHED,
            created_at=NOON, due_at=NOON,
            timeline=(step(NOON, "dispatched", {"unit": "锦江区综合行政执法局", "due": NOON}), TimelineEntry(NOON, "added", "补充")),
        )  # fmt: skip
        [shown] = json.loads(webchat.ticket_list([ticket], city, asked.language))["tickets"]
        assert shown["title"] == f"望平街15号: {city.categories['0604'].label_en}"
        assert shown["status_text"].isascii()
        sent, added = shown["timeline"]
        assert (sent["language"], added["language"], added["text"]) == ("en", "zh", "补充")
        assert sent["text"] == "Sent to 锦江区综合行政执法局; answer due by 22 Nov."


def said(seq: int, text: str, data: dict[str, Any] | None = None) -> Message:
    """Something the assistant said."""
    return Message("c1", seq, f"m{seq}", Author.ASSISTANT, text, NOON, MessageState.SENT, data, None, 1)


def assert_plain(wrong: Malformed) -> None:
    """Check that a machine can read the refusal and a person can understand it."""
    body = error_body(wrong.code, wrong.message)
    assert (wrong.status, wrong.code) == (400, "bad_request")
    assert wrong.message.startswith("请求的格式不对")
    assert json.loads(json.dumps(body)) == body
