"""The draft of a conversation, and an agent's corrections of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from hotline.city import REQUEST_TYPES, City
from hotline.conversations.handoff.model import Correction
from hotline.intake import Draft
from hotline.tickets.model import Ticket

OWN_TICKETS = 10
"""How many of a citizen's tickets a screen shows, newest first."""


def draft_of(slots: Mapping[str, Any]) -> Draft | None:
    """The draft in the dialogue's memory."""
    values = slots.get("draft")
    return Draft.from_slots(values) if values else None


def red_ticket(slots: Mapping[str, Any], own: Iterable[Ticket]) -> Ticket | None:
    """The ticket of the danger that a conversation is about, among the citizen's `own`."""
    return next((ticket for ticket in own if ticket.number == slots.get("danger_ticket")), None)


def as_told(red: Ticket | None, city: City) -> Draft | None:
    """A draft of a danger's matter, made from its ticket, because no intake has collected it."""
    if red is None:
        return None
    district = city.district_named(red.district) if red.district else None
    return Draft(
        description=red.description,
        request_type=red.request_type,
        category=red.category,
        category_sure=red.category is not None,
        district=district.code if district else None,
        place=red.location,
        name=red.contact.name,
        phone=red.contact.phone,
        concerned=red.contact.concerned,
        relation=red.contact.relation,
    )


def corrected(before: Draft | None, correction: Correction, city: City) -> Draft:
    """A draft with an agent's corrections, not confirmed. Raises ValueError naming the wrong field."""
    changes = correction.changes()
    if "request_type" in changes and changes["request_type"] not in REQUEST_TYPES:
        raise ValueError("request_type")
    if "category" in changes and changes["category"] not in city.categories:
        raise ValueError("category")
    if "district" in changes and changes["district"] not in city.districts:
        raise ValueError("district")
    if before is None and not changes.get("description"):
        raise ValueError("description")
    draft = replace(before or Draft(description="", request_type="help"), **changes, confirmed=False)
    if "place" in changes and "district" not in changes and (found := city.find_district(draft.place or "")):
        draft = replace(draft, district=found.code)
    if draft.category is None:
        return draft
    category = city.category(draft.category)
    known = draft.request_type in category.request_types
    return replace(draft, category_sure=True, request_type=draft.request_type if known else category.default_type)
