"""Applies a correction to a draft: sets the new value where the message gives one, else asks for it again."""

from __future__ import annotations

from dataclasses import replace

from hotline.city import PRAISE, City
from hotline.intake.corrections import (
    ADDS_TO_THE_PLACE,
    corrected_name,
    corrected_phone,
    corrected_place,
    denies_a_question,
    house_put_right,
    house_told,
    name_labelled,
    named_request_type,
    place_labelled,
    put_in_its_place,
    said_beside,
    tells_more_than_a_no,
    tells_what_is_right,
    with_added,
)
from hotline.intake.draft import Draft, Remark, Understood
from hotline.intake.facts import is_already_so, moved, told_more, with_facts
from hotline.intake.meant import denies_only
from hotline.intake.objecting import objects_to_unit
from hotline.intake.precise import with_house
from hotline.phrases import phrase

ABOUT_THE_MATTER = 6  # characters above which a correction tells the matter anew
CLEAR = 0.7  # least probability of the category, if a correction does not say what it denies
OF_THE_PHONE = ("电话", "号码", "手机", "尾号", "phone")
OF_THE_PLACE = ("地址", "地点", "位置", "地方", "place", "address")
KEEPS_THE_CONTACT = phrase("contact.stays_the_same")


def labelled(draft: Draft, text: str) -> Draft | None:
    """The draft with the house number or the name that a message gives with a label: 门牌是3栋2802; 名字是合丽. None if
    nothing changes."""
    house, name = house_told(text), name_labelled(text)
    house = None if corrected_place(draft.place, text) else house  # 门牌号是82不是28
    place = with_house(draft.place, house) if house and draft.place else draft.place
    is_own = name is not None and draft.name is not None and len(name) == len(draft.name)  # 名字是金碧辉煌 is a firm's
    changed = replace(draft, place=place, name=name if is_own else draft.name)
    return changed if changed != draft else None


def put_right(draft: Draft, text: str, city: City) -> Draft | None:
    """The draft with those parts of place, name, phone and request type that a message corrects; None if it corrects
    none."""
    draft_before, draft = draft, labelled(draft, text) or draft
    told = place_labelled(text) if draft.place and draft_before.place == draft.place else None
    if draft.place and ADDS_TO_THE_PLACE.search(text):
        place = with_added(draft.place, said_beside(text))
    else:
        place = put_in_its_place(draft.place, told) if told else corrected_place(draft.place, text)
    if place is None and draft.place and (house := house_put_right(text)):
        place = with_house(draft.place, house)
    changed = moved(draft, place, city) if place else draft
    phone = corrected_phone(draft.phone, text) if not place or any(word in text for word in OF_THE_PHONE) else None
    changed = replace(
        changed,
        phone=phone or draft.phone,
        name=corrected_name(draft.name, text) or draft.name,
        request_type=named_request_type(text) or _of_no_question(draft, text, city),
    )
    return None if changed == draft_before else _of_its_type(changed)


def corrected(draft: Draft, heard: Understood, city: City) -> Draft:
    """The draft after a message that says something in it is wrong; if it does not say what, the assistant asks
    (`correction`)."""
    known = with_facts(draft, heard, city, asked="correction")
    is_there = draft.name in heard.names or draft.phone in heard.phones  # My name is Peter Hall, please put it in
    if known != draft or is_there or named_request_type(heard.text) == draft.request_type:
        return known
    is_told = len(heard.text) > ABOUT_THE_MATTER and not denies_only(heard.text)
    is_clear = heard.meant is not None or not heard.ranking or heard.ranking[0][1] >= CLEAR
    if heard.category and heard.category != draft.category and is_told and is_clear:
        return about_another(draft, heard)
    if KEEPS_THE_CONTACT.search(heard.text):
        return known
    if is_already_so(draft, heard.text, city):
        return told_more(draft, heard)
    if any(word in heard.text for word in OF_THE_PHONE):
        return _ask_again(replace(draft, phone=None), "contact")
    if any(word in heard.text for word in OF_THE_PLACE):
        return _ask_again(replace(draft, place=None, district=None), "place", "district")
    is_more = tells_more_than_a_no(heard.text) and not denies_only(heard.text) and not objects_to_unit(heard.text)
    if tells_what_is_right(heard.text) or is_more:
        return told_more(draft, heard).remarked(Remark.PUTS_RIGHT, heard.text)
    return replace(draft, asked=(*draft.asked, "correction"))


def about_another(draft: Draft, heard: Understood) -> Draft:
    """The draft moved to the category of the message: 不是路灯，是红绿灯. Remarks with earlier corrections are
    dropped."""
    told = told_more(draft.without(Remark.PUTS_RIGHT), heard)
    return replace(told, category=heard.category, category_sure=heard.category_sure)


def taken_out(draft: Draft) -> Draft | None:
    """The draft without its last remark (wishes how to be reached stay) or else without the last line after the first;
    None if it has neither."""
    last = next((remark for remark in reversed(draft.remarks) if remark[0] != Remark.REACH), None)
    lines = draft.description.splitlines()
    if last:
        kept = tuple(remark for remark in draft.remarks if remark != last)
        return replace(draft, remarks=kept, description="\n".join([lines[0], *(x for x in lines[1:] if x != last[1])]))
    return replace(draft, description="\n".join(lines[:-1])) if len(lines) > 1 else None


def _of_its_type(draft: Draft) -> Draft:
    """The draft in the category of praise if it is praise; if it is not and was there, without a category, for a person
    to choose one."""
    if draft.request_type == "praise":
        return replace(draft, category=PRAISE, category_sure=True)
    return replace(draft, category=None, category_sure=True) if draft.category == PRAISE else draft


def _ask_again(draft: Draft, *questions: str) -> Draft:
    return replace(draft, asked=tuple(question for question in draft.asked if question not in questions))


def _of_no_question(draft: Draft, text: str, city: City) -> str:
    """The request type of the draft; if the citizen denies that it is an enquiry, the default one of its category, or
    `help`."""
    if draft.request_type != "consultation" or not denies_a_question(text):
        return draft.request_type
    usual = city.category(draft.category).default_type if draft.category else "help"
    return "help" if usual == "consultation" else usual
