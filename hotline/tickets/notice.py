"""The assignment notice (交办单): a ticket for a unit on paper, without the citizen's identity. Printing is audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotline.audit.whence import Whence
from hotline.staff.model import Actor
from hotline.tickets import access
from hotline.tickets.change import Work, checked
from hotline.tickets.department import DepartmentTicket, Waiting, without_citizen
from hotline.tickets.lifecycle import Who


@dataclass(frozen=True, slots=True)
class Notice:
    """A ticket as its units may read it, with the units' own deadlines. `issuer` is the hotline's unit, `at` the time
    of issue."""

    ticket: DepartmentTicket
    deadlines: tuple[Waiting, ...]
    issuer: str
    at: datetime


class Notices:
    """Issues notices, to the hotline's staff and to its own processes."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def printed(self, number: str, by: Actor, why: Whence) -> Notice:
        """The notice of a ticket. Audited. Raises access.Mistyped, access.NotFound."""
        digits, now, issuer = checked(number), self._work.now(), self._work.units.hotline
        with self._work.open_unit() as unit:
            ticket = unit.tickets.by_number(digits)
            if ticket is None or not any(who.is_met_by(by, ticket) for who in (Who.AGENT, Who.TIMER)):
                raise access.NotFound(digits)
            waiting = unit.handling.deadlines(digits)
            unit.audit.add(by, "notice.printed", digits, now, why)
        own = tuple(Waiting(d.stage, d.unit, d.due_at, d.level) for d in waiting if d.unit != issuer)
        return Notice(without_citizen(ticket), own, issuer, now)
