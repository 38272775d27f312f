"""After the reply the citizen is asked (回访): is it solved, are you satisfied? What they say closes or reopens the ticket."""

from __future__ import annotations

from hotline.staff.model import CITIZEN, Actor
from hotline.tickets import access
from hotline.tickets.change import Change, Work
from hotline.tickets.lifecycle import ANSWERED, Action, NotAllowed, Stage, Who
from hotline.tickets.model import MAX_DESCRIPTION, Rating, Status, Ticket

UPHELD = "upheld"


class FollowUps:
    """The citizen's say after the reply, told by themselves or to an agent on the phone."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def rate(self, number: str, citizen: access.Citizen, rating: Rating, words: str, key: str) -> Ticket:
        """Take what the citizen thinks. Solved closes; not solved goes back to the unit, the second time to a supervisor.

        Before the reply, or long after the end, it is kept and the unit can read it. Raises access.AccessDenied.
        """
        with self._work.on(number, CITIZEN) as change:
            if not citizen.owns(change.ticket):
                raise access.NotFound(change.ticket.number)
            return take_rating(change, rating, words, key)

    def record_call(self, number: str, actor: Actor, rating: Rating, words: str, version: int | None = None) -> Ticket:
        """Take what an agent heard from the citizen on the phone. Raises lifecycle.NotPossible."""
        with self._work.on(number, actor, version) as change:
            if not Who.AGENT.is_met_by(actor, change.ticket):
                raise NotAllowed(f"{actor.kind} does not call citizens for the hotline")
            return take_rating(change, rating, words, f"call:{change.ticket.number}:{change.ticket.version}")


def take_rating(change: Change, rating: Rating, words: str, key: str) -> Ticket:
    """The rule itself, on a held ticket; the same key changes nothing twice."""
    ticket = change.ticket
    dissatisfied = rating is Rating.DISSATISFIED
    if any(change.is_done(node, key) for node in ("closed", "reopened", "objected", "satisfied", "dissatisfied")):
        return ticket
    becomes: dict[str, object] = {"satisfaction": rating}
    if dissatisfied:
        becomes["description"] = f"{ticket.description}\n{words}"[:MAX_DESCRIPTION]
    if not dissatisfied and ticket.status in ANSWERED:
        return change.do(Action.CONFIRM, key=key, data={"rating": rating}, becomes=becomes | {"outcome": "solved"})
    if dissatisfied and may_object(change):
        again = ticket.reopened > 0
        action = Action.OBJECT_AGAIN if again else Action.OBJECT
        becomes |= {"outcome": None, "reopened": ticket.reopened + (not again)}
        return change.do(action, {"reason": words}, key=key, data={"rating": rating}, becomes=becomes)
    return change.note_rating("dissatisfied" if dissatisfied else "satisfied", key, becomes)


def may_object(change: Change) -> bool:
    """Whether dissatisfaction moves the ticket: after the reply, until some days after it was closed, not once a
    supervisor has upheld the reply or is looking at it already."""
    ticket = change.ticket
    if ticket.outcome == UPHELD or change.deadline(Stage.OBJECTION) is not None:
        return False
    if ticket.status is not Status.CLOSED:
        return ticket.status in ANSWERED
    archive = change.deadline(Stage.ARCHIVE)
    within = change.work.city.deadlines.reopen_within
    return archive is not None and change.now <= change.work.timing.after(within, archive.started_at)
