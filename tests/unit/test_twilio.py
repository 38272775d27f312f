"""What the Twilio channels share: signatures behind a proxy, forms, phone numbers, and a double that detects
mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from connectors.twilio.account import Account, account
from connectors.twilio.double.messages import refusal
from connectors.twilio.double.webhooks import Answered, text_fields
from connectors.twilio.webhook import Form, twiml, verified_form
from connectors.web import Malformed, Refused
from hotline.personal_data.phones import as_written, mobile_address
from hotline.settings import Settings

TOKEN = "12345678901234567890123456789012"
OURS = Account("AC" + "0" * 32, TOKEN, "+8628123450000", None, "http://127.0.0.1:1", "https://hotline.example.cn")
PATH = "/webhooks/twilio/sms"
FIELDS = text_fields(OURS.sid, "+8613800001234", "+8628123450000", "望平街的路灯坏了 & 三天没人修")


def request(fields: Mapping[str, str], signature: str | None, path: str = PATH, body: bytes | None = None) -> Any:
    """A request as it arrives from a proxy: the path of the public address on another host and port."""
    headers = {"host": "10.0.0.7:12345"} | ({"x-twilio-signature": signature} if signature is not None else {})
    return SimpleNamespace(
        body=urlencode(fields).encode() if body is None else body, headers=headers, raw_url=path.encode()
    )


def signature(fields: Mapping[str, str], path: str = PATH, token: str = TOKEN) -> str:
    """The signature that Twilio would send."""
    return str(RequestValidator(token).compute_signature(OURS.public_url + path, dict(fields)))


class TestSignature:
    def test_what_twilio_signed_is_let_in_behind_a_proxy(self) -> None:
        form = verified_form(request(FIELDS, signature(FIELDS)), OURS)
        assert form.text("Body", 1600) == FIELDS["Body"]

    def test_the_query_is_signed_too(self) -> None:
        path = f"{PATH}?message=ab%20c&x=1"
        assert verified_form(request(FIELDS, signature(FIELDS, path), path), OURS)
        with pytest.raises(Refused):
            verified_form(request(FIELDS, signature(FIELDS, path), f"{PATH}?message=abc&x=1"), OURS)

    def test_blank_fields_and_those_of_a_messaging_service_are_signed_too(self) -> None:
        fields = FIELDS | {"MessagingServiceSid": "MG" + "1" * 32, "FromCity": "", "ToState": ""}
        assert verified_form(request(fields, signature(fields)), OURS)

    def test_a_public_address_with_its_port_is_signed_either_way(self) -> None:
        with_port = RequestValidator(TOKEN).compute_signature("https://hotline.example.cn:443" + PATH, FIELDS)
        assert verified_form(request(FIELDS, with_port), OURS)

    @pytest.mark.parametrize(
        "given_signature",
        [None, "", "x", "ü" * 28, signature(FIELDS, token="another token"), signature(FIELDS | {"Body": "别的"})],
    )
    def test_everything_else_is_refused(self, given_signature: str | None) -> None:
        with pytest.raises(Refused) as refused:
            verified_form(request(FIELDS, given_signature), OURS)
        assert refused.value.status == 403

    def test_a_truncated_body_is_refused(self) -> None:
        whole = urlencode(FIELDS).encode()
        for length in range(0, len(whole) - 1, 97):
            with pytest.raises(Refused):
                verified_form(request(FIELDS, signature(FIELDS), body=whole[:length]), OURS)

    @given(st.binary(max_size=300), st.text(max_size=60))
    def test_no_body_and_no_header_breaks_it(self, body: bytes, header: str) -> None:
        with pytest.raises(Refused) as refused:
            verified_form(request({}, header, body=body), OURS)
        assert refused.value.status == 403

    def test_a_thousand_fields_are_not_read(self) -> None:
        fields = {f"f{i}": "x" for i in range(1000)}
        with pytest.raises(Refused):
            verified_form(request(fields, signature(fields)), OURS)


class TestForm:
    def test_fields_are_opened_with_a_declared_type(self) -> None:
        form = Form({"NumMedia": ["2"], "Blank": [""], "Twice": ["a", "b"]})
        assert (form.whole_number("NumMedia", 0), form.whole_number("Blank", 0), form.whole_number("Gone", 3)) == (
            2,
            0,
            3,
        )
        assert form.text("Twice", 1) == "b"

    @pytest.mark.parametrize("number", ["-1", "1.5", "x", "٣", "99999999999"])
    def test_what_is_no_whole_number_is_malformed(self, number: str) -> None:
        with pytest.raises(Malformed):
            Form({"NumMedia": [number]}).whole_number("NumMedia", 0)


@pytest.mark.parametrize(
    ("address", "phone"),
    [
        ("+8613800001234", "13800001234"),
        ("+862861234567", "02861234567"),
        ("+85251234567", "+85251234567"),
        ("10086", None),
        ("anonymous", None),
        ("", None),
    ],
)
def test_a_callers_address_is_a_phone_number_as_people_write_it(address: str, phone: str | None) -> None:
    assert as_written(address) == phone


@pytest.mark.parametrize(
    ("phone", "address"),
    [
        ("13800001234", "+8613800001234"),
        ("+8613800001234", "+8613800001234"),
        ("02861234567", None),
        ("+85251234567", None),
        ("anonymous", None),
    ],
)
def test_only_chinese_mobiles_are_texted_unasked(phone: str, address: str | None) -> None:
    assert mobile_address(phone) == address


def test_without_credentials_there_is_no_account() -> None:
    assert account(Settings()) is None
    assert account(Settings(twilio_account_sid="AC1")) is None


def test_the_account_is_read_from_the_settings() -> None:
    settings = Settings(
        twilio_account_sid="AC1", twilio_auth_token="t", twilio_from="+8628123450000", public_url="https://h.cn/"
    )
    found = account(settings)
    assert found == Account("AC1", "t", "+8628123450000", None, "https://api.twilio.com", "https://h.cn")
    assert found.may_text


class TestTheDouble:
    GOOD = {"To": "+8613800001234", "From": "+8628123450000", "Body": "已提交"}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({}, None),
            ({"To": "13800001234"}, 21211),
            ({"To": ""}, 21604),
            ({"From": ""}, 21603),
            ({"From": "+15005550001"}, 21606),
            ({"Body": ""}, 21602),
            ({"Body": "长" * 1601}, 21617),
            ({"StatusCallback": "/webhooks/twilio/status"}, 21609),
            ({"StatusCallback": "https://h.cn/webhooks/twilio/status"}, None),
            ({"To": "+8613900000000"}, 21610),
        ],
    )
    def test_refuses_what_twilio_refuses(self, change: dict[str, str], code: int | None) -> None:
        refused = refusal(self.GOOD | change, {"+8628123450000"}, set(), {"+8613900000000"})
        assert (refused.code if refused else None) == code

    @pytest.mark.parametrize(
        ("answered", "code"),
        [
            (Answered(200, "text/xml", '<?xml version="1.0"?><Response/>'), None),
            (Answered(204, "text/plain", ""), None),
            (Answered(503, "application/json", "{}"), "11200"),
            (Answered(200, "application/json", "{}"), "12300"),
            (Answered(200, "text/xml", "<Response>"), "12100"),
            (Answered(200, "text/xml", "<Say/>"), "12102"),
        ],
    )
    def test_complains_of_what_twilio_complains_of(self, answered: Answered, code: str | None) -> None:
        assert (answered.problem() or "").partition(" ")[0] == (code or "")


def test_the_empty_answer_is_twiml() -> None:
    answer = twiml()
    assert answer.content_type == "text/xml; charset=utf-8"
    assert Answered(200, "text/xml", (answer.body or b"").decode()).problem() is None
