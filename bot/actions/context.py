"""The hotline that the actions work on; built on first use, or set by a test."""

from __future__ import annotations

from hotline.bootstrap import Hotline, build
from hotline.settings import read_settings

_built: list[Hotline] = []


def hotline() -> Hotline:
    """The hotline of this process."""
    if not _built:
        _built.append(build(read_settings()))
    return _built[0]


def use(other: Hotline) -> None:
    """Work on another hotline (tests)."""
    _built[:] = [other]
