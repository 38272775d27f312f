"""Tickets about one matter (并单): one becomes a part of another, and can be taken out again.

Whoever holds several tickets takes the main one first, or the one with the lower number, so that two never wait for each
other.
"""

from __future__ import annotations

from typing import Any

from hotline.staff.model import SYSTEM
from hotline.tickets.change import Change, facts_of
from hotline.tickets.lifecycle import ANSWERED, Action, AgainstRule, Stage, check
from hotline.tickets.model import ENDED, Ticket
from hotline.tickets.records import Step
from hotline.tickets.scrubbing import without_identity
from hotline.wording import texts


def merge(change: Change, main: str) -> Ticket:
    """Make a ticket part of another (its number), whose steps and reply its citizen gets from now on.

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
    """Make a part a ticket of its own again; it starts as received, due when it was. `says`: what its citizen reads
    instead of the rule's words. Raises lifecycle.NotPossible."""
    due = change.ticket.due_at
    becomes = {"merged_into": None, "outcome": None, "reply": None, "satisfaction": None}
    say = {"says": says} if says else {}
    change.do(Action.UNDO_MERGE, {"reason": reason}, note=reason, say=say | {"due": due}, becomes=becomes)
    reply = change.deadline(Stage.REPLY)
    if reply is not None and reply.due_at != due:
        change.move(reply, due, "merge undone")
    return change.ticket


def ask_parts(change: Change) -> None:
    """Ask the citizens of the parts what they think of the reply that the main ticket has now, and no more of one before."""
    for part in change.unit.tickets.merged_into(change.ticket.number):
        own = Change(change.work, change.unit, part, SYSTEM)
        if asked := own.deadline(Stage.FOLLOW_UP):
            own.meet(asked)
        if change.ticket.status in ANSWERED:
            _ask(own, change.ticket)


def in_words_of_part(change: Change, says: str, said: str = "") -> str:
    """What the citizen of a part has said as the unit of the main ticket reads it, without who it is."""
    return texts().say(says, said=without_identity(said, change.ticket))


def pass_on(change: Change, note: str, to: Ticket) -> None:
    """Note on the main ticket what the citizen of a part has said (see `in_words_of_part`); nothing of it changes."""
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
    """A citizen has withdrawn a ticket: what others have reported with it goes on, each on its own again."""
    for number in sorted(change.unit.tickets.parts(change.ticket.number)):
        if part := change.unit.tickets.locked(number):
            own = Change(change.work, change.unit, part, SYSTEM)
            take_out(own, texts().say("main_withdrawn"), "unmerged_withdrawn")


def _ask(part: Change, main: Ticket) -> None:
    """Whoever has reported both is asked once, about the main one."""
    if (part.ticket.channel, part.ticket.sender) != (main.channel, main.sender):
        part.wait_for(Stage.FOLLOW_UP)
