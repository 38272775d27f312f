"""How the time of a function grows with the length of a text: a ratio within one run, which is the same on any
machine."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

SHORT, LONG = 1_000, 10_000
LINEAR = 40.0
"""A pattern that is tried once at every place takes about ten times as long for ten times the text; one that starts
again from every place takes a hundred times as long, or more."""


def growth(function: Callable[[str], object], said: str) -> float:
    """The time for `said` repeated up to LONG characters, divided by the time for the first SHORT of them."""
    text = (said * LONG)[:LONG]
    function(text[:SHORT])  # what is made once is made now
    return _least(function, text, 1) / _least(function, text[:SHORT], 5)


def _least(function: Callable[[str], object], text: str, times: int) -> float:
    took = []
    for _ in range(times):
        began = process_time()
        function(text)
        took.append(process_time() - began)
    return max(min(took), 1e-4)
