"""Reads ``handoff.yml`` and ``canned_replies.yml``, and checks that the categories' expert groups exist."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from types import MappingProxyType

from hotline.calendar import Day
from hotline.city.handoff import PLACEHOLDERS, CannedReply, HandoffRules, OpeningHours, SkillGroup
from hotline.city.model import Bilingual, Category
from hotline.city.source import Problems, Record, bilingual, read_list, read_mapping

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_SLUG = r"[a-z][a-z0-9_]*"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00"


def load_handoff(folder: Path, problems: Problems, categories: Mapping[str, Category]) -> HandoffRules:
    """Read both files; faults are added to `problems`."""
    file = read_mapping(folder / "handoff.yml", problems)
    groups = _groups(file)
    general = file.choice("general", groups, "a skill group")
    _check_experts(file, groups, categories)
    results = {}
    table = file.record("results", "")
    for code in table.names():
        results[code] = bilingual(table.record(code, f"result {code}"))
    hours = tuple(_hours(record) for record in file.records("opening_hours"))
    file.done()
    return HandoffRules(
        groups=MappingProxyType(groups),
        general=general,
        hours=hours,
        results=MappingProxyType(results),
        canned=MappingProxyType(_canned(folder, problems)),
    )


def _groups(file: Record) -> dict[str, SkillGroup]:
    table = file.record("skill_groups", "")
    names = table.names()
    groups = {}
    for id in names:
        record = table.record(id, f"skill group {id}")
        name = Bilingual(record.text("zh"), record.text("en"))
        fallbacks = record.choices("fallbacks", names, "a skill group")
        if id in fallbacks:
            record.problem("fallbacks", f"'{id}' stands in for itself")
        record.done()
        groups[id] = SkillGroup(id, name, fallbacks)
    return groups


def _check_experts(file: Record, groups: Mapping[str, SkillGroup], categories: Mapping[str, Category]) -> None:
    for skill in sorted({category.expert for category in categories.values() if category.expert}):
        if skill not in groups:
            file.problem("skill_groups", f"skill group '{skill}', which categories name as expert, is missing")


def _hours(record: Record) -> OpeningHours:
    record.label = "opening hours"
    days = record.choices("days", (*WEEKDAYS, *Day), "a day of the week or of the calendar")
    begins, ends = _minutes(record.text("from", _TIME)), _minutes(record.text("to", _TIME))
    if begins >= ends:
        record.problem("to", "the end is not after the beginning")
    record.done()
    weekdays = tuple(WEEKDAYS.index(day) + 1 for day in days if day in WEEKDAYS)
    return OpeningHours(weekdays, begins, ends, tuple(Day(day) for day in days if day in set(Day)))


def _minutes(time: str) -> int:
    hour, _, minute = time.partition(":")
    return int(hour) * 60 + int(minute) if hour.isdigit() and minute.isdigit() else 0  # a fault is noted already


def _canned(folder: Path, problems: Problems) -> dict[str, CannedReply]:
    replies: dict[str, CannedReply] = {}
    for record in read_list(folder / "canned_replies.yml", problems):
        id = record.text("id", _SLUG)
        record.label = f"canned reply {id}"
        if id in replies:
            record.problem("id", "stands twice")
        reply = CannedReply(
            id, record.text("title"), record.texts("keys", 1), Bilingual(record.text("zh"), record.text("en"))
        )
        for language in ("zh", "en"):
            _check_placeholders(record, language, getattr(reply.text, language))
        record.done()
        replies[id] = reply
    return replies


def _check_placeholders(record: Record, language: str, text: str) -> None:
    try:
        fields = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    except ValueError as error:
        record.problem(language, f"{language}: {error}")
        return
    if unknown := sorted(fields - PLACEHOLDERS):
        record.problem(language, f"{language}: {{{unknown[0]}}} is not a placeholder")
