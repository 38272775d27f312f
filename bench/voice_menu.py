"""Simulates how long it takes until the department is known, by a call to the assistant and by a two-level keypad menu.

Nobody is called. Speech of the hotline and of the caller takes one second per 4.5 characters. The menu consists of the
city's own groups and categories, read out in the order of the data; its caller always knows their option, presses at
the end of that option, hears nothing twice, is never wrong, and has not yet said a word about the matter. The
assistant's caller hears the whole opening, tells one of the texts that the assistant has not learned from, and answers
its questions; how the assistant understands the text is real. Most departments are a district's, and two levels tell
only their kind. So both ways are also measured up to the district's own department, with a third menu level for the
districts. `python -m bench.voice_menu [MODEL]`.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles

from connectors.voice.spoken import spoken
from connectors.voice.twiml import PAUSE_SECONDS
from hotline.city import City, load_city
from hotline.intake import Draft, Understood, begin, next_question, take
from hotline.processes.environment import prepare
from hotline.settings import PROJECT_ROOT, read_settings
from hotline.texts import texts

TEXTS = PROJECT_ROOT / "tests" / "understanding" / "matters.csv"
MOST = 240
CHARACTERS_A_SECOND = 4.5
THINKING_SECONDS = 0.3
MOST_QUESTIONS = 4
CALLER = "13800001234"
PLACE, ANYTHING = "锦江区望平街15号", "不清楚"
MENU_OPENING, MENU_OPTION = "您好，欢迎致电{city}一二三四五热线，通话将录音，", "{name}请按{number}，"
QUESTIONS = {
    "matter": "请再具体说一下，是什么事、影响到您什么？",
    "place": "在哪条路、靠近哪里？",
    "district": "这是在哪个区（市、县）？",
}
MATTERS = {"complaint", "help", "report"}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to the department: seconds from the connection until its kind is known, and until it is known itself."""

    kind_seconds: float
    seconds: float
    turns: int
    options: int


@dataclass(frozen=True, slots=True)
class Side:
    """Medians and ninth deciles over all texts."""

    kind_seconds: float
    kind_seconds_p90: float
    seconds: float
    seconds_p90: float
    turns: float
    turns_p90: float
    options: float

    @classmethod
    def of(cls, ways: Sequence[Way]) -> Side:
        """The summary of these ways."""
        kind, whole, turns = [w.kind_seconds for w in ways], [w.seconds for w in ways], [w.turns for w in ways]
        options = median(way.options for way in ways)
        return cls(median(kind), _p90(kind), median(whole), _p90(whole), median(turns), _p90(turns), options)

    def line(self) -> str:
        """In words."""
        return (
            f"kind of department after {self.kind_seconds:.0f} s (nine in ten {self.kind_seconds_p90:.0f} s), the "
            f"department after {self.seconds:.0f} s ({self.seconds_p90:.0f} s), {self.turns:.0f} turns "
            f"({self.turns_p90:.0f}), {self.options:.0f} options listened to"
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Both sides; `known` and `right` are the shares of texts for which the assistant found a department, and the right
    one."""

    texts: int
    menu: Side
    assistant: Side
    known: float
    right: float

    def lines(self) -> list[str]:
        """In words."""
        return [
            f"SIMULATION of {self.texts} calls, speech at {CHARACTERS_A_SECOND} characters/s, medians:",
            f"  keypad menu: {self.menu.line()}; its caller never errs and has told nothing yet",
            f"  assistant: {self.assistant.line()}; a department found for {self.known:.0%}, the right one for "
            f"{self.right:.0%}; the matter is told",
        ]


def measure(model: Path) -> Found:
    """Measure in a process of its own, because it loads the model."""
    command = [sys.executable, "-m", "bench.voice_menu", str(model), "--json"]
    run = subprocess.run(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, check=True)
    found = json.loads(run.stdout.splitlines()[-1])
    return Found(**found | {side: Side(**found[side]) for side in ("menu", "assistant")})


def by_menu(city: City, code: str, district: str) -> Way:
    """The way through the menu to a category, and to a district if its department is a district's."""
    category = city.category(code)
    groups = dict.fromkeys(each.group for each in city.categories.values())
    inside = [each.label for each in city.categories.values() if each.group == category.group]
    levels = [_options(list(groups), category.group), _options(inside, category.label)]
    kind = MENU_OPENING.format(city=city.name) + "".join(option for level in levels for option in level)
    said = kind
    if city.route(category, None).needs_district:
        levels.append(_options([each.name for each in city.districts.values()], district))
        said += "".join(levels[-1])
    return Way(_seconds(kind), _seconds(said), len(levels), sum(map(len, levels)))


def by_assistant(city: City, heard: Understood) -> tuple[Way, Draft | None]:
    """The way of one call, with the draft in which the department is known; None if it was not found."""
    opening = texts().say("voice.opening", recorded=texts().say("voice.recorded"))
    kind = seconds = _seconds(spoken(opening)) + _turn(heard.text)
    turns = 1
    if heard.intent != "state_matter":
        return Way(kind, seconds, turns, 0), None
    draft = begin(heard, city, CALLER)
    for _ in range(MOST_QUESTIONS):
        question = next_question(draft, city)
        if question is None or not _decides(draft, question.kind, city):
            break
        answer = PLACE if question.kind in ("place", "district") else ANYTHING
        words = question.zh or QUESTIONS[question.kind]
        seconds, turns = seconds + _seconds(spoken(words)) + _turn(answer), turns + 1
        told = Understood(answer, "inform", places=(answer,) if answer == PLACE else ())
        draft = take(draft, told, question.kind, city) or draft
        if question.kind not in ("place", "district"):
            kind = seconds
    return Way(kind, seconds, turns, 0), draft if draft.category else None


def _decides(draft: Draft, kind: str, city: City) -> bool:
    """Whether the department is not known without the answer to this question."""
    if kind == "matter":
        return True
    if draft.category is None:
        return False
    category = city.category(draft.category)
    if kind in ("place", "district"):
        return draft.district is None and city.route(category, None).needs_district
    return any(f"detail:{detail.key}" == kind and detail.decides for detail in category.details)


def _options(names: Sequence[str], wanted: str) -> list[str]:
    """The words read out up to the wanted option."""
    heard = names[: names.index(wanted) + 1]
    return [MENU_OPTION.format(name=name, number=number) for number, name in enumerate(heard, 1)]


def _turn(words: str) -> float:
    """Seconds to say the words, wait for their end, and understand them."""
    return _seconds(words) + PAUSE_SECONDS + THINKING_SECONDS


def _seconds(words: str) -> float:
    return sum(character.isalnum() for character in words) / CHARACTERS_A_SECOND


def _p90(values: Sequence[float]) -> float:
    return quantiles(values, n=10)[-1]


def _found(city: City, rows: Sequence[Mapping[str, str]], heard: Sequence[Understood]) -> Found:
    districts = [district.name for district in city.districts.values()]
    menu = [by_menu(city, row["category"], districts[i % len(districts)]) for i, row in enumerate(rows)]
    ways = [by_assistant(city, understood) for understood in heard]
    right = 0
    for row, (_, draft) in zip(rows, ways, strict=True):
        if draft and draft.category:
            district = city.districts.get(draft.district or "")
            wanted = city.route(city.category(row["category"]), district).lead
            right += city.route(city.category(draft.category), district).lead == wanted
    known = [way for way, draft in ways if draft]
    return Found(len(rows), Side.of(menu), Side.of(known), len(known) / len(rows), right / len(rows))


def main() -> None:
    """Measure in this process."""
    prepare()
    from bot.actions.reading import understood
    from bot.nlu.understanding import Understanding
    from hotline.processes.training import newest_model

    settings = read_settings()
    given = [argument for argument in sys.argv[1:] if argument != "--json"]
    city = load_city(settings.city_folder)
    with TEXTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["request_type"] in MATTERS]
    rows = rows[:: max(1, len(rows) // MOST)][:MOST]
    understanding = Understanding.load(given[0] if given else newest_model(settings.models_folder))
    parsed = understanding.parse([row["text"] for row in rows])
    heard = [understood({**message, "text": row["text"]}) for message, row in zip(parsed, rows, strict=True)]
    found = _found(city, rows, heard)
    print(json.dumps(asdict(found)) if "--json" in sys.argv else "\n".join(found.lines()))


if __name__ == "__main__":
    main()
