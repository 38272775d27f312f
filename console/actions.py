"""What can be done with a ticket from the console: for each action of the life cycle the use case and what to fill in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from connectors.web import Refused
from console.visit import Visit
from hotline.clock import ZONE
from hotline.staff.model import Actor
from hotline.tickets import access
from hotline.tickets.desk import Desk
from hotline.tickets.follow_up import FollowUps
from hotline.tickets.handling import Handling
from hotline.tickets.lifecycle import Action, AgainstRule, ChangedMeanwhile, Incomplete, NotPossible, WrongStatus
from hotline.tickets.model import Rating, RequestType, Ticket, Urgency
from hotline.tickets.records import KeyClass
from hotline.wording import texts

LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class Form:
    """One action: the use case, what must be filled in and what may be. `fixed` is given without being asked."""

    do: Callable[..., Ticket]
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    fixed: Mapping[str, Any] | None = None

    def run(self, visit: Visit, number: str, actor: Actor, version: int | None) -> Ticket:
        """Read the fields and do it. Raises ValueError for a field that cannot be read, and what the use case raises."""
        given = {name: _read(visit, name) for name in self.needs}
        given |= {name: value for name in self.may if (value := _read(visit, name))}
        return self.do(number, actor, **given, **(self.fixed or {}), version=version)


BULK = (Action.DISPATCH, Action.REDIRECT, Action.SUPERVISE, Action.NOTE)
"""What may be done with many tickets at once."""


def of_the_office(desk: Desk, follow_ups: FollowUps) -> Mapping[Action, Form]:
    """What agents and supervisors do, in the order in which it is offered."""
    return {
        Action.DISPATCH: Form(desk.dispatch, may=("unit", "co")),
        Action.ANSWER: Form(desk.answer, ("reply",)),
        Action.REDIRECT: Form(desk.redirect, ("unit", "reason"), ("co",)),
        Action.SUPERVISE: Form(desk.supervise, ("order", "due")),
        Action.GUIDE: Form(desk.guide, ("guidance",)),
        Action.MARK: Form(desk.mark, ("key_class", "reason")),
        Action.CORRECT: Form(desk.correct, ("reason",), ("urgency", "category", "request_type")),
        Action.MERGE: Form(desk.merge, ("into",)),
        Action.UNDO_MERGE: Form(desk.undo_merge, ("reason",)),
        Action.TRANSFER: Form(desk.transfer, ("line",)),
        Action.INFORM: Form(desk.inform, ("line",)),
        Action.CONFIRM: Form(follow_ups.record_call, fixed={"rating": Rating.SATISFIED, "words": ""}),
        Action.OBJECT: Form(follow_ups.record_call, ("words",), fixed={"rating": Rating.DISSATISFIED}),
        Action.CONFIRM_PART: Form(follow_ups.record_call, fixed={"rating": Rating.SATISFIED, "words": ""}),
        Action.OBJECT_PART: Form(follow_ups.record_call, ("words",), fixed={"rating": Rating.DISSATISFIED}),
        Action.REOPEN: Form(desk.reopen, ("reason",)),
        Action.CLOSE: Form(desk.close, ("reason",)),
        Action.PROLONG: Form(desk.prolong, ("reason", "review_on")),
        Action.TAKE_UP: Form(desk.take_up, ("reason",)),
        Action.ASK_END: Form(desk.ask_end, ("reason", "basis")),
        Action.NAME: Form(desk.name, ("people",)),
        Action.SECRECY: Form(desk.set_confidential, ("confidential",)),
        Action.NOTE: Form(desk.note, ("note",)),
    }


def of_a_unit(handling: Handling) -> Mapping[Action, Form]:
    """What handlers and grid workers do, in the order in which it is offered."""
    return {
        Action.ACCEPT: Form(handling.accept),
        Action.START: Form(handling.start),
        Action.REPLY: Form(handling.reply, ("reply",), ("note",)),
        Action.CONTACT: Form(handling.contacted, may=("note",)),
        Action.REPORT: Form(handling.report, ("report",)),
        Action.ASK_CITIZEN: Form(handling.ask_citizen, ("question",)),
        Action.RESUME: Form(handling.resume),
        Action.DELEGATE: Form(handling.delegate, ("unit", "task", "due")),
        Action.FINISH_TASK: Form(handling.finish_task, ("answer",)),
        Action.RAISE_TASK: Form(handling.raise_task, ("reason",)),
        Action.RETURN: Form(handling.ask_return, ("reason",), ("unit",)),
        Action.ASK_EXTENSION: Form(handling.ask_extension, ("reason", "days")),
        Action.ASK_SHELVE: Form(handling.ask_shelve, ("reason", "review_on")),
        Action.ASK_END: Form(handling.ask_end, ("reason", "basis")),
        Action.NOTE: Form(handling.note, ("note",)),
    }


def of_the_leader(desk: Desk) -> Mapping[Action, Form]:
    """What leaders do."""
    return {Action.SUPERVISE: Form(desk.supervise, ("order", "due"))}


KEYS: Mapping[Action, str] = {
    Action.DISPATCH: "p",
    Action.ANSWER: "r",
    Action.SUPERVISE: "u",
    Action.CORRECT: "e",
    Action.ACCEPT: "s",
    Action.START: "b",
    Action.REPLY: "r",
    Action.CONTACT: "l",
    Action.ASK_CITIZEN: "q",
    Action.NOTE: "n",
}
"""The shortcuts of what is done often."""


def keys_of(forms: Mapping[Action, Form]) -> dict[Action, str]:
    """The shortcuts of these actions, in their order."""
    return {action: KEYS[action] for action in forms if action in KEYS}


OF_A_PART = frozenset({Action.FINISH_TASK, Action.RAISE_TASK})
"""These answer one part of the work and name it by `task_id`."""


def run(visit: Visit, forms: Mapping[Action, Form], number: str, action: str) -> Ticket:
    """Do what was sent. Raises connectors.web.Refused in the person's language."""
    if action not in set(Action) or Action(action) not in forms:
        raise visit.refusal(404, "not_found")
    version = visit.field("version", 9)
    with in_words(visit):
        form = forms[Action(action)]
        if Action(action) in OF_A_PART:
            form = Form(form.do, form.needs, fixed={"task": int(visit.field("task_id", 9))})
        return form.run(visit, number, visit.actor, int(version) if version else None)


@contextmanager
def in_words(visit: Visit) -> Iterator[None]:
    """What the use cases refuse, as the hotline's texts say it."""
    words = texts(visit.language)
    try:
        yield
    except (access.NotFound, access.Mistyped):
        raise visit.refusal(404, "not_found") from None
    except AgainstRule as wrong:
        raise Refused(409, wrong.rule, words.say(f"refused.{wrong.rule}")) from None
    except Incomplete as wrong:
        missing = "、".join(words.say(f"missing.{name}") for name in wrong.missing)
        raise Refused(422, "incomplete", words.say("not_possible.incomplete", missing=missing)) from None
    except WrongStatus as wrong:
        status = words.say(f"status.{wrong.ticket.status}")
        raise Refused(409, "wrong_status", words.say("not_possible.wrong_status", status=status)) from None
    except ChangedMeanwhile:
        raise Refused(409, "changed_meanwhile", words.say("not_possible.changed_meanwhile")) from None
    except NotPossible:
        raise Refused(409, "not_allowed", words.say("not_possible.not_allowed")) from None
    except (ValueError, KeyError):
        raise visit.refusal(422, "invalid") from None


def _read(visit: Visit, name: str) -> Any:
    """A field as its use case takes it. Raises ValueError."""
    if name == "people":
        return visit.fields(name, 64)
    text = visit.field(name, LONGEST)
    match name:
        case "days":
            return int(text)
        case "review_on":
            return date.fromisoformat(text)
        case "due":
            return datetime.fromisoformat(text).replace(tzinfo=ZONE)
        case "key_class":
            return KeyClass(text)
        case "urgency":
            return Urgency(text) if text else None
        case "request_type":
            return RequestType(text) if text else None
        case "co":
            return [unit for unit in re.split(r"[、，,;；\s]+", text) if unit]
        case "confidential":
            return text == "yes"
    return text
