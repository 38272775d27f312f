"""Every phrase matches what its file says it means, and not what only resembles that."""

from __future__ import annotations

import re

import pytest

from hotline.phrases import FOLDER, phrase, phrases_of
from hotline.phrases.notation import Notation
from hotline.settings import PROJECT_ROOT

NAMES = [f"{file.stem}.{key}" for file in sorted(FOLDER.glob("*.yml")) for key in phrases_of(file.stem)]
CODE = "\n".join(
    path.read_text(encoding="utf-8") for name in ("hotline", "bot") for path in (PROJECT_ROOT / name).rglob("*.py")
)


def _examples(kind: str) -> list[tuple[str, str]]:
    return [
        (name, text)
        for name in NAMES
        for text in getattr(phrases_of(name.partition(".")[0])[name.partition(".")[2]], kind)
    ]


@pytest.mark.parametrize(("name", "text"), _examples("means"))
def test_a_phrase_is_heard(name: str, text: str) -> None:
    assert phrase(name).search(text)


@pytest.mark.parametrize(("name", "text"), _examples("other"))
def test_what_resembles_it_is_not(name: str, text: str) -> None:
    assert not phrase(name).search(text)


@pytest.mark.parametrize("name", NAMES)
def test_a_phrase_has_examples_and_is_listened_for(name: str) -> None:
    file, _, key = name.partition(".")
    assert phrases_of(file)[key].means
    assert phrases_of(file)[key].other
    assert f'"{name}"' in CODE


def test_a_phrase_that_is_not_there_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        phrase("answers.no_such_phrase")


def test_the_notation() -> None:
    notation = Notation({"who": "我 我们 {them}", "them": "他 他们"})
    said = re.compile(notation.regex("{who}…{2}(要|想)?走$"))
    assert said.search("他们明天想走")
    assert said.search("我走")
    assert not said.search("我，走")  # another clause
    assert not said.search("我明天一早走")  # more than two characters between
    assert not said.search("我要走了")


def test_what_any_text_has_is_no_expression() -> None:
    with pytest.raises(ValueError, match="any text"):
        Notation({}).patterns("(好|行)?")
