"""A correction in a draft: the new value where it was said, else the question for it again."""

from __future__ import annotations

from dataclasses import replace

from hotline.city import PRAISE, City
from hotline.intake.corrections import (
    corrected_name,
    corrected_phone,
    corrected_place,
    named_request_type,
    tells_what_is_right,
)
from hotline.intake.draft import Draft, Remark, Understood
from hotline.intake.facts import moved, told_more, with_facts
from hotline.intake.meant import denies_only

ABOUT_THE_MATTER = 6  # characters of a correction from which it tells the matter anew
OF_THE_PHONE = ("电话", "号码", "手机", "尾号", "phone")
OF_THE_PLACE = ("地址", "地点", "位置", "地方", "place", "address")


def put_right(draft: Draft, text: str, city: City) -> Draft | None:
    """The draft with the part of the place, the name, the digits and the type that a message corrects; None when none."""
    place = corrected_place(draft.place, text)
    changed = moved(draft, place, city) if place else draft
    phone = corrected_phone(draft.phone, text) if not place or any(word in text for word in OF_THE_PHONE) else None
    changed = replace(
        changed,
        phone=phone or draft.phone,
        name=corrected_name(draft.name, text) or draft.name,
        request_type=named_request_type(text) or draft.request_type,
    )
    return None if changed == draft else _of_its_type(changed)


def corrected(draft: Draft, heard: Understood, city: City) -> Draft:
    """The draft after a message that says something in it is wrong."""
    known = with_facts(draft, heard, city, asked="correction")
    if known != draft or named_request_type(heard.text) == draft.request_type:
        return known
    is_told = len(heard.text) > ABOUT_THE_MATTER and not denies_only(heard.text)
    if heard.category and heard.category != draft.category and is_told:
        return about_another(draft, heard)
    if any(word in heard.text for word in OF_THE_PHONE):
        return _ask_again(replace(draft, phone=None), "contact")
    if any(word in heard.text for word in OF_THE_PLACE):
        return _ask_again(replace(draft, place=None, district=None), "place", "district")
    if tells_what_is_right(heard.text):
        return told_more(draft, heard).remarked(Remark.PUTS_RIGHT, heard.text)
    return replace(draft, asked=(*draft.asked, "correction"))


def about_another(draft: Draft, heard: Understood) -> Draft:
    """The draft about the category of the message: 不是路灯，是红绿灯. What was put right before is in it."""
    told = told_more(draft.without(Remark.PUTS_RIGHT), heard)
    return replace(told, category=heard.category, category_sure=heard.category_sure)


def taken_out(draft: Draft) -> Draft | None:
    """The draft without the last remark, or the last line that was told after the first; None where there is neither."""
    last = next((remark for remark in reversed(draft.remarks) if remark[0] != Remark.REACH), None)
    lines = draft.description.splitlines()
    if last:
        kept = tuple(remark for remark in draft.remarks if remark != last)
        return replace(draft, remarks=kept, description="\n".join([lines[0], *(x for x in lines[1:] if x != last[1])]))
    return replace(draft, description="\n".join(lines[:-1])) if len(lines) > 1 else None


def _of_its_type(draft: Draft) -> Draft:
    """The draft with praise in the category that takes it, and what is no praise outside it, for a person to sort."""
    if draft.request_type == "praise":
        return replace(draft, category=PRAISE, category_sure=True)
    return replace(draft, category=None, category_sure=True) if draft.category == PRAISE else draft


def _ask_again(draft: Draft, *questions: str) -> Draft:
    return replace(draft, asked=tuple(question for question in draft.asked if question not in questions))
