"""Turns a finished draft into the input of the use case that opens a ticket."""

from __future__ import annotations

from hotline.city import City
from hotline.intake.draft import Draft
from hotline.texts import texts
from hotline.tickets.access import Citizen
from hotline.tickets.model import Contact, Intake, RequestType, Urgency


def as_intake(
    draft: Draft, city: City, key: str, citizen: Citizen, conversation_id: str, language: str = "zh"
) -> Intake:
    """The input that opens the draft's ticket. `key`: the id of the message that caused it; the same key always finds
    the same ticket. `language`: the citizen's, zh or en."""
    words = {d.key: d.ask.zh for d in city.category(draft.category).details} if draft.category else {}
    return Intake(
        key=key,
        request_type=RequestType(draft.request_type),
        category=draft.category,
        description=draft.description,
        channel=citizen.channel,
        sender=citizen.sender,
        conversation_id=conversation_id,
        location=draft.place,
        district=draft.district,
        urgency=Urgency(draft.urgency) if draft.urgency else None,
        confidential=draft.confidential,
        contact=Contact(draft.name, draft.phone, draft.concerned, draft.relation),
        language=language,
        details=(
            *((words.get(key, key), answer) for key, answer in draft.details),
            *((texts().say(f"remark.{kind}"), said) for kind, said in draft.remarks),
        ),
    )
