"""The characters that a pattern needs: looking them up in a text avoids trying most patterns on it."""

from __future__ import annotations

from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

FREQUENT = frozenset("我你他她的了在不人有是一上下到里头这那个着去来要都就还没得起好大 ,。")


def needed(pattern: str) -> frozenset[str] | None:
    """A set of characters at least one of which is in every match of `pattern`: the rarest such set, None if there is
    none."""
    return _of_sequence(_parser.parse(pattern))


def _of_sequence(sequence: Any) -> frozenset[str] | None:
    found = [chars for op, argument in sequence if (chars := _of_item(op, argument)) is not None]
    return min(found, key=_commonness, default=None)


def _of_item(op: Any, argument: Any) -> frozenset[str] | None:
    if op is ops.LITERAL:
        return frozenset(chr(argument))
    if op is ops.IN and all(kind is ops.LITERAL for kind, _ in argument):
        return frozenset(chr(code) for _, code in argument)
    if op is ops.SUBPATTERN:
        return _of_sequence(argument[-1])
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT) and argument[0] > 0:
        return _of_sequence(argument[2])
    if op is ops.BRANCH:
        branches = [_of_sequence(branch) for branch in argument[1]]
        return None if None in branches else frozenset().union(*(chars for chars in branches if chars))
    return None


def _commonness(chars: frozenset[str]) -> int:
    return len(chars) + 20 * len(chars & FREQUENT)
