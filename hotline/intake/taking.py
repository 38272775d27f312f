"""Takes one message into a draft: the one that tells the matter, and each that comes after it."""

from __future__ import annotations

from dataclasses import replace

from hotline.city import City
from hotline.intake.answers import Reply, answered, told, told_besides
from hotline.intake.draft import Draft, Remark, Understood
from hotline.intake.facts import MAX_DESCRIPTION, told_more, with_facts
from hotline.intake.objecting import objects_to_unit
from hotline.intake.phrases import (
    ASKS,
    KEEP_SECRET,
    NO_NAME,
    OF_A_TICKET,
    REPORTS,
    YES_AND,
    has_nothing_more,
    tells_besides,
)
from hotline.intake.putting_right import about_another, corrected, put_right
from hotline.intake.settling import settled

# What a further question is taken for, when the matter is one.
ASKS_ON = ("who_handles", "nlu_fallback", "state_matter", "inform", "affirm", "chitchat")
SEEMS_OF_A_TICKET = ("check_status", "my_tickets", "repeat")  # 去哪点办呢, where nothing of a ticket is said


def begin(heard: Understood, city: City, verified_phone: str | None) -> Draft:
    """The draft after the message that told the matter. A phone the channel vouches for is not asked."""
    of_category = city.category(heard.category).default_type if heard.category else "help"
    draft = Draft(
        description=heard.text[:MAX_DESCRIPTION],
        request_type="report" if REPORTS.match(heard.text) else heard.request_type or of_category,
        category=heard.category,
        category_sure=heard.category_sure,
        phone=verified_phone,
        urgency=heard.urgency,
        anonymous=not verified_phone and not heard.phones and bool(NO_NAME.search(heard.text)),
        confidential=True if KEEP_SECRET.search(heard.text) else None,
    )
    return settled(with_facts(draft, heard, city, asked=None), city)


def take(draft: Draft, heard: Understood, asked: str | None, city: City) -> Draft | None:
    """The draft after one more message, given the question it answers; None when it says nothing for the draft."""
    if asked == "correction":
        draft = replace(draft, asked=tuple(q for q in draft.asked if q != "correction"))
    if asked == "phone":
        asked = "contact"
    reply = Reply(draft, heard, asked, with_facts(draft, heard, city, asked), city)
    changed = next((after for rule in RULES if (after := rule(reply)) is not None), None)
    if objects_to_unit(heard.text):
        changed = replace(changed or draft, confirmed=False).remarked(Remark.OBJECTS_TO_UNIT, heard.text)
    if changed is None:
        return None
    if changed.confidential is None and KEEP_SECRET.search(heard.text):
        changed = replace(changed, confidential=True)
    return settled(changed, city)


def _says_no_more(reply: Reply) -> Draft | None:
    if (
        reply.kind not in ("detail", "contact", "confirm")
        or not reply.is_bare
        or not has_nothing_more(reply.heard.text)
    ):
        return None
    return replace(reply.draft, confirmed=True) if reply.kind == "confirm" else reply.answered(reply.draft)


def _puts_right(reply: Reply) -> Draft | None:
    """Parts that are corrected, and whatever else the message names with them."""
    if reply.kind != "confirm" and not reply.is_bare:
        return None
    return put_right(reply.known, reply.heard.text, reply.city)


def _means_another(reply: Reply) -> Draft | None:
    """What was denied decides nothing: 不是施工，是空调外机. What the words do not tell clearly stays a remark, and a matter that
    was taken wrongly is then sorted by a person."""
    heard, draft, known = reply.heard, reply.draft, reply.known
    if heard.meant is None or (known.place, known.district, known.phone) != (draft.place, draft.district, draft.phone):
        return None
    if heard.category and heard.category != draft.category:
        after = about_another(known, heard)
    else:
        after = told_more(known, heard).remarked(Remark.PUTS_RIGHT, heard.text)
        if heard.category is None and heard.denies_the_matter:
            after = replace(after, category=None, category_sure=True)
    return told_besides(after) if reply.kind == "contact" else after


def _stays_unnamed(reply: Reply) -> Draft | None:
    if reply.heard.intent == "stay_anonymous":
        return answered(replace(reply.known, anonymous=True, name=None, phone=None), "contact")
    declines = reply.heard.intent == "deny" or NO_NAME.search(reply.heard.text)
    if reply.kind == "contact" and reply.is_bare and declines:
        return reply.answered(replace(reply.draft, anonymous=True))
    return None


def _asks_on(reply: Reply) -> Draft | None:
    """A further question of who has asked one: 要什么材料，去哪里办."""
    intent, text = reply.heard.intent, reply.heard.text
    asks = intent in ASKS_ON or (intent in SEEMS_OF_A_TICKET and not OF_A_TICKET.search(text))
    if reply.draft.request_type != "consultation" or not asks or not ASKS.search(text):
        return None
    if reply.kind == "contact":
        return told_besides(reply.more)
    return reply.more if reply.kind == "confirm" and intent != "affirm" else None  # 好的，要多久 confirms


def _agrees(reply: Reply) -> Draft | None:
    intent = reply.heard.intent
    if not reply.is_bare:
        return None
    if reply.kind == "confirm":
        hurries = intent in ("urge", "nlu_fallback") and YES_AND.fullmatch(reply.heard.text.strip())  # 对，快点
        return replace(reply.draft, confirmed=True) if intent == "affirm" or hurries else None
    if intent != "affirm" or not reply.kind:
        return None
    return reply.draft if reply.kind == "correction" else reply.answered(reply.draft)


def _wants_secrecy(reply: Reply) -> Draft | None:
    intent = reply.heard.intent
    if intent not in ("keep_confidential", "no_confidential"):
        return None
    confirmed = reply.draft.confirmed or (reply.kind == "confirm" and reply.is_bare)
    return replace(reply.known, confidential=intent == "keep_confidential", confirmed=confirmed)


def _does_not_know(reply: Reply) -> Draft | None:
    if reply.heard.intent != "dont_know" or reply.kind == "correction":
        return None
    told_more = tells_besides(reply.heard.text)
    if reply.kind == "confirm":
        return reply.more if told_more else None
    if reply.kind == "contact" and reply.is_bare and told_more:
        return told_besides(reply.more)
    return reply.answered(reply.more if told_more else reply.known)


def _corrects(reply: Reply) -> Draft | None:
    if reply.heard.intent == "correct" or (reply.heard.intent == "deny" and reply.kind == "confirm"):
        return corrected(reply.draft, reply.heard, reply.city)
    return None


def _tells(reply: Reply) -> Draft | None:
    if reply.heard.intent in ("state_matter", "inform", "nlu_fallback", "affirm", "deny", "add_to_ticket"):
        return told(reply)
    says_who = not reply.is_bare and (reply.heard.phones or reply.heard.names)
    return reply.answered(reply.known) if says_who else None


RULES = (
    _puts_right, _means_another, _says_no_more, _stays_unnamed, _asks_on, _agrees, _wants_secrecy, _does_not_know, _corrects, _tells,
)  # fmt: skip
"""The first that gives a draft decides what a message does."""
