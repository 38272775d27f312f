"""Chooses the next question: location, then the details that decide the department, then contact details, then the
read-back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotline.city import CALLS_FOR_ACTION, City
from hotline.intake.draft import Draft
from hotline.intake.listening import ASKS
from hotline.intake.named import named_in
from hotline.intake.sorting_anew import WHICH, choices_in_words
from hotline.texts import texts

OF_A_FIRM = ("employer", "company")  # details for which the name of any firm is an answer
KIND_ASKED_FOR = re.compile(r"哪[个家所]([\u4e00-\u9fff]{2,4}?)(?=[或、,，?？]|$)")
DENIES = ("不是", "不在", "不是在", "不是啥子", "不是什么", "没在")
BARE_SUBJECT = 5  # characters up to which a description may be only a subject: 水费, 5路公交


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `kind`: matter, place, district, detail:<key>, contact, phone (again), correction, which or
    confirm; `zh`, `en`: its wording where the kind alone does not give it."""

    kind: str
    zh: str | None = None
    en: str | None = None


def next_question(draft: Draft, city: City) -> Question | None:
    """The next question, or None once the citizen has confirmed."""
    if draft.confirmed:
        return None
    if draft.asked[-1:] in (("correction",), ("phone",)):
        return Question(draft.asked[-1])
    if draft.choices:
        words = [
            texts(language).say("which", choices=choices_in_words(draft.choices, city, language))
            for language in ("zh", "en")
        ]
        return Question(WHICH, *words)
    category = city.category(draft.category) if draft.category else None
    if category is None and not draft.category_sure and "matter" not in draft.asked and len(draft.description) < 8:
        return Question("matter")
    calls_for_action = draft.request_type in CALLS_FOR_ACTION
    needs_place = calls_for_action and (category is None or category.place == "required")
    if needs_place and draft.place is None and "place" not in draft.asked:
        ask = category.place_question(draft.said) if category else None
        ask = None if ask and _is_elsewhere(draft, ask.zh) else ask
        return Question("place", ask.zh if ask else None, ask.en if ask else None)
    district_is_open = category and draft.district is None and needs_place and "district" not in draft.asked
    if category and district_is_open and city.route(category, None).needs_district:
        return Question("district")
    if category and draft.category_sure and calls_for_action:
        for detail in category.missing_details(draft.said):
            kind = f"detail:{detail.key}"
            is_named = detail.key in OF_A_FIRM and named_in(draft.said)
            if kind not in draft.asked and not is_named:
                return Question(kind, detail.ask.zh, detail.ask.en)
    if _is_bare_subject(draft):
        return Question("matter")
    if draft.phone is None and not draft.anonymous and "contact" not in draft.asked:
        return Question("contact")
    return Question("confirm")


def _is_elsewhere(draft: Draft, question: str) -> bool:
    """True where the citizen has said that it is in no such place as is asked for: 不是场馆，是小区里头."""
    kinds = KIND_ASKED_FOR.findall(question)
    return any(f"{denies}{kind}" in draft.description for kind in kinds for denies in DENIES)


def _is_bare_subject(draft: Draft) -> bool:
    """True if only a word or two are known, and the citizen was asked at most once what it is about."""
    nothing_known = draft.place is None and not draft.details and set(draft.asked) <= {"matter"}
    is_asked_twice = draft.description.count("\n") > 1 or (draft.asked and "\n" not in draft.description)
    return (
        nothing_known
        and not is_asked_twice
        and len(draft.description) <= BARE_SUBJECT
        and not ASKS.search(draft.description)
    )
