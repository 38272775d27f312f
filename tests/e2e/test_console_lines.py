"""Calls and texts on an agent's screen: a loopback Twilio in front, a browser behind, a scripted assistant between."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connectors.twilio.double.calls import PhoneCall
from hotline.city import City
from hotline.conversations.handoff import feed
from hotline.staff.model import Role
from tests.conftest import SetClock
from tests.e2e.conftest import DESKTOP, TABLET
from tests.e2e.test_console import Office, is_available, sign_in, wait_until
from tests.integration.test_handoff import DRAFT, remember
from tests.integration.texting import ANNA, ANNAS_PHONE, Line, a_line

AGENTS = "+862812340000"


class Exchange(Office):
    """A hotline that can be called and texted."""

    def __init__(self, clock: SetClock, *parts: Any) -> None:
        super().__init__(None, clock)  # type: ignore[arg-type]  # the line brings it
        self._parts = parts
        self.line: Line

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with a_line(*self._parts, voice_transfers={"general": AGENTS}) as self.line:
            self.hotline, self.dialogue, self.url = self.line.hotline, self.line.dialogue, self.line.url
            self._ready.set()
            await self._done.wait()

    def does(self, what: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine of the outside world to its end."""
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    def conversation(self, channel: str, sender: str) -> str:
        """A citizen's conversation, once it exists."""
        wait_until(lambda: self.hotline.conversations.find(channel, sender))
        found = self.hotline.conversations.find(channel, sender)
        assert found
        return found.id


@pytest.fixture
def exchange(
    sqlite_url: str, valkey_url: str, clock: SetClock, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Exchange]:
    monkeypatch.setattr(feed, "LOOK_AGAIN_SECONDS", 0.3)
    with Exchange(clock, tmp_path, sqlite_url, valkey_url, clock, city) as running:
        yield running


@pytest.mark.parametrize("viewport", [DESKTOP, TABLET], ids=["desktop", "tablet"])
def test_a_call_that_is_put_through_is_on_the_agents_screen(
    exchange: Exchange,
    new_page: Callable[..., Page],
    viewport: dict[str, int],
) -> None:
    exchange.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(viewport), exchange, "李娜"))
    call = PhoneCall(exchange.line.double, ANNA)
    exchange.does(call.begins())
    exchange.does(call.says("望平街15号烧烤店油烟很大"))
    remember(exchange.hotline, exchange.clock, exchange.conversation("voice", call.sid), draft=DRAFT)
    exchange.does(call.presses("0"))
    assert call.dialled == AGENTS

    # while it rings: what was said and understood, since when, the number masked; the desk offers it to nobody
    li.locator("#queue .entry", has_text="电话").click()
    expect(li.locator("#transcript")).to_contain_text("望平街15号烧烤店油烟很大")
    expect(li.locator(".talk-head")).to_contain_text("电话")
    expect(li.locator(".talk-head time")).to_be_visible()
    if viewport is TABLET:
        li.keyboard.press("i")
    expect(li.locator(".summary")).to_contain_text("望平街15号")
    expect(li.locator("#contact")).to_contain_text("138****1234")
    assert ANNAS_PHONE not in li.content()
    expect(li.locator(".offer")).to_have_count(0)

    # the agent who picks up says so, sees the contact on request, and has no text field
    li.keyboard.press("d")
    expect(li.locator(".watching")).to_contain_text("请在电话里和市民交谈")
    expect(li.locator("#reply")).to_have_count(0)
    if not li.locator("#about").is_visible():
        li.keyboard.press("i")
    li.locator("#contact select").select_option("handle")
    li.locator("#contact button").click()
    expect(li.locator("#contact")).to_contain_text(ANNAS_PHONE)

    # a ticket, whose number is texted after the call; the screen stays until the agent is done
    li.locator("button[data-open=ticket]").click()
    li.locator("dialog#ticket button.primary").click()
    expect(li.locator(".own")).to_contain_text("望平街15号")
    exchange.does(call.comes_back("completed"))
    exchange.does(call.hangs_up())
    wait_until(lambda: any("工单号" in text for text in exchange.line.got(ANNA)))
    expect(li.locator("#queue .entry")).to_have_count(1)
    li.locator("button[data-open=close]").click()
    li.locator("dialog#close").get_by_label("已建工单").check()
    li.locator("dialog#close button.primary").click()
    expect(li.locator("#queue .entry")).to_have_count(0)


def test_a_citizen_who_texts_talks_to_the_agent_and_then_to_the_assistant_again(
    exchange: Exchange,
    new_page: Callable[..., Page],
) -> None:
    exchange.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(), exchange, "李娜"))
    exchange.does(exchange.line.double.text(ANNA, "路灯坏了"))
    wait_until(lambda: exchange.line.got() == ["答：路灯坏了"])
    exchange.escalate(exchange.conversation("sms", ANNA))
    li.locator(".offer button.primary").click()
    expect(li.locator("#transcript")).to_contain_text("路灯坏了")
    li.locator("#reply").fill("您好，在哪条路？")
    li.locator("#reply").press("Enter")
    wait_until(lambda: "您好，在哪条路？" in exchange.line.got())
    exchange.does(exchange.line.double.text(ANNA, "望平街"))
    expect(li.locator("#transcript")).to_contain_text("望平街")
    assert exchange.dialogue.heard == ["路灯坏了"], "the assistant is silent meanwhile"
    li.keyboard.press("Escape")
    li.keyboard.press("b")
    dialog = li.locator("dialog#back")
    dialog.get_by_label("地点").fill("望平街51号")
    dialog.get_by_label("市民反映的情况").fill("路灯坏了")
    dialog.get_by_role("button", name="交回助手").click()
    expect(li).to_have_url(re.compile("/console/conversations$"))
    wait_until(lambda: len(exchange.dialogue.data) == 2)
    resumed = exchange.dialogue.data[-1]
    assert resumed and resumed["slots"]["draft"]["place"] == "望平街51号"
