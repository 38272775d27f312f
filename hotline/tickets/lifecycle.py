"""The life cycle of a ticket in one place: each action with its statuses, who may do it, and what they must give.

    NotPossible
    ├── NotAllowed        the actor may not do this
    ├── WrongStatus       the ticket's status does not allow it; `ticket` has the status
    ├── Incomplete        a required value is missing; `missing` names it
    ├── ChangedMeanwhile  somebody else has changed the ticket since the actor saw it
    └── AgainstRule       a domain rule forbids it; `rule` names the rule (texts: refused.<rule>)

Source of the flow: 国办发〔2020〕53号 (受理、派单、办理、答复、督办、办结、回访、评价) and 国办函〔2025〕66号
(派单异议审核, 重复诉求并单, 告知法定途径).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.staff.model import Actor, Role
from hotline.tickets.model import ENDED, Status, Ticket


class NotPossible(Exception):
    """The action was not done; nothing has changed."""


class NotAllowed(NotPossible):
    """The actor may not do this."""


class WrongStatus(NotPossible):
    """The ticket's status does not allow the action."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(f"{ticket.number} is {ticket.status}")
        self.ticket = ticket


class Incomplete(NotPossible):
    """A required value is missing; `missing` holds keys of the texts under `missing`."""

    def __init__(self, *missing: str) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class ChangedMeanwhile(NotPossible):
    """Somebody else has changed the ticket since the actor saw it."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(ticket.number)
        self.ticket = ticket


class AgainstRule(NotPossible):
    """A domain rule forbids the action; `rule` is a key of the texts under `refused`."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class Action(StrEnum):
    """Everything that can be done with a ticket after it was opened."""

    DISPATCH = "dispatch"
    ANSWER = "answer"
    TRANSFER = "transfer"
    INFORM = "inform"
    NAME = "name"
    CORRECT = "correct"
    MERGE = "merge"
    UNDO_MERGE = "undo_merge"
    ACCEPT = "accept"
    START = "start"
    CONTACT = "contact"
    SEE_CONTACT = "see_contact"
    REPORT = "report"
    ASK_CITIZEN = "ask_citizen"
    RESUME = "resume"
    NOTE = "note"
    DELEGATE = "delegate"
    FINISH_TASK = "finish_task"
    RAISE_TASK = "raise_task"
    RETURN = "return"
    ACCEPT_RETURN = "accept_return"
    REFUSE_RETURN = "refuse_return"
    ASK_EXTENSION = "ask_extension"
    EXTEND = "extend"
    REFUSE_EXTENSION = "refuse_extension"
    ASK_END = "ask_end"
    END = "end"
    REFUSE_END = "refuse_end"
    ASK_SHELVE = "ask_shelve"
    SHELVE = "shelve"
    REFUSE_SHELVE = "refuse_shelve"
    PROLONG = "prolong"
    TAKE_UP = "take_up"
    REDIRECT = "redirect"
    SUPERVISE = "supervise"
    MARK = "mark"
    GUIDE = "guide"
    REPLY = "reply"
    FOLLOW_UP = "follow_up"
    FOLLOW_UP_PART = "follow_up_part"
    CONFIRM = "confirm"
    OBJECT = "object"
    OBJECT_AGAIN = "object_again"
    CONFIRM_PART = "confirm_part"
    OBJECT_PART = "object_part"
    REOPEN = "reopen"
    CLOSE = "close"
    ARCHIVE = "archive"
    ADD = "add"
    URGE = "urge"
    SECRECY = "secrecy"
    WITHDRAW = "withdraw"
    RESTORE = "restore"
    WARN = "warn"
    ESCALATE = "escalate"


UP_TO_THE_LEADER = 2
"""The value of Ticket.escalation when the ticket is escalated to the leader; 1 is the supervisor."""


class Who(StrEnum):
    """The role of an actor towards one ticket."""

    CITIZEN = "citizen"
    TIMER = "timer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    LEADER = "leader"
    LEAD = "lead"
    HELPER = "helper"

    def is_met_by(self, actor: Actor, ticket: Ticket) -> bool:
        """Whether the actor has this role towards the ticket. In a unit, and for the leader, a confidential ticket is
        open only to the people named for it."""
        match self:
            case Who.CITIZEN:
                return actor.kind == "citizen"
            case Who.TIMER:
                return actor.kind == "system"
            case Who.AGENT:
                return actor.kind in (Role.AGENT, Role.SUPERVISOR)
            case Who.SUPERVISOR:
                return actor.kind == Role.SUPERVISOR
            case Who.LEADER:
                went_up = ticket.escalation >= UP_TO_THE_LEADER and ticket.status in OPEN
                return actor.kind == Role.LEADER and went_up and ticket.is_open_to(actor.id)
            case Who.LEAD:
                return actor.kind == Role.HANDLER and ticket.lead == actor.department and ticket.is_open_to(actor.id)
            case Who.HELPER:
                ours = actor.department in ticket.co and ticket.is_open_to(actor.id)
                return actor.kind in (Role.HANDLER, Role.GRID) and ours


class Stage(StrEnum):
    """Something that a ticket waits for; each has a deadline while it is open."""

    DISPATCH = "dispatch"
    NAME = "name"
    ACCEPT = "accept"
    CONTACT = "contact"
    PRELIMINARY = "preliminary"
    REPLY = "reply"
    TASK = "task"
    WAIT = "wait"
    JUDGE = "judge"
    DECIDE = "decide"
    SUPERVISE = "supervise"
    REVIEW = "review"
    FOLLOW_UP = "follow_up"
    OBJECTION = "objection"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of one action: who may do it (`by`), in which statuses (`origins`), the new status (`becomes`; None: it
    stays), and the values that must be given (`needs`).

    `meets` are the stages whose deadlines it closes, `opens` those that begin. `node` is the step that the citizen
    reads (texts: node.<node>; None: not for the citizen), `event` the type of the published event. `tells`: the citizen
    is told at once, on the channel they used, unless they did it themselves.
    """

    by: frozenset[Who]
    origins: frozenset[Status]
    becomes: Status | None = None
    needs: tuple[str, ...] = ()
    meets: frozenset[Stage] = frozenset()
    opens: tuple[Stage, ...] = ()
    node: str | None = None
    event: str = "ticket.changed"
    tells: bool = False


S = Status
OPEN = frozenset(Status) - ENDED
AT_UNIT = frozenset({S.ACCEPTED, S.IN_PROGRESS, S.EXTENDED})
SENT = AT_UNIT | {S.DISPATCHED, S.REOPENED}
UNSENT = frozenset({S.RECEIVED, S.RETURNED})
HEARD = OPEN | {S.MERGED}
"""Statuses in which a citizen may still add to a ticket; the words on a merged one go to the main ticket's unit."""
ANSWERED = frozenset({S.REPLIED, S.FOLLOW_UP})
UNANSWERED = OPEN - ANSWERED - {S.SHELVED}
"""Statuses in which an answer can be late. Not SHELVED: that was explained to the citizen and has a review day."""

FIRST_STAGES = (Stage.DISPATCH, Stage.REPLY)
"""The stages that begin when a ticket is opened."""


def _by(*who: Who) -> frozenset[Who]:
    return frozenset(who)


def _at(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


_CITIZEN, _TIMER, _AGENT = _by(Who.CITIZEN), _by(Who.TIMER), _by(Who.AGENT)
_SUPERVISOR, _LEADER, _LEAD, _HELPER = _by(Who.SUPERVISOR), _by(Who.LEADER), _by(Who.LEAD), _by(Who.HELPER)
_SENDING = (Stage.ACCEPT, Stage.CONTACT, Stage.PRELIMINARY)
_AT_ONE_UNIT = frozenset({Stage.ACCEPT, Stage.CONTACT, Stage.PRELIMINARY, Stage.WAIT, Stage.TASK, Stage.DECIDE})
_DECIDED = frozenset({Stage.DECIDE})
_ASKED = frozenset({Stage.FOLLOW_UP, Stage.OBJECTION})
_AGAIN = (Stage.ACCEPT, Stage.REPLY)

RULES: Mapping[Action, Rule] = {
    # the hotline dispatches it
    Action.DISPATCH: Rule(_AGENT | _TIMER, _at(S.RECEIVED), S.DISPATCHED, ("unit",), frozenset({Stage.DISPATCH}),
        _SENDING, "dispatched", "ticket.dispatched", tells=True),
    Action.ANSWER: Rule(_AGENT, _at(S.RECEIVED), S.CLOSED, ("reply",),
        opens=(Stage.ARCHIVE,), node="answered", event="ticket.closed", tells=True),
    Action.TRANSFER: Rule(_AGENT, UNSENT, S.TRANSFERRED, ("line",),
        opens=(Stage.ARCHIVE,), node="transferred", event="ticket.closed", tells=True),
    Action.INFORM: Rule(_AGENT, UNSENT, S.INFORMED, ("line",),
        opens=(Stage.ARCHIVE,), node="informed", event="ticket.closed", tells=True),
    Action.NAME: Rule(_AGENT, OPEN, None, ("people",), frozenset({Stage.NAME})),
    Action.CORRECT: Rule(_AGENT, OPEN, None, ("reason",)),
    Action.MERGE: Rule(_AGENT, SENT | _at(S.RECEIVED), S.MERGED, ("into",), node="merged", event="ticket.merged", tells=True),
    Action.UNDO_MERGE: Rule(_AGENT | _TIMER, _at(S.MERGED), S.RECEIVED, ("reason",), frozenset({Stage.FOLLOW_UP}),
        FIRST_STAGES, "unmerged", tells=True),
    # the department works on it
    Action.ACCEPT: Rule(_LEAD, _at(S.DISPATCHED, S.REOPENED), S.ACCEPTED, (), frozenset({Stage.ACCEPT}),
        node="accepted", event="ticket.accepted"),
    Action.START: Rule(_LEAD, _at(S.ACCEPTED), S.IN_PROGRESS, node="in_progress"),
    Action.CONTACT: Rule(_LEAD, AT_UNIT, None, (), frozenset({Stage.CONTACT}), node="contacted"),
    Action.SEE_CONTACT: Rule(_LEAD, SENT | ANSWERED, None, ("reason",)),
    Action.REPORT: Rule(_LEAD, AT_UNIT, None, ("report",), frozenset({Stage.CONTACT, Stage.PRELIMINARY}),
        node="reported", tells=True),
    Action.ASK_CITIZEN: Rule(_LEAD, AT_UNIT, None, ("question",), frozenset({Stage.CONTACT}), (Stage.WAIT,), "waiting", tells=True),
    Action.RESUME: Rule(_LEAD | _TIMER | _CITIZEN, AT_UNIT, None, (), frozenset({Stage.WAIT}), node="resumed"),
    Action.NOTE: Rule(_AGENT | _LEAD | _HELPER, frozenset(S) - {S.ARCHIVED}, None, ("note",)),
    Action.DELEGATE: Rule(_LEAD, AT_UNIT, None, ("unit", "task", "due"), opens=(Stage.TASK,), node="delegated"),
    Action.FINISH_TASK: Rule(_HELPER, AT_UNIT, None, ("answer",), frozenset({Stage.TASK})),
    Action.RAISE_TASK: Rule(_HELPER, AT_UNIT, None, ("reason",), frozenset({Stage.TASK})),
    Action.REPLY: Rule(_LEAD, AT_UNIT, S.REPLIED, ("reply",),
        frozenset(Stage) - {Stage.FOLLOW_UP, Stage.ARCHIVE}, (Stage.FOLLOW_UP,), "replied", "ticket.replied", tells=True),
    # what the department asks for, and the hotline decides
    Action.RETURN: Rule(_LEAD, _at(S.DISPATCHED, S.ACCEPTED), S.RETURNED, ("reason",), _AT_ONE_UNIT,
        (Stage.JUDGE,), "returned", "ticket.returned"),
    Action.ACCEPT_RETURN: Rule(_SUPERVISOR, _at(S.RETURNED), S.DISPATCHED, ("unit", "reason"),
        frozenset({Stage.JUDGE}), _SENDING, "dispatched", "ticket.dispatched", tells=True),
    Action.REFUSE_RETURN: Rule(_SUPERVISOR, _at(S.RETURNED), S.DISPATCHED, ("reason",),
        frozenset({Stage.JUDGE}), _SENDING, "dispatched", "ticket.dispatched"),
    Action.ASK_EXTENSION: Rule(_LEAD, AT_UNIT, None, ("reason", "days"), opens=(Stage.DECIDE,)),
    Action.EXTEND: Rule(_SUPERVISOR, AT_UNIT, S.EXTENDED, ("reason",), _DECIDED,
        node="extended", event="ticket.extended", tells=True),
    Action.REFUSE_EXTENSION: Rule(_SUPERVISOR, AT_UNIT, None, ("reason",), _DECIDED),
    Action.ASK_END: Rule(_LEAD | _AGENT, AT_UNIT | {S.RECEIVED, S.SHELVED}, None, ("reason", "basis"),
        opens=(Stage.DECIDE,)),
    Action.END: Rule(_SUPERVISOR, AT_UNIT | {S.RECEIVED, S.SHELVED}, S.TERMINATED, ("reason",), _DECIDED,
        (Stage.ARCHIVE,), "terminated", "ticket.closed", tells=True),
    Action.REFUSE_END: Rule(_SUPERVISOR, AT_UNIT | {S.RECEIVED, S.SHELVED}, None, ("reason",), _DECIDED),
    Action.ASK_SHELVE: Rule(_LEAD, AT_UNIT, None, ("reason", "review_on"), opens=(Stage.DECIDE,)),
    Action.SHELVE: Rule(_SUPERVISOR, AT_UNIT, S.SHELVED, ("reason",),
        frozenset(Stage) - {Stage.REVIEW, Stage.ARCHIVE}, (Stage.REVIEW,), "shelved", tells=True),
    Action.REFUSE_SHELVE: Rule(_SUPERVISOR, AT_UNIT, None, ("reason",), _DECIDED),
    Action.PROLONG: Rule(_SUPERVISOR, _at(S.SHELVED), None, ("reason", "review_on"), frozenset({Stage.REVIEW}),
        (Stage.REVIEW,), "shelved", tells=True),
    Action.TAKE_UP: Rule(_SUPERVISOR, _at(S.SHELVED), S.DISPATCHED, ("reason",), frozenset({Stage.REVIEW, Stage.DECIDE}),
        _AGAIN, "dispatched", "ticket.dispatched", tells=True),
    # the hotline's final decisions
    Action.REDIRECT: Rule(_SUPERVISOR, SENT, S.DISPATCHED, ("unit", "reason"),
        _AT_ONE_UNIT, _SENDING, "dispatched", "ticket.dispatched", tells=True),
    Action.SUPERVISE: Rule(_SUPERVISOR | _LEADER, SENT, None, ("order", "due"), opens=(Stage.SUPERVISE,),
        node="supervised", event="ticket.supervised"),
    Action.MARK: Rule(_AGENT, OPEN, None, ("key_class", "reason")),
    Action.GUIDE: Rule(_SUPERVISOR, OPEN, None, ("guidance",)),
    # the follow-up with the citizen
    Action.FOLLOW_UP: Rule(_TIMER, ANSWERED, S.FOLLOW_UP, node="follow_up", event="ticket.follow_up", tells=True),
    Action.FOLLOW_UP_PART: Rule(_TIMER, _at(S.MERGED), None, node="follow_up", event="ticket.follow_up", tells=True),
    Action.CONFIRM: Rule(_CITIZEN | _AGENT, ANSWERED, S.CLOSED, (), _ASKED,
        (Stage.ARCHIVE,), "closed", "ticket.closed"),
    Action.OBJECT: Rule(_CITIZEN | _AGENT | _TIMER, ANSWERED | {S.CLOSED}, S.REOPENED, ("reason",),
        _ASKED | {Stage.ARCHIVE}, _AGAIN, "reopened", "ticket.reopened", tells=True),
    Action.OBJECT_AGAIN: Rule(_CITIZEN | _AGENT | _TIMER, ANSWERED | {S.CLOSED}, S.FOLLOW_UP, ("reason",),
        _ASKED | {Stage.ARCHIVE}, (Stage.OBJECTION,), "objected"),
    Action.CONFIRM_PART: Rule(_CITIZEN | _AGENT, _at(S.MERGED), None, (), frozenset({Stage.FOLLOW_UP}), node="satisfied"),
    Action.OBJECT_PART: Rule(_CITIZEN | _AGENT, _at(S.MERGED), None, ("reason",), frozenset({Stage.FOLLOW_UP}),
        node="dissatisfied", tells=True),
    Action.REOPEN: Rule(_SUPERVISOR, _at(S.FOLLOW_UP, S.CLOSED), S.REOPENED, ("reason",),
        _ASKED | {Stage.ARCHIVE}, _AGAIN, "reopened", "ticket.reopened", tells=True),
    Action.CLOSE: Rule(_SUPERVISOR | _TIMER, ANSWERED, S.CLOSED, ("reason",), _ASKED,
        (Stage.ARCHIVE,), "closed", "ticket.closed", tells=True),
    Action.ARCHIVE: Rule(_TIMER, ENDED - {S.ARCHIVED, S.MERGED}, S.ARCHIVED),
    Action.ADD: Rule(_CITIZEN, HEARD, None, ("text",), node="added"),
    Action.URGE: Rule(_CITIZEN, HEARD, None, node="urged"),
    Action.SECRECY: Rule(_CITIZEN | _AGENT, OPEN, None),
    Action.WITHDRAW: Rule(_CITIZEN, HEARD, S.WITHDRAWN, opens=(Stage.ARCHIVE,), node="withdrawn", event="ticket.closed"),
    Action.RESTORE: Rule(_CITIZEN, _at(S.WITHDRAWN), S.RECEIVED, (), frozenset({Stage.ARCHIVE}), FIRST_STAGES, "restored"),
    # the clock
    Action.WARN: Rule(_TIMER, OPEN, event="ticket.warned"),
    Action.ESCALATE: Rule(_TIMER, OPEN, event="ticket.escalated"),
}  # fmt: skip


WHEREVER = {OPEN: "any that has not ended", HEARD: "any that has not ended, merged"}


def check(ticket: Ticket, action: Action, actor: Actor, given: Mapping[str, Any]) -> Rule:
    """The rule for an action that may be done now. Raises NotAllowed, WrongStatus or Incomplete."""
    rule = RULES[action]
    if not any(who.is_met_by(actor, ticket) for who in rule.by):
        raise NotAllowed(f"{actor.kind} may not {action} {ticket.number}")
    if ticket.status not in rule.origins:
        raise WrongStatus(ticket)
    if missing := [name for name in rule.needs if not _is_given(given.get(name))]:
        raise Incomplete(*missing)
    return rule


def may_read(ticket: Ticket, actor: Actor) -> bool:
    """Whether a member of staff may read a ticket, either in the register or in the department's view."""
    return any(who.is_met_by(actor, ticket) for who in (Who.AGENT, Who.LEADER, Who.LEAD, Who.HELPER))


def possible(ticket: Ticket, actor: Actor) -> list[Action]:
    """The actions that the actor may do on the ticket now, in the order of RULES."""
    return [
        action
        for action, rule in RULES.items()
        if ticket.status in rule.origins and any(who.is_met_by(actor, ticket) for who in rule.by)
    ]


def is_overdue(status: Status, due_at: datetime, waits_for_citizen: bool, now: datetime) -> bool:
    """Whether the answer is overdue; nothing gets overdue while the citizen's own answer is awaited."""
    return status in UNANSWERED and not waits_for_citizen and due_at < now


def diagram() -> str:
    """The state diagram in Mermaid, one line for each transition between two statuses."""
    ways: dict[tuple[Status, Status], list[str]] = {}
    for action, rule in RULES.items():
        for origin in sorted(rule.origins, key=list(Status).index):
            if rule.becomes not in (None, origin):
                ways.setdefault((origin, rule.becomes), []).append(action)
    ordered = sorted(ways, key=lambda way: (list(Status).index(way[0]), list(Status).index(way[1])))
    lines = [f"    {origin} --> {end}: {', '.join(ways[origin, end])}" for origin, end in ordered]
    return "\n".join(["stateDiagram-v2", "    [*] --> received", *lines, "    archived --> [*]"])


def table() -> str:
    """All actions as rows of a Markdown table: action, by whom, from, to, what must be given."""
    rows = ["| action | by | from | to | must be given |", "|---|---|---|---|---|"]
    for action, rule in RULES.items():
        by = ", ".join(who for who in Who if who in rule.by)
        origins = WHEREVER.get(rule.origins) or ", ".join(s for s in S if s in rule.origins)
        rows.append(f"| `{action}` | {by} | {origins} | {rule.becomes or 'stays'} | {', '.join(rule.needs) or '–'} |")
    return "\n".join(rows)


def _is_given(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)
