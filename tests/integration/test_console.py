"""The console's pages: what each role sees and does, what is audited, and what a citizen's words cannot do."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from PIL import ExifTags, Image

from connectors.site import SECURITY_HEADERS, Site
from console.site import FOLDER
from hotline.conversations.handoff import feed
from hotline.conversations.handoff.model import HandoffReason, Presence
from hotline.conversations.model import Incoming
from hotline.staff.model import SYSTEM, Actor, Role
from hotline.tickets import numbering
from hotline.tickets.access import Citizen
from hotline.tickets.lifecycle import Stage
from hotline.tickets.model import Contact, Rating, RequestType, Status, Ticket, Urgency
from hotline.tickets.records import KeyClass
from tests.conftest import SetClock
from tests.integration.console import OTHER_BUREAU, Browser, Console, Page
from tests.integration.serving import storage_down
from tests.integration.test_handoff import remember
from tests.integration.test_sms_pictures import torn

REPLY = "经现场检查，该店未安装油烟净化设施，已责令三日内整改并立案查处，我局将于下周复查整改结果。"
SOMEBODY = Actor(Role.AGENT, "staff-1")
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"
SECONDS = 30.0


async def acts(browser: Browser, page: str, ticket: str, action: str, **fields: Any) -> Page:
    """Press a button of a ticket's page."""
    await browser.open(f"/console/{page}/{ticket}")
    return await browser.post(f"/console/{page}/{ticket}/do/{action}", **fields)


def dispatched(console: Console, key: str = "m1", **changes: Any) -> Ticket:
    """A ticket that was dispatched to its unit."""
    ticket = console.ticket(key, **changes)
    console.hotline.ticket_desk.dispatch(ticket.number, SYSTEM)
    return ticket


def recorded(console: Console, action: str) -> list[Any]:
    """The audit rows of one kind of act, newest first."""
    return [row.act for row in console.hotline.audit.latest(200) if row.act.action == action]


# --- from the desk to the department and back -------------------------------------------------------------------------


async def test_an_agent_sends_a_ticket_and_the_department_answers_it(console: Console) -> None:
    ticket = console.ticket()
    agent, handler = await console.signed_in(Role.AGENT), await console.signed_in(Role.HANDLER)
    assert (await acts(agent, "tickets", ticket.number, "dispatch")).status == 303
    assert ticket.number in (await handler.open("/console/inbox")).text
    for action, fields in (("accept", {}), ("start", {}), ("reply", {"reply": REPLY})):
        assert (await acts(handler, "inbox", ticket.number, action, **fields)).status == 303
    assert REPLY in (await agent.get(f"/console/tickets/{ticket.number}")).text
    known = console.hotline.tickets.for_trusted_system(ticket.number)
    assert (known.status, known.reply) == (Status.REPLIED, REPLY)
    assert (await acts(agent, "tickets", ticket.number, "confirm")).status == 303
    assert console.hotline.tickets.for_trusted_system(ticket.number).status == Status.CLOSED


async def test_an_agent_names_the_units_that_help_and_corrects_the_type(console: Console) -> None:
    ticket, helpers = console.ticket(), ["成都市生态环境局", "成都市水务局"]
    agent = await console.signed_in(Role.AGENT)
    fields = {"reason": "市民只是询问", "request_type": "consultation"}
    assert (await acts(agent, "tickets", ticket.number, "correct", **fields)).status == 303
    assert (await acts(agent, "tickets", ticket.number, "dispatch", co="、".join(helpers))).status == 303
    known = console.hotline.tickets.for_trusted_system(ticket.number)
    assert (known.request_type, list(known.co)) == (RequestType.CONSULTATION, helpers)
    assert known.due_at < ticket.due_at


async def test_an_agent_finds_the_other_tickets_of_a_citizen_and_a_unit_does_not(console: Console) -> None:
    ticket = dispatched(console, "m1")
    other = console.ticket("m2", channel="voice", sender="13800001234", location="望平街99号")
    stranger = console.ticket("m3", sender="eva", contact=Contact("张伟", "13900005678"))
    agent, handler = await console.signed_in(Role.AGENT), await console.signed_in(Role.HANDLER)
    file = (await agent.open(f"/console/tickets/{ticket.number}")).text.partition("该市民的其他工单")[2]
    own = file.partition("</section>")[0]
    assert other.number in own and ticket.number not in own and stranger.number not in own
    assert other.number not in (await handler.open(f"/console/inbox/{ticket.number}")).text


async def test_a_unit_with_many_tickets_sees_first_what_is_due_first(console: Console, clock: SetClock) -> None:
    oldest = dispatched(console, "oldest")
    clock.advance(days=2)
    newer = [dispatched(console, f"m{n}") for n in range(205)]
    handler = await console.signed_in(Role.HANDLER)
    page = await handler.open("/console/inbox")
    rows = re.findall(r'data-href="/console/inbox/(\d+)"', page.text)
    assert rows[0] == oldest.number and len(rows) == 100 and "待办 206 件" in page.text
    weight = len(page.text.encode()) + sum(len(file.body) for file in Site(FOLDER).files.values())
    assert weight < 150_000
    seen = set(rows)
    while later := re.search(r'href="(/console/inbox\?[^"]+)" rel="next"', page.text):
        page = await handler.open(later[1].replace("&amp;", "&"))
        seen |= set(re.findall(r'data-href="/console/inbox/(\d+)"', page.text))
    assert seen == {ticket.number for ticket in (oldest, *newer)}


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("q=烧烤", {"grill"}),
        ("q=建设路", {"lamp"}),
        ("q=什么都不是", set()),
        ("show=new", {"lamp"}),
        ("show=overdue", {"grill"}),
        ("show=overdue&q=路灯", set()),
        ("show=nonsense&from=x", {"grill", "lamp"}),
    ],
)
async def test_a_unit_finds_its_tickets_by_words_and_by_what_is_to_be_done(
    console: Console, clock: SetClock, query: str, hits: set[str]
) -> None:
    tickets = {"grill": dispatched(console, "m1")}
    handler = await console.signed_in(Role.HANDLER)
    assert (await acts(handler, "inbox", tickets["grill"].number, "accept")).status == 303
    clock.advance(days=60)
    tickets["lamp"] = dispatched(console, "m2", description="路灯坏了", location="建设路")
    handler = await console.signed_in(Role.HANDLER, "again")
    page = (await handler.open(f"/console/inbox?{query}")).text
    assert {name for name, ticket in tickets.items() if f'data-href="/console/inbox/{ticket.number}"' in page} == hits
    spelled = await handler.open(f"/console/inbox?q={tickets['lamp'].number[:6]} {tickets['lamp'].number[6:]}")
    assert tickets["lamp"].number in spelled.text and f"/{tickets['grill'].number}" not in spelled.text


async def test_what_a_reply_lacks_is_said_and_nothing_is_changed(console: Console) -> None:
    ticket = dispatched(console)
    handler = await console.signed_in(Role.HANDLER)
    await acts(handler, "inbox", ticket.number, "accept")
    page = await acts(handler, "inbox", ticket.number, "reply", reply="已收悉")
    assert page.status == 422 and "还缺" in page.text
    assert console.hotline.tickets.for_trusted_system(ticket.number).status == Status.ACCEPTED


async def test_a_supervisor_decides_what_a_unit_asks_for(console: Console) -> None:
    ticket = dispatched(console)
    handler, agent = await console.signed_in(Role.HANDLER), await console.signed_in(Role.AGENT)
    supervisor = await console.signed_in(Role.SUPERVISOR)
    await acts(handler, "inbox", ticket.number, "accept")
    await acts(handler, "inbox", ticket.number, "ask_extension", reason="检测要排队", days="3")
    request = console.hotline.ticket_desk.waiting()[0].id
    decision = {"request": str(request), "approve": "yes", "reason": "同意"}
    assert (await agent.post(f"/console/tickets/{ticket.number}/decide", **decision)).status == 403
    page = await supervisor.open(f"/console/tickets/{ticket.number}")
    assert "检测要排队" in page.text
    assert (await supervisor.post(f"/console/tickets/{ticket.number}/decide", **decision)).status == 303
    assert console.hotline.tickets.for_trusted_system(ticket.number).due_at > ticket.due_at


async def test_a_unit_reads_for_how_long_it_asked_and_why_that_has_lapsed(console: Console) -> None:
    ticket, handler = dispatched(console), await console.signed_in(Role.HANDLER)
    await acts(handler, "inbox", ticket.number, "accept")
    await acts(handler, "inbox", ticket.number, "ask_extension", reason="检测要排队", days="5")
    assert "延长几个工作日：5" in (await handler.open(f"/console/inbox/{ticket.number}")).text
    agent = await console.signed_in(Role.AGENT)
    assert "延长几个工作日：5" in (await agent.open(f"/console/tickets/{ticket.number}")).text
    await acts(handler, "inbox", ticket.number, "reply", reply=REPLY)
    page = (await handler.open(f"/console/inbox/{ticket.number}")).text
    assert ("→ 答复" in page, "→ reply" in page) == (True, False)


async def test_a_key_ticket_waits_on_the_board_for_guidance_that_its_unit_reads(
    console: Console, clock: SetClock
) -> None:
    ticket, guidance = dispatched(console), "由执法局牵头，一周内现场会办"
    agent, supervisor = await console.signed_in(Role.AGENT), await console.signed_in(Role.SUPERVISOR)
    fields = {"key_class": "cross_department", "reason": "两家单位互相推"}
    assert (await acts(agent, "tickets", ticket.number, "mark", **fields)).status == 303
    page = (await agent.open(f"/console/tickets/{ticket.number}")).text
    assert "重点工单 · 跨部门" in page and "等待指导" in page and "do/guide" not in page and "do/mark" not in page
    clock.advance(minutes=25)
    board = (await supervisor.open("/console/board")).text
    assert "两家单位互相推" in board and "25 分钟" in board and "跨部门" in board
    assert (await acts(supervisor, "tickets", ticket.number, "guide", guidance=guidance)).status == 303
    assert "两家单位互相推" not in (await supervisor.open("/console/board")).text
    handler = await console.signed_in(Role.HANDLER)
    assert guidance in (await handler.open(f"/console/inbox/{ticket.number}")).text
    known = console.hotline.tickets.for_citizen(ticket.number, Citizen(ticket.channel, ticket.sender))
    assert not [entry for entry in known.timeline if guidance in entry.text or "重点" in entry.text]
    numbers = (await supervisor.open("/console/statistics")).text
    assert "指导重点工单（次）" in numbers and '<b class="count">0.4</b>' in numbers
    assert "指导重点工单" not in (await handler.open("/console/statistics")).text


async def test_a_date_is_taken_as_it_was_given_and_not_far_ahead(console: Console) -> None:
    ticket = dispatched(console)
    supervisor, now = await console.signed_in(Role.SUPERVISOR), console.hotline.now()
    slip = await acts(supervisor, "tickets", ticket.number, "supervise", order="限期办结", due="2062-12-01T09:00")
    assert slip.status == 409 and "日期不能超过一年" in slip.text
    due = (now + timedelta(days=2)).astimezone(UTC)
    assert (
        await acts(supervisor, "tickets", ticket.number, "supervise", order="限期办结", due=due.isoformat())
    ).status == 303
    waiting = console.hotline.ticket_desk.dossier(ticket.number, SOMEBODY).deadlines
    assert [each.due_at for each in waiting if each.stage is Stage.SUPERVISE] == [due]


async def test_nobody_but_a_supervisor_guides_and_nobody_in_a_unit_marks(console: Console) -> None:
    ticket, fields = dispatched(console), {"key_class": "legacy", "reason": "多年未决"}
    agent, handler = await console.signed_in(Role.AGENT), await console.signed_in(Role.HANDLER)
    assert (await acts(handler, "inbox", ticket.number, "mark", **fields)).status == 404
    assert (await handler.post(f"/console/tickets/{ticket.number}/do/mark", **fields)).status == 403
    assert (await acts(agent, "tickets", ticket.number, "mark", **fields | {"key_class": "x"})).status == 422
    assert (await acts(agent, "tickets", ticket.number, "mark", **fields)).status == 303
    assert (await acts(agent, "tickets", ticket.number, "guide", guidance="先核实")).status == 409
    assert (await handler.post(f"/console/tickets/{ticket.number}/do/guide", guidance="先核实")).status == 403
    assert [mark.number for mark in console.hotline.ticket_desk.marked()] == [ticket.number]


async def test_the_register_finds_key_tickets_by_their_class(console: Console) -> None:
    legacy, plain = dispatched(console, "m1"), dispatched(console, "m2", location="望平街99号")
    agent = await console.signed_in(Role.AGENT)
    await acts(agent, "tickets", legacy.number, "mark", key_class="legacy", reason="多年未决")
    page = (await agent.open("/console/tickets?key_class=legacy")).text
    assert legacy.number in page and plain.number not in page
    assert legacy.number not in (await agent.open("/console/tickets?key_class=sensitive")).text


async def test_of_two_changes_at_once_the_second_is_told(console: Console) -> None:
    ticket = console.ticket()
    one, other = await console.signed_in(Role.AGENT), await console.signed_in(Role.AGENT, "other")
    version = str(ticket.version)
    first = await acts(one, "tickets", ticket.number, "note", note="第一", version=version)
    second = await acts(other, "tickets", ticket.number, "note", note="第二", version=version)
    assert (first.status, second.status) == (303, 409)


async def test_many_tickets_are_sent_at_once_and_what_was_not_done_is_named(console: Console) -> None:
    waiting, sent = console.ticket("a"), dispatched(console, "b")
    agent = await console.signed_in(Role.AGENT)
    await agent.open("/console/tickets")
    page = await agent.post("/console/tickets", action="dispatch", number=[waiting.number, sent.number])
    assert page.status == 200 and "已办 1 件" in page.text and "不能这样做" in page.text
    assert console.hotline.tickets.for_trusted_system(waiting.number).status == Status.DISPATCHED


# --- the register -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["q={number}", "q={prefix}", "q=13800001234", "q=138-0000 1234", "q=烧烤店", "status=received"]
)
async def test_tickets_are_found_by_number_phone_words_and_filters(console: Console, query: str) -> None:
    ticket = console.ticket()
    other = console.ticket("m2", description="路灯坏了", location="建设路", contact=Contact("李", "13911112222"))
    console.hotline.ticket_desk.dispatch(other.number, SYSTEM)
    agent = await console.signed_in(Role.AGENT)
    page = await agent.open("/console/tickets?" + query.format(number=ticket.number, prefix=ticket.number[:6]))
    assert f"/console/tickets/{ticket.number}" in page.text
    if "prefix" not in query:
        assert f"/console/tickets/{other.number}" not in page.text


async def test_a_page_of_the_register_leads_to_the_older_ones(console: Console) -> None:
    tickets = [console.ticket(f"m{n}") for n in range(52)]
    agent = await console.signed_in(Role.AGENT)
    assert "before=" in (await agent.open("/console/tickets?urgency=normal")).text
    page = await agent.open(f"/console/tickets?urgency=normal&before={tickets[2].number}")
    assert tickets[1].number in page.text and tickets[2].number not in page.text


async def test_overdue_tickets_are_found_and_on_the_board(console: Console, clock: SetClock) -> None:
    ticket = dispatched(console)
    clock.at = ticket.due_at + timedelta(minutes=1)
    supervisor = await console.signed_in(Role.SUPERVISOR)
    for address in ("/console/tickets?overdue=1", "/console/board"):
        assert ticket.number in (await supervisor.open(address)).text


async def test_what_went_up_because_of_an_earlier_stage_is_on_the_board(console: Console, clock: SetClock) -> None:
    ticket = dispatched(console, danger="gas", urgency=Urgency.CRITICAL)
    clock.at = ticket.created_at + timedelta(hours=2)
    while console.hotline.timers.run_due():
        pass
    known = console.hotline.tickets.for_trusted_system(ticket.number)
    assert known.escalation and known.due_at > clock.at
    supervisor = await console.signed_in(Role.SUPERVISOR)
    for address in ("/console/tickets?overdue=1", "/console/board"):
        page = await supervisor.open(address)
        assert (ticket.number in page.text, "逾期·已报" in page.text) == (True, True)


async def test_what_is_answered_or_waits_for_its_citizen_is_not_overdue(console: Console, clock: SetClock) -> None:
    answered, asked = dispatched(console, "m1"), dispatched(console, "m2", location="望平街99号")
    lead = Actor("handler", "p", answered.lead)
    for ticket in (answered, asked):
        console.hotline.handling.accept(ticket.number, lead)
    console.hotline.handling.reply(answered.number, lead, REPLY)
    console.hotline.handling.ask_citizen(asked.number, lead, "哪一家?")
    clock.at = answered.due_at + timedelta(minutes=1)
    supervisor, handler = await console.signed_in(Role.SUPERVISOR), await console.signed_in(Role.HANDLER)
    for address in ("/console/tickets?overdue=1", "/console/board"):
        page = await supervisor.open(address)
        assert answered.number not in page.text and asked.number not in page.text
    assert "is-overdue" not in (await handler.open("/console/inbox")).text


async def test_how_far_up_an_overdue_ticket_has_gone_shows_wherever_it_is_listed(
    console: Console, clock: SetClock
) -> None:
    ticket = dispatched(console)
    clock.at = ticket.due_at + timedelta(days=7)
    while console.hotline.timers.run_due():
        pass
    supervisor, handler = await console.signed_in(Role.SUPERVISOR), await console.signed_in(Role.HANDLER)
    leader = await console.signed_in(Role.LEADER)
    for browser, address in ((supervisor, "tickets"), (supervisor, "board"), (handler, "inbox"), (leader, "board")):
        assert "已报领导" in (await browser.open(f"/console/{address}")).text


async def test_the_leader_orders_what_went_up_and_reads_no_citizen_anywhere(console: Console, clock: SetClock) -> None:
    ticket = dispatched(console, description="我叫王秀英，电话13800001234，楼下烧烤店每天烤到凌晨两点")
    console.hotline.queue.request(ticket.conversation_id, HandoffReason.ASKED)
    console.hotline.ticket_desk.mark(ticket.number, Actor("agent", "p"), KeyClass.LEGACY, "王秀英多次来电")
    leader = await console.signed_in(Role.LEADER, "early")
    assert (await leader.get("/console/")).place == "/console/inbox"
    assert "没有上报的工单" in (await leader.open("/console/inbox")).text
    assert (await leader.get(f"/console/inbox/{ticket.number}")).status == 404
    clock.at = ticket.due_at + timedelta(days=7)
    while console.hotline.timers.run_due():
        pass
    leader, handler = await console.signed_in(Role.LEADER), await console.signed_in(Role.HANDLER)
    assert ticket.number in (await leader.open("/console/inbox")).text
    due = (clock.at + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    fields = {"order": "三日内办结，向我报告", "due": due}
    assert (await acts(leader, "inbox", ticket.number, "supervise", **fields)).status == 303
    unit = (await handler.open(f"/console/inbox/{ticket.number}")).text
    assert "三日内办结，向我报告" in unit and "<strong>领导</strong>" in unit
    for address in ("inbox", f"inbox/{ticket.number}", "inbox?q=王秀英", "board", "statistics", "bulletin"):
        page = (await leader.open(f"/console/{address}")).text.replace("q=王秀英", "").replace('value="王秀英"', "")
        for told in ("王秀英", "13800001234", "路灯坏了", "/console/tickets", "/console/conversations", "/contact"):
            assert told not in page, f"{address}: {told}"


async def test_a_unit_is_warned_in_its_inbox_at_half_and_at_four_fifths_of_the_time(
    console: Console, clock: SetClock
) -> None:
    ticket = dispatched(console)
    console.hotline.handling.accept(ticket.number, Actor("handler", "p", ticket.lead))
    sent, length = clock.at, ticket.due_at - clock.at
    for share, sign in ((0.3, ""), (0.6, "时限过半"), (0.9, "时限将到")):
        clock.at = sent + share * length
        while console.hotline.timers.run_due():
            pass
        handler = await console.signed_in(Role.HANDLER, f"handler-{share}")
        for address in ("/console/inbox", f"/console/inbox/{ticket.number}"):
            shown = re.findall("时限过半|时限将到", (await handler.open(address)).text)
            assert set(shown) == ({sign} if sign else set())


async def test_searches_by_words_and_phone_are_recorded_without_what_was_searched_for(console: Console) -> None:
    agent = await console.signed_in(Role.AGENT)
    for query in ("13800001234", "烧烤店", "261122"):
        await agent.open(f"/console/tickets?q={query}")
    assert [dict(act.data) for act in recorded(console, "tickets.searched")] == [
        {"by": "words", "found": 0},
        {"by": "phone", "found": 0},
    ]


# --- personal data ----------------------------------------------------------------------------------------------------


async def test_the_contact_is_hidden_until_somebody_says_why(console: Console) -> None:
    ticket = console.ticket()
    agent = await console.signed_in(Role.AGENT)
    page = await agent.open(f"/console/tickets/{ticket.number}")
    assert "王秀英" not in page.text and "13800001234" not in page.text and "138****1234" in page.text
    assert "李桂芳" not in page.text
    assert (await agent.post(f"/console/tickets/{ticket.number}/contact", reason="because")).status == 422
    page = await agent.post(f"/console/tickets/{ticket.number}/contact", reason="call_back")
    assert "王秀英" in page.text and "13800001234" in page.text and "李桂芳 · 我妈妈" in page.text
    viewed = recorded(console, "contact.viewed")
    assert [(act.subject, act.reason) for act in viewed] == [(ticket.number, "call_back")]
    assert console.hotline.audit.verify()[0] > 0


async def test_what_was_said_shows_no_contact_until_somebody_says_why(console: Console) -> None:
    said = "望平街15号3单元502，烧烤店太吵，我叫王秀英，电话13800001234"
    ticket = console.ticket(description=said)
    only_said = console.ticket("m2", description="井盖没了，打13900005678", contact=Contact())
    agent = await console.signed_in(Role.AGENT)
    for number, secrets in ((ticket.number, ("王秀英", "13800001234")), (only_said.number, ("13900005678",))):
        page = await agent.open(f"/console/tickets/{number}")
        assert not [secret for secret in secrets if secret in page.text]
        shown = await agent.post(f"/console/tickets/{number}/contact", reason="call_back")
        assert all(secret in shown.text for secret in secrets)
    assert "望平街15号3单元502" in (await agent.open(f"/console/tickets/{ticket.number}")).text
    assert len(recorded(console, "contact.viewed")) == 2


async def test_a_correction_says_what_was_changed_and_nothing_of_the_citizen(console: Console) -> None:
    ticket = dispatched(console)
    agent, handler = await console.signed_in(Role.AGENT), await console.signed_in(Role.HANDLER)
    fields = {
        "reason": "市民来电更正", "location": "草堂北路21号", "district": "青羊区", "addition": "不是烧烤店，是火锅店",
        "phone": "139 0000 5678", "urgency": "urgent",
    }  # fmt: skip
    assert (await acts(agent, "tickets", ticket.number, "correct", **fields)).status == 303
    known = console.hotline.tickets.for_trusted_system(ticket.number)
    assert (known.location, known.district, known.contact.phone) == ("草堂北路21号", "青羊区", "13900005678")
    assert known.title.startswith("草堂北路21号：")
    assert known.description == f"{ticket.description}\n坐席更正：不是烧烤店，是火锅店"
    assert known.lead == ticket.lead
    page = (await agent.open(f"/console/tickets/{ticket.number}")).text
    assert "一般 → 紧急" in page
    assert "锦江区 → 青羊区" in page
    assert "13900005678" not in page
    unit = (await handler.open(f"/console/inbox/{ticket.number}")).text
    assert "草堂北路21号" in unit
    assert "地点" in unit.partition("市民来电更正")[2][:200]
    (act,) = recorded(console, "ticket.correct")
    assert set(act.data["corrected"]) == {"urgency", "district", "location", "description", "contact"}
    assert not [secret for secret in ("草堂", "5678", "火锅") if secret in json.dumps(act.data, ensure_ascii=False)]


async def test_a_correction_before_dispatch_finds_the_unit_of_the_right_place(console: Console) -> None:
    ticket, agent = console.ticket(), await console.signed_in(Role.AGENT)
    await acts(agent, "tickets", ticket.number, "correct", reason="地址说错了", district="武侯区")
    assert console.hotline.tickets.for_trusted_system(ticket.number).lead == OTHER_BUREAU


async def test_a_correction_of_nothing_and_of_what_cannot_be_is_refused(console: Console) -> None:
    ticket, agent = console.ticket(), await console.signed_in(Role.AGENT)
    unchanged = await acts(agent, "tickets", ticket.number, "correct", reason="x", location=str(ticket.location))
    assert (unchanged.status, "没有改动任何一项" in unchanged.text) == (409, True)
    for wrong in ({"phone": "12"}, {"district": "月球区"}, {"location": "长" * 201}):
        assert (await acts(agent, "tickets", ticket.number, "correct", reason="x", **wrong)).status in (409, 422)
    assert console.hotline.tickets.for_trusted_system(ticket.number) == ticket


async def test_the_unit_in_a_dialog_is_called_what_it_is(console: Console) -> None:
    ticket, handler = dispatched(console), await console.signed_in(Role.HANDLER)
    await acts(handler, "inbox", ticket.number, "accept")
    page = (await handler.open(f"/console/inbox/{ticket.number}")).text
    assert "建议改派给" in page
    assert f'placeholder="{ticket.lead}"' not in page
    await acts(handler, "inbox", ticket.number, "return", reason="不属于本单位职责", unit=OTHER_BUREAU)
    supervisor = await console.signed_in(Role.SUPERVISOR)
    assert f"建议改派给：{OTHER_BUREAU}" in (await supervisor.open(f"/console/tickets/{ticket.number}")).text


async def test_every_reason_that_is_offered_for_a_contact_is_taken(console: Console) -> None:
    ticket = console.ticket()
    agent = await console.signed_in(Role.AGENT)
    page = await agent.open(f"/console/tickets/{ticket.number}")
    offered = re.findall(r'<option value="(\w+)"', page.text.partition("/contact")[2].partition("</select>")[0])
    assert len(offered) > 2
    for reason in offered:
        assert (await agent.post(f"/console/tickets/{ticket.number}/contact", reason=reason)).status == 200, reason


async def test_every_look_at_a_ticket_is_recorded_once(console: Console) -> None:
    ticket = console.ticket()
    agent = await console.signed_in(Role.AGENT)
    await agent.open(f"/console/tickets/{ticket.number}")
    await agent.get(f"/console/tickets/{ticket.number}", headers={"X-Part": "ticket"})
    assert [act.subject for act in recorded(console, "ticket.viewed")] == [ticket.number]


async def test_the_department_sees_nothing_that_tells_who_the_citizen_is(console: Console) -> None:
    ticket = dispatched(
        console, description="我叫王秀英，替李桂芳反映，住望平街15号3单元502，电话13800001234，楼下烧烤店太吵"
    )
    handler = await console.signed_in(Role.HANDLER)
    await acts(handler, "inbox", ticket.number, "accept")
    pages = [await handler.open("/console/inbox"), await handler.open(f"/console/inbox/{ticket.number}")]
    for page in pages:
        for secret in ("王秀英", "李桂芳", "13800001234", "owner", ticket.conversation_id, ticket.code):
            assert secret not in page.text.replace(ticket.number, "").replace(page.csrf, ""), secret
    page = await handler.post(f"/console/inbox/{ticket.number}/contact", reason="handle")
    assert "13800001234" in page.text
    assert console.hotline.audit.latest(subject=ticket.number, limit=5)


@pytest.mark.parametrize("role", [Role.HANDLER, Role.GRID])
async def test_another_departments_ticket_is_as_if_it_were_not_there(console: Console, role: Role) -> None:
    ticket = dispatched(console)
    stranger = await console.signed_in(role, department=OTHER_BUREAU)
    await stranger.open("/console/inbox")
    there, nowhere = ticket.number, "261122999991"
    for number in (there, nowhere):
        answers = [
            await stranger.get(f"/console/inbox/{number}"),
            await stranger.post(f"/console/inbox/{number}/do/accept"),
            await stranger.post(f"/console/inbox/{number}/do/note", note="x"),
            await stranger.post(f"/console/inbox/{number}/contact", reason="handle"),
        ]
        assert [answer.status for answer in answers] == [404] * 4
        assert (await stranger.get(f"/console/tickets/{number}")).status == 403
    assert ticket.number not in (await stranger.get("/console/inbox")).text


async def test_a_confidential_ticket_is_there_only_for_who_is_named(console: Console) -> None:
    ticket = dispatched(console, request_type=RequestType.REPORT)
    named, other = await console.signed_in(Role.HANDLER, "named"), await console.signed_in(Role.HANDLER, "other")
    agent = await console.signed_in(Role.AGENT)
    person = console.hotline.staff.with_login("named")
    page = await acts(agent, "tickets", ticket.number, "name", people=[person.id])
    assert page.status == 303, page.text
    assert (await named.get(f"/console/inbox/{ticket.number}")).status == 200
    assert (await other.get(f"/console/inbox/{ticket.number}")).status == 404


# --- pictures ---------------------------------------------------------------------------------------------------------


def photograph() -> bytes:
    """A picture as a telephone takes it: rotated, with the place and the telephone in its metadata."""
    picture, exif, content = Image.new("RGB", (40, 20), "red"), Image.Exif(), BytesIO()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Telephone of Wang Xiuying"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (30.0, 39.0, 12.0)
    picture.save(content, "JPEG", exif=exif)
    return content.getvalue()


def texted(console: Console, content: bytes, text: str = "看图片") -> str:
    """A citizen texts a picture, which the worker fetches; returns the conversation."""
    hotline = console.hotline
    sent = Incoming("sms", "owner", text, data={"pictures": 1}, pictures=("https://provider.example/1",))
    accepted = hotline.conversations.accept(sent)
    for wanted in hotline.attachments.claim(["sms"], 10):
        hotline.attachments.keep(wanted, content)
    return accepted.message.conversation_id


def links(page: Page) -> list[str]:
    """The addresses of a page's pictures."""
    return re.findall(r'href="(/console/[^"]*/pictures/[^"]+)"', page.text)


async def test_a_picture_is_shown_on_the_conversation_to_who_has_it(console: Console) -> None:
    browser = await console.signed_in(Role.AGENT)
    conversation_id = texted(console, photograph())
    console.hotline.agent_desk.set_presence(console.hotline.staff.with_login("agent"), Presence.AVAILABLE)
    handoff = console.hotline.queue.request(conversation_id, HandoffReason.ASKED).handoff_id
    await browser.open("/console/conversations")
    await browser.post(f"/console/conversations/{handoff}/accept")
    async with Live(browser, f"?following={handoff}&after=0") as live:
        assert "/pictures/1/1" in (await live.next("lines"))["html"]
    (link,) = links(await browser.open(f"/console/conversations/{handoff}"))
    async with browser.session.get(browser.url + link) as shown:
        assert await shown.read() == photograph()
        assert shown.headers["Content-Type"] == "image/jpeg"
        assert shown.headers["X-Content-Type-Options"] == "nosniff" and shown.headers["Cache-Control"] == "no-store"
    assert [act.subject for act in recorded(console, "attachment.viewed")] == [conversation_id]
    other = await console.signed_in(Role.AGENT, "other")
    assert (await other.get(link)).status == 409
    assert (await browser.get(link.removesuffix("/1") + "/2")).status == 404
    assert (await (await console.browser()).get(link)).status == 303
    assert len(recorded(console, "attachment.viewed")) == 1


async def test_a_picture_that_was_kept_torn_is_not_there_for_a_unit(console: Console) -> None:
    conversation_id = texted(console, photograph())
    ticket = dispatched(console, channel="sms", conversation_id=conversation_id)
    (kept,) = (console.hotline.settings.data / "attachments").iterdir()
    kept.write_bytes(torn())
    handler = await console.signed_in(Role.HANDLER)
    (link,) = links(await handler.open(f"/console/inbox/{ticket.number}"))
    assert (await handler.get(link)).status == 404


async def test_a_unit_sees_the_pictures_of_its_ticket_without_what_the_telephone_wrote(console: Console) -> None:
    conversation_id = texted(console, photograph())
    ticket = dispatched(console, channel="sms", conversation_id=conversation_id)
    agent, handler = await console.signed_in(Role.AGENT), await console.signed_in(Role.HANDLER)
    (link,) = links(await agent.open(f"/console/tickets/{ticket.number}"))
    async with agent.session.get(agent.url + link) as shown:
        assert await shown.read() == photograph()
    (link,) = links(await handler.open(f"/console/inbox/{ticket.number}"))
    async with handler.session.get(handler.url + link) as shown:
        assert shown.headers["Content-Type"] == "image/jpeg"
        with Image.open(BytesIO(await shown.read())) as drawn:
            assert drawn.size == (20, 40) and not drawn.getexif() and "exif" not in drawn.info
    assert [act.role for act in recorded(console, "attachment.viewed")] == [Role.HANDLER, Role.AGENT]
    stranger = await console.signed_in(Role.HANDLER, "stranger", department=OTHER_BUREAU)
    assert (await stranger.get(link)).status == 404


async def test_of_a_confidential_ticket_no_unit_sees_a_picture(console: Console) -> None:
    conversation_id = texted(console, photograph())
    ticket = dispatched(console, request_type=RequestType.REPORT, channel="sms", conversation_id=conversation_id)
    agent, named = await console.signed_in(Role.AGENT), await console.signed_in(Role.HANDLER)
    await acts(agent, "tickets", ticket.number, "name", people=[console.hotline.staff.with_login("handler").id])
    (link,) = links(await agent.open(f"/console/tickets/{ticket.number}"))
    assert links(await named.open(f"/console/inbox/{ticket.number}")) == []
    assert (await named.get(link.replace("tickets", "inbox"))).status == 404


async def test_what_is_no_picture_or_not_there_yet_is_said(console: Console) -> None:
    texted(console, photograph())
    sent = Incoming("sms", "owner", "还有", data={"pictures": 1}, pictures=("https://provider.example/2",))
    conversation_id = console.hotline.conversations.accept(sent).message.conversation_id
    ticket = console.ticket(channel="sms", conversation_id=conversation_id)
    agent = await console.signed_in(Role.AGENT)
    page = await agent.open(f"/console/tickets/{ticket.number}")
    assert len(links(page)) == 1 and "还在取回" in page.text
    [_, waiting] = console.hotline.attachments.of_ticket(ticket.number, SOMEBODY)
    assert (await agent.get(f"/console/tickets/{ticket.number}/pictures/{waiting.id}")).status == 404


# --- what a citizen's words cannot do ---------------------------------------------------------------------------------


async def test_no_words_of_a_citizen_become_markup_anywhere(console: Console) -> None:
    """Every field that a citizen can fill: a matter and its details, the contact, additions, the rating, a message, and
    what the assistant has understood of it."""
    citizen = Citizen("webchat", EVIL)
    ticket = dispatched(
        console,
        description=EVIL,
        location=EVIL,
        title=EVIL,
        contact=Contact(EVIL[:60], "13800001234", EVIL[:60], EVIL[:30]),
        details=((EVIL, EVIL),),
        channel="webchat",
        sender=EVIL,
    )
    console.hotline.tickets.add(ticket.number, citizen, f"补充{EVIL}", "added-1")
    console.hotline.tickets.rate(ticket.number, citizen, Rating.DISSATISFIED, f"不满意{EVIL}", "rated-1")
    conversation_id = _says(console, EVIL, EVIL)
    draft = {"description": EVIL, "request_type": "help", "place": EVIL, "name": EVIL, "phone": EVIL, "relation": EVIL}
    remember(console.hotline, console.hotline.now, conversation_id, draft=draft, danger=EVIL)
    browsers = {role: await console.signed_in(role) for role in (Role.SUPERVISOR, Role.HANDLER)}
    supervisor = console.hotline.staff.with_login("supervisor")
    console.hotline.agent_desk.set_presence(supervisor, Presence.BUSY)
    console.hotline.queue.request(conversation_id, HandoffReason.DANGER)
    handoff = console.hotline.screen.overview(supervisor).waiting[0].handoff
    console.hotline.agent_desk.take(supervisor, handoff.id)
    console.hotline.agent_desk.whisper(supervisor, handoff.id, EVIL)
    await browsers[Role.SUPERVISOR].open("/console/account")
    pages = [
        await browsers[Role.SUPERVISOR].get("/console/tickets"),
        await browsers[Role.SUPERVISOR].get("/console/tickets", params={"q": EVIL, "department": EVIL}),
        await browsers[Role.SUPERVISOR].get(f"/console/tickets/{ticket.number}"),
        await browsers[Role.SUPERVISOR].post(f"/console/tickets/{ticket.number}/contact", reason="check"),
        await browsers[Role.SUPERVISOR].get(f"/console/tickets/{ticket.number}/notice"),
        await browsers[Role.SUPERVISOR].get(f"/console/tickets/{ticket.number}/household"),
        await browsers[Role.SUPERVISOR].get(f"/console/tickets/{ticket.number}/household/print"),
        await browsers[Role.SUPERVISOR].get("/console/board"),
        await browsers[Role.SUPERVISOR].get("/console/statistics"),
        await browsers[Role.SUPERVISOR].get(f"/console/conversations/{handoff.id}"),
        await browsers[Role.SUPERVISOR].post(f"/console/conversations/{handoff.id}/contact", reason="check"),
        await browsers[Role.SUPERVISOR].get(f"/console/conversations/{handoff.id}/canned", params={"q": EVIL}),
        await browsers[Role.SUPERVISOR].get("/console/audit", params={"subject": EVIL[:60]}),
        await browsers[Role.HANDLER].get("/console/inbox"),
        await acts(browsers[Role.HANDLER], "inbox", ticket.number, "accept"),
        await browsers[Role.HANDLER].get(f"/console/inbox/{ticket.number}"),
        await browsers[Role.HANDLER].post(f"/console/inbox/{ticket.number}/contact", reason="handle"),
    ]
    for page in pages:
        assert page.status in (200, 303), page.text[:500]
        assert "<script>alert" not in page.text and "<img src=x" not in page.text
    shown = "".join(page.text for page in pages)
    assert "补充&lt;script&gt;" in shown and "不满意&lt;script&gt;" in shown
    async with Live(browsers[Role.SUPERVISOR], f"?following={handoff.id}&after=0") as live:
        html = (await live.next("lines"))["html"]
        assert "<script>alert" not in html and "&lt;script&gt;" in html


async def test_no_name_of_a_colleague_becomes_markup(console: Console) -> None:
    admin = await console.signed_in(Role.ADMIN)
    await admin.open("/console/people")
    assert (await admin.post("/console/people", login="evil", name=EVIL[:40], role="agent")).status == 200
    assert "<script>alert" not in (await admin.get("/console/people")).text


# --- keys and weight --------------------------------------------------------------------------------------------------


async def every_page(console: Console) -> dict[str, Page]:
    """Every page of the console by address, filled as on a busy day."""
    tickets = [dispatched(console, f"m{n}", description=f"第{n}件：楼下烧烤店每天烤到凌晨两点") for n in range(60)]
    conversation_id = [_says(console, f"第{n}句，在望平街15号") for n in range(200)][-1]
    browsers = {role: await console.signed_in(role) for role in (*Role,)}
    supervisor, number = console.hotline.staff.with_login("supervisor"), tickets[0].number
    console.hotline.agent_desk.set_presence(supervisor, Presence.BUSY)
    handoff = console.hotline.queue.request(conversation_id, HandoffReason.DANGER).handoff_id
    console.hotline.agent_desk.take(supervisor, str(handoff))
    await acts(browsers[Role.HANDLER], "inbox", number, "accept")
    names = (
        "conversations",
        f"conversations/{handoff}",
        "tickets",
        f"tickets/{number}",
        f"tickets/{number}/household",
        f"tickets/{number}/household/print",
        "board",
        "canned",
        "people",
        "account",
    )
    pages = {name: await browsers[Role.SUPERVISOR].get(f"/console/{name}") for name in (*names, "audit", "statistics")}
    pages |= {name: await browsers[Role.HANDLER].get(f"/console/{name}") for name in ("inbox", f"inbox/{number}")}
    pages |= {name: await browsers[Role.AGENT].get(f"/console/{name}") for name in (f"tickets/{tickets[1].number}",)}
    assert [name for name, page in pages.items() if page.status != 200] == []
    return pages


async def test_every_shortcut_of_a_page_is_shown_on_it_and_stands_for_one_thing(console: Console) -> None:
    for name, page in (await every_page(console)).items():
        content, _, rest = page.text.partition('<dialog id="keys"')
        shown = re.findall(r"<kbd>([^<]+)</kbd>", rest.partition("</dialog>")[0])
        keys = [key.removeprefix("g ") for key in re.findall(r'data-key="([^"]+)"', content + rest)]
        assert not set(keys) - set(shown), name
        assert len(keys) == len(set(keys)), name
        assert "Esc" in shown and "/" in shown, name


async def test_no_page_weighs_more_than_150_kilobytes_with_all_its_files(console: Console) -> None:
    files = sum(len(file.body) for file in Site(FOLDER).files.values())
    weights = {name: files + len(page.text.encode()) for name, page in (await every_page(console)).items()}
    assert {name: weight for name, weight in weights.items() if weight > 150_000} == {}


# --- people and audit -------------------------------------------------------------------------------------------------


async def test_an_administrator_adds_a_person_who_then_signs_in(console: Console) -> None:
    admin = await console.signed_in(Role.ADMIN)
    await admin.open("/console/people")
    page = await admin.post("/console/people", login="li.na", name="李娜", role="agent", skill=["general", "labour"])
    password = page.text.partition('class="password">')[2].partition("<")[0]
    assert (await (await console.browser()).signs_in("li.na", password)).status == 303
    person = console.hotline.staff.with_login("li.na")
    assert (person.name, person.role, person.skills) == ("李娜", Role.AGENT, ("general", "labour"))


@pytest.mark.parametrize(
    ("fields", "said", "at_fault"),
    [
        ({"login": "x"}, "登录名要", "login"),
        ({"role": "handler"}, "经办人和网格员要填单位", "department"),
        ({"skill": "magic"}, "没有这个技能组", None),
        ({"department": "没有这个局"}, "写全称", "department"),
    ],
)
async def test_a_wrong_profile_is_named_and_not_stored(
    console: Console, fields: dict[str, str], said: str, at_fault: str | None
) -> None:
    admin = await console.signed_in(Role.ADMIN)
    await admin.open("/console/people")
    page = await admin.post("/console/people", **({"login": "li.na", "role": "agent"} | fields))
    assert (page.status, said in page.text) == (422, True)
    assert re.findall('id="([a-z]+)" aria-invalid="true" autofocus', page.text) == ([at_fault] if at_fault else [])
    assert len(console.hotline.staff.listed()) == 1


async def test_a_saved_account_says_so(console: Console) -> None:
    admin, person = await console.signed_in(Role.ADMIN), console.person(Role.AGENT)
    page = await admin.post(f"/console/people/{person.id}", name="李娜", role="agent", active="yes")
    assert "已保存" in (await admin.open(page.place)).text
    assert "已保存" not in (await admin.open(f"/console/people/{person.id}")).text


async def test_a_wrong_period_is_said_above_the_form(console: Console) -> None:
    supervisor = await console.signed_in(Role.SUPERVISOR)
    page = await supervisor.get("/console/statistics?from=2026-11-20&to=2026-11-01")
    assert page.status == 422
    assert "日期不对" in page.text
    assert 'name="from"' in page.text
    assert (await supervisor.get("/console/statistics/file?from=2026-11-20&to=2026-11-01")).status == 422


async def test_the_last_administrator_cannot_be_deactivated(console: Console) -> None:
    admin = await console.signed_in(Role.ADMIN)
    id = console.hotline.staff.with_login("admin").id
    page = await admin.post(f"/console/people/{id}", name="admin", role="admin")
    assert page.status == 422


async def test_a_new_one_time_password_signs_the_person_out(console: Console) -> None:
    admin, agent = await console.signed_in(Role.ADMIN), await console.signed_in(Role.AGENT)
    id = console.hotline.staff.with_login("agent").id
    page = await admin.post(f"/console/people/{id}/password")
    assert 'class="password"' in page.text
    assert (await agent.get("/console/tickets")).status == 303


async def test_the_audit_page_shows_who_did_what_and_proves_it(console: Console) -> None:
    ticket = console.ticket()
    agent, admin = await console.signed_in(Role.AGENT), await console.signed_in(Role.ADMIN)
    await agent.open(f"/console/tickets/{ticket.number}")
    page = await admin.open(f"/console/audit?subject={ticket.number}&verify=1")
    assert "查看工单" in page.text and "没有被改动" in page.text


async def test_the_audit_is_searched_by_what_was_done_and_when(console: Console, clock: SetClock) -> None:
    ticket, agent = console.ticket(), await console.signed_in(Role.AGENT)
    await agent.post(f"/console/tickets/{ticket.number}/contact", reason="call_back")
    day = f"{clock.at:%Y-%m-%d}"
    clock.at += timedelta(days=1)
    admin = await console.signed_in(Role.ADMIN)

    async def rows(**asked: str) -> int:
        page = await admin.get(f"/console/audit?{urlencode(asked)}")
        return page.text.partition("<tbody")[2].count("<tr>")

    assert await rows(action="contact.viewed") == 1
    assert await rows(action="contact.viewed", day=day) == 1
    assert await rows(action="contact.viewed", day=f"{clock.at:%Y-%m-%d}") == 0
    assert await rows(subject=numbering.spell(ticket.number), action="contact.viewed") == 1
    page = (await admin.open(f"/console/audit?subject={ticket.number}")).text
    assert f"{day} " in page
    assert "0604" not in page and console.hotline.city.categories["0604"].name in page
    assert (await admin.get("/console/audit?day=x")).status == 400


async def test_tickets_that_may_be_the_same_are_offered_where_one_is_merged(console: Console) -> None:
    first, second = console.ticket(), console.ticket("m2", sender="somebody", contact=Contact("李四", "13900005678"))
    secret = console.ticket("m3", sender="another", confidential=True)
    agent = await console.signed_in(Role.AGENT)
    page = (await agent.open(f"/console/tickets/{second.number}")).text
    assert f'data-fill="merge-into" value="{first.number}"' in page
    assert f'data-fill="merge-into" value="{secret.number}"' not in page


async def test_the_console_speaks_english_when_asked(console: Console) -> None:
    agent = await console.signed_in(Role.AGENT)
    assert (await agent.post("/console/account/language", language="en")).status == 303
    assert "Number, phone or words" in (await agent.get("/console/tickets")).text


# --- what cannot be shown ---------------------------------------------------------------------------------------------

READS = {"Accept": "text/html"}


@pytest.mark.parametrize("path", ["/console/nowhere", "/console/tickets/261122000437/nowhere", "/console/static/no.js"])
async def test_a_wrong_address_is_answered_by_the_console(console: Console, path: str) -> None:
    agent = await console.signed_in(Role.AGENT)
    for browser, is_known in ((agent, True), (await console.browser(), False)):
        page = await browser.get(path, headers=READS)
        assert (page.status, "没有这个页面" in page.text, "坐席台" in page.text) == (404, True, True)
        assert ("/console/tickets" in page.text) is is_known, "whoever is signed in keeps the way to the pages"
        assert page.headers["Content-Security-Policy"] == SECURITY_HEADERS["Content-Security-Policy"]
    await agent.post("/console/account/language", language="en")
    assert "There is no such page" in (await agent.get(path, headers=READS)).text


async def test_what_may_not_be_opened_is_said_with_the_way_back(console: Console) -> None:
    handler = await console.signed_in(Role.HANDLER)
    page = await handler.get("/console/audit", headers=READS)
    assert page.status == 403 and "您的角色不能打开这里" in page.text and "/console/inbox" in page.text
    page = await handler.get("/console/sign-out", headers=READS)
    assert page.status == 405 and "/console/inbox" in page.text


async def test_a_failure_of_ours_is_said_in_plain_words(
    console: Console, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    agent = await console.signed_in(Role.AGENT)

    def fails(*_: object) -> None:
        raise RuntimeError("张三 13800001234")

    monkeypatch.setattr(type(console.hotline.screen), "overview", fails)
    page = await agent.get("/console/conversations", headers=READS)
    assert page.status == 500 and "系统出了错" in page.text and "13800001234" not in page.text
    assert "/console/tickets" in page.text
    script = await agent.get("/console/conversations", headers={"X-Part": "conversation"})
    assert (script.status, json.loads(script.text)["error"]["code"]) == (500, "internal")


async def test_without_the_database_the_console_says_so(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = await console.signed_in(Role.AGENT)
    with storage_down(console.hotline, monkeypatch):
        page = await agent.get("/console/tickets", headers=READS)
    assert page.status == 503 and "系统正忙" in page.text and "坐席台" in page.text


# --- live -------------------------------------------------------------------------------------------------------------


class Live:
    """The live stream of a browser."""

    def __init__(self, browser: Browser, query: str = "", resumed: str = "") -> None:
        self._browser, self._query, self.id = browser, query, resumed

    async def __aenter__(self) -> Live:
        self._request = self._browser.session.get(
            f"{self._browser.url}/console/live{self._query}", allow_redirects=False, headers={"Last-Event-ID": self.id}
        )
        self._response = await self._request.__aenter__()
        self.status = self._response.status
        return self

    async def __aexit__(self, *_: object) -> None:
        self._response.close()

    async def next(self, event: str) -> Any:
        """The data of the next event of a kind."""
        name = ""
        async with asyncio.timeout(SECONDS):
            while line := (await self._response.content.readline()).decode():
                if line.startswith("id: "):
                    self.id = line[4:].strip()
                elif line.startswith("event: "):
                    name = line[7:].strip()
                elif line.startswith("data: ") and name == event:
                    return json.loads(line[6:])
        raise AssertionError(f"the stream ended without {event}")

    async def ends(self) -> None:
        """Wait for the end of the stream, as a browser that then reconnects."""
        async with asyncio.timeout(SECONDS):
            await self._response.content.read()


@pytest.fixture
async def held(console: Console) -> tuple[Console, Browser, str, str]:
    """An agent who holds a conversation: the console, the browser, the hand-over and the conversation."""
    browser = await console.signed_in(Role.AGENT, skills=("general",))
    agent = console.hotline.staff.with_login("agent")
    console.hotline.agent_desk.set_presence(agent, Presence.AVAILABLE)
    conversation_id = _says(console, "我要找人工")
    console.hotline.queue.request(conversation_id, HandoffReason.ASKED)
    offer = console.hotline.screen.overview(agent).offer
    assert offer
    await browser.open("/console/conversations")
    assert (await browser.post(f"/console/conversations/{offer.handoff.id}/accept")).status == 303
    return console, browser, offer.handoff.id, conversation_id


async def test_what_the_citizen_says_reaches_the_agents_screen(held: tuple[Console, Browser, str, str]) -> None:
    console, browser, handoff, _ = held
    async with Live(browser) as live:
        await live.next("desk")
        _says(console, "在望平街15号")
        lines = await live.next("lines")
        assert lines["id"] == handoff and "在望平街15号" in lines["html"]


async def test_a_stream_that_was_lost_goes_on_where_it_stopped(held: tuple[Console, Browser, str, str]) -> None:
    console, browser, handoff, _ = held
    async with Live(browser) as live:
        await live.next("desk")
        _says(console, "第一句")
        assert "第一句" in (await live.next("lines"))["html"]
        shown = live.id
    _says(console, "第二句")
    _says(console, "第三句")
    for following in ("", f"?following={handoff}&after=0"):
        async with Live(browser, following, resumed=shown) as live:
            html = (await live.next("lines"))["html"]
            assert "第一句" not in html and "第二句" in html and "第三句" in html
    async with Live(browser, resumed="x:1," + "0" * 3000) as live:
        await live.next("desk")


async def test_a_browser_that_answers_the_beats_is_there(
    held: tuple[Console, Browser, str, str], clock: SetClock
) -> None:
    console, browser, _, conversation_id = held
    for _ in range(6):
        clock.advance(seconds=15)
        assert (await browser.post("/console/live/here")).status == 204
    assert conversation_id not in console.hotline.queue.tick()


async def test_a_stream_that_stays_open_to_a_dead_machine_is_no_sign_of_life(
    held: tuple[Console, Browser, str, str], clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    console, browser, _, conversation_id = held
    monkeypatch.setattr(feed, "BEAT_SECONDS", 0.05)
    async with Live(browser) as live:
        await live.next("beat")
        clock.advance(seconds=61)
        for _ in range(3):
            await live.next("beat")
        assert conversation_id in console.hotline.queue.tick()


async def test_without_the_database_the_stream_ends_and_says_nothing_wrong(
    held: tuple[Console, Browser, str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    console, browser, _, _ = held
    monkeypatch.setattr(feed, "LOOK_AGAIN_SECONDS", 0.05)
    async with Live(browser) as live:
        await live.next("desk")
        with storage_down(console.hotline, monkeypatch):
            await live.ends()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_what_the_agent_says_reaches_the_transcript_once(held: tuple[Console, Browser, str, str]) -> None:
    console, browser, handoff, conversation_id = held
    for _ in range(2):
        page = await browser.post(f"/console/conversations/{handoff}/say", text="您好", key="one-and-the-same")
        assert page.status == 204
    texts = [message.text for message in console.hotline.conversations.transcript(conversation_id)]
    assert texts.count("您好") == 1


async def test_a_colleagues_conversation_is_not_to_be_seen_or_answered(held: tuple[Console, Browser, str, str]) -> None:
    console, _, handoff, _ = held
    other = await console.signed_in(Role.AGENT, "other", skills=("general",))
    assert (await other.get(f"/console/conversations/{handoff}")).status == 409
    for action in ("say", "close", "back", "move", "whisper", "read", "contact"):
        page = await other.post(
            f"/console/conversations/{handoff}/{action}",
            text="x", key="a-key-of-mine", result="answered", skill="general", note="x", seq="1", reason="check",
        )  # fmt: skip
        assert page.status == 409, action


async def test_a_number_is_read_by_whoever_answers_and_masked_for_all_others(
    held: tuple[Console, Browser, str, str],
) -> None:
    console, browser, handoff, _ = held
    _says(console, "我的电话13800001234")
    supervisor = await console.signed_in(Role.SUPERVISOR)
    assert "13800001234" in (await browser.open(f"/console/conversations/{handoff}")).text
    for page in (f"/console/conversations/{handoff}", "/console/board"):
        text = (await supervisor.open(page)).text
        assert "我的电话138****1234" in text and "13800001234" not in text, page
    async with Live(supervisor, f"?following={handoff}&after=0") as live:
        assert "138****1234" in (await live.next("lines"))["html"]
    looks = [(act.role, act.reason) for act in recorded(console, "conversation.viewed")]
    assert looks == [("supervisor", "oversight"), ("agent", "own"), *[("agent", "own")] * (len(looks) - 2)]
    assert [act.reason for act in recorded(console, "conversation.followed")] == ["oversight"]
    assert "班长督看" in (await supervisor.open("/console/audit")).text


async def test_a_supervisor_sees_it_and_steps_in(held: tuple[Console, Browser, str, str]) -> None:
    console, _, handoff, conversation_id = held
    supervisor = await console.signed_in(Role.SUPERVISOR)
    assert "我要找人工" in (await supervisor.open(f"/console/conversations/{handoff}")).text
    answer = {"text": "您好", "key": "of-the-boss"}
    assert (await supervisor.post(f"/console/conversations/{handoff}/say", **answer)).status == 409
    assert (await supervisor.get(f"/console/conversations/{handoff}/canned")).status == 409
    assert (await supervisor.post(f"/console/board/{conversation_id}/step-in")).status == 303
    assert (await supervisor.post(f"/console/conversations/{handoff}/say", **answer)).status == 204


async def test_a_ticket_opened_by_the_agent_is_the_citizens(held: tuple[Console, Browser, str, str]) -> None:
    _, browser, handoff, _ = held
    fields = {
        "request_type": "help",
        "category": "0106",
        "description": "路灯坏了",
        "place": "建设路",
        "district": "chenghua",
    }
    page = await browser.post(f"/console/conversations/{handoff}/ticket", key="ticket-key-1", **fields)
    assert page.status == 303, page.text
    page = await browser.open(f"/console/conversations/{handoff}")
    assert "/console/tickets/" in page.text


async def test_closing_needs_a_result_of_the_citys_list(held: tuple[Console, Browser, str, str]) -> None:
    _, browser, handoff, _ = held
    assert (await browser.post(f"/console/conversations/{handoff}/close", result="whatever")).status == 422
    page = await browser.post(f"/console/conversations/{handoff}/close", result="answered")
    assert page.place == "/console/conversations"


async def test_a_danger_raises_the_banner_on_every_page_until_somebody_takes_it(console: Console) -> None:
    agent = await console.signed_in(Role.AGENT, skills=("labour",))
    async with Live(agent) as live:
        assert 'class="siren"' not in (await live.next("desk"))["html"]
        console.hotline.queue.request(_says(console, "我家煤气漏了"), HandoffReason.DANGER)
        console_html = (await live.next("desk"))["html"]
        assert 'class="siren"' in console_html and "/take" in console_html


async def test_the_stream_ends_with_the_session(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "BEAT_SECONDS", 0.05)
    agent = await console.signed_in(Role.AGENT)
    async with Live(agent) as live:
        await live.next("desk")
        person = console.hotline.staff.with_login("agent")
        console.hotline.staff.change(replace(person, active=False), SYSTEM)
        await live.next("out")


async def test_an_agent_sets_how_many_conversations_they_have_at_once(console: Console) -> None:
    browser = await console.signed_in(Role.AGENT, skills=("general",))
    await browser.post("/console/presence", presence="available")
    assert (await browser.post("/console/capacity", capacity="1")).status == 303
    handoffs = [
        console.hotline.queue.request(_says(console, "转人工", who), HandoffReason.ASKED) for who in ("anna", "bob")
    ]
    await browser.post(f"/console/conversations/{handoffs[0].handoff_id}/accept")
    async with Live(browser) as live:
        desk = (await live.next("desk"))["html"]
        assert "最多同时接 1 个" in desk and 'class="offer"' not in desk
        assert (await browser.post("/console/capacity", capacity="2")).status == 303
        desk = (await live.next("desk"))["html"]
        assert "最多同时接 2 个" in desk and f'data-offer="{handoffs[1].handoff_id}"' in desk
    for wrong in ("0", "11", "-1", "x", ""):
        assert (await browser.post("/console/capacity", capacity=wrong)).status == 422, wrong
    assert [dict(act.data) for act in recorded(console, "seat.capacity")] == [{"capacity": 2}, {"capacity": 1}]


async def test_the_stream_is_for_the_desk_only(console: Console) -> None:
    async with Live(await console.signed_in(Role.HANDLER)) as live:
        assert live.status == 403
    async with Live(await console.browser()) as live:
        assert live.status == 303


def _says(console: Console, text: str, who: str = "citizen-1") -> str:
    """Send a citizen's message; return the conversation."""
    return console.hotline.conversations.accept(Incoming("webchat", who, text)).message.conversation_id
