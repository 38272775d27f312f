"""How well the trained assistant understands texts that it has not learned from: `python tests/understanding/report.py
[MODEL]`."""

from __future__ import annotations

import csv
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hotline.processes.environment import prepare

prepare(all_cores=True)  # before NumPy, or its threads spin while they wait

from bot.nlu.understanding import Understanding  # noqa: E402
from hotline.danger import detect  # noqa: E402
from hotline.settings import read_settings  # noqa: E402

HERE = Path(__file__).parent
DANGER = {
    "danger": "hard on purpose",
    "danger_sample": "a year of a hotline in 450 texts",
    "danger_plain": "mostly said plainly",
    "danger_mixed": "two thirds plainly, by many voices",
    "danger_city": "half plainly, by thirty people of a city",
    "danger_inbox": "as often as life brings each kind, three quarters plainly",
    "danger_far": "reports of officials, Cantonese, English of students, a child, one who never says it straight",
}
"""The files of held-out danger, each by another writer, with their contents."""
SHORT = 40
PLACED_EACH = 4
ADDRESSES = (
    *(
        "武侯区科华北路65号",
        "锦江区东大街",
        "青羊区顺城大街100号",
        "成华区建设路26号2栋1单元",
        "双流区东升街道藏卫路南二段",
    ),
    *("我在春熙路太古里门口，", "华阳南湖度假区旁边"),
)
BEHIND = ("，我姓李，电话13612345678", "，武侯区科华北路65号", "，郫都区犀浦地铁站B口")
Figures = dict[str, float]
Parsed = dict[str, Any]


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one held-out file, named without its extension."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def parsed_rows(understanding: Understanding, name: str) -> list[tuple[dict[str, str], Parsed]]:
    """The rows of one held-out file, each with what is understood of its text."""
    data = rows(name)
    return list(zip(data, understanding.parse([row["text"] for row in data]), strict=True))


def share(hits: Sequence[float | bool]) -> float:
    """The mean; NaN for an empty sequence."""
    return sum(hits) / len(hits) if hits else float("nan")


def matters(understanding: Understanding, wrong: Counter[tuple[str, str]]) -> Figures:
    """Accuracy of the category (first, and among three) and of the request type."""
    first, third, kind, taken = [], [], [], []
    for row, parsed in parsed_rows(understanding, "matters"):
        matter = parsed["matter"]
        ranking = [one["category"] for one in matter["ranking"]]
        first.append(ranking[:1] == [row["category"]])
        third.append(row["category"] in ranking)
        if not first[-1]:
            wrong[row["category"], ranking[0]] += 1
        guess = matter["request_type"]
        taken.append(guess is not None)
        if guess is not None:
            kind.append(_type_counts(guess, row["request_type"].split("|")))
    return {
        "category_top1": share(first),
        "category_top3": share(third),
        "request_type": share(kind),
        "taken_as_matter": share(taken),
    }


def _type_counts(guess: str, right: list[str]) -> float:
    """1 for a right request type; 0.5 when help and complaint are confused, because cities draw that line
    differently."""
    near = {"help", "complaint"}
    return 1.0 if guess in right else 0.5 if guess in near and near & set(right) else 0.0


def whole(understanding: Understanding) -> Figures:
    """All fields of `yihaotong understand` on texts by a writer who knew only the list of categories.

    `danger` counts messages without danger that were taken for danger.
    """
    data = rows("whole")
    found: dict[str, list[float | bool]] = {}
    for row, read in zip(data, understanding.read([row["text"] for row in data]), strict=True):
        judged: dict[str, float | bool] = {"phones": "|".join(read["phones"]) == row["phones"]}
        if row["category"]:
            judged["category"] = read["category"] in row["category"].split("|")
            judged["request_type"] = _type_counts(read["request_type"], row["request_type"].split("|"))
        district = understanding.city.districts.get(read["district"])
        judged["district"] = row["district"] == (district.name if district else "")
        said = read["location"] or ""
        if row["place"]:
            judged["place_exact"] = said == row["place"]
            judged["place_overlap"] = bool(said) and (said in row["place"] or row["place"] in said)
        if not row["danger"]:
            judged["danger"] = read["danger"] is not None
        for name, value in judged.items():
            found.setdefault(f"whole_{name}", []).append(value)
    return {name: share(values) for name, values in found.items()}


def intents(understanding: Understanding, wrong: Counter[tuple[str, str]]) -> Figures:
    """The share of right intents."""
    right = []
    for row, parsed in parsed_rows(understanding, "intents"):
        guess = parsed["intent"]["name"]
        right.append(guess == row["intent"])
        if not right[-1]:
            wrong[row["intent"], guess] += 1
    return {"intent": share(right)}


def places(understanding: Understanding) -> Figures:
    """Of texts with a place, how many are found exactly and how many at least overlapping; of those without, how many
    stay empty."""
    exact, overlapping, empty = [], [], []
    for row, parsed in parsed_rows(understanding, "places"):
        found = [(e["start"], e["end"]) for e in parsed.get("entities", []) if e["entity"] == "location"]
        if not row["span"]:
            empty.append(not found)
            continue
        start = row["text"].index(row["span"])
        end = start + len(row["span"])
        exact.append((start, end) in found)
        overlapping.append(any(a < end and start < b for a, b in found))
    return {"place_exact": share(exact), "place_overlap": share(overlapping), "no_place_kept_empty": share(empty)}


def danger(understanding: Understanding) -> Figures:
    """Danger found, harmless look-alikes flagged, and how often the kind is right; also by the rules alone."""
    figures: Figures = {}
    for name in DANGER:
        data = rows(name)
        both = [parsed["matter"]["danger"] for _, parsed in parsed_rows(understanding, name)]
        without = [found and str(found.kind) for found in (detect(row["text"]) for row in data)]
        figures |= _told_apart(name, data, both) | _told_apart(f"{name}_rules", data, without)
        figures[f"{name}_whom_to_call"] = share(
            [_hears_whom_to_call(p) for r, p in parsed_rows(understanding, name) if r["kind"]]
        )
    return figures | _ordinary(understanding) | _placed(understanding)


def _placed(understanding: Understanding) -> Figures:
    """Danger found and look-alikes flagged when a short text begins with an address, or ends with one or with a
    contact; people give theirs either way."""
    short = [row for name in DANGER for row in rows(name) if len(row["text"]) <= SHORT][::PLACED_EACH]
    before = [{**row, "text": ADDRESSES[i % len(ADDRESSES)] + row["text"]} for i, row in enumerate(short)]
    behind = [{**row, "text": row["text"] + BEHIND[i % len(BEHIND)]} for i, row in enumerate(short)]
    figures: Figures = {}
    for name, data in (("danger_address_before", before), ("danger_address_behind", behind)):
        texts = [row["text"] for row in data]
        both = [parsed["matter"]["danger"] for parsed in understanding.parse(texts)]
        without = [found and str(found.kind) for found in map(detect, texts)]
        figures |= _told_apart(name, data, both) | _told_apart(f"{name}_rules", data, without)
    return figures


def _ordinary(understanding: Understanding) -> Figures:
    """The share of ordinary messages that are taken for danger; one or two in a hundred really tell of some.

    `…whom_to_call`: the share that gets at least the line with the numbers to call.
    """
    read = [pair for name in ("matters", "intents", "places") for pair in parsed_rows(understanding, name)]
    ordinary = [parsed for row, parsed in read if row.get("intent") != "report_danger"]
    return {
        "danger_ordinary": share([parsed["matter"]["danger"] is not None for parsed in ordinary]),
        "danger_ordinary_whom_to_call": share([_hears_whom_to_call(parsed) for parsed in ordinary]),
    }


def _hears_whom_to_call(parsed: Parsed) -> bool:
    return parsed["matter"]["danger"] is not None or parsed["matter"]["danger_possible"]


def _told_apart(name: str, data: list[dict[str, str]], guesses: Sequence[str | None]) -> Figures:
    judged = list(zip(data, guesses, strict=True))
    return {
        f"{name}_recall": share([guess is not None for row, guess in judged if row["kind"]]),
        f"{name}_false_alarms": share([guess is not None for row, guess in judged if not row["kind"]]),
        f"{name}_kind": share([guess == row["kind"] for row, guess in judged if row["kind"]]),
    }


def speed(understanding: Understanding) -> Figures:
    """Median milliseconds for one short text (at most 20 characters), texts one at a time."""
    texts = [row["text"] for row in rows("matters") + rows("intents") if len(row["text"]) <= 20][:120]
    times = []
    for text in texts:
        fresh = f"{text}…"  # a text whose vector is not cached
        started = time.perf_counter()
        understanding.parse([fresh])
        times.append((time.perf_counter() - started) * 1000)
    return {"milliseconds": statistics.median(times) if times else float("nan")}


def measure(understanding: Understanding) -> tuple[Figures, dict[str, Counter[tuple[str, str]]]]:
    """All figures, and which labels were confused with which."""
    wrong: dict[str, Counter[tuple[str, str]]] = {"category": Counter(), "intent": Counter()}
    figures = (
        matters(understanding, wrong["category"])
        | intents(understanding, wrong["intent"])
        | places(understanding)
        | danger(understanding)
        | whole(understanding)
        | speed(understanding)
    )
    return figures, wrong


def main() -> None:
    """Print the report for the model given, or the newest."""
    model = Path(sys.argv[1]) if len(sys.argv) > 1 else read_settings().models_folder
    figures, wrong = measure(Understanding.load(model))
    for name, value in figures.items():
        print(f"{name:32s} {value:.3f}")
    for name, counted in wrong.items():
        print(f"most confused, {name}:", ", ".join(f"{a}→{b} ×{n}" for (a, b), n in counted.most_common(12)))


if __name__ == "__main__":
    main()
