"""Danger: no form. One short safety line, a red ticket, an immediate alert to staff; the conversation stays open."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import adds_to_last, hurried, opened_a_moment_ago, spoken_of, tell_added
from bot.actions.context import as_handled, hotline
from bot.actions.danger_lines import alarm_lines, noted_lines, place_lines
from bot.actions.reading import Turn, clear_category, just_activated, read_draft, read_turn, understood
from bot.actions.red_ticket import (
    add_to_red_ticket,
    as_said,
    asked_about,
    open_red_ticket,
    place_is_known,
    red_ticket,
    said_since,
    same_again,
    texts_since,
)
from hotline.danger import ASKED_ABOUT, Doubt, Kind, detect_by_signs, evidence_of_words, question_in_doubt, reassures
from hotline.danger.besides import HUSH, goes_on_to_a_matter
from hotline.danger.said import FIGURE_OF_SPEECH, IS_REAL, IS_SAFE, REAL, SHORT
from hotline.danger.situations import DONE, OF_ANOTHER, kind_told, situation_of
from hotline.danger.standing import Said, Standing, after, wants_quiet
from hotline.intake import Draft, begin, take, urges
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets import numbering
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import Ticket
from hotline.tickets.service import TicketEnded

INTAKE = "intake_form"
OUT_OF_REACH = phrase("danger.out_of_reach")
RAGES = phrase("danger.rages")
CLEAR = 0.9  # confidence of the category that a hazard has besides


class ActionDanger(Action):
    """Says the safety line for the kind of danger and opens the red ticket; a doubtful danger is asked about once."""

    def name(self) -> str:
        return "action_danger"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn, draft = read_turn(tracker), read_draft(tracker)
        matter = tracker.latest_message.get("matter") or {}
        kind = kind_told(turn.heard.text, Kind(matter.get("danger") or "hazard"))
        certain = matter.get("danger_certain", True) and not (draft and _says_in_passing(turn.heard.text, kind))
        may_ask = asked_about(tracker) is None
        told = situation_of([turn.heard.text], Kind(kind))
        is_done = told is not None and (
            told.name in DONE or (told.name in OF_ANOTHER and OUT_OF_REACH.search(turn.heard.text))
        )
        in_doubt = (
            may_ask and not is_done and (matter.get("doubt") is not None or (kind in ASKED_ABOUT and not certain))
        )
        if red_ticket(tracker):
            return await said_of_danger(dispatcher, tracker, turn) or []
        speaks_of_none = detect_by_signs(turn.heard.text) is None and evidence_of_words(turn.heard.text) < 0
        if draft is None and speaks_of_none and await asyncio.to_thread(adds_to_last, dispatcher, tracker, turn):
            return []  # 还有两个娃娃今天住院了, about the kindergarten where all are ill
        if in_doubt:
            doubt = matter.get("doubt") or question_in_doubt(turn.heard.text, Kind(kind))
            of_another = doubt == Doubt.WAY_OF_SPEAKING and told is not None and told.name in OF_ANOTHER
            question = "danger.unsure_of_another" if of_another else f"danger.{doubt}"
            dispatcher.utter_message(text=texts(turn.language).say(question))
            return [SlotSet("danger", str(doubt)), *_keep_the_matter(turn, draft)]
        return await _alarmed(dispatcher, tracker, turn, kind)


async def said_of_danger(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType] | None:
    """Passes what a citizen says while a danger stands, outside an intake, on to the people who handle it, also that
    the danger is none (火灭了 withdraws no ticket; 没人管我, said after 不想活了, urges none). Also takes the answer to
    a question about a doubtful danger.

    None when no danger stands, or the answer does not settle the doubt.
    """
    if _is_inside_a_form(tracker) or _is_beside(tracker):
        return None
    if doubt := asked_about(tracker):
        return await _settled(dispatcher, tracker, turn, doubt)
    number = red_ticket(tracker)
    return await _while_it_stands(dispatcher, tracker, turn, number) if number else None


def _is_beside(tracker: Tracker) -> bool:
    """Whether the latest message was understood as about an ordinary matter although a danger stands."""
    return bool((tracker.latest_message.get("matter") or {}).get("beside_danger"))


def _ordinary_ticket(tracker: Tracker) -> str | None:
    """The number of the ticket that the conversation was about when the danger came up; None if there was none."""
    number = tracker.get_slot("ticket")
    return number if number and number != tracker.get_slot("danger_ticket") else None


async def _while_it_stands(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, number: str
) -> list[EventType]:
    standing, say = _standing(tracker, turn, number), texts(turn.language).say
    if (ordinary := _ordinary_ticket(tracker)) and _is_denied(standing, turn.heard.text):
        await asyncio.to_thread(_back_to_the_ticket, dispatcher, tracker, turn, number, ordinary)
        return [SlotSet("danger", None)]
    quiet = wants_quiet(turn.heard.text, texts_since(tracker, number), standing.kind)
    alarms = quiet or standing.said in (Said.ANOTHER, Said.WORSE)
    await asyncio.to_thread(add_to_red_ticket, number, turn, alarms)
    goes_on = [FollowupAction(INTAKE)] if is_interrupted(tracker) else []
    if quiet:
        dispatcher.utter_message(text=say("danger.quiet" if HUSH.search(turn.heard.text) else "danger.quiet_hidden"))
        return [SlotSet("danger", str(standing.kind))]
    match standing.said:
        case Said.NOT_MEANT:
            return [FollowupAction(INTAKE)]
        case Said.JOKED | Said.OVER:
            matter = None if goes_on else _matter_besides(tracker, turn, number)
            goes_on = [SlotSet("draft", matter.as_slots()), FollowupAction(INTAKE)] if matter else goes_on
            if standing.said is Said.JOKED:
                over = "over_registers" if matter else "over"
            else:
                over = "over_goes_on" if goes_on else "over_noted"
            dispatcher.utter_message(text="\n".join([*place_lines(turn, number), say(f"danger.{over}")]))
            return [SlotSet("danger", None), *goes_on]
        case Said.ANOTHER | Said.WORSE:
            asks = standing.kind is not Kind.FRAUD and not place_is_known(tracker, turn, number)
            told = [*texts_since(tracker, number), turn.heard.text]
            lines = [*place_lines(turn, number), *alarm_lines(tracker, turn, number, standing, told, asks)]
            dispatcher.utter_message(text="\n".join(lines), json_message={"danger": str(standing.kind)})
            return [SlotSet("danger", str(standing.kind))]
    dispatcher.utter_message(text="\n".join(noted_lines(tracker, turn, number, standing)))
    return []


def _is_denied(standing: Standing, text: str) -> bool:
    """Whether the citizen says that what was taken for a danger, out of a follow-up to a ticket, is none."""
    return standing.said is Said.NOT_MEANT or (standing.said in (Said.OVER, Said.TOLD) and reassures(text))


def _back_to_the_ticket(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, number: str, ordinary: str
) -> None:
    """Adds what was taken for a danger to the ticket that it was about, and tells those who handle the danger that it
    is none."""
    add_to_red_ticket(number, turn, denies=True)
    dispatcher.utter_message(text=texts(turn.language).say("danger.none"))
    told = [str(message.get("text") or "") for message in said_since(tracker, number)]
    with suppress(AccessDenied, TicketEnded):
        ticket = hotline().tickets.add(ordinary, turn.citizen, "\n".join([*told, turn.heard.text]), turn.message_id)
        if urges("，".join([*told, turn.heard.text])):
            ticket = hotline().tickets.urge(ordinary, turn.citizen, turn.message_id)
            line = texts(turn.language).say(
                "added_and_urged", number=numbering.spell(ordinary), unit=as_handled(ticket).lead
            )
            dispatcher.utter_message(text=line)
        else:
            tell_added(dispatcher, turn, as_handled(hurried(ticket, turn)))


def _standing(tracker: Tracker, turn: Turn, number: str) -> Standing:
    """The danger after the latest message."""
    matter, before = tracker.latest_message.get("matter") or {}, texts_since(tracker, number)
    likely, sounds = matter.get("standing"), bool(matter.get("danger"))
    return after(turn.heard.text, before, Kind(tracker.get_slot("danger")), likely, sounds)


def _matter_besides(tracker: Tracker, turn: Turn, number: str) -> Draft | None:
    """The matter that a message goes on to after saying that the danger is over; its place may be the danger's
    place."""
    heard = as_said(tracker.latest_message)
    if of_the_story := (tracker.latest_message.get("matter") or {}).get("of_the_story"):
        heard = replace(heard, category=of_the_story["category"])
    if not goes_on_to_a_matter(heard.text) or not heard.category:
        return None
    draft = begin(heard, hotline().city, turn.citizen.verified_phone)
    told = [understood(message) for message in said_since(tracker, number)]
    places = [earlier for earlier in told if earlier.places]
    return draft if draft.place or not places else take(draft, places[-1], "place", hotline().city) or draft


async def tell_besides(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, number: str) -> None:
    """Say that another matter is taken in beside the danger; the message may also tell where the danger is."""
    if turn.heard.places and not place_is_known(tracker, turn, number, before=True):
        await asyncio.to_thread(add_to_red_ticket, number, turn)
    dispatcher.utter_message(text=texts(turn.language).say("danger.another", number=numbering.spell(number)))


def is_interrupted(tracker: Tracker) -> bool:
    """Whether a question of an intake that the danger interrupted is still open."""
    return read_draft(tracker) is not None and tracker.get_slot("asked") is not None


def matter_taken_back(tracker: Tracker, turn: Turn) -> bool:
    """Whether the citizen says that what was taken for a danger is none; their matter then goes on as usual."""
    number = red_ticket(tracker)
    return number is not None and _standing(tracker, turn, number).said is Said.NOT_MEANT


async def told_instead(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> Draft:
    """The matter that was taken for a danger, rebuilt from everything told about it; the people who handle the danger
    are told."""
    number = str(tracker.get_slot("danger_ticket"))
    await asyncio.to_thread(add_to_red_ticket, number, turn, denies=True)
    dispatcher.utter_message(text=texts(turn.language).say("danger.not_meant"))
    city = hotline().city
    said = [as_said(message) for message in [*said_since(tracker, number), tracker.latest_message]]
    if of_the_story := (tracker.latest_message.get("matter") or {}).get("of_the_story"):
        said[0] = replace(said[0], category=of_the_story["category"], category_sure=of_the_story["confidence"] >= CLEAR)
    draft = read_draft(tracker) or begin(said.pop(0), city, turn.citizen.verified_phone)
    for heard in said:
        draft = take(draft, heard, None, city) or draft
    return draft


def _is_inside_a_form(tracker: Tracker) -> bool:
    form = tracker.active_loop.get("name")
    return bool(form) and not just_activated(tracker, form)


def _says_in_passing(text: str, kind: str) -> bool:
    """Whether the words of an answer in an intake speak of no harm, although its meaning is near to a danger:
    我不想得罪人."""
    return kind in ASKED_ABOUT and question_in_doubt(text, Kind(kind)) is Doubt.SAFETY


async def _settled(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, doubt: Doubt
) -> list[EventType] | None:
    """Handles the answer to the question about a doubtful danger. If all is well (没有，我就是说说), the matter that
    came with it goes on; else the danger is real. None when the answer says neither."""
    text, is_short = turn.heard.text, len(turn.heard.text) <= SHORT
    tells_it = (situation_of([text], REAL[doubt]) or OUT_OF_REACH.search(text)) and not FIGURE_OF_SPEECH.search(text)
    if tells_it or (is_short and IS_REAL.search(text)):
        return await _alarmed(dispatcher, tracker, turn, str(REAL[doubt]))
    if doubt is Doubt.SAFETY and RAGES.search(text):
        dispatcher.utter_message(text=texts(turn.language).say("danger.raging"))
        return [SlotSet("danger", None)]
    is_well = turn.heard.intent == "deny" or FIGURE_OF_SPEECH.search(text) or (is_short and IS_SAFE.search(text))
    if not is_well:
        return None
    line = "danger.over" if doubt is Doubt.WAY_OF_SPEAKING else "danger.safe"
    dispatcher.utter_message(text=texts(turn.language).say(line))
    return [SlotSet("danger", None), *([FollowupAction(INTAKE)] if tracker.get_slot("draft") else [])]


async def _alarmed(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, kind: str) -> list[EventType]:
    """The safety line, said after the red ticket is opened; a citizen who has told where it is is not asked again."""
    pieces = (tracker.latest_message.get("matter") or {}).get("pieces")
    told = replace(turn, heard=replace(turn.heard, text=pieces)) if pieces else turn
    draft = read_draft(tracker)
    where = turn.heard.district or (draft and draft.district)
    category = clear_category(tracker, CLEAR) if kind == Kind.HAZARD and where else None
    before = await asyncio.to_thread(same_again, tracker, told, kind)
    situation = situation_of([told.heard.text], Kind(kind))
    if situation is None and draft:  # 正在打, in a complaint about neighbours who beat their child
        situation = situation_of([*draft.description.splitlines(), told.heard.text], Kind(kind))
    standing = Standing(Said.ANOTHER, Kind(kind), situation)
    of_ticket = (
        None if turn.heard.places or (draft and draft.place) else await asyncio.to_thread(_followed, tracker, turn)
    )
    number = before or await asyncio.to_thread(open_red_ticket, told, draft, kind, category, of_ticket)
    asks = not place_is_known(tracker, turn, before)
    lines = alarm_lines(tracker, told, number, standing, [told.heard.text], asks, first=True)
    dispatcher.utter_message(text="\n".join(lines), json_message={"danger": kind})
    told_all = [SlotSet("draft", None), SlotSet("asked", None)] if pieces else []  # the pieces tell no other matter
    followed = _ordinary_ticket(tracker) and not before and _is_a_follow_up(tracker, turn)
    spoken_of = [] if followed else [SlotSet("ticket", number)]
    return [SlotSet("danger", kind), SlotSet("danger_ticket", number), *spoken_of, *told_all]


def _followed(tracker: Tracker, turn: Turn) -> Ticket | None:
    """The ticket that the conversation is about, where the danger probably is."""
    ticket = spoken_of(tracker, turn)
    return ticket if ticket and ticket.location and ticket.danger is None else None


def _is_a_follow_up(tracker: Tracker, turn: Turn) -> bool:
    """Whether a message may belong to the existing ticket: it has no place and no clear matter of its own."""
    return not turn.heard.places and not turn.heard.category_sure and opened_a_moment_ago(tracker, turn) is not None


def _keep_the_matter(turn: Turn, draft: Draft | None) -> list[EventType]:
    """Keeps the matter that a figure of speech came with, to go on with once the danger is ruled out."""
    if draft is None and turn.heard.category:
        draft = begin(turn.heard, hotline().city, turn.citizen.verified_phone)
    return [SlotSet("draft", draft.as_slots() if draft else None), SlotSet("asked", None)]
