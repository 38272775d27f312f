"""The sheet that a person labels, and the Rasa training examples made from it."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from ruamel.yaml import YAML

from hotline.review.doubtful import Doubtful

COLUMNS = (
    "message_id",
    "at",
    "reason",
    "confidence",
    "category_confidence",
    "text",
    "intent",
    "category",
    "request_type",
    "checked",
)
YES = {"yes", "y", "1", "是", "对"}
MATTER = "state_matter"


class WrongLabel(Exception):
    """A label in the sheet is unknown; the message names the line."""


def known_intents(intents: Path, answers: Path) -> set[str]:
    """The names of the intents in the assistant's domain, and of the plain questions that have an answer, such as
    faq/cost."""
    listed, responses = (YAML(typ="safe").load(file.read_text(encoding="utf-8")) for file in (intents, answers))
    named = {next(iter(one)) if isinstance(one, dict) else one for one in listed["intents"]}
    return named | {name.removeprefix("utter_") for name in responses["responses"] if "/" in name}


def write_sheet(file: Path, messages: Iterable[Doubtful]) -> int:
    """Write a CSV with the guesses filled in, for a person who corrects them and puts "yes" under `checked`. Returns
    the number of rows."""
    count = 0
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        for message in messages:
            values = {name: getattr(message, name, "") for name in COLUMNS}
            writer.writerow(values | {"at": message.at.isoformat(timespec="seconds"), "checked": ""})
            count += 1
    return count


def read_sheet(
    file: Path, intents: Collection[str], categories: Collection[str], request_types: Collection[str]
) -> Sequence[Mapping[str, str]]:
    """The rows that a person has checked. Raises WrongLabel for an unknown label, naming the line."""
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    checked = []
    for line, row in enumerate(rows, start=2):
        if (row.get("checked") or "").strip().lower() not in YES:
            continue
        known = {"intent": intents, "category": categories, "request_type": request_types}
        for column in ("intent", "category", "request_type") if row["intent"] == MATTER else ("intent",):
            if row[column] not in known[column]:
                raise WrongLabel(f"{file}:{line}: {column} '{row[column]}' is not known")
        checked.append(row)
    return checked


def training_examples(rows: Sequence[Mapping[str, str]]) -> str:
    """The rows as a Rasa NLU file: one block for each intent, and for matters each category and request type."""
    blocks: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in rows:
        matter = row["intent"] == MATTER
        key = (row["intent"], row["category"] if matter else "", row["request_type"] if matter else "")
        blocks[key].append(" ".join(row["text"].split()))
    lines = [
        "# Messages of citizens, without personal data, labelled by staff (yihaotong review).",
        'version: "3.1"',
        "nlu:",
    ]
    for (intent, category, request_type), texts in sorted(blocks.items()):
        lines.append(f"- intent: {intent}")
        if category:
            lines.append(f'  metadata: {{category: "{category}", request_type: {request_type}}}')
        lines += ["  examples: |", *(f"    - {text}" for text in dict.fromkeys(texts))]
    return "\n".join(lines) + "\n"
