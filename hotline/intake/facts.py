"""The facts of a message in a draft: where the matter is, whom to answer, and the plate of the car that it is about."""

from __future__ import annotations

import re
from dataclasses import replace

from hotline.city import City
from hotline.intake.address import Address, in_order, joined, together
from hotline.intake.corrections import corrected_beside, corrected_place, corrected_value
from hotline.intake.draft import Draft, Understood
from hotline.intake.listening import (
    BEFORE_A_PLACE,
    CLEAN_ENDS,
    HAN,
    LEAST_TOLD,
    LIVES,
    NO_NAME,
    NO_PLACE,
    PLACE_NOUN,
    PUTS_THE_PLACE_RIGHT,
    TELLS_NO_PLACE,
    address_of,
    concerned_in,
    is_another_persons,
    is_only_a_time,
    lone_name,
    own_name,
    own_phone,
    untitled,
)
from hotline.intake.precise import LEAST_ROAD, ROADS, core_of, more_precise
from hotline.intake.privacy import has_address, without_address

MAX_DESCRIPTION, MAX_PLACE, MAX_NAME = 10_000, 300, 60
LONGEST_PIECE = 10  # characters of a message that is a piece of a matter
LONGEST_ANSWER = 30  # characters of an answer that is a place as a whole
PLATE = "plate"  # the key of the detail in the city's categories
ASKED_WITH_A_PHONE = ("contact", "confirm")
ABOUT_THE_PLACE = ("place", "district", "correction", "confirm")


def with_facts(draft: Draft, heard: Understood, city: City, asked: str | None) -> Draft:
    """The draft with the place, the phone, the names and the plates of a message. What it does not name stays."""
    place, district = _where(draft, heard, city, asked)
    name = name_told(heard, beside_a_phone=asked in ASKED_WITH_A_PHONE)
    phone, concerned = own_phone(heard.text, heard.phones), heard.concerned or concerned_in(heard.text)
    return replace(
        draft,
        place=place,
        district=district,
        details=_details(draft, heard, city),
        phone=phone or draft.phone,
        name=name[:MAX_NAME] if name else draft.name,
        address=address_of(heard.text, name or draft.name) or draft.address,
        concerned=concerned[:MAX_NAME] if concerned else draft.concerned,
        relation=heard.relation[:MAX_NAME] if heard.relation else draft.relation,
        anonymous=draft.anonymous and not phone and (name is None or bool(NO_NAME.search(heard.text))),
    )


def name_told(heard: Understood, beside_a_phone: bool) -> str | None:
    """The speaker's own name. `beside_a_phone`: also one that stands with a phone or an address, with nothing to say so."""
    others = concerned_in(heard.text)
    name = next(
        (name for name in reversed(heard.names) if name != others and not is_another_persons(name, heard.text)), None
    )
    if name is None:
        name = own_name(heard.text)
    if name is None and beside_a_phone and heard.phones:
        name = lone_name(heard.text)
    if name is None and beside_a_phone and has_address(heard.text):
        name = lone_name(without_address(heard.text).partition(",")[0])
    return untitled(name) if name else None


def contact_told(heard: Understood) -> tuple[str | None, str | None] | None:
    """The name and the phone that a message gives for the speaker, each where it does; None for no contact at all."""
    name = name_told(heard, beside_a_phone=True)
    phone = own_phone(heard.text, heard.phones)
    return (name, phone) if name or phone or has_address(heard.text) else None


def told_more(draft: Draft, heard: Understood) -> Draft:
    """The draft with the message as a further line of what the citizen told, which may tell with those before what it is."""
    after = replace(draft, description=f"{draft.description}\n{heard.text}"[:MAX_DESCRIPTION])
    in_pieces = all(len(line) <= LONGEST_PIECE for line in after.description.splitlines())
    return replace(after, category=heard.together, category_sure=True) if heard.together and in_pieces else after


def moved(draft: Draft, place: str, city: City) -> Draft:
    """The draft at another place, in the district that this names."""
    found = city.find_district(place)
    return replace(draft, place=place, district=found.code if found else draft.district)


def place_of_answer(answer: str, recognised: str | None, is_answer_only: bool, city: City) -> str | None:
    """The place that an answer to "where?" tells: what was recognised in it, or all of a short one that could be a place.

    `is_answer_only`: the answer was not taken for a matter of its own.
    """
    whole = BEFORE_A_PLACE.sub("", answer)[:MAX_PLACE]
    place = recognised or (whole if _may_be_place(answer) else None)
    is_place = is_answer_only or PLACE_NOUN.search(answer)
    return in_order(whole) if is_place and _says_more_than_division(whole, place, city) else place


def _where(draft: Draft, heard: Understood, city: City, asked: str | None) -> tuple[str | None, str | None]:
    """Place and district after a message.

    A new place replaces an old one only where it answers the read-back or a question about the place: what is said
    with the contact is where the citizen lives. A district alone leaves the street.
    """
    place, district = _full_name(draft.place, city), draft.district
    named = next((found.code for p in reversed(heard.places) if (found := city.district_named(p))), None)
    is_open = district is None and (draft.place is None or asked in ABOUT_THE_PLACE)  # 上车是在九里堤 moves no 东站
    if (told := heard.district or named) and (is_open or city.district(told).stem in heard.text):
        district = told  # one that is known stays until another is named outright: 望平街 alone does not move it
    places = [p for p in heard.places if draft.place is None or not city.district_named(p)]
    places = [p for p in places if f"不是{p}" not in heard.text]
    places = together([p for p in places if not city.district_named(p)] or places)
    within = more_precise(place, heard, asked) if place and not Address.of(place).is_division else None
    within = corrected_beside(place, heard.text) or within
    is_put_right = PUTS_THE_PLACE_RIGHT.search(heard.text) and not corrected_place(place, heard.text)
    if within:
        place = within[:MAX_PLACE]
    elif places and (place is None or asked in ABOUT_THE_PLACE or is_put_right or _is_within(place, heard)):
        new = "、".join(_without_taken_back(places, heard.text)) if asked is None else places[-1]
        place = (joined(place, new) if place else new)[:MAX_PLACE]
    if place != draft.place:
        found = city.find_district(place) if place else None
        stays = found and found.code == draft.district and named is not None  # the other one is where else something is
        if found and (district is None or found.stem in str(place) or stays):
            district = found.code
    elif place and draft.district and district != draft.district:
        place = place.replace(city.district(draft.district).name, city.district(str(district)).name)
    return place, district


def _without_taken_back(places: list[str], text: str) -> list[str]:
    """The places of a text with what it puts right in them: 彭州濛阳那边，不对，是九尺镇，不是濛阳."""
    right = [corrected_value(place, text) or place for place in places]
    return [place for place in right if not any(place != other and place in other for other in right)]


def _full_name(place: str | None, city: City) -> str | None:
    """The place, or the district's own name for a short one: 锦江区 for 锦江."""
    found = city.district_named(place) if place and HAN.search(place) else None
    return found.name if found else place


def _details(draft: Draft, heard: Understood, city: City) -> tuple[tuple[str, str], ...]:
    """The details with a plate that was told unasked, where the category asks for one; another plate replaces it."""
    plates = "、".join(plate for plate in heard.plates if f"不是{plate}" not in heard.text)
    if not plates or not draft.category or PLATE not in {d.key for d in city.category(draft.category).details}:
        return draft.details
    known = dict(draft.details).get(PLATE)
    if known is None:
        return (*draft.details, (PLATE, plates))
    is_known = re.search(rf"(?<![A-Z0-9]){re.escape(plates)}(?![A-Z0-9])", known)
    return draft.details if is_known else tuple((k, plates if k == PLATE else v) for k, v in draft.details)


def _is_within(known: str, heard: Understood) -> bool:
    """True for a place that makes the known one more precise: a street after its district, a house after its street."""
    place = heard.places[-1]
    before, now = Address.of(known), Address.of(place)
    if before.is_division:
        is_there = not now.district or not before.district or now.district == before.district
        return is_there and not now.is_division and not LIVES.search(heard.text)
    street = core_of(f"{before.road}{before.rest}")
    least = LEAST_ROAD if street.endswith(ROADS) else LEAST_TOLD
    return len(street) >= least and place != known and street.casefold() in place.casefold()


def _may_be_place(answer: str) -> bool:
    """True for an answer that could name a place though none was recognised: words, not a row of letters or signs."""
    if NO_PLACE.search(answer) or is_a_piece(answer):
        return False
    return len(re.findall(r"[\u4e00-\u9fff]", answer)) >= 2 or bool(re.search(r"[A-Za-z]{3,}.*\s", answer))


def is_a_piece(answer: str) -> bool:
    """True for words of a matter that can be no place: 不亮, 收钱, 一个月两千, 晚上."""
    tells = TELLS_NO_PLACE.search(answer) or is_only_a_time(answer)
    return bool(tells) and len(HAN.findall(answer)) > 1


def _says_more_than_division(answer: str, place: str | None, city: City) -> bool:
    """True for a short answer of which only the district or the 街道 was recognised: 成都七中育才，锦江区."""
    is_division = place and (Address.of(place).is_division or city.district_named(place))
    if place is None or not is_division or len(answer) > LONGEST_ANSWER:
        return False
    rest = answer.replace(place, "").strip(CLEAN_ENDS)
    return _may_be_place(rest)
