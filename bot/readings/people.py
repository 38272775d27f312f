"""Whether a citizen asks for an agent, how they want to be reached, and intents that the hotline itself knows."""

from __future__ import annotations

from bot.readings.heard import Heard
from bot.readings.reading import Said, When, reading
from hotline.intake import FAQ, asks_something, chooses_messages, wants_no_person
from hotline.intake.ending import tells_of_one_well
from hotline.phrases import phrase

A_COUNTED_THING = phrase("answers.a_counted_thing")
SEEMS_TO_BE_OF_MESSAGES = {"stop_messages", FAQ, "nlu_fallback"}


@reading(
    When.ANYWHERE,
    for_people=True,
    catches=Said("算了", "stop_intake", becomes="goodbye", known="goodbye"),
    leaves=Said("算了", "stop_intake"),
)
def known_already(heard: Heard) -> Heard | None:
    """The hotline itself knows what a message means, for example while the citizen waits for an agent."""
    return heard.as_intent(heard.known) if heard.known else None


@reading(
    When.ANYWHERE,
    for_people=True,
    catches=Said("你们都是一群废物", "insult", becomes="request_human", before=("滚",)),
    leaves=Said("你们都是一群废物", "insult"),
)
def angry_again(heard: Heard) -> Heard | None:
    """Abuse after abuse needs an agent; one calm warning was given."""
    before = heard.tracker.latest_message.intent if heard.tracker.latest_message else {}
    is_again = heard.intent == "insult" == before.get("name")
    return heard.as_intent("request_human").but(anger=True) if is_again else None


@reading(
    When.ANYWHERE,
    catches=(
        Said("婆婆88岁了，刚才忘了说", "goodbye", becomes="inform"),
        Said("是88号楼", "goodbye", becomes="inform"),
        Said("孩子现在没事了，昨天吐的", "goodbye", becomes="inform"),
    ),
    leaves=(Said("88", "goodbye"), Said("拜拜，88", "goodbye")),
)
def no_goodbye(heard: Heard) -> Heard | None:
    """A number that counts something is no 88 for goodbye; news that somebody is well again is none either."""
    tells = A_COUNTED_THING.search(heard.text) or tells_of_one_well(heard.text)
    return heard.as_intent("inform") if tells and heard.intent == "goodbye" else None


@reading(
    When.ANYWHERE,
    catches=Said("不要打电话，发短信", "stop_messages", becomes="inform"),
    leaves=Said("不要再发短信了", "stop_messages"),
)
def wants_messages(heard: Heard) -> Heard | None:
    """A citizen who wants messages rather than calls does not want the messages stopped."""
    if heard.intent not in SEEMS_TO_BE_OF_MESSAGES or asks_something(heard.text):
        return None
    return heard.as_intent("inform") if chooses_messages(heard.text) else None


@reading(
    When.TICKET,
    for_people=True,
    catches=(
        Said("算了不用人工了", "stop_intake", becomes="withdraw_ticket"),
        Said("人工回电也不用了", "request_human", becomes="withdraw_ticket"),
    ),
    leaves=(Said("咋不转人工喃", "request_human"), Said("不用打电话，发短信就行", "inform")),
)
def needs_no_call(heard: Heard) -> Heard | None:
    """A citizen who needs no agent any more takes back the call that was asked for, and nothing else;
    `matter.calls_nobody` says so."""
    if heard.intent == "report_danger" or not wants_no_person(heard.text):
        return None
    if asks_something(heard.text) or chooses_messages(heard.text):
        return None
    return heard.with_matter(calls_nobody=True).as_intent("withdraw_ticket")


@reading(
    When.ANYWHERE,
    for_people=True,
    catches=Said("算了不要转人工了", "request_human", becomes="chitchat"),
    leaves=Said("转人工", "request_human"),
)
def calls_nobody(heard: Heard) -> Heard | None:
    """A citizen who wants no agent after all does not ask for one; the message answers the open question instead."""
    if heard.intent != "request_human" or not wants_no_person(heard.text):
        return None
    answers = {"callback_form": "stop_intake", "intake_form": "inform"}
    return heard.as_intent(answers.get(heard.tracker.active_loop_name or "", "chitchat"))
