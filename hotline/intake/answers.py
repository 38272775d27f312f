"""What a message contributes: an answer to the open question, or more about the matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hotline.city import City
from hotline.intake.agreeing import told_with_yes
from hotline.intake.asking import asks_something
from hotline.intake.draft import Draft, Understood
from hotline.intake.facts import is_a_piece, is_a_sentence, place_of_answer, told_more, without_plates
from hotline.intake.listening import (
    CLEAN_ENDS,
    HAN,
    NOT_THAT,
    is_nearly_a_phone,
    is_only_a_phone,
    is_only_a_time,
    tells_besides,
)
from hotline.intake.meant import denies_only
from hotline.intake.putting_right import about_another
from hotline.phrases import phrase

LEAST_DENIED = 3  # characters of a denial that is none of the contact: 没受伤
NAMES = ("employer", "courier", "company", "unit", "plate", "carrier", "bus_line")  # details that are a name
SHORTEST = 3  # least characters of a place that is given instead of a detail
HAS_NO_PLACE = phrase("places.has_none")
SAID_BEFORE = phrase("answers.said_before")
LEAST_STORY = 8  # least characters of an answer without a district that tells more about the matter


@dataclass(frozen=True, slots=True)
class Reply:
    """A message in context. `draft`: the draft before it; `asked`: the open question (`Question.kind`), None if there
    is none; `known`: the draft with the facts of the message."""

    draft: Draft
    heard: Understood
    asked: str | None
    known: Draft
    city: City

    @property
    def kind(self) -> str:
        """The open question without the key of a detail (`detail` of `detail:plate`); empty if there is none."""
        return (self.asked or "").partition(":")[0]

    @property
    def is_bare(self) -> bool:
        """True if the message gives no new fact: it leaves location, contact details and plate unchanged."""
        return self.known == self.draft

    @property
    def answer(self) -> str:
        """The message without blanks and punctuation at both ends."""
        return self.heard.text.strip(CLEAN_ENDS)

    @property
    def more(self) -> Draft:
        """The draft with the facts of the message, and with its text added to the description."""
        return told_more(self.known, self.heard)

    @property
    def told_with_yes(self) -> str | None:
        """What follows a yes to the read-back, empty if nothing does; None if the message does not agree with it."""
        return told_with_yes(self.heard.text) if self.kind == "confirm" and self.is_bare else None

    @property
    def is_another_matter(self) -> bool:
        """True if the message corrects the category: 不是路灯，是红绿灯."""
        heard, category = self.heard, self.heard.category
        if not category or category == self.draft.category or denies_only(heard.text):
            return False
        is_answer = self.kind == "correction" and heard.intent == "state_matter" and heard.category_sure  # 哪里不对？
        return bool(NOT_THAT.search(heard.text)) or (is_answer and not heard.places and not heard.phones)

    def answered(self, draft: Draft) -> Draft:
        """The draft with the open question marked as asked."""
        return answered(draft, self.asked)


def answered(draft: Draft, asked: str | None) -> Draft:
    """The draft with a question marked as asked, whatever the answer was."""
    return draft if not asked or asked in draft.asked else replace(draft, asked=(*draft.asked, asked))


def told_besides(draft: Draft) -> Draft:
    """The draft after something else was told at the question for the contact details. The second time that question
    counts as asked, so that it is not put a third time."""
    if {"besides", "phone"} & set(draft.asked):
        return answered(draft, "contact")
    return replace(draft, asked=(*draft.asked, "besides"))


def told(reply: Reply) -> Draft | None:
    """The draft after an answer, or after more about the matter; None if the message adds nothing to it."""
    return ANSWERS.get(reply.kind, _unasked)(reply)


def has_no_place(reply: Reply) -> Draft | None:
    """The draft after the answer that there is no place (没得地点，就是问咋个开通) to the question where it is; None
    for any other message. If the citizen only wants to know something, the request becomes a consultation."""
    text = reply.heard.text
    if reply.kind not in ("place", "district") or reply.heard.places or not HAS_NO_PLACE.search(text):
        return None
    told = reply.more if tells_besides(HAS_NO_PLACE.sub("", text)) else reply.known
    wants_to_know = "问" in text or (asks_something(text) and asks_something(reply.draft.description))
    kind = "consultation" if wants_to_know else told.request_type
    return answered(answered(replace(told, request_type=kind), "place"), "district")


def _place(reply: Reply) -> Draft | None:
    is_matter = reply.heard.intent == "state_matter"
    if is_matter and reply.known.place is None:
        return reply.more
    place, answers = reply.known.place, not (is_matter and reply.heard.category_sure)
    if not (reply.heard.phones or reply.heard.names):
        answer = without_plates(reply.answer, reply.heard.plates)
        place = place_of_answer(answer, place, answers, reply.city) if answer else place
    if place is None:
        is_told = is_a_piece(reply.answer) or is_a_sentence(reply.answer)
        tells = is_told and reply.heard.intent in ("inform", "nlu_fallback")
        return reply.more if tells or _answers_a_detail(reply) else None
    return reply.answered(replace(reply.more if is_matter else reply.known, place=place))


def _district(reply: Reply) -> Draft:
    tells_more = reply.is_bare and len(reply.answer) >= LEAST_STORY
    return reply.answered(reply.more if tells_more else reply.known)


def _detail(reply: Reply) -> Draft:
    names = [*reply.heard.names, *([reply.known.name] if reply.known.name else [])]
    if reply.heard.phones and is_only_a_phone(reply.answer, *names):  # 138… is no plate
        return reply.answered(reply.known) if reply.is_bare else reply.known
    key = str(reply.asked).removeprefix("detail:")
    answer = SAID_BEFORE.sub("", reply.answer).strip(CLEAN_ENDS)
    if is_only_a_time(answer):  # 昨天下午 is no bus line
        return reply.more
    if other := _other_detail(reply, key):
        return replace(reply.known, details=(*reply.draft.details, (other, answer)))
    if _is_no_answer(answer, key, reply):
        return reply.more
    if place := _place_as_detail(answer, reply):
        return reply.answered(replace(reply.known, place=place))
    details = (*reply.draft.details, (key, answer)) if answer else reply.draft.details  # 我说了嘛
    return reply.answered(replace(reply.known, details=details))


def _matter(reply: Reply) -> Draft:
    return reply.answered(reply.more)


def _contact(reply: Reply) -> Draft | None:
    draft, heard, known = reply.draft, reply.heard, reply.known
    if known.phone is None and "phone" not in draft.asked and is_nearly_a_phone(heard.text):
        return replace(known, asked=(*draft.asked, "phone"))
    if known.phone or known.name != draft.name:
        return reply.answered(known)
    denies = heard.intent == "deny" and len(HAN.findall(reply.answer)) >= LEAST_DENIED
    if heard.intent not in ("state_matter", "inform") and not denies:
        return None
    is_other = known.place == draft.place and heard.category_sure and reply.is_another_matter
    return told_besides(about_another(known, heard) if is_other else reply.more)


def _unasked(reply: Reply) -> Draft | None:
    """For the read-back, a correction or no open question: the message changes the draft or adds to the matter."""
    if reply.is_another_matter:
        return about_another(reply.known, reply.heard)
    intent = reply.heard.intent
    if intent == "state_matter":
        return reply.more
    if not reply.is_bare:
        return reply.known
    adds = intent in ("inform", "add_to_ticket") and reply.kind == "confirm"
    return reply.more if adds and tells_besides(reply.heard.text) else None


def _is_no_answer(answer: str, key: str, reply: Reply) -> bool:
    """True for a question, and for a sentence where a name is asked for: 会死人的, asked which firm. Words that the
    city's data knows as this detail are always an answer."""
    details = reply.city.category(reply.draft.category).details if reply.draft.category else ()
    if any(detail.is_known(answer) for detail in details if detail.key == key):
        return False
    return asks_something(answer) or (key in NAMES and is_a_sentence(answer))


def _place_as_detail(answer: str, reply: Reply) -> str | None:
    """The place that is given where another detail was asked for, with the words around it: 双流机场T2航站楼出发层."""
    place, before = reply.known.place, reply.draft.place
    if not place or place == before or len(place) < SHORTEST or place not in answer:
        return None
    return answer if len(answer) <= len(place) + LEAST_STORY and not is_a_sentence(answer) else place


def _other_detail(reply: Reply, key: str) -> str | None:
    """The key of another detail of the category that the answer fits, if it does not fit the one asked for:
    老板叫张建国, asked how much."""
    details = reply.city.category(reply.draft.category).details if reply.draft.category else ()
    fitting = [detail.key for detail in details if detail.is_known(reply.answer)]
    is_other = fitting and key not in fitting and fitting[0] not in dict(reply.draft.details)
    return fitting[0] if is_other else None


def _answers_a_detail(reply: Reply) -> bool:
    """True if the message gives a detail before it is asked for: a plate, where the location was asked for."""
    if reply.draft.category is None:
        return False
    missing = reply.city.category(reply.draft.category).missing_details
    return len(missing(told_more(reply.draft, reply.heard).said)) < len(missing(reply.draft.said))


ANSWERS: dict[str, Callable[[Reply], Draft | None]] = {
    "place": _place,
    "district": _district,
    "detail": _detail,
    "matter": _matter,
    "contact": _contact,
}
