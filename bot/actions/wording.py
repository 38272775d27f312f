"""Turns facts into the words that fill the responses; the sentences themselves are in bot/domain/responses/."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.actions.reading import HAN, Turn
from bot.nlu.normalizer import plain
from hotline.city import COMPLAINT_ABOUT_THE_HOTLINE, City
from hotline.intake import CLEAN_ENDS, Draft, Remark, affirmed, harassment, named_in
from hotline.intake.facts import PLATE
from hotline.personal_data.masking import mask_numbers, mask_phone
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets.model import Contact, RequestType
from hotline.tickets.timeline import day

OTHER_CITY = "1806"
A_SUM, A_NUMBER = phrase("answers.a_sum"), phrase("answers.a_number")
SEEN_TO = phrase("danger.seen_to")
CALL = "voice"
LONGEST_WORDS, LONGEST_ENGLISH = 20, 60
LONGEST_PRAISE = 70  # characters; whom the praise is for is never cut
LONGEST_OF_WHOM, MOST_OF_WHOM = 30, 3  # characters and lines of what is told of them later
PLATE_NUMBER = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-Z][·\- ]?(?=[A-Z\d]*\d)[A-Z\d]{5,6}"
)
OF_A_LINE = re.compile(r"(?<=路)[^\d]*$|(?:公交|车|的|等)+$")  # 101路公交, 52路早
MOST_TOLD = 3  # how many names and figures are read back
FAMILIAR = ("老", "小")  # 老肖 is no 先生
AS_CALLED = ("姐", "哥", "嬢", "孃", "姨", "叔")  # 叫我李姐


def due_day(when: datetime, language: str) -> str:
    """The day of a deadline."""
    return day(when, texts(language))


def secrecy(confidential: bool, language: str) -> str:
    """The sentence added to "submitted" for a confidential ticket."""
    return texts(language).say("secrecy") if confidential else ""


def phone_shown(turn: Turn) -> Callable[[str], str]:
    """How a phone is shown to this citizen: masked where others may read it, in full in a call, where it may have been
    misheard."""
    if turn.citizen.channel != CALL:
        return mask_phone
    say, own = texts(turn.language).say, turn.citizen.verified_phone
    return lambda phone: say("read_back.this_phone") if phone == own else phone


def contact_named(contact: Contact, turn: Turn) -> str:
    """Name and phone of a ticket, with the last digits of the phone."""
    say = texts(turn.language).say
    phone = say("read_back.phone", phone=phone_shown(turn)(contact.phone)) if contact.phone else None
    return " ".join(filter(None, (contact.name, phone))) or say("read_back.anonymous")


def read_back(draft: Draft, city: City, language: str, shown: Callable[[str], str] = mask_phone) -> str:
    """The draft in one sentence: name, type and category, place, phone, and where it will go."""
    say = texts(language).say
    return say(
        "read_back.all" if draft.category else "read_back.unsorted",
        greeting=_greeting(draft, language),
        parts=say("read_back.join").join(_parts(draft, city, language, shown)),
        unit=unit(draft, city, language),
    )


def changed_parts(before: Draft, after: Draft, city: City, language: str) -> str:
    """What the read-back of a draft says that it did not say before; empty if nothing."""
    known = _parts(before, city, language, mask_phone)
    now = [part for part in _parts(after, city, language, mask_phone) if part not in known]
    return texts(language).say("read_back.join").join(now)


def _parts(draft: Draft, city: City, language: str, shown: Callable[[str], str]) -> list[str]:
    """The parts of the read-back: what the matter is, where, who reports it, and what else was said of it."""
    say = texts(language).say
    parts = [matter_named(draft, city, language)]
    if draft.request_type == RequestType.PRAISE or draft.category in (COMPLAINT_ABOUT_THE_HOTLINE, None):
        parts.append(say("read_back.praised", words=_told_of_whom(draft)))
    if draft.place:
        parts.append(_place(draft, city, language))
    parts += _answers(draft, city)
    if draft.phone:
        parts.append(say("read_back.phone", phone=shown(draft.phone)))
    elif draft.anonymous:
        parts.append(say("read_back.anonymous"))
    elif draft.name and not draft.reach:
        parts.append(say("read_back.no_phone"))
    if draft.confidential:
        parts.append(say("read_back.confidential"))
    elif draft.confidential is None and city.is_confidential(draft.category, draft.request_type):
        parts.append(say("read_back.confidential_by_default"))
    if draft.reach:
        parts.append(say("read_back.reach", words=mask_numbers("；".join(draft.reach))))
    if draft.concerned:
        parts.append(say("read_back.for", whom=draft.concerned))
    parts += [
        say(f"read_back.{kind}", words=shortened(mask_numbers(affirmed(words))))
        for kind, words in _shown(draft.remarks)
    ]
    return parts


def _told_of_whom(draft: Draft) -> str:
    """What was told of whom the praise or the complaint is for: the first message, and what came later in short."""
    first, *later = draft.description.splitlines()
    lines = [shortened(first, LONGEST_PRAISE), *(shortened(line, LONGEST_OF_WHOM) for line in later[:MOST_OF_WHOM])]
    return mask_numbers("；".join(lines))


def _greeting(draft: Draft, language: str) -> str:
    """How the citizen is addressed: as they said, else in a form that fits men and women."""
    if not draft.name:
        return ""
    say, named = texts(language).say, draft.name + (draft.address or "" if HAN.match(draft.name) else "")
    is_as_said = named != draft.name or named.startswith(FAMILIAR) or named.endswith(AS_CALLED)
    return say("read_back.familiar" if is_as_said else "read_back.greeting", name=named)


def matter_named(draft: Draft, city: City, language: str) -> str:
    """Type and category: 投诉·路灯照明."""
    say = texts(language).say
    category = city.category(draft.category) if draft.category else None
    kind = say(f"request_type.{draft.request_type}")
    label = (category.label_en if language == "en" else category.label) if category else say("title.unsorted")
    return say("read_back.kind", kind=kind, label=label)


def other_route(draft: Draft, city: City, language: str) -> str | None:
    """Where a matter has to go if the hotline does not handle it: the police, a statutory route, another city."""
    if draft.category is None:
        return None
    told = draft.description if draft.category == OTHER_CITY else draft.place if draft.district is None else None
    elsewhere = city.other_city(told) if told else None
    if elsewhere and elsewhere.area_code != city.area_code:
        number = f"{elsewhere.area_code}-12345"
        return texts(language).say("other_city", city=elsewhere.name, number=number)
    if draft.category == harassment.CATEGORY and harassment.is_harassment(draft.description):
        return texts(language).say("harassed")
    line = city.referral(draft.category) if city.category(draft.category).not_ours else None
    if line is None or SEEN_TO.search(draft.description):  # 已经报过警, 没有被骗钱
        return None
    return line.when.en if language == "en" else line.when.zh


def unit(draft: Draft, city: City, language: str) -> str:
    """The unit that the draft would go to; in English with its field, if the city has a word for it."""
    category = city.category(draft.category) if draft.category else None
    district = city.districts[draft.district] if draft.district else None
    name = city.route(category, district, draft.said).lead if category else city.unit_name("hotline", None)
    gloss = city.departments[category.lead if category else "hotline"].name_en
    return f"{name} ({gloss})" if language == "en" and gloss else name


def unit_phone(draft: Draft, city: City) -> str | None:
    """The public number of that unit, if the city's data has one."""
    return city.departments[city.category(draft.category).lead].phone if draft.category else None


def shortened(text: str, longest: int = LONGEST_WORDS) -> str:
    """The citizen's own words, shortened but recognisable; English may be longer."""
    words = text.strip(CLEAN_ENDS)
    longest = longest * LONGEST_ENGLISH // LONGEST_WORDS if words.isascii() else longest
    return words if len(words) <= longest else f"{words[:longest]}…"


def _shown(remarks: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The latest remark of each kind that the summary does not express otherwise."""
    return [
        (kind, words)
        for kind, words in dict(remarks).items()
        if kind in (Remark.PUTS_RIGHT, Remark.OBJECTS_TO_UNIT, Remark.BEFORE)
    ]


def _answers(draft: Draft, city: City) -> list[str]:
    """What the read-back names besides the place: the firm, shop or school, a bus line or a sum that the citizen told
    unasked, and short answers."""
    place, asked = _bare(draft.place or ""), dict(draft.details)
    category = city.category(draft.category) if draft.category else None
    details = category.details if category else ()
    unasked = [OF_A_LINE.sub("", d.said_in(draft.said) or "").strip(CLEAN_ENDS) for d in details if d.key not in asked]
    answers = [answer for answer in asked.values() if len(answer) <= LONGEST_WORDS]
    told = [
        *(name for name in named_in(draft.said) if name not in draft.left_out),
        *(words for words in unasked if re.search(r"\d", words)),
        *(found[0] for found in PLATE_NUMBER.finditer(draft.said) if PLATE not in asked),
    ]
    told += [found[0].strip(CLEAN_ENDS) for pattern in (A_SUM, A_NUMBER) for found in pattern.finditer(draft.said)]
    told = [words for words in dict.fromkeys(told) if not any(_bare(words) in _bare(answer) for answer in answers)]
    return [mask_numbers(words) for words in (*told[:MOST_TOLD], *answers) if _bare(words) not in place]


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _place(draft: Draft, city: City, language: str) -> str:
    """The place as said, with its district if that was not said."""
    place = draft.place or ""
    district = city.districts[draft.district] if draft.district else None
    if district is None or district.stem in plain(place):
        return place
    if language == "en":
        is_said = district.name_en.partition(" ")[0].lower() in place.lower()
        is_said = is_said or any(city.district_named(part) == district for part in place.split(","))
        return place if is_said else f"{place}, {district.name_en}"
    return f"{district.name}{place}"
