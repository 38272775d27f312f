"""The gateway as a server on loopback, with a scripted dialogue: REST, web chat, errors, headers, health."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

import connectors.rest.routes
import connectors.webchat.routes
from connectors.webchat.pace import A_SECOND, AT_ONCE
from connectors.webchat.payload import sender_of
from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.conversations.model import Incoming, Reply
from hotline.processes.gateway import create_gateway
from hotline.settings import Settings
from hotline.texts import texts
from hotline.tickets import numbering
from hotline.tickets.askers import FROM_A_CLIENT
from hotline.tickets.model import Contact, Intake, RequestType, Ticket
from tests.conftest import SetClock
from tests.integration.serving import serving, storage_down
from tests.integration.test_pump import ScriptedDialogue

API_TOKEN, REST_TOKEN = "api-token-of-the-tests", "rest-token-of-the-tests"
WEBHOOK = "/webhooks/rest/webhook"
KEPT = texts().say("notice.kept")
ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}
SECONDS = 30.0


class Answered:
    """An HTTP answer: status, headers, body."""

    def __init__(self, status: int, headers: Any, body: str) -> None:
        self.status, self.headers, self.text = status, headers, body

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)

    @property
    def error(self) -> str:
        """The code of a refusal; the refusal must have the agreed form."""
        assert self.headers["content-type"].startswith("application/json"), self.text
        assert set(self.json) == {"error"}
        assert set(self.json["error"]) == {"code", "message"}
        assert self.json["error"]["message"]
        return str(self.json["error"]["code"])


class Gateway:
    """A running gateway, the hotline behind it and the dialogue that answers."""

    def __init__(self, url: str, hotline: Hotline, dialogue: ScriptedDialogue, client: aiohttp.ClientSession) -> None:
        self.url, self.hotline, self.dialogue, self._client = url, hotline, dialogue, client

    async def request(self, method: str, path: str, **options: Any) -> Answered:
        """One request."""
        async with self._client.request(method, self.url + path, **options) as response:
            return Answered(response.status, response.headers, await response.text())

    async def get(self, path: str, **options: Any) -> Answered:
        """GET."""
        return await self.request("GET", path, **options)

    async def post(self, text: str, sender: str = "anna", id: str | None = None, **options: Any) -> Answered:
        """A citizen's message on the REST channel."""
        metadata = {"metadata": {"message_id": id}} if id else {}
        return await self.request("POST", WEBHOOK, json={"sender": sender, "message": text, **metadata}, **options)

    async def words(self, text: str, sender: str = "anna", id: str | None = None) -> list[str]:
        """The texts of the answer to one message."""
        answered = await self.post(text, sender, id)
        assert answered.status == 200, answered.text
        return [message["text"] for message in answered.json]

    def is_kept(self, sender: str, channel: str = "rest") -> bool:
        """Whether a message of this sender was ever stored."""
        return self.hotline.conversations.find(channel, sender) is not None

    def ticket(self, key: str = "m1", said: str = "路灯坏了", place: str | None = None) -> Ticket:
        """A ticket of somebody."""
        accepted = self.hotline.conversations.accept(Incoming("rest", "owner", "路灯坏了"))
        return self.hotline.tickets.open(
            Intake(
                key=key,
                request_type=RequestType.HELP,
                category="0106",
                description=said,
                location=place,
                channel="rest",
                sender="owner",
                conversation_id=accepted.message.conversation_id,
                contact=Contact("王", "13800001234"),
            )
        )

    @contextmanager
    def storage_down(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """While open, nothing can be stored or read."""

        with storage_down(self.hotline, monkeypatch):
            yield


@asynccontextmanager
async def gateway_on(hotline: Hotline, dialogue: ScriptedDialogue) -> AsyncIterator[Gateway]:
    """Runs a gateway on a hotline."""
    async with serving(create_gateway(hotline, dialogue)) as url, aiohttp.ClientSession() as client:
        yield Gateway(url, hotline, dialogue, client)


@pytest.fixture
def dialogue() -> ScriptedDialogue:
    return ScriptedDialogue()


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path, valkey_url: str) -> Settings:
    return Settings(
        data=tmp_path, database_url=sqlite_url, redis_url=valkey_url, api_token=API_TOKEN, rest_token=REST_TOKEN
    )


@pytest.fixture
async def gateway(
    settings: Settings, clock: SetClock, city: City, dialogue: ScriptedDialogue
) -> AsyncIterator[Gateway]:
    async with gateway_on(build(settings, clock, city), dialogue) as running:
        yield running


async def until(condition: Callable[[], Any]) -> None:
    """Wait until a condition holds; fail if it does not."""
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.005)


def transcript(gateway: Gateway, channel: str, sender: str) -> list[str]:
    """The texts of a conversation."""
    conversation = gateway.hotline.conversations.find(channel, sender)
    return [m.text for m in gateway.hotline.conversations.transcript(conversation.id)] if conversation else []


class TestRest:
    async def test_rasas_contract(self, gateway: Gateway) -> None:
        card = {"ticket": {"number": "261122000436", "code": "5821"}}
        gateway.dialogue.says["对"] = [Reply("已提交。", card), Reply("还有别的事吗？")]
        answered = await gateway.post("对")
        assert answered.status == 200
        assert answered.headers["content-type"].startswith("application/json")
        assert answered.json == [
            {"recipient_id": "anna", "text": "已提交。", "custom": card},
            {"recipient_id": "anna", "text": "还有别的事吗？"},
        ]
        assert (await gateway.get("/webhooks/rest/")).json == {"status": "ok"}

    async def test_whoever_names_no_sender_is_the_default_one(self, gateway: Gateway) -> None:
        answered = await gateway.request("POST", WEBHOOK, json={"message": "你好"})
        assert answered.json == [{"recipient_id": "default", "text": "答：你好"}]

    async def test_a_message_that_comes_again_is_answered_the_same_and_heard_once(self, gateway: Gateway) -> None:
        first = await gateway.words("你好", id="m1")
        await gateway.words("再见", id="m2")
        assert await gateway.words("你好", id="m1") == first
        assert gateway.dialogue.heard == ["你好", "再见"]

    async def test_one_message_sent_many_times_at_once_is_heard_once(self, gateway: Gateway) -> None:
        answers = await asyncio.gather(*(gateway.words("你好", id="m1") for _ in range(8)))
        assert answers == [["答：你好"]] * 8
        assert gateway.dialogue.heard == ["你好"]

    async def test_messages_with_an_empty_id_are_different_messages(self, gateway: Gateway) -> None:
        for text in ("一", "二"):
            body = {"sender": "anna", "message": text, "metadata": {"message_id": ""}}
            answered = await gateway.request("POST", WEBHOOK, json=body)
            assert answered.json == [{"recipient_id": "anna", "text": f"答：{text}"}]

    async def test_an_answer_that_takes_long_comes_with_the_next_message(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        let_go = gateway.dialogue.think_about("一")
        with monkeypatch.context() as impatient:
            impatient.setattr(connectors.rest.routes, "WAIT_SECONDS", 0.05)
            assert await gateway.words("一") == [KEPT]
        let_go.set()
        assert await gateway.words("二") == ["答：一", "答：二"]
        assert await gateway.words("三") == ["答：三"]

    async def test_asking_again_under_the_same_id_brings_the_answer_that_took_long(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        let_go = gateway.dialogue.think_about("一")
        with monkeypatch.context() as impatient:
            impatient.setattr(connectors.rest.routes, "WAIT_SECONDS", 0.05)
            assert await gateway.words("一", id="m1") == [KEPT]
        asyncio.get_running_loop().call_later(0.02, let_go.set)
        assert await gateway.words("一", id="m1") == ["答：一"]
        assert gateway.dialogue.heard == ["一"]

    async def test_whoever_gets_the_answer_is_not_told_as_well_that_it_will_come(
        self, settings: Settings, clock: SetClock, city: City, dialogue: ScriptedDialogue
    ) -> None:
        let_go = dialogue.think_about("一")
        hasty = settings.model_copy(update={"keep_notice_after": 0.01})
        async with gateway_on(build(hasty, clock, city), dialogue) as gateway:
            asking = asyncio.create_task(gateway.words("一"))
            await until(lambda: KEPT in transcript(gateway, "rest", "anna"))
            let_go.set()
            assert await asking == ["答：一"]
            assert await gateway.words("二") == ["答：二"]

    async def test_while_nothing_can_be_stored_the_message_is_refused_and_later_taken(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await gateway.words("零")
        with gateway.storage_down(monkeypatch):
            refused = await gateway.post("一", id="m1")
            assert (refused.status, refused.error) == (503, "unavailable")
        assert await gateway.words("一", id="m1") == ["答：一"]
        assert gateway.dialogue.heard == ["零", "一"]


class TestWhoMaySpeak:
    @pytest.mark.parametrize(
        "headers",
        [
            ELSEWHERE,
            {"X-Forwarded-For": "127.0.0.1"},
            {"X-Forwarded-For": "::1, 127.0.0.1"},
            {"X-Real-IP": "203.0.113.7"},
            {"Forwarded": "for=203.0.113.7"},
            {**ELSEWHERE, "Authorization": "Bearer wrong-token-of-the-tests"},
            {**ELSEWHERE, "Authorization": f"Bearer {API_TOKEN}"},
            {**ELSEWHERE, "Authorization": f"Basic {REST_TOKEN}"},
            {**ELSEWHERE, "Authorization": REST_TOKEN},
            {**ELSEWHERE, "Authorization": "Bearer "},
        ],
        ids=str,
    )
    async def test_from_elsewhere_nobody_without_the_token(self, gateway: Gateway, headers: dict[str, str]) -> None:
        refused = await gateway.post("你好", headers=headers)
        assert (refused.status, refused.error) == (401, "unauthorized")
        assert not gateway.is_kept("anna")

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
    async def test_from_elsewhere_with_the_token(self, gateway: Gateway, scheme: str) -> None:
        headers = {**ELSEWHERE, "Authorization": f"{scheme} {REST_TOKEN}"}
        assert (await gateway.post("你好", headers=headers)).status == 200

    async def test_without_a_token_in_the_settings_nobody_from_elsewhere(
        self, settings: Settings, clock: SetClock, city: City, dialogue: ScriptedDialogue
    ) -> None:
        closed = settings.model_copy(update={"rest_token": None, "api_token": None})
        async with gateway_on(build(closed, clock, city), dialogue) as gateway:
            for token in ("", "None", "null"):
                headers = {**ELSEWHERE, "Authorization": f"Bearer {token}"}
                assert (await gateway.post("你好", headers=headers)).status == 401
                assert (await gateway.get("/api/v1/tickets", headers=headers)).status == 401
            assert (await gateway.post("你好")).status == 200

    @pytest.mark.parametrize(
        ("forwarded", "status"),
        [("203.0.113.7", 401), ("127.0.0.1, 203.0.113.7", 401), ("203.0.113.7, 127.0.0.1", 401), ("", 200)],
    )
    async def test_behind_a_trusted_proxy_its_client_counts(
        self,
        settings: Settings,
        clock: SetClock,
        city: City,
        dialogue: ScriptedDialogue,
        forwarded: str,
        status: int,
    ) -> None:
        behind = settings.model_copy(update={"trusted_proxies": ("127.0.0.1",)})
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        async with gateway_on(build(behind, clock, city), dialogue) as gateway:
            assert (await gateway.post("你好", headers=headers)).status == status

    @pytest.mark.parametrize("token", [None, "wrong-token-of-the-tests", REST_TOKEN])
    async def test_the_list_of_tickets_is_for_trusted_systems(self, gateway: Gateway, token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        refused = await gateway.get("/api/v1/tickets", headers=headers)
        assert (refused.status, refused.error) == (401, "unauthorized")
        trusted = await gateway.get("/api/v1/tickets", headers={"Authorization": f"Bearer {API_TOKEN}"})
        assert (trusted.status, trusted.json) == (200, {"tickets": [], "cursor": None})

    async def test_what_a_trusted_system_is_given_is_on_record(self, gateway: Gateway) -> None:
        first, second = gateway.ticket("m1"), gateway.ticket("m2")
        headers = {"Authorization": f"Bearer {API_TOKEN}"}
        assert "contact" in (await gateway.get(f"/api/v1/tickets/{first.number}", headers=headers)).json
        assert len((await gateway.get("/api/v1/tickets", headers=headers)).json["tickets"]) == 2
        await gateway.get("/api/v1/tickets?status=closed", headers=headers)
        await gateway.get(f"/api/v1/tickets/{second.number}?code={second.code}")
        rows = [row.act for row in gateway.hotline.audit.latest(actor="trusted_system")]
        assert [(act.action, act.subject, act.reason) for act in rows] == [
            ("tickets.fetched", "tickets", "interface"),
            ("ticket.fetched", first.number, "interface"),
        ]
        assert dict(rows[0].data) == {"found": 2, "newest": second.number, "oldest": first.number}

    async def test_one_code_on_very_many_numbers_is_stopped_where_it_comes_from(
        self, settings: Settings, clock: SetClock, city: City, dialogue: ScriptedDialogue
    ) -> None:
        behind = settings.model_copy(update={"trusted_proxies": ("127.0.0.1",)})
        async with gateway_on(build(behind, clock, city), dialogue) as gateway:
            ticket = gateway.ticket()
            statuses = []
            for serial in range(FROM_A_CLIENT.most):
                number = numbering.make_number(date(2026, 11, 22), 1_000 + serial)
                found = await gateway.get(f"/api/v1/tickets/{number}?code=1234", headers=ELSEWHERE)
                statuses.append(found.status)
            own = f"/api/v1/tickets/{ticket.number}?code={ticket.code}"
            form = {"number": ticket.number, "code": ticket.code}
            assert statuses == [404] * (FROM_A_CLIENT.most - 1) + [429]
            assert (await gateway.get(own, headers=ELSEWHERE)).status == 429
            assert (await gateway.request("POST", "/track", data=form, headers=ELSEWHERE)).status == 429
            assert (await gateway.get(own, headers={"X-Forwarded-For": "203.0.113.8"})).status == 200

    async def test_a_wrong_token_shows_a_ticket_as_to_a_stranger(self, gateway: Gateway) -> None:
        ticket = gateway.ticket()
        headers = {"Authorization": "Bearer wrong-token-of-the-tests"}
        refused = await gateway.get(f"/api/v1/tickets/{ticket.number}", headers=headers)
        assert (refused.status, refused.error) == (404, "not_found")
        shown = await gateway.get(f"/api/v1/tickets/{ticket.number}?code={ticket.code}", headers=headers)
        assert not {"contact", "sender", "conversation_id"} & set(shown.json)


class TestErrors:
    async def test_a_machine_reads_json_and_a_person_a_page(self, gateway: Gateway) -> None:
        machine = await gateway.get("/nowhere", headers={"Accept": "application/json"})
        assert (machine.status, machine.error) == (404, "not_found")
        page = await gateway.get("/nowhere", headers={"Accept": "text/html,*/*"})
        assert page.status == 404
        assert page.headers["content-type"].startswith("text/html")
        assert texts().say("error.not_here") in page.text
        english = await gateway.get("/nowhere", headers={"Accept": "text/html", "Accept-Language": "en-GB,zh;q=0.5"})
        assert texts("en").say("error.not_here") in english.text

    @pytest.mark.parametrize("path", ["/api/v1/nowhere", "/webhooks/nowhere", "/chat/nowhere", "/healthz/nowhere"])
    async def test_what_is_for_machines_answers_in_json_also_to_a_browser(self, gateway: Gateway, path: str) -> None:
        assert (await gateway.get(path, headers={"Accept": "text/html"})).error == "not_found"

    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("PUT", WEBHOOK, 405, "wrong_method"),
            ("GET", "/api/v1/tickets/261122000437", 404, "mistyped"),
            ("GET", "/api/v1/tickets/" + numbering.make_number(date(2026, 11, 22), 7), 404, "not_found"),
        ],
    )
    async def test_refusals_by_name(self, gateway: Gateway, method: str, path: str, status: int, code: str) -> None:
        refused = await gateway.request(method, path)
        assert (refused.status, refused.error) == (status, code)

    @pytest.mark.parametrize(
        "body", ["", "{", "[]", "null", '{"sender": 5}', '{"sender": "anna\\u0000"}', '{"sender": "\\ud800"}']
    )
    async def test_a_malformed_message_is_refused(self, gateway: Gateway, body: str) -> None:
        refused = await gateway.request("POST", WEBHOOK, data=body.encode())
        assert (refused.status, refused.error) == (400, "bad_request")

    async def test_a_body_beyond_all_bounds_is_refused(self, gateway: Gateway) -> None:
        refused = await gateway.request("POST", WEBHOOK, data=b"a" * 2_000_001)
        assert (refused.status, refused.error) == (413, "too_large")

    async def test_a_failure_inside_is_told_in_plain_words_and_nothing_of_it(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any) -> None:
            raise ZeroDivisionError("inside of the program")

        ticket = gateway.ticket()
        monkeypatch.setattr(type(gateway.hotline.tickets), "for_stranger", fail)
        machine = await gateway.get(f"/api/v1/tickets/{ticket.number}?code=1")
        assert (machine.status, machine.error) == (500, "internal")
        form = {"number": ticket.number, "code": "1234"}
        page = await gateway.request("POST", "/track", data=form, headers={"Accept": "text/html"})
        assert page.status == 500
        assert texts().say("error.internal") in page.text
        for answered in (machine, page):
            assert not [word for word in ("ZeroDivision", "inside of", "Traceback", ".py") if word in answered.text]

    async def test_without_the_database_a_person_reads_a_page_too(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = gateway.ticket().number
        with gateway.storage_down(monkeypatch):
            form = {"number": number, "code": "1234"}
            page = await gateway.request("POST", "/track", data=form, headers={"Accept": "text/html"})
            machine = await gateway.get(f"/api/v1/tickets/{number}?code=1234")
        assert page.status == 503
        assert page.headers["content-type"].startswith("text/html")
        assert (machine.status, machine.error) == (503, "unavailable")

    @pytest.mark.parametrize("query", ["sender=%00", "department=a%00b", "category=%ED%A0%80", "cursor=%00"])
    async def test_no_filter_is_too_odd_for_the_database(
        self,
        postgresql_url: str,
        settings: Settings,
        clock: SetClock,
        city: City,
        dialogue: ScriptedDialogue,
        query: str,
    ) -> None:
        on_server = settings.model_copy(update={"database_url": postgresql_url})
        async with gateway_on(build(on_server, clock, city), dialogue) as gateway:
            headers = {"Authorization": f"Bearer {API_TOKEN}"}
            assert (await gateway.get(f"/api/v1/tickets?{query}", headers=headers)).status in (200, 400)


class Tab:
    """A browser tab: it keeps its token and the seq of the last message it showed, as the page does."""

    def __init__(self, url: str, token: str | None = None, after: int = 0) -> None:
        self._url = url.replace("http", "ws", 1) + "/chat/ws"
        self.token, self.after = token, after
        self.shown: list[str] = []
        self._other: list[dict[str, Any]] = []
        self._socket: ClientConnection | None = None

    @property
    def socket(self) -> ClientConnection:
        """The open connection."""
        assert self._socket is not None
        return self._socket

    async def __aenter__(self) -> Tab:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()

    async def connect(self) -> None:
        """Connect or reconnect with what the tab knows."""
        self._socket = await connect(self._url)
        await self.send(type="hello", token=self.token, after=self.after)
        self.token = (await self.frame("welcome"))["token"]

    async def drop(self) -> None:
        """Cut the connection without a closing frame."""
        self.socket.transport.abort()
        await self.socket.wait_closed()

    async def send(self, **frame: Any) -> None:
        """One frame."""
        await self.socket.send(json.dumps(frame))

    async def say(self, text: str, id: str) -> dict[str, Any]:
        """Send a message; return the server's frame: accepted or refused."""
        await self.send(type="say", id=id, text=text)
        return await self.frame("accepted", "refused")

    async def frame(self, *kinds: str) -> dict[str, Any]:
        """The next frame of some kinds; messages that come before it are shown."""
        while True:
            for frame in self._other:
                if frame["type"] in kinds:
                    self._other.remove(frame)
                    return frame
            await self._read()

    async def shows(self, *texts: str) -> None:
        """Wait until exactly these texts were shown in total."""
        while len(self.shown) < len(texts):
            await self._read()
        assert self.shown == list(texts)

    async def _read(self) -> None:
        async with asyncio.timeout(SECONDS):
            frame = json.loads(await self.socket.recv())
        if frame["type"] == "message":
            assert frame["seq"] > self.after, "shown twice"
            self.after = frame["seq"]
            self.shown.append(frame["text"])
        else:
            self._other.append(frame)


class TestWebchat:
    async def test_a_message_is_accepted_shown_and_answered(self, gateway: Gateway) -> None:
        async with Tab(gateway.url) as tab:
            accepted = await tab.say("你好", "b-1")
            assert accepted == {"type": "accepted", "id": "b-1", "seq": 1}
            await tab.shows("你好", "答：你好")

    async def test_the_assistant_is_told_the_days_mark_of_the_address_and_never_the_address(
        self, gateway: Gateway, clock: SetClock
    ) -> None:
        async with Tab(gateway.url) as tab:
            await tab.say("你好", "b-1")
            await tab.shows("你好", "答：你好")
            today = gateway.hotline.client_marks("127.0.0.1")
            clock.advance(days=1)
            await tab.say("早", "b-2")
            await tab.shows("你好", "答：你好", "早", "答：早")
        assert gateway.dialogue.data == [{"client": today}, {"client": gateway.hotline.client_marks("127.0.0.1")}]

    async def test_ones_own_message_comes_back_with_its_id_and_a_card_with_the_answer(self, gateway: Gateway) -> None:
        card = {"ticket": {"number": "261122000436", "code": "5821"}}
        gateway.dialogue.says["对"] = [Reply("已提交。", card)]
        async with connect(gateway.url.replace("http", "ws", 1) + "/chat/ws") as socket:
            await socket.send('{"type": "hello"}')
            await socket.send('{"type": "say", "id": "b-1", "text": "对"}')
            async with asyncio.timeout(SECONDS):
                frames = [json.loads(await socket.recv()) for _ in range(4)]
        own, answer = [frame for frame in frames if frame["type"] == "message"]
        assert (own["author"], own["id"], own["data"]) == ("citizen", "b-1", None)
        assert (answer["author"], answer["data"]) == ("assistant", card)

    async def test_a_ping_is_answered(self, gateway: Gateway) -> None:
        async with Tab(gateway.url) as tab:
            await tab.send(type="ping")
            assert await tab.frame("pong") == {"type": "pong"}

    async def test_who_sends_very_fast_waits_and_loses_nothing(self, gateway: Gateway) -> None:
        started = asyncio.get_running_loop().time()
        async with Tab(gateway.url) as tab:
            for _ in range(AT_ONCE + 5):
                await tab.send(type="ping")
            for _ in range(AT_ONCE + 5):
                await tab.frame("pong")
        assert asyncio.get_running_loop().time() - started >= 4 / A_SECOND

    async def test_new_visitors_have_different_tokens_and_see_nothing_of_each_other(self, gateway: Gateway) -> None:
        async with Tab(gateway.url) as anna, Tab(gateway.url) as boris:
            assert anna.token != boris.token
            await anna.say("我是安娜", "1")
            await boris.say("我是鲍里斯", "1")
            await anna.shows("我是安娜", "答：我是安娜")
            await boris.shows("我是鲍里斯", "答：我是鲍里斯")

    async def test_the_tickets_of_the_session(self, gateway: Gateway) -> None:
        async with Tab(gateway.url) as tab:
            await tab.say("路灯坏了", "1")
            sender = sender_of(tab.token or "")
            conversation = gateway.hotline.conversations.find("webchat", sender)
            assert conversation is not None
            ticket = gateway.hotline.tickets.open(
                Intake("m", RequestType.HELP, "0106", "路灯坏了", "webchat", sender, conversation.id)
            )
            gateway.ticket()
            await tab.send(type="tickets")
            listed = (await tab.frame("tickets"))["tickets"]
        assert [(shown["number"], shown["status_text"]) for shown in listed] == [(ticket.number, "已受理")]


def stored(gateway: Gateway, tab: Tab) -> list[str]:
    """The texts of the transcript that a tab belongs to."""
    return transcript(gateway, "webchat", sender_of(tab.token or ""))


class TestResume:
    async def test_after_a_drop_nothing_is_lost_and_nothing_shown_twice(self, gateway: Gateway) -> None:
        let_go = gateway.dialogue.think_about("二")
        async with Tab(gateway.url) as tab:
            await tab.say("一", "1")
            await tab.shows("一", "答：一")
            await tab.say("二", "2")
            await tab.drop()
            let_go.set()
            await until(lambda: len(stored(gateway, tab)) == 4)
            await tab.connect()
            await tab.shows("一", "答：一", "二", "答：二")
            await tab.say("三", "3")
            await tab.shows("一", "答：一", "二", "答：二", "三", "答：三")

    async def test_a_message_whose_fate_is_not_known_is_sent_again_and_stays_one(self, gateway: Gateway) -> None:
        async with Tab(gateway.url) as tab:
            first = await tab.say("一", "1")
            await tab.drop()
            await tab.connect()
            assert await tab.say("一", "1") == first
            await tab.shows("一", "答：一")
        assert gateway.dialogue.heard == ["一"]

    async def test_a_browser_that_forgot_what_it_had_shown_gets_everything_again(self, gateway: Gateway) -> None:
        async with Tab(gateway.url) as tab:
            await tab.say("一", "1")
            await tab.shows("一", "答：一")
            async with Tab(gateway.url, tab.token) as reloaded:
                await reloaded.shows("一", "答：一")

    async def test_a_long_absence_is_made_up_for_completely(self, gateway: Gateway) -> None:
        async with Tab(gateway.url) as tab:
            await tab.say("零", "0")
            await tab.shows("零", "答：零")
            sender = sender_of(tab.token or "")
            await tab.drop()
            said = [f"第{n}句" for n in range(450)]  # more than one read of the transcript returns
            gateway.dialogue.is_away = True
            for text in said:
                gateway.hotline.conversations.accept(Incoming("webchat", sender, text))
            await tab.connect()
            await tab.shows("零", "答：零", *said)

    async def test_with_a_token_that_nobody_has_there_is_nothing_to_see(self, gateway: Gateway) -> None:
        async with Tab(gateway.url) as anna:
            await anna.say("我的秘密", "1")
            async with Tab(gateway.url, token=f"{anna.token}x") as stranger:
                await stranger.say("你好", "1")
                await stranger.shows("你好", "答：你好")


class TestTwoTabs:
    async def test_both_show_the_same_once(self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connectors.webchat.routes, "LOOK_AGAIN_SECONDS", 3600.0)
        async with Tab(gateway.url) as left, Tab(gateway.url, left.token) as right:
            assert left.token == right.token
            await left.say("一", "1")
            await left.shows("一", "答：一")
            await right.shows("一", "答：一")
            await right.say("二", "2")
            for tab in (left, right):
                await tab.shows("一", "答：一", "二", "答：二")

    async def test_a_first_word_wakes_a_tab_at_another_gateway(
        self,
        gateway: Gateway,
        settings: Settings,
        clock: SetClock,
        city: City,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(connectors.webchat.routes, "LOOK_AGAIN_SECONDS", 3600.0)
        another = gateway_on(build(settings, clock, city), gateway.dialogue)
        async with another as other, Tab(gateway.url) as left, Tab(other.url, left.token) as right:
            await left.say("一", "1")
            await right.shows("一", "答：一")

    async def test_an_open_page_asks_the_database_nothing_while_wake_ups_are_carried(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connectors.webchat.routes, "LOOK_AGAIN_SECONDS", 0.02)
        monkeypatch.setattr(connectors.webchat.routes, "QUIET_LOOKS", 1_000_000)
        looked = list[str]()
        conversations = type(gateway.hotline.conversations)
        for name in ("find", "transcript"):
            asks = getattr(conversations, name)
            monkeypatch.setattr(
                conversations, name, lambda *args, asks=asks, name=name: (looked.append(name), asks(*args))[1]
            )
        async with Tab(gateway.url) as silent, Tab(gateway.url) as begun:
            await begun.say("一", "1")
            await begun.shows("一", "答：一")
            await asyncio.sleep(0.3)
            looked.clear()
            await asyncio.sleep(0.5)
            assert looked == []
            await begun.say("二", "2")
            await silent.say("三", "1")
            await begun.shows("一", "答：一", "二", "答：二")
            await silent.shows("三", "答：三")

    async def test_both_at_once_are_put_into_one_order(self, gateway: Gateway) -> None:
        async with Tab(gateway.url) as left, Tab(gateway.url, left.token) as right:
            for n in range(5):
                await asyncio.gather(left.say(f"左{n}", f"l{n}"), right.say(f"右{n}", f"r{n}"))
            await until(lambda: len(stored(gateway, left)) == 20)
            everything = stored(gateway, left)
            await left.shows(*everything)
            await right.shows(*everything)

    async def test_tabs_at_two_gateways_wake_each_other(
        self,
        gateway: Gateway,
        settings: Settings,
        clock: SetClock,
        city: City,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Nobody looks at regular intervals here: only the wake-up over Redis can tell the other gateway."""
        monkeypatch.setattr(connectors.webchat.routes, "LOOK_AGAIN_SECONDS", 3600.0)
        async with gateway_on(build(settings, clock, city), gateway.dialogue) as other, Tab(gateway.url) as left:
            await left.say("一", "1")
            await left.shows("一", "答：一")
            async with Tab(other.url, left.token) as right:
                await right.shows("一", "答：一")
                await left.say("二", "2")
                await right.shows("一", "答：一", "二", "答：二")
                await right.say("三", "3")
                await left.shows("一", "答：一", "二", "答：二", "三", "答：三")


class TestRefusedFrames:
    @pytest.mark.parametrize(
        "frame",
        [
            "",
            "not json",
            "[]",
            '{"type": "shout"}',
            '{"type": "say", "text": "没有编号"}',
            '{"type": "say", "id": "", "text": "空编号"}',
            '{"type": "say", "id": "1\\u0000", "text": "怪编号"}',
            '{"type": "say", "id": "\\ud800", "text": "半个字的编号"}',
            '{"type": "say", "id": "1", "text": 5}',
            '{"type": "hello", "after": -1}',
            b"\xff\x00\xfe",
            json.dumps({"type": "say", "id": "1", "text": "路" * 100_001}),
        ],
        ids=lambda frame: repr(frame)[:40],
    )
    async def test_a_frame_that_is_not_of_the_protocol_is_refused_and_the_connection_goes_on(
        self, gateway: Gateway, frame: str | bytes
    ) -> None:
        async with Tab(gateway.url) as tab:
            await tab.socket.send(frame)
            refused = await tab.frame("refused")
            assert (refused["code"], bool(refused["message"])) == ("bad_request", True)
            await tab.say("你好", "2")
            await tab.shows("你好", "答：你好")

    @pytest.mark.parametrize(
        "first", ["", "not json", '{"type": "shout"}', '{"type": "hello", "token": "\\ud800"}', b"\xff"]
    )
    async def test_a_connection_that_begins_otherwise_is_refused_and_closed(
        self, gateway: Gateway, first: str | bytes
    ) -> None:
        async with connect(gateway.url.replace("http", "ws", 1) + "/chat/ws") as socket, asyncio.timeout(SECONDS):
            await socket.send(first)
            assert json.loads(await socket.recv())["code"] == "bad_request"
            with pytest.raises(ConnectionClosed):
                await socket.recv()

    async def test_nothing_is_taken_before_the_hello(self, gateway: Gateway) -> None:
        async with connect(gateway.url.replace("http", "ws", 1) + "/chat/ws") as socket, asyncio.timeout(SECONDS):
            await socket.send('{"type": "say", "id": "1", "text": "你好"}')
            with pytest.raises(ConnectionClosed):
                await socket.recv()
        assert gateway.dialogue.heard == []

    async def test_a_text_too_long_for_the_assistant_is_kept_and_answered(self, gateway: Gateway) -> None:
        async with Tab(gateway.url) as tab:
            accepted = await tab.say("路" * 10_001, "1")
            assert accepted["type"] == "accepted"
            await tab.shows("路" * 10_001, texts().say("notice.too_long", limit=10_000))


class TestStorageDown:
    async def test_a_message_is_refused_as_unavailable_and_taken_later_under_the_same_id(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with Tab(gateway.url) as tab:
            await tab.say("零", "0")
            await tab.shows("零", "答：零")
            with gateway.storage_down(monkeypatch):
                refused = await tab.say("一", "1")
                assert (refused["type"], refused["id"], refused["code"]) == ("refused", "1", "unavailable")
                await tab.send(type="tickets")
                assert (await tab.frame("refused"))["code"] == "unavailable"
            assert (await tab.say("一", "1"))["type"] == "accepted"
            await tab.shows("零", "答：零", "一", "答：一")

    async def test_a_browser_that_comes_meanwhile_is_served_when_it_is_over(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connectors.webchat.routes, "LOOK_AGAIN_SECONDS", 0.02)
        async with Tab(gateway.url) as before:
            await before.say("一", "1")
            await before.shows("一", "答：一")
            with gateway.storage_down(monkeypatch):
                tab = Tab(gateway.url, before.token)
                await tab.connect()
            async with asyncio.timeout(SECONDS):
                await tab.shows("一", "答：一")
            await tab.drop()


class TestHeaders:
    @pytest.mark.parametrize("path", ["/", "/track", "/track/261122000436", "/track/261122000437", "/nowhere"])
    async def test_pages_allow_nothing_from_elsewhere(self, gateway: Gateway, path: str) -> None:
        page = await gateway.get(path, headers={"Accept": "text/html"})
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "no-referrer"

    async def test_a_ticket_is_kept_in_no_cache(self, gateway: Gateway) -> None:
        ticket = gateway.ticket()
        headers = {"Authorization": f"Bearer {API_TOKEN}"}
        assert (await gateway.get(f"/api/v1/tickets/{ticket.number}", headers=headers)).headers["cache-control"] == (
            "no-store"
        )
        form = {"number": ticket.number, "code": ticket.code}
        page = await gateway.request("POST", "/track", data=form, headers={"Accept": "text/html"})
        assert page.status == 200
        assert page.headers["cache-control"] == "no-store"
        listed = await gateway.get("/api/v1/tickets", headers=headers)
        assert listed.json["tickets"]
        assert listed.headers["cache-control"] == "no-store"

    async def test_nothing_tells_which_program_answers(self, gateway: Gateway) -> None:
        for path in ("/", "/healthz", "/nowhere", "/api/v1/tickets"):
            answered = await gateway.get(path)
            assert not {"server", "x-powered-by"} & {name.lower() for name in answered.headers}


class TestHealth:
    async def test_it_lives_and_can_serve(self, gateway: Gateway) -> None:
        assert (await gateway.get("/healthz")).json == {"status": "ok"}
        ready = await gateway.get("/readyz")
        assert (ready.status, ready.json["ready"]) == (200, True)
        assert ready.json["checks"] == {"sql": True, "redis": True, "dialogue": True}

    async def test_without_the_database_it_lives_and_cannot_serve(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with gateway.storage_down(monkeypatch):
            ready = await gateway.get("/readyz")
            assert (ready.status, ready.json["checks"]["sql"]) == (503, False)
            assert (await gateway.get("/healthz")).status == 200
        assert (await gateway.get("/readyz")).status == 200

    async def test_without_redis_it_says_so_and_still_answers_citizens(
        self, settings: Settings, clock: SetClock, city: City, dialogue: ScriptedDialogue
    ) -> None:
        alone = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
        async with gateway_on(build(alone, clock, city), dialogue) as gateway:
            ready = await gateway.get("/readyz")
            assert (ready.status, ready.json["checks"]["redis"]) == (503, False)
            assert await gateway.words("你好") == ["答：你好"]
            async with Tab(gateway.url) as tab:
                await tab.say("一", "1")
                await tab.shows("一", "答：一")

    async def test_requests_are_counted_by_route_and_not_by_what_citizens_send(self, gateway: Gateway) -> None:
        number = gateway.ticket().number
        await gateway.get(f"/api/v1/tickets/{number}?code=1234")
        metrics = await gateway.get("/metrics")
        assert metrics.headers["content-type"].startswith("text/plain")
        assert "yht_http_requests" in metrics.text
        assert number not in metrics.text
