"""The trained assistant on texts that it has not learned from: prints figures; the floors are a little below them."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bot.nlu.understanding import Understanding
from bot.nlu.word_lists import examples
from hotline.danger.judged import Judged, judged
from hotline.danger.learning import TEXTS, WORDS_ONLY
from hotline.settings import read_settings
from tests.understanding.report import DANGER, Figures, measure, parsed_rows, rows

END = Judged.OVER
LEAST_STANDING = 0.7
FLOORS: Figures = {
    "category_top1": 0.91,
    "category_top3": 0.95,
    "request_type": 0.84,
    "taken_as_matter": 0.95,
    "intent": 0.92,
    "place_exact": 0.87,
    "place_overlap": 0.96,
    "no_place_kept_empty": 0.97,
    "danger_recall": 0.97,
    "danger_rules_recall": 0.96,
    "danger_sample_recall": 0.99,
    "danger_sample_rules_recall": 0.98,
    "danger_plain_recall": 0.97,
    "danger_plain_rules_recall": 0.96,
    "danger_mixed_recall": 0.97,
    "danger_mixed_rules_recall": 0.965,
    "danger_city_recall": 0.97,
    "danger_city_rules_recall": 0.95,
    "danger_inbox_recall": 0.96,
    "danger_inbox_rules_recall": 0.935,
    "danger_far_recall": 0.94,
    "danger_far_rules_recall": 0.895,
    "danger_city_whom_to_call": 0.975,
    "danger_inbox_whom_to_call": 0.97,
    "danger_far_whom_to_call": 0.97,
    "danger_whom_to_call": 0.98,
    "danger_sample_whom_to_call": 0.99,
    "danger_plain_whom_to_call": 0.98,
    "danger_mixed_whom_to_call": 0.98,
    "danger_address_before_recall": 0.97,
    "danger_address_before_rules_recall": 0.955,
    "danger_address_behind_recall": 0.97,
    "danger_address_behind_rules_recall": 0.95,
    "whole_category": 0.9,
    "whole_request_type": 0.91,
    "whole_district": 0.96,
    "whole_phones": 0.99,
    "whole_place_exact": 0.81,
    "whole_place_overlap": 0.94,
}
CEILINGS: Figures = {
    "danger_false_alarms": 0.055,
    "danger_rules_false_alarms": 0.055,
    "danger_sample_false_alarms": 0.03,
    "danger_sample_rules_false_alarms": 0.03,
    "danger_plain_false_alarms": 0.02,
    "danger_plain_rules_false_alarms": 0.02,
    "danger_mixed_false_alarms": 0.065,
    "danger_mixed_rules_false_alarms": 0.065,
    "danger_city_false_alarms": 0.085,
    "danger_city_rules_false_alarms": 0.075,
    "danger_inbox_false_alarms": 0.05,
    "danger_inbox_rules_false_alarms": 0.045,
    "danger_far_false_alarms": 0.14,
    "danger_far_rules_false_alarms": 0.115,
    "danger_address_before_false_alarms": 0.055,
    "danger_address_before_rules_false_alarms": 0.04,
    "danger_address_behind_false_alarms": 0.055,
    "danger_address_behind_rules_false_alarms": 0.03,
    "danger_ordinary": 0.045,
    "danger_ordinary_whom_to_call": 0.08,
    "whole_danger": 0.045,
}


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    """The newest trained assistant."""
    return Understanding.load(read_settings().models_folder)  # `make test` trains first: a missing model is a failure


@pytest.fixture(scope="module")
def figures(understanding: Understanding) -> Figures:
    """Measured once, printed for the log."""
    measured, _ = measure(understanding)
    print("\n" + "\n".join(f"{name:30s} {value:.3f}" for name, value in measured.items()))
    return measured


@pytest.fixture(scope="module")
def learned() -> set[str]:
    """All texts that the assistant learns from."""
    files = (*TEXTS.rglob("*.yml"), *WORDS_ONLY.glob("*.yml"))
    read = (message for path in files for message in RasaYAMLReader().read(path).training_examples)
    return {str(message.get(TEXT)) for message in (*examples(), *read)}


@pytest.mark.parametrize("name", ["matters", "intents", "places", *DANGER, "whole", "standing"])
def test_no_text_that_judges_the_assistant_was_learned(learned: set[str], name: str) -> None:
    assert not {row["text"] for row in rows(name)} & learned


@pytest.mark.parametrize("name", FLOORS)
def test_nothing_is_understood_worse_than_before(figures: Figures, name: str) -> None:
    assert figures[name] >= FLOORS[name]


@pytest.mark.parametrize("name", CEILINGS)
def test_false_alarms_stay_rare(figures: Figures, name: str) -> None:
    assert figures[name] <= CEILINGS[name]


def test_what_is_said_of_a_standing_danger_is_judged_and_no_end_is_heard_too_soon(understanding: Understanding) -> None:
    found, ended = [], []
    for row, parsed in parsed_rows(understanding, "standing"):
        matter = parsed["matter"]
        found.append(max(matter["standing"], key=matter["standing"].get) == row["standing"])
        ended.append(
            row["standing"] not in ("over", "better") and judged(matter["standing"], bool(matter["danger"])) is END
        )
    assert sum(found) / len(found) >= LEAST_STANDING
    assert sum(ended) <= 1


def test_everything_said_at_once_is_understood_at_once(understanding: Understanding) -> None:
    (read,) = understanding.read(
        ["锦江区望平街15号楼下烧烤店每天烤到凌晨两点,油烟和噪音吵得孩子睡不着,我姓王,电话13800001234"]
    )
    assert read["intent"] == "state_matter"
    assert read["category"] == "0604"
    assert read["request_type"] == "complaint"
    assert read["location"] == "锦江区望平街15号楼下"
    assert read["district"] == "jinjiang"
    assert read["phones"] == ["13800001234"]
    assert read["department"]


@pytest.mark.parametrize("text", ["13800001234", "春熙路", "我姓李", "302", "五八二一", "金牛区抚琴西路"])
def test_a_bare_answer_is_an_answer_and_no_matter(understanding: Understanding, text: str) -> None:
    (read,) = understanding.read([text])
    assert (read["intent"], read["category"], read["request_type"]) == ("inform", None, None)


@pytest.mark.parametrize("text", ["261122000437", "工单号 261122 00043 7"])
def test_a_ticket_number_asks_for_its_status(understanding: Understanding, text: str) -> None:
    assert understanding.read([text])[0]["intent"] == "check_status"


def test_the_same_text_is_always_understood_the_same(understanding: Understanding) -> None:
    alone = understanding.read(["路灯坏了三天没人修"])
    among = understanding.read(["你好", "路灯坏了三天没人修", "谢谢"])
    assert among[1]["category"] == alone[0]["category"]
    assert understanding.read(["路灯坏了三天没人修"]) == alone


@pytest.mark.parametrize("text", ["", " ", "?", "👍", "a", "。" * 50, "\u0000", "路" * 3000])
def test_nothing_a_citizen_can_send_breaks_it(understanding: Understanding, text: str) -> None:
    assert understanding.read([text])[0]["text"] == text
