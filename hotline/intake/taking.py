"""Applies one message to a draft: the message that states the matter (`begin`), and each one after it (`take`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from hotline.city import CALLS_FOR_ACTION, COMPLAINT_ABOUT_THE_HOTLINE, PRAISE, THE_HOTLINE_ITSELF, City
from hotline.intake.agreeing import (
    opens_with_yes,
    orders_submission,
    told_before_a_yes,
    told_before_an_order,
    wants_a_change,
)
from hotline.intake.answers import Reply, answered, has_no_place, told, told_besides
from hotline.intake.asking import FAQ, asks_of_something, asks_something
from hotline.intake.corrections import corrected_value, named_request_type, place_labelled
from hotline.intake.draft import Draft, Remark, Understood
from hotline.intake.ending import is_wanted_after_all
from hotline.intake.facts import MAX_DESCRIPTION, is_already_so, moved, told_more, with_facts
from hotline.intake.following import is_dissatisfied, is_first_time
from hotline.intake.listening import (
    ANONYMOUS,
    ASKS,
    HOW_LONG,
    LEAST_TOLD,
    NO_NAME,
    OF_A_TICKET,
    REPORTS,
    has_content,
    has_nothing_more,
    is_to_the_assistant,
    leaves_it_as_it_is,
    needs_nothing,
    own_name,
    quotes_the_hotline,
    refuses_a_name,
    takes_back_a_phone,
    tells_besides,
)
from hotline.intake.meant import denied_in, denies_only
from hotline.intake.named import named_in, said_to_be_names, without_names
from hotline.intake.objecting import objects_no_more, objects_to_unit
from hotline.intake.praising import names_somebody_at_work
from hotline.intake.privacy import (
    answer_about,
    declines_contact,
    has_address,
    has_no_phone,
    how_to_reach,
    is_question,
    keeps_only_no_phone,
    keeps_only_the_name,
    leaves_the_police_out,
    says_secret,
    wish_for_secrecy,
)
from hotline.intake.putting_right import about_another, corrected, put_right, taken_out
from hotline.intake.questions import Question, next_question
from hotline.intake.settling import settled
from hotline.intake.sorting_anew import READ_BACK, chosen, names_label, sorted_anew, tells_a_matter
from hotline.phrases import phrase

# Intents that a follow-up question may get, if the matter itself is an enquiry.
ASKS_ON = ("who_handles", "nlu_fallback", "state_matter", "inform", "affirm", "chitchat", "ask_capabilities")
OF_SECRECY = ("keep_confidential", "no_confidential")
# Intents that 不要跟她说我是谁 may get where the classifier does not see the wish for secrecy.
SEEMS_NO_WISH = ("request_human", "nlu_fallback", "deny", "chitchat", "stop_intake")
TAKES_OUT = phrase("answers.takes_out")
NEEDS_NOTHING = phrase("answers.needs_nothing")
SPOKEN_FOR = phrase("answers.of_who_is_spoken_for")
LEAVES_OUT = re.compile(
    r"[把将](?P<what>[^,，。!！?？]{1,14}?)(?:那个|这个|那条|那句|几个字|给我|给|都|也|的|它)*(?:删|去|拿|划)(?:掉|了|除)"
    r"|(?P<before>[^,，。!！?？]{1,14}?)(?:那个|这个|那条|那句|几个字|的|也|就)*(?:删掉|去掉|不要写|不用写|莫写|别写|不要)"
)
WHETHER_RIGHT = phrase("answers.asks_whether_right")
OF_A_CHARGE = phrase("answers.of_a_charge")
ONLY_ASKS = phrase("ending.only_asks")
DEMANDS = phrase("answers.demands")
SUFFERS = phrase("answers.suffers")
REPORTS_ONE = phrase("answers.reports_one")
PROOF = phrase("answers.proof")
TELLS_THE_MATTER = ("add_to_ticket", "correct", "inform", "nlu_fallback", "rate_dissatisfied", "state_matter")
ANSWERED = ("place", "district", "contact")
ASKED_AGAIN = ("place", "district", "detail")  # questions that are put again after something else was told
OF_A_COMPLAINT = ("投诉", "举报", "反映")  # after 我说的是… and 我问的是…, which only clarify, the category stays
BEFORE_THE_READ_BACK = ("place", "district", "detail", "matter")
CALLS_A_PERSON = phrase("answers.calls_a_person")
FOR_PEOPLE = ("report_danger", "request_human")
# Intents that are never a yes, whatever the message opens with.
OF_SOMETHING_ELSE = ("report_danger", "request_human", "withdraw_ticket", "stop_intake", "stop_messages")
SEEMS_OF_A_TICKET = ("check_status", "my_tickets", "repeat")  # intents that 去哪点办呢 may get, without a ticket
# Intents that a plain statement may get when nothing shows what it refers to: 价值599.
MAY_BE_A_DETAIL = (
    "nlu_fallback", "inform", "chitchat", "affirm", "deny", "add_to_ticket", "rate_dissatisfied", "ask_capabilities",
    "who_handles", "speak_english",
)  # fmt: skip
# What the intents of 不是武侯区，是高新区，提交 mean without the order at the end.
CORRECTING = {"affirm": "correct", "faq": "correct", "check_status": "correct"}
# Intents that the end of an enquiry may get: 不用登记了.
ENDS_A_QUESTION = (
    "thank", "stop_intake", "goodbye", "deny", "nlu_fallback", "withdraw_ticket", "rate_satisfied", "no_confidential",
    "inform", "affirm", "chitchat", "stay_anonymous", "who_handles", "faq", "correct",
)  # fmt: skip


def begin(heard: Understood, city: City, verified_phone: str | None) -> Draft:
    """The draft after the message that states the matter. `verified_phone`: a number that the channel vouches for; it
    is not asked for again."""
    if heard.category == PRAISE:  # a name in it is of who is praised, unless it is said to be one's own
        own = own_name(heard.text)
        praised = city.praised(heard.text)
        heard = replace(heard, category=praised, request_type="praise", names=(own,) if own else ())
    of_category = city.category(heard.category).default_type if heard.category else "help"
    draft = Draft(
        description=heard.text[:MAX_DESCRIPTION],
        request_type="report" if REPORTS.search(heard.text) else _type_of(heard, of_category),
        category=heard.category,
        category_sure=heard.category_sure,
        phone=verified_phone,
        urgency=heard.urgency,
        anonymous=not verified_phone and not heard.phones and bool(NO_NAME.search(heard.text)),
        confidential=wish_for_secrecy(heard.text, heard.intent) or None,
    )
    if _asks_what_is_right(draft, heard) and draft.request_type in ("complaint", "help"):
        draft = replace(draft, request_type="consultation")
    return settled(with_facts(draft, heard, city, asked=None), city)


def _asks_what_is_right(draft: Draft, heard: Understood) -> bool:
    """True if a message only asks, of a charge or a demand, whether it is right: 换表收我380合不合理嘛."""
    text = heard.text
    told = f"{draft.description}\n{text}"
    asks = WHETHER_RIGHT.search(text) and OF_A_CHARGE.search(told) and "乱收" not in told
    reports = REPORTS_ONE.search(told) or REPORTS.search(told) or SUFFERS.search(told) or DEMANDS.search(told)
    return bool(asks) and not reports


def _type_of(heard: Understood, of_category: str) -> str:
    """The request type. Whoever is unpaid or without water asks for help, even when they ask 好久能发; whoever reports
    something and asks nothing makes no enquiry."""
    tells = REPORTS_ONE.search(heard.text) and not asks_something(heard.text)
    if heard.request_type == "consultation" and (tells or SUFFERS.search(heard.text)):
        return of_category if of_category in CALLS_FOR_ACTION else "help"
    return heard.request_type or of_category


def _wants_only_to_know(draft: Draft, heard: Understood) -> Draft:
    """The draft as an enquiry, if the citizen says that they only ask: 我就是问该不该收; not for a question to the
    hotline (我就想问好久来修)."""
    of_the_hotline = heard.asks or heard.intent == "who_handles" or HOW_LONG.search(heard.text)
    only_asks = ONLY_ASKS.search(heard.text) and asks_of_something(heard.text) and not of_the_hotline
    is_open = draft.request_type in ("complaint", "help") and not named_request_type(heard.text)
    if not only_asks or not is_open or SUFFERS.search(draft.description) or REPORTS_ONE.search(draft.description):
        return draft
    return replace(draft, request_type="consultation", confirmed=False)


def _wants_action(draft: Draft, heard: Understood) -> Draft:
    """The draft of an enquiry as one that calls for action, if the citizen demands action after all:
    叫自来水公司来看表嘛."""
    demands = SUFFERS.search(heard.text) or (DEMANDS.search(heard.text) and not ASKS.search(heard.text))
    if draft.request_type != "consultation" or not demands or named_request_type(heard.text):
        return draft
    return replace(draft, request_type=heard.request_type if heard.request_type in CALLS_FOR_ACTION else "help")


def _of_who_is_praised(draft: Draft, heard: Understood) -> Understood:
    """What was understood, without the name of the person praised, which is not the citizen's: 姓刘，警号我没看清楚."""
    if draft.request_type != "praise" or heard.phones or not names_somebody_at_work(heard.text):
        return heard
    own = own_name(heard.text) if "我姓" in heard.text or "我叫" in heard.text else None
    return replace(heard, names=(own,) if own else (), intent="inform" if heard.names else heard.intent)


def _tells_what_was_done_badly(draft: Draft, heard: Understood) -> bool:
    """True if a complaint about the hotline turns out to concern a matter that its reply did not solve."""
    is_of_the_city = heard.category is not None and not heard.category.startswith(THE_HOTLINE_ITSELF)
    is_of_a_reply = draft.category == COMPLAINT_ABOUT_THE_HOTLINE and is_dissatisfied(draft.description)
    return is_of_a_reply and is_of_the_city and heard.category_sure and heard.intent in TELLS_THE_MATTER


def _as_the_matter_itself(draft: Draft, heard: Understood) -> Draft:
    """The draft moved to that matter, with the first complaint as a remark."""
    first = draft.description.partition("\n")[0]
    of_it = replace(draft, category=heard.category, category_sure=True, request_type="complaint", confirmed=False)
    return of_it.remarked(Remark.BEFORE, first)


def take(draft: Draft, heard: Understood, asked: str | None, city: City) -> Draft | None:
    """The draft after one more message, None if the message adds nothing to it. `asked`: the open question
    (`Question.kind`), None if there is none."""
    told = told_before_an_order(heard.text) if asked in READ_BACK else None
    if told and (wants_a_change(told) or with_facts(draft, heard, city, asked) != draft):
        intent = CORRECTING.get(heard.intent, heard.intent)
        after = take(draft, replace(heard, text=told, intent=intent), asked, city)
        ends = after is not None and next_question(replace(after, confirmed=False), city) == Question("confirm")
        return replace(after, confirmed=True) if after and ends else after
    if asked == "correction":
        draft = replace(draft, asked=tuple(q for q in draft.asked if q != "correction"))
    if asked == "phone":
        asked = "contact"
    heard = _of_who_is_praised(draft, heard)
    wish = wish_for_secrecy(heard.text, heard.intent)
    if wish is None and (heard.intent in OF_SECRECY or leaves_the_police_out(heard.text)):
        heard = replace(heard, intent="inform")
    reply = Reply(draft, heard, asked, with_facts(draft, heard, city, asked), city)
    changed = next((after for rule in RULES if (after := rule(reply)) is not None), None)
    if objects_to_unit(heard.text):
        kept = changed or draft
        ordered = kept.confirmed and orders_submission(heard.text)
        changed = replace(kept, confirmed=ordered).remarked(Remark.OBJECTS_TO_UNIT, heard.text)
    if _tells_what_was_done_badly(draft, heard):
        changed = _as_the_matter_itself(changed or told_more(draft, heard), heard)
    if changed is None:
        return None
    if reply.kind == "contact" and changed.description == draft.description and asks_besides_the_contact(reply.heard):
        changed = told_more(changed, heard)
    told_too = (*named_in(heard.text), *heard.plates)
    if reply.kind in ANSWERED and any(name not in f"{changed.said}{changed.place}" for name in told_too):
        changed = told_more(changed, heard)  # 磨子桥那边，学而优教育
    if wish and not changed.confidential:
        changed = replace(changed, confidential=True)
    after = _at_most_twice(draft, changed, asked)
    after = settled(_wants_action(_wants_only_to_know(after, heard), heard), city)
    # what was told with the yes may lead to another department, to which nobody has agreed
    return replace(after, confirmed=False) if after.confirmed and after.category != draft.category else after


def asks_besides_the_contact(heard: Understood) -> bool:
    """True for contact details followed by a question that nobody here can answer, so that the ticket has to contain
    it: 姓李，138…，换表要不要钱."""
    return heard.asks is None and heard.intent != FAQ and asks_of_something(heard.text)


def takes_out(text: str) -> bool:
    """True if the citizen wants a line or a remark removed again (删掉那句); this withdraws nothing."""
    return bool(TAKES_OUT.search(text))


def _at_most_twice(before: Draft, after: Draft, asked: str | None) -> Draft:
    """The draft after something other than the answer to the open question was told; the second time the question
    counts as asked, so that it is not put a third time."""
    if not asked or asked.partition(":")[0] not in ASKED_AGAIN or asked in after.asked:
        return after
    if replace(after, asked=before.asked) == before:
        return after
    besides = f"besides {asked}"
    return answered(after, asked) if besides in before.asked else replace(after, asked=(*after.asked, besides))


def ends_kindly(draft: Draft, heard: Understood) -> bool:
    """True if the matter is an enquiry and the citizen wants nothing recorded. Thanks alone do not say so."""
    if draft.request_type != "consultation" or heard.phones or heard.names or heard.intent not in ENDS_A_QUESTION:
        return False
    if is_wanted_after_all(heard.text) or ASKS.search(NEEDS_NOTHING.sub("", heard.text)):
        return False
    return heard.intent == "stop_intake" or needs_nothing(heard.text)


def with_all_told(draft: Draft, told: Iterable[str]) -> Draft:
    """The draft of somebody who is to be called back: with all other texts they sent, and with their wishes
    (`with_wishes`)."""
    told = tuple(told)
    lines = [draft.description, *(text for text in told if text not in draft.said and text != draft.phone)]
    return with_wishes(replace(draft, description="\n".join(lines)[:MAX_DESCRIPTION]), told)


def with_wishes(draft: Draft, told: Iterable[str]) -> Draft:
    """The draft with the wishes in texts sent before the matter was stated: confidentiality, anonymity, how to be
    reached."""
    secret, unnamed = draft.confidential, draft.anonymous
    for text in told:
        secret = wish_for_secrecy(text, "inform") or secret
        unnamed = unnamed or bool(NO_NAME.search(text))
        if text not in draft.description and (words := _says_only_how_to_reach(text)):
            draft = draft.remarked(Remark.REACH, words)
    return replace(draft, confidential=secret, anonymous=unnamed and draft.phone is None)


def _says_only_how_to_reach(text: str) -> str | None:
    """How the citizen wants to be reached, if the message says little else: 有啥子发短信给我，莫打电话. None
    otherwise."""
    words = how_to_reach(text)
    return words if words and len(text) - len(words) < LEAST_TOLD else None


def with_told_before(draft: Draft, told: Iterable[Understood], city: City) -> Draft:
    """The draft completed with location, phone and name from messages before the matter was stated; its own values
    win."""
    for heard in told:
        known = with_facts(replace(draft, place=None, district=None), heard, city, asked=None)
        draft = replace(
            draft,
            place=draft.place or known.place,
            district=draft.district or known.district,
            phone=draft.phone or known.phone,
            name=draft.name or known.name,
            anonymous=draft.anonymous and known.anonymous,
        )
    return settled(draft, city)


def _says_how_to_reach(reply: Reply) -> Draft | None:
    """只发短信, 晚上六点以后打, an e-mail address: kept as a remark (`Remark.REACH`), at the question for the contact
    details and at the read-back even beside other content."""
    heard, words = reply.heard, how_to_reach(reply.heard.text)
    if heard.intent == "state_matter" or words is None:
        return None
    if reply.kind not in ("contact", "confirm"):
        return reply.known.remarked(Remark.REACH, words) if _says_only_how_to_reach(heard.text) else None
    tells_more = reply.is_bare and len(heard.text) - len(words) >= LEAST_TOLD  # 我八十六了,耳朵背
    known = (reply.more if tells_more else reply.known).remarked(Remark.REACH, words)
    if reply.kind == "confirm":
        agrees = heard.intent == "affirm" and reply.is_bare and not is_question(heard.text)
        return replace(known, confirmed=agrees or reply.told_with_yes is not None)
    names_contact = known.phone or known.name != reply.draft.name or has_address(heard.text)
    return reply.answered(known) if names_contact else told_besides(known)


def _says_no_more(reply: Reply) -> Draft | None:
    if (
        reply.kind not in ("detail", "contact", "confirm")
        or not reply.is_bare
        or not has_nothing_more(reply.heard.text)
    ):
        return None
    if reply.kind == "confirm":  # 没有其他了 answers no "is that right?"
        return replace(reply.draft, confirmed=leaves_it_as_it_is(reply.heard.text))
    return reply.answered(reply.draft)


def _takes_back_a_phone(reply: Reply) -> Draft | None:
    """那个是骗子的号码: the phone is removed and the citizen's own asked for; the message is added to the
    description."""
    if not takes_back_a_phone(reply.heard.text) or reply.draft.phone is None or reply.known.phone != reply.draft.phone:
        return None
    without = replace(reply.more, phone=None, confirmed=False)
    return replace(without, asked=tuple(question for question in without.asked if question != "contact"))


def _puts_right(reply: Reply) -> Draft | None:
    """Corrections of parts of the draft, together with any other facts in the message."""
    if reply.kind != "confirm" and not reply.is_bare:
        return None
    if reply.kind == "place" and reply.known.place is None and (place := place_labelled(reply.heard.text)):
        return answered(moved(reply.known, place, reply.city), "place")  # 不是广场，地点是甲子路
    after = put_right(reply.known, reply.heard.text, reply.city)
    asks = after and after.request_type == "consultation" != reply.known.request_type
    return told_more(after, reply.heard) if after and asks else after


def _names_a_firm(reply: Reply) -> Draft | None:
    """阿强鞋城是店名，不是地址: the name is no longer part of the place, and is told."""
    names = said_to_be_names(reply.heard.text)
    if not names or reply.told_with_yes is not None:
        return None
    place = without_names(reply.known.place, names) if reply.known.place else None
    asked = reply.draft.asked if place or not reply.known.place else tuple(q for q in reply.draft.asked if q != "place")
    return replace(told_more(reply.known, reply.heard), place=place or None, asked=asked, confirmed=False)


def _puts_a_firm_right(reply: Reply) -> Draft | None:
    """面馆不是老灶，是老赵: the name is put right wherever it was told."""
    draft, text = reply.draft, reply.heard.text
    names = {name: corrected_value(name, text) for name in named_in(draft.said)}
    changed = {name: new for name, new in names.items() if new and new != name}
    if not changed or reply.told_with_yes is not None:
        return None
    known = reply.known
    if any(new in (known.place or "") and new not in (draft.place or "") for new in changed.values()):
        known = replace(known, place=draft.place, district=draft.district)  # 老教坊 is a firm and no place
    after = put_right(known, text, reply.city) or known
    description = after.description
    for name, new in changed.items():
        description = description.replace(name, new)
    details = tuple((key, changed.get(value, value)) for key, value in after.details)
    return replace(after, description=description, details=details, confirmed=False)


def _takes_out(reply: Reply) -> Draft | None:
    """删掉那句; 我没有异议: removes a line, a name or an objection. A correction in the same message is applied too."""
    text, draft = reply.heard.text, reply.draft
    if objects_no_more(text):
        without = draft.without(Remark.OBJECTS_TO_UNIT)
        return replace(without, confirmed=False) if without != draft else None
    if is_first_time(text) and (without := draft.without(Remark.BEFORE)) != draft:
        return replace(without, confirmed=False)
    if takes_out(text) and _named_for_removal(text, draft):  # 把替我妈反映那几个字删了
        return replace(draft, concerned=None, relation=None, confirmed=False)
    if named := left_out(draft, text):
        return replace(draft, left_out=(*draft.left_out, *named), confirmed=False).without(Remark.PUTS_RIGHT)
    after = taken_out(draft) if takes_out(text) else None
    return after and (put_right(after, text, reply.city) or after)


def _named_for_removal(text: str, draft: Draft) -> bool:
    """True if a message wants the person spoken for taken out of the draft."""
    return bool(draft.concerned) and (str(draft.concerned) in text or SPOKEN_FOR.search(text) is not None)


def left_out(draft: Draft, text: str) -> tuple[str, ...]:
    """The names of firms and the like in the draft that the message wants left out: 把120那个去掉."""
    found = LEAVES_OUT.search(text)
    words = re.sub(r"\W", "", found["what"] or found["before"] or "") if found else ""
    return tuple(name for name in named_in(draft.said) if words and (words in name or name in words))


def _means_another(reply: Reply) -> Draft | None:
    """不是施工，是空调外机: what was denied no longer decides the category. What the words leave unclear becomes a
    remark; a matter that is said to be misunderstood is then categorised by a person."""
    heard, draft = reply.heard, reply.draft
    named = named_request_type(heard.text)
    if heard.meant is None or not reply.is_bare or (named and not tells_a_matter(heard.meant)):
        return None  # the place, a plate or the type is put right
    is_other = heard.category and heard.category != draft.category
    denied = denied_in(heard.text) or ""
    if is_other and not names_label(reply.city.category(heard.category or ""), denied, heard.meant):
        after = about_another(draft, heard)
    else:
        after = told_more(draft, heard)
        if heard.names:
            return None  # 我没说匿名，我叫曾国华
        if ASKS.search(heard.meant):
            return told_besides(after) if reply.kind == "contact" else after  # 我问的是收不收费
        is_so = is_already_so(draft, heard.text, reply.city)
        if reply.kind not in BEFORE_THE_READ_BACK and not is_so:  # nothing was read back that could be wrong
            after = after.remarked(Remark.PUTS_RIGHT, heard.text)
        if heard.category is None and heard.denies_the_matter and any(word in heard.text for word in OF_A_COMPLAINT):
            after = replace(after, category=None, category_sure=True)
    return told_besides(after) if reply.kind == "contact" else after


def _stays_unnamed(reply: Reply) -> Draft | None:
    """The citizen refuses to be named, or refuses all contact details: name and phone are removed as `_unnamed`
    says."""
    heard, known = reply.heard, reply.known
    is_named = bool(heard.names and known.name and not refuses_a_name(heard.text))  # 我叫代小梅，电话没得
    is_named = is_named or bool(heard.phones and own_name(heard.text))  # 不是匿名，我姓李，134…
    if is_named and reply.kind == "contact" and keeps_only_no_phone(heard.text):
        return answered(reply.known, "contact")  # 姓蒋，不用回电话
    if is_named and reply.is_bare and heard.intent == "stay_anonymous":
        return reply.draft  # 我没说匿名
    if WHETHER_RIGHT.search(heard.text):  # 我就是问该不该给
        return None
    if quotes_the_hotline(heard.text) or (_has_contact(reply.draft) and is_question(heard.text)):
        return None  # who asks keeps the contact they gave
    refuses = reply.kind == "contact" and NO_NAME.search(heard.text)  # 不想说名字，怕他报复
    if (heard.intent == "stay_anonymous" or refuses) and not is_named:
        return _unnamed(reply)
    if reply.kind == "contact" and reply.is_bare and declines_contact(heard.text, heard.intent):
        kept = reply.more if has_no_phone(heard.text) else reply.draft  # why nobody can call is worth knowing
        return reply.answered(replace(kept, anonymous=kept.name is None))
    return None


def _has_contact(draft: Draft) -> bool:
    return bool(draft.name or draft.phone)


def _unnamed(reply: Reply) -> Draft:
    """The draft without name, phone or both: 阿龙，就留这个名字，电话不留 keeps the name."""
    text = reply.heard.text
    phone = reply.known.phone if reply.heard.phones or keeps_only_the_name(text) else None
    name = reply.known.name if keeps_only_no_phone(text) else None
    return answered(replace(reply.known, anonymous=phone is None and name is None, name=name, phone=phone), "contact")


def _asks_on(reply: Reply) -> Draft | None:
    """A follow-up question in an enquiry: 要什么材料，去哪里办."""
    intent, text = reply.heard.intent, reply.heard.text
    asks = intent in ASKS_ON or (intent in SEEMS_OF_A_TICKET and not OF_A_TICKET.search(text))
    if reply.draft.request_type != "consultation" or not asks or not ASKS.search(text):
        return None
    if reply.kind == "contact":
        return told_besides(reply.more)
    return reply.more if reply.kind == "confirm" and intent != "affirm" else None  # 好的，要多久 confirms


def _told_aside(reply: Reply) -> Draft | None:
    """A statement that answers no question is one more detail; a question (能不能上门) is recorded for whoever handles
    the ticket."""
    intent, text = reply.heard.intent, reply.heard.text
    if intent not in MAY_BE_A_DETAIL or reply.heard.is_chat or reply.kind == "correction" or not has_content(text):
        return None
    if (
        intent in ("ask_capabilities", "who_handles", "chitchat")
        and is_to_the_assistant(text)
        and not PROOF.search(text)
    ):
        return None
    if reply.kind == "detail" and reply.is_bare and not ASKS.search(text):
        return told(reply)
    is_beside_the_contact = reply.kind == "contact" and intent != "speak_english"
    return told_besides(reply.more) if is_beside_the_contact else reply.more


def _agrees_and_tells(reply: Reply) -> Draft | None:
    """A yes to the read-back with thanks, a request, a question or one more fact, which is added to the ticket. Not if
    it changes something, or asks who learns the citizen's identity: that is answered first."""
    text, intent = reply.heard.text, reply.heard.intent
    told = reply.told_with_yes
    if told is None or intent in OF_SOMETHING_ELSE or how_to_reach(text) or put_right(reply.draft, text, reply.city):
        return None
    if (NO_NAME.search(text) and not reply.draft.anonymous) or answer_about(text, is_anonymous=False, is_secret=True):
        return None
    return replace(told_more(reply.draft, replace(reply.heard, text=told)) if told else reply.draft, confirmed=True)


def _agrees_at_the_end(reply: Reply) -> Draft | None:
    """Something told, and then the order to submit: 就是公交站那点，提交. If it changes what was read back, that is
    handled first."""
    told = told_before_a_yes(reply.heard.text) if reply.kind == "confirm" and reply.is_bare else None
    if told is None or reply.heard.intent in FOR_PEOPLE or put_right(reply.draft, told, reply.city):
        return None
    tells = has_content(told) and tells_besides(told)
    return replace(told_more(reply.draft, replace(reply.heard, text=told)) if tells else reply.draft, confirmed=True)


def _agrees(reply: Reply) -> Draft | None:
    text, intent = reply.heard.text, reply.heard.intent
    if not reply.is_bare:
        return None
    if reply.kind == "confirm":
        # a message that opens with a yes and has matched no rule so far turns against it
        return replace(reply.draft, confirmed=True) if intent == "affirm" and not opens_with_yes(text) else None
    if intent != "affirm" or not reply.kind:
        return None
    return reply.draft if reply.kind == "correction" else reply.answered(reply.draft)


def _wants_secrecy(reply: Reply) -> Draft | None:
    intent, text = reply.heard.intent, reply.heard.text
    wish = wish_for_secrecy(text, intent)
    if wish is not None and intent in OF_SECRECY:
        says_yes = not wish or opens_with_yes(text) or says_secret(text)
        consents = bool(reply.kind == "confirm" and reply.is_bare and not is_question(text) and says_yes)
        unnamed = ANONYMOUS.search(text) or (reply.kind == "contact" and NO_NAME.search(text))
        known = _unnamed(reply) if wish and unnamed else reply.known  # 匿名，莫跟老板说是我
        return replace(known, confidential=wish, confirmed=reply.draft.confirmed or consents)
    seems_none = intent in SEEMS_NO_WISH and reply.is_bare and not CALLS_A_PERSON.search(text)
    return replace(reply.draft, confidential=True) if wish and seems_none else None


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
    intent, text = reply.heard.intent, reply.heard.text
    if intent == "correct" or (reply.kind == "confirm" and (intent == "deny" or denies_only(text))):
        return corrected(reply.draft, reply.heard, reply.city)
    return None


def _tells(reply: Reply) -> Draft | None:
    if reply.heard.intent in ("state_matter", "inform", "nlu_fallback", "affirm", "deny", "add_to_ticket"):
        return told(reply)
    if reply.is_bare:
        return None
    if reply.heard.phones or reply.heard.names:
        return reply.answered(reply.known)
    return told(reply) if reply.heard.places else None  # 建设路，你们快点来人嘛 urges, and tells where


RULES = (
    chosen, has_no_place, _names_a_firm, _puts_a_firm_right, _agrees_at_the_end, sorted_anew, _takes_back_a_phone, _agrees_and_tells,  _takes_out, _puts_right, _means_another, _says_how_to_reach, _says_no_more, _wants_secrecy,
    _stays_unnamed, _asks_on, _agrees, _does_not_know, _corrects, _tells, _told_aside,
)  # fmt: skip
"""Tried in this order; the first rule that returns a draft decides what the message does."""
