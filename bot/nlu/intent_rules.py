"""Overrules the intent classifier where something is certain: a ticket number asks for a ticket; a clear matter is
one."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import ENTITIES, INTENT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import Component, text_of
from bot.nlu.matter_classifier import CATEGORY, RANKING_OF
from hotline.city import THE_HOTLINE_ITSELF

ABOUT_A_TICKET = {
    "check_status", "my_tickets", "urge", "add_to_ticket", "withdraw_ticket", "rate_satisfied", "rate_dissatisfied",
    "report_danger", "request_human",
}  # fmt: skip
FAQ = "faq"
FACTS = {"location", "name", "phone", "time", "plate", "ticket_number", "lookup_code"}
WISHES = {"stay_anonymous", "keep_confidential", "no_confidential"}  # often said together with the matter itself
BARE_FACT_STANDS = {
    "state_matter", "inform", "correct", "deny", "affirm", "request_human", "report_danger", "stay_anonymous",
    "keep_confidential", "no_confidential", "add_to_ticket",
}  # fmt: skip
A_GUESS = 0.6  # an intent less sure than this gives way to a clear matter
CLEAR, CLEAR_ENOUGH = 0.9, 0.7  # probability of the category of a few words, and of a whole story
LEAST_STORY, LONG_STORY, NO_STORY_AT_ALL = 3, 10, 2
COMMAND = re.compile(
    r"[\s\x00]*[/／][a-z_]+\s*(?:\{.*\})?\s*", re.IGNORECASE | re.DOTALL
)  # Rasa's words, not a citizen's
HOW_LONG = re.compile(r"\bhow long\b|\bwhen will\b|(?:还|要)等(?:多久|好久|几天)", re.IGNORECASE)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_WORD = re.compile(r"[A-Za-z]{2,}")
NO_STORY = re.compile(
    r"我叫|我姓|免贵姓|电话|手机|号码|联系|先生|女士|地址|位置|就是|旁边|附近|靠近|对面|我家|[在是的了有,，。.!！?？、;；:：\s]"
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class IntentRules(Component):
    """Corrects the intent where the entities, or a category beyond doubt, say otherwise."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Correct each message."""
        for message in messages:
            if intent := corrected(message):
                message.set(INTENT, {"name": intent, "confidence": 1.0}, add_to_output=True)
        return messages


def corrected(message: Message) -> str | None:
    """The intent that the rest of the message makes certain, or None when the classifier's stands."""
    if COMMAND.fullmatch(text_of(message)):
        return DEFAULT_NLU_FALLBACK_INTENT_NAME
    intent = (message.get(INTENT) or {}).get("name")
    entities = message.get(ENTITIES) or []
    kinds = {entity["entity"] for entity in entities}
    if "ticket_number" in kinds:
        return None if intent in ABOUT_A_TICKET else "check_status"
    if intent == "wait" and HOW_LONG.search(text_of(message)):
        return "check_status"
    told = len(_story(message, entities))
    if "location" in kinds and intent in ("inform", "nlu_fallback"):
        return "state_matter" if told >= LEAST_STORY else None
    if "location" in kinds and intent in WISHES:
        return "state_matter" if told >= LONG_STORY else None
    if _is_clear_matter(message, "location" in kinds, told):
        return "state_matter"
    if kinds & {"phone", "name"} and intent not in BARE_FACT_STANDS and told <= NO_STORY_AT_ALL:
        return "inform"
    return None


def _is_clear_matter(message: Message, has_place: bool, told: int) -> bool:
    """Whether a message of unclear intent, or one that seems to give only facts, tells a matter beyond doubt:
    我们这里停水了."""
    intent = message.get(INTENT) or {}
    best, probability = next(iter(message.get(RANKING_OF[CATEGORY]) or ()), ("", 0.0))
    if not best or best.startswith(THE_HOTLINE_ITSELF):
        return False
    if intent.get("name") == FAQ:  # 请问老年公交卡在哪里办 is a question, but about a matter
        return bool(intent.get("confidence", 1.0) < A_GUESS and probability >= CLEAR)
    if intent.get("name") == DEFAULT_NLU_FALLBACK_INTENT_NAME:
        return bool(probability >= (CLEAR_ENOUGH if told >= LONG_STORY else CLEAR))
    if intent.get("name") == "inform":  # the employer's name and phone, and what he does
        return bool(told >= LONG_STORY and probability >= CLEAR)
    guessed = intent.get("confidence", 1.0) < A_GUESS
    return bool(guessed and has_place and told >= LONG_STORY and probability >= CLEAR_ENOUGH)


def _story(message: Message, entities: list[dict[str, Any]]) -> list[str]:
    """What a text tells besides the bare facts in it: Chinese characters, or English words."""
    text = text_of(message)
    told = list(text)
    for entity in entities:
        if entity["entity"] in FACTS:
            told[entity["start"] : entity["end"]] = " " * (entity["end"] - entity["start"])
    rest = NO_STORY.sub(" ", "".join(told))
    return CHINESE.findall(rest) or ENGLISH_WORD.findall(rest)[4:]
