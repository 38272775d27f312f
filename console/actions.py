"""What can be done with a ticket from the console: each action of the life cycle with its use case and its fields."""

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
from hotline.texts import texts
from hotline.tickets import access
from hotline.tickets.desk import TicketDesk
from hotline.tickets.follow_up import FollowUps
from hotline.tickets.handling import Handling
from hotline.tickets.lifecycle import Action, AgainstRule, ChangedMeanwhile, Incomplete, NotPossible, WrongStatus
from hotline.tickets.model import Rating, RequestType, Ticket, Urgency
from hotline.tickets.records import KeyClass

LONGEST = 5_000
LONGEST_PLACE = 200
LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Form:
    """One action: its use case, required fields and optional ones. `fixed` holds arguments that no field gives."""

    do: Callable[..., Ticket]
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    fixed: Mapping[str, Any] | None = None

    def run(self, visit: Visit, number: str, actor: Actor, version: int | None) -> Ticket:
        """Read the fields and run the use case. Raises ValueError for a field that cannot be read, and what the use
        case raises."""
        given = {name: _read(visit, name) for name in self.needs}
        given |= {name: value for name in self.may if (value := _read(visit, name))}
        return self.do(number, actor, **given, **(self.fixed or {}), version=version)


BULK = (Action.DISPATCH, Action.REDIRECT, Action.SUPERVISE, Action.NOTE)
"""Actions that may be run on many tickets at once."""


def of_the_office(desk: TicketDesk, follow_ups: FollowUps) -> Mapping[Action, Form]:
    """The actions of agents and supervisors, in the order in which they are offered."""
    return {
        Action.DISPATCH: Form(desk.dispatch, may=("unit", "co")),
        Action.ANSWER: Form(desk.answer, ("reply",)),
        Action.REDIRECT: Form(desk.redirect, ("unit", "reason"), ("co",)),
        Action.SUPERVISE: Form(desk.supervise, ("order", "due")),
        Action.GUIDE: Form(desk.guide, ("guidance",)),
        Action.MARK: Form(desk.mark, ("key_class", "reason")),
        Action.CORRECT: Form(
            desk.correct,
            ("reason",),
            ("location", "district", "addition", "urgency", "category", "request_type", "name", "phone"),
        ),
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
    """The actions of handlers and grid workers, in the order in which they are offered."""
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


def of_the_leader(desk: TicketDesk) -> Mapping[Action, Form]:
    """The actions of leaders."""
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
"""Keyboard shortcuts of frequent actions."""


def keys_of(forms: Mapping[Action, Form]) -> dict[Action, str]:
    """The keyboard shortcuts of these actions, in their order."""
    return {action: KEYS[action] for action in forms if action in KEYS}


OF_A_PART = frozenset({Action.FINISH_TASK, Action.RAISE_TASK})
"""Actions on one part of the work, which they name by `task_id`."""


def run(visit: Visit, forms: Mapping[Action, Form], number: str, action: str) -> Ticket:
    """Run the posted action. Raises connectors.web.Refused in the person's language."""
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
    """Turns a use case's refusal into the hotline's words."""
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
    """A field in the form its use case takes. Raises ValueError."""
    if name == "people":
        return visit.fields(name, 64)
    text = visit.field(name, LONGEST)
    match name:
        case "days":
            return int(text)
        case "review_on":
            return date.fromisoformat(text)
        case "due":
            given = datetime.fromisoformat(text)
            return given if given.tzinfo else given.replace(tzinfo=ZONE)
        case "key_class":
            return KeyClass(text)
        case "urgency":
            return Urgency(text) if text else None
        case "request_type":
            return RequestType(text) if text else None
        case "location" if len(text) > LONGEST_PLACE:
            raise ValueError("location")
        case "name" if len(text) > LONGEST_NAME:
            raise ValueError("name")
        case "co":
            return [unit for unit in re.split(r"[、，,;；\s]+", text) if unit]
        case "confidential":
            return text == "yes"
    return text
