"""docs/metrics.md and the tooltips of the console say the same."""

from __future__ import annotations

import pytest

from connectors.site import Site
from console.site import FOLDER
from console.statistics import COUNTED
from hotline.settings import PROJECT_ROOT
from hotline.statistics.hot_spots import RULE
from hotline.statistics.model import RATES, By

PAGE = (PROJECT_ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("group", "names"), [("rate", RATES), ("count", COUNTED)])
def test_every_number_is_defined_with_the_words_of_its_tooltip(group: str, names: list[str]) -> None:
    english, chinese = (Site(FOLDER).texts(language) for language in ("en", "zh"))
    for name in names:
        called, means = english.group(group)[name], english.group(f"{group}_means")[name]
        assert f"| {chinese.group(group)[name]} | {called} | {means} |" in PAGE
        assert chinese.group(f"{group}_means")[name]


def test_time_in_each_state_guidance_and_hot_spots_are_defined_with_the_words_of_their_tooltips() -> None:
    english = Site(FOLDER).texts("en")
    assert english.say("statistics.states_mean") in PAGE
    assert english.say("statistics.guidance_means") in PAGE.replace("\n", " ")
    assert english.say("statistics.hot_means", **RULE) in PAGE


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_way_to_look_at_them_has_a_word(language: str) -> None:
    assert set(Site(FOLDER).texts(language).group("by")) == set(By)
