"""The page from which a member of staff opened personal data. It is audited where nobody is asked for a reason.

A fixed list, so that nothing of a citizen gets into the audit. It tells where the request came from, not its purpose.
"""

from __future__ import annotations

from enum import StrEnum


class Whence(StrEnum):
    """The page that led there, or another way in which it was requested."""

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
