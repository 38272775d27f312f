"""The facts of a message in a draft: where the matter is, and whom to answer."""

from __future__ import annotations

import re
from dataclasses import replace

from hotline.city import City
from hotline.intake.corrections import corrected_place
from hotline.intake.draft import Draft, Understood
from hotline.intake.phrases import LEAST_TOLD, PUTS_THE_PLACE_RIGHT

MAX_DESCRIPTION, MAX_PLACE, MAX_NAME = 10_000, 300, 60
LONGEST_ANSWER = 30  # characters of an answer that is a place as a whole
ABOUT_THE_PLACE = ("place", "district", "correction", "confirm")


def with_facts(draft: Draft, heard: Understood, city: City, asked: str | None) -> Draft:
    """The draft with the place, the phone and the names of a message. What it does not name stays."""
    place, district = _where(draft, heard, city, asked)
    return replace(
        draft,
        place=place,
        district=district,
        phone=heard.phones[-1] if heard.phones else draft.phone,
        name=heard.names[-1][:MAX_NAME] if heard.names else draft.name,
        concerned=heard.concerned[:MAX_NAME] if heard.concerned else draft.concerned,
        relation=heard.relation[:MAX_NAME] if heard.relation else draft.relation,
        anonymous=draft.anonymous and not heard.phones,
    )


def told_more(draft: Draft, heard: Understood) -> Draft:
    """The draft with the message as a further line of what the citizen told."""
    return replace(draft, description=f"{draft.description}\n{heard.text}"[:MAX_DESCRIPTION])


def moved(draft: Draft, place: str, city: City) -> Draft:
    """The draft at another place, in the district that this names."""
    found = city.find_district(place)
    return replace(draft, place=place, district=found.code if found else draft.district)


def place_of_answer(answer: str, recognised: str | None, is_answer_only: bool, city: City) -> str | None:
    """The place that an answer to "where?" tells: what was recognised in it, or all of a short one that could be a place.

    `is_answer_only`: the answer was not taken for a matter of its own.
    """
    place = recognised or (answer[:MAX_PLACE] if _may_be_place(answer) else None)
    return answer if is_answer_only and _says_more_than_district(answer, place, city) else place


def _where(draft: Draft, heard: Understood, city: City, asked: str | None) -> tuple[str | None, str | None]:
    """Place and district after a message.

    A new place replaces an old one only where it answers the read-back or a question about the place: what is said
    with the contact is where the citizen lives. A district alone leaves the street.
    """
    place, district = draft.place, draft.district
    named = next((found.code for p in reversed(heard.places) if (found := city.district_named(p))), None)
    if (told := heard.district or named) and (district is None or city.district(told).stem in heard.text):
        district = told  # one that is known stays until another is named outright: 望平街 alone does not move it
    places = [p for p in heard.places if draft.place is None or not city.district_named(p)]
    places = [p for p in places if f"不是{p}" not in heard.text]
    is_put_right = PUTS_THE_PLACE_RIGHT.match(heard.text) and not corrected_place(place, heard.text)
    if places and (place is None or asked in ABOUT_THE_PLACE or is_put_right or _is_within(draft, places[-1], city)):
        new = "、".join(places) if asked is None else places[-1]
        place = place if asked == "confirm" and new in str(place) else new[:MAX_PLACE]
    if place != draft.place:
        found = city.find_district(place) if place else None
        if found and (district is None or found.stem in str(place)):
            district = found.code
    elif place and draft.district and district != draft.district:
        place = place.replace(city.district(draft.district).name, city.district(str(district)).name)
    return place, district


def _is_within(draft: Draft, place: str, city: City) -> bool:
    """True for a place that makes one more precise of which only the district was told."""
    known = city.district_named(str(draft.place))
    found = city.find_district(place)
    return bool(known and found and found.code == known.code)


def _may_be_place(answer: str) -> bool:
    """True for an answer that could name a place though none was recognised: words, not a row of letters or signs."""
    return len(re.findall(r"[\u4e00-\u9fff]", answer)) >= 2 or bool(re.search(r"[A-Za-z]{3,}.*\s", answer))


def _says_more_than_district(answer: str, place: str | None, city: City) -> bool:
    """True for a short answer of which only the district was recognised: 成都七中育才，锦江区."""
    if place is None or not city.district_named(place) or len(answer) > LONGEST_ANSWER:
        return False
    return len(re.findall(r"[\u4e00-\u9fff]", answer.replace(place, ""))) >= LEAST_TOLD
