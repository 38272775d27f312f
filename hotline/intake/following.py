"""What a message asks of a ticket that is there. What cannot be undone is never done at a mere question."""

from __future__ import annotations

from enum import StrEnum

from hotline.intake.several import nth
from hotline.phrases import phrase

_WITHDRAWS = phrase("tickets.withdraws")
_UNKNOWN = phrase("tickets.takes_out_the_contact")
_ASKS = phrase("tickets.asks_whether")
_PLEASE = phrase("tickets.please")
_NAMES_WITHDRAWING = phrase("tickets.names_withdrawing")
_BELONGS = phrase("tickets.belongs_to_it")
_GOES_ON = phrase("tickets.goes_on")
_TAKEN_WRONGLY = phrase("tickets.taken_wrongly")
_WHETHER_ADDED = phrase("tickets.whether_added")
_LEAVES_CONTACT = phrase("tickets.leaves_contact")
_URGES = phrase("tickets.urges")
_MAY_BE_CLOSED = phrase("tickets.may_be_closed")
_LETS_GO = phrase("tickets.lets_go")
_PROOF = phrase("answers.proof")
_DISSATISFIED = phrase("tickets.dissatisfied")
_LEAKED = phrase("tickets.leaked")
_WHAT_IS_IN_IT = phrase("tickets.what_is_in_it")
_BY_PHONE = phrase("tickets.by_phone")
_NO_NUMBER = phrase("tickets.has_no_number")
_NO_PERSON = phrase("tickets.no_person")
_TOLD_BEFORE = phrase("tickets.told_before")
_STILL_SO = phrase("tickets.still_so")
_MAY_HURRY = phrase("tickets.may_hurry")
_BY_OTHERS = phrase("tickets.by_others")

LONGEST_PROOF = 12  # characters


class Asked(StrEnum):
    """How something is asked for: outright, as a mere question whether and how it is done, or so that one has to ask back."""

    ORDER = "order"
    QUESTION = "question"
    UNSURE = "unsure"


def withdrawal(text: str) -> Asked:
    """How a message that speaks of withdrawing asks for it: 撤单吧, 怎么撤单, 能不能帮我撤了."""
    if not _ASKS.search(text):
        return Asked.ORDER if _WITHDRAWS.search(text) else Asked.UNSURE
    return Asked.UNSURE if _PLEASE.search(text) else Asked.QUESTION


def asks_about_withdrawing(text: str) -> bool:
    """True for 万一修好了，能不能撤, whatever the message is taken for."""
    return bool(_NAMES_WITHDRAWING.search(text)) and withdrawal(text) is not Asked.ORDER


def belongs_to_it(text: str) -> bool:
    """True for what says outright that it is to be added to what was reported: 你给我加进去, 不是新的事; not for 加进去没有."""
    return bool(_BELONGS.search(text)) and not asks_whether_added(text)


def asks_whether_added(text: str) -> bool:
    """True for 补充进去没得, which is answered with how the ticket stands."""
    return bool(_WHETHER_ADDED.search(text))


def asks_what_is_in_it(text: str) -> bool:
    """True for who wants to hear what the ticket says: 现在单子上写的哪里, 电话念一遍, 电话到底留没留上."""
    return bool(_WHAT_IS_IN_IT.search(text))


def is_dissatisfied(text: str) -> bool:
    """True for who complains of a reply: 处理结果太敷衍, 根本没解决."""
    return bool(_DISSATISFIED.search(text))


def tells_of_a_leak(text: str) -> bool:
    """True for who says that those complained about got to know who reported it: 匿名的，你们怎么告诉物业了."""
    return bool(_LEAKED.search(text))


def leaves_contact(text: str) -> bool:
    """True for who leaves a phone, called so: 等一下，我想留个电话，…; not for 这个号码查得到不."""
    return bool(_LEAVES_CONTACT.search(text)) and not by_phone(text)


def urges(text: str) -> bool:
    """True for 就是催我儿子那个单子, however it goes on; not for a question how one urges."""
    return bool(_URGES.search(text)) and not asks_how_to_hurry(text)


def may_be_closed(text: str) -> bool:
    """True for who says that the ticket can be closed: 垃圾收了，可以结了."""
    return bool(_MAY_BE_CLOSED.search(text)) and not _ASKS.search(text)


def lets_one_go(text: str) -> bool:
    """True for who wants one of several tickets no more, named by its place in their row: 第二个不要了."""
    return nth(text) is not None and bool(_LETS_GO.search(text)) and not _ASKS.search(text)


def has_proof(text: str) -> bool:
    """True for 有照片 and little else, which the hotline tells people to say."""
    return bool(_PROOF.search(text)) and len(text) <= LONGEST_PROOF and not _ASKS.search(text)


def goes_on(text: str) -> bool:
    """True for what seems to go on about what was just reported: 哎对了, 我忘说了."""
    return bool(_GOES_ON.search(text))


def taken_wrongly(text: str) -> bool:
    """True for who says that what was reported was taken for something else: 不是停车，是保安打人，改一下."""
    return bool(_TAKEN_WRONGLY.search(text) and not belongs_to_it(text))


def has_no_number(text: str) -> bool:
    """True for who has no number of a ticket any more: 我没得短信了."""
    return bool(_NO_NUMBER.search(text))


def by_phone(text: str) -> bool:
    """True for who asks whether a ticket is found by a phone number."""
    return bool(_BY_PHONE.search(text))


def wants_no_person(text: str) -> bool:
    """True for 算了不要转人工的回电了, which calls for nobody."""
    return bool(_NO_PERSON.search(text))


def told_before(text: str) -> bool:
    """True for what was reported before, as the citizen says."""
    return bool(_TOLD_BEFORE.search(text))


def told_anew(text: str) -> bool:
    """True for what was reported before and is as it was: 回复说已处理，但鸡还在叫."""
    return told_before(text) and bool(_STILL_SO.search(text))


def orders_something(text: str) -> bool:
    """True for an order on a ticket that is named: 撤吧，修好了; 补充：…; 改成匿名."""
    return bool(belongs_to_it(text) or anonymity(text) or _WITHDRAWS.search(text))


def anonymity(text: str) -> Asked | None:
    """How a message asks that name and phone be taken out of a ticket: 改成匿名, 电话可以删掉吗; None where it does not."""
    if not _UNKNOWN.search(text) or (_BY_OTHERS.search(text) and "匿名" not in text):
        return None
    return Asked.QUESTION if _ASKS.search(text) and not _PLEASE.search(text) else Asked.ORDER


def asks_how_to_hurry(text: str) -> bool:
    """True for 要是一直没人来，可以再打来催吗, which hurries nobody yet."""
    return bool(_MAY_HURRY.search(text) and not _PLEASE.search(text))
