"""Every script of this folder, played at the running hotline; one line for each in the summary at the end."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Played
from tests.conversations.runner import play
from tests.conversations.script import Script, all_scripts

INTAKES_AT_LEAST = 60


@pytest.mark.parametrize("script", [pytest.param(script, id=script.id) for script in all_scripts()])
def test_conversation(script: Script, played: Played) -> None:
    """The assistant says and does what the script states."""
    outcome = play(script, played.client)
    played.outcomes.append(outcome)
    assert not outcome.problems, "\n" + outcome.told()
    assert outcome.is_complete or not script.is_intake, "\n" + outcome.told()


def test_there_are_enough_intakes_to_speak_of() -> None:
    """Each has to end in a complete ticket without a needless question, which is the product's key figure."""
    assert sum(script.is_intake for script in all_scripts()) >= INTAKES_AT_LEAST
