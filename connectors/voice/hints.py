"""Words that the recogniser should expect: the city's districts and places, matters, requests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from hotline.city import City

MOST, LONGEST = 500, 100
"""Twilio's limits: phrases in a list, and characters in a phrase."""

COMMANDS = ("转人工", "人工", "查进度", "工单号", "查询码", "催办", "保密", "匿名", "不对", "对", "撤单", "再说一遍")


def hints(city: City) -> str:
    """The phrases, separated by commas, the most decisive ones first."""
    phrases = chain(COMMANDS, _districts(city), _categories(city), _sub_districts(city), _places(city))
    fitting = (phrase for phrase in dict.fromkeys(phrases) if len(phrase) <= LONGEST and "," not in phrase)
    return ",".join(islice(fitting, MOST))


def _districts(city: City) -> Iterator[str]:
    for district in city.districts.values():
        yield district.name


def _categories(city: City) -> Iterator[str]:
    """The strongest word of each category: what people say, not the category's name."""
    for category in city.categories.values():
        yield from category.keywords[:1]


def _sub_districts(city: City) -> Iterator[str]:
    for district in city.districts.values():
        yield from district.sub_districts


def _places(city: City) -> Iterator[str]:
    """The best-known places, taking from every district in turn."""
    for district in city.districts.values():
        yield from district.places[:5]
