"""Applies the city's data to a draft: details may decide the category, and the category the request type and
urgency."""

from __future__ import annotations

from dataclasses import replace

from hotline.city import URGENCIES, City
from hotline.intake.draft import Draft


def settled(draft: Draft, city: City) -> Draft:
    """The draft with the category that its details decide, a request type that this category allows, and the higher
    urgency of draft and category."""
    if not draft.category:
        return draft
    category = city.category(draft.category)
    for detail in category.details:
        if (decided := detail.decide(draft.said)) and decided != draft.category:
            category = city.category(decided)
            break
    request_type = draft.request_type if draft.request_type in category.request_types else category.default_type
    urgency = max(draft.urgency or "normal", category.urgency_of(request_type, draft.said), key=URGENCIES.index)
    return replace(draft, category=category.code, request_type=request_type, urgency=urgency)
