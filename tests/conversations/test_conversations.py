"""Every script of this folder, played at the running hotline; one line for each in the summary at the end."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Played
from tests.conversations.runner import play
from tests.conversations.script import Script, all_scripts

INTAKES_AT_LEAST = 60
COMPLETE_AT_LEAST = 0.95
"""The aim; measured were 0.98 and more."""


@pytest.mark.parametrize("script", [pytest.param(script, id=script.id) for script in all_scripts()])
def test_conversation(script: Script, played: Played) -> None:
    """The assistant says and does what the script states."""
    outcome = play(script, played.client)
    played.outcomes.append(outcome)
    assert not outcome.problems, "\n" + outcome.told()


def test_intakes_are_complete_without_an_unnecessary_question(played: Played) -> None:
    """The figure of the product: of all intake scripts, how many end in a complete ticket with no question too many."""
    intakes = [outcome for outcome in played.outcomes if outcome.script.is_intake]
    if len(intakes) < INTAKES_AT_LEAST:
        pytest.skip("some scripts were chosen; a share of all cannot be judged from them")
    incomplete = [outcome.script.id for outcome in intakes if not outcome.is_complete]
    assert 1 - len(incomplete) / len(intakes) >= COMPLETE_AT_LEAST, "\n".join(incomplete)
