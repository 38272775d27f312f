"""Commands for stored data: migrate, export, count, and verify that nothing is missing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from hotline.commands.shared import period_options, settings_of

if TYPE_CHECKING:
    from hotline.statistics.period import Period


@click.command()
def migrate() -> None:
    """Make or upgrade the tables of the database; bring the index of phones to its key."""
    from hotline.personal_data.phones import BlindIndex
    from hotline.storage.migrations import upgrade

    settings = settings_of()
    settings.data.mkdir(parents=True, exist_ok=True)
    before, after = upgrade(settings.sql_url, phones=BlindIndex(settings.phone_secret()))
    click.echo(
        f"the database is at {after}" if before == after else f"the database went from {before or 'empty'} to {after}"
    )


@click.group()
def export() -> None:
    """Files for the office, on record in the audit."""


@export.command("ledger")
@period_options
@click.option("--of", "party", type=click.Choice(["resident", "firm"]), help="Only residents' tickets, or only firms'.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The xlsx file to write.")
@click.option("--why", type=click.Choice(["summary", "inspection", "analysis", "filing"]), help="What for, as the audit keeps it; unless given, that the command was used.")  # fmt: skip
def export_ledger(period: Period, party: str | None, out: Path, why: str | None) -> None:
    """Write the working ledger: every ticket of a period, without who the citizens are."""
    from hotline.audit.whence import Whence
    from hotline.bootstrap import build
    from hotline.city import Party
    from hotline.staff.model import SYSTEM

    ledger, whose = build(settings_of()).ledger, Party(party) if party else None
    with click.progressbar(length=ledger.count(period), label="tickets", file=sys.stderr) as bar, _written(out) as file:
        rows = ledger.export(
            period, whose, file, SYSTEM, why or Whence.COMMAND, lambda count: bar.update(count - bar.pos)
        )
    click.echo(f"{rows} tickets in {out}")


@click.command()
@click.argument("number")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The HTML file to write.")
def notice(number: str, out: Path) -> None:
    """Write the assignment notice of a ticket, to print: what its units need, without who the citizen is."""
    from console.notice import document
    from hotline.audit.whence import Whence
    from hotline.bootstrap import build
    from hotline.staff.model import SYSTEM
    from hotline.tickets import access

    hotline = build(settings_of())
    try:
        with _written(out) as file:
            given = hotline.notices.printed(number, SYSTEM, Whence.COMMAND)
            file.write(document(given, hotline.city, hotline.settings.staff_language).encode())
    except access.Mistyped:
        raise click.ClickException(f"{number} is no ticket number: a digit is wrong or missing") from None
    except access.NotFound:
        raise click.ClickException(f"there is no ticket {number}") from None
    click.echo(f"the notice of {given.ticket.number} for {given.ticket.lead} in {out}")


@contextmanager
def _written(out: Path) -> Iterator[IO[bytes]]:
    """Open a file that appears only when it is complete. Raises click.ClickException when it cannot be written."""
    from hotline.atomic_files import written_whole

    try:
        with written_whole(out) as file:
            yield file
    except OSError as problem:
        raise click.ClickException(f"{out} cannot be written: {problem.strerror}") from None


@click.command()
@click.option("--week", help="The week by its ISO 8601 name, 2026-W47; the last one unless given.")
@click.option("--again", is_flag=True, help="Count a bulletin that is kept already anew, and keep that instead.")
def bulletin(week: str | None, again: bool) -> None:
    """Make the bulletin of a week and keep it, as the worker does every Monday; it is read at /console/bulletin."""
    from hotline.bootstrap import build
    from hotline.staff.model import SYSTEM
    from hotline.statistics.period import Period

    hotline = build(settings_of())
    period = Period.week(week) if week else Period.week_of(hotline.now().date()).before()
    made, is_new = hotline.bulletins.make(period, SYSTEM, again)
    state = "made" if is_new else f"kept since {made.at:%Y-%m-%d %H:%M} (--again counts anew)"
    click.echo(
        f"{period.week_name}: {made.total.received} tickets received; {state}; /console/bulletin/{period.week_name}"
    )


@click.command()
@period_options
def recount(period: Period) -> None:
    """Recount the numbers of days from the tickets; fails when stored ones were wrong."""
    from hotline.bootstrap import build

    with click.progressbar(length=period.days, label="days", file=sys.stderr) as bar:
        wrong = build(settings_of()).statistics.recount(period, lambda _: bar.update(1))
    if wrong:
        raise click.ClickException(f"the numbers of {', '.join(map(str, wrong))} were wrong; they are right now")
    click.echo(f"{period.days} days counted anew; every kept number was right")


@click.group()
def audit() -> None:
    """Check the record of who did what."""


@audit.command("verify")
@click.option(
    "--kept", metavar="NUMBER:HASH", help="An end of the audit that was kept, as the worker logs it every day."
)
def audit_verify(kept: str | None) -> None:
    """Verify that no audit row was changed, removed or inserted. Up to a kept end this holds even against somebody who
    can write to the database."""
    from hotline.audit.model import Kept
    from hotline.bootstrap import build

    try:
        known = Kept.parse(kept) if kept else None
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--kept") from None
    rows, last = build(settings_of()).audit.verify(known)
    click.echo(f"{rows} rows, none changed; the last hash is {last}")


@audit.command("promise")
def audit_promise() -> None:
    """Prove that no ticket is forgotten: each waits for somebody or has ended with an answer, and each overdue one has
    been escalated to a supervisor."""
    from hotline.bootstrap import build

    proof = build(settings_of()).promise.proof()
    click.echo(f"{proof.tickets} tickets: {proof.ended} have ended, {proof.overdue} are overdue")
    for breach, numbers in proof.broken.items():
        for number in numbers:
            click.echo(f"{breach}  {number}")
    if not proof.holds:
        raise click.ClickException("these tickets break the promise")
    click.echo("every other one waits for somebody; every one that has ended was answered")
