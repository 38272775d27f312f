"""The hotline that the actions work on; built on first use, or set by a test."""

from __future__ import annotations

from dataclasses import replace

from hotline.bootstrap import Hotline, build
from hotline.settings import read_settings
from hotline.tickets.model import Ticket

_built: list[Hotline] = []


def hotline() -> Hotline:
    """The hotline of this process."""
    if not _built:
        _built.append(build(read_settings()))
    return _built[0]


def use(other: Hotline) -> None:
    """Work on another hotline, for tests."""
    _built[:] = [other]


def as_handled(ticket: Ticket) -> Ticket:
    """A ticket with the unit that answers for it and the due day, also when it was merged into another."""
    whole = hotline().tickets.whole(ticket)
    return replace(ticket, lead=whole.lead, due_at=whole.due_at)
