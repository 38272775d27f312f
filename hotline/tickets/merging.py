"""Merging tickets about one matter (并单): one becomes part of another, and can be taken out again.

Code that locks several tickets locks the main ticket first, or the one with the lower number, so that two transactions
never wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotline.staff.model import SYSTEM
from hotline.texts import texts
from hotline.tickets.change import Change, facts_of
from hotline.tickets.lifecycle import ANSWERED, Action, AgainstRule, Stage, check
from hotline.tickets.model import ENDED, Ticket
from hotline.tickets.records import Step
from hotline.tickets.scrubbing import without_identity


def merge(change: Change, main: str) -> Ticket:
    """Make a ticket part of another (`main`: its number); its citizen now gets the main ticket's steps and reply.

    Raises lifecycle.NotPossible.
    """
    ticket, given = change.ticket, {"into": main}
    check(ticket, Action.MERGE, change.actor, given)
    other = change.unit.tickets.locked(main)
    if other is None or main == ticket.number or other.status in ENDED:
        raise AgainstRule("no_such_main")
    if change.unit.tickets.parts(ticket.number):
        raise AgainstRule("has_parts")
    becomes: dict[str, Any] = {"merged_into": main}
    if other.status not in ANSWERED:
        return change.do(Action.MERGE, given, data=given, becomes=becomes)
    say = {"says": "merged_answered", "unit": other.lead}
    change.do(Action.MERGE, given, data=given, say=say, becomes=becomes | {"reply": other.reply})
    _ask(change, other)
    return change.ticket


def take_out(change: Change, reason: str, says: str | None = None) -> Ticket:
    """Make a merged ticket independent again; it becomes received, with its old due date. `says`: the text that its
    citizen reads instead of the rule's. Raises lifecycle.NotPossible."""
    say = {"says": says} if says else {}
    return as_received(change, Action.UNDO_MERGE, {"reason": reason}, note=reason, say=say)


def as_received(
    change: Change,
    action: Action,
    given: Mapping[str, Any] | None = None,
    say: Mapping[str, Any] | None = None,
    **more: Any,
) -> Ticket:
    """Make an ended ticket received again, independent of others, with its old due date unless that has passed. `more`:
    further arguments of `Change.do`. Raises lifecycle.NotPossible."""
    due = change.ticket.due_at
    becomes = {"merged_into": None, "outcome": None, "reply": None, "satisfaction": None}
    change.do(action, given, say={"due": due, **(say or {})}, becomes=becomes, **more)
    reply = change.deadline(Stage.REPLY)
    if reply is not None and reply.due_at != due and due > change.now:
        change.move(reply, due, str(action))
    return change.ticket


def ask_parts(change: Change) -> None:
    """Start the follow-up on the merged tickets for the main ticket's present reply, and end any about a former one."""
    for part in change.unit.tickets.merged_into(change.ticket.number):
        own = Change(change.work, change.unit, part, SYSTEM)
        if asked := own.deadline(Stage.FOLLOW_UP):
            own.meet(asked)
        if change.ticket.status in ANSWERED:
            _ask(own, change.ticket)


def in_words_of_part(change: Change, says: str, said: str = "") -> str:
    """The words of a merged ticket's citizen, for the main ticket's unit: introduced by the text `says`, without the
    citizen's identity."""
    return texts().say(says, said=without_identity(said, change.ticket))


def pass_on(change: Change, note: str, to: Ticket) -> None:
    """Add a note with the words of a merged ticket's citizen (see `in_words_of_part`) to the main ticket, which does
    not change otherwise."""
    number, facts = (
        change.ticket.number,
        {"action": Action.NOTE, "by": SYSTEM.kind, "was": to.status, "status": to.status},
    )
    handling = change.unit.handling
    handling.add_step(
        to.number,
        Step(change.now, SYSTEM.id, SYSTEM.kind, None, Action.NOTE, to.status, to.status, note, {"part": number}),
    )
    change.unit.audit.add(SYSTEM, f"ticket.{Action.NOTE}", to.number, change.now, None, facts | {"part": number})
    change.unit.events.add("ticket.changed", to.number, facts_of(to) | facts | {"part": number}, change.now)


def let_parts_go(change: Change) -> None:
    """After a citizen has withdrawn a main ticket: make each ticket merged into it independent again."""
    for number in sorted(change.unit.tickets.parts(change.ticket.number)):
        if part := change.unit.tickets.locked(number):
            own = Change(change.work, change.unit, part, SYSTEM)
            take_out(own, texts().say("main_withdrawn"), "unmerged_withdrawn")


def _ask(part: Change, main: Ticket) -> None:
    """Start the follow-up on a merged ticket, unless the same sender reported both and is asked about the main one."""
    if (part.ticket.channel, part.ticket.sender) != (main.channel, main.sender):
        part.wait_for(Stage.FOLLOW_UP)
