"""Several matters of one citizen: which of the pending ones a message is about, and which is to come first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotline.phrases import phrase

_ORDINAL = re.compile(r"第([一二三四1-4])(?:件事?|个事?|点|条|样)(?!路口|红绿灯|单元|楼|门|弯|院|电梯)")
_NUMBERS = {**{han: i for i, han in enumerate("一二三四", 1)}, **{str(i): i for i in range(1, 5)}}
_FIRST = phrase("answers.wants_it_first")
_DROPS = phrase("ending.drops_it")
_KEEPS = phrase("ending.instead")
_ASKS_FOR = phrase("answers.asks_for_another")
_LITTLE = phrase("places.of_little_meaning")
_SAID_OF = "(?:.{0,2}(?:是|在|呢)|那个|那件|这个|这件|的事)"


def nth(text: str) -> int | None:
    """The ordinal by which a message names one of several matters: 2 for 第二个; None if it names none this way."""
    found = _ORDINAL.search(text)
    return _NUMBERS[found[1]] if found else None


def wants_it_first(text: str) -> bool:
    """True if one matter is to come first: 先说第三个, 先弄路灯那个, 继续登麻将馆."""
    return bool(_FIRST.search(text))


def turns_to_another(text: str) -> bool:
    """True if another matter follows: 那没事了，我说，…; 换个事，…."""
    return bool(_DROPS.search(text))


def keeps_the_one_before(text: str) -> bool:
    """True for 换个事，…, which does not say that the previous matter is dropped."""
    return bool(_KEEPS.search(text))


def asks_for_another(text: str) -> bool:
    """True for a question about another pending matter: 那麻将馆和电梯广告呢, 第二件呢, 另一件登记了没."""
    return bool(_ASKS_FOR.search(text))


def spoken_of(text: str, current: str, waiting: Sequence[tuple[int | None, str]]) -> int | None:
    """The index in `waiting` of the pending matter that a message is about: 第二件是在…, 红绿灯是在…, 先说路灯.

    `waiting`: (number, words) of each pending matter; `current`: the words of the matter in intake. None if the message
    is about the current matter, or does not clearly name a pending one.
    """
    if found := _ORDINAL.search(text):
        numbers = [number for number, _ in waiting]
        number = _NUMBERS[found[1]]
        return numbers.index(number) if number in numbers else None
    is_free = wants_it_first(text) or asks_for_another(text)
    here = _words(text)
    scores = [
        sum(
            is_free or bool(re.search(re.escape(word) + _SAID_OF, text))
            for word in (here & _words(said)) - _words(current)
        )
        for _, said in waiting
    ]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def _words(text: str) -> set[str]:
    """The pairs of successive Chinese characters in a text, without words of little meaning."""
    clauses = re.findall(r"[\u4e00-\u9fff]{2,}", _LITTLE.sub(" ", text))
    return {clause[i : i + 2] for clause in clauses for i in range(len(clause) - 1)}
