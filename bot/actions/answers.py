"""The answers to plain questions that depend on what is known: the matter being taken in, the ticket, the city's
data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from bot.actions.context import hotline
from bot.actions.reading import Turn, clear_category
from bot.actions.wording import contact_named, due_day, shortened, unit, unit_phone
from hotline.city import SETTLED_ON_PAPER
from hotline.conversations.handoff.opening import in_words
from hotline.conversations.handoff.rules import nobody
from hotline.intake import Draft
from hotline.intake.asking import asks_to_come
from hotline.intake.following import is_of_noise
from hotline.intake.privacy import asks_whether_it_can
from hotline.personal_data.masking import mask_numbers
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets import numbering
from hotline.tickets.model import ENDED, RequestType, Ticket
from hotline.tickets.titles import titled

INTAKE = "intake_form"
BITTEN = phrase("ticket_questions.bitten")
WAITING = "waiting_matters"
NEWEST = 3
"""How many tickets are named when the citizen asks whether all was submitted."""
UTILITIES = "01"
LINES_READ_OUT, LONGEST_LINE = 3, 40
"""How many of the latest lines that the citizen told are read out, and how many characters of each."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question with the state in which it is asked: the matter being taken in, or the ticket spoken of last."""

    tracker: Tracker
    turn: Turn
    draft: Draft | None
    ticket: Ticket | None

    @property
    def is_taking_in(self) -> bool:
        """Whether an intake is asking."""
        return self.draft is not None and self.tracker.active_loop.get("name") == INTAKE


Said = dict[str, Any]
"""What `utter_message` takes: a response and its placeholders."""


def _how_long(asked: Inquiry) -> list[Said]:
    """The time limit of the matter being taken in, else of the ticket, else of every kind of matter."""
    deadlines, draft, ticket = hotline().city.deadlines, asked.draft, asked.ticket
    if asked.is_taking_in and draft:
        hours = deadlines.hours(draft.urgency) if draft.urgency else None
        unseen = (
            [{"text": texts(asked.turn.language).say("coming_unseen")}] if asks_to_come(asked.turn.heard.text) else []
        )
        if hours:
            return [{"response": "utter_within_hours", "hours": int(hours.final.total_seconds() // 3600)}, *unseen]
        return [{"response": "utter_within_days", "days": deadlines.working_days(draft.request_type)}, *unseen]
    if ticket and ticket.status not in ENDED:
        due = due_day(ticket.due_at, asked.turn.language)
        number = numbering.spell(ticket.number)
        known = {"number": number, "unit": ticket.lead, "due": due}
        if (ticket.category or "")[:2] in SETTLED_ON_PAPER and not asks_to_come(asked.turn.heard.text):
            return [{"text": texts(asked.turn.language).say("due_of_it", **known)}]
        return [{"response": "utter_due", **known}]
    urgent = deadlines.hours("urgent")
    days = {kind: deadlines.working_days(kind) for kind in ("consultation", "help", "complaint")}
    hours_of = int(urgent.final.total_seconds() // 3600) if urgent else 24
    return [{"response": "utter_faq/how_long", "hours": hours_of, **days}]


def _why_so_long(asked: Inquiry) -> list[Said]:
    """How the day comes about by which the ticket is answered."""
    deadlines, ticket, words = hotline().city.deadlines, asked.ticket, texts(asked.turn.language)
    if ticket is None or ticket.status in ENDED:
        return _how_long(asked)
    known = {"number": numbering.spell(ticket.number), "due": due_day(ticket.due_at, asked.turn.language)}
    if hours := deadlines.hours(ticket.urgency):
        within = int(hours.final.total_seconds() // 3600)
        return [{"text": words.say("why_so_long_urgent", hours=within, **known)}]
    kind = words.say(f"request_type.{ticket.request_type}")
    days = deadlines.working_days(ticket.request_type)
    return [{"text": words.say("why_so_long", kind=kind, days=days, **known)}]


def _when_back(asked: Inquiry) -> list[Said]:
    """There is no live news; give the company's number if the city's data has one, and the day by which a ticket is
    answered."""
    city, ticket = hotline().city, asked.ticket if asked.draft is None else None
    due: list[Said] = []
    if ticket and ticket.status not in ENDED:
        if not (ticket.category or "").startswith(UTILITIES):
            return _how_long(asked)
        known = {"number": numbering.spell(ticket.number), "due": due_day(ticket.due_at, asked.turn.language)}
        due = [{"text": texts(asked.turn.language).say("answered_by", **known)}]
    known = [
        asked.draft.category if asked.draft else None,
        asked.ticket.category if asked.ticket else None,
        clear_category(asked.tracker),
    ]
    codes = [code for code in known if code and code.startswith(UTILITIES)]
    lead = city.departments[city.category(codes[0]).lead] if codes else None
    if lead is None or lead.phone is None:
        return [{"response": "utter_when_back"}, *due]
    return [{"response": "utter_when_back_or_call", "phone": lead.phone, "unit": lead.name}, *due]


def _submitted(asked: Inquiry) -> list[Said]:
    """Nothing is submitted before the citizen's yes; after it, name the numbers of the tickets."""
    if asked.is_taking_in:
        is_read_back = asked.tracker.get_slot("asked") == "confirm"
        said: list[Said] = [{"response": "utter_waits_for_yes" if is_read_back else "utter_not_yet_submitted"}]
        if waiting := asked.tracker.get_slot(WAITING):
            said.append({"response": "utter_others_wait", "count": len(waiting)})
        return said
    if asked.draft:
        return [{"response": "utter_stopped"}]
    own = hotline().tickets.own(asked.turn.citizen, NEWEST)
    if not own:
        return [{"response": "utter_faq/submitted"}]
    words, city = texts(asked.turn.language), hotline().city
    named = [f"{numbering.spell(t.number)} {titled(t, city, words)}" for t in reversed(own)]
    return [{"response": "utter_is_submitted", "list": "；".join(named)}]


def _hours(asked: Inquiry) -> list[Said]:
    """The assistant is always there; agents work by the city's hours."""
    desk, now, words = hotline().city.handoff, hotline().now(), texts(asked.turn.language)
    back = nobody(desk, now).opens
    if back:
        people = words.say("people.until", when=in_words(back, words))
    elif any(hours.is_always for hours in desk.hours):
        people = words.say("people.always")
    else:
        people = words.say("people.now") if desk.is_open(now) else ""
    return [{"response": "utter_faq/hours", "people": people}]


def _lines(response: str) -> Callable[[Inquiry], list[Said]]:
    """An answer that names numbers of other lines, from the city's data."""

    def said(asked: Inquiry) -> list[Said]:
        return [{"response": response, **{name: line.number for name, line in hotline().city.lines.items()}}]

    return said


def _numbers(asked: Inquiry) -> list[Said]:
    """The numbers of other lines; about noise, that the police stop it."""
    ticket = asked.ticket
    if (
        asked.draft is None
        and ticket
        and is_of_noise(ticket.category, ticket.description)
        and ticket.status not in ENDED
    ):
        known = {"number": numbering.spell(ticket.number), "unit": ticket.lead}
        return [{"text": texts(asked.turn.language).say("police_for_noise", **known)}]
    return _lines("utter_faq/numbers")(asked)


def _who_handles(asked: Inquiry) -> list[Said]:
    """The unit, if it is known already."""
    draft, ticket = asked.draft, asked.ticket
    if asked.is_taking_in and draft and draft.category and draft.category_sure:
        return [{"response": "utter_goes_to", "unit": unit(draft, hotline().city, asked.turn.language)}]
    if draft is None and ticket and ticket.lead:
        return [{"response": "utter_went_to", "number": numbering.spell(ticket.number), "unit": ticket.lead}]
    return [{"response": "utter_who_handles"}]


def _which_number(asked: Inquiry) -> list[Said]:
    """The number to call about the matter being taken in: its own line, or that of its unit; else that there is
    none."""
    city, draft, language = hotline().city, asked.draft, asked.turn.language
    if draft is None:
        return [{"response": "utter_who_handles"}]
    if line := city.line_asked_for(draft.said):
        return [{"text": line.when.en if language == "en" else line.when.zh}]
    category = city.category(draft.category) if draft.category else None
    line = city.referral(category) if category else None
    phone = unit_phone(draft, city) or (line.number if line else None)
    say, known = texts(language).say, {"unit": unit(draft, city, language), "phone": phone}
    return [{"text": say("number_to_call", **known) if phone else say("no_number_to_call", **known)}]


def _told_on(asked: Inquiry) -> list[Said]:
    """Praise is passed on to the person or unit that it is for."""
    if asked.draft is None and asked.ticket and asked.ticket.request_type is RequestType.PRAISE:
        return [{"text": texts(asked.turn.language).say("praise_passed_on", unit=asked.ticket.lead)}]
    if asks_whether_it_can(asked.turn.heard.text):
        return [{"text": texts(asked.turn.language).say("kept_secret_yes")}]
    return [{"response": "utter_faq/told_on"}]


def _of_the_ticket(question: str, response: str) -> Callable[[Inquiry], list[Said]]:
    """`response` with the number, the unit, the due day and the code of the ticket; the plain answer where no ticket
    goes on, or another matter is being taken in."""

    def said(asked: Inquiry) -> list[Said]:
        ticket = asked.ticket
        if asked.draft is not None or ticket is None or ticket.status in ENDED:
            return [{"response": f"utter_faq/{question}"}]
        known = {"number": numbering.spell(ticket.number), "unit": ticket.lead, "code": ticket.code}
        return [{"response": response, **known, "due": due_day(ticket.due_at, asked.turn.language)}]

    return said


def _in_words(question: str, otherwise: str) -> Callable[[Inquiry], list[Said]]:
    """The text `about_a_ticket.…` with the number, the unit and the due day of the ticket; the plain answer to the
    question `otherwise` where no ticket goes on, or another matter is being taken in."""

    def said(asked: Inquiry) -> list[Said]:
        ticket, say = asked.ticket, texts(asked.turn.language).say
        if asked.draft is not None or ticket is None or ticket.status in ENDED:
            return [{"response": f"utter_faq/{otherwise}"}]
        known = {"number": numbering.spell(ticket.number), "unit": ticket.lead}
        return [{"text": say(f"about_a_ticket.{question}", due=due_day(ticket.due_at, asked.turn.language), **known)}]

    return said


def _identity(asked: Inquiry) -> list[Said]:
    """No number of an identity card is needed here, before the matter is recorded nor afterwards."""
    if asked.is_taking_in and asked.draft:
        responsible = unit(asked.draft, hotline().city, asked.turn.language)
        return [{"text": texts(asked.turn.language).say("about_a_ticket.identity", unit=responsible)}]
    return _in_words("identity", otherwise="code")(asked)


def _medical(asked: Inquiry) -> list[Said]:
    """Whoever was bitten is told what cannot wait."""
    told = f"{asked.turn.heard.text}\n{asked.ticket.description if asked.ticket else ''}"
    return _in_words("bitten" if BITTEN.search(told) else "medical", otherwise="outcome")(asked)


def _lost_code(asked: Inquiry) -> list[Said]:
    """In this conversation neither number nor code is needed, and both are told again."""
    if asked.ticket is None:
        return [{"text": texts(asked.turn.language).say("without_number")}]
    known = {"number": numbering.spell(asked.ticket.number), "code": asked.ticket.code}
    return [{"response": "utter_code_again", **known}]


def _noted(asked: Inquiry) -> list[Said]:
    """What is written in the ticket, or noted of the matter being taken in, and how far that is."""
    if asked.draft is None and asked.ticket:
        return [{"text": read_out_of(asked.turn, asked.ticket)}]
    if not asked.is_taking_in or asked.draft is None:
        return _submitted(asked)
    words = _told_last(asked.draft.description)
    return [{"text": texts(asked.turn.language).say("noted_in_it", words=words)}, *_submitted(asked)]


def read_out_of(turn: Turn, ticket: Ticket) -> str:
    """What is written in the citizen's own ticket, with what they have told since the first word."""
    say = texts(turn.language).say
    added = _told_last(ticket.description.partition("\n")[2])
    return say(
        "read_out",
        number=numbering.spell(ticket.number),
        title=titled(ticket, hotline().city, texts(turn.language)),
        place=ticket.location or say("read_out_nothing"),
        code=ticket.code,
        contact=contact_named(ticket.contact, turn),
        added=say("read_out_added", words=added) if added else "",
        secrecy=say("read_out_secret") if ticket.confidential else "",
    )


def _told_last(description: str) -> str:
    lines = [shortened(mask_numbers(line), LONGEST_LINE) for line in description.splitlines()]
    return "；".join(lines[-LINES_READ_OUT:])


BY_STATE: dict[str, Callable[[Inquiry], list[Said]]] = {
    "how_long": _how_long,
    "when_back": _when_back,
    "submitted": _submitted,
    "hours": _hours,
    "who_handles": _who_handles,
    "which_number": _which_number,
    "told_on": _told_on,
    "given_back": _of_the_ticket("given_back", "utter_not_given_back"),
    "no_answer": _of_the_ticket("no_answer", "utter_no_answer_by"),
    "use": _of_the_ticket("use", "utter_of_use_by"),
    "why_so_long": _why_so_long,
    "money": _in_words("money", otherwise="money"),
    "appeal": _in_words("appeal", otherwise="no_answer"),
    "police": _in_words("police", otherwise="numbers"),
    "identity": _identity,
    "drinkable": _in_words("drinkable", otherwise="outcome"),
    "medical": _medical,
    "medicine_out": _in_words("medicine_out", otherwise="outcome"),
    "reprisal": _in_words("reprisal", otherwise="told_on"),
    "lost_code": _lost_code,
    "noted": _noted,
    "numbers": _numbers,
    "help_lines": _lines("utter_faq/help_lines"),
    "scam": _lines("utter_faq/scam"),
}
"""Questions whose answer depends on what is known. Every other question has one answer, `utter_faq/…`."""
