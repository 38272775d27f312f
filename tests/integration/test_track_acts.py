"""What the holder of a lookup code can do on a ticket's page, over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest

from hotline.bootstrap import build
from hotline.city import City
from hotline.settings import Settings
from hotline.staff.model import Actor
from hotline.tickets.model import Status, Ticket
from portal.pages import MAX_TEXT
from tests.conftest import SetClock
from tests.integration.test_gateway import Answered, Gateway, gateway_on
from tests.integration.test_pump import ScriptedDialogue

REPLY = "经现场核查,该处路灯控制箱损坏,已于当日更换并恢复照明。"
PAGE = {"Accept": "text/html", "Accept-Language": "zh"}


@pytest.fixture
async def gateway(
    sqlite_url: str, tmp_path: Path, valkey_url: str, clock: SetClock, city: City
) -> AsyncIterator[Gateway]:
    settings = Settings(data=tmp_path, database_url=sqlite_url, redis_url=valkey_url)
    async with gateway_on(build(settings, clock, city), ScriptedDialogue()) as running:
        yield running


async def act(gateway: Gateway, ticket: Ticket, name: str, **fields: str) -> Answered:
    """Send one of the page's forms."""
    form = {"code": ticket.code, "key": "k1", **fields}
    return await gateway.request("POST", f"/track/{ticket.number}/{name}", data=form, headers=PAGE)


def now(gateway: Gateway, ticket: Ticket) -> Ticket:
    """The ticket as it is now."""
    return gateway.hotline.tickets.for_trusted_system(ticket.number)


async def test_adding_twice_by_a_double_click_adds_once(gateway: Gateway) -> None:
    ticket = gateway.ticket()
    for _ in range(2):
        page = await act(gateway, ticket, "add", text="是路口第三盏\x00灯")
        assert page.status == 200
        assert "已补充" in page.text
    assert now(gateway, ticket).description.count("第三盏灯") == 1


async def test_the_longest_text_of_emoji_comes_through(gateway: Gateway) -> None:
    ticket, text = gateway.ticket(), "🚨" * MAX_TEXT
    page = await act(gateway, ticket, "add", text=text)
    assert page.status == 200
    assert text in now(gateway, ticket).description


async def test_urging_shows_on_the_timeline(gateway: Gateway) -> None:
    page = await act(gateway, gateway.ticket(), "urge")
    assert "已记下您的催办" in page.text


async def test_who_reads_english_reads_the_steps_in_english(gateway: Gateway) -> None:
    ticket, hotline = gateway.ticket(), gateway.hotline
    lead = Actor("handler", "p-1", ticket.lead)
    hotline.tickets.dispatch(ticket.number)
    hotline.handling.accept(ticket.number, lead)
    hotline.handling.ask_citizen(ticket.number, lead, "哪一盏?")
    english = PAGE | {"Accept-Language": "en"}
    data = {"number": ticket.number, "code": ticket.code}
    page = (await gateway.request("POST", "/track", data=data, headers=english)).text
    for said in (
        "is being assigned",
        f"Sent to {ticket.lead}; answer due by",
        "has accepted it",
        "needs to know: 哪一盏?",
    ):
        assert said in page
    assert "已记录您的诉求" not in page
    record = await gateway.request(
        "POST", f"/track/{ticket.number}/record", data={"code": ticket.code, "form": "html"}, headers=english
    )
    assert "has accepted it" in record.text


async def test_passed_on_an_english_reader_reads_why_and_where(gateway: Gateway) -> None:
    ticket = gateway.ticket()
    line = gateway.hotline.city.lines["police_emergency"]
    gateway.hotline.ticket_desk.transfer(ticket.number, Actor("agent", "p-a"), line.id)
    data = {"number": ticket.number, "code": ticket.code}
    page = await gateway.request("POST", "/track?lang=en", data=data, headers=PAGE)
    assert f"Passed to another line: {line.when.en}" in unescape(page.text)


async def test_withdrawn_nothing_more_can_be_done(gateway: Gateway) -> None:
    ticket = gateway.ticket()
    assert "按您的要求撤单" in (await act(gateway, ticket, "withdraw")).text
    page = await act(gateway, ticket, "add", text="还有", key="k2")
    assert "已经结束" in page.text
    assert now(gateway, ticket).status is Status.WITHDRAWN


async def test_after_the_reply_it_can_be_rated_and_sent_back(gateway: Gateway) -> None:
    ticket, hotline = gateway.ticket(), gateway.hotline
    lead = Actor("handler", "p-1", ticket.lead)
    hotline.tickets.dispatch(ticket.number)
    hotline.handling.accept(ticket.number, lead)
    hotline.handling.reply(ticket.number, lead, REPLY)
    page = await gateway.request("POST", "/track", data={"number": ticket.number, "code": ticket.code}, headers=PAGE)
    assert REPLY in page.text
    assert 'name="solved" value="yes"' in page.text
    assert "哪里没解决" in (await act(gateway, ticket, "rate", solved="no")).text
    again = await act(gateway, ticket, "rate", solved="no", text="昨晚又灭了")
    assert re.search(r'class="done" role="status">您反映还没解决，已退回.+重新办理，最迟.+前答复。<', again.text)
    assert now(gateway, ticket).status is Status.REOPENED


@pytest.mark.parametrize("name", ["add", "urge", "withdraw", "rate", "record"])
async def test_without_the_code_nothing_is_done(gateway: Gateway, name: str) -> None:
    ticket = gateway.ticket()
    wrong = "0000" if ticket.code != "0000" else "1111"
    refused = await act(gateway, ticket, name, code=wrong, text="x", solved="yes")
    assert refused.status == 404
    assert now(gateway, ticket) == ticket


async def test_other_acts_are_not_there(gateway: Gateway) -> None:
    assert (await act(gateway, gateway.ticket(), "close")).status == 404


async def test_ones_own_record_to_keep(gateway: Gateway) -> None:
    ticket = gateway.ticket()
    data = await act(gateway, ticket, "record", form="json")
    assert data.headers["content-disposition"] == f'attachment; filename="{ticket.number}.json"'
    assert json.loads(data.text)["timeline"][0]["node"] == "received"
    page = await act(gateway, ticket, "record", form="html")
    assert ticket.title in page.text
    for shown in (data.text, page.text):
        assert not re.search("13800001234|contact|sender", shown)


async def test_whose_ticket_was_merged_rates_the_whole_on_their_own_page_and_withdraws_from_it(
    gateway: Gateway,
) -> None:
    main, part = gateway.ticket("m1"), gateway.ticket("m2")
    desk, lead = gateway.hotline.ticket_desk, Actor("handler", "p-h", main.lead)
    desk.merge(part.number, Actor("agent", "p-a"), main.number)
    page = await gateway.request("POST", f"/track/{part.number}", data={"code": part.code}, headers=PAGE)
    assert ["还没解决" in page.text, "撤回" in page.text or "撤单" in page.text] == [False, True]
    gateway.hotline.tickets.dispatch(main.number)
    gateway.hotline.handling.accept(main.number, lead)
    gateway.hotline.handling.reply(main.number, lead, REPLY)
    page = await act(gateway, part, "rate", solved="no", text="灯又不亮了")
    assert "您反映还没解决" in page.text
    assert now(gateway, main).status is Status.REOPENED
    english = {**PAGE, "Accept-Language": "en"}
    read = await gateway.request("POST", f"/track/{main.number}", data={"code": main.code}, headers=english)
    assert "It was reported as not solved" in read.text
    assert "灯又不亮了" not in read.text
    await act(gateway, part, "withdraw", key="k2")
    assert (now(gateway, part).status, now(gateway, main).status) == (Status.WITHDRAWN, Status.REOPENED)


async def test_once_the_main_one_has_ended_a_part_offers_only_what_can_be_done(gateway: Gateway) -> None:
    main, part = gateway.ticket("m1"), gateway.ticket("m2")
    desk = gateway.hotline.ticket_desk
    desk.merge(part.number, Actor("agent", "p-a"), main.number)
    desk.answer(main.number, Actor("agent", "p-a"), REPLY)
    page = await gateway.request("POST", f"/track/{part.number}", data={"code": part.code}, headers=PAGE)
    assert f"/track/{part.number}/rate" in page.text
    assert not [name for name in ("add", "urge", "withdraw") if f"/track/{part.number}/{name}" in page.text]


OWN = ("13800001234", "１３８０００１２３４５", "+8613800005678", "13800 009876", "一三八零零零零四三二一")
"""A phone number in the spellings that people use."""


async def test_page_api_and_record_hide_the_same_numbers_from_who_holds_the_code(gateway: Gateway) -> None:
    hotline, said = gateway.hotline, "；".join(OWN)
    lead = Actor("handler", "p-1", (ticket := gateway.ticket(said=said, place=f"望平街15号{OWN[1]}旁")).lead)
    hotline.tickets.dispatch(ticket.number)
    hotline.handling.accept(ticket.number, lead)
    hotline.handling.ask_citizen(ticket.number, lead, f"联系人是{OWN[1]}吗?")
    await act(gateway, ticket, "add", text=f"是,{OWN[3]}")
    hotline.handling.reply(ticket.number, lead, f"{REPLY}联系人{OWN[2]},座机028-87654321。")
    page = (await gateway.request("POST", "/track", data={"number": ticket.number, "code": ticket.code})).text
    english = (await act(gateway, ticket, "urge?lang=en", key="k2")).text
    fetched = await gateway.get(f"/api/v1/tickets/{ticket.number}?code={ticket.code}")
    machine = json.dumps(fetched.json, ensure_ascii=False)
    records = [(await act(gateway, ticket, "record", form=form)).text for form in ("html", "json")]
    for shown in (page, english, machine, *records):
        assert not [number for number in OWN if number in shown], shown
        assert "望平街15号" in shown
        assert "028-87654321" in shown
        assert "２３４５旁" in shown


async def test_a_mistyped_number_keeps_the_code_that_was_typed_with_it(gateway: Gateway) -> None:
    ticket = gateway.ticket()
    wrong = ticket.number[:-1] + str((int(ticket.number[-1]) + 1) % 10)
    page = await gateway.request("POST", "/track", data={"number": wrong, "code": ticket.code}, headers=PAGE)
    assert f'value="{ticket.code}"' in page.text
    page = await gateway.request("POST", "/track", data={"number": ticket.number, "code": "0000"}, headers=PAGE)
    assert 'value="0000"' not in page.text
