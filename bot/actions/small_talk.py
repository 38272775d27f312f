"""Small talk, repeats and bare answers, which depend on what was said before."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.bare_facts import of_the_ticket
from bot.actions.changes import ActionAddToTicket
from bot.actions.danger import said_of_danger
from bot.actions.handoff import FORM
from bot.actions.inviting import ask_what_it_is
from bot.actions.questions import FORM as INTAKE
from bot.actions.reading import read_turn, was_answered_before, was_answered_with
from bot.actions.withdrawing import ActionWithdrawTicket, asked_back
from hotline.intake import is_declined, leaves_the_police_out
from hotline.intake.ending import refuses_to_submit
from hotline.texts import texts

ENDS = {"goodbye": "utter_goodbye", "stop_intake": "utter_nothing_to_stop"}
LEFT = ("utter_nothing_needed", "utter_stopped", "utter_nothing_to_stop")  # a yes after one of these resumes nothing
MAY_TELL_OF_IT = {"deny", "dont_know", "stay_anonymous", "stop_intake"}
SURELY_A_CHAT = 0.8  # noise looks like chitchat too, but seldom this surely


class ActionRepeat(Action):
    """Says the last thing again; a citizen who was told nothing yet hears what the assistant can do."""

    def name(self) -> str:
        return "action_repeat"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        said = next((e["text"] for e in reversed(tracker.events) if e.get("event") == "bot" and e.get("text")), None)
        if said:
            dispatcher.utter_message(text=said)
        else:
            dispatcher.utter_message(response="utter_say_it_plainly")
        return []


class ActionSmallTalk(Action):
    """Takes in the matter of a message that only sounds like chitchat (吵得我想死); else leads back to the citizen's
    matter.

    The second time, the citizen hears how to say it and that agents exist. A message that only seems to be chitchat,
    after one that was not understood, counts as the second one and brings a person.
    """

    def name(self) -> str:
        return "action_small_talk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        if (told := await said_of_danger(dispatcher, tracker, turn)) is not None:
            return told
        if turn.heard.intent == "state_matter":
            return [FollowupAction(INTAKE)]
        if not turn.heard.is_chat and (told := await of_the_ticket(dispatcher, tracker, turn)) is not None:
            return told
        failed = was_answered_before(tracker, "action_not_understood")
        if failed and tracker.latest_message["intent"]["confidence"] < SURELY_A_CHAT:
            dispatcher.utter_message(response="utter_to_person")
            return [SlotSet("needs_person", True), FollowupAction(FORM)]
        if tracker.get_slot("ticket") or tracker.get_slot("draft"):
            dispatcher.utter_message(text=texts(turn.language).say("heard"))
            return []
        again = failed or was_answered_before(tracker, self.name())
        dispatcher.utter_message(response="utter_chitchat_again" if again else "utter_chitchat")
        return []


class ActionBareAnswer(Action):
    """A yes, a no or an end outside an intake: it ends a doubt about danger, or the assistant offers to go on."""

    def name(self) -> str:
        return "action_bare_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        turn = read_turn(tracker)
        if (told := await said_of_danger(dispatcher, tracker, turn)) is not None:
            return told
        if asked_back(tracker, turn):
            return await ActionWithdrawTicket().run(dispatcher, tracker, domain)
        if turn.heard.intent == "affirm" and was_answered_with(tracker, *LEFT):
            dispatcher.utter_message(response="utter_nothing_to_stop")
            return []
        goes_on = turn.heard.intent in ("affirm", "stay_anonymous")
        if goes_on and tracker.get_slot("draft") and not tracker.get_slot("asked"):
            return [FollowupAction(INTAKE)]
        adds = turn.heard.intent == "correct" or leaves_the_police_out(turn.heard.text)
        if adds and tracker.get_slot("ticket"):
            return await ActionAddToTicket().run(dispatcher, tracker, domain)
        if refuses_to_submit(turn.heard.text) and tracker.get_slot("ticket"):
            dispatcher.utter_message(text=texts(turn.language).say("not_added_again"))
            return []
        may_tell = turn.heard.intent in MAY_TELL_OF_IT
        if may_tell and (told := await of_the_ticket(dispatcher, tracker, turn)) is not None:
            return told
        if turn.heard.intent == "affirm" and tracker.get_slot("ticket") and not tracker.get_slot("draft"):
            dispatcher.utter_message(text=texts(turn.language).say("all_done"))
            return []
        if is_declined(turn.heard.text) and tracker.get_slot("ticket") and not tracker.get_slot("draft"):
            dispatcher.utter_message(text=texts(turn.language).say("all_done"))
            return []
        if turn.heard.intent in ENDS or is_declined(turn.heard.text):
            dispatcher.utter_message(response=ENDS.get(turn.heard.intent, "utter_nothing_to_stop"))
            return []
        return ask_what_it_is(dispatcher, tracker, turn)
