"""Reads ``matter_classes.yml``: the classes by which the file of a household is sorted, each category in exactly
one."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from hotline.city.load_categories import CODES
from hotline.city.model import MatterClass
from hotline.city.source import Problems, Record, bilingual, read_mapping

GROUPS = tuple(dict.fromkeys(code[:2] for code in CODES))


def load_matter_classes(path: Path, problems: Problems) -> dict[str, MatterClass]:
    """Read all classes in the order of the file; faults are added to `problems`."""
    file = read_mapping(path, problems)
    records = {id: file.record(id, f"class {id}") for id in file.names()}
    single = _listed(records, "categories", CODES, "a category")
    whole = _listed(records, "groups", GROUPS, "a group of categories")
    class_of = {code: single.get(code) or whole.get(code[:2]) for code in CODES}
    for code, id in class_of.items():
        if id is None:
            file.problem("", f"category {code} belongs to no class")
    classes = {}
    for id, record in records.items():
        codes = frozenset(code for code, owner in class_of.items() if owner == id)
        classes[id] = MatterClass(id, bilingual(record.record("name")), codes)
        record.done()
    file.done()
    return classes


def _listed(records: dict[str, Record], key: str, known: Collection[str], what: str) -> dict[str, str]:
    """The values that the classes list under a field, each with the id of its class."""
    found: dict[str, str] = {}
    for id, record in records.items():
        for value, line in record.texts_with_lines(key):
            if value not in known:
                record.problem(key, f"{key}: '{value}' is not {what}", line)
            elif found.setdefault(value, id) != id:
                record.problem(key, f"{key}: '{value}' belongs to class {found[value]} too", line)
    return found
