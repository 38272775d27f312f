"""The follow-up (回访): after the reply the citizen is asked whether it is solved; the answer closes or reopens the
ticket.

Citizens of merged tickets are asked as well. Their answer is stored on their own ticket and closes nothing; but "not
solved" moves the main ticket as if its own citizen had said it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotline.staff.model import CITIZEN, SYSTEM, Actor
from hotline.tickets import access, merging
from hotline.tickets.change import FOR_OTHERS, Change, Work
from hotline.tickets.lifecycle import ANSWERED, Action, NotAllowed, Stage, Who
from hotline.tickets.model import Rating, Status, Ticket

UPHELD = "upheld"
RATED = ("closed", "reopened", "objected", "satisfied", "dissatisfied")
"""Timeline nodes that record a citizen's rating."""


class FollowUps:
    """Takes the citizen's rating after the reply, from the citizen or through an agent on the phone."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def rate(self, number: str, citizen: access.Citizen, rating: Rating, words: str, key: str) -> Ticket:
        """Take the citizen's rating. "Satisfied" closes the ticket; "dissatisfied" sends it back to the unit, the
        second time to a supervisor.

        Before the reply, or long after the end, the rating is only stored for the unit. Raises access.AccessDenied.
        """
        with self._work.on(number, CITIZEN, with_main=True) as change:
            if not citizen.owns(change.ticket):
                raise access.NotFound(change.ticket.number)
            return take_rating(change, rating, words, key)

    def record_call(self, number: str, actor: Actor, rating: Rating, words: str, version: int | None = None) -> Ticket:
        """Take the rating that the citizen gave an agent on the phone. Raises lifecycle.NotPossible."""
        with self._work.on(number, actor, version, with_main=True) as change:
            if not Who.AGENT.is_met_by(actor, change.ticket):
                raise NotAllowed(f"{actor.kind} does not call citizens for the hotline")
            return take_rating(change, rating, words, f"call:{change.ticket.number}:{change.ticket.version}")


def take_rating(change: Change, rating: Rating, words: str, key: str) -> Ticket:
    """Apply a rating to a locked ticket (its main ticket locked too); a second call with the same key changes
    nothing."""
    ticket, dissatisfied = change.ticket, rating is Rating.DISSATISFIED
    if any(change.is_done(node, key) for node in RATED):
        return ticket
    becomes: dict[str, Any] = {"satisfaction": rating}
    if dissatisfied:
        becomes["description"] = change.described(words)
    if ticket.merged_into is not None:
        return _take_from_part(change, ticket.merged_into, rating, words, key, becomes)
    if not dissatisfied and ticket.status in ANSWERED and not _another_has_objected(change):
        return change.do(Action.CONFIRM, key=key, data={"rating": rating}, becomes=becomes | {"outcome": "solved"})
    if dissatisfied and may_object(change):
        return _object(change, words, key=key, data={"rating": rating}, becomes=becomes)
    return change.note_rating(rating, key, becomes, {})


def may_object(change: Change) -> bool:
    """Whether dissatisfaction moves the ticket: from the reply until some days after it was closed, unless a supervisor
    has upheld the reply or is reviewing it already."""
    ticket = change.ticket
    if ticket.outcome == UPHELD or change.deadline(Stage.OBJECTION) is not None:
        return False
    if ticket.status is not Status.CLOSED:
        return ticket.status in ANSWERED
    archive = change.deadline(Stage.ARCHIVE)
    within = change.work.city.deadlines.reopen_within
    return archive is not None and change.now <= change.work.timing.after(within, archive.started_at)


def _take_from_part(
    change: Change, number: str, rating: Rating, words: str, key: str, becomes: Mapping[str, Any]
) -> Ticket:
    """Take the rating of a merged ticket's citizen. It is an action if they were asked or if it moves the main ticket,
    else it is only noted."""
    main = change.unit.tickets.locked(number)
    assert main is not None  # merged_into is a foreign key
    whole, is_asked = Change(change.work, change.unit, main, SYSTEM), change.deadline(Stage.FOLLOW_UP) is not None
    if rating is Rating.SATISFIED:
        if is_asked:
            return change.do(Action.CONFIRM_PART, key=key, data={"rating": rating}, becomes=becomes)
        return change.note_rating(rating, key, becomes, {})
    note = merging.in_words_of_part(change, "part_objects", words)
    node: str = rating
    if may_object(whole):
        node = "objected" if main.reopened else "reopened"
        _object(whole, words, note=note, data={"part": change.ticket.number}, say={"says": FOR_OTHERS[node]})
    else:
        merging.pass_on(change, note, main)
    say = {
        "unit": whole.ticket.lead,
        "due": whole.ticket.due_at,
        "says": "objected_part" if node == "objected" else node,
    }
    if is_asked or node != rating:
        return change.do(
            Action.OBJECT_PART, {"reason": words}, key=key, node=node, say=say, data={"rating": rating}, becomes=becomes
        )
    return change.note_rating(rating, key, becomes, say)


def _object(change: Change, reason: str, *, becomes: Mapping[str, Any] | None = None, **told: Any) -> Ticket:
    """Send an answered ticket back to its unit the first time any of its citizens objects; after that a supervisor
    reviews it."""
    again = change.ticket.reopened > 0
    action = Action.OBJECT_AGAIN if again else Action.OBJECT
    moves = {"outcome": None, "reopened": change.ticket.reopened + (not again)}
    change.do(action, {"reason": reason}, becomes={**(becomes or {}), **moves}, **told)
    if not again:
        merging.ask_parts(change)
    return change.ticket


def _another_has_objected(change: Change) -> bool:
    """Whether a supervisor is reviewing the ticket because the citizen of a merged ticket objected."""
    if change.deadline(Stage.OBJECTION) is None:
        return False
    steps = change.unit.handling.steps(change.ticket.number)
    return next("part" in step.data for step in reversed(steps) if step.action is Action.OBJECT_AGAIN)
