"""Who may open what: one table for every route of the console. The console does not start with a route missing here."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.staff.model import Role

EVERYBODY = frozenset(Role)
DESK = frozenset({Role.AGENT, Role.SUPERVISOR})
LEADING = frozenset({Role.SUPERVISOR})
UNITS = frozenset({Role.HANDLER, Role.GRID})
INFORMED = UNITS | {Role.LEADER}
OVERSEEING = frozenset({Role.SUPERVISOR, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
REPORTED_TO = OVERSEEING | {Role.LEADER}
COUNTED = REPORTED_TO | {Role.HANDLER}

WITH_OLD_PASSWORD = frozenset({"account", "account.password", "account.language", "sign_out"})
"""Routes that a person may use before they have changed the one-time password."""

OPEN_TO_STRANGERS = frozenset({"sign_in", "sign_in.try", "sign_in.elsewhere", "sign_in.back", "static"})

ROUTES: Mapping[str, frozenset[Role]] = {
    "home": EVERYBODY,
    "sign_out": EVERYBODY,
    "account": EVERYBODY,
    "account.password": EVERYBODY,
    "account.language": EVERYBODY,
    "conversations": DESK,
    "conversation": DESK,
    "presence": DESK,
    "capacity": DESK,
    "live": DESK,
    "live.here": DESK,
    **{
        f"conversation.{action}": DESK
        for action in (
            "accept",
            "decline",
            "take",
            "say",
            "read",
            "typing",
            "canned",
            "picture",
            "whisper",
            "contact",
            "ticket",
            "move",
            "back",
            "close",
        )
    },
    "tickets": DESK,
    "tickets.bulk": DESK,
    "ticket": DESK,
    "ticket.contact": DESK,
    "ticket.notice": DESK,
    "ticket.picture": DESK,
    "ticket.file": DESK,
    "ticket.do": DESK,
    "household": DESK,
    "household.printed": DESK,
    "household.note": DESK,
    "household.remove_note": DESK,
    "ticket.decide": LEADING,
    "board": LEADING | {Role.LEADER},
    "board.step_in": LEADING,
    "canned": DESK,
    "units": EVERYBODY,
    "inbox": INFORMED,
    "inbox.ticket": INFORMED,
    "inbox.do": INFORMED,
    "inbox.contact": UNITS,
    "inbox.picture": INFORMED,
    "inbox.file": INFORMED,
    "inbox.attach": UNITS,
    "inbox.keep_internal": UNITS,
    "people": OVERSEEING,
    "people.add": ADMINS,
    "person": OVERSEEING,
    "person.change": ADMINS,
    "person.reset": ADMINS,
    "audit": OVERSEEING,
    "statistics": COUNTED,
    "statistics.file": COUNTED,
    "bulletins": REPORTED_TO,
    "bulletin": REPORTED_TO,
    "ledgers": LEADING,
    "ledgers.order": LEADING,
    "ledgers.file": LEADING,
}

PAGES: Mapping[str, str] = {
    "conversations": "/console/conversations",
    "inbox": "/console/inbox",
    "tickets": "/console/tickets",
    "board": "/console/board",
    "canned": "/console/canned",
    "people": "/console/people",
    "audit": "/console/audit",
    "statistics": "/console/statistics",
}
"""The pages of the navigation, in this order."""


def may(role: Role, route: str) -> bool:
    """Whether a role may use a route. KeyError for a route without a rule."""
    return role in ROUTES[route]


def pages_of(role: Role) -> Mapping[str, str]:
    """The pages of a role, by name; the first is its start page."""
    return {name: address for name, address in PAGES.items() if may(role, name)}
