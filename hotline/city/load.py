"""Reads the folder of one city and checks that its files are consistent."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import time, timedelta
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from zoneinfo import available_timezones

from hotline.city.find import DistrictFinder, OtherCityFinder, Rank, Term, normal, rank_of_name, sub_district_forms
from hotline.city.load_categories import load_categories
from hotline.city.load_handoff import load_handoff
from hotline.city.load_matter_classes import load_matter_classes
from hotline.city.model import (
    FOR_ALL,
    REQUEST_TYPES,
    URGENCIES,
    Category,
    City,
    DeadlineRules,
    Department,
    District,
    FollowUpRules,
    OtherCity,
    PhoneLine,
    ReplyTemplate,
    UrgentHours,
)
from hotline.city.source import Problems, Record, bilingual, read_list, read_mapping

DISTRICT_KINDS = ("district", "county", "city", "area")
LINE_KINDS = ("emergency", "utility", "statutory", "service")

_SLUG = r"[a-z][a-z0-9_]*"
_PHONE = r"[0-9][0-9 -]{2,18}"
_AREA_CODE = r"0[0-9]{2,3}"
_TIME_OF_DAY = r"([01][0-9]|2[0-3]):[0-5][0-9]"


def load_city(folder: Path) -> City:
    """Read a city from its folder (``cities/chengdu``).

    Raises `CityDataError`, whose ``problems`` lists every fault with file and line: invalid YAML, unknown, missing or
    mistyped fields, references to ids that do not exist, broken patterns, missing or repeated categories, a place or
    alias that occurs in two districts.
    """
    problems = Problems()
    about = read_mapping(folder / "city.yml", problems)
    shared = about.texts("shared_names")
    districts = _districts(folder, problems, shared)
    departments = _departments(folder, problems, districts)
    lines = _lines(folder, problems)
    categories = load_categories(folder / "categories.yml", problems, departments, lines)
    deadlines = _deadlines(folder, problems)
    handoff = load_handoff(folder, problems, categories)
    name = about.text("name")
    other_cities, names, other_city_finder = _other_cities(folder, problems, name)
    firm_categories, firm_words = _firms(about, categories)
    city = City(
        name=name,
        name_en=about.text("name_en"),
        area_code=about.text("area_code", _AREA_CODE),
        hotline=about.text("hotline", _PHONE),
        time_zone=about.text("time_zone"),
        sample_data=about.flag("sample_data", default=False),
        note=about.optional_text("note") or "",
        districts=MappingProxyType(districts),
        departments=MappingProxyType(departments),
        categories=MappingProxyType(categories),
        deadlines=deadlines,
        lines=MappingProxyType(lines),
        handoff=handoff,
        replies=MappingProxyType(_replies(folder, problems, departments)),
        other_cities=MappingProxyType(other_cities),
        district_finder=DistrictFinder.of(
            _district_words(districts, shared),
            {word.removesuffix("市") for city_names in names for word in city_names if word},
        ),
        other_city_finder=other_city_finder,
        firm_categories=firm_categories,
        firm_words=firm_words,
        matter_classes=MappingProxyType(load_matter_classes(folder / "matter_classes.yml", problems)),
    )
    if city.time_zone and city.time_zone not in available_timezones():
        about.problem("time_zone", f"time_zone '{city.time_zone}' is not known")
    about.done()
    problems.raise_if_any()
    return city


def _firms(about: Record, categories: dict[str, Category]) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """The categories of firms' affairs, and patterns of words that firms use; both may be left out of the file."""
    codes = about.texts("firm_categories")
    for unknown in [code for code in codes if code not in categories]:
        about.problem("firm_categories", f"firm_categories: there is no category {unknown}")
    return frozenset(codes), about.patterns("firm_words")


def _districts(folder: Path, problems: Problems, shared: Collection[str]) -> dict[str, District]:
    """The districts. A `shared` name is no place of the one that lists it."""
    districts: dict[str, District] = {}
    seen: dict[str, str] = {}  # every name, alias, 街道 and place, and the district that has it
    for record in read_list(folder / "districts.yml", problems):
        code = record.text("code", _SLUG)
        record.label = f"district {code}"
        if code in districts:
            record.problem("code", "stands twice")
        words = {key: record.texts_with_lines(key) for key in ("aliases", "sub_districts", "places")}
        district = District(
            code=code,
            name=record.text("name"),
            name_en=record.text("name_en"),
            kind=record.choice("kind", DISTRICT_KINDS, "a kind of district"),
            aliases=tuple(word for word, _ in words["aliases"]),
            not_in=record.texts("not_in"),
            sub_districts=tuple(word for word, _ in words["sub_districts"]),
            places=tuple(word for word, _ in words["places"] if word not in shared),
        )
        record.done()
        listed = [("name", district.name, record.line_of("name"))]
        listed += [(key, word, line) for key, found in words.items() for word, line in found]
        for key, word, line in listed:
            other = seen.setdefault(normal(word), code)
            if other != code:
                record.problem(key, f"{key}: '{word}' is listed for district {other} too", line)
        districts[code] = district
    return districts


def _district_words(districts: dict[str, District], shared: Iterable[str]) -> dict[str, Term]:
    """All words that refer to a district. A form of a 街道's name that two districts share refers to neither, nor does
    a `shared` name."""
    words: dict[str, Term] = {}
    derived: dict[str, set[str]] = {}
    for code, district in districts.items():
        for place in district.places:
            words[place] = Term(code, Rank.PLACE)
        for sub_district in district.sub_districts:
            for form in sub_district_forms(sub_district):
                derived.setdefault(form, set()).add(code)
    listed = {word: code for code, district in districts.items() for word in district.sub_districts}
    for form, codes in derived.items():
        if form in listed:
            words[form] = Term(listed[form], Rank.SUB_DISTRICT)
        elif len(codes) == 1:
            words.setdefault(form, Term(next(iter(codes)), Rank.SUB_DISTRICT))
    for code, district in districts.items():
        words.update({word: Term(None, Rank.NAME) for word in district.not_in})
        words.update({name: Term(code, rank_of_name(name)) for name in (district.name, *district.aliases) if name})
        words[district.name_en] = Term(code, Rank.NAME)
        if district.kind != "area":  # Jinjiang, Wuhou; but Tianfu alone may also be a square, an airport or a road
            words[code] = Term(code, Rank.SHORT)
    words.update({name: Term(None, Rank.NAME) for name in shared})
    words.pop("", None)
    return words


def _departments(folder: Path, problems: Problems, districts: dict[str, District]) -> dict[str, Department]:
    departments: dict[str, Department] = {}
    for record in read_list(folder / "departments.yml", problems):
        id = record.text("id", _SLUG)
        record.label = f"department {id}"
        if id in departments:
            record.problem("id", "stands twice")
        pattern = record.optional_text("district_name")
        if pattern is not None:
            _check_pattern(record, pattern)
        overrides = _district_names(record, districts, pattern)
        departments[id] = Department(
            id=id,
            name=record.text("name"),
            name_en=record.optional_text("name_en"),
            short=record.text("short"),
            district_name=pattern,
            district_names=MappingProxyType(overrides),
            phone=record.optional_text("phone", _PHONE),
            skill=record.text("skill", _SLUG),
            sample=record.flag("sample", default=False),
            called=record.patterns("called"),
        )
        record.done()
    return departments


def _check_pattern(record: Record, pattern: str) -> None:
    try:
        fields = {field for _, field, _, _ in Formatter().parse(pattern) if field is not None}
    except ValueError as error:
        record.problem("district_name", f"district_name '{pattern}': {error}")
        return
    if not fields or fields - {"district", "stem"}:
        record.problem("district_name", f"district_name '{pattern}' must hold {{district}} or {{stem}} and no other")


def _district_names(record: Record, districts: dict[str, District], pattern: str | None) -> dict[str, str]:
    given = record.optional_record("district_names")
    if given is None:
        return {}
    if pattern is None:
        record.problem("district_names", "district_names without a district_name")
    for code in given.names():
        if code not in districts:
            given.problem(code, f"district_names: '{code}' is not a district")
    return {code: given.text(code) for code in given.names()}


def _lines(folder: Path, problems: Problems) -> dict[str, PhoneLine]:
    lines: dict[str, PhoneLine] = {}
    file = read_mapping(folder / "lines.yml", problems)
    for id in file.names():
        record = file.record(id, f"line {id}")
        lines[id] = PhoneLine(
            id=id,
            number=record.text("number", _PHONE),
            name=record.text("name"),
            kind=record.choice("kind", LINE_KINDS, "a kind of line"),
            when=bilingual(record.record("when")),
            sample=record.flag("sample", default=False),
            asked_when=record.patterns("asked_when"),
        )
        record.done()
    return lines


def _replies(
    folder: Path, problems: Problems, departments: dict[str, Department]
) -> dict[str, tuple[ReplyTemplate, ...]]:
    file = read_mapping(folder / "replies.yml", problems)
    replies: dict[str, tuple[ReplyTemplate, ...]] = {}
    for id in file.names():
        if id != FOR_ALL and id not in departments:
            file.problem(id, f"'{id}' is not a department")
        found = []
        for record in file.records(id):
            record.label = f"replies of {id}"
            found.append(ReplyTemplate(record.text("name"), record.text("text", r"(?s).*【.+】.*")))
            record.done()
        replies[id] = tuple(found)
    file.done()
    return replies


def _deadlines(folder: Path, problems: Problems) -> DeadlineRules:
    file = read_mapping(folder / "deadlines.yml", problems)
    days = file.record("working_days", "working_days")
    by_type = {request_type: days.whole(request_type, 1) for request_type in REQUEST_TYPES}
    days.done()
    clock = file.record("urgency", "urgency")
    by_urgency = {urgency: _urgent_hours(clock.record(urgency, f"urgency {urgency}")) for urgency in URGENCIES[1:]}
    clock.done()
    steps = file.record("steps", "steps")
    asking = file.record("follow_up", "follow_up")
    rules = DeadlineRules(
        by_type=MappingProxyType(by_type),
        by_urgency=MappingProxyType(by_urgency),
        accept=steps.whole("accept", 1),
        return_within=steps.whole("return", 1),
        extension=steps.whole("extension", 0),
        closes_at=_time(file.text("closes_at", _TIME_OF_DAY)),
        opens_at=_time(file.text("opens_at", _TIME_OF_DAY)),
        dispatch=timedelta(hours=steps.whole("dispatch_hours", 1)),
        judge=steps.whole("judge", 1),
        decide=steps.whole("decide", 1),
        wait=steps.whole("wait", 1),
        objection=steps.whole("objection", 1),
        leader_after=steps.whole("leader_after", 1),
        reopen_within=steps.whole("reopen_within", 0),
        archive_after=steps.whole("archive_after", 1),
        follow_up=FollowUpRules(
            tries=asking.whole("tries", 1),
            every=asking.whole("every", 1),
            earliest=_time(asking.text("earliest", _TIME_OF_DAY)),
            latest=_time(asking.text("latest", _TIME_OF_DAY)),
        ),
    )
    if rules.opens_at >= rules.closes_at:
        file.problem("opens_at", "opens_at is not before closes_at")
    if rules.follow_up.earliest >= rules.follow_up.latest:
        asking.problem("earliest", "earliest is not before latest")
    asking.done()
    steps.done()
    file.done()
    return rules


def _urgent_hours(record: Record) -> UrgentHours:
    preliminary = record.optional_whole("preliminary_hours", 1)
    hours = UrgentHours(
        dispatch=timedelta(minutes=record.whole("dispatch_minutes", 1)),
        respond=timedelta(minutes=record.whole("respond_minutes", 1)),
        preliminary=None if preliminary is None else timedelta(hours=preliminary),
        final=timedelta(hours=record.whole("final_hours", 1)),
    )
    record.done()
    return hours


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return time(18)  # the problem is noted already


def _other_cities(
    folder: Path, problems: Problems, our_name: str
) -> tuple[dict[str, OtherCity], list[list[str]], OtherCityFinder]:
    file = read_mapping(folder / "area_codes.yml", problems)
    not_in = file.texts("not_in")
    not_followed_by = file.texts("not_followed_by")
    cities: dict[str, OtherCity] = {}
    names: list[list[str]] = []
    seen: dict[str, str] = {}
    for section in ("province", "country"):
        for record in file.records(section):
            name = record.text("name")
            record.label = f"city {name}"
            city = OtherCity(name, record.text("area_code", _AREA_CODE))
            if city.name in cities:
                record.problem("name", "stands twice")
            aliases = record.texts_with_lines("aliases")
            for word, line in [(city.name, record.line_of("name")), *aliases]:
                other = seen.setdefault(word, city.name)
                if other != city.name:
                    record.problem("aliases", f"'{word}' is listed for {other} too", line)
            record.done()
            cities[city.name] = city
            names.append([city.name, *(word for word, _ in aliases)])
    file.done()
    return cities, names, OtherCityFinder.of(names, not_in, not_followed_by, our_name)
