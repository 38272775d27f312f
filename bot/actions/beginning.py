"""Begins a matter: with what is known already, or where it has to go if it is not the hotline's."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import opened_a_moment_ago, seems_besides
from bot.actions.context import hotline
from bot.actions.questions import REQUESTED, acknowledge, ask
from bot.actions.reading import Turn, address_told, other_matters, told_before_the_matter, told_since
from bot.actions.waiting import WAITING, goes_on_with, name_them, next_draft, with_others
from bot.actions.wording import CALL, other_route, shortened
from hotline.city import CALLS_FOR_ACTION
from hotline.conversations.handoff.model import HandoffReason, Standing, Waits
from hotline.conversations.handoff.steps import standing_line
from hotline.intake import Draft, Remark, begin, next_question, told_before, with_told_before, with_wishes
from hotline.intake.asking import asks_which_number
from hotline.intake.following import is_first_time, is_of_noise, noise_goes_on, records_it_again, reports_one_more
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets import numbering
from hotline.tickets.model import RequestType, Ticket

MAY_FALL = phrase("danger.may_fall")
OPENED = ("action_open_ticket", "action_open_callback")


def begin_matter(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> list[EventType]:
    """Begins a new matter: tells where it has to go if it is not ours, else asks the first question; others wait."""
    city = hotline().city
    draft = begin(turn.heard, city, turn.citizen.verified_phone)
    draft = with_told_before(draft, told_before_the_matter(tracker), city)
    draft = with_wishes(draft, told_since(tracker, OPENED))
    draft = _with_contact_of_last(draft, tracker, turn)
    is_again = records_it_again(turn.heard.text) and not reports_one_more(turn.heard.text)
    if told_before(turn.heard.text) or (is_again and not is_first_time(turn.heard.text)):
        draft = draft.remarked(Remark.BEFORE, shortened(turn.heard.text))
    following, *later = with_others([], other_matters(tracker)[0]) or [None]
    waiting = SlotSet(WAITING, [following, *later] if following else None)
    if route := other_route(draft, city, turn.language):
        question = next_question(draft, city)
        if question and question.kind == "confirm":  # all was said, so the citizen need not ask for recording
            dispatcher.utter_message(response="utter_goes_elsewhere", route=route)
            return [waiting, *ask(draft, turn)]
        dispatcher.utter_message(response="utter_other_route", route=route)
        if following:
            goes_on_with(dispatcher, following)
            return [SlotSet(WAITING, later or None), *ask(next_draft(following, draft), turn)]
        return [SlotSet("draft", draft.as_slots()), SlotSet("asked", None), SlotSet(REQUESTED, None)]
    if expert := _expert(draft, turn):
        dispatcher.utter_message(text=standing_line(expert, texts(turn.language)))
        return [waiting, SlotSet("draft", draft.as_slots()), SlotSet("asked", None), SlotSet(REQUESTED, None)]
    line = city.line_asked_for(turn.heard.text) if asks_which_number(turn.heard.text) else None
    if line:
        dispatcher.utter_message(text=line.when.en if turn.language == "en" else line.when.zh)
    if is_of_noise(draft.category, draft.description) and noise_goes_on(turn.heard.text):
        dispatcher.utter_message(text=texts(turn.language).say("noise_now"))
    if MAY_FALL.search(turn.heard.text):
        dispatcher.utter_message(text=texts(turn.language).say("danger.caution"))
    if following:
        name_them(dispatcher, turn, draft, [following, *later])
    elif beside := seems_besides(tracker, turn):
        dispatcher.utter_message(
            text=texts(turn.language).say("recorded_besides", number=numbering.spell(beside.number))
        )
    else:
        acknowledge(dispatcher, tracker, turn, None, draft)
    return [waiting, *ask(draft, turn)]


def _with_contact_of_last(draft: Draft, tracker: Tracker, turn: Turn) -> Draft:
    """The draft with the contact of the ticket opened a moment ago; it is not asked for again, and the read-back names
    it."""
    ticket = opened_a_moment_ago(tracker, turn)
    if ticket is None or draft.name or draft.phone or draft.anonymous:
        return draft
    name, phone = ticket.contact.name, ticket.contact.phone
    address = draft.address or address_told(tracker, name)
    draft = replace(
        draft, name=name, phone=phone, address=address, anonymous=not phone, asked=(*draft.asked, "contact")
    )
    return _where_the_last_is(draft, ticket)


def _where_the_last_is(draft: Draft, ticket: Ticket) -> Draft:
    """The draft at the place of the ticket opened a moment ago, when it needs a place and has none; the read-back names
    it."""
    city = hotline().city
    needs_one = draft.request_type in CALLS_FOR_ACTION and draft.category is not None
    if draft.place or draft.district or not needs_one or city.category(draft.category or "").place != "required":
        return draft
    district = city.district_named(ticket.district) if ticket.district else None
    return replace(draft, place=ticket.location, district=district.code if district else None)


def _expert(draft: Draft, turn: Turn) -> Standing | None:
    """The citizen's standing in the queue for an expert, if they ask in a field whose experts are at the desk; else
    None."""
    if draft.request_type != RequestType.CONSULTATION or not draft.category or turn.citizen.channel == CALL:
        return None
    if hotline().city.expert_skill(draft.category) is None:
        return None
    standing = hotline().queue.request(turn.conversation_id, HandoffReason.EXPERT, draft.category, turn.message_id)
    return standing if standing.waits in (Waits.QUEUED, Waits.HELD) else None
