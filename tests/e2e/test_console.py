"""Two agents, a supervisor and three citizens at once, each in a browser of their own, on a scripted assistant.

The clock is set: an offer expires and an agent is missed because the test says so, not because it slept.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.conversations.handoff import feed
from hotline.conversations.handoff.model import HandoffReason
from hotline.conversations.model import Incoming
from hotline.processes.gateway import create_gateway
from hotline.settings import Settings
from hotline.staff.model import SYSTEM, Person, Role
from hotline.tickets.model import Contact, Intake, RequestType
from tests.conftest import SetClock
from tests.e2e.conftest import PHONE, TABLET
from tests.integration.serving import serving
from tests.integration.test_pump import ScriptedDialogue

SECRET = "a-secret-key-of-the-tests"
PASSWORD = "correct-horse-battery"


class Office:
    """The running hotline: its address, its use cases, and the assistant behind it."""

    def __init__(self, hotline: Hotline, clock: SetClock) -> None:
        self.hotline, self.clock, self.dialogue = hotline, clock, ScriptedDialogue()
        self.url = ""
        self._ready, self._done = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> Office:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(30)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with serving(create_gateway(self.hotline, self.dialogue)) as self.url:
            self._ready.set()
            await self._done.wait()

    def person(self, login: str, role: Role, *skills: str) -> Person:
        """One of the staff with a password of their own."""
        person, one_time = self.hotline.staff.add(Person("", login, login, role, skills), SYSTEM)
        self.hotline.staff.change_password(person, one_time, PASSWORD)
        return person

    def escalate(self, conversation_id: str, reason: HandoffReason = HandoffReason.ASKED) -> None:
        """The assistant requests a person."""
        self.hotline.queue.request(conversation_id, reason)

    def conversations(self) -> list[str]:
        """Every conversation, oldest first."""
        with self.hotline.database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT id FROM conversations ORDER BY created_at, rowid")
            return [row[0] for row in rows]

    def later(self, seconds: float) -> None:
        """Advance the clock as the worker's timer sees it; agents who are there give a sign of life first."""
        self.clock.advance(seconds=seconds)


@pytest.fixture
def office(
    sqlite_url: str, valkey_url: str, clock: SetClock, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """A hotline whose screens give frequent signs of life, since its clock jumps."""
    monkeypatch.setattr(feed, "BEAT_SECONDS", 0.2)
    monkeypatch.setattr(feed, "LOOK_AGAIN_SECONDS", 0.3)
    hotline = build(
        Settings(data=tmp_path, database_url=sqlite_url, redis_url=valkey_url, secret_key=SECRET), clock, city
    )
    with Office(hotline, clock) as running:
        yield running


def sign_in(page: Page, office: Office, login: str, password: str = PASSWORD, has_a_seat: bool = True) -> Page:
    """Sign in through the form."""
    page.goto(f"{office.url}/console/")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#presence button").first if has_a_seat else page.locator(".me")).to_be_visible()
    return page


def keys_shown(page: Page) -> list[str]:
    """The keys that `?` lists."""
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    shown = page.locator("dialog#keys dd:visible").all_inner_texts()
    page.keyboard.press("Escape")
    return shown


def is_available(page: Page) -> Page:
    """Take a seat at the desk."""
    page.get_by_role("button", name="在线").click()
    expect(page.locator("#presence-available")).to_have_attribute("aria-pressed", "true")
    return page


def write(page: Page, text: str) -> None:
    """A citizen writes on the page."""
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def wait_until(true: Callable[[], Any]) -> None:
    """Wait until something is true on the server's side."""
    for _ in range(600):
        if true():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it did not happen")


def test_two_agents_and_three_citizens(office: Office, new_page: Callable[..., Page]) -> None:
    for login, role in (("李娜", Role.AGENT), ("王燕", Role.AGENT), ("班长", Role.SUPERVISOR)):
        office.person(login, role, "general")
    li = is_available(sign_in(new_page(), office, "李娜"))
    office.later(5)
    wang = is_available(sign_in(new_page(), office, "王燕"))
    boss = sign_in(new_page(TABLET), office, "班长")
    names = {person.name: person.id for person in office.hotline.staff.listed()}

    anna, bob = new_page(TABLET), new_page(TABLET)
    for citizen, matter in ((anna, "望平街15号烧烤店太吵"), (bob, "路灯坏了")):
        citizen.goto(office.url)
        write(citizen, matter)
        expect(citizen.locator("#log")).to_contain_text(f"答：{matter}")
    office.hotline.conversations.accept(Incoming("sms", "+8613800001234", "井盖没了"))
    first, second, third = office.conversations()

    # offered to the agent who was idle for longest; when not taken in time, offered to the other
    office.escalate(first)
    expect(li.locator(".offer")).to_be_visible()
    expect(wang.locator(".offer")).to_have_count(0)
    office.later(21)
    wait_until(lambda: office.hotline.queue.tick() or True)
    expect(wang.locator(".offer")).to_be_visible()
    expect(li.locator(".offer")).to_have_count(0)
    wang.keyboard.press("a")
    expect(wang.locator("#transcript")).to_contain_text("望平街15号烧烤店太吵")

    # both directions, live, and never twice
    wang.locator("#reply").fill("您好，我是坐席王燕，请问烧烤店叫什么名字？")
    wang.locator("#reply").press("Enter")
    expect(anna.locator("#log")).to_contain_text("请问烧烤店叫什么名字")
    write(anna, "老王烧烤")
    expect(wang.locator("#transcript")).to_contain_text("老王烧烤")
    expect(wang.locator("#transcript .agent")).to_have_count(1)
    assert "老王烧烤" not in office.dialogue.heard

    # a canned reply by its letters, a whisper, a ticket with the place corrected
    wang.keyboard.press("Escape")
    wang.keyboard.press("c")
    wang.locator("#canned-letters").fill("dh")
    expect(wang.locator("#canned-found button").first).to_contain_text("电话")
    wang.locator("#canned-letters").press("Enter")
    expect(wang.locator("#reply")).to_have_value(re.compile("电话"))
    wang.locator("#reply").fill("")
    wang.get_by_placeholder("给班长或同事留言").fill("这家店反映过三次")
    wang.get_by_role("button", name="留言").click()
    expect(wang.locator("#notes")).to_contain_text("这家店反映过三次")
    expect(boss.locator("#whispers")).to_contain_text("这家店反映过三次")
    boss.keyboard.press("y")
    expect(boss.locator("#whispers .whisper")).to_have_count(0)
    expect(wang.locator("#notes")).to_contain_text("知道了")
    expect(wang.locator("#whispers")).to_contain_text("班长")
    wang.get_by_role("button", name="建工单").first.click()
    dialog = wang.locator("dialog#ticket")
    dialog.get_by_label("地点").fill("望平街51号")
    dialog.get_by_label("市民反映的情况").fill("楼下烧烤店每天吵到两点")
    dialog.get_by_label("分类").select_option("0604")
    dialog.get_by_role("button", name="建工单").click()
    expect(anna.locator("#log")).to_contain_text("查询码")
    expect(wang.locator(".own")).to_contain_text("望平街51号")

    # the supervisor sees it; the assistant goes on after the hand-back
    boss.goto(f"{office.url}/console/board")
    expect(boss.locator("#board")).to_contain_text("王燕")
    wang.keyboard.press("Escape")
    wang.keyboard.press("b")
    wang.locator("dialog#back").get_by_role("button", name="交回助手").click()
    expect(wang.locator("#queue .entry")).to_have_count(0)
    write(anna, "什么时候有结果")
    expect(anna.locator("#log")).to_contain_text("答：什么时候有结果")

    # an agent's browser is killed: the other agent gets the citizen's conversation with everything in it
    office.escalate(second)
    expect(li.locator(".offer")).to_be_visible()
    li.keyboard.press("a")
    expect(li.locator("#transcript")).to_contain_text("路灯坏了")
    li.context.close()
    write(bob, "喂，还在吗")
    office.later(61)
    wait_until(lambda: _seen(office, names["王燕"]) == office.clock.at)
    office.hotline.queue.tick()
    expect(wang.locator(".offer")).to_be_visible()
    wang.keyboard.press("a")
    expect(wang.locator("#transcript")).to_contain_text("喂，还在吗")

    # danger: a banner on every page of everybody until one takes it
    office.escalate(third, HandoffReason.DANGER)
    for page in (wang, boss):
        expect(page.locator(".siren")).to_be_visible()
    boss.locator(".siren button").click()
    expect(boss).to_have_url(re.compile("/console/conversations/"))
    expect(boss.locator("#transcript")).to_contain_text("井盖没了")
    expect(wang.locator(".siren")).to_have_count(0)


def test_a_danger_sounds_again_and_again_until_somebody_takes_it(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = new_page()
    li.add_init_script("""
        window.tones = 0;
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (at) { window.tones += 1; return start.call(this, at); };
    """)
    li.clock.install()
    is_available(sign_in(li, office, "李娜"))
    said = office.hotline.conversations.accept(Incoming("webchat", "anna", "我家煤气漏了"))
    office.escalate(said.message.conversation_id, HandoffReason.DANGER)
    expect(li.locator(".siren")).to_be_visible()
    wait_until(lambda: li.evaluate("tones") > 0)
    before = li.evaluate("tones")
    li.clock.run_for(9000)
    assert li.evaluate("tones") > before
    expect(li.locator(".siren")).to_be_visible()
    li.goto(f"{office.url}/console/canned")
    expect(li.locator(".siren")).to_be_visible()
    wait_until(lambda: li.evaluate("tones") > 0)
    li.locator(".siren button").click()
    expect(li.locator("#transcript")).to_contain_text("煤气漏了")
    expect(li.locator(".siren")).to_have_count(0)
    after = li.evaluate("tones")
    li.clock.run_for(9000)
    assert li.evaluate("tones") == after


def test_where_the_browser_lets_nothing_sound_the_danger_says_so(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = new_page()
    li.add_init_script("""
        window.heard = false;
        Object.defineProperty(AudioContext.prototype, 'state', { get: () => (heard ? 'running' : 'suspended') });
    """)
    li.clock.install()
    is_available(sign_in(li, office, "李娜"))
    said = office.hotline.conversations.accept(Incoming("webchat", "anna", "我家煤气漏了"))
    office.escalate(said.message.conversation_id, HandoffReason.DANGER)
    expect(li.locator(".siren")).to_be_visible()
    li.clock.run_for(1000)
    expect(li.get_by_text("请点一下页面")).to_be_visible()
    li.evaluate("heard = true")
    li.clock.run_for(5000)
    expect(li.locator("#silenced")).to_be_hidden()


def test_what_a_citizen_writes_is_never_run(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(), office, "李娜"))
    li.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    said = office.hotline.conversations.accept(Incoming("webchat", "evil", evil))
    office.escalate(said.message.conversation_id)
    li.locator(".offer button.primary").click()
    office.hotline.conversations.accept(Incoming("webchat", "evil", f"{evil}!"))
    expect(li.locator("#transcript .citizen")).to_have_count(2)
    expect(li.locator("#transcript img")).to_have_count(0)
    expect(li.locator("#transcript .bubble").first).to_have_text(evil)


def test_who_comes_back_on_a_low_screen_sees_the_newest_line(office: Office, new_page: Callable[..., Page]) -> None:
    page = new_page({"width": 720, "height": 450})
    page.goto(office.url)
    for text in ("路灯坏了", "在建设路", "已经三天了"):
        write(page, text)
        expect(page.locator(".line.citizen .bubble", has_text=text)).to_be_visible()
    page.reload()
    expect(page.locator(".line.citizen .bubble", has_text="已经三天了")).to_be_in_viewport()


def test_everything_frequent_is_done_by_keyboard(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = sign_in(new_page(TABLET), office, "李娜")
    li.keyboard.press("?")
    expect(li.locator("dialog#keys")).to_be_visible()
    li.keyboard.press("Escape")
    li.keyboard.press("g")
    li.keyboard.press("2")
    expect(li).to_have_url(re.compile("/console/tickets$"))
    li.keyboard.press("/")
    expect(li.get_by_role("searchbox")).to_be_focused()


def test_an_agent_takes_one_more_at_once_and_one_less(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(TABLET), office, "李娜"))
    expect(li.locator(".capacity")).to_contain_text("最多同时接 3 个")
    for button, at_once in (("多接一个", 4), ("少接一个", 3), ("少接一个", 2), ("少接一个", 1)):
        li.get_by_role("button", name=button).click()
        expect(li.locator(".capacity")).to_contain_text(f"最多同时接 {at_once} 个")
    expect(li.get_by_role("button", name="少接一个")).to_be_disabled()


def test_what_was_being_written_survives_a_reload(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(), office, "李娜"))
    said = office.hotline.conversations.accept(Incoming("webchat", "anna", "路灯坏了"))
    office.escalate(said.message.conversation_id)
    li.locator(".offer button.primary").click()
    li.locator("#reply").fill("我查一下")
    li.reload()
    expect(li.locator("#reply")).to_have_value("我查一下")


def has_one(page: Page, office: Office, matter: str = "路灯坏了，三天没人修") -> str:
    """An agent takes a citizen's conversation; returns its id."""
    said = office.hotline.conversations.accept(Incoming("webchat", "anna", matter))
    office.escalate(said.message.conversation_id)
    page.locator(".offer button.primary").click()
    expect(page.locator("#reply")).to_be_visible()
    return said.message.conversation_id


def signs_in_again(page: Page, login: str) -> None:
    """Sign in on the page that an ended session leads to."""
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_a_session_that_ends_while_somebody_writes_loses_nothing(office: Office, new_page: Callable[..., Page]) -> None:
    person = office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(), office, "李娜"))
    has_one(li, office)
    li.locator("#reply").fill("这句话不能丢")
    li.get_by_placeholder("给班长或同事留言").fill("这句也是")
    li.locator("#reply").focus()
    li.locator("button[data-open=ticket]").click()
    li.locator("#ticket-said").fill("路灯坏了，在建设路")
    with office.hotline.transactions() as unit:
        unit.staff.end_sessions(person.id)
    signs_in_again(li, "李娜")
    expect(li.locator("#reply")).to_have_value("这句话不能丢")
    expect(li.get_by_placeholder("给班长或同事留言")).to_have_value("这句也是")
    expect(li.locator("#ticket-said")).to_have_value("路灯坏了，在建设路")


def test_what_was_written_is_nobody_elses_and_gone_after_signing_out(
    office: Office, new_page: Callable[..., Page]
) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(), office, "李娜"))
    has_one(li, office)
    li.locator("#reply").fill("这句话不能丢")
    li.get_by_role("button", name="退出").click()
    expect(li.get_by_label("登录名")).to_be_visible()
    assert li.evaluate("sessionStorage.length") == 0


def test_without_a_connection_the_reply_stays_and_is_sent_once(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(), office, "李娜"))
    conversation_id = has_one(li, office)
    li.context.set_offline(True)
    li.locator("#reply").fill("您好")
    li.locator("#reply").press("Enter")
    expect(li.locator("#toast")).to_contain_text("没有送到")
    expect(li.locator("#reply")).to_have_value("您好")
    li.context.set_offline(False)
    li.locator("#reply").press("Enter")
    expect(li.locator("#reply")).to_have_value("")
    texts = [message.text for message in office.hotline.conversations.transcript(conversation_id)]
    assert texts.count("您好") == 1


def test_a_canned_reply_is_not_sent_with_a_gap(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(), office, "李娜"))
    has_one(li, office)
    li.locator("button[data-open=canned]").click()
    li.locator("#canned-letters").fill("gd")
    expect(li.locator("#canned-found button").first).to_contain_text("{number}")
    li.locator("#canned-letters").press("Enter")
    assert li.evaluate("getSelection().toString()") == "{number}"
    li.locator("#reply").press("Enter")
    expect(li.locator("#toast")).to_contain_text("花括号")
    expect(li.locator("#reply")).to_have_value(re.compile("{number}"))
    expect(li.locator("#transcript .agent")).to_have_count(0)


def test_two_who_reach_for_the_same_conversation(office: Office, new_page: Callable[..., Page]) -> None:
    for login in ("李娜", "王燕"):
        office.person(login, Role.AGENT, "general")
    li, wang = (sign_in(new_page(), office, login) for login in ("李娜", "王燕"))
    li.get_by_role("button", name="忙碌").click()
    said = office.hotline.conversations.accept(Incoming("webchat", "anna", "路灯坏了，三天没人修"))
    wait_until(lambda: office.hotline.queue.request(said.message.conversation_id, HandoffReason.ASKED).handoff_id)
    for page in (li, wang):
        page.locator("#queue .entry").first.click()
        expect(page.locator("#transcript")).to_contain_text("路灯坏了")
    li.keyboard.press("d")
    expect(li.locator("#reply")).to_be_visible()
    wang.keyboard.press("d")
    expect(wang.locator("#toast")).to_contain_text("刚刚被别人接走")
    expect(wang.locator("#reply")).to_have_count(0)


def test_news_does_not_swallow_a_click(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(), office, "李娜"))
    has_one(li, office)
    li.goto(f"{office.url}/console/conversations")
    li.locator("#queue .entry").hover()
    li.mouse.down()
    has_bob = office.hotline.conversations.accept(Incoming("webchat", "bob", "井盖没了，晚上很危险"))
    office.escalate(has_bob.message.conversation_id)
    li.wait_for_timeout(1000)
    expect(li.locator(".offer")).to_have_count(0)
    li.mouse.up()
    expect(li.locator("#transcript")).to_be_visible()
    expect(li.locator(".offer")).to_contain_text("井盖没了")


def test_back_and_forth_between_conversations_and_to_one_that_is_over(
    office: Office, new_page: Callable[..., Page]
) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(), office, "李娜"))
    has_one(li, office)
    li.locator("#reply").fill("半句")
    first = li.url
    has_bob = office.hotline.conversations.accept(Incoming("webchat", "bob", "井盖没了，晚上很危险"))
    office.escalate(has_bob.message.conversation_id)
    li.locator(".offer button.primary").click()
    expect(li.locator("#transcript")).to_contain_text("井盖没了")
    expect(li.locator("#reply")).to_have_value("")
    li.go_back()
    expect(li).to_have_url(first)
    expect(li.locator("#reply")).to_have_value("半句")
    li.locator("button[data-open=close]").click()
    li.locator("dialog#close input").nth(1).check()
    li.locator("dialog#close button.primary").click()
    expect(li).to_have_url(re.compile("/console/conversations$"))
    li.go_back()
    expect(li.get_by_role("alert").first).to_contain_text("结束了")
    expect(li.locator("#queue")).to_contain_text("井盖没了")


def test_two_hundred_lines_are_read_from_the_end_and_upwards(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(), office, "李娜"))
    has_one(li, office)
    for number in range(200):
        office.hotline.conversations.accept(Incoming("webchat", "anna", f"第{number}句"))
    li.reload()
    expect(li.locator("#transcript").get_by_text("第199句")).to_be_in_viewport()
    expect(li.locator("#transcript").get_by_text("第0句", exact=True)).to_have_count(0)
    for more in (1, 2):
        li.locator("#transcript .more a").click()
        expect(li).to_have_url(re.compile(f"more={more}$"))
        expect(li.locator("#transcript .line").first).to_be_in_viewport()
    expect(li.locator("#transcript").get_by_text("第0句", exact=True)).to_have_count(1)
    expect(li.locator("#transcript .line").first).to_have_attribute("data-seq", "1")
    expect(li.locator("#transcript .line.citizen")).to_have_count(201)


def test_the_last_line_stays_in_sight_when_an_offer_comes(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(), office, "李娜"))
    has_one(li, office)
    for number in range(20):
        office.hotline.conversations.accept(Incoming("webchat", "anna", f"第{number}句"))
    expect(li.locator("#transcript").get_by_text("第19句")).to_be_in_viewport(ratio=1)
    has_bob = office.hotline.conversations.accept(Incoming("webchat", "bob", "井盖没了，晚上很危险"))
    office.escalate(has_bob.message.conversation_id)
    expect(li.locator(".offer")).to_be_visible()
    expect(li.locator("#transcript").get_by_text("第19句")).to_be_in_viewport(ratio=1)


def test_in_english_the_pages_and_the_presence_have_room_on_a_tablet(
    office: Office, new_page: Callable[..., Page]
) -> None:
    office.person("班长", Role.SUPERVISOR)
    boss = sign_in(new_page(TABLET), office, "班长")
    boss.goto(f"{office.url}/console/account")
    boss.get_by_role("button", name="English").click()
    expect(boss.get_by_role("button", name="English")).to_be_disabled()
    boss.goto(f"{office.url}/console/board")
    expect(boss.get_by_role("button", name="Available")).to_be_visible()
    boss.get_by_role("button", name="Available").click(trial=True)
    boss.get_by_role("link", name="Statistics").click()
    expect(boss).to_have_url(re.compile("/console/statistics"))
    expect(boss.locator(".bar a[aria-current]")).to_have_text("Statistics")


def test_every_page_opens_without_an_error_in_its_scripts(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("班长", Role.SUPERVISOR)
    boss = sign_in(new_page(TABLET), office, "班长")
    for name in ("conversations", "tickets", "board", "canned", "people", "audit", "statistics", "account"):
        boss.goto(f"{office.url}/console/{name}")
        assert "快捷键" in keys_shown(boss)
        for width in (TABLET["width"], PHONE["width"]):
            boss.set_viewport_size({"width": width, "height": 900})
            assert boss.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{name} at {width}"


def test_on_a_phone_a_conversation_and_a_ticket_have_the_whole_width(
    office: Office, new_page: Callable[..., Page]
) -> None:
    office.person("李娜", Role.AGENT, "general")
    number = has_gone_up(office)
    li = is_available(sign_in(new_page(PHONE), office, "李娜"))
    has_one(li, office)
    expect(li.locator("#queue")).not_to_be_visible()
    for seen in ("#transcript", "#reply", "[data-open=close]"):
        box = li.locator(seen).bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"], seen
    li.get_by_role("link", name="会话").click()
    expect(li.locator("#queue .entry")).to_be_visible()
    li.goto(f"{office.url}/console/tickets/{number}")
    said = li.locator(".columns .card").first.bounding_box()
    assert said is not None and said["width"] > 0.8 * PHONE["width"]


def has_gone_up(office: Office) -> str:
    """The number of a ticket that its unit left undone until the leader was told."""
    accepted = office.hotline.conversations.accept(Incoming("rest", "anna", "油烟"))
    ticket = office.hotline.tickets.open(
        Intake("m1", RequestType.COMPLAINT, "0604", "楼下烧烤店每天烤到凌晨", "rest", "anna",
               accepted.message.conversation_id, contact=Contact("王秀英", "13800001234"))
    )  # fmt: skip
    office.hotline.ticket_desk.dispatch(ticket.number, SYSTEM)
    office.clock.at = ticket.due_at + timedelta(days=7)
    while office.hotline.timers.run_due():
        pass
    return ticket.number


def test_a_leader_orders_what_went_up_and_sees_which_keys_there_are(
    office: Office, new_page: Callable[..., Page]
) -> None:
    office.person("刘主任", Role.LEADER)
    number = has_gone_up(office)
    page = sign_in(new_page(), office, "刘主任", has_a_seat=False)
    expect(page.locator("h1")).to_have_text("上报给领导的工单")
    assert "督办" not in keys_shown(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{office.url}/console/inbox/{number}")
    expect(page.locator("main")).not_to_contain_text("王秀英")
    assert keys_shown(page) == ["待办", "看板", "统计", "督办", "正在输入时用这些键", "离开输入框、关闭窗口", "快捷键"]
    page.keyboard.press("u")
    form = page.locator("dialog#do-supervise")
    form.locator("[name=order]").fill("三日内办结，向我报告")
    form.locator("[name=due]").fill((office.clock.at + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"))
    form.get_by_role("button", name="督办").click()
    expect(page.locator("#ticket")).to_contain_text("三日内办结，向我报告")


def test_keys_are_listed_for_what_can_be_done_with_the_ticket_now(
    office: Office, new_page: Callable[..., Page]
) -> None:
    office.person("李娜", Role.AGENT, "general")
    number = has_gone_up(office)
    li = sign_in(new_page(), office, "李娜")
    li.goto(f"{office.url}/console/tickets/{number}")
    shown = keys_shown(li)
    assert "更正" in shown and not {"派单", "直接答复", "督办", "搜索", "打开"} & set(shown)


def test_who_has_to_change_the_password_sees_no_link_that_leads_back(
    office: Office, new_page: Callable[..., Page]
) -> None:
    _, one_time = office.hotline.staff.add(Person("", "新来的", "新来的", Role.AGENT), SYSTEM)
    page = sign_in(new_page(), office, "新来的", one_time, has_a_seat=False)
    expect(page.locator(".good")).to_contain_text("一次性密码")
    expect(page.locator("nav a, a.brand")).to_have_count(0)
    for field, value in (("old", one_time), ("new", PASSWORD), ("again", PASSWORD)):
        page.locator(f"#{field}").fill(value)
    page.get_by_role("button", name="修改").click()
    expect(page.locator("nav a").first).to_be_visible()


def _seen(office: Office, person_id: str) -> Any:
    """The time of the last sign of life from an agent's browser."""
    with office.hotline.transactions.reading() as unit:
        seat = unit.seats.get(person_id)
        return seat.seen_at if seat else None
