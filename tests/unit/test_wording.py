"""Wording: every text exists in both languages with the same placeholders, and facts get the right words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.actions.wording import due_day, read_back, secrecy, shortened, unit
from hotline.city import City
from hotline.clock import ZONE
from hotline.danger.kinds import Kind
from hotline.intake import Draft
from hotline.personal_data.masking import mask_phone
from hotline.settings import PROJECT_ROOT
from hotline.texts import FOLDER, LANGUAGES, texts
from hotline.tickets.model import RequestType, Status, Urgency

SAID = re.compile(r"""\bsay\(\s*f?["']([a-z_.{}\w]+)["']""")
NUMBERS = {
    Kind.FIRE: "119", Kind.GAS: "119", Kind.CRIME: "110", Kind.INJURY: "120", Kind.TRAFFIC: "122",
    Kind.HAZARD: "119", Kind.LOST_PERSON: "110", Kind.VIOLENCE: "110", Kind.FRAUD: "96110",
}  # fmt: skip


def entries(language: str, folder: Path = FOLDER) -> dict[str, str]:
    """Every text of a language by its dotted key."""

    def flat(node: Any, prefix: str) -> dict[str, str]:
        if not isinstance(node, dict):
            return {prefix: node}
        return {key: text for name, inner in node.items() for key, text in flat(inner, f"{prefix}.{name}").items()}

    data = YAML(typ="safe").load(folder / f"{language}.yml")
    return {key.removeprefix("."): text for key, text in flat(data, "").items()}


def places(text: str) -> set[str]:
    """The names in braces; for `{when.month}` it is `when`."""
    return {name.partition(".")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_a_unit_is_glossed_for_who_writes_english(city: City) -> None:
    draft = Draft(description="no water", request_type="help", category="0101", district="shuangliu")
    assert unit(draft, city, "en") == f"{unit(draft, city, 'zh')} (Water Affairs)"


class TestFiles:
    def test_both_languages_have_the_same_texts(self) -> None:
        assert entries("zh").keys() == entries("en").keys()

    def test_a_text_is_filled_in_with_the_same_facts_in_both_languages(self) -> None:
        chinese, english = entries("zh"), entries("en")
        assert {key for key in chinese if places(chinese[key]) != places(english[key])} == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_text_is_a_sentence_or_word_and_not_something_that_yaml_made_of_it(self, language: str) -> None:
        assert {key: text for key, text in entries(language).items() if not isinstance(text, str) or not text} == {}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_word_for_a_ticket_is_there(self, language: str) -> None:
        say = texts(language).say
        words = [
            *(f"status.{status}" for status in Status),
            *(f"urgency.{urgency}" for urgency in Urgency),
            *(f"request_type.{request_type}" for request_type in RequestType),
            *(f"danger_kind.{kind}" for kind in Kind),
        ]
        said = [say(key) for key in words]
        assert all(said)
        assert len({say(f"status.{status}") for status in Status}) == len(Status)

    def test_every_text_that_the_code_says_is_there(self) -> None:
        files = [p for name in ("hotline", "bot", "connectors", "portal") for p in (PROJECT_ROOT / name).rglob("*.py")]
        sources = [source for path in files if "hotline.texts import" in (source := path.read_text("utf-8"))]
        said = {key for source in sources for key in SAID.findall(source) if "{" not in key}
        assert len(said) > 20
        assert said - entries("zh").keys() - entries("zh", PROJECT_ROOT / "portal" / "texts").keys() == set()

    def test_chinese_is_written_with_chinese_signs(self) -> None:
        halved = re.compile(r"[一-鿿][,;?!:][一-鿿]?")
        assert {key: text for key, text in entries("zh").items() if halved.search(text)} == {}


class TestDanger:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", Kind)
    def test_a_safety_line_names_the_number_to_call(self, language: str, kind: Kind) -> None:
        """Except where somebody may hurt themselves: there the assistant asks, and a person comes."""
        line = texts(language).say(f"danger.{kind}")
        assert NUMBERS.get(kind, "") in line
        assert len(line) <= (70 if language == "zh" else 200), "a safety line is short"

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", Kind)
    def test_what_is_said_when_it_gets_worse_names_it_again_and_asks_for_no_place(
        self, language: str, kind: Kind
    ) -> None:
        line, where = texts(language).say(f"danger_again.{kind}"), texts(language).group("danger_where").get(kind)
        assert NUMBERS.get(kind, "") in line
        assert where is None or (where in texts(language).say(f"danger.{kind}") and where not in line)

    @pytest.mark.parametrize("key", ["self_harm", "unsure"])
    def test_whoever_may_hurt_themselves_is_asked_whether_they_are_safe(self, key: str) -> None:
        assert "安全吗" in texts("zh").say(f"danger.{key}")
        assert "safe" in texts("en").say(f"danger.{key}")


class TestTexts:
    def test_a_text_is_said_with_its_facts(self) -> None:
        assert texts().say("node.dispatched", unit="市水务局", due="12月11日") == "已派给市水务局，最迟12月11日前答复。"
        assert texts("en").say("date", when=datetime(2026, 12, 11)) == "11 Dec"

    @pytest.mark.parametrize("language", ["", "fr", "ZH", "../zh", "zh-CN"])
    def test_a_language_that_is_not_there_is_answered_in_chinese(self, language: str) -> None:
        assert texts(language).language == "zh"
        assert texts(language).say("status.closed") == "已办结"

    @pytest.mark.parametrize("key", ["", "nothing", "status.nothing", "status.closed.more"])
    def test_a_text_that_is_not_there_is_an_error_and_never_empty(self, key: str) -> None:
        with pytest.raises((KeyError, TypeError)):
            texts().say(key)

    def test_a_fact_that_is_missing_is_an_error(self) -> None:
        with pytest.raises(KeyError):
            texts().say("node.dispatched", unit="市水务局")

    @given(st.text())
    def test_braces_in_a_fact_are_only_signs(self, fact: str) -> None:
        """A citizen's words are never a template."""
        for said in (fact, "{0}", "{unit.__class__}"):
            assert said in texts().say("title.at", place=said, label="路灯")

    def test_a_group_is_every_text_under_a_key(self) -> None:
        assert texts("en").group("urgency") == {"normal": "normal", "urgent": "urgent", "critical": "critical"}


class TestFacts:
    def test_the_day_of_a_deadline(self) -> None:
        due = datetime(2026, 12, 1, 18, tzinfo=ZONE)
        assert (due_day(due, "zh"), due_day(due, "en")) == ("12月1日", "1 Dec")

    def test_secrecy_is_said_only_where_there_is_some(self) -> None:
        assert [secrecy(True, language) for language in LANGUAGES] == ["并保密", " and kept confidential"]
        assert [secrecy(False, language) for language in LANGUAGES] == ["", ""]

    def test_a_phone_is_shown_without_its_middle(self) -> None:
        assert mask_phone("13800001234") == "138****1234"

    @given(st.text("0123456789", max_size=16))
    def test_at_least_four_digits_of_a_phone_stay_hidden(self, phone: str) -> None:
        shown = sum(c.isdigit() for c in mask_phone(phone))
        assert shown <= max(0, len(phone) - 4)


class TestReadBack:
    @pytest.fixture
    def draft(self) -> Draft:
        """The product's example."""
        return Draft(
            description="锦江区望平街15号楼下烧烤店每天烤到凌晨两点",
            request_type="complaint",
            category="0604",
            category_sure=True,
            district="jinjiang",
            place="锦江区望平街15号",
            name="王",
            phone="13800001234",
        )

    def test_the_products_example(self, draft: Draft, city: City) -> None:
        said = read_back(draft, city, "zh")
        label, lead = city.category("0604").label, unit(draft, city, "zh")
        assert said == (f"王先生/女士，记下了：投诉·{label}；锦江区望平街15号；电话 138****1234。拟转{lead}。")
        assert "锦江区" in lead

    def test_the_whole_phone_is_never_read_back(self, draft: Draft, city: City) -> None:
        for language in LANGUAGES:
            assert "13800001234" not in read_back(draft, city, language)

    def test_the_district_is_put_before_a_place_that_does_not_name_it(self, city: City) -> None:
        draft = Draft("路灯坏了", "help", "0106", district="jinjiang", place="望平街15号")
        assert "；锦江区望平街15号。" in read_back(draft, city, "zh")

    def test_what_is_not_known_is_left_out(self, city: City) -> None:
        said = read_back(Draft("公积金怎么提取", "consultation", "0308"), city, "zh")
        assert said == f"记下了：咨询·住房公积金。拟转{city.unit_name('housing_fund', None)}。"

    def test_an_anonymous_citizen_reads_that_they_are(self, city: City) -> None:
        assert "匿名" in read_back(Draft("路灯坏了", "help", "0106", anonymous=True), city, "zh")

    def test_of_a_matter_that_cannot_be_sorted_the_staff_choose_the_unit(self, city: City) -> None:
        said = read_back(Draft("说不清楚", "help"), city, "zh")
        assert said == "记下了：求助·市民诉求；“说不清楚”。由哪个单位办，热线工作人员看了就定。"

    def test_who_is_called_old_xiao_is_no_mister(self, draft: Draft, city: City) -> None:
        assert read_back(replace(draft, name="老肖"), city, "zh").startswith("老肖，记下了")
        assert read_back(replace(draft, name="老肖"), city, "en").startswith("老肖, I have noted")

    def test_a_plate_is_read_back(self, city: City) -> None:
        car = Draft("川A12345堵到我了", "help", "0510", details=(("plate", "川A12345"),))
        assert "；川A12345。" in read_back(car, city, "zh")

    def test_so_much_of_the_second_matter_is_said_that_it_is_known(self) -> None:
        assert shortened("the street lights are out on my road") == "the street lights are out on my road"
        assert shortened("楼" * 30) == "楼" * 20 + "…"

    def test_english(self, draft: Draft, city: City) -> None:
        said = read_back(draft, city, "en")
        assert said.startswith("王, I have noted: complaint, ")
        assert "phone 138****1234" in said

    @pytest.mark.parametrize("request_type", RequestType)
    def test_every_category_can_be_read_back(self, city: City, request_type: RequestType) -> None:
        for category in city.categories.values():
            for district in (None, "jinjiang"):
                draft = Draft("……", request_type, category.code, district=district, place="望平街15号")
                said = read_back(draft, city, "zh")
                assert category.label in said
                assert len(said) <= 100, "it fits one screen of a phone"
