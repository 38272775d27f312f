"""Turns the messages that a person has labelled in a sheet into training examples of the assistant."""

from __future__ import annotations

from pathlib import Path

from hotline.city import REQUEST_TYPES, load_city
from hotline.review.sheet import known_intents, read_sheet, training_examples
from hotline.settings import PROJECT_ROOT, Settings

EXAMPLES = PROJECT_ROOT / "bot" / "data" / "nlu" / "reviewed"
DOMAIN = PROJECT_ROOT / "bot" / "domain"
INTENTS, ANSWERS = DOMAIN / "intents.yml", DOMAIN / "responses" / "questions.yml"


def learn(settings: Settings, sheet: Path, into: Path | None = None) -> tuple[Path, int]:
    """Write the checked rows of a sheet into a training file, by default one named like the sheet. Returns the file and
    the number of rows.

    Raises WrongLabel for an unknown label, KeyError for a missing column.
    """
    rows = read_sheet(sheet, known_intents(INTENTS, ANSWERS), load_city(settings.city_folder).categories, REQUEST_TYPES)
    target = into or EXAMPLES / f"{sheet.stem}.yml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(training_examples(rows), encoding="utf-8")
    return target, len(rows)
