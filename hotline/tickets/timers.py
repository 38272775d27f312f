"""Timed actions on tickets: warnings, escalation, the follow-up, the end of a pause, the archive.

Several workers may run this. A worker locks the ticket's row while it processes the deadlines, and moves their next
look into the future in the same transaction. So nothing is done twice; if a worker dies, its work is rolled back and
found again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from hotline.staff.model import SYSTEM
from hotline.tickets.change import Change, Work
from hotline.tickets.lifecycle import Action, Stage
from hotline.tickets.model import Status
from hotline.tickets.records import Deadline
from hotline.tickets.timing import AT_LEADER, EXPIRED
from hotline.transaction import StorageUnavailable

logger = logging.getLogger(__name__)

BATCH = 200
TO_WHOM = {EXPIRED: "supervisor", EXPIRED + 1: "leader"}
UNREACHED = "unreached"


class Timers:
    """The hotline's timer."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def run_due(self, limit: int = BATCH) -> int:
        """Process the deadlines that are due now, of up to `limit` tickets; returns the number of tickets done. A
        ticket that fails is logged and tried again; it does not hold up the others.

        Raises hotline.transaction.StorageUnavailable.
        """
        with self._work.open_unit.reading() as unit:
            numbers = unit.handling.due_numbers(self._work.now(), limit)
        return sum(self._is_done(number) for number in numbers)

    def _is_done(self, number: str) -> bool:
        try:
            self._run(number)
        except StorageUnavailable:
            raise
        except Exception:  # a fault in the rules or in what is stored
            logger.exception("the timer cannot go on with ticket %s", number)
            return False
        return True

    def _run(self, number: str) -> None:
        with self._work.on(number, SYSTEM) as change:
            for deadline in change.unit.handling.deadlines(number):
                if deadline.next_at is not None and deadline.next_at <= change.now:
                    self._look(change, deadline)

    def _look(self, change: Change, deadline: Deadline) -> None:
        act: Mapping[Stage, Callable[[Change, Deadline], None]] = {
            Stage.WAIT: _go_on,
            Stage.FOLLOW_UP: self._ask,
            Stage.ARCHIVE: _archive,
        }
        act.get(deadline.stage, self._warn)(change, deadline)

    def _warn(self, change: Change, deadline: Deadline) -> None:
        """Warn the unit at shares of the time; after expiry escalate to the supervisor, then to the leader."""
        level = deadline.level + 1
        timing = self._work.timing
        look = timing.next_look(deadline.stage, change.ticket, deadline.started_at, deadline.due_at, level)
        change.unit.handling.change_deadline(deadline.id, level=level, next_at=look)
        data = {"stage": deadline.stage, "unit_to_act": deadline.unit, "deadline": deadline.due_at.isoformat()}
        if level <= EXPIRED:
            change.do(Action.WARN, data=data | {"level": level})
            return
        change.do(Action.ESCALATE, data=data | {"to": TO_WHOM[deadline.level]})
        change.settle()
        if deadline.stage is Stage.REPLY and level < AT_LEADER:
            change.tell("overdue")

    def _ask(self, change: Change, deadline: Deadline) -> None:
        """Ask the citizen for a rating, a few times, never at night; after the last try without an answer the ticket is
        closed. The citizen of a merged ticket is asked separately; the main ticket does not wait for their answer."""
        decent = self._work.timing.decent(change.now)
        if decent > change.now:
            change.unit.handling.change_deadline(deadline.id, due_at=decent, next_at=decent)
            return
        asked, is_part = deadline.level + 1, change.ticket.status is Status.MERGED
        if asked > self._work.city.deadlines.follow_up.tries:
            if is_part:
                change.meet(deadline)
                return
            change.do(Action.CLOSE, {"reason": UNREACHED}, becomes={"outcome": UNREACHED})
            return
        change.unit.handling.change_deadline(deadline.id, level=asked)
        change.do(Action.FOLLOW_UP_PART if is_part else Action.FOLLOW_UP, data={"try": asked})
        again = self._work.timing.next_try(change.now)
        change.unit.handling.change_deadline(deadline.id, due_at=again, next_at=again)


def _go_on(change: Change, _: Deadline) -> None:
    """The waiting time for the citizen's answer is over: end the pause, so that the unit goes on."""
    change.do(Action.RESUME)
    change.resume_clock()


def _archive(change: Change, _: Deadline) -> None:
    change.do(Action.ARCHIVE)
