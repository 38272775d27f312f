"""The reason recorded for a look without a stated reason: the page of the console that led to it."""

from __future__ import annotations

import re

import pytest

from hotline.staff.model import Role
from tests.integration.console import Browser, Console
from tests.integration.test_console import acts, dispatched, links, photograph, recorded, texted
from tests.integration.test_reply_files import PDF, attach


async def comes(browser: Browser, path: str, page: str | None, **headers: str) -> None:
    """Open an address, as a browser does that comes from a page."""
    sent = headers | ({"Referer": browser.url + page} if page is not None else {})
    assert (await browser.get(path, headers=sent)).status == 200


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("/console/tickets", "register"),
        ("/console/tickets?status=accepted&q=", "register"),
        ("/console/tickets?q=%E8%B7%AF%E7%81%AF", "search"),
        ("/console/conversations/0123456789abcdef", "conversation"),
        ("/console/board", "board"),
        ("/console/tickets/{own}/notice", "ticket"),
        ("/console/tickets/{other}", "related"),
        ("/console/tickets/{other}/household", "household"),
        ("/console/tickets/{own}/household?class=education", "household"),
        ("/console/account", "address"),
        ("/track", "address"),
        ("", "address"),
        (":[", "address"),
        (None, "address"),
    ],
)
async def test_a_look_at_a_ticket_says_from_where_it_was_opened(console: Console, page: str | None, why: str) -> None:
    ticket, other = console.ticket("m1"), console.ticket("m2")
    agent = await console.signed_in(Role.AGENT)
    came = page and page.format(own=ticket.number, other=other.number)
    await comes(agent, f"/console/tickets/{ticket.number}", came)
    assert [(act.subject, act.reason) for act in recorded(console, "ticket.viewed")] == [(ticket.number, why)]
    await comes(agent, f"/console/tickets/{ticket.number}/notice", came)
    assert [act.reason for act in recorded(console, "notice.printed")] == [why]


async def test_a_page_from_elsewhere_is_believed_nothing(console: Console) -> None:
    ticket, agent = console.ticket(), await console.signed_in(Role.AGENT)
    await comes(agent, f"/console/tickets/{ticket.number}", "/console/board", **{"Sec-Fetch-Site": "cross-site"})
    assert [act.reason for act in recorded(console, "ticket.viewed")] == ["address"]


async def test_a_look_at_a_picture_or_a_file_says_on_which_page_it_was(console: Console) -> None:
    ticket = dispatched(console, channel="sms", conversation_id=texted(console, photograph()))
    agent, handler = await console.signed_in(Role.AGENT), await console.signed_in(Role.HANDLER)
    await attach(handler, ticket, PDF, "staff")
    for browser, page in ((agent, f"/console/tickets/{ticket.number}"), (handler, f"/console/inbox/{ticket.number}")):
        text = await browser.open(page)
        (picture,), (file,) = links(text), re.findall(rf'href="({page}/files/\w+)"', text.text)
        async with browser.session.get(browser.url + picture, headers={"Referer": browser.url + page}) as shown:
            assert shown.status == 200
        async with browser.session.get(browser.url + file, headers={"Referer": browser.url + page}) as shown:
            assert shown.status == 200
    for act in ("attachment.viewed", "file.viewed"):
        assert [each.reason for each in recorded(console, act)] == ["inbox", "ticket"]


async def test_the_audit_page_says_it_in_words_and_after_an_action_it_is_the_tickets_own_page(console: Console) -> None:
    ticket = console.ticket()
    agent, supervisor = await console.signed_in(Role.AGENT), await console.signed_in(Role.SUPERVISOR)
    await comes(agent, f"/console/tickets/{ticket.number}", "/console/tickets?q=x")
    done = await acts(agent, "tickets", ticket.number, "dispatch")
    await comes(agent, done.place, f"/console/tickets/{ticket.number}")
    page = await supervisor.open("/console/audit")
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert not [
        word for word in ("从搜索结果打开", "从工单页面打开", "直接打开，来源页面不明") if word not in page.text
    ]
    await supervisor.open("/console/account")
    await supervisor.post("/console/account/language", language="en")
    assert "From a search" in (await supervisor.open("/console/audit")).text
