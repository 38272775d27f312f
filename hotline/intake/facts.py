"""Fills in the facts of a message: location, contact details, and the plate of the vehicle concerned."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from hotline.city import City
from hotline.intake.address import Address, in_order, joined, together
from hotline.intake.corrections import (
    ADDS_TO_THE_PLACE,
    corrected_beside,
    corrected_place,
    corrected_value,
    pairs_in,
    with_added,
)
from hotline.intake.draft import Draft, Understood
from hotline.intake.listening import (
    ANONYMOUS,
    BEFORE_A_PLACE,
    CLEAN_ENDS,
    HAN,
    LEAST_TOLD,
    LIVES,
    NO_PLACE,
    PLACE_NOUN,
    PUTS_THE_PLACE_RIGHT,
    SAYS_SOMETHING,
    TELLS_NO_PLACE,
    address_of,
    concerned_in,
    is_an_order,
    is_another_persons,
    is_only_a_time,
    lone_name,
    own_name,
    own_phone,
    refuses_a_name,
    speaks_of_oneself,
    titled_name,
    untitled,
)
from hotline.intake.named import named_in, said_to_be_names
from hotline.intake.precise import LEAST_ROAD, ROADS, core_of, more_precise
from hotline.intake.privacy import has_address, is_question, without_address
from hotline.phrases import phrase

LEAST_OF_A_PLACE = 2  # characters by which a known place is recognised
MAX_DESCRIPTION, MAX_PLACE, MAX_NAME = 10_000, 300, 60
LONGEST_PIECE = 10  # characters of a line that is only a piece of a matter
LONGEST_ANSWER = 30  # characters of an answer that is taken as a place as a whole
NAME_BEHIND = re.compile(
    r"(?:的|那边的?|那里的?|那儿|附近的?|[,，\s])*(?P<name>(?![我你他她们这那个两几每天晚早昨今明前后电匿姓叫谢人车第])(?:(?![我你他她们的了在是有不没就都还要说给把被吵放来去快收让找])[\u4e00-\u9fffA-Za-z\d])"
    r"{2,8})(?=$|[,，。.!！;；\s])"
)
BEFORE_WHERE_TO = phrase("places.before_where_to")
BEHIND_WHERE_TO = phrase("places.behind_where_to")
ANY_PLACE = phrase("places.any_place")
OF_A_PERSON = phrase("places.of_a_person")
TELLS_WHEN = re.compile(r"天天|每[天晚周]|[昨今前]天|晚上|半夜|凌晨|早上")
WHICH_DISTRICT = re.compile(r"[区县市]还是[^,，。]{0,10}(?:哪|不晓得|不知道|不清楚|[区县市])")
PLATE = "plate"  # the key of the detail in the city's categories
ASKED_WITH_A_PHONE = ("contact", "confirm")
ABOUT_THE_PLACE = ("place", "district", "correction", "confirm")


def with_facts(draft: Draft, heard: Understood, city: City, asked: str | None) -> Draft:
    """The draft with the location, phone, names and plates of a message; what the message does not name stays. `asked`:
    the open question (`Question.kind`), None if there is none."""
    place, district = _where(draft, heard, city, asked)
    name = name_told(
        heard, beside_a_phone=asked in ASKED_WITH_A_PHONE or bool(heard.phones), is_answer=asked == "contact"
    )
    if name and draft.name and name != draft.name and not heard.phones and not speaks_of_oneself(heard.text):
        name = None  # 就叫康福堂, where 黄先生 is known: the shop
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
        anonymous=_is_anonymous(draft, heard, phone, name),
    )


def _is_anonymous(draft: Draft, heard: Understood, phone: str | None, name: str | None) -> bool:
    """Whether the citizen stays anonymous; they may have said so in passing (麓湖旁边的公租房，匿名)."""
    if phone or draft.phone:
        return False
    refuses = bool(ANONYMOUS.search(heard.text)) and refuses_a_name(heard.text) and not is_question(heard.text)
    if refuses and name is None and draft.name is None:
        return True
    return draft.anonymous and (name is None or refuses_a_name(heard.text))


def name_told(heard: Understood, beside_a_phone: bool, is_answer: bool = False) -> str | None:
    """The speaker's own name, None if the message gives none. `beside_a_phone`: accept a name that just stands beside a
    phone or an e-mail address; `is_answer`: then also one that is the whole message."""
    others = concerned_in(heard.text)
    name = next(
        (name for name in reversed(heard.names) if name != others and not is_another_persons(name, heard.text)), None
    )
    if name is None:
        name = own_name(heard.text)
    if name is None and beside_a_phone:
        name = titled_name(heard.text, heard.phones) or (lone_name(heard.text) if heard.phones or is_answer else None)
    if name is None and beside_a_phone and has_address(heard.text):
        name = lone_name(without_address(heard.text).partition(",")[0])
    return untitled(name) if name and not is_an_order(name) else None


def contact_told(heard: Understood) -> tuple[str | None, str | None] | None:
    """The (name, phone) that a message gives for the speaker, each None where missing; None instead of the pair if it
    gives no contact details. An e-mail address alone counts as contact details: (None, None)."""
    name = name_told(heard, beside_a_phone=True)
    phone = own_phone(heard.text, heard.phones)
    return (name, phone) if name or phone or has_address(heard.text) else None


def told_more(draft: Draft, heard: Understood) -> Draft:
    """The draft with the message added to its description. If every line so far is only a short piece, the category
    that the pieces give together is taken."""
    after = replace(draft, description=f"{draft.description}\n{heard.text}"[:MAX_DESCRIPTION])
    in_pieces = all(len(line) <= LONGEST_PIECE for line in after.description.splitlines())
    return replace(after, category=heard.together, category_sure=True) if heard.together and in_pieces else after


def moved(draft: Draft, place: str, city: City) -> Draft:
    """The draft with another location, and with the district that this location names, if it names one."""
    found = city.find_district(place)
    return replace(draft, place=place, district=found.code if found else draft.district)


def place_of_answer(answer: str, recognised: str | None, is_answer_only: bool, city: City) -> str | None:
    """The location that an answer to "where?" gives: the recognised one, or the whole of a short answer that could be a
    place; None if there is neither.

    `is_answer_only`: the answer was not taken for a matter of its own.
    """
    whole = BEFORE_A_PLACE.sub("", answer)[:MAX_PLACE]
    place = _with_name_behind(recognised, whole) or (whole if _may_be_place(answer) else None)
    is_place = is_answer_only or PLACE_NOUN.search(answer)
    told = in_order(whole) if is_place and _says_more_than_division(whole, place, city) else place
    return _full_name(told, city)


def _is_only_where_to(stem: str, text: str) -> bool:
    """True if the district (`stem`: its short name) occurs only as where somebody went or wanted to go:
    我说去锦江区他说太近了."""
    return stem in text and stem not in re.sub(rf"(?:说去|要去|去|往|回)(?:成都市?)?{stem}", "", text)


def without_plates(text: str, plates: Iterable[str]) -> str:
    """A text without the plates of vehicles, which are no part of a place: 武侯区 车牌川A12B34."""
    for plate in plates:
        text = re.sub(rf"(?:车牌号?码?|车号|牌照)?(?:是|为|[:：])?\s*{re.escape(plate)}", "", text)
    return text.strip(CLEAN_ENDS)


def is_where_to(place: str, text: str) -> bool:
    """True if a text has a place only as where somebody wanted to go: 听说去犀浦就不走了; 犀浦是我要去的地方."""
    around = [(text[: at.start()], text[at.end() :]) for at in re.finditer(re.escape(place), text)]
    return bool(around) and all(BEFORE_WHERE_TO.search(a) or BEHIND_WHERE_TO.search(b) for a, b in around)


def is_denied(place: str, text: str) -> bool:
    """True if a text says that something is not at this place: 不是武侯区."""
    return bool(re.search(rf"不(?:是|在|属于|归)(?:成都市?)?{re.escape(place)}", text))


def _of_the_matter(places: Iterable[str], text: str) -> list[str]:
    """The places without those, or those parts, that are only where somebody wanted to go."""
    found: list[str] = []
    for place in places:
        address = Address.of(place)
        parts = (address.district, address.town, address.road, address.rest)
        kept = "".join(part for part in parts if part and not is_where_to(part, text))
        found.append(place if kept == "".join(parts) else kept)
    return [place for place in found if place and not is_where_to(place, text)]


def _without_denied(place: str | None, text: str) -> str | None:
    """The known place without those of its parts that a text denies or has only as where somebody wanted to go."""
    parts = place.split("、") if place else []
    kept = [part for part in parts if not is_denied(part, text) and not is_where_to(part, text)]
    return "、".join(kept) if kept else place


def is_already_so(draft: Draft, text: str, city: City) -> bool:
    """True if a correction denies what the draft does not have, and names what it has as its place: 不是武侯区，
    火车南站是高新的, where 高新区火车南站 is known."""
    known = "，".join((draft.place or "", *named_in(draft.said)))
    if any(right in known and wrong not in known for wrong, right in pairs_in(text)):
        return True
    if not draft.place or not re.search(r"不(?:是|在|属于)", text):
        return False
    if instead := _district_instead(text, city):
        return instead == draft.district
    name = core_of(draft.place)[:LEAST_OF_A_PLACE]
    return len(name) == LEAST_OF_A_PLACE and name in text and not is_denied(name, text)


def _district_instead(text: str, city: City) -> str | None:
    """The district that a text names instead of one that it denies: 不是武侯区，火车南站是高新的. None if it denies
    none or names no other."""
    named = [d for d in city.districts.values() if d.stem in text]
    other = [d.code for d in named if not is_denied(d.stem, text) and not is_where_to(d.stem, text)]
    return other[-1] if len(other) < len(named) and other else None


def _with_name_behind(place: str | None, answer: str) -> str | None:
    """The recognised place of an answer with the name that follows it, which was not recognised: 抚琴西路 名剪坊;
    红星路三段的金碧辉煌."""
    found = re.search(r"[\s,，]*的?".join(map(re.escape, place)), answer) if place else None
    behind = NAME_BEHIND.match(answer, found.end()) if found else None
    if not place or behind is None or is_a_sentence(behind["name"]) or OF_A_PERSON.search(behind["name"]):
        return place
    is_behind_a_pause = re.search(r"[,，]", behind[0]) and not re.search(r"\d", behind["name"])
    if is_behind_a_pause and not PLACE_NOUN.search(behind["name"]):
        return place  # it may be anything
    return f"{place}{behind['name']}"


def _where(draft: Draft, heard: Understood, city: City, asked: str | None) -> tuple[str | None, str | None]:
    """Location and district after a message.

    A new location replaces the known one only in an answer to the read-back or to a question about the location: a
    place given together with the contact details is where the citizen lives. A district alone keeps the known street.
    """
    place, district = _without_denied(draft.place, heard.text), draft.district
    here = _of_the_matter(heard.places, heard.text)
    if here or place:  # 我想去华西医院，挂不到号 tells no other place, so that is the one
        heard = replace(heard, places=tuple(here))
    if place and heard.places and is_a_sentence(place):
        place = None  # it was none after all
    named = next((found.code for p in reversed(heard.places) if (found := city.district_named(p))), None)
    if instead := _district_instead(heard.text, city):
        heard, named = replace(heard, district=instead), None
    elif (of_it := city.districts.get(heard.district or "")) and is_denied(of_it.stem, heard.text):
        heard = replace(heard, district=None)
    is_open = district is None and (draft.place is None or asked in ABOUT_THE_PLACE)  # 上车是在九里堤 moves no 东站
    told = heard.district or named
    known = city.districts.get(told or "")
    if known and (WHICH_DISTRICT.search(heard.text) or _is_only_where_to(known.stem, heard.text)):
        told = named = None
    if told and (is_open or city.district(told).stem in heard.text):
        district = told  # one that is known stays until another is named outright: 望平街 alone does not move it
    places = [p for p in heard.places if draft.place is None or not city.district_named(p)]
    places = [p for p in places if not (place and _is_a_firms(p, heard.text))]
    places = [p for p in places if not any(name in p for name in said_to_be_names(heard.text))]
    places = [p for p in places if f"不是{p}" not in heard.text and not (place and ANY_PLACE.search(p))]
    places = together([p for p in places if not city.district_named(p)] or places)
    within = _within(place, places, heard, asked) if place else None
    is_put_right = PUTS_THE_PLACE_RIGHT.search(heard.text) and not corrected_place(place, heard.text)
    if within:
        place = within[:MAX_PLACE]
    elif places and (place is None or asked in ABOUT_THE_PLACE or is_put_right or _is_within(place, heard)):
        new = "、".join(_without_taken_back(places, heard.text)) if asked is None else places[-1]
        place = (joined(place, new) if place else new)[:MAX_PLACE]
    place = _full_name(place, city)
    if place != draft.place:
        found = city.find_district(place) if place else None
        stays = found and found.code == draft.district and named is not None  # the other one is where else something is
        if found and (district is None or found.stem in str(place) or stays):
            district = found.code
    elif place and draft.district and district != draft.district:
        place = place.replace(city.district(draft.district).name, city.district(str(district)).name)
    return place, district


def _is_a_firms(place: str, text: str) -> bool:
    """True for a place name that is said to be the name of a firm (店就叫跃动健身天华店), once its location is
    known."""
    return bool(
        re.search(rf"(?:店|公司|铺|馆|厂|机构|门市|单位)[^,，。]{{0,4}}叫[^,，。]{{0,6}}{re.escape(place)}", text)
    )


def _within(place: str, places: list[str], heard: Understood, asked: str | None) -> str | None:
    """The known place with what a message adds to it or corrects in it; None if the message does neither."""
    if places and ADDS_TO_THE_PLACE.search(heard.text):
        return with_added(place, places)
    beside = corrected_beside(place, heard.text)
    return beside or (None if Address.of(place).is_division else more_precise(place, heard, asked))


def _without_taken_back(places: list[str], text: str) -> list[str]:
    """The places of a text after its own corrections: 彭州濛阳那边，不对，是九尺镇，不是濛阳."""
    right = [corrected_value(place, text) or place for place in places]
    return [place for place in right if not any(place != other and place in other for other in right)]


def _full_name(place: str | None, city: City) -> str | None:
    """The place; a district's full name for its short one: 锦江区 for 锦江."""
    found = city.district_named(place) if place and HAN.search(place) else None
    return found.name if found else place


def _details(draft: Draft, heard: Understood, city: City) -> tuple[tuple[str, str], ...]:
    """The details with a plate that was given unasked, if the category asks for one; a new plate replaces the known
    one."""
    plates = "、".join(plate for plate in heard.plates if f"不是{plate}" not in heard.text)
    if not plates or not draft.category or PLATE not in {d.key for d in city.category(draft.category).details}:
        return draft.details
    known = dict(draft.details).get(PLATE)
    if known is None:
        return (*draft.details, (PLATE, plates))
    is_known = re.search(rf"(?<![A-Z0-9]){re.escape(plates)}(?![A-Z0-9])", known)
    return draft.details if is_known else tuple((k, plates if k == PLATE else v) for k, v in draft.details)


def _is_within(known: str, heard: Understood) -> bool:
    """True if the last place of a message makes the known one more precise: a street in the known district, a house in
    the known street."""
    place = heard.places[-1]
    before, now = Address.of(known), Address.of(place)
    if before.is_division:
        is_there = not now.district or not before.district or now.district == before.district
        return is_there and not now.is_division and not LIVES.search(heard.text)
    street = core_of(f"{before.road}{before.rest}")
    least = LEAST_ROAD if street.endswith(ROADS) else LEAST_TOLD
    return len(street) >= least and place != known and street.casefold() in place.casefold()


def _may_be_place(answer: str) -> bool:
    """True for an answer that could be a place though none was recognised: words, not a string of letters or signs."""
    if NO_PLACE.search(answer) or is_a_piece(answer) or is_a_sentence(answer):
        return False
    return len(re.findall(r"[\u4e00-\u9fff]", answer)) >= 2 or bool(re.search(r"[A-Za-z]{3,}.*\s", answer))


def is_a_piece(answer: str) -> bool:
    """True for a piece of the matter that cannot be a place: 不亮, 收钱, 一个月两千, 晚上."""
    tells = TELLS_NO_PLACE.search(answer) or is_only_a_time(answer)
    return bool(tells) and len(HAN.findall(answer)) > 1


def is_a_sentence(answer: str) -> bool:
    """True for words that report something and name neither a place nor a firm: 中午也在敲, 有人占了."""
    return bool(SAYS_SOMETHING.search(answer)) and not PLACE_NOUN.search(answer)


def _says_more_than_division(answer: str, place: str | None, city: City) -> bool:
    """True for a short answer of which only the district or the 街道 was recognised: 成都七中育才，锦江区."""
    is_division = place and (Address.of(place).is_division or city.district_named(place))
    if place is None or not is_division or len(answer) > LONGEST_ANSWER:
        return False
    rest = answer.replace(place, "").strip(CLEAN_ENDS)
    return _may_be_place(rest) and not TELLS_WHEN.search(rest)
