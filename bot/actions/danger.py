"""Danger: no form. One short safety line, a red ticket, staff alerted at once; the conversation stays open."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import adds_to_last
from bot.actions.context import hotline
from bot.actions.reading import Turn, just_activated, read_draft, read_turn, seconds_since, understood
from hotline.danger import (
    ASKED_ABOUT,
    LINES,
    Doubt,
    Kind,
    TakenBack,
    detect_by_signs,
    evidence_of_words,
    gets_worse,
    question_in_doubt,
    reassures,
    taken_back,
)
from hotline.danger.said import ASKS_FOR_TICKET, ASKS_WHEN, FIGURE_OF_SPEECH, IS_REAL, IS_SAFE, NO_CALL, SHORT
from hotline.intake import Draft, begin, leaves_the_police_out, take
from hotline.tickets import numbering
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import Contact, Intake, RequestType, Urgency
from hotline.tickets.service import TicketEnded
from hotline.wording import texts

INTAKE = "intake_form"
REAL = {Doubt.WAY_OF_SPEAKING: "self_harm", Doubt.SAFETY: "violence"}  # the kind when what was asked about is real
RELATED = frozenset({Kind.VIOLENCE, Kind.INJURY})
"""Kinds that are told of one matter: who is beaten is hurt. Neither takes the place of the other."""
COMES_BACK = frozenset({Kind.VIOLENCE, Kind.CRIME})
"""Kinds in which 他回来了 is no relief."""
NOTED = ("noted", "noted_again", "noted_too")
"""How it is said, in turn, that what was told has reached the people who see to it."""
STANDS = 3 * 3600.0  # seconds in which what is said after a danger is about it


class ActionDanger(Action):
    """Says the safety line for the kind of danger and opens the red ticket; what is in doubt is asked about once."""

    def name(self) -> str:
        return "action_danger"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn, draft = read_turn(tracker), read_draft(tracker)
        matter = tracker.latest_message.get("matter") or {}
        kind = matter.get("danger") or "hazard"
        certain = matter.get("danger_certain", True) and not (draft and _says_in_passing(turn.heard.text, kind))
        in_doubt = kind in ASKED_ABOUT and not certain and asked_about(tracker) is None
        if red_ticket(tracker) and not _tells_another(turn.heard.text, Kind(tracker.get_slot("danger"))):
            told = await said_of_danger(dispatcher, tracker, turn)
            return told if told is not None else []
        speaks_of_none = detect_by_signs(turn.heard.text) is None and evidence_of_words(turn.heard.text) < 0
        if draft is None and speaks_of_none and await asyncio.to_thread(adds_to_last, dispatcher, tracker, turn):
            return []  # 还有两个娃娃今天住院了, said of the kindergarten where all are ill
        if in_doubt:
            doubt = question_in_doubt(turn.heard.text, Kind(kind))
            dispatcher.utter_message(text=texts(turn.language).say(f"danger.{doubt}"))
            return [SlotSet("danger", str(doubt)), *_keep_the_matter(turn, draft)]
        return await _alarmed(dispatcher, tracker, turn, kind)


def red_ticket(tracker: Tracker) -> str | None:
    """The number of the red ticket while its danger stands."""
    since = seconds_since(tracker, "action_danger")
    is_over = tracker.get_slot("danger") is None or asked_about(tracker) or since is None or since > STANDS
    return None if is_over else tracker.get_slot("danger_ticket")


def asked_about(tracker: Tracker) -> Doubt | None:
    """What was asked, where something might be a danger."""
    return next((doubt for doubt in Doubt if doubt == tracker.get_slot("danger")), None)


async def said_of_danger(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType] | None:
    """What is said while a danger stands, and outside an intake, goes to the people who see to it, also that there is
    none (火灭了 withdraws no ticket; 没人管我, said after 不想活了, hurries none); and the answer to a question in doubt.

    None when no danger stands, or the answer does not settle the doubt.
    """
    if _is_inside_a_form(tracker):
        return None
    if doubt := asked_about(tracker):
        return await _settled(dispatcher, tracker, turn, doubt)
    number = red_ticket(tracker)
    if number is None:
        return None
    if matter_taken_back(tracker, turn):
        return [FollowupAction(INTAKE)]
    kind, text, say = Kind(tracker.get_slot("danger")), turn.heard.text, texts(turn.language).say
    sign = detect_by_signs(text)
    is_worse = (sign is not None and sign.certain) or gets_worse(text)
    is_over = taken_back(text, kind) is not None and not (is_worse and kind in COMES_BACK)
    await asyncio.to_thread(_add, number, turn, is_worse and not is_over)
    if is_over:
        dispatcher.utter_message(text=say("danger.over_noted"))
        return [SlotSet("danger", None)]
    lines = [say(f"danger.{name}", line=LINES[kind]) for name in _asides(text)]
    if is_worse:
        now = sign.kind if sign and {sign.kind, kind} == RELATED else kind
        where = "" if _place_is_known(tracker, turn, number) else say("danger.where")
        line = f"{say(f'danger_again.{now}')}{where}"
        dispatcher.utter_message(text="\n".join([line, *lines]), json_message={"danger": str(now)})
        return []
    dispatcher.utter_message(text="\n".join(lines) or _noted(tracker, turn, number))
    return []


def _asides(text: str) -> list[str]:
    """What is answered to what else a message says, as names of texts."""
    said = {
        "no_call": NO_CALL.search(text) is not None,
        "when": ASKS_WHEN.search(text) is not None,
        "no_police": leaves_the_police_out(text),
    }
    return [name for name, is_said in said.items() if is_said]


def _noted(tracker: Tracker, turn: Turn, number: str) -> str:
    """The word that what was said has reached the people who see to the danger."""
    say, spelt = texts(turn.language).say, numbering.spell(number)
    if tracker.get_slot("danger") == Kind.SELF_HARM:
        return say("danger.listening")
    if reassures(turn.heard.text):
        return say("danger.calmer")
    if turn.heard.phones or turn.heard.names:
        return say("danger.contact", number=spelt)
    if ASKS_FOR_TICKET.search(turn.heard.text):
        return say("danger.registered", number=spelt)
    if turn.heard.places:
        return say("danger.place", place=turn.heard.places[-1])
    times = len(_said_since(tracker, number)) - 1
    return say(f"danger.{NOTED[times % len(NOTED)]}")


def _place_is_known(tracker: Tracker, turn: Turn, number: str | None) -> bool:
    """Whether the citizen has told where the danger is, also in an intake that it interrupted."""
    before = [understood(message) for message in (_said_since(tracker, number) if number else ())]
    draft = read_draft(tracker)
    return bool((draft and draft.place) or any(heard.places for heard in (*before, turn.heard)))


def matter_taken_back(tracker: Tracker, turn: Turn) -> bool:
    """Whether the citizen says that what was taken for a danger is none, so that their matter goes on as any other; or that
    one is over which interrupted an intake."""
    if _is_inside_a_form(tracker) or red_ticket(tracker) is None:
        return False
    how = taken_back(turn.heard.text, Kind(tracker.get_slot("danger")))
    return how is TakenBack.NOT_MEANT or (how is TakenBack.OVER and read_draft(tracker) is not None)


async def told_instead(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> Draft:
    """The matter that was taken for a danger, as told from the beginning; the people who see to the danger hear of it."""
    number = str(tracker.get_slot("danger_ticket"))
    await asyncio.to_thread(_add, number, turn)
    dispatcher.utter_message(text=texts(turn.language).say("danger.not_meant"))
    city = hotline().city
    said = [understood(message) for message in [*_said_since(tracker, number), tracker.latest_message]]
    draft = read_draft(tracker) or begin(said.pop(0), city, turn.citizen.verified_phone)
    for heard in said:
        no_alarm = replace(heard, intent="inform") if heard.intent == "report_danger" else heard
        draft = take(draft, no_alarm, None, city) or draft
    return draft


def _is_inside_a_form(tracker: Tracker) -> bool:
    form = tracker.active_loop.get("name")
    return bool(form) and not just_activated(tracker, form)


def _says_in_passing(text: str, kind: str) -> bool:
    """Whether an answer in an intake speaks of no hurting in its words, whatever its meaning is near to: 我不想得罪人."""
    return kind in ASKED_ABOUT and question_in_doubt(text, Kind(kind)) is Doubt.SAFETY


def _tells_another(text: str, standing: Kind) -> bool:
    """Whether what is said while a danger stands tells another one: only a sign of it does so clearly enough."""
    sign = detect_by_signs(text)
    return sign is not None and sign.certain and sign.kind is not standing and {sign.kind, standing} != RELATED


async def _settled(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, doubt: Doubt
) -> list[EventType] | None:
    """What follows an answer to the question in doubt: all is well (没有，我就是说说) and the matter that came with it goes
    on, or it is real. None when the answer says neither."""
    text, is_short = turn.heard.text, len(turn.heard.text) <= SHORT
    if is_short and IS_REAL.search(text):
        return await _alarmed(dispatcher, tracker, turn, REAL[doubt])
    is_well = turn.heard.intent == "deny" or FIGURE_OF_SPEECH.search(text) or (is_short and IS_SAFE.search(text))
    if not is_well:
        return None
    line = "danger.over" if doubt is Doubt.WAY_OF_SPEAKING else "danger.safe"
    dispatcher.utter_message(text=texts(turn.language).say(line))
    return [SlotSet("danger", None), *([FollowupAction(INTAKE)] if tracker.get_slot("draft") else [])]


async def _alarmed(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, kind: str) -> list[EventType]:
    """The safety line, said once the red ticket is there; who has told where it is is not asked."""
    known = red_ticket(tracker)
    number = await asyncio.to_thread(_add_or_open, turn, read_draft(tracker), kind, known)
    say = texts(turn.language).say
    line = say(f"danger.{kind}")
    if _place_is_known(tracker, turn, known):
        line = line.replace(texts(turn.language).group("danger_where").get(kind, ""), "").strip()
    lines = [line, *(say(f"danger.{name}", line=LINES[kind]) for name in _asides(turn.heard.text))]
    dispatcher.utter_message(text="\n".join(lines), json_message={"danger": kind})
    return [SlotSet("danger", kind), SlotSet("danger_ticket", number), SlotSet("ticket", number)]


def _said_since(tracker: Tracker, number: str) -> list[dict[str, Any]]:
    """What was understood of each message from the one that the red ticket was opened for to the one before the latest."""
    said: list[dict[str, Any]] = []
    opened = False
    for event in tracker.events:
        if event.get("event") == "user":
            said = [*said, event.get("parse_data") or {}] if opened else [event.get("parse_data") or {}]
        elif event.get("event") == "slot" and event.get("name") == "danger_ticket" and event.get("value") == number:
            opened = True
    return said[:-1]


def _add(number: str, turn: Turn, alarms: bool = False) -> None:
    with suppress(AccessDenied, TicketEnded):
        hotline().tickets.add(number, turn.citizen, _for_the_ticket(turn), turn.message_id, alarms=alarms)


def _for_the_ticket(turn: Turn) -> str:
    """What was said, with a word in front for who must not be called."""
    text = turn.heard.text
    return f"{texts().say('remark.no_call')}：{text}" if NO_CALL.search(text) else text


def _keep_the_matter(turn: Turn, draft: Draft | None) -> list[EventType]:
    """The matter that a figure of speech came with, to go on with once the worry is over."""
    if draft is None and turn.heard.category:
        draft = begin(turn.heard, hotline().city, turn.citizen.verified_phone)
    return [SlotSet("draft", draft.as_slots() if draft else None), SlotSet("asked", None)]


def _add_or_open(turn: Turn, draft: Draft | None, kind: str, known: str | None) -> str:
    """The number of the red ticket: more words about a danger already known are added to it."""
    tickets = hotline().tickets
    if known:
        with suppress(AccessDenied, TicketEnded):
            return tickets.add(known, turn.citizen, _for_the_ticket(turn), turn.message_id, alarms=True).number
    place = turn.heard.places[-1] if turn.heard.places else draft and draft.place
    phone = turn.heard.phones[-1] if turn.heard.phones else turn.citizen.verified_phone or (draft and draft.phone)
    ticket = tickets.open(
        Intake(
            key=turn.message_id,
            request_type=RequestType.HELP,
            category=None,
            description=_for_the_ticket(turn),
            channel=turn.citizen.channel,
            sender=turn.citizen.sender,
            conversation_id=turn.conversation_id,
            location=place,
            district=turn.heard.district,
            urgency=Urgency.CRITICAL,
            contact=Contact(draft.name if draft else None, phone),
            title=texts().say("title.danger", kind=texts().say(f"danger_kind.{kind}")),
            danger=kind,
            language=turn.language,
        )
    )
    return ticket.number
