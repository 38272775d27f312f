"""Reads ``categories.yml``: the 116 categories, checked against departments, lines and each other."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from hotline.city.model import REQUEST_TYPES, URGENCIES, Bilingual, Category, Decision, Department, Detail, PhoneLine
from hotline.city.source import Problems, Record, read_mapping

LEVELS = ("district", "city")
PLACES = ("required", "optional", "none")

_GROUP_SIZES = (8, 7, 9, 4, 10, 7, 9, 7, 6, 6, 8, 6, 3, 6, 4, 5, 4, 7)
CODES = tuple(f"{group:02}{item:02}" for group, size in enumerate(_GROUP_SIZES, 1) for item in range(1, size + 1))
"""The codes every city has to fill: 18 groups, 116 categories. The assistant is trained to tell exactly these apart."""

MAX_LABEL = 10
MAX_QUESTION = 25
MAX_DETAILS = 2


def load_categories(
    path: Path, problems: Problems, departments: Mapping[str, Department], lines: Mapping[str, PhoneLine]
) -> dict[str, Category]:
    """Read all categories in the order of the file; faults are added to `problems`."""
    file = read_mapping(path, problems)
    groups = _groups(file)
    table = file.record("categories", "")
    skills = {department.skill for department in departments.values()}
    categories: dict[str, Category] = {}
    seen: dict[str, str] = {}
    for code in table.names():
        if code not in CODES:
            table.problem(code, f"category {code}: not a code of the list")
        record = table.record(code, f"category {code}")
        categories[code] = _category(code, record, groups, departments, lines, skills)
        for word, line in record.texts_with_lines("keywords", 5, 15):
            other = seen.setdefault(word.casefold(), code)
            if other != code:
                record.problem("keywords", f"keyword '{word}' is one of category {other} too", line)
        record.done()
    for code in CODES:
        if code not in categories:
            table.problem("", f"category {code} is missing")
    file.done()
    return categories


def _groups(file: Record) -> dict[str, Bilingual]:
    table = file.record("groups", "")
    wanted = sorted({code[:2] for code in CODES})
    groups = {}
    for code in wanted:
        record = table.record(code, f"group {code}")
        groups[code] = Bilingual(record.text("zh"), record.text("en"))
        record.done()
    table.done()
    return groups


def _category(
    code: str,
    record: Record,
    groups: Mapping[str, Bilingual],
    departments: Mapping[str, Department],
    lines: Mapping[str, PhoneLine],
    skills: Collection[str],
) -> Category:
    group = groups.get(code[:2], Bilingual("", ""))
    ask_place = record.optional_record("ask_place")
    types = record.choices("request_types", REQUEST_TYPES, "a request type") or REQUEST_TYPES
    default_type = record.choice(
        "default_type",
        types,
        "one of the request types of this category",
        "complaint" if "complaint" in types else None,
    )
    category = Category(
        code=code,
        group=group.zh,
        group_en=group.en,
        name=record.text("name"),
        label=record.text("label"),
        label_en=record.text("label_en"),
        lead=record.choice("lead", departments, "a department"),
        co=record.choices("co", departments, "a department"),
        level=record.choice("level", LEVELS, "a level (district or city)"),
        place=record.choice("place", PLACES, "required, optional or none"),
        ask_place=None if ask_place is None else _question(ask_place),
        request_types=types,
        default_type=default_type,
        details=_details(record, code),
        confidential=record.flag("confidential", default=False),
        not_ours=record.flag("not_ours", default=False),
        urgency=record.choice("urgency", URGENCIES, "an urgency", "normal"),
        urgent_when=record.patterns("urgent_when"),
        referral=record.optional_choice("referral", lines, "a line"),
        expert=record.optional_choice("expert", skills, "a skill of any department"),
        keywords=record.texts("keywords", 5),
        praised_when=record.patterns("praised_when"),
        co_leads_when=record.patterns("co_leads_when"),
        ask_place_when=_place_questions(record),
    )
    _check(category, record, departments)
    return category


def _check(category: Category, record: Record, departments: Mapping[str, Department]) -> None:
    if len(category.label) > MAX_LABEL:
        record.problem("label", f"label '{category.label}' is longer than {MAX_LABEL} characters")
    if category.lead in category.co:
        record.problem("co", f"'{category.lead}' is both lead and co-handler")
    if category.co_leads_when and not category.co:
        record.problem("co_leads_when", "co_leads_when without a co-handler")
    if category.urgent_when and category.urgency == "normal":
        record.problem("urgent_when", "urgent_when without an urgency")
    if category.ask_place is not None and category.place == "none":
        record.problem("ask_place", "ask_place without a place")
    lead = departments.get(category.lead)
    if category.level == "district" and lead is not None and lead.district_name is None:
        record.problem("level", f"level is district, but '{category.lead}' has no district_name")


def _place_questions(record: Record) -> tuple[tuple[re.Pattern[str], Bilingual], ...]:
    """Questions for the place that are put instead of `ask_place` when the citizen has said certain words."""
    questions = []
    for item in record.records("ask_place_when"):
        questions += [(pattern, _question(item.record("ask"))) for pattern in item.patterns("said", 1)[:1]]
        item.done()
    return tuple(questions)


def _details(record: Record, code: str) -> tuple[Detail, ...]:
    details: list[Detail] = []
    for item in record.records("details", maximum=MAX_DETAILS):
        key = item.text("key", r"[a-z][a-z0-9_]*")
        item.label = f"{record.label}, detail {key}"
        if key in {detail.key for detail in details}:
            item.problem("key", "stands twice")
        detail = Detail(key, _question(item.record("ask")), item.patterns("known_by", 1), _decisions(item, code))
        for decision in detail.decides:
            for word in decision.words:
                if detail.known_by and not detail.is_known(word):
                    item.problem("decides", f"decides: known_by does not know the word '{word}'")
        details.append(detail)
        item.done()
    return tuple(details)


def _decisions(item: Record, code: str) -> tuple[Decision, ...]:
    decisions = []
    for record in item.records("decides"):
        target = record.choice("category", CODES, "a category")
        if target == code:
            record.problem("category", f"category '{target}' is where the matter is already")
        decisions.append(Decision(record.texts("words", 1), target))
        record.done()
    return tuple(decisions)


def _question(record: Record) -> Bilingual:
    question = Bilingual(record.text("zh"), record.text("en"))
    if len(question.zh) > MAX_QUESTION:
        record.problem("zh", f"the question '{question.zh}' is longer than {MAX_QUESTION} characters")
    record.done()
    return question
