"""A ticket's title in its citizen's language."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from hotline.city import City
from hotline.texts import texts
from hotline.tickets.timeline import day
from hotline.tickets.titles import title, titled
from tests.unit.test_lifecycle import TICKET

ENGLISH = texts("en")


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({"category": "0604", "title": "placeholder"}, "placeholder"),
        ({"category": None, "title": "市民诉求"}, "A citizen's matter"),
        ({"title": "请求人工回电"}, "Asks for a call back"),
        ({"title": "紧急：火情", "danger": "fire"}, "Emergency: fire"),
        ({"title": "紧急·火情：红星路1号", "danger": "fire", "location": "红星路1号"}, "Emergency, fire: 红星路1号"),
    ],
    ids=str,
)
def test_what_is_known_is_said_in_english_and_what_somebody_wrote_stays(
    city: City, changes: dict[str, str | None], read: str
) -> None:
    known = replace(TICKET, **changes)  # type: ignore[arg-type]
    assert titled(known, city, ENGLISH) == read
    assert titled(known, city, texts()) == known.title


def test_place_and_category_are_said_in_english(city: City) -> None:
    category = city.categories["0604"]
    known = replace(TICKET, category="0604", title=title("望平街15号", category.label, texts()), location="望平街15号")
    assert titled(known, city, ENGLISH) == f"望平街15号: {category.label_en}"
    nowhere = replace(known, title=category.label, location=None)
    assert titled(nowhere, city, ENGLISH) == category.label_en


def test_a_day_in_english_names_its_month() -> None:
    assert day(datetime(2026, 12, 1, 18), ENGLISH) == "1 Dec"
    assert day(datetime(2026, 12, 1, 18), texts()) == "12月1日"
