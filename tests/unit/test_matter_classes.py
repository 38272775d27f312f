"""The classes of a household's file: every category is in exactly one, and a broken file is reported."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hotline.city import City, CityDataError, Party, load_city
from hotline.settings import PROJECT_ROOT

CHENGDU = PROJECT_ROOT / "cities" / "chengdu"
FILE = "matter_classes.yml"


def problems_with(folder: Path, old: str, new: str) -> list[str]:
    """What the loader says when one passage of a city's classes is replaced."""
    shutil.copytree(CHENGDU, folder)
    text = (folder / FILE).read_text(encoding="utf-8")
    assert old in text
    (folder / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CityDataError) as caught:
        load_city(folder)
    return [problem.removeprefix(f"{folder.as_posix()}/") for problem in caught.value.problems]


def test_chengdu_has_seven_classes_of_which_four_are_those_of_the_practice(city: City) -> None:
    names = [each.name.zh for each in city.matter_classes.values()]
    assert len(names) == 7 and names[:4] == ["教育", "医疗", "民生保障", "住房与城市建设"]


def test_every_category_belongs_to_exactly_one_class(city: City) -> None:
    listed = [code for each in city.matter_classes.values() for code in each.categories]
    assert sorted(listed) == sorted(city.categories)


@pytest.mark.parametrize(
    ("category", "name"),
    [("1001", "教育"), ("0902", "医疗"), ("1102", "医疗"), ("1101", "民生保障"), ("1801", "民生保障"), ("0304", "住房与城市建设"),
     ("0106", "住房与城市建设"), ("0604", "市容与生态环境"), ("1205", "交通与公共安全"), ("1201", "经济与政务服务"), ("1601", "经济与政务服务")],
)  # fmt: skip
def test_a_category_belongs_where_its_group_does_unless_it_is_listed_by_itself(
    city: City, category: str, name: str
) -> None:
    found = city.matter_class(category)
    assert found and found.name.zh == name


def test_what_has_no_category_belongs_to_no_class(city: City) -> None:
    assert city.matter_class(None) is None and city.matter_class("9999") is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('groups: ["10"]', "groups: []", "category 1001 belongs to no class"),
        ('groups: ["10"]', 'groups: ["10", "09"]', "class health: groups: '09' belongs to class education too"),
        ('groups: ["10"]', 'groups: ["10", "19"]', "class education: groups: '19' is not a group of categories"),
        ('"1202", "1206"]', '"1202", "1299"]', "class economy: categories: '1299' is not a category"),
        ('categories: ["1406"]', 'categories: ["1406", "1801"]', "class safety: categories: '1801' belongs to class"),
        ("name: {zh: 教育, en: Education}", "name: {zh: 教育}", "class education: 'en' is missing"),
        ('groups: ["10"]', 'groups: ["10"]\n  colour: red', "class education: unknown field 'colour'"),
    ],
)
def test_what_is_wrong_with_the_classes_is_said_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    problems = problems_with(tmp_path / "chengdu", old, new)
    assert [p for p in problems if p.startswith(f"{FILE}:") and said in p], problems


@pytest.mark.parametrize(
    ("category", "text", "party"),
    [("1601", "补贴没到账", Party.FIRM), ("0604", "我司在望平街的仓库", Party.FIRM), ("0604", "楼下烧烤", Party.RESIDENT), (None, "", Party.RESIDENT)],
)  # fmt: skip
def test_whose_matter_it_is_shows_by_its_category_or_its_words(
    city: City, category: str | None, text: str, party: Party
) -> None:
    assert city.party_of(category, text) is party
