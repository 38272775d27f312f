"""The red ticket of a danger: opened, added to, and what was said since."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker

from bot.actions.context import hotline
from bot.actions.reading import Turn, read_draft, seconds_since, understood
from hotline.danger import Doubt
from hotline.danger.said import NO_CALL
from hotline.danger.situations import AWAY
from hotline.danger.standing import STANDS
from hotline.intake import Draft, Understood, contact_told
from hotline.intake.address import joined
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import Contact, Intake, RequestType, Ticket, Urgency
from hotline.tickets.service import TicketEnded

SAYS_YES = phrase("danger.says_yes_there")
OF_THE_WRITER = phrase("danger.where_the_writer_is")


def red_ticket(tracker: Tracker) -> str | None:
    """The number of the red ticket while its danger stands."""
    since = seconds_since(tracker, "action_danger")
    is_over = tracker.get_slot("danger") is None or asked_about(tracker) or since is None or since > STANDS
    return None if is_over else tracker.get_slot("danger_ticket")


def asked_about(tracker: Tracker) -> Doubt | None:
    """What the assistant asked about a doubtful danger; None if it did not ask."""
    return next((doubt for doubt in Doubt if doubt == tracker.get_slot("danger")), None)


def open_red_ticket(
    turn: Turn, draft: Draft | None, kind: str, category: str | None, followed: Ticket | None = None
) -> str:
    """Open the red ticket and return its number. `category`: the matter that a hazard is besides, whose unit also gets
    it; `followed`: the ticket that the danger came out of, whose place is taken until another is told."""
    place = next(reversed(places_of_danger(turn.heard)), None) or (draft and draft.place)
    description = _for_the_ticket(turn)
    if place is None and followed:
        place = followed.location
        description = f"{_assumed(str(place))}：{description}"
    phone = turn.heard.phones[-1] if turn.heard.phones else turn.citizen.verified_phone or (draft and draft.phone)
    ticket = hotline().tickets.open(
        Intake(
            key=turn.message_id,
            request_type=RequestType.HELP,
            category=category,
            description=description,
            channel=turn.citizen.channel,
            sender=turn.citizen.sender,
            conversation_id=turn.conversation_id,
            location=place,
            district=turn.heard.district,
            urgency=Urgency.CRITICAL,
            contact=Contact(draft.name if draft else None, phone),
            danger=kind,
            language=turn.language,
        )
    )
    return ticket.number


def same_again(tracker: Tracker, turn: Turn, kind: str) -> str | None:
    """The number of the red ticket of a danger that was believed over but is not, or is back; staff are alerted
    again."""
    number, since = tracker.get_slot("danger_ticket"), seconds_since(tracker, "action_danger")
    if not number or tracker.get_slot("danger") or since is None or since > STANDS:
        return None
    with suppress(AccessDenied, TicketEnded):
        ticket = hotline().tickets.for_citizen(number, turn.citizen)
        if ticket is None or ticket.danger != kind:
            return None
        hotline().tickets.add(number, turn.citizen, _for_the_ticket(turn), turn.message_id, alarms=True)
        return number
    return None


def add_to_red_ticket(number: str, turn: Turn, alarms: bool = False, denies: bool = False) -> None:
    """Add the message to the red ticket. A contact and a more exact place also go into the fields where the responders
    look for them. `denies`: it says that there is no danger, which those who dispatch see."""
    tickets, heard = hotline().tickets, turn.heard
    node = "danger_denied" if denies else "added"
    with suppress(AccessDenied, TicketEnded):
        ticket = tickets.add(number, turn.citizen, _for_the_ticket(turn), turn.message_id, node, alarms=alarms)
        contact = contact_told(heard)
        if contact and any(contact):
            tickets.keep_contact(number, turn.citizen, contact, None, turn.message_id)
        is_assumed = ticket.location is not None and _assumed(ticket.location) in ticket.description
        if place := _more_exact(None if is_assumed else ticket.location, places_of_danger(heard)):
            tickets.correct_place(number, turn.citizen, place, place, turn.message_id)


def said_since(tracker: Tracker, number: str) -> list[dict[str, Any]]:
    """What was understood of each message, from the one that opened the red ticket to the one before the latest."""
    said: list[dict[str, Any]] = []
    opened = False
    for event in tracker.events:
        if event.get("event") == "user":
            said = [*said, event.get("parse_data") or {}] if opened else [event.get("parse_data") or {}]
        elif event.get("event") == "slot" and event.get("name") == "danger_ticket" and event.get("value") == number:
            opened = True
    return said[:-1]


def texts_since(tracker: Tracker, number: str) -> list[str]:
    messages = said_since(tracker, number)
    return [str((message.get("matter") or {}).get("pieces") or message.get("text") or "") for message in messages]


def as_said(message: dict[str, Any]) -> Understood:
    """What was understood of a message that was taken for a danger, as if there were none."""
    said_as = (message.get("matter") or {}).get("said_as")
    heard = understood(message)
    if heard.intent != "report_danger":
        return heard
    return replace(heard, intent=said_as if said_as and said_as != "report_danger" else "inform")


def place_is_known(tracker: Tracker, turn: Turn, number: str | None, before: bool = False) -> bool:
    """Whether the citizen has told where the danger is, also in an intake that it interrupted. `before`: without the
    latest message."""
    draft = read_draft(tracker)
    told = places_told(tracker, None if before else turn, number)
    if (draft and draft.place) or told:
        return True
    agrees = number is not None and any(SAYS_YES.search(text) for text in texts_since(tracker, number)[1:])
    return agrees and assumed_place(str(number), turn) is not None


def assumed_place(number: str, turn: Turn) -> str | None:
    """The place that a red ticket has only from the ticket which the danger came out of; None if it has none or was
    told one."""
    with suppress(AccessDenied):
        ticket = hotline().tickets.for_citizen(number, turn.citizen)
        if ticket and ticket.location and _assumed(ticket.location) in ticket.description:
            return ticket.location
    return None


def _assumed(place: str) -> str:
    return f"{texts().say('remark.place_of_ticket')}（{place}）"


def places_of_danger(heard: Understood) -> list[str]:
    """The places in a message without the one where only the writer is: 他在绵阳，我在成都."""
    return [place for place in heard.places if not _is_of_the_writer_away(heard.text, place)]


def _is_of_the_writer_away(text: str, place: str) -> bool:
    """Whether a place is only where the writer is, far from the danger."""
    if not AWAY.pattern.search(text):
        return False
    before = text[: text.find(place)]
    return OF_THE_WRITER.search(before) is not None


def places_told(tracker: Tracker, turn: Turn | None, number: str | None) -> list[str]:
    """The places told since the danger was, and in the latest message where `turn` is given."""
    told = [understood(message) for message in (said_since(tracker, number) if number else ())]
    every = [*told, *([turn.heard] if turn else [])]
    return list(dict.fromkeys(place for heard in every for place in places_of_danger(heard)))


def _more_exact(known: str | None, told: Sequence[str]) -> str | None:
    """The known place joined with what was told; None if that adds nothing or is somewhere else."""
    if not told or known is None:
        return next(reversed(told), None)
    place = joined(known, told[-1])
    return place if place != known and (place != told[-1] or known in place) else None


def _for_the_ticket(turn: Turn) -> str:
    """The message, with a note in front if the citizen must not be called."""
    text = turn.heard.text
    return f"{texts().say('remark.no_call')}：{text}" if NO_CALL.search(text) else text
