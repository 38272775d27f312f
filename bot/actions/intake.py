"""Takes a matter in and opens the ticket."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import SURE, adds_to_last, restored, take_out, withdraws_another
from bot.actions.answering import answer, question_of
from bot.actions.asking import answers_besides, asks_of_it
from bot.actions.beginning import begin_matter
from bot.actions.context import as_handled, hotline
from bot.actions.danger import matter_taken_back, tell_besides, told_instead
from bot.actions.inviting import ask_what_it_is, unsorted_matter
from bot.actions.leaving import left_off, not_submitted
from bot.actions.questions import FORM, LONGEST_ADDED, REQUESTED, acknowledge, ask
from bot.actions.reading import (
    Turn,
    as_matter,
    clear_category,
    just_activated,
    only_places,
    other_matters,
    read_draft,
    read_turn,
    was_answered_with,
    was_interrupted,
    was_told,
)
from bot.actions.red_ticket import red_ticket
from bot.actions.waiting import WAITING, goes_on_with, next_draft, of_the_waiting, put_back, waiting_in, with_others
from bot.actions.wording import changed_parts, due_day, matter_named, phone_shown, secrecy, shortened
from hotline.intake import (
    FAQ,
    Draft,
    asks_when_answered,
    asks_whether_added,
    begin,
    ends_kindly,
    has_content,
    is_of_the_matter,
    is_wanted_after_all,
    named_in,
    opening,
    take,
    told_more,
)
from hotline.intake.agreeing import orders_submission, told_before_a_yes, told_with_yes
from hotline.intake.listening import has_nothing_more
from hotline.intake.objecting import units_wanted
from hotline.intake.several import keeps_the_one_before, turns_to_another
from hotline.intake.sorting_anew import READ_BACK
from hotline.intake.written import (
    asked_whether_written,
    facts_asked_about,
    line_with,
    told_with_the_question,
    without_the_question,
    written_of,
)
from hotline.personal_data.masking import mask_numbers
from hotline.texts import texts
from hotline.tickets import numbering
from hotline.tickets.model import Intake, RequestType, Ticket

SHOWN = {"firm", "phone", "place", "plate", "name"}
"""What the read-back shows; after a question about it the whole is read back."""
SEEMS_TO_FOLLOW = {"ask_capabilities", "check_status", "urge", "nlu_fallback"}  # intents that 多少天给答复 may get
ASKS_AGAIN = {"greet", "resume"}
MAY_BE_A_SIGH = {"chitchat", "nlu_fallback"}


class ValidateIntakeForm(Action):
    """Takes what the latest message says into the draft, and chooses the next question."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn, draft = read_turn(tracker), read_draft(tracker)
        if just_activated(tracker, FORM):
            return await _started(dispatcher, tracker, turn, draft)
        if draft is None:
            return [SlotSet(REQUESTED, None)]
        if await asyncio.to_thread(withdraws_another, dispatcher, tracker, turn, draft.category):
            return ask(draft, turn, tracker.get_slot("asked"))
        if (ended := await asyncio.to_thread(not_submitted, dispatcher, tracker, turn, draft)) is not None:
            return ended
        asked = tracker.get_slot("asked")
        again = asked if asked == "contact" or question_of(turn, draft) else None
        if was_interrupted(tracker):
            return ask(draft, turn, again)
        return await asyncio.to_thread(_answered, dispatcher, tracker, turn, draft)


class ActionOpenTicket(Action):
    """Opens the ticket of a confirmed draft, or notes it on the citizen's open one about the same matter.

    Running it again for the same message finds the same ticket.
    """

    def name(self) -> str:
        return "action_open_ticket"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn, draft = read_turn(tracker), read_draft(tracker)
        if draft is None or not draft.confirmed:
            return []
        taken = await asyncio.to_thread(hotline().tickets.take, as_intake(draft, turn), turn.citizen)
        ticket = await asyncio.to_thread(as_handled, taken.ticket)
        dispatcher.utter_message(
            response="utter_repeated" if taken.repeated else "utter_ticket_opened",
            json_message=None if taken.repeated else card(ticket),
            number=numbering.spell(ticket.number),
            code=ticket.code,
            unit=ticket.lead,
            due=due_day(ticket.due_at, turn.language),
            secrecy=secrecy(ticket.confidential, turn.language),
        )
        opened = [SlotSet("asked", None), SlotSet("ticket", ticket.number)]
        opened.append(SlotSet("danger", None))  # from here on messages are about this ticket
        following, *later = waiting_in(tracker) or [None]
        opened.append(SlotSet(WAITING, later or None))
        if following is None:
            return [*opened, SlotSet("draft", None)]
        goes_on_with(dispatcher, following)
        return [*opened, SlotSet("draft", next_draft(following, draft).as_slots()), FollowupAction(FORM)]


def as_intake(draft: Draft, turn: Turn) -> Intake:
    """The draft as the use case takes it; the message's id is the idempotency key."""
    return opening.as_intake(draft, hotline().city, turn.message_id, turn.citizen, turn.conversation_id, turn.language)


def card(ticket: Ticket) -> dict[str, Any]:
    """What a channel that can show more than text gets besides the number."""
    return {"ticket": {"number": ticket.number, "code": ticket.code}}


async def _started(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, draft: Draft | None
) -> list[EventType]:
    """Starts or resumes a matter; a message about a danger or about the ticket of a moment ago goes there instead."""
    if matter_taken_back(tracker, turn):
        return [SlotSet("danger", None), *ask(await told_instead(dispatcher, tracker, turn), turn)]
    if number := red_ticket(tracker):
        await tell_besides(dispatcher, tracker, turn, number)
    draft = None if draft and dropped_for_another(tracker, turn, draft) else draft
    if draft and tracker.get_slot("asked") is None and only_places(turn, tracker):
        # the citizen tells the place of a matter that was sent elsewhere, so they want it recorded as well
        return ask(take(draft, turn.heard, "place", hotline().city) or draft, turn)
    if draft is None and (again := await asyncio.to_thread(restored, dispatcher, tracker, turn)):
        return [SlotSet("ticket", again), SlotSet(REQUESTED, None)]
    if of_another := tracker.get_slot("ticket") and (tracker.latest_message.get("matter") or {}).get("apart"):
        await asyncio.to_thread(take_out, dispatcher, turn, tracker.get_slot("ticket"), str(of_another))
    elif draft is None and (asked := await asks_of_it(dispatcher, tracker, turn)) is not None:
        return [*asked, SlotSet(REQUESTED, None)]
    elif draft is None and (number := await asyncio.to_thread(adds_to_last, dispatcher, tracker, turn)):
        await asyncio.to_thread(answers_besides, dispatcher, tracker, turn)
        return [SlotSet("ticket", number), SlotSet(REQUESTED, None)]
    matter = turn if turn.heard.intent == "state_matter" else None if draft else as_matter(turn, tracker)
    if matter is None and draft is None and (told := unsorted_matter(tracker, turn)):
        matter = replace(turn, heard=told)
    if matter:
        return await asyncio.to_thread(begin_matter, dispatcher, tracker, matter)
    if draft is None:
        return [*ask_what_it_is(dispatcher, tracker, turn), SlotSet(REQUESTED, None)]
    told = "contact" if turn.heard.phones else None  # 我没说不登记啊，我姓邵，139…
    tells = was_answered_with(tracker, "utter_other_route") and has_content(turn.heard.text)
    heard = replace(turn.heard, intent="inform") if tells else turn.heard
    return ask(take(draft, heard, told, hotline().city) or draft, turn)


def _answered(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, draft: Draft) -> list[EventType]:
    """The next question after an answer; another matter that the answer goes on to waits its turn."""
    if turns_to_another(turn.heard.text) and turn.heard.category_sure and turn.heard.category != draft.category:
        return _instead(dispatcher, tracker, turn, draft)
    if ended := left_off(dispatcher, tracker, turn, draft):
        return ended
    asks_now = tracker.get_slot("asked") in READ_BACK or asked_whether_written(turn.heard.text)
    if asks_now and asks_whether_added(turn.heard.text):
        return _written_in(dispatcher, turn, draft)
    others, is_alone = other_matters(tracker)
    before, kept = tracker.get_slot("asked"), waiting_in(tracker)
    turn = _agreeing(_asking_of_the_matter(turn, draft), draft, before)
    is_consultation = draft.request_type == RequestType.CONSULTATION
    if turn.heard.intent == FAQ or (turn.heard.intent == "who_handles" and not is_consultation):
        return [SlotSet(REQUESTED, tracker.get_slot(REQUESTED))]  # a rule then has it answered
    if kept and (now := of_the_waiting(dispatcher, turn, draft, before, kept)):
        return [SlotSet(WAITING, now[1]), *ask(now[0], turn, before)]
    if before in READ_BACK and _wants_the_unit_it_has(turn, draft):
        answer(dispatcher, tracker, turn, draft, "who_handles")
        return ask(told_more(draft, turn.heard), turn, before)
    changed = None if is_alone else take(draft, turn.heard, before, hotline().city)
    agrees = changed is not None and changed.confirmed
    if ends_kindly(draft, turn.heard) and not agrees:
        dispatcher.utter_message(response="utter_nothing_needed")
        return [SlotSet("asked", None), SlotSet(REQUESTED, None)]
    if turn.heard.intent == "thank" and changed is None and not turn.heard.asks:
        return _thanked(dispatcher, turn, draft, before)
    if turn.heard.intent in SEEMS_TO_FOLLOW and asks_when_answered(turn.heard.text) and not agrees:
        answer(dispatcher, tracker, turn, draft, "how_long")
        return ask(draft, turn, before)
    waiting = [SlotSet(WAITING, with_others(kept, others))] if others else []
    now = changed or draft
    asks = None if turn.heard.intent == "who_handles" else question_of(turn, now)
    asks = None if asks and is_consultation and is_of_the_matter(asks, turn.heard.text) else asks
    if asks:
        kept = answer(dispatcher, tracker, turn, now, asks)  # what the answer promises holds
        changed = next((Draft.from_slots(slot["value"]) for slot in kept if slot["name"] == "draft"), now)
    if turn.heard.intent == "speak_english":
        dispatcher.utter_message(response="utter_in_english")
        return [*waiting, SlotSet("language", "en"), *ask(changed or draft, replace(turn, language="en"), before)]
    if changed is None and others:
        dispatcher.utter_message(text=texts(turn.language).say("second_kept"))
        return [*waiting, *ask(draft, turn)]
    if changed is None and turn.heard.intent == "repeat":
        return ask(draft, turn, plainly=True)
    if changed is None and (turn.heard.intent in ASKS_AGAIN or is_wanted_after_all(turn.heard.text)):
        return ask(draft, turn, before)
    listening = texts(turn.language).say("listening")
    may_be_a_sigh = changed is None and turn.heard.intent in MAY_BE_A_SIGH and has_content(turn.heard.text)
    if may_be_a_sigh and not was_told(tracker, listening):  # 我都要被气疯了: "not understood" would be wrong
        dispatcher.utter_message(text=listening)
        return ask(draft, turn, before)
    if changed is None:
        # with only REQUESTED set, Rasa rejects the form and looks for a rule
        return [SlotSet(REQUESTED, tracker.get_slot(REQUESTED))]
    if changed.confidential and not draft.confidential and not changed.confirmed and asks != "told_on":
        dispatcher.utter_message(response="utter_kept_secret")
    if changed.confirmed and (words := _put_right(turn, draft, changed)):
        dispatcher.utter_message(text=texts(turn.language).say("put_right_and_sent", words=words))
    elif not asks:
        acknowledge(dispatcher, tracker, turn, draft, changed)
    has_told = changed.description != draft.description
    has_named = set(named_in(changed.said)) != set(named_in(draft.said))
    only_told = (
        has_told and not has_named and changed == replace(draft, description=changed.description, asked=changed.asked)
    )
    only_secret = changed == replace(draft, confidential=True)
    says_no_more = changed == draft and has_nothing_more(turn.heard.text)
    is_short = only_told or only_secret or says_no_more or before == "contact"
    return [*waiting, *ask(changed, turn, before if is_short else None)]


def _written_in(dispatcher: CollectingDispatcher, turn: Turn, draft: Draft) -> list[EventType]:
    """Says whether what the citizen asks about has been written down, and what; what they tell with the question is
    recorded. All is read back."""
    say, text = texts(turn.language).say, turn.heard.text
    told, beside = draft, next(iter(named_in(text)), None) or told_with_the_question(text)
    if beside and beside not in f"{draft.said}{draft.place}":
        told = take(draft, replace(turn.heard, intent="inform"), None, hotline().city) or draft
        told = told if text in told.description else told_more(told, turn.heard)
    kind = asked_whether_written(text)
    facts = () if kind or beside else facts_asked_about(text)
    if facts and line_with(draft, facts) is None:
        rest = without_the_question(text) or text
        dispatcher.utter_message(text=say("written_now", words=shortened(mask_numbers(rest), LONGEST_ADDED)))
        return ask(replace(told_more(draft, replace(turn.heard, text=rest)), confirmed=False), turn, "confirm")
    words = (beside or written_of(told, kind)) if kind else line_with(told, facts)
    words = phone_shown(turn)(words) if kind == "phone" and words else words
    shown = shortened(words if kind == "phone" else mask_numbers(words), LONGEST_ADDED) if words else None
    dispatcher.utter_message(text=say("written_in", words=shown) if shown else say("not_written"))
    asked = "confirm" if told == draft and shown and kind not in SHOWN else None
    return ask(replace(told, confirmed=False), turn, asked)


def _thanked(dispatcher: CollectingDispatcher, turn: Turn, draft: Draft, before: str | None) -> list[EventType]:
    """Puts the question again, in short, after bare thanks. A citizen with only a question may leave it at that."""
    if draft.request_type == RequestType.CONSULTATION and before == "contact":
        dispatcher.utter_message(text=texts(turn.language).say("welcome_or_contact"))
        return [SlotSet("asked", None), SlotSet(REQUESTED, None)]
    dispatcher.utter_message(text=texts(turn.language).say("welcome"))
    return ask(draft, turn, before)


def _instead(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, draft: Draft) -> list[EventType]:
    """Takes another matter in instead of the current one, which waits unless the citizen dropped it."""
    begun = begin(turn.heard, hotline().city, None)
    known = next_draft({"draft": begun.as_slots()}, replace(draft, place=None, district=None))
    kept = waiting_in(tracker)
    if keeps_the_one_before(turn.heard.text):
        kept = [*kept, put_back(draft, kept)]
    dispatcher.utter_message(
        text=texts(turn.language).say("matter_changed", matter=matter_named(known, hotline().city, turn.language))
    )
    phone = begun.phone or known.phone
    return [SlotSet(WAITING, kept or None), *ask(replace(known, phone=phone, name=begun.name or known.name), turn)]


def dropped_for_another(tracker: Tracker, turn: Turn, draft: Draft) -> bool:
    """Whether the message tells a matter of another category than the draft that was left, which is then not
    resumed."""
    told = clear_category(tracker, SURE) if tracker.get_slot("asked") is None else None
    return turn.heard.intent == "state_matter" and told is not None and told != draft.category


def _wants_the_unit_it_has(turn: Turn, draft: Draft) -> bool:
    """Whether the citizen names the unit to which the matter goes anyway, by a name that people use: 该渔政管."""
    wanted = hotline().city.departments_named(units_wanted(turn.heard.text))
    return bool(draft.category) and wanted == (hotline().city.category(draft.category or "").lead,)


def _put_right(turn: Turn, before: Draft, after: Draft) -> str:
    """What a message that ends with the order to submit has changed of what was read back."""
    return changed_parts(before, after, hotline().city, turn.language) if orders_submission(turn.heard.text) else ""


def _asking_of_the_matter(turn: Turn, draft: Draft) -> Turn:
    """The turn as it was; or, when a citizen with a consultation asks on about the same thing (要多少钱, of a
    passport), as a question for whoever handles it."""
    heard = turn.heard
    is_of_it = (
        draft.request_type == RequestType.CONSULTATION and heard.asks and is_of_the_matter(heard.asks, heard.text)
    )
    if not is_of_it:
        return turn
    return replace(
        turn, heard=replace(heard, intent="nlu_fallback" if heard.intent == FAQ else heard.intent, asks=None)
    )


def _agreeing(turn: Turn, draft: Draft, before: str | None) -> Turn:
    """The turn; if it is a question together with a yes to the read-back (对的，这个归哪个管), as that yes with the
    question besides."""
    is_question = turn.heard.intent in (FAQ, "who_handles")
    text = turn.heard.text
    if before != "confirm" or not is_question or (told_with_yes(text) is None and told_before_a_yes(text) is None):
        return turn
    asks = question_of(turn, draft)
    return replace(turn, heard=replace(turn.heard, intent="affirm", asks=None if asks == "submitted" else asks))
