"""The file of a household: its tickets, its counts and classes, who may open it, and what is audited."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hotline.audit.whence import Whence
from hotline.bootstrap import Hotline
from hotline.city import Party
from hotline.conversations.handoff.model import HandoffReason, Presence
from hotline.staff.model import SYSTEM, Actor, Person, Role
from hotline.tickets import access
from hotline.tickets.access import Citizen as Caller
from hotline.tickets.household import CONFIDENTIAL, UNSORTED, Matter
from hotline.tickets.households import LONGEST_NOTE, ROWS, Household, HouseholdQuery
from hotline.tickets.lifecycle import NotAllowed
from hotline.tickets.model import Contact, Rating, RequestType, Status, Ticket
from tests.conftest import SetClock
from tests.integration.conftest import Citizen
from tests.integration.console import Console
from tests.integration.test_console import EVIL, acts, recorded
from tests.integration.test_lifecycle import AGENT, REPLY, SUPERVISOR, Walk

PHONE = "13800001234"
OWNER = Contact("王秀英", PHONE)
ANNA = Caller("rest", "anna")


def file_of(hotline: Hotline, ticket: Ticket, by: Actor = AGENT, **asked: Any) -> Household:
    """The file of the household that a ticket belongs to."""
    return hotline.households.opened(ticket.number, by, Whence.TICKET, HouseholdQuery(**asked))


def matters(file: Household) -> dict[str, Matter]:
    """The tickets on one of its pages, by number."""
    return {matter.number: matter for here in file.sections.values() for matter in here}


def looks(hotline: Hotline, action: str) -> list[Any]:
    """The audit rows of one kind of act, oldest first."""
    return [row.act for row in hotline.audit.latest(200) if row.act.action == action][::-1]


# --- what belongs to it -----------------------------------------------------------------------------------------------


def test_a_file_holds_what_came_by_the_sender_and_by_the_phone_however_written_and_nothing_of_others(
    citizen: Citizen,
) -> None:
    web = citizen.opens_ticket("m1", contact=OWNER)
    call = citizen.opens_ticket("m2", channel="voice", sender="call-1", contact=Contact(phone=f"+86 {PHONE}"))
    anonymous = citizen.opens_ticket("m3", location="望平街99号")
    citizen.opens_ticket("m4", sender="eva", contact=Contact("张伟", "13900005678"))
    file = file_of(citizen.hotline, web)
    assert set(matters(file)) == {web.number, call.number, anonymous.number}
    assert (file.name, file.phone) == ("王**", "138****1234")


def test_a_file_that_is_opened_by_an_anonymous_ticket_does_not_tell_who_it_is(citizen: Citizen) -> None:
    citizen.opens_ticket("m1", contact=OWNER)
    anonymous = citizen.opens_ticket("m2", location="望平街99号")
    file = file_of(citizen.hotline, anonymous)
    assert (file.name, file.phone) == (None, None)


def test_what_a_firm_has_brought_is_told_apart_from_what_its_caller_has(citizen: Citizen) -> None:
    home = citizen.opens_ticket("m1", contact=OWNER)
    firm = citizen.opens_ticket("m2", category="1601", description="我司申报的补贴没有到账", contact=OWNER)
    file = file_of(citizen.hotline, home)
    assert (file.party, file.parties) == (Party.RESIDENT, {Party.RESIDENT: 1, Party.FIRM: 1})
    of_firm = file_of(citizen.hotline, firm, party=Party.FIRM)
    assert of_firm.party is Party.FIRM and set(matters(of_firm)) == {firm.number} and of_firm.figures.tickets == 1


# --- sorted and counted -----------------------------------------------------------------------------------------------


def test_tickets_are_sorted_by_class_and_newest_first(citizen: Citizen) -> None:
    grill, school, nothing, newer = (
        citizen.opens_ticket(f"m{n}", category=category, location=f"望平街{n}号")
        for n, category in enumerate(("0604", "1001", None, "1002"))
    )
    file = file_of(citizen.hotline, grill)
    found = {id: [matter.number for matter in here] for id, here in file.sections.items()}
    assert list(found.items()) == [
        ("education", [newer.number, school.number]),
        ("environment", [grill.number]),
        (UNSORTED, [nothing.number]),
    ]
    assert set(matters(file_of(citizen.hotline, grill, section="education"))) == {newer.number, school.number}
    assert file_of(citizen.hotline, grill, section="education").counts == file.counts


def test_a_file_is_counted(citizen: Citizen, clock: SetClock) -> None:
    hotline, first_at = citizen.hotline, clock.at
    solved, unsolved = citizen.opens_ticket("m1"), citizen.opens_ticket("m2", category="0106", location="建设路")
    for ticket, rating in ((solved, Rating.SATISFIED), (unsolved, Rating.DISSATISFIED)):
        Walk(hotline, ticket).to(Status.REPLIED)
        hotline.tickets.rate(ticket.number, ANNA, rating, "还是老样子", f"rated-{ticket.number}")
    again = citizen.opens_ticket("m3", category="0107", location="三圣街")
    hotline.tickets.add(again.number, ANNA, "又漏水了", "said-1", node="repeated")
    clock.advance(days=30)
    hotline.tickets.urge(again.number, ANNA, "urged-1")
    last_at = clock.at
    clock.advance(days=1)
    figures = file_of(hotline, again).figures
    assert (figures.tickets, figures.open, figures.overdue) == (3, 2, 2)
    assert (figures.satisfied, figures.dissatisfied, figures.repeats) == (1, 1, 1)
    assert (figures.first_at, figures.last_at) == (first_at, last_at)


def test_a_merged_ticket_counts_and_goes_the_way_of_its_main_one(citizen: Citizen, clock: SetClock) -> None:
    hotline = citizen.hotline
    main = citizen.opens_ticket("m1", sender="eva", category="0106", contact=Contact("张伟", "13900005678"))
    own = citizen.opens_ticket("m2", category="0604")
    hotline.ticket_desk.merge(own.number, AGENT, into=main.number)
    walk = Walk(hotline, main).to(Status.IN_PROGRESS)
    file = file_of(hotline, own)
    (matter,) = matters(file).values()
    assert (matter.goes_as, matter.status, matter.due_at) == (main.number, Status.IN_PROGRESS, walk.ticket.due_at)
    assert matter.content and matter.content.unit == walk.ticket.lead and matter.section == "environment"
    assert (file.figures.tickets, file.figures.open, file.figures.repeats) == (1, 1, 1)
    hotline.handling.reply(main.number, walk.lead, REPLY)
    clock.advance(days=1)
    answered = matters(file_of(hotline, own))[own.number]
    assert answered.content and answered.content.result == REPLY and answered.status == Status.REPLIED


def test_two_tickets_that_go_as_one_are_open_once(citizen: Citizen) -> None:
    main, part = citizen.opens_ticket("m1"), citizen.opens_ticket("m2", location="望平街99号")
    citizen.hotline.ticket_desk.merge(part.number, AGENT, into=main.number)
    figures = file_of(citizen.hotline, main).figures
    assert (figures.tickets, figures.open, figures.repeats) == (2, 1, 1)


def test_no_words_in_a_file_tell_who_the_citizen_is(citizen: Citizen) -> None:
    told = f"我叫王秀英，电话{PHONE}，住3栋2单元1502室，楼上漏水"
    ticket = citizen.opens_ticket("m1", description=told, location="望平街15号3栋2单元1502", contact=OWNER)
    content = matters(file_of(citizen.hotline, ticket))[ticket.number].content
    assert content and "漏水" in content.said and "望平街15号" in content.title
    assert not [word for word in ("王秀英", PHONE, "1502") if word in f"{content.title}{content.said}"]


def test_a_household_with_hundreds_of_tickets_is_read_page_by_page(citizen: Citizen) -> None:
    tickets = [citizen.opens_ticket(f"m{n}", category=("0604", "1001")[n % 2]) for n in range(2 * ROWS + 5)]
    seen: list[str] = []
    file = file_of(citizen.hotline, tickets[0])
    while True:
        page = list(matters(file))
        seen += page
        assert file.figures.tickets == len(tickets) and file.counts == {"education": 52, "environment": 53}
        if file.older is None:
            break
        assert len(page) == ROWS
        file = file_of(citizen.hotline, tickets[0], before=file.older)
    assert len(seen) == len(set(seen)) == len(tickets)


# --- confidential ones ------------------------------------------------------------------------------------------------


def test_of_a_confidential_ticket_there_is_its_number_and_nothing_of_its_content(citizen: Citizen) -> None:
    open_one = citizen.opens_ticket("m1")
    secret = citizen.opens_ticket("m2", category="1703", request_type=RequestType.REPORT, description="某科长收钱")
    assert secret.confidential
    file = file_of(citizen.hotline, open_one)
    matter = matters(file)[secret.number]
    assert matter.content is None and matter.section == CONFIDENTIAL
    assert file.figures.tickets == 2 and file.counts == {"environment": 1, CONFIDENTIAL: 1}
    assert "收钱" not in repr(file) and secret.lead not in repr(file)
    assert secret.number not in matters(file_of(citizen.hotline, open_one, party=Party.RESIDENT))


def test_who_is_named_for_a_confidential_ticket_reads_it(citizen: Citizen) -> None:
    secret = citizen.opens_ticket("m1", category="1703", request_type=RequestType.REPORT, description="某科长收钱")
    citizen.hotline.ticket_desk.name(secret.number, SUPERVISOR, [AGENT.id])
    (named,) = matters(file_of(citizen.hotline, secret)).values()
    (other,) = matters(file_of(citizen.hotline, secret, SUPERVISOR)).values()
    assert named.content and named.content.said == "某科长收钱" and other.content is None


def test_where_the_main_ticket_is_confidential_its_part_shows_its_own_unit_and_dates(citizen: Citizen) -> None:
    main = citizen.opens_ticket("m1", sender="eva", confidential=True, category="1001")
    own = citizen.opens_ticket("m2")
    citizen.hotline.ticket_desk.merge(own.number, AGENT, into=main.number)
    (matter,) = matters(file_of(citizen.hotline, own)).values()
    assert matter.status is Status.MERGED and matter.is_open
    assert matter.content and matter.content.unit == own.lead != main.lead


# --- who may, and what is recorded ------------------------------------------------------------------------------------


def test_every_look_and_every_print_is_recorded_with_why(citizen: Citizen) -> None:
    ticket, hotline = citizen.opens_ticket("m1", contact=OWNER), citizen.hotline
    hotline.households.opened(ticket.number, AGENT, Whence.CONVERSATION)
    hotline.households.printed(ticket.number, SUPERVISOR, Whence.HOUSEHOLD)
    (viewed,), (printed,) = looks(hotline, "household.viewed"), looks(hotline, "household.printed")
    assert (viewed.actor, viewed.subject, viewed.reason) == (AGENT.id, ticket.number, "conversation")
    assert (printed.actor, printed.subject, printed.reason) == (SUPERVISOR.id, ticket.number, "household")
    assert not [word for word in ("王秀英", PHONE) if word in f"{viewed}{printed}"]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AGENT, Role.SUPERVISOR)])
def test_for_nobody_else_there_is_such_a_file(citizen: Citizen, role: Role) -> None:
    ticket = citizen.opens_ticket("m1")
    citizen.hotline.tickets.dispatch(ticket.number)
    actor = Actor(role, "p", ticket.lead)
    for look in (citizen.hotline.households.opened, citizen.hotline.households.printed):
        with pytest.raises(access.NotFound):
            look(ticket.number, actor, Whence.ADDRESS)
    with pytest.raises(access.NotFound):
        citizen.hotline.households.notes(ticket.number, actor)
    assert not looks(citizen.hotline, "household.viewed")


def test_without_such_a_ticket_there_is_no_file(citizen: Citizen) -> None:
    with pytest.raises(access.NotFound):
        citizen.hotline.households.opened("261117000083", AGENT, Whence.ADDRESS)
    with pytest.raises(access.Mistyped):
        citizen.hotline.households.opened(PHONE, AGENT, Whence.ADDRESS)


# --- notes ------------------------------------------------------------------------------------------------------------


def test_a_note_is_there_by_every_ticket_of_the_household_and_for_whoever_answers_next(citizen: Citizen) -> None:
    hotline, agent = citizen.hotline, Person("p-1", "li", "李敏", Role.AGENT)
    web = citizen.opens_ticket("m1", contact=OWNER)
    call = citizen.opens_ticket("m2", channel="voice", sender="call-1", contact=Contact(phone=PHONE))
    stranger = citizen.opens_ticket("m3", sender="eva")
    hotline.households.note(web.number, agent, "  行动不便，请上门 ")
    (note,) = hotline.households.notes(call.number, AGENT)
    assert (note.text, note.author_name, note.at) == ("行动不便，请上门", "李敏", hotline.now())
    assert file_of(hotline, call).notes == [note] and not hotline.households.notes(stranger.number, AGENT)
    assert [act.data for act in looks(hotline, "household.noted")] == [{}]
    supervisor, _ = hotline.staff.add(Person("", "wang", "王班长", Role.SUPERVISOR), SYSTEM)
    hotline.agent_desk.set_presence(supervisor, Presence.BUSY)
    handoff = hotline.queue.request(web.conversation_id, HandoffReason.ASKED).handoff_id
    assert hotline.screen.view(supervisor, str(handoff)).household_notes == (note,)


def test_a_note_is_taken_back_by_its_author_or_a_supervisor_and_by_nobody_else(citizen: Citizen) -> None:
    hotline, ticket = citizen.hotline, citizen.opens_ticket("m1")
    other = citizen.opens_ticket("m2", sender="eva")
    author = Person("p-1", "li", "李敏", Role.AGENT)
    for text in ("一", "二"):
        hotline.households.note(ticket.number, author, text)
    second, first = hotline.households.notes(ticket.number, AGENT)
    with pytest.raises(NotAllowed):
        hotline.households.take_back(ticket.number, AGENT, first.id)
    with pytest.raises(KeyError):
        hotline.households.take_back(other.number, SUPERVISOR, first.id)
    hotline.households.take_back(ticket.number, Actor.of(author), first.id)
    hotline.households.take_back(ticket.number, SUPERVISOR, second.id)
    assert not hotline.households.notes(ticket.number, AGENT)
    assert [act.actor for act in looks(hotline, "household.note_removed")] == ["p-1", SUPERVISOR.id]


@pytest.mark.parametrize("text", ["", "   ", "长" * (LONGEST_NOTE + 1)])
def test_a_note_without_words_or_with_too_many_is_not_kept(citizen: Citizen, text: str) -> None:
    ticket = citizen.opens_ticket("m1")
    with pytest.raises(ValueError, match="note"):
        citizen.hotline.households.note(ticket.number, Person("p-1", "li", "李敏", Role.AGENT), text)
    assert not citizen.hotline.households.notes(ticket.number, AGENT)


# --- in the console ---------------------------------------------------------------------------------------------------


async def test_an_agent_opens_the_file_from_a_ticket_and_its_address_tells_nothing_of_the_citizen(
    console: Console,
) -> None:
    ticket = console.ticket("m1")
    secret = console.ticket("m2", category="1703", request_type=RequestType.REPORT, description="某科长收钱")
    agent = await console.signed_in(Role.AGENT)
    page = await agent.open(f"/console/tickets/{ticket.number}")
    (address,) = set(re.findall(r'href="([^"]+/household)"', page.text))
    assert address == f"/console/tickets/{ticket.number}/household"
    file = await agent.get(address, headers={"Referer": f"{agent.url}/console/tickets/{ticket.number}"})
    assert "一户一册" in file.text and "138****1234" in file.text and "王**" in file.text
    assert not [word for word in ("王秀英", PHONE, "某科长收钱") if word in file.text]
    assert secret.number in file.text and "保密件" in file.text
    printed = await agent.get(f"{address}/print", headers={"Referer": agent.url + address})
    assert ticket.number in printed.text and "打印人：agent" in printed.text and PHONE not in printed.text
    assert [act.reason for act in recorded(console, "household.viewed")] == ["ticket"]
    assert [act.reason for act in recorded(console, "household.printed")] == ["household"]


async def test_a_unit_opens_no_file_and_reads_no_note(console: Console) -> None:
    ticket = console.ticket()
    agent, handler = await console.signed_in(Role.AGENT), await console.signed_in(Role.HANDLER)
    await acts(agent, "tickets", ticket.number, "dispatch")
    note = await agent.post(f"/console/tickets/{ticket.number}/household/notes", note="行动不便，请上门")
    assert note.status == 303 and note.place == f"/console/tickets/{ticket.number}/household"
    assert "行动不便" in (await agent.open(f"/console/tickets/{ticket.number}")).text
    for part in ("household", "household/print"):
        assert (await handler.get(f"/console/tickets/{ticket.number}/{part}")).status == 403
    inbox = (await handler.open(f"/console/inbox/{ticket.number}")).text
    assert "行动不便" not in inbox and "household" not in inbox


async def test_a_colleagues_note_is_not_taken_back_and_a_wrong_one_is_refused(console: Console) -> None:
    ticket = console.ticket()
    agent, other = await console.signed_in(Role.AGENT), await console.signed_in(Role.AGENT, "other")
    base = f"/console/tickets/{ticket.number}/household"
    await agent.post(f"{base}/notes", note=EVIL)
    page = await other.open(base)
    assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text and "/remove" not in page.text
    (own,) = re.findall(rf'action="({base}/notes/\d+/remove)"', (await agent.open(base)).text)
    assert (await other.post(own)).status == 409
    assert (await other.post(f"{base}/notes/999999/remove")).status == 422
    assert (await other.post(f"{base}/notes/x/remove")).status == 422
    assert (await other.post(f"{base}/notes", note=" ")).status == 422
    assert (await agent.post(own)).status == 303
    assert "&lt;script&gt;" not in (await agent.open(base)).text


async def test_a_large_file_is_sorted_and_paged_in_the_browser_and_stays_light(console: Console) -> None:
    tickets = [console.ticket(f"m{n}", category=("0604", "1001")[n % 2]) for n in range(60)]
    agent = await console.signed_in(Role.AGENT)
    base = f"/console/tickets/{tickets[0].number}/household"
    page = await agent.open(base)
    older = re.search(rf'href="({re.escape(base)}\?before=\d+)" rel="next"', page.text)
    assert older and len(page.text.encode()) < 60_000
    rows = re.findall(r'data-href="/console/tickets/(\d+)"', page.text + (await agent.open(older[1])).text)
    assert sorted(rows) == sorted(ticket.number for ticket in tickets)
    school = re.findall(r'data-href="/console/tickets/(\d+)"', (await agent.open(f"{base}?class=education")).text)
    assert len(school) == 30
    for odd in ("class=nonsense", "class=<script>", "party=nobody", "before=x", "before=9999"):
        assert (await agent.get(f"{base}?{odd}")).status == 200


async def test_the_file_speaks_english_when_asked(console: Console) -> None:
    ticket, agent = console.ticket(), await console.signed_in(Role.AGENT)
    await agent.post("/console/account/language", language="en")
    page = (await agent.open(f"/console/tickets/{ticket.number}/household")).text
    assert "File of a household" in page and "City appearance and environment" in page and "First contact" in page
