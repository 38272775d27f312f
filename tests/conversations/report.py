"""The figures of a run of scripts."""

from __future__ import annotations

from collections.abc import Sequence

from tests.conversations.runner import Outcome


def lines(outcomes: Sequence[Outcome]) -> list[str]:
    """One line for each script (turns, questions before the read-back, result), then the sums."""
    shown = [
        f"{'ok ' if not o.problems else 'FAIL'} {len(o.script.turns):2} turns {o.questions:2} questions  {o.script.id}"
        for o in outcomes
    ]
    intakes = [o for o in outcomes if o.script.is_intake]
    complete = sum(o.is_complete for o in intakes)
    as_stated = sum(not o.problems for o in outcomes)
    questions = sum(o.questions for o in intakes) / max(1, len(intakes))
    sorted_right = sum(not any("category" in p for p in o.problems) for o in intakes)
    return [
        *shown,
        f"conversations as stated: {_share(as_stated, len(outcomes))}",
        f"complete intakes with no unnecessary question: {_share(complete, len(intakes))}",
        f"intakes in the right category: {_share(sorted_right, len(intakes))}",
        f"questions before the read-back, mean of the intakes: {questions:.2f}",
    ]


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.3f}" if whole else "0/0"
