"""From where somebody of the staff opened what is personal: the why of a look for which nobody is asked.

A fixed list, so that nothing of a citizen gets into the audit. It says what the program knows, not what was meant.
"""

from __future__ import annotations

from enum import StrEnum


class Whence(StrEnum):
    """The page that led there, or how else it was asked for."""

    REGISTER = "register"
    SEARCH = "search"
    CONVERSATION = "conversation"
    BOARD = "board"
    INBOX = "inbox"
    TICKET = "ticket"
    RELATED = "related"
    HOUSEHOLD = "household"
    ADDRESS = "address"
    COMMAND = "command"
