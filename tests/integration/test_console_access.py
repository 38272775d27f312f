"""Who may enter the console, and where: every route with every role, tokens, cookies, headers."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import console.visit as console_visit
from connectors.site import SECURITY_HEADERS
from console.access import OPEN_TO_STRANGERS, ROUTES
from console.guessing import HASHING_AT_ONCE, HERE
from hotline.bootstrap import Hotline, build
from hotline.city import City
from hotline.conversations.handoff.model import HandoffReason
from hotline.processes.gateway import create_gateway
from hotline.settings import Settings, SettingsError
from hotline.staff.model import SYSTEM, Role
from tests.conftest import SetClock
from tests.integration.console import PASSWORD, Console, running_console

NOTHING = "0" * 32


def console_routes(hotline: Hotline, there: Mapping[str, str] | None = None) -> list[tuple[str, str, str]]:
    """Every route of the console, from the gateway's own table: its name, method and an address.

    `there`: ids of existing records, by the part of the address before them; other addresses lead to no record.
    """
    found = []
    for route in create_gateway(hotline).router.routes:
        name = route.name.rpartition("console.")[2]
        if ".console." in route.name and name not in ("static",):
            parts = route.path.split("/")
            filled = [
                (there or {}).get(before, NOTHING) if part.startswith("<") else part
                for before, part in zip(["", *parts], parts, strict=False)
            ]
            address = "/" + "/".join(filled)
            found.append((name, "POST" if "POST" in route.methods else "GET", address))
    return sorted(found)


def test_every_route_has_a_rule_and_every_rule_a_route(console_hotline: Hotline) -> None:
    there = {name for name, _, _ in console_routes(console_hotline)}
    known = {name.replace(".", "_") for name in (*ROUTES, *OPEN_TO_STRANGERS)}
    assert there == known - {"static"}


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_gets_exactly_as_far_as_its_rules_say(console: Console, role: Role) -> None:
    browser = await console.signed_in(role)
    rules = {name.replace(".", "_"): roles for name, roles in ROUTES.items()}
    for name, method, address in console_routes(console.hotline):
        endless = name == "live" and role in rules[name]  # tested with the pages
        if name in rules and name not in ("sign_out", "account_password") and not endless:
            page = await (browser.get(address) if method == "GET" else browser.post(address))
            refused = page.status == 403
            assert refused == (role not in rules[name]), f"{role} {method} {address}: {page.status}"
            assert page.status < 500, f"{role} {method} {address}: {page.text[:300]}"


LOOKS = {
    "ticket.viewed",
    "contact.viewed",
    "conversation.viewed",
    "attachment.viewed",
    "file.viewed",
    "household.viewed",
}
"""Audited acts of seeing a citizen's affairs."""


@pytest.mark.parametrize("role", list(Role))
async def test_what_is_there_opens_for_its_roles_only_and_every_look_is_on_record(console: Console, role: Role) -> None:
    ticket = console.ticket()
    console.hotline.ticket_desk.dispatch(ticket.number, SYSTEM)
    handoff = console.hotline.queue.request(ticket.conversation_id, HandoffReason.DANGER).handoff_id
    there = {
        "tickets": ticket.number, "inbox": ticket.number, "conversations": str(handoff), "board": ticket.conversation_id,
        "people": console.person(Role.GRID, "somebody").id, "do": "note", "bulletin": "2026-W47",
    }  # fmt: skip
    browser = await console.signed_in(role, "me")
    rules = {name.replace(".", "_"): roles for name, roles in ROUTES.items()}
    for name, method, address in console_routes(console.hotline, there):
        if name not in rules or name in ("sign_out", "account_password", "live"):
            continue
        page = await (browser.get(address) if method == "GET" else browser.post(address))
        assert page.status < 500, f"{role} {method} {address}: {page.text[:300]}"
        if role in rules[name]:
            assert page.status != 403, f"{role} {method} {address}"
            continue
        assert page.status == 403 and 'role="alert"' in page.text, f"{role} {method} {address}: {page.status}"
        assert "烧烤" not in page.text and "王秀英" not in page.text, address
        if method == "GET":
            part = await browser.get(address, headers={"X-Part": "main"})
            assert part.status == 403 and json.loads(part.text)["error"]["code"] == "not_allowed", address
    me = console.hotline.staff.with_login("me").id
    looked = {row.act.action for row in console.hotline.audit.latest(500, actor=me)} & LOOKS
    if role in (Role.AGENT, Role.SUPERVISOR):
        assert {"ticket.viewed", "conversation.viewed"} <= looked
    else:
        assert looked == set()


async def test_a_stranger_is_sent_to_the_sign_in_everywhere(console: Console) -> None:
    browser = await console.browser()
    await browser.get("/console/sign-in")
    for name, method, address in console_routes(console.hotline):
        if name.startswith("sign_in"):
            continue
        page = await (browser.get(address) if method == "GET" else browser.post(address))
        if method == "GET":
            assert page.status == 303 and page.place.startswith("/console/sign-in?next="), address
        else:
            assert page.status in (401, 403), address


async def test_every_change_needs_the_token_of_this_browser(console: Console) -> None:
    browser, other = await console.signed_in(Role.ADMIN), await console.signed_in(Role.ADMIN, "other")
    foreign = (await other.open("/console/account")).csrf
    for name, method, address in console_routes(console.hotline):
        if method == "POST" and name != "sign_in_try":
            for token in ("", "0" * 64, foreign):
                page = await browser.post(address, csrf=token)
                assert page.status == 403, f"{address}: {page.status}"
    assert (await browser.get("/console/people")).status == 200


async def test_signing_in_needs_the_token_too(console: Console) -> None:
    console.person(Role.AGENT)
    browser = await console.browser()
    await browser.get("/console/sign-in")
    assert (await browser.post("/console/sign-in", csrf="", login="agent", password=PASSWORD)).status == 403
    bare = await console.browser()
    assert (await bare.post("/console/sign-in", csrf="x", login="agent", password=PASSWORD)).status == 403


async def test_signing_in_gives_a_fresh_cookie_and_the_planted_one_opens_nothing(console: Console) -> None:
    console.person(Role.AGENT)
    victim, thief = await console.browser(), await console.browser()
    await thief.get("/console/sign-in")
    planted = thief.cookie
    victim.plant(planted)
    assert (await victim.signs_in("agent", PASSWORD)).status == 303
    assert victim.cookie != planted
    assert (await thief.get("/console/tickets")).status == 303


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(console: Console) -> None:
    console.person(Role.AGENT)
    browser = await console.browser()
    page = await browser.signs_in("agent", PASSWORD)
    cookie = page.headers["Set-Cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "domain" not in cookie


async def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(console_hotline: Hotline) -> None:
    settings = console_hotline.settings.model_copy(update={"public_url": "https://12345.example.cn"})
    secure = build(settings, console_hotline.now, console_hotline.city)
    async with running_console(secure) as console:
        cookie = (await (await console.browser()).get("/console/sign-in")).headers["Set-Cookie"]
    assert cookie.startswith("__Host-console=") and "Secure" in cookie and "Path=/" in cookie
    secure.database.close()


async def test_after_signing_out_the_cookie_opens_nothing(console: Console) -> None:
    browser = await console.signed_in(Role.AGENT)
    kept = browser.cookie
    assert (await browser.post("/console/sign-out")).status == 303
    browser.plant(kept)
    assert (await browser.get("/console/tickets")).status == 303


async def test_the_idle_are_signed_out(console: Console, clock: SetClock) -> None:
    browser = await console.signed_in(Role.AGENT)
    clock.advance(minutes=31)
    assert (await browser.get("/console/tickets")).status == 303
    assert (await browser.get("/console/tickets", headers={"X-Part": "list"})).status == 401


async def test_a_page_that_comes_again_for_news_keeps_nobody_signed_in(console: Console, clock: SetClock) -> None:
    browser = await console.signed_in(Role.AGENT)
    for _ in range(4):
        clock.advance(minutes=9)
        async with browser.session.get(f"{browser.url}/console/live", allow_redirects=False) as stream:
            await stream.content.readline()
        sign = {"data": {"csrf": browser.csrf}, "headers": {"X-Background": "1"}}
        await browser.session.post(f"{browser.url}/console/live/here", **sign)
    assert (await browser.get("/console/tickets")).status == 303


async def test_a_one_time_password_opens_the_account_only(console: Console) -> None:
    password = console.hotline.staff.add_first()
    browser = await console.browser()
    await browser.signs_in("admin", password or "")
    assert (await browser.get("/console/people")).place == "/console/account"
    account = await browser.open("/console/account")
    bar = account.text.partition('<header class="bar">')[2].partition("</header>")[0]
    assert re.findall(r'(?:href|action)="([^"]+)"', bar) == ["/console/account", "/console/sign-out"]
    assert "data-live" not in account.text and "<kbd>g</kbd>" not in account.text
    page = await browser.post("/console/account/password", old=password, new=PASSWORD, again="something else")
    assert page.status == 422
    page = await browser.post("/console/account/password", old=password, new=PASSWORD, again=PASSWORD)
    assert page.status == 303
    assert (await browser.get("/console/people")).status == 200


async def test_whoever_guesses_passwords_has_to_wait(console: Console) -> None:
    console.person(Role.AGENT)
    browser = await console.browser()
    statuses = [(await browser.signs_in("agent", f"wrong {n}")).status for n in range(11)]
    assert statuses == [401] * 10 + [429]
    assert (await browser.signs_in("agent", PASSWORD)).status == 429


async def test_whoever_guesses_many_passwords_at_once_does_not_get_more_of_them(console: Console) -> None:
    console.person(Role.AGENT)
    browser = await console.browser()
    await browser.open_sign_in()
    pages = await asyncio.gather(
        *(browser.post("/console/sign-in", login="agent", password=f"wrong {n}") for n in range(40))
    )
    statuses = [page.status for page in pages]
    assert statuses.count(401) <= 10 + HASHING_AT_ONCE and statuses.count(401) + statuses.count(429) == 40


async def test_a_form_is_read_once_however_many_fields_are_asked_for(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, reads = console_visit.form_fields, list[str]()
    monkeypatch.setattr(console_visit, "form_fields", lambda *args: (reads.append(args[0].path), read(*args))[1])
    await console.signed_in(Role.AGENT)
    assert reads == ["/console/sign-in"]


async def test_what_strangers_try_from_elsewhere_keeps_nobody_out(console: Console) -> None:
    owner = await console.signed_in(Role.SUPERVISOR)
    at_another_desk = await console.browser()
    for place in range(HERE.amount):
        stranger = await console.browser()
        stranger.session.headers["X-Forwarded-For"] = f"203.0.113.{place}"
        statuses = [(await stranger.signs_in("supervisor", f"wrong {n}")).status for n in range(HERE.amount + 1)]
        expected = [401] * HERE.amount + [429]
        assert statuses == expected
        if place == 1:
            assert (await at_another_desk.signs_in("supervisor", PASSWORD)).status == 303
    late = await console.browser()
    assert (await late.signs_in("supervisor", PASSWORD)).status == 429  # a hundred from anywhere
    await owner.post("/console/sign-out")
    assert (await owner.signs_in("supervisor", PASSWORD)).status == 303  # a browser that has signed in before
    new = {"new": "another-good-password", "again": "another-good-password"}
    assert (await owner.open("/console/account")).status == 200
    assert (await owner.post("/console/account/password", old=PASSWORD, **new)).status == 303


async def test_a_known_browser_may_not_guess_either_nor_at_anybody_elses_password(console: Console) -> None:
    browser = await console.signed_in(Role.AGENT)
    console.person(Role.SUPERVISOR)
    await browser.post("/console/sign-out")
    for login in ("agent", "supervisor"):
        statuses = [(await browser.signs_in(login, f"wrong {n}")).status for n in range(HERE.amount + 1)]
        assert statuses == [401] * HERE.amount + [429]
    other = await console.browser()  # at the same address as somebody who guessed the supervisor's password
    assert (await other.signs_in("supervisor", PASSWORD)).status == 429
    assert (await other.signs_in("agent", PASSWORD)).status == 303


async def test_the_old_password_is_not_guessed_in_an_open_session_either(console: Console) -> None:
    browser = await console.signed_in(Role.AGENT)
    new = {"new": "another-good-one", "again": "another-good-one"}
    statuses = [(await browser.post("/console/account/password", old=f"wrong {n}", **new)).status for n in range(11)]
    assert statuses == [422] * 10 + [429]
    assert (await browser.post("/console/account/password", old=PASSWORD, **new)).status == 429


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/console/tickets?q=1", "/console/tickets?q=1"),
        ("https://evil.example/", "/console/"),
        ("//evil.example/console/", "/console/"),
        ("/console/\\evil.example", "/console/"),
        ("/track", "/console/"),
        ("javascript:alert(1)", "/console/"),
    ],
)
async def test_signing_in_leads_back_into_the_console_only(console: Console, wanted: str, leads_to: str) -> None:
    console.person(Role.AGENT)
    page = await (await console.browser()).signs_in("agent", PASSWORD, next=wanted)
    assert page.place == leads_to


async def test_pages_carry_a_strict_policy_and_are_not_kept(console: Console) -> None:
    browser = await console.signed_in(Role.ADMIN)
    for page in [await browser.get("/console/people"), await (await console.browser()).get("/console/sign-in")]:
        policy = page.headers["Content-Security-Policy"]
        assert policy == SECURITY_HEADERS["Content-Security-Policy"] and "unsafe" not in policy
        assert page.headers["Cache-Control"] == "no-store"
        assert "<style" not in page.text and " style=" not in page.text and " onclick=" not in page.text


async def test_a_deactivated_person_is_out_at_once(console: Console) -> None:
    browser = await console.signed_in(Role.AGENT)
    person = console.hotline.staff.with_login("agent")
    console.hotline.staff.change(replace(person, active=False), SYSTEM)
    assert (await browser.get("/console/tickets")).status == 303


def test_without_a_secret_key_no_process_starts(
    sqlite_url: str, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YHT_SECRET_KEY")
    with pytest.raises(SettingsError, match="YHT_SECRET_KEY"):
        build(Settings(data=tmp_path, database_url=sqlite_url), city=city)
