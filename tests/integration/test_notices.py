"""The assignment notice (交办单) as a file: what a unit needs to act, without the citizen's identity, and audited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console.notice import document
from hotline.audit.whence import Whence
from hotline.bootstrap import Hotline
from hotline.cli import main
from hotline.clock import ZONE
from hotline.staff.model import SYSTEM, Actor, Role
from hotline.tickets import access, numbering
from hotline.tickets.model import Contact, Ticket
from tests.integration.conftest import Citizen
from tests.integration.console import Console

TOLD = {
    "description": "我叫王秀英，住望平街15号3单元502，电话13800001234，楼下烧烤店每天烤到凌晨两点<script>",
    "location": "望平街15号3单元502",
    "contact": Contact("王秀英", "13800001234", "李桂芳", "我妈妈"),
}
IDENTITY = ("王秀英", "李桂芳", "我妈妈", "13800001234", r"138\*", r"\b502\b", "anna", r"\b{code}\b")
FETCHED = re.compile(r"<(?:script|link|img|iframe|a)\b|@import|url\(|\bsrc=|href=")


@pytest.fixture
def ticket(citizen: Citizen) -> Ticket:
    """A ticket whose text has everything that identifies the citizen, and which is with its unit."""
    taken = citizen.opens_ticket(**TOLD)
    citizen.hotline.ticket_desk.dispatch(taken.number, SYSTEM)
    return citizen.hotline.tickets.for_trusted_system(taken.number)


@pytest.fixture(autouse=True)
def _same_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "hotline" in request.fixturenames:
        monkeypatch.setenv("YHT_DATABASE_URL", request.getfixturevalue("hotline").database.url)


def written(number: str, out: Path) -> Result:
    """The command's result."""
    return CliRunner().invoke(main, ["notice", number, "--out", str(out)])


def prints(hotline: Hotline) -> Sequence[tuple[str, str]]:
    """Who printed which notice, by the audit."""
    acts = [row.act for row in hotline.audit.latest(100)]
    return [(act.actor, act.subject) for act in acts if act.action == "notice.printed"]


def test_the_file_holds_what_a_unit_needs_and_no_identity(hotline: Hotline, ticket: Ticket, tmp_path: Path) -> None:
    out = tmp_path / "notice.html"
    done = written(numbering.spell(ticket.number), out)
    assert done.exit_code == 0 and done.output == f"the notice of {ticket.number} for {ticket.lead} in {out}\n"
    page = out.read_text(encoding="utf-8")
    due = f"{ticket.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
    needed = ("交办单", ticket.lead, numbering.spell(ticket.number), due, "投诉", "望平街15号", "每天烤到凌晨两点")
    assert not [word for word in (*needed, "各项期限", "签收", "签收人", "成都") if word not in page]
    assert not [word for word in IDENTITY if re.search(word.format(code=ticket.code), page)]
    assert prints(hotline) == [("system", ticket.number)]
    assert hotline.audit.verify()[0] > 0


def test_the_file_needs_no_other_and_runs_nothing(ticket: Ticket, tmp_path: Path) -> None:
    assert written(ticket.number, tmp_path / "notice.html").exit_code == 0
    page = (tmp_path / "notice.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "@media print" in page and "&lt;script&gt;" in page
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert not FETCHED.search(page)


def test_it_is_in_the_language_of_the_staff(ticket: Ticket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YHT_STAFF_LANGUAGE", "en")
    assert written(ticket.number, tmp_path / "notice.html").exit_code == 0
    page = (tmp_path / "notice.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page and "Assignment notice" in page and "交办单" not in page


def test_what_is_wrong_is_said_in_one_line_and_neither_written_nor_recorded(
    hotline: Hotline, ticket: Ticket, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    mistyped = ticket.number[:-1] + str((int(ticket.number[-1]) + 1) % 10)
    unknown = numbering.make_number(ticket.created_at.date(), 99_999)
    for number, out, says in (
        (mistyped, "n.html", "is no ticket number"),
        ("路灯", "n.html", "is no ticket number"),
        (unknown, "n.html", f"there is no ticket {unknown}"),
        (ticket.number, "file/n.html", "cannot be written"),
    ):
        done = written(number, tmp_path / out)
        assert done.exit_code == 1 and len(done.output.splitlines()) == 1 and says in done.output
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("n.html")] and prints(hotline) == []


@pytest.mark.parametrize("role", [Role.HANDLER, Role.GRID, Role.ADMIN])
def test_only_the_desk_and_the_hotline_itself_print_one(hotline: Hotline, ticket: Ticket, role: Role) -> None:
    with pytest.raises(access.NotFound):
        hotline.notices.printed(ticket.number, Actor(role, "p", ticket.lead), Whence.ADDRESS)
    assert prints(hotline) == []


async def test_the_file_says_what_the_console_prints(console: Console) -> None:
    ticket = console.ticket(**TOLD)
    console.hotline.ticket_desk.dispatch(ticket.number, SYSTEM)
    agent = await console.signed_in(Role.AGENT)
    page = (await agent.open(f"/console/tickets/{ticket.number}/notice")).text
    notice = console.hotline.notices.printed(ticket.number, SYSTEM, Whence.COMMAND)
    assert paper(page) == paper(document(notice, console.hotline.city, "zh"))


def paper(page: str) -> str:
    """The part of a page that is printed."""
    found = re.search(r"<article.*</article>", page, re.DOTALL)
    assert found
    return re.sub(r'<div class="actions no-print">.*?</div>', "", found[0])
