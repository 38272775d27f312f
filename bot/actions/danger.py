"""Danger: no form. One short safety line, a red ticket, staff alerted at once; the conversation stays open."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import adds_to_last
from bot.actions.context import hotline
from bot.actions.reading import (
    Turn,
    clear_category,
    just_activated,
    read_draft,
    read_turn,
    seconds_since,
    understood,
)
from hotline.danger import ASKED_ABOUT, Doubt, Kind, detect_by_signs, evidence_of_words, question_in_doubt, reassures
from hotline.danger.said import ASKS_FOR_TICKET, FIGURE_OF_SPEECH, IS_REAL, IS_SAFE, NO_CALL, REAL, SHORT
from hotline.danger.situations import alarm, is_of_the_writer, line_to_call, situation_of
from hotline.danger.standing import (
    BESIDE_AN_ALARM,
    BESIDE_LISTENING,
    FOR_A_BODY,
    STANDS,
    Said,
    Standing,
    after,
    asides,
    goes_on_to_a_matter,
    wants_quiet,
)
from hotline.intake import CLEAN_ENDS, Draft, Understood, begin, leaves_the_police_out, take
from hotline.masking import mask_numbers
from hotline.tickets import numbering
from hotline.tickets.access import AccessDenied
from hotline.tickets.model import Contact, Intake, RequestType, Urgency
from hotline.tickets.service import TicketEnded
from hotline.wording import texts

INTAKE = "intake_form"
NOTED = ("noted", "noted_again", "noted_too")
"""How it is said, in turn, that what was told has reached the people who see to it."""
SHORTLY = 36  # characters of an answer that is repeated in its own words
HERSELF = re.compile(r"^(?:叫|姓)|我(?:叫|姓)|\bmy name\b", re.IGNORECASE)
CLEAR = 0.9  # of the category that a hazard is besides


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
        if red_ticket(tracker):
            return await said_of_danger(dispatcher, tracker, turn) or []
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
    return await _while_it_stands(dispatcher, tracker, turn, number) if number else None


async def _while_it_stands(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, number: str
) -> list[EventType]:
    standing, say = _standing(tracker, turn, number), texts(turn.language).say
    alarms = standing.said in (Said.ANOTHER, Said.WORSE)
    await asyncio.to_thread(_add, number, turn, alarms)
    goes_on = [FollowupAction(INTAKE)] if is_interrupted(tracker) else []
    if wants_quiet(turn.heard.text, _texts_since(tracker, number), standing.kind):
        dispatcher.utter_message(text=say("danger.quiet"))
        return [SlotSet("danger", str(standing.kind))]
    match standing.said:
        case Said.NOT_MEANT:
            return [FollowupAction(INTAKE)]
        case Said.JOKED | Said.OVER:
            matter = None if goes_on else _matter_besides(tracker, turn, number)
            goes_on = [SlotSet("draft", matter.as_slots()), FollowupAction(INTAKE)] if matter else goes_on
            over = "over" if standing.said is Said.JOKED else "over_goes_on" if goes_on else "over_noted"
            dispatcher.utter_message(text=say(f"danger.{over}"))
            return [SlotSet("danger", None), *goes_on]
        case Said.ANOTHER | Said.WORSE:
            asks = standing.kind is not Kind.FRAUD and not _place_is_known(tracker, turn, number)
            is_again = standing.said is Said.WORSE
            line = alarm(texts(turn.language), standing.kind, standing.situation, is_again, asks)
            lines = [line, *_answers(turn, standing, BESIDE_AN_ALARM)]
            dispatcher.utter_message(text="\n".join(lines), json_message={"danger": str(standing.kind)})
            return [SlotSet("danger", str(standing.kind))]
    dispatcher.utter_message(text="\n".join(_noted(tracker, turn, number, standing)))
    return []


def _standing(tracker: Tracker, turn: Turn, number: str) -> Standing:
    """The danger after the latest message."""
    return after(turn.heard.text, _texts_since(tracker, number), Kind(tracker.get_slot("danger")))


def _answers(turn: Turn, standing: Standing, names: Sequence[str] | None = None) -> list[str]:
    """What is answered to what else a message says; `names`: to what of it alone."""
    say, line = texts(turn.language).say, line_to_call(standing.situation, standing.kind)
    found = [*asides(turn.heard.text), *(["no_police"] if leaves_the_police_out(turn.heard.text) else [])]
    do = alarm(texts(turn.language), standing.kind, standing.situation, again=True, asks_where=False)
    if standing.kind in (Kind.FRAUD, Kind.SELF_HARM) or line not in FOR_A_BODY:
        found = ["asked" if name == "what_to_do" else name for name in found]
    if "asked" in found and standing.kind is Kind.FRAUD:
        found[found.index("asked")] = "fraud_asked"
    return [say(f"danger.{name}", line=line, do=do) for name in found if names is None or name in names]


def _noted(tracker: Tracker, turn: Turn, number: str, standing: Standing) -> list[str]:
    """The word that what was said has reached the people who see to the danger, and the answer to what was asked."""
    say, spelt, heard = texts(turn.language).say, numbering.spell(number), turn.heard
    listens = is_of_the_writer([*_texts_since(tracker, number), heard.text], standing.kind)
    answers = _answers(turn, standing, BESIDE_LISTENING if listens else None)
    taken = []
    if heard.places:
        is_only_a_place = len(heard.text) <= SHORTLY and not heard.phones and not heard.names
        words = heard.text.strip(CLEAN_ENDS) if is_only_a_place else "、".join(heard.places)
        taken = [say("danger.place", place=mask_numbers(words), number=spelt)]
    elif heard.phones or (heard.names and HERSELF.search(heard.text)):
        taken = [say("danger.contact", number=spelt)]
    if taken or answers:
        return [*taken, *answers, *([say("danger.here")] if listens else [])]
    if ASKS_FOR_TICKET.search(heard.text):
        return [say("danger.registered", number=spelt)]
    if reassures(heard.text):
        return [say("danger.calmer")]
    if listens:
        return [say("danger.listening")]
    times = len(_said_since(tracker, number)) - 1
    return [say(f"danger.{NOTED[times % len(NOTED)]}")]


def _matter_besides(tracker: Tracker, turn: Turn, number: str) -> Draft | None:
    """The matter that a message goes on to which tells of the end of the danger; where that was may be where it is."""
    heard = _as_said(tracker.latest_message)
    if not goes_on_to_a_matter(heard.text) or not heard.category:
        return None
    draft = begin(heard, hotline().city, turn.citizen.verified_phone)
    told = [understood(message) for message in _said_since(tracker, number)]
    places = [earlier for earlier in told if earlier.places]
    return draft if draft.place or not places else take(draft, places[-1], "place", hotline().city) or draft


async def tell_besides(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, number: str) -> None:
    """Say that another matter is taken in beside the danger; where that is may be told with it."""
    if turn.heard.places and not _place_is_known(tracker, turn, number, before=True):
        await asyncio.to_thread(_add, number, turn)
    dispatcher.utter_message(text=texts(turn.language).say("danger.another", number=numbering.spell(number)))


def is_interrupted(tracker: Tracker) -> bool:
    """Whether a question of an intake stands that the danger came into."""
    return read_draft(tracker) is not None and tracker.get_slot("asked") is not None


def _texts_since(tracker: Tracker, number: str) -> list[str]:
    messages = _said_since(tracker, number)
    return [str((message.get("matter") or {}).get("pieces") or message.get("text") or "") for message in messages]


def _place_is_known(tracker: Tracker, turn: Turn, number: str | None, before: bool = False) -> bool:
    """Whether the citizen has told where the danger is, also in an intake that it interrupted; `before` the latest message."""
    told = [understood(message) for message in (_said_since(tracker, number) if number else ())]
    draft = read_draft(tracker)
    return bool((draft and draft.place) or any(heard.places for heard in (told if before else [*told, turn.heard])))


def matter_taken_back(tracker: Tracker, turn: Turn) -> bool:
    """Whether the citizen says that what was taken for a danger is none, so that their matter goes on as any other."""
    number = red_ticket(tracker)
    return number is not None and _standing(tracker, turn, number).said is Said.NOT_MEANT


async def told_instead(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn) -> Draft:
    """The matter that was taken for a danger, as told from the beginning; the people who see to the danger hear of it."""
    number = str(tracker.get_slot("danger_ticket"))
    await asyncio.to_thread(_add, number, turn)
    dispatcher.utter_message(text=texts(turn.language).say("danger.not_meant"))
    city = hotline().city
    said = [_as_said(message) for message in [*_said_since(tracker, number), tracker.latest_message]]
    draft = read_draft(tracker) or begin(said.pop(0), city, turn.citizen.verified_phone)
    for heard in said:
        draft = take(draft, heard, None, city) or draft
    return draft


def _as_said(message: dict[str, Any]) -> Understood:
    """What was understood of a message that was taken for one about a danger, as if there were none."""
    said_as = (message.get("matter") or {}).get("said_as")
    heard = understood(message)
    if heard.intent != "report_danger":
        return heard
    return replace(heard, intent=said_as if said_as and said_as != "report_danger" else "inform")


def _is_inside_a_form(tracker: Tracker) -> bool:
    form = tracker.active_loop.get("name")
    return bool(form) and not just_activated(tracker, form)


def _says_in_passing(text: str, kind: str) -> bool:
    """Whether an answer in an intake speaks of no hurting in its words, whatever its meaning is near to: 我不想得罪人."""
    return kind in ASKED_ABOUT and question_in_doubt(text, Kind(kind)) is Doubt.SAFETY


async def _settled(
    dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, doubt: Doubt
) -> list[EventType] | None:
    """What follows an answer to the question in doubt: all is well (没有，我就是说说) and the matter that came with it goes
    on, or it is real. None when the answer says neither."""
    text, is_short = turn.heard.text, len(turn.heard.text) <= SHORT
    tells_it = situation_of([text], REAL[doubt]) and not FIGURE_OF_SPEECH.search(text)
    if tells_it or (is_short and IS_REAL.search(text)):
        return await _alarmed(dispatcher, tracker, turn, str(REAL[doubt]))
    is_well = turn.heard.intent == "deny" or FIGURE_OF_SPEECH.search(text) or (is_short and IS_SAFE.search(text))
    if not is_well:
        return None
    line = "danger.over" if doubt is Doubt.WAY_OF_SPEAKING else "danger.safe"
    dispatcher.utter_message(text=texts(turn.language).say(line))
    return [SlotSet("danger", None), *([FollowupAction(INTAKE)] if tracker.get_slot("draft") else [])]


async def _alarmed(dispatcher: CollectingDispatcher, tracker: Tracker, turn: Turn, kind: str) -> list[EventType]:
    """The safety line, said once the red ticket is there; who has told where it is is not asked."""
    pieces = (tracker.latest_message.get("matter") or {}).get("pieces")
    told = replace(turn, heard=replace(turn.heard, text=pieces)) if pieces else turn
    draft = read_draft(tracker)
    where = turn.heard.district or (draft and draft.district)
    category = clear_category(tracker, CLEAR) if kind == Kind.HAZARD and where else None
    number = await asyncio.to_thread(_open, told, draft, kind, category)
    standing = Standing(Said.ANOTHER, Kind(kind), situation_of([told.heard.text], Kind(kind)))
    asks = not _place_is_known(tracker, turn, None)
    lines = [alarm(texts(turn.language), Kind(kind), standing.situation, asks_where=asks)]
    lines += _answers(told, standing, BESIDE_AN_ALARM)
    dispatcher.utter_message(text="\n".join(lines), json_message={"danger": kind})
    told_all = [SlotSet("draft", None), SlotSet("asked", None)] if pieces else []  # the pieces were of no other matter
    return [SlotSet("danger", kind), SlotSet("danger_ticket", number), SlotSet("ticket", number), *told_all]


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


def _open(turn: Turn, draft: Draft | None, kind: str, category: str | None) -> str:
    """The number of the red ticket. `category`: the matter that a hazard is besides, whose unit gets it as well."""
    place = turn.heard.places[-1] if turn.heard.places else draft and draft.place
    phone = turn.heard.phones[-1] if turn.heard.phones else turn.citizen.verified_phone or (draft and draft.phone)
    ticket = hotline().tickets.open(
        Intake(
            key=turn.message_id,
            request_type=RequestType.HELP,
            category=category,
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
