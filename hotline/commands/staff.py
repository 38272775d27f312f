"""Commands for the accounts of the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hotline.commands.shared import settings_of

if TYPE_CHECKING:
    from hotline.staff.service import Staff


@click.group()
def staff() -> None:
    """The people who work with the hotline."""


@staff.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(["agent", "supervisor", "handler", "grid", "leader", "admin"]))
@click.option("--skill", "skills", multiple=True, help="A skill group; may be given several times.")
@click.option("--department", help="The unit whose tickets a handler or grid worker sees, as tickets name it.")
def staff_add(name: str, role: str, skills: tuple[str, ...], department: str | None) -> None:
    """Add a person; NAME is what they type at sign-in. Prints a one-time password."""
    from hotline.staff.model import SYSTEM, Person, Role

    person = Person("", name, name.strip(), Role(role), skills, department)
    click.echo(_staff().add(person, SYSTEM)[1])


@staff.command("reset")
@click.argument("name")
def staff_reset(name: str) -> None:
    """Give a person a new one-time password and sign them out everywhere."""
    from hotline.staff.model import SYSTEM

    use_cases = _staff()
    click.echo(use_cases.reset_password(use_cases.with_login(name).id, SYSTEM))


@staff.command("list")
def staff_list() -> None:
    """Show who is there: name at sign-in, role, skills, department."""
    for person in _staff().listed():
        parts = [person.login, person.role, ",".join(person.skills) or "-", person.department or "-"]
        click.echo("  ".join(parts if person.active else [*parts, "(inactive)"]))


@staff.command("first", hidden=True)
def staff_first() -> None:
    """Make the first account when there is none; print its one-time password, or nothing."""
    from hotline.staff.service import FIRST_LOGIN

    if password := _staff().add_first():
        click.echo(f"first account for /console: {FIRST_LOGIN}, one-time password {password} (for seven days)")


def _staff() -> Staff:
    from hotline.bootstrap import build

    return build(settings_of()).staff
