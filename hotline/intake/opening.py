"""A draft as the ticket that is opened from it."""

from __future__ import annotations

from hotline.city import City
from hotline.intake.draft import Draft
from hotline.texts import texts
from hotline.tickets.access import Citizen
from hotline.tickets.model import Contact, Intake, RequestType, Urgency


def as_intake(
    draft: Draft, city: City, key: str, citizen: Citizen, conversation_id: str, language: str = "zh"
) -> Intake:
    """The draft as the use case takes it; the key, a message's id, makes it repeatable. `language`: the citizen's."""
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
