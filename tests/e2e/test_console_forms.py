"""Forms of the console in a browser: refusals and success appear where the user looks, and nothing written is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from hotline.conversations.handoff.model import HandoffReason
from hotline.conversations.model import Incoming
from hotline.staff.model import SYSTEM, Person, Role
from hotline.tickets.model import Contact, Intake, RequestType
from tests.e2e.conftest import PHONE
from tests.e2e.test_console import PASSWORD, Office, has_one, is_available, office, sign_in, signs_in_again

BUREAU = "锦江区综合行政执法局"

__all__ = ["office"]


def a_ticket(office: Office, key: str = "m1") -> str:
    """The number of a ticket that was sent to its unit."""
    accepted = office.hotline.conversations.accept(Incoming("rest", f"anna-{key}", "油烟"))
    ticket = office.hotline.tickets.open(
        Intake(key, RequestType.COMPLAINT, "0604", "楼下烧烤店每天烤到凌晨", "rest", f"anna-{key}",
               accepted.message.conversation_id, "望平街15号", "jinjiang", contact=Contact("王秀英", "13800001234"))
    )  # fmt: skip
    office.hotline.ticket_desk.dispatch(ticket.number, SYSTEM)
    return ticket.number


def a_handler(office: Office, page: Page, number: str) -> Page:
    """Somebody of the unit, with the accepted ticket open."""
    person, one_time = office.hotline.staff.add(Person("", "陈强", "陈强", Role.HANDLER, (), BUREAU), SYSTEM)
    office.hotline.staff.change_password(person, one_time, PASSWORD)
    sign_in(page, office, "陈强", has_a_seat=False)
    page.goto(f"{office.url}/console/inbox/{number}")
    page.get_by_role("button", name="签收").click()
    expect(page.locator("#toast")).to_have_text("“签收”已完成。")
    return page


def focused(page: Page) -> str:
    """The tag of the element that has the focus."""
    return str(page.evaluate("document.activeElement.tagName"))


def test_a_refusal_stands_in_the_dialog_and_success_is_said(office: Office, new_page: Callable[..., Page]) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = sign_in(new_page(), office, "李娜")
    li.goto(f"{office.url}/console/tickets/{a_ticket(office)}")
    li.keyboard.press("e")
    dialog = li.locator("dialog#do-correct")
    dialog.locator("[name=reason]").fill("核实")
    dialog.get_by_role("button", name="更正").click()
    expect(dialog.locator(".problem")).to_have_text("没有改动任何一项。")
    expect(dialog.locator("[name=reason]")).to_be_focused()
    dialog.locator("[name=location]").fill("望平街51号")
    dialog.get_by_role("button", name="更正").click()
    expect(li.locator("#toast")).to_have_text("“更正”已完成。")
    expect(li.locator("h1")).to_be_focused()
    expect(li.locator("h1")).to_contain_text("望平街51号")
    expect(li.locator(".problem")).to_have_count(0)


def test_a_template_is_put_into_what_is_written_and_can_be_undone(
    office: Office, new_page: Callable[..., Page]
) -> None:
    page = a_handler(office, new_page(), a_ticket(office))
    page.keyboard.press("r")
    reply = page.locator("#reply-reply")
    reply.fill("已到现场查看。")
    page.locator("dialog[open] .fill").select_option(label="油烟噪声")
    written = reply.input_value()
    assert written.startswith("已到现场查看。\n") and len(written) > 30
    page.keyboard.press("Control+z")
    expect(reply).to_have_value("已到现场查看。")


def test_a_file_of_the_wrong_kind_is_refused_on_the_page(office: Office, new_page: Callable[..., Page]) -> None:
    page = a_handler(office, new_page(), number := a_ticket(office))
    form = page.locator("#files form")
    form.locator("[name=whom]").select_option("staff")
    form.locator("[name=file]").set_input_files({"name": "x.txt", "mimeType": "text/plain", "buffer": b"text"})
    form.get_by_role("button", name="添加附件").click()
    expect(form.locator(".problem")).to_contain_text("只能添加图片")
    expect(form.locator("[name=whom]")).to_have_value("staff")
    expect(page).to_have_url(f"{office.url}/console/inbox/{number}")
    pdf = {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    form.locator("[name=file]").set_input_files(pdf)
    form.get_by_role("button", name="添加附件").click()
    expect(page.locator("#files .files li")).to_have_count(1)


def test_a_key_with_alt_works_while_somebody_writes_and_no_letter_goes_to_the_citizen(
    office: Office, new_page: Callable[..., Page]
) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(), office, "李娜"))
    has_one(li, office)
    other = office.hotline.conversations.accept(Incoming("webchat", "bob", "家里闻到煤气味，很浓"))
    office.escalate(other.message.conversation_id, HandoffReason.DANGER)
    expect(li.locator("#alarms button")).to_be_visible()
    li.locator("#reply").focus()
    label = "getComputedStyle(document.querySelector('#alarms kbd'), '::before').content"
    assert li.evaluate(label) == '"Alt+"'
    li.keyboard.press("Alt+d")
    expect(li.locator("#transcript")).to_contain_text("煤气味")
    expect(li.locator("#reply")).to_have_value("")


def test_after_a_session_the_sign_in_says_so_and_the_dialog_is_open_again(
    office: Office, new_page: Callable[..., Page]
) -> None:
    page = a_handler(office, new_page(), a_ticket(office))
    page.keyboard.press("r")
    page.locator("#reply-reply").fill("已到现场查看，写了很久")
    office.clock.at += timedelta(days=2)
    page.locator("dialog[open] button.primary").click()
    expect(page.locator(".remark")).to_contain_text("登录已过期")
    signs_in_again(page, "陈强")
    expect(page.locator("dialog#do-reply")).to_be_visible()
    expect(page.locator("#reply-reply")).to_have_value("已到现场查看，写了很久")
    expect(page.locator("dialog#do-reply #toast")).to_contain_text("已恢复")


def test_on_a_phone_the_supervisors_header_is_low_and_the_brand_can_be_hit(
    office: Office, new_page: Callable[..., Page]
) -> None:
    office.person("班长", Role.SUPERVISOR)
    boss = sign_in(new_page(PHONE), office, "班长")
    bar, brand = boss.locator(".bar").bounding_box(), boss.locator(".brand").bounding_box()
    assert bar and brand
    assert (bar["height"] <= 92, brand["height"] >= 44) == (True, True)


def test_a_conversation_with_a_ticket_ends_as_one_and_of_several_dangers_the_others_open(
    office: Office, new_page: Callable[..., Page]
) -> None:
    office.person("李娜", Role.AGENT, "general")
    li = is_available(sign_in(new_page(PHONE), office, "李娜"))
    has_one(li, office)
    li.locator("button[data-info]").click()
    li.locator("button[data-open=ticket]").click()
    li.locator("#ticket-said").fill("路灯坏了，三天没人修")
    li.locator("dialog#ticket button.primary").click()
    expect(li.locator("#transcript")).to_contain_text("工单")
    li.locator("button[data-open=close]").click()
    expect(li.locator("input[value=ticket_opened]")).to_be_checked()
    li.keyboard.press("Escape")
    for name in ("bob", "carl", "dora"):
        said = office.hotline.conversations.accept(Incoming("webchat", name, f"{name}家里闻到煤气味，很浓"))
        office.escalate(said.message.conversation_id, HandoffReason.DANGER)
    expect(li.locator("#more-alarms summary")).to_have_text("另有 2 个险情在等")
    height = li.locator("#alarms").bounding_box()
    assert height and height["height"] < 130
    expect(li.locator("#alarms button:visible")).to_have_count(1)
    li.locator("#more-alarms summary").click()
    expect(li.locator("#alarms button:visible")).to_have_count(3)
    said = office.hotline.conversations.accept(Incoming("webchat", "emil", "emil家里闻到煤气味，很浓"))
    office.escalate(said.message.conversation_id, HandoffReason.DANGER)
    expect(li.locator("#alarms button:visible")).to_have_count(4)
