"""Whether the promise holds is computed from the data, and every ticket that breaks it is named."""

from __future__ import annotations

import click
import pytest
from sqlalchemy import text

from hotline.bootstrap import Hotline
from hotline.cli import main
from hotline.staff.model import Actor
from hotline.tickets import access
from hotline.tickets.promise import Breach
from tests.conftest import SetClock
from tests.integration.conftest import Citizen

AGENT = Actor("agent", "p-a")
REPLY = "经现场核查,该店油烟净化器损坏,已责令三日内整改,夜间十点后不再露天经营。"


def broken(hotline: Hotline) -> dict[Breach, list[str]]:
    """The tickets that are named, by breach."""
    return {breach: list(numbers) for breach, numbers in hotline.promise.proof().broken.items() if numbers}


def test_it_holds_for_tickets_in_every_state(citizen: Citizen, clock: SetClock) -> None:
    hotline = citizen.hotline
    numbers = [citizen.opens_ticket(f"m{n}", location=f"望平街{n}号").number for n in range(6)]
    lead = Actor("handler", "p", hotline.tickets.for_trusted_system(numbers[0]).lead)
    for number in numbers[:2]:
        hotline.tickets.dispatch(number)
        hotline.handling.accept(number, lead)
    hotline.handling.reply(numbers[0], lead, REPLY)
    hotline.tickets.withdraw(numbers[2], access.Citizen("rest", "anna"), "w")
    hotline.ticket_desk.merge(numbers[3], AGENT, numbers[1])
    hotline.ticket_desk.transfer(numbers[4], AGENT, "police_emergency")
    proof = hotline.promise.proof()
    assert (proof.tickets, proof.ended, proof.overdue, proof.holds) == (6, 3, 0, True)
    for _ in range(60):
        clock.advance(days=1)
        while hotline.timers.run_due():
            pass
        assert broken(hotline) == {}
    assert hotline.promise.proof().overdue == 2


@pytest.mark.parametrize(
    ("breach", "change"),
    [
        (Breach.FORGOTTEN, "UPDATE ticket_deadlines SET met_at = started_at"),
        (Breach.NO_ANSWER, "UPDATE tickets SET status = 'closed', outcome = 'unreached'"),
    ],
)
def test_a_ticket_that_breaks_it_is_named(citizen: Citizen, breach: Breach, change: str) -> None:
    ticket = citizen.opens_ticket()
    with citizen.hotline.database.transaction() as connection:
        connection.execute(text(change))
    assert broken(citizen.hotline) == {breach: [ticket.number]}


def test_a_part_of_one_that_ended_without_an_answer_is_named(citizen: Citizen) -> None:
    main, part = citizen.opens_ticket("m1"), Citizen(citizen.hotline, "ben").opens_ticket("b1")
    citizen.hotline.ticket_desk.merge(part.number, AGENT, main.number)
    assert broken(citizen.hotline) == {}
    with citizen.hotline.database.transaction() as connection:
        connection.execute(
            text(f"UPDATE tickets SET status = 'withdrawn', outcome = 'withdrawn' WHERE number = '{main.number}'")
        )
        connection.execute(text("UPDATE ticket_deadlines SET met_at = started_at"))
    assert broken(citizen.hotline) == {Breach.NO_ANSWER: [part.number]}


def test_while_the_worker_is_away_what_gets_overdue_is_named_and_the_command_fails(
    citizen: Citizen, clock: SetClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ticket = citizen.opens_ticket()
    monkeypatch.setenv("YHT_DATABASE_URL", citizen.hotline.database.url.replace("+psycopg", ""))
    monkeypatch.setattr("hotline.clock.now", clock)
    clock.at = ticket.due_at
    assert broken(citizen.hotline) == {}
    clock.advance(hours=2)
    assert broken(citizen.hotline) == {Breach.NOT_ESCALATED: [ticket.number]}
    while citizen.hotline.timers.run_due():
        pass
    assert broken(citizen.hotline) == {}
    with citizen.hotline.database.transaction() as connection:
        connection.execute(text("UPDATE ticket_deadlines SET met_at = started_at"))
    with pytest.raises(click.ClickException, match="break the promise"):
        main(["audit", "promise"], standalone_mode=False)
    assert f"forgotten  {ticket.number}" in capsys.readouterr().out
