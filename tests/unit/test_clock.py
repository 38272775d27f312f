"""The clock: one time zone for the whole country, and the core uses no other clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline import clock
from hotline.settings import PROJECT_ROOT

CORE = [
    path
    for folder in ("hotline/tickets", "hotline/conversations", "hotline/intake", "hotline/events", "hotline/storage")
    for path in sorted((PROJECT_ROOT / folder).rglob("*.py"))
]
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}


def test_the_present_is_now_and_has_its_zone() -> None:
    before = datetime.now(UTC)
    present = clock.now()
    assert before <= present <= datetime.now(UTC)
    assert present.utcoffset() == timedelta(hours=8)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_the_zone_is_eight_hours_ahead_the_whole_year(moment: datetime) -> None:
    assert moment.replace(tzinfo=clock.ZONE).utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.relative_to(PROJECT_ROOT).as_posix())
def test_the_core_asks_only_the_clock_it_was_given(path: Path) -> None:
    """Otherwise a test could not set the time, and two parts of one process could disagree about it."""
    assert not [f"line {line}: {call}" for call, line in _looks_at_a_clock(ast.parse(path.read_text("utf-8")))]


def _looks_at_a_clock(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Calls such as `datetime.now()`, `date.today()`, `time.time()`; a call of a passed-in `now()` is not one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            of = node.func.value
            if isinstance(of, ast.Name) and of.id in {"datetime", "date", "time", "clock"}:
                yield f"{of.id}.{node.func.attr}()", node.lineno
