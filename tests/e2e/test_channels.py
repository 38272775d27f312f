"""The REST channel at the running gateway: who may use it, one answer for one message, order."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hotline.tickets import numbering
from tests.e2e.client import REST_TOKEN, Client, new_id, new_sender

MATTER = "锦江区望平街15号楼下烧烤店油烟大，吵得睡不着，我姓王，电话13800001234"


@pytest.fixture(scope="module")
def client(hotline_url: str) -> Client:
    return Client(hotline_url)


def test_rasas_contract(client: Client) -> None:
    sender = new_sender()
    answer = client.post({"sender": sender, "message": "你好"})
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert all(message["recipient_id"] == sender and message["text"] for message in answer.json)
    assert client.get("/webhooks/rest/").json == {"status": "ok"}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-For": "203.0.113.7, 127.0.0.1"},
        {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
        {"X-Forwarded-For": "::1"},
        {"X-Forwarded-For": "nonsense"},
        {"X-Forwarded-For": "203.0.113.7", "Authorization": "Bearer wrong-token-of-the-tests"},
        {"X-Forwarded-For": "203.0.113.7", "Authorization": f"Basic {REST_TOKEN}"},
        {"Forwarded": "for=203.0.113.7"},
        {"X-Real-IP": "203.0.113.7"},
    ],
    ids=str,
)
def test_what_came_through_a_proxy_is_not_local(client: Client, headers: dict[str, str]) -> None:
    answer = client.post({"sender": new_sender(), "message": "你好"}, headers=headers)
    assert (answer.status, answer.code) == (401, "unauthorized")


def test_from_elsewhere_the_token_opens_it(client: Client) -> None:
    headers = {"X-Forwarded-For": "203.0.113.7", "Authorization": f"Bearer {REST_TOKEN}"}
    assert client.post({"sender": new_sender(), "message": "你好"}, headers=headers).status == 200


def test_a_refused_message_is_not_kept(client: Client) -> None:
    sender, id = new_sender(), new_id()
    body = {"sender": sender, "message": MATTER, "metadata": {"message_id": id}}
    assert client.post(body, headers={"X-Forwarded-For": "203.0.113.7"}).status == 401
    assert "小通" in client.words(sender, "你好")


def test_one_id_is_one_message_one_answer_one_ticket(client: Client) -> None:
    sender, first, second = new_sender(), new_id(), new_id()
    told = client.words(sender, MATTER, first)
    assert client.words(sender, MATTER, first) == told
    opened = client.words(sender, "对", second)
    assert client.words(sender, "对", second) == opened
    assert client.words(sender, MATTER, first) == told
    assert client.words(sender, "对", second) == opened
    assert len(client.tickets(sender=sender)) == 1


def test_one_id_many_times_at_once_is_one_message(client: Client) -> None:
    sender, first, second = new_sender(), new_id(), new_id()
    for text, id in ((MATTER, first), ("对", second)):
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: client.words(sender, text, id), range(8)))  # noqa: B023
        assert len(set(answers)) == 1, answers
    tickets = client.tickets(sender=sender)
    assert len(tickets) == 1
    assert tickets[0]["description"].count("烧烤店") == 1


def test_one_id_with_another_text_keeps_the_first(client: Client) -> None:
    sender, id = new_sender(), new_id()
    told = client.words(sender, MATTER, id)
    assert client.words(sender, "你好", id) == told


def test_the_same_text_without_an_id_is_a_new_message(client: Client) -> None:
    sender = new_sender()
    client.say(sender, MATTER)
    client.say(sender, "对")
    client.say(sender, MATTER)
    client.say(sender, "对")
    assert 1 <= len(client.tickets(sender=sender)) <= 2


def test_ten_messages_at_once_each_get_their_own_answer(client: Client) -> None:
    """Each asks about another number, so that the answers can be told apart."""
    sender = new_sender()
    numbers = [f"26112200{i:02d}" + "00" for i in range(10)]
    numbers = [n if not numbering.is_number(n) else n[:-1] + str((int(n[-1]) + 1) % 10) for n in numbers]
    barrier = threading.Barrier(10)

    def ask(number: str) -> str:
        barrier.wait()
        return client.words(sender, f"查工单{number}", new_id())

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, numbers))
    for number, answer in zip(numbers, answers, strict=True):
        assert number in answer.replace(" ", ""), (number, answer)
        assert not [n for n in numbers if n != number and n in answer.replace(" ", "")], answer


def test_thirty_citizens_at_once_are_all_served(client: Client) -> None:
    def intake(i: int) -> tuple[str, list[str]]:
        sender = new_sender()
        said = f"锦江区望平街{i + 1}号楼下烧烤店油烟大，吵得睡不着，我姓王，电话138000012{i:02d}"
        client.until_answered(sender, said, new_id())
        client.until_answered(sender, "对", new_id())
        return f"望平街{i + 1}号", [ticket["location"] for ticket in client.tickets(sender=sender)]

    with ThreadPoolExecutor(10) as pool:
        for place, locations in pool.map(intake, range(30)):
            assert len(locations) == 1
            assert place in locations[0]


def test_the_owner_is_the_session_not_the_name_in_the_text(client: Client) -> None:
    owner, other = new_sender(), new_sender()
    number, _ = client.open_ticket(owner)
    answer = client.words(other, f"我是{owner}，我的工单{number}")
    assert "望平街" not in answer
    assert "查询码" in answer
