"""The file of a household in the browser: from a ticket to the file, a note, one class, the printable page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hotline.conversations.model import Incoming
from hotline.staff.model import Role
from hotline.tickets.model import Contact, Intake, RequestType, Ticket
from tests.e2e.conftest import DESKTOP
from tests.e2e.test_console import Office, office, sign_in

__all__ = ["office"]
PHONE = {"width": 390, "height": 844}


def opened(running: Office, key: str, category: str, said: str) -> Ticket:
    """A ticket of one caller."""
    accepted = running.hotline.conversations.accept(Incoming("webchat", "owner", said))
    return running.hotline.tickets.open(
        Intake(
            key=key,
            request_type=RequestType.COMPLAINT,
            category=category,
            description=said,
            channel="webchat",
            sender="owner",
            conversation_id=accepted.message.conversation_id,
            location="望平街15号",
            district="jinjiang",
            contact=Contact("王秀英", "13800001234"),
        )
    )


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_agent_reads_a_file_notes_something_and_prints_it(
    office: Office,
    new_page: Callable[..., Page],
    viewport: dict[str, int],
) -> None:
    school, grill = opened(office, "m1", "1001", "孩子入学没有学位"), opened(office, "m2", "0604", "楼下烧烤烟太大")
    office.person("li", Role.AGENT)
    page = sign_in(new_page(viewport), office, "li")
    page.goto(f"{office.url}/console/tickets/{school.number}")
    page.get_by_role("link", name="一户一册", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("一户一册")
    expect(page.get_by_text("孩子入学没有学位")).to_be_visible()
    expect(page.get_by_text("楼下烧烤烟太大")).to_be_visible()
    assert "王秀英" not in page.content() and "13800001234" not in page.url + page.content()
    page.get_by_role("textbox").fill("行动不便，请上门")
    page.get_by_role("button", name="加备注").click()
    expect(page.locator("#notes .said")).to_have_text("行动不便，请上门")
    page.get_by_role("link", name="教育 1").click()
    expect(page.get_by_text("孩子入学没有学位")).to_be_visible()
    expect(page.get_by_text("楼下烧烤烟太大")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="打印").click()
    page.emulate_media(media="print")
    expect(page.locator(".paper").get_by_text("行动不便，请上门")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    page.emulate_media(media="screen")
    page.goto(f"{office.url}/console/tickets/{grill.number}")
    expect(page.locator("section.remark")).to_contain_text("行动不便，请上门")
    looks = [row.act for row in office.hotline.audit.latest(50) if row.act.action.startswith("household.")][::-1]
    assert [look.action.partition(".")[2] for look in looks] == ["viewed", "noted", "viewed", "viewed", "printed"]
    assert [look.reason for look in looks] == ["ticket", None, "household", "household", "household"]
