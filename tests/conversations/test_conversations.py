"""Every script of this folder, played at the running hotline; one line for each in the summary at the end."""

from __future__ import annotations

import pytest

from tests.conversations.conftest import Played
from tests.conversations.runner import play
from tests.conversations.script import Script, all_scripts

INTAKES_AT_LEAST = 60
COMPLETE_AT_LEAST = 0.90
AS_STATED_AT_LEAST = 0.85
"""Floors, a little below what was measured (0.96 and 0.91): the scripts say what a good hotline does, and the aim is 0.95."""

NOT_YET = {
    "corrections:换一个电话",
    "danger:气话只轻轻问一次，事情接着办",
    "intake_market_and_work:保健品骗老人（缺联系方式）",
}
"""What the assistant cannot do yet, each a thing to mend; every other script has to go as stated."""


@pytest.mark.parametrize("script", [pytest.param(script, id=script.id) for script in all_scripts()])
def test_conversation(script: Script, played: Played) -> None:
    """The assistant says and does what the script states; what it cannot do yet is shown, and counted below."""
    outcome = play(script, played.client)
    played.outcomes.append(outcome)
    if outcome.problems and script.id in NOT_YET:
        pytest.xfail(outcome.told())
    assert not outcome.problems, "\n" + outcome.told()


def test_most_conversations_go_as_stated(played: Played) -> None:
    """No change may lose more than the floor allows."""
    if len(played.outcomes) < len(all_scripts()):
        pytest.skip("some scripts were chosen; a share of all cannot be judged from them")
    as_stated = [outcome for outcome in played.outcomes if not outcome.problems]
    assert len(as_stated) / len(played.outcomes) >= AS_STATED_AT_LEAST


def test_intakes_are_complete_without_an_unnecessary_question(played: Played) -> None:
    """The figure of the product: of all intake scripts, how many end in a complete ticket with no question too many."""
    intakes = [outcome for outcome in played.outcomes if outcome.script.is_intake]
    if len(intakes) < INTAKES_AT_LEAST:
        pytest.skip("some scripts were chosen; a share of all cannot be judged from them")
    incomplete = [outcome.script.id for outcome in intakes if not outcome.is_complete]
    assert 1 - len(incomplete) / len(intakes) >= COMPLETE_AT_LEAST, "\n".join(incomplete)
