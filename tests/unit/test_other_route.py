"""Matters that the hotline does not handle are sent to where they belong, with a number."""

from __future__ import annotations

import pytest

from bot.actions.wording import other_route
from hotline.city import City
from hotline.intake import Draft

WATER, OTHER_CITY = "0101", "1806"


@pytest.mark.parametrize("category", [WATER, OTHER_CITY])
def test_a_matter_in_another_city_goes_to_its_area_code(city: City, category: str) -> None:
    draft = Draft("我在重庆渝中区的小区停水两天了", "help", category, place="重庆渝中区")
    assert "023-12345" in str(other_route(draft, city, "zh"))


def test_a_matter_here_stays_though_another_city_is_mentioned(city: City) -> None:
    draft = Draft("我从重庆来，住的酒店停水", "help", WATER, district="jinjiang", place="春熙路")
    assert other_route(draft, city, "zh") is None


def test_a_road_named_after_another_city_is_here(city: City) -> None:
    assert other_route(Draft("停水了", "help", WATER, place="北京路3号"), city, "zh") is None
