"""The hotline that the actions work on; built on first use, or set by a test."""

from __future__ import annotations

from hotline.bootstrap import Hotline, build
from hotline.settings import read_settings

_hotline: Hotline | None = None


def hotline() -> Hotline:
    """The hotline of this process."""
    global _hotline
    if _hotline is None:
        _hotline = build(read_settings())
    return _hotline


def use(other: Hotline | None) -> None:
    """Work on another hotline (tests)."""
    global _hotline
    _hotline = other
