"""What a message means beside what the classifiers say: readings of one message, in view of the conversation. No I/O."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa.shared.core.trackers import DialogueStateTracker

from hotline.city import COMPLAINT_ABOUT_THE_HOTLINE, PRAISE, THE_HOTLINE_ITSELF
from hotline.danger import detect_by_signs, evidence_of_words, is_of_the_handling, reassures
from hotline.intake import (
    ASKS,
    FAQ,
    Half,
    Meant,
    anonymity,
    answer_about,
    asks_about_withdrawing,
    asks_something,
    asks_to_send,
    asks_what_is_in_it,
    asks_when_answered,
    asks_when_back,
    asks_whether_added,
    belongs_to_it,
    by_phone,
    chooses_messages,
    goes_on,
    harassment,
    has_no_number,
    has_proof,
    is_declined,
    is_given_up,
    is_of_the_place,
    is_over,
    is_taken_back,
    is_wanted_after_all,
    leaves_contact,
    lets_one_go,
    may_be_closed,
    may_be_of_the_hotline,
    meant_instead,
    objects_to_unit,
    opens_with_yes,
    orders_something,
    praises,
    speaks_ill,
    taken_wrongly,
    tells_of_a_leak,
    told_anew,
    urges,
    wants_no_person,
)

CONTACT = ("phone", "name")
MAY_TELL_A_MATTER = ("chitchat", "inform", "nlu_fallback")
MAY_PRAISE = {"affirm", "chitchat", "check_status", "inform", "nlu_fallback", "rate_satisfied", "state_matter", "thank"}
MAY_OPEN_A_MATTER = {
    "affirm", "chitchat", "correct", "deny", "goodbye", "greet", "inform", "nlu_fallback", "resume", "stop_intake", "thank",
}  # fmt: skip
TELLS_MORE = {
    "inform", "nlu_fallback", "chitchat", "keep_confidential", "add_to_ticket", "state_matter", "stay_anonymous", "deny",
    "correct",
}  # fmt: skip
TELLS_WITH_A_QUESTION = {
    "add_to_ticket", "affirm", "correct", "deny", "dont_know", "inform", "keep_confidential", "no_confidential", "state_matter",
    "stay_anonymous",
}  # fmt: skip
MAY_ASK_OF_A_NAME = MAY_OPEN_A_MATTER | {"ask_capabilities", "check_status", "dont_know", "stay_anonymous"}
OF_A_MATTER_TOO = {"faq/how_long", "faq/cost", "faq/money"}
"""What is also asked of a matter in one breath with it: 路灯坏了好久有人来修."""
NEEDS_NOTHING = re.compile(r"不用|不要|不必|不登记|算了|谢谢|no need|never ?mind", re.IGNORECASE)
BEYOND_DOUBT = 0.9
SEEMS_TO_BE_OF_MESSAGES = {"stop_messages", FAQ, "nlu_fallback"}
SURE_OF_A_QUESTION, A_GUESS = 0.5, 0.6
LIKELY_A_QUESTION = 0.2  # of what is not understood and asks something
LONGEST_QUESTION = 16
"""Characters of a question that tells no matter with it: 好久来水."""
MAY_BE_TOLD_ANEW = {
    "add_to_ticket",
    "check_status",
    "inform",
    "nlu_fallback",
    "rate_dissatisfied",
    "state_matter",
    "urge",
}
UNCLEAR = {"chitchat", "inform", "nlu_fallback"}
LONGEST_SUBJECT = 8
LIKELY = 0.3  # of the category of an item of a list
SURE_OF_A_MATTER = 0.5  # of a category that is told while a ticket is there
FOR_PEOPLE = {"report_danger", "request_human"}
UNDERSTOOD = 2_000
"""Characters of one message that are understood; the ticket keeps all of them."""


def gist(text: str) -> str:
    """What is understood of a long text: its beginning and its end, where people say what they want."""
    return text if len(text) <= UNDERSTOOD else f"{text[: UNDERSTOOD - 500]}\n{text[-500:]}"


def half_of(understood: dict[str, Any]) -> Half:
    """The category when a matter is stated, as sure as intent and category are together; or when nothing but a category
    beyond doubt tells that one is. A name or phone beside the matter makes its intent no less sure."""
    intent, matter = understood["intent"], understood.get("matter") or {}
    if intent["name"] != "state_matter":
        likeliest = next(iter(matter.get("ranking") or ()), {"category": None, "confidence": 0.0})
        is_one = intent["name"] in MAY_TELL_A_MATTER and likeliest["confidence"] >= BEYOND_DOUBT
        return Half(likeliest["category"] if is_one else None, likeliest["confidence"])
    with_contact = any(entity["entity"] in CONTACT for entity in understood["entities"])
    sure = 1.0 if with_contact else intent["confidence"]
    return Half(matter.get("category"), sure * matter.get("category_confidence", 0.0))


def names_contact(understood: dict[str, Any]) -> bool:
    """Whether a message gives a phone or a name."""
    return any(entity["entity"] in CONTACT for entity in understood["entities"])


def stated(understood: dict[str, Any]) -> dict[str, Any]:
    """A part of a list that is nothing but its subject (小区路灯) and asks nothing: of what kind it is, its category tells."""
    if len(understood["text"]) > LONGEST_SUBJECT or ASKS.search(understood["text"]) or not understood.get("matter"):
        return understood
    return understood | {"matter": understood["matter"] | {"request_type": None}}


def listed(understood: dict[str, Any]) -> dict[str, Any]:
    """An item of a numbered list, which is a matter whatever it sounds like, when its category is likely."""
    likeliest = likeliest_matter(understood)
    if half_of(understood).category or likeliest.sureness < LIKELY or understood["intent"]["name"] in FOR_PEOPLE:
        return understood
    told = {"category": likeliest.category, "category_confidence": likeliest.sureness}
    matter = (understood.get("matter") or {}) | told
    return understood | {"matter": matter, "intent": {"name": "state_matter", "confidence": 1.0}}


def with_others(first: dict[str, Any], others: Sequence[dict[str, Any]], alone: bool = False) -> dict[str, Any]:
    """What was understood of the first matter, with the others as `matter.others` and the contact that they name."""
    contact = [e for other in others for e in other["entities"] if e["entity"] in CONTACT]
    following = [{key: other[key] for key in ("text", "intent", "entities", "matter")} for other in others]
    return first | {
        "entities": [*first["entities"], *contact],
        "matter": (first.get("matter") or {}) | {"others": following, "alone": alone},
    }


def placed(first: dict[str, Any], others: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The first matter where the others are, when it names no place of its own."""
    places = [e for other in others for e in other["entities"] if e["entity"] == "location"]
    if not places or any(entity["entity"] == "location" for entity in first["entities"]):
        return first
    district = next((d for other in others if (d := (other.get("matter") or {}).get("district"))), None)
    matter = {"district": district} | {k: v for k, v in (first.get("matter") or {}).items() if v is not None}
    return first | {"entities": [*first["entities"], *places], "matter": matter}


def meant_in_the_intake(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> Meant | None:
    """What is meant instead of what an intake has understood."""
    if tracker is None or tracker.active_loop_name != "intake_form" or understood["intent"]["name"] in FOR_PEOPLE:
        return None
    return None if is_wanted_after_all(understood["text"]) else meant_instead(understood["text"])  # 算了，还是登记一下


def rightly_praise(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any] | None:
    """Outside any form: what praises somebody as praise, and what can be none as a complaint that a person sorts; None where
    the classifier is not contradicted."""
    intent, matter = understood["intent"]["name"], understood.get("matter") or {}
    if tracker is None or tracker.active_loop_name:
        return None
    if intent in MAY_PRAISE and praises(understood["text"]):
        told = {"category": PRAISE, "category_confidence": 1.0, "request_type": "praise"}
        return understood | {"intent": {"name": "state_matter", "confidence": 1.0}, "matter": matter | told}
    if intent == "state_matter" and matter.get("category") == PRAISE and speaks_ill(understood["text"]):
        return understood | {"matter": matter | {"category": None, "request_type": "complaint"}}
    return None


def of_a_leak(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any] | None:
    """Outside any form, what says that the reporter became known, as the complaint about the hotline that it is."""
    is_free = tracker is not None and not tracker.active_loop_name
    if not is_free or understood["intent"]["name"] in FOR_PEOPLE or not tells_of_a_leak(understood["text"]):
        return None
    told = {"category": COMPLAINT_ABOUT_THE_HOTLINE, "category_confidence": 1.0, "request_type": "complaint"}
    matter = (understood.get("matter") or {}) | told
    return understood | {"matter": matter, "intent": {"name": "state_matter", "confidence": 1.0}}


def surely_means(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> str | None:
    """The intent of what is surely meant outside any form: the unit is the wrong one, all is well, or a change of mind."""
    intent, text = understood["intent"]["name"], understood["text"]
    if tracker is None or tracker.active_loop_name or intent in FOR_PEOPLE:
        return None
    spoken_of = tracker.get_slot("ticket") or names_a_ticket(understood)
    if spoken_of and (objects_to_unit(text) or is_of_the_place(text)):
        return "add_to_ticket"
    if spoken_of and anonymity(text):
        return "keep_confidential"
    if tracker.get_slot("ticket") and asks_what_is_in_it(text) and not names_contact(understood):
        return "check_status"
    if spoken_of and (asks_whether_added(text) or (intent != FAQ and asks_when_answered(text))):
        return "check_status"
    if spoken_of and urges(text) and not is_a_new_matter(understood):
        return "urge"
    leaves_something = leaves_a_contact(understood) or has_proof(text)
    if tracker.get_slot("ticket") and leaves_something and not is_a_new_matter(understood):
        return "add_to_ticket"
    if tracker.get_slot("ticket") and (lets_one_go(text) or lets_a_ticket_go(understood, tracker)):
        return "withdraw_ticket"
    if spoken_of and may_be_closed(text):
        return "rate_satisfied"
    if spoken_of and asks_about_withdrawing(text):
        return "withdraw_ticket"
    if spoken_of and (belongs_to_it(text) or (goes_on(text) and intent in UNCLEAR and not ASKS.search(text))):
        return "add_to_ticket"
    if tracker.get_slot("draft") and is_wanted_after_all(text):
        return "resume"
    if is_taken_back(text) and tracker.get_slot("ticket") and intent != "correct":
        return "withdraw_ticket"
    if is_given_up(text) and not tracker.get_slot("ticket"):
        return "stop_intake"
    return "rate_satisfied" if intent != "withdraw_ticket" and is_over(text) else None


def leaves_a_contact(understood: dict[str, Any]) -> bool:
    """Whether a message leaves a phone for a ticket that is there, whatever else it sounds like: 等一下，我想留个电话，…"""
    has_phone = any(entity["entity"] == "phone" for entity in understood["entities"])
    return has_phone and leaves_contact(understood["text"])


def is_a_new_matter(understood: dict[str, Any]) -> bool:
    """Whether a message states a matter of its own, with a place or a likely category, whatever comes with it."""
    has_place = any(entity["entity"] == "location" for entity in understood["entities"])
    is_likely = has_place or likeliest_matter(understood).sureness >= SURE_OF_A_MATTER
    return understood["intent"]["name"] == "state_matter" and is_likely


def lets_a_ticket_go(understood: dict[str, Any], tracker: DialogueStateTracker) -> bool:
    """Whether what sounds like stopping an intake can only be of the ticket, for none is being taken in."""
    is_free = not tracker.get_slot("draft") and understood["intent"]["name"] == "stop_intake"
    return is_free and not is_declined(understood["text"])


def puts_a_ticket_right(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> Meant | None:
    """What is meant, outside any form, instead of what a ticket that is there was taken for."""
    text = understood["text"]
    if tracker is None or tracker.active_loop_name or not tracker.get_slot("ticket"):
        return None
    if understood["intent"]["name"] in FOR_PEOPLE or is_of_the_place(text) or objects_to_unit(text):
        return None
    return (meant_instead(text) or Meant(text, of_the_matter=True)) if taken_wrongly(text) else None


def likelier_intent(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> str | None:
    """The intent of what only sounds like an order to stop messages, or like a call for a person."""
    intent, text = understood["intent"]["name"], understood["text"]
    loop = tracker.active_loop_name if tracker else None
    if intent in SEEMS_TO_BE_OF_MESSAGES and not asks_something(text) and chooses_messages(text):
        return "inform"
    is_unknown = loop is None and tracker is not None and not tracker.get_slot("ticket") and intent not in FOR_PEOPLE
    if is_unknown and (by_phone(text) or (has_no_number(text) and intent != "state_matter")):
        return "check_status"
    if intent == "request_human" and wants_no_person(text):
        return {"callback_form": "stop_intake", "intake_form": "inform"}.get(loop or "", "chitchat")
    if loop == "intake_form" and names_a_ticket(understood) and orders_something(text) and intent not in FOR_PEOPLE:
        return "check_status"
    return None


def anew_after_an_answer(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any] | None:
    """Outside any form and without a ticket, a matter of before that is as it was: 回复说已处理，但鸡还在叫."""
    intent, ranking = understood["intent"]["name"], (understood.get("matter") or {}).get("ranking") or ()
    if tracker is None or tracker.active_loop_name or tracker.get_slot("ticket") or intent not in MAY_BE_TOLD_ANEW:
        return None
    others = [each for each in ranking if not each["category"].startswith(THE_HOTLINE_ITSELF)]
    if not told_anew(understood["text"]) or not others:
        return None
    best = others[0]  # of the matter; that there was an answer makes it sound like one of the hotline's work
    is_likely = best["confidence"] >= LIKELY
    told = {"category": best["category"] if is_likely else None, "category_confidence": best["confidence"]}
    told["request_type"] = "complaint"
    matter = (understood.get("matter") or {}) | told
    return understood | {"matter": matter, "intent": {"name": "state_matter", "confidence": 1.0}}


def names_a_ticket(understood: dict[str, Any]) -> bool:
    """Whether a message holds the number of a ticket."""
    return any(entity["entity"] == "ticket_number" for entity in understood["entities"])


def plain_question(question: str) -> dict[str, Any]:
    """The intent of a plain question."""
    return {"name": FAQ, "confidence": 1.0, "full_retrieval_intent_name": f"{FAQ}/{question}"}


def without_a_guessed_question(understood: dict[str, Any]) -> dict[str, Any]:
    """What was understood, as the next likeliest where a plain question is a guess and nothing is asked, or something
    else: 那我打电话问就是了, 换表要不要钱."""
    intent, text = understood["intent"], understood["text"] or ""
    if intent["name"] != FAQ:
        return understood
    is_asked = intent["confidence"] >= A_GUESS or ASKS.search(text) or asks_something(text)
    if is_asked and may_be_of_the_hotline(question_named(understood), text):
        return understood
    others = [each for each in understood.get("intent_ranking") or () if each["name"] != FAQ]
    return understood | {"intent": others[0]} if others else understood


def question_named(understood: dict[str, Any]) -> str:
    """Which plain question was understood."""
    return str(understood["intent"]["full_retrieval_intent_name"]).partition("/")[2]


def is_sure_question(understood: dict[str, Any]) -> bool:
    """Whether a message is surely a plain question about the hotline or a report."""
    return understood["intent"]["name"] == FAQ and understood["intent"]["confidence"] >= SURE_OF_A_QUESTION


def asks_in_words(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> str | None:
    """The plain question that words tell: 好久来水, of what is reported already; outside any form 匿名得行不; and the likeliest one
    of what is a question and not understood otherwise."""
    intent, text = understood["intent"]["name"], understood["text"] or ""
    if tracker is None or intent in FOR_PEOPLE:
        return None
    likely = next((each for each in understood.get("intent_ranking") or () if each["name"] == FAQ), None)
    if intent == "nlu_fallback" and likely and likely["confidence"] >= LIKELY_A_QUESTION and asks_something(text):
        question = question_named({"intent": likely})
        return question if may_be_of_the_hotline(question, text) else None
    is_free, draft = tracker.active_loop_name is None, tracker.get_slot("draft")
    if (tracker.get_slot("ticket") or draft) and asks_when_back(text) and len(text) <= LONGEST_QUESTION:
        return "when_back"
    about = answer_about(text, False, False) if is_free else None
    return about if about in ("who_sees", "told_on") or intent in MAY_ASK_OF_A_NAME else None


def asks_how_to_send(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> bool:
    """Whether it is asked, of a ticket that is there, how proof is sent: 那我补两张照片得不得行."""
    is_of_a_ticket = tracker is not None and not tracker.active_loop_name and bool(tracker.get_slot("ticket"))
    return is_of_a_ticket and understood["intent"]["name"] not in FOR_PEOPLE and asks_to_send(understood["text"])


def told_with_a_question(told: dict[str, Any]) -> dict[str, Any] | None:
    """What stands beside a question, where it tells more than thanks and the like: a yes, a fact, a wish."""
    facts = any(entity["entity"] in (*CONTACT, "location") for entity in told["entities"])
    if facts or told["intent"]["name"] in TELLS_WITH_A_QUESTION:
        return told
    is_yes = opens_with_yes(told["text"]) and told["intent"]["name"] == "thank"
    return told | {"intent": {"name": "affirm", "confidence": 1.0}} if is_yes else None


def tells_a_matter(understood: dict[str, Any], tracker: DialogueStateTracker) -> bool:
    """Whether what is taken for a plain question tells the matter first, where none is being spoken of."""
    if tracker.get_slot("ticket") or tracker.get_slot("draft"):
        return False
    told = likeliest_matter(understood)
    is_of_the_city = told.category is not None and not told.category.startswith(THE_HOTLINE_ITSELF)
    may_be = understood["intent"].get("full_retrieval_intent_name") in OF_A_MATTER_TOO
    return may_be and is_of_the_city and told.sureness >= BEYOND_DOUBT


def likeliest_matter(understood: dict[str, Any]) -> Half:
    """The likeliest category of a message, whatever it is taken for, and how sure it is."""
    ranking = (understood.get("matter") or {}).get("ranking") or ()
    return next((Half(each["category"], each["confidence"]) for each in ranking), Half(None, 0.0))


def denies(understood: dict[str, Any]) -> bool:
    """Whether a message says no to something."""
    return understood["intent"]["name"] in ("correct", "deny")


def without_false_alarm(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any]:
    """What was understood, without the danger that only its meaning is near to: 现在没火了, 不要转给乡上. What reassures while
    a danger stands is told of that danger."""
    text, matter = understood["text"] or "", understood.get("matter") or {}
    of_the_handling = is_of_the_handling(text)
    if detect_by_signs(text) or not (of_the_handling or reassures(text)):
        return understood
    calm = understood | {"matter": matter | {"danger": None, "danger_certain": False, "danger_possible": False}}
    stands = tracker is not None and tracker.get_slot("danger") and not tracker.active_loop_name
    if understood["intent"]["name"] != "report_danger" and not (stands and not of_the_handling):
        return calm
    others = [other for other in understood.get("intent_ranking") or () if other["name"] != "report_danger"]
    intent = others[0] if others and of_the_handling else {"name": "inform", "confidence": 1.0}
    return calm | {"intent": intent}


def of_harassment(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> dict[str, Any]:
    """What was understood outside a form: 被人摸了 states a matter, whatever it sounds like, and what is told after it goes on."""
    intent = understood["intent"]["name"]
    if tracker is None or tracker.active_loop_name or intent in FOR_PEOPLE:
        return understood
    draft = tracker.get_slot("draft") or {}
    goes_on = draft.get("category") == harassment.CATEGORY and harassment.is_harassment(draft.get("description") or "")
    tells = harassment.is_harassment(understood["text"] or "")
    if goes_on and (tells or intent in TELLS_MORE) and not NEEDS_NOTHING.search(understood["text"]):
        return understood | {"intent": {"name": "resume", "confidence": 1.0}}
    if not tells:
        return understood
    matter = understood.get("matter") or {}
    stated = {
        "request_type": matter.get("request_type") or "report",
        "category": harassment.CATEGORY,
        "category_confidence": 1.0,
        "ranking": [{"category": harassment.CATEGORY, "confidence": 1.0}],
        "danger_possible": False,
    }
    return understood | {"intent": {"name": "state_matter", "confidence": 1.0}, "matter": matter | stated}


def is_angry_again(understood: dict[str, Any], tracker: DialogueStateTracker | None) -> bool:
    """True for abuse after abuse: one calm warning was given, now a person is needed."""
    before = tracker.latest_message.intent if tracker and tracker.latest_message else {}
    return bool(understood["intent"]["name"] == "insult" == before.get("name"))


def names_whom_to_call(tracker: DialogueStateTracker, is_answer: bool) -> bool:
    """True for what may be a danger, where neither the answer will name a line nor a danger stands. What answers a question
    of an intake needs words that speak for one: 电话就留我的吧 is none."""
    matter = tracker.latest_message.parse_data.get("matter") or {}
    if not matter.get("danger_possible") or matter.get("referral") or tracker.get_slot("danger"):
        return False
    return not is_answer or evidence_of_words(tracker.latest_message.text or "") >= 0
