"""A small simulated month: nothing is forgotten, and the events agree with the tickets."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.month import simulate


@pytest.mark.slow
def test_a_month_with_holidays_ends_with_nothing_forgotten(tmp_path: Path) -> None:
    month = simulate(60, seed=7, folder=tmp_path)
    assert month.tickets > 50
    assert not month.forgotten
    assert not month.differences
    assert month.events["ticket.opened"] == month.tickets
    assert month.events["ticket.merged"]
