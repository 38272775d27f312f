"""The citizen's rating: whether it is solved."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.adding import restored
from bot.actions.context import hotline
from bot.actions.own_ticket import OnOwnTicket, own_spoken_of, say_of, tell
from bot.actions.reading import Turn, read_turn
from hotline.intake import CLEAN_ENDS
from hotline.intake.ending import says_no_more, says_solved
from hotline.intake.following import is_of_service
from hotline.phrases import phrase
from hotline.texts import texts
from hotline.tickets import access, numbering
from hotline.tickets.lifecycle import UNANSWERED
from hotline.tickets.model import Rating, Status, Ticket
from hotline.tickets.timeline import said

BARE_PRAISE = 6
"""Up to so many characters, 满意 before there is a reply rates nothing; 灯亮了，很满意 tells that it is solved."""
RATES = phrase("tickets.rates")


class ActionRate(OnOwnTicket, Action):
    """Records whether it is solved."""

    def name(self) -> str:
        return "action_rate"

    def too_early(self, dispatcher: CollectingDispatcher, turn: Turn, number: str) -> bool:
        """True for a bare 满意, or for what one thinks of the service, before there is a reply."""
        text = turn.heard.text
        is_bare = turn.heard.intent == "rate_satisfied" and len(text.strip(CLEAN_ENDS)) <= BARE_PRAISE
        if says_solved(text) or not (is_bare or is_of_service(text)):
            return False
        with suppress(access.AccessDenied):
            ticket = hotline().tickets.for_citizen(number, turn.citizen)
            if ticket and ticket.status in UNANSWERED:
                tell(dispatcher, "utter_rate_later", turn, ticket)
                return True
        return False

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        if says_no_more(turn.heard.text):  # 没得事了 is about the talk, not about the matter
            dispatcher.utter_message(text=texts(turn.language).say("all_done"))
            return []
        is_back = turn.heard.intent == "rate_dissatisfied"  # 又开始打了, of a ticket that was withdrawn
        if is_back and (again := await asyncio.to_thread(restored, dispatcher, tracker, turn)):
            return [SlotSet("ticket", again)]
        return await super().run(dispatcher, tracker, domain)

    def do(self, turn: Turn, number: str) -> Ticket:
        rating = Rating.SATISFIED if turn.heard.intent == "rate_satisfied" else Rating.DISSATISFIED
        ticket = hotline().tickets.for_citizen(number, turn.citizen)
        is_news = rating is Rating.SATISFIED and ticket is not None and ticket.status in UNANSWERED
        if is_news:
            ticket = hotline().tickets.add(number, turn.citizen, turn.heard.text, turn.message_id)
        if is_news and says_solved(turn.heard.text) and not RATES.search(turn.heard.text):
            return ticket  # news of the matter, not a rating of an answer
        return hotline().tickets.rate(number, turn.citizen, rating, turn.heard.text, turn.message_id)

    def say(self, dispatcher: CollectingDispatcher, turn: Turn, ticket: Ticket) -> None:
        if turn.heard.intent == "rate_satisfied" and ticket.status in UNANSWERED:
            say_of(dispatcher, turn, "solved_noted", ticket)
        elif turn.heard.intent == "rate_satisfied":
            tell(dispatcher, "utter_rated", turn, ticket)
        else:
            heard = ticket.timeline[-1]
            if ticket.status is Status.MERGED and heard.node == "objected":  # for the first time, by this citizen
                words = texts(turn.language)
                number = numbering.spell(ticket.number)
                dispatcher.utter_message(text=words.say("progress", number=number, text=said(heard, words)))
                return
            moved = {"reopened": "utter_reopened", "objected": "utter_objected"}
            tell(dispatcher, moved.get(heard.node, "utter_dissatisfied"), turn, ticket)

    async def meant(self, turn: Turn, last: str | None) -> str | None:
        """The ticket that was answered and asks for a rating, before all others."""
        asked = await asyncio.to_thread(hotline().tickets.to_rate, turn.citizen)
        return last if last in asked else next(iter(asked), None) or await own_spoken_of(turn, last)
