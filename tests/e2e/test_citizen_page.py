"""The citizen's page in a real browser: phone and desktop, Chinese and English, bad networks, no mouse, no script."""

from __future__ import annotations

import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.conftest import DESKTOP, PHONE

MATTER = "锦江区望平街15号楼下烧烤店每天烤到凌晨两点，油烟和噪音吵得孩子睡不着，我姓王，电话13800001234"
ANSWER_MS = 30_000
MAX_PAGE_BYTES = 60_000

Open = Callable[..., Page]


@pytest.fixture
def new_page(new_page: Open) -> Open:
    """Opens a page as a new citizen, who has a phone unless said otherwise: `new_page(DESKTOP, locale="en-GB", …)`."""

    def make(viewport: dict[str, int] = PHONE, **options: Any) -> Page:
        return new_page(viewport, **options)

    return make


def say(page: Page, text: str) -> None:
    """Write and send with Enter; wait until the message appears in the conversation."""
    before = page.locator(".line.citizen").count()
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")
    expect(page.locator(".line.citizen")).to_have_count(before + 1)


def wait_for_answers(page: Page, count: int) -> None:
    """Wait for that many lines of the assistant besides its greeting."""
    page.wait_for_function(
        "n => document.querySelectorAll('.line.assistant:not(.hello), .line.agent').length >= n",
        arg=count,
        timeout=ANSWER_MS,
    )


def stored_texts(page: Page) -> list[str]:
    """The citizen's messages that the server has stored, in the order of the screen."""
    return page.locator(".line.citizen[data-seq] .bubble").all_inner_texts()


def open_ticket(page: Page, url: str) -> tuple[str, str]:
    """Open a ticket in a conversation; return its number and code."""
    page.goto(url)
    say(page, MATTER)
    wait_for_answers(page, 1)
    say(page, "保密")
    card = page.locator(".ticket-card")
    expect(card).to_be_visible(timeout=ANSWER_MS)
    number, code = card.locator("dd").all_inner_texts()
    return number, code


def fetch(url: str, **options: Any) -> tuple[int, Any, bytes]:
    """Status, headers and body without a browser."""
    request = urllib.request.Request(url, **options)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize(("locale", "greeting"), [("zh-CN", "您好"), ("en-GB", "Hello")], ids=["zh", "en"])
def test_a_whole_conversation_ends_in_a_ticket_one_can_follow(
    new_page: Open, hotline_url: str, viewport: dict[str, int], locale: str, greeting: str
) -> None:
    page = new_page(viewport, locale=locale)
    page.goto(hotline_url)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if locale == "zh-CN" else "en")
    expect(page.locator(".hello .bubble")).to_contain_text(greeting)
    number, code = open_ticket(page, hotline_url)
    assert re.fullmatch(r"\d{6} \d{5} \d", number)
    assert re.fullmatch(r"\d{4}", code)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.locator(".views a[href='#tickets']").click()
    mine = page.locator(".mine").first
    expect(mine).to_contain_text(number)
    expect(mine.locator(".chip")).not_to_be_empty()
    mine.locator("summary").click()
    expect(mine.locator(".timeline li").first).to_be_visible()

    page.locator(".views a[href='#follow']").click()
    field = page.locator("#follow-number")
    field.press_sequentially(number.replace(" ", ""))
    expect(field).to_have_value(number)
    page.locator("#follow-code").fill(code)
    page.locator("#view-follow button[type=submit]").click()
    expect(page.locator(".ticket-page")).to_contain_text(number)
    assert code not in page.url.replace(number.replace(" ", ""), "").removeprefix(hotline_url)
    assert "13800001234" not in page.content()


def test_the_conversation_is_there_again_after_a_reload(new_page: Open, hotline_url: str) -> None:
    page = new_page()
    page.goto(hotline_url)
    say(page, "我的工单")
    wait_for_answers(page, 1)
    before = page.locator(".line:not(.hello)").all_inner_texts()
    page.reload()
    wait_for_answers(page, 1)
    page.wait_for_timeout(500)
    assert [text.split("\n")[-1] for text in before][1:] == [
        text.split("\n")[-1] for text in page.locator(".line:not(.hello)").all_inner_texts()
    ][1:]
    assert stored_texts(page) == ["我的工单"]


class Network:
    """The connection between one page and the server, which a test can cut."""

    def __init__(self, page: Page) -> None:
        self.is_cut = False
        self.deaf = False
        self.said: list[str] = []
        self._open: list[tuple[WebSocketRoute, WebSocketRoute]] = []
        page.route_web_socket(re.compile("/chat/ws$"), self._connect)

    def _connect(self, near: WebSocketRoute) -> None:
        if self.is_cut:
            near.close()
            return
        far = near.connect_to_server()
        self._open.append((near, far))
        near.on_message(lambda data: self._up(far, str(data)))
        far.on_message(lambda data: None if self.deaf else near.send(data))

    def _up(self, far: WebSocketRoute, data: str) -> None:
        if '"say"' in data:
            self.said.append(data)
        far.send(data)

    def cut(self) -> None:
        """Close everything and let nothing connect."""
        self.is_cut = True
        for near, far in self._open:
            near.close()
            far.close()
        self._open.clear()

    def mend(self) -> None:
        """Let the page connect again."""
        self.is_cut = self.deaf = False


def test_a_message_whose_confirmation_was_lost_is_sent_again_and_not_doubled(new_page: Open, hotline_url: str) -> None:
    page = new_page()
    network = Network(page)
    page.goto(hotline_url)
    say(page, "第一句：路边的树倒了")
    wait_for_answers(page, 1)
    network.deaf = True
    say(page, "第二句：就在河边")
    page.wait_for_timeout(1500)
    expect(page.locator(".line.citizen:not([data-seq])")).to_have_count(1)
    network.cut()
    page.wait_for_timeout(300)
    network.mend()
    expect(page.locator(".line.citizen:not([data-seq])")).to_have_count(0, timeout=ANSWER_MS)
    wait_for_answers(page, 2)
    assert len({frame for frame in network.said if "第二句" in frame}) == 1
    assert stored_texts(page) == ["第一句：路边的树倒了", "第二句：就在河边"]
    page.reload()
    wait_for_answers(page, 2)
    assert stored_texts(page) == ["第一句：路边的树倒了", "第二句：就在河边"]


def test_what_is_written_without_a_connection_is_sent_in_order_afterwards(new_page: Open, hotline_url: str) -> None:
    page = new_page()
    network = Network(page)
    page.goto(hotline_url)
    say(page, "你好")
    wait_for_answers(page, 1)
    network.cut()
    for text in ("一", "二", "三"):
        say(page, f"断网时写的第{text}句")
    expect(page.locator("#banner")).to_contain_text("不会丢")
    expect(page.locator(".state").last).to_contain_text("自动发出")
    network.mend()
    expect(page.locator(".line.citizen[data-seq]")).to_have_count(4, timeout=ANSWER_MS)
    assert stored_texts(page)[1:] == [f"断网时写的第{text}句" for text in "一二三"]
    expect(page.locator("#banner")).to_be_hidden(timeout=ANSWER_MS)


def test_a_message_survives_closing_the_page_without_a_connection(new_page: Open, hotline_url: str) -> None:
    page = new_page()
    network = Network(page)
    page.goto(hotline_url)
    network.cut()
    say(page, "先写好，等有网再说")
    page.reload()
    expect(page.locator(".line.citizen")).to_have_count(1)
    network.mend()
    expect(page.locator(".line.citizen[data-seq]")).to_have_count(1, timeout=ANSWER_MS)
    assert stored_texts(page) == ["先写好，等有网再说"]


def test_two_tabs_share_one_conversation(new_page: Open, hotline_url: str) -> None:
    first = new_page()
    first.goto(hotline_url)
    second = first.context.new_page()
    second.goto(hotline_url)
    say(first, "第一个窗口")
    wait_for_answers(first, 1)
    wait_for_answers(second, 1)
    say(second, "第二个窗口")
    wait_for_answers(first, 2)
    assert stored_texts(first) == stored_texts(second) == ["第一个窗口", "第二个窗口"]


def test_the_page_works_when_storage_is_forbidden(new_page: Open, hotline_url: str) -> None:
    page = new_page()
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        "  Object.defineProperty(window, name, {get() { throw new DOMException('denied', 'SecurityError') }})"
    )
    page.goto(hotline_url)
    say(page, "你好")
    wait_for_answers(page, 1)
    page.locator("#large").click()
    expect(page.locator("html")).to_have_class("large")


def test_everything_can_be_done_with_the_keyboard(new_page: Open, hotline_url: str) -> None:
    page = new_page(DESKTOP)
    page.goto(hotline_url)
    expect(page.locator("#say")).to_be_focused()
    page.locator(".brand").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_be_focused()
    page.keyboard.type(MATTER)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("谢谢")
    expect(page.locator(".line.citizen")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".line.citizen .bubble")).to_have_text(f"{MATTER}\n谢谢")
    wait_for_answers(page, 1)
    page.keyboard.type("保密")
    page.keyboard.press("Enter")
    expect(page.locator(".ticket-card")).to_be_visible(timeout=ANSWER_MS)

    def tab_to(selector: str, key: str) -> None:
        for _ in range(30):
            page.keyboard.press(key)
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached with {key}")

    tab_to("#person", "Shift+Tab")
    tab_to(".views a[href='#tickets']", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#tickets-title")).to_be_focused()
    expect(page.locator(".mine")).to_have_count(1)
    tab_to("summary", "Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline li").first).to_be_visible()


def test_enter_does_not_send_while_an_input_method_is_composing(new_page: Open, hotline_url: str) -> None:
    page = new_page(DESKTOP)
    page.goto(hotline_url)
    page.locator("#say").focus()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.imeSetComposition", {"text": "lu deng", "selectionStart": 7, "selectionEnd": 7})
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    expect(page.locator(".line.citizen")).to_have_count(0)
    devtools.send("Input.insertText", {"text": "路灯坏了"})
    page.keyboard.press("Enter")
    expect(page.locator(".line.citizen")).to_have_count(1)


def test_a_person_is_one_tap_away(new_page: Open, hotline_url: str) -> None:
    page = new_page()
    page.goto(hotline_url)
    page.locator("#person").dblclick()
    wait_for_answers(page, 1)
    assert stored_texts(page) == ["转人工"]


def test_an_example_is_put_into_the_input_to_be_changed(new_page: Open, hotline_url: str) -> None:
    page = new_page()
    page.goto(hotline_url)
    page.locator(".examples button").first.click()
    expect(page.locator("#say")).to_be_focused()
    expect(page.locator("#say")).not_to_have_value("")
    expect(page.locator(".line.citizen")).to_have_count(0)


def test_large_print_enlarges_the_page_and_is_kept(new_page: Open, hotline_url: str) -> None:
    page = new_page()
    page.goto(hotline_url)

    def size() -> float:
        return float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('.hello .bubble')).fontSize)"))

    ordinary = size()
    page.locator("#large").click()
    expect(page.locator("#large")).to_have_attribute("aria-pressed", "true")
    assert size() >= ordinary * 1.25
    page.reload()
    assert size() >= ordinary * 1.25
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator("#language").bounding_box()
    assert box
    assert box["x"] + box["width"] <= PHONE["width"]


def test_markup_in_a_message_stays_text(new_page: Open, hotline_url: str) -> None:
    page = new_page()
    page.goto(hotline_url)
    attack = '<img src=x onerror="window.hit=1"><script>window.hit=1</script><b>粗</b> {{7*7}}'
    say(page, attack)
    wait_for_answers(page, 1)
    expect(page.locator(".line.citizen .bubble")).to_have_text(attack)
    page.reload()
    wait_for_answers(page, 1)
    assert page.locator("#log img, #log script, #log b").count() == 0
    assert page.evaluate("window.hit") is None


def test_a_message_that_is_too_long_is_not_sent_and_not_lost(new_page: Open, hotline_url: str) -> None:
    page = new_page()
    page.goto(hotline_url)
    page.locator("#say").fill("长" * 10_001)
    expect(page.locator("#limit")).to_contain_text("10001")
    page.locator("#say").press("Enter")
    expect(page.locator(".line.citizen")).to_have_count(0)
    assert len(page.locator("#say").input_value()) == 10_001


def test_a_refused_message_says_why_and_can_be_changed(new_page: Open, hotline_url: str) -> None:
    page = new_page()

    def refuse(near: WebSocketRoute) -> None:
        far = near.connect_to_server()

        def up(data: Any) -> None:
            if '"say"' in str(data):
                id = re.search(r'"id":"([^"]+)"', str(data))
                assert id
                near.send(f'{{"type":"refused","id":"{id[1]}","code":"bad_request","message":"这样不行"}}')
            else:
                far.send(data)

        near.on_message(up)

    page.route_web_socket(re.compile("/chat/ws$"), refuse)
    page.goto(hotline_url)
    say(page, "改一改再发")
    expect(page.locator(".state")).to_contain_text("这样不行")
    page.locator(".state button").last.click()
    expect(page.locator("#say")).to_have_value("改一改再发")
    expect(page.locator(".line.citizen")).to_have_count(0)


def test_a_ticket_can_be_followed_without_javascript(new_page: Open, hotline_url: str) -> None:
    number, code = open_ticket(new_page(), hotline_url)
    page = new_page(java_script_enabled=False)
    page.goto(hotline_url)
    expect(page.locator("main")).to_contain_text("12345")
    expect(page.locator("#composer")).to_be_hidden()
    page.locator("#plain-number").fill(number)
    page.locator("#plain-code").fill(code)
    page.locator("noscript button[type=submit]").click()
    expect(page.locator(".ticket-page")).to_contain_text(number)
    assert page.locator(".timeline li").count() >= 1
    assert "13800001234" not in page.content()
    page.locator(".after button").click()
    expect(page.locator(".ticket-page")).to_contain_text(number)


def test_following_answers_in_plain_words(new_page: Open, hotline_url: str) -> None:
    number, code = open_ticket(new_page(), hotline_url)
    digits = number.replace(" ", "")
    mistyped = digits[:-1] + str((int(digits[-1]) + 1) % 10)

    def ask(path: str, **form: str) -> tuple[int, str]:
        status, _, body = fetch(hotline_url + path, data=urlencode(form).encode() if form else None)
        return status, body.decode()

    assert ask("/track")[0] == 200
    status, body = ask(f"/track/{digits}")
    assert status == 200
    assert "望平街" not in body
    status, body = ask(f"/track/{mistyped}")
    assert (status, "输错" in body) == (404, True)
    assert ask("/track", number=mistyped, code="1234")[0] == 404
    assert ask(f"/track/{digits}", code=code)[0] == 200
    assert ask("/track", number="abc\0<b>", code="１２３４")[0] == 404
    assert "查询码" in ask("/track", number=digits, code=" ")[1]
    wrong = "0000" if code != "0000" else "1111"
    answers = [ask("/track", number=digits, code=wrong)[0] for _ in range(5)]
    assert answers == [404, 404, 404, 404, 429]
    status, body = ask("/track", number=digits, code=code)
    assert (status, "分钟" in body) == (429, True)


@pytest.mark.parametrize("path", ["/", "/track", "/track/1?lang=en"])
def test_every_page_carries_the_security_headers(hotline_url: str, path: str) -> None:
    _, headers, body = fetch(hotline_url + path)
    policy = headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == ("no-cache" if path == "/" else "no-store")
    assert not re.search(rb"<[^>]+ (style|on\w+)=", body)


def test_files_are_cached_by_version_and_nothing_else_is_served(hotline_url: str) -> None:
    page = fetch(hotline_url)[2].decode()
    address = re.search(r'"(/static/\w+/page.css)"', page)
    assert address
    status, headers, _ = fetch(hotline_url + address[1])
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/css")
    assert "immutable" in headers["Cache-Control"]
    status, headers, _ = fetch(f"{hotline_url}/static/page.js")
    assert headers["Content-Type"].startswith("text/javascript")
    again = {"If-None-Match": headers["ETag"]}
    assert fetch(f"{hotline_url}/static/page.js", headers=again)[0] == 304
    for outside in ("../pages.py", "%2e%2e/pages.py", "..%2fpages.py", "/etc/passwd", "", "page.css/../../pages.py"):
        assert fetch(f"{hotline_url}/static/{outside}")[0] == 404
    assert fetch(f"{hotline_url}/favicon.ico")[0] == 200


def test_the_language_follows_the_reader(hotline_url: str) -> None:
    def language(path: str, accept: str) -> str:
        page = fetch(hotline_url + path, headers={"Accept-Language": accept})[2].decode()
        found = re.search(r'<html lang="([\w-]+)"', page)
        assert found
        return found[1]

    assert language("/", "fr") == "zh-CN"
    assert language("/", "en-GB,en;q=0.9") == "en"
    assert language("/", "en;q=0.5,zh-CN;q=0.9") == "zh-CN"
    assert language("/?lang=en", "zh-CN") == "en"
    assert language("/track?lang=en", "zh-CN") == "en"


def test_the_whole_page_is_small(new_page: Open, hotline_url: str) -> None:
    page = new_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
    page.goto(hotline_url, wait_until="networkidle")
    assert all(address.startswith(hotline_url) for address in sizes)
    print(f"size of the page: {sum(sizes.values())} bytes in {len(sizes)} files")
    assert sum(sizes.values()) < MAX_PAGE_BYTES


CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c[3] === 255) return c; } return [255, 255, 255, 255]; };
  const poor = [];
  for (const e of document.body.querySelectorAll('*')) {
    if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) poor.push([e.className, e.textContent.trim().slice(0, 20), ratio.toFixed(2)]);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_enough_contrast_and_all_targets_are_large(new_page: Open, hotline_url: str, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    open_ticket(page, hotline_url)
    assert page.evaluate(CONTRAST) == []
    small = """() => [...document.querySelectorAll('button, a, input, textarea, summary')]
      .filter((e) => e.checkVisibility() && !e.matches('.skip, .bubble a'))
      .map((e) => [e.textContent, e.getBoundingClientRect()])
      .filter(([, r]) => r.width < 44 || r.height < 43.9).map(([t, r]) => [t, r.width, r.height])"""
    assert page.evaluate(small) == []
    for view in ("tickets", "follow"):
        page.locator(f".views a[href='#{view}']").click()
        page.wait_for_timeout(300)
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(small) == []


class AgentDouble:
    """Replaces the server's side of the web chat in the browser: sends what a test says and keeps what it receives."""

    def __init__(self, page: Page) -> None:
        self.heard: list[dict[str, Any]] = []
        self._seq = 0
        self._socket: WebSocketRoute | None = None
        page.route_web_socket("**/chat/ws", self._connected)

    def _connected(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.on_message(lambda raw: self._hears(json.loads(raw)))

    def _hears(self, frame: dict[str, Any]) -> None:
        self.heard.append(frame)
        if frame["type"] == "hello":
            self.sends(type="welcome", token="t" * 43)
        if frame["type"] == "say":
            self.sends(type="accepted", id=frame["id"], seq=self._seq + 1)
            self.says(frame["text"], "citizen", frame["id"])

    def sends(self, **frame: Any) -> None:
        """One frame to the page."""
        assert self._socket
        self._socket.send(json.dumps(frame))

    def says(self, text: str, author: str, id: str = "x") -> None:
        """A line of the transcript."""
        self._seq += 1
        at = datetime.now(UTC).isoformat()
        self.sends(type="message", seq=self._seq, author=author, text=text, at=at, id=id, data=None)

    def has_heard(self, kind: str) -> list[dict[str, Any]]:
        """The frames of a kind that the page sent."""
        return [frame for frame in self.heard if frame["type"] == kind]


def test_the_citizen_sees_the_queue_the_agent_and_what_was_read(new_page: Open, hotline_url: str) -> None:
    page = new_page(PHONE)
    server = AgentDouble(page)
    page.goto(hotline_url)
    say(page, "转人工")
    bar, typing = page.locator("#attendant"), page.locator("#typing")
    server.sends(type="attendant", who="queue", place=2, minutes=3)
    expect(bar).to_have_text("正在转人工：您排在第 2 位，大约 3 分钟")
    server.sends(type="attendant", who="queue", place=1, minutes=None)
    expect(bar).to_have_text("正在转人工：您排在第 1 位")
    server.sends(type="attendant", who="agent", place=None, minutes=None)
    expect(bar).to_have_text("人工坐席正在为您服务")
    server.says("您好，请讲", "agent")
    expect(page.locator(".line.agent .bubble")).to_have_text("您好，请讲")
    page.wait_for_timeout(50)
    assert server.has_heard("read")[-1]["seq"] == 2
    page.get_by_role("textbox").press_sequentially("路灯坏了三天")
    page.wait_for_timeout(50)
    assert len(server.has_heard("typing")) == 1
    page.get_by_role("textbox").press("Enter")
    expect(page.locator(".line.citizen")).to_have_count(2)
    expect(typing).to_be_hidden()  # an agent says when they write
    server.sends(type="read", seq=3)
    expect(page.locator(".line.citizen").last.locator(".seen")).to_have_text("坐席已读")
    server.sends(type="typing")
    expect(typing).to_be_visible()
    if folder := os.environ.get("YHT_TEST_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/citizen-with-agent.png")
    server.says("在哪条路？", "agent", "y")
    expect(typing).to_be_hidden()
    server.sends(type="attendant", who="assistant", place=None, minutes=None)
    expect(bar).to_be_hidden()
