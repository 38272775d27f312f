"""What was understood, as an agent corrects it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hotline.city import REQUEST_TYPES, City
from hotline.conversations.handoff.model import Correction
from hotline.intake import Draft


def draft_of(slots: Mapping[str, Any]) -> Draft | None:
    """The draft in the dialogue's memory."""
    values = slots.get("draft")
    return Draft.from_slots(values) if values else None


def corrected(slots: Mapping[str, Any], correction: Correction, city: City) -> Draft:
    """The draft with an agent's corrections, to be read back again. Raises ValueError naming the wrong field."""
    changes = correction.changes()
    if "request_type" in changes and changes["request_type"] not in REQUEST_TYPES:
        raise ValueError("request_type")
    if "category" in changes and changes["category"] not in city.categories:
        raise ValueError("category")
    if "district" in changes and changes["district"] not in city.districts:
        raise ValueError("district")
    before = draft_of(slots)
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
