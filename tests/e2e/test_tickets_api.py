"""`/api/v1/tickets` at the running gateway: who sees what, and what others are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest

from hotline.tickets import numbering
from hotline.tickets.askers import IN_A_CONVERSATION
from tests.e2e.client import API_TOKEN, Client, new_sender, wait_until
from tests.e2e.test_bad_input import assert_plain

UNKNOWN_CODE = "0000"
CONTRACT = {
    "number", "request_type", "category", "title", "description", "location", "district", "department", "urgency",
    "confidential", "channel", "status", "created_at", "due_at", "reply", "satisfaction", "timeline",
}  # fmt: skip
TRUSTED = {"contact", "sender", "conversation_id"}


@pytest.fixture(scope="module")
def client(hotline_url: str) -> Client:
    return Client(hotline_url)


PLACES = ("锦江区望平街15号", "成华区双林路100号", "武侯区玉林西路28号", "青羊区清江东路5号", "金牛区抚琴西路9号")


def other_code(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04d}"


def unknown_number(number: str) -> str:
    return numbering.make_number(datetime.strptime(number[:6], "%y%m%d").date(), numbering.MAX_SERIAL)


def test_a_trusted_system_sees_everything_that_the_contract_names(client: Client) -> None:
    sender = new_sender()
    number, _ = client.open_ticket(sender)
    ticket = client.get(f"/api/v1/tickets/{number}", API_TOKEN).json
    assert set(ticket) >= CONTRACT | TRUSTED
    assert ticket["sender"] == sender
    assert ticket["contact"]["phone"] == "13800001234"
    assert set(ticket["category"]) == {"code", "name"}
    assert set(ticket["department"]) == {"lead", "co"}
    assert all(set(entry) == {"at", "node", "text"} for entry in ticket["timeline"])
    for moment in (ticket["created_at"], ticket["due_at"], *(entry["at"] for entry in ticket["timeline"])):
        assert datetime.fromisoformat(moment).strftime("%z") == "+0800"


def test_a_citizen_with_the_code_sees_it_without_contact_and_origin(client: Client) -> None:
    number, code = client.open_ticket(new_sender())
    answer = client.get(f"/api/v1/tickets/{number}", code=code)
    assert answer.status == 200
    assert set(answer.json) >= CONTRACT
    assert not set(answer.json) & TRUSTED
    assert "13800001234" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_no_code_a_wrong_code_and_an_unknown_number_get_the_same_answer(client: Client) -> None:
    number, code = client.open_ticket(new_sender())
    answers = [
        client.get(f"/api/v1/tickets/{number}"),
        client.get(f"/api/v1/tickets/{number}", code=""),
        client.get(f"/api/v1/tickets/{number}", code=other_code(code)),
        client.get(f"/api/v1/tickets/{unknown_number(number)}", code=code),
        client.get(f"/api/v1/tickets/{unknown_number(number)}"),
    ]
    assert {(answer.status, answer.text) for answer in answers} == {(404, answers[0].text)}
    assert answers[0].code == "not_found"


def test_a_mistyped_number_is_called_mistyped(client: Client) -> None:
    number, code = client.open_ticket(new_sender())
    wrong_digit = number[:9] + str((int(number[9]) + 1) % 10) + number[10:]
    at = next(i for i in range(11) if number[i] != number[i + 1])
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    for typed in (wrong_digit, swapped, number[:-1], number + "0", "0", "abc", "工单"):
        answer = client.get(f"/api/v1/tickets/{quote(typed)}", code=code)
        assert (answer.status, answer.code) == (404, "mistyped"), typed


def test_five_wrong_codes_lock_the_number_for_whoever_tried_them_and_for_nobody_else(client: Client) -> None:
    owner = new_sender()
    number, code = client.open_ticket(owner)
    answers = [client.get(f"/api/v1/tickets/{number}", code=other_code(code)) for _ in range(5)]
    assert [answer.status for answer in answers] == [404, 404, 404, 404, 429]
    locked = client.get(f"/api/v1/tickets/{number}", code=code)
    assert (locked.status, locked.code) == (429, "locked")
    assert "15" in locked.text or "14" in locked.text
    assert client.get(f"/api/v1/tickets/{number}", API_TOKEN).status == 200
    assert numbering.spell(number) in client.words(owner, number)
    assert numbering.spell(number) in client.words(new_sender(), f"工单号{number} 查询码{code}")


def test_one_code_on_many_numbers_is_stopped_in_a_conversation_too(client: Client) -> None:
    number, code = client.open_ticket(new_sender())
    stranger, day = new_sender(), datetime.strptime(number[:6], "%y%m%d").date()
    for serial in range(IN_A_CONVERSATION.most):
        client.words(stranger, f"工单号{numbering.make_number(day, 90_000 + serial)} 查询码{code}")
    assert "锁定" in client.words(stranger, f"工单号{number} 查询码{code}")
    assert numbering.spell(number) in client.words(new_sender(), f"工单号{number} 查询码{code}")


def test_an_unknown_number_locks_just_the_same(client: Client) -> None:
    """Otherwise the lock would reveal which numbers exist."""
    number, _ = client.open_ticket(new_sender())
    unknown = unknown_number(number)
    day = datetime.strptime(number[:6], "%y%m%d").date()
    unknown = numbering.make_number(day, numbering.MAX_SERIAL - 1)
    answers = [client.get(f"/api/v1/tickets/{unknown}", code="1234") for _ in range(6)]
    assert [answer.status for answer in answers] == [404, 404, 404, 404, 429, 429]


def test_codes_cannot_be_tried_faster_side_by_side(client: Client) -> None:
    number, code = client.open_ticket(new_sender())
    codes = [other_code(code)] * 30
    with ThreadPoolExecutor(15) as pool:
        answers = list(pool.map(lambda c: client.get(f"/api/v1/tickets/{number}", code=c), codes))
    assert sum(answer.status == 404 for answer in answers) <= 4
    assert {answer.status for answer in answers} <= {404, 429, 503}


@pytest.mark.parametrize("code", ["五八二一", "۵۸۲۱", "é", "\u0000", "0" * 10_000, "' OR 1=1 --", "12 34", "😀"])
def test_an_odd_code_is_only_a_wrong_one(client: Client, code: str) -> None:
    number, _ = client.open_ticket(new_sender())
    answer = client.get(f"/api/v1/tickets/{number}", code=code)
    assert answer.status in (400, 404, 413, 414), answer.text
    assert_plain(answer)


@pytest.mark.parametrize("query", ["code=%ff%fe", "code", "code=1&code=2", "code[]=1234", "%00=%00", "code=%ud800"])
def test_an_odd_query_is_only_a_wrong_one(client: Client, query: str) -> None:
    number, _ = client.open_ticket(new_sender())
    answer = client.request("GET", f"/api/v1/tickets/{number}?{query}")
    assert answer.status in (400, 404), answer.text
    assert_plain(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong-token-of-the-tests"},
        {"Authorization": "Bearer "},
        {"Authorization": API_TOKEN},
        {"Authorization": f"Basic {API_TOKEN}"},
        {"Authorization": "Bearer \u00e9\u00ff"},
        {"Authorization": f"Bearer {API_TOKEN}x"},
    ],
)
def test_the_list_needs_the_token(client: Client, headers: dict[str, str]) -> None:
    answer = client.request("GET", "/api/v1/tickets", headers=headers)
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert "number" not in answer.text


def test_the_list_comes_in_pages_without_gaps_or_repeats(client: Client) -> None:
    sender = new_sender()
    opened = [client.open_ticket(sender, place)[0] for place in PLACES]
    pages: list[list[str]] = []
    cursor = None
    while True:
        page = client.get("/api/v1/tickets", API_TOKEN, sender=sender, limit=2, cursor=cursor).json
        pages.append([ticket["number"] for ticket in page["tickets"]])
        cursor = page["cursor"]
        if cursor is None:
            break
    assert [number for page in pages for number in page] == opened[::-1]
    assert all(len(page) <= 2 for page in pages)


def test_the_list_filters(client: Client) -> None:
    sender = new_sender()
    number, _ = client.open_ticket(sender)
    ticket = client.get(f"/api/v1/tickets/{number}", API_TOKEN).json

    def found(**filters: str) -> list[str]:
        return [t["number"] for t in client.tickets(sender=sender, **filters)]

    assert found() == [number]
    assert found(category=ticket["category"]["code"]) == [number]
    assert found(category="1806") == []
    assert found(department=ticket["department"]["lead"]) == [number]
    assert found(since=ticket["created_at"]) == [number]
    assert found(since="2099-01-01T00:00:00+08:00") == []
    assert found(since="2020-01-01T00:00:00Z") == [number]
    assert found(status="closed") == []


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=1000",
        "limit=x",
        "limit=%D9%A3",
        "limit=1e3",
        "limit=" + "9" * 5000,
        "status=unknown",
        "status=%00",
        "since=yesterday",
        "since=2026-01-01",
        "since=2026-01-01T00:00:00",
        "since=0001-01-01T00:00:00%2B14:00",
        "since=9999-12-31T23:59:59-14:00",
    ],
)
def test_a_wrong_filter_is_named(client: Client, query: str) -> None:
    answer = client.request("GET", f"/api/v1/tickets?{query}", headers={"Authorization": f"Bearer {API_TOKEN}"})
    assert answer.status == 400, answer.text
    assert_plain(answer)


@pytest.mark.parametrize("query", ["cursor=x", "cursor=%00", "cursor=%ff", "sender=%00", "category=%F0%9F%98%80"])
def test_an_odd_filter_finds_nothing(client: Client, query: str) -> None:
    answer = client.request("GET", f"/api/v1/tickets?{query}", headers={"Authorization": f"Bearer {API_TOKEN}"})
    assert answer.status in (200, 400), answer.text
    assert_plain(answer)


def test_a_ticket_appears_at_its_department(client: Client) -> None:
    """The worker has dispatched it: the timeline says to whom and until when."""
    number, code = client.open_ticket(new_sender())

    def shown() -> dict[str, Any]:
        ticket: dict[str, Any] = client.get(f"/api/v1/tickets/{number}", code=code).json
        return ticket

    wait_until(lambda: shown()["status"] == "dispatched", 30)
    ticket = shown()
    assert [entry["node"] for entry in ticket["timeline"]] == ["received", "dispatched"]
    assert ticket["department"]["lead"] in ticket["timeline"][1]["text"]
