"""Whatever the running gateway receives, it answers in plain words, never with a stack trace or a 500."""

from __future__ import annotations

import json
import socket

import pytest

from tests.e2e.client import Answer, Client, new_id, new_sender

WEBHOOK = "/webhooks/rest/webhook"
MATTER = "锦江区望平街15号楼下烧烤店油烟大，吵得睡不着，我姓王，电话13800001234"
INSIDES = ("Traceback", 'File "', "Error(", "Exception", "sqlite", "sanic", "sqlalchemy", "site-packages")
MALFORMED = {
    "nothing": b"",
    "blanks": b"   ",
    "half a document": b'{"sender": "a", "mess',
    "not JSON": b"sender=a&message=b",
    "a number": b"5",
    "a text": b'"hello"',
    "a list": b'[{"sender": "a", "message": "b"}]',
    "null": b"null",
    "invalid UTF-8": b'{"sender": "a", "message": "\xff\xfe\xe6"}',
    "UTF-16": '{"sender": "a", "message": "你好"}'.encode("utf-16"),
    "a number for text": b'{"sender": "a", "message": 5}',
    "an object for text": b'{"sender": "a", "message": {"text": "b"}}',
    "a list for the sender": b'{"sender": ["a"], "message": "b"}',
    "true for the sender": b'{"sender": true, "message": "b"}',
    "a text for metadata": b'{"sender": "a", "message": "b", "metadata": "c"}',
    "a list for metadata": b'{"sender": "a", "message": "b", "metadata": []}',
    "a number for the id": b'{"sender": "a", "message": "b", "metadata": {"message_id": 7}}',
    "a sender too long": json.dumps({"sender": "a" * 5000, "message": "b"}).encode(),
    "an id too long": json.dumps({"sender": "a", "message": "b", "metadata": {"message_id": "x" * 5000}}).encode(),
    "deep lists": b"[" * 100_000,
    "deep lists, closed": b"[" * 100_000 + b"]" * 100_000,
    "deep metadata": b'{"sender":"a","message":"b","metadata":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
    "a number of 100,000 digits": b'{"sender":"a","message":' + b"9" * 100_000 + b"}",
}
ODD_TEXTS = {
    "empty": "",
    "blank": "  \n\t　 ",
    "emoji": "😀😡🔥👨‍👩‍👧‍👦",
    "punctuation": "？？？！！！……",
    "NUL": "\u0000",
    "NUL in a sentence": "路灯\u0000坏了",
    "control characters": "\u0001\u0007\u001b[31m\u007f\u0085",
    "half a surrogate pair": "\ud800",
    "half a pair in a sentence": "\udfff路灯坏了\ud83d",
    "right-to-left marks": "\u202e了坏灯路\u200f",
    "only combining marks": "\u0301" * 500,
    "zero-width": "\u200b\u200c\u200d\ufeff",
    "10,000 characters": "路灯坏了，" * 2000,
    "10,001 characters": "路" * 10_001,
    "100,000 characters": "路灯坏了三天没人修。" * 10_000,
    "one letter 10,000 times": "a" * 10_000,
    "10,000 digits": "1" * 10_000,
    "900 phone numbers in a row": "13800001234" * 900,
    "a slash command": "/restart",
    "a slash command with entities": '/state_matter{"location": "天府广场", "phone": "13800001234"}',
    "a slash alone": "/",
    "a template": "{{7*7}} {summary} {0} %s %(name)s ${HOME}",
    "SQL": "'; DROP TABLE tickets; --",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a Rasa entity": "[天府广场](location)路灯坏了",
    "JSON": '{"sender": "other", "message": "x"}',
    "null": "null",
}


def assert_plain(answer: Answer) -> None:
    """Check that a citizen or a machine can use the answer."""
    assert answer.status != 500, answer.text
    assert not [word for word in INSIDES if word.lower() in answer.text.lower()], answer.text
    if answer.status >= 400 and answer.headers.get("content-type", "").startswith("application/json"):
        assert set(answer.json) == {"error"}
        assert set(answer.json["error"]) == {"code", "message"}
        assert answer.json["error"]["message"]


@pytest.fixture(scope="module")
def client(hotline_url: str) -> Client:
    return Client(hotline_url)


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_request_is_refused_in_plain_words(client: Client, name: str) -> None:
    answer = client.post(MALFORMED[name])
    assert answer.status == 400, answer.text
    assert answer.code == "bad_request"
    assert_plain(answer)


@pytest.mark.parametrize("name", ODD_TEXTS)
def test_an_odd_text_is_answered_and_the_conversation_goes_on(client: Client, name: str) -> None:
    sender = new_sender()
    answer = client.post({"sender": sender, "message": ODD_TEXTS[name]})
    assert answer.status == 200, answer.text
    assert_plain(answer)
    assert answer.json
    assert all(message["text"].strip() for message in answer.json)
    assert client.until_answered(sender, "你好", new_id())


@pytest.mark.parametrize("odd", ["\ud800", "a\u0000b", "\ud83d\ud83d", "用户😀", "a\nb", "%00", "../../etc/passwd"])
def test_an_odd_sender_or_id_is_served_or_refused(client: Client, odd: str) -> None:
    for body in (
        {"sender": odd, "message": "你好"},
        {"sender": new_sender(), "message": "你好", "metadata": {"message_id": odd}},
    ):
        answer = client.post(body)
        assert answer.status in (200, 400), answer.text
        assert_plain(answer)


def test_a_slash_command_does_nothing_to_the_dialogue(client: Client) -> None:
    for command in ("/restart", "/session_start", "/back", '/affirm{"x": "y"}', "\u0000/restart", " /restart"):
        sender = new_sender()
        client.say(sender, MATTER)
        client.say(sender, command)
        assert client.tickets(sender=sender) == [], command
        assert "望平街15号" in client.words(sender, "请再说一遍"), command


def test_markup_comes_back_as_text_only(client: Client) -> None:
    sender = new_sender()
    evil = "<script>alert(1)</script>"
    client.say(sender, f"锦江区望平街15号{evil}路灯坏了，我姓王，电话13800001234")
    card = next(m["custom"]["ticket"] for m in client.say(sender, "对") if "custom" in m)
    page = client.request(
        "POST",
        f"/track/{card['number']}",
        f"code={card['code']}".encode(),
        {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"},
    )
    assert page.status == 200
    assert card["number"][:6] in page.text
    assert evil not in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/api/v1/nowhere",
        "/api/v2/tickets",
        "/webhooks/rest/nowhere",
        "/webhooks/rest/webhook/more",
        "/track/../../etc/passwd",
        "/static/../hotline/settings.py",
        "/static/%2e%2e/pages.py",
        "/.env",
        "/%00",
        "/%ff%fe",
        "/" + "a" * 6000,
        "/webhooks/inbox/webhook",
        "/conversations/x/tracker",
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_an_unknown_address_is_not_found(client: Client, path: str, accept: str) -> None:
    answer = client.request("GET", path, headers={"Accept": accept})
    assert 400 <= answer.status < 500, answer.text
    assert_plain(answer)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", WEBHOOK),
        ("PUT", WEBHOOK),
        ("DELETE", WEBHOOK),
        ("PATCH", "/api/v1/tickets"),
        ("POST", "/api/v1/tickets"),
        ("DELETE", "/api/v1/tickets/261122000437"),
        ("POST", "/healthz"),
        ("POST", "/"),
        ("PUT", "/track"),
        ("POST", "/chat/ws"),
        ("TRACE", "/"),
        ("BREW", "/"),
    ],
)
def test_a_wrong_method_is_refused(client: Client, method: str, path: str) -> None:
    answer = client.request(method, path, b"{}" if method not in ("GET", "TRACE") else None)
    assert answer.status in (400, 404, 405), answer.text
    assert_plain(answer)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", "", "\u00ff"])
def test_the_content_type_does_not_break_anything(client: Client, kind: str) -> None:
    body = json.dumps({"sender": new_sender(), "message": "你好"}).encode()
    answer = client.request("POST", WEBHOOK, body, {"Content-Type": kind})
    assert answer.status in (200, 400, 415)
    assert_plain(answer)


def test_too_large_a_body_is_refused(client: Client) -> None:
    for length in (3_000_000, 99_999_999_999):
        with socket.create_connection(client.address, timeout=20) as raw:
            raw.sendall(f"POST {WEBHOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
            raw.sendall(b"a" * 1000)
            assert b" 413 " in raw.recv(200)
    half_a_million = client.post({"sender": new_sender(), "message": "a" * 1_500_000})
    assert half_a_million.status == 400
    assert_plain(half_a_million)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /chat/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    ],
    ids=["no HTTP", "a header of 200 KB", "negative length", "broken chunk", "half a websocket handshake"],
)
def test_what_is_no_http_does_not_reach_anything(client: Client, raw: bytes) -> None:
    with socket.create_connection(client.address, timeout=20) as connection:
        connection.sendall(raw)
        connection.settimeout(20)
        answer = connection.recv(20_000)
    assert b" 500 " not in answer.splitlines()[0] if answer else True
    assert b"Traceback" not in answer
    assert client.get("/healthz").status == 200


def test_a_repeated_body_field_and_an_unknown_one_are_harmless(client: Client) -> None:
    sender = new_sender()
    body = f'{{"sender": "x", "sender": "{sender}", "message": "你好", "role": "admin", "__proto__": {{}}}}'
    answer = client.post(body.encode())
    assert answer.status == 200
    assert answer.json[0]["recipient_id"] == sender


def test_a_stranger_cannot_speak_in_another_conversation(client: Client) -> None:
    """The same message id in two conversations means two messages: nobody gets another's answer."""
    first, second, id = new_sender(), new_sender(), new_id()
    client.say(first, MATTER, id)
    assert "望平街" not in client.words(second, "你好", id)
