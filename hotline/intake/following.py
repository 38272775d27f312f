"""What a message asks of an existing ticket. A mere question never triggers anything that cannot be undone."""

from __future__ import annotations

import re

from hotline.city import NOISE_OF_PEOPLE, NOISE_OF_WORKS
from hotline.intake.ending import is_wanted_after_all, refuses_to_submit
from hotline.intake.several import nth
from hotline.intake.withdrawing import Asked, orders_withdrawal
from hotline.phrases import phrase

_UNKNOWN = phrase("tickets.takes_out_the_contact")
_ASKS = phrase("tickets.asks_whether")
_PLEASE = phrase("tickets.please")
_BELONGS = phrase("tickets.belongs_to_it")
_GOES_ON = phrase("tickets.goes_on")
_TAKEN_WRONGLY = phrase("tickets.taken_wrongly")
_WRONGLY_SORTED = phrase("answers.wrongly_sorted")
_TAKEN_FOR_A_QUESTION = phrase("answers.no_question")
_WHETHER_ADDED = phrase("tickets.whether_added")
_LEAVES_CONTACT = phrase("tickets.leaves_contact")
_URGES = phrase("tickets.urges")
_NOISE_NOW = phrase("tickets.noise_now")
_OF_NOISE = phrase("tickets.of_noise")
_WHICH_PHONE = phrase("tickets.which_phone")
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
_FIRST_TIME = phrase("tickets.first_time")
_ONE_MORE = phrase("tickets.one_more")
_STILL_SO = phrase("tickets.still_so")
_MAY_HURRY = phrase("tickets.may_hurry")
_BY_OTHERS = phrase("tickets.by_others")
_OF_THE_NAME = phrase("tickets.of_the_name")
_OF_MORE_THAN_THE_NAME = phrase("tickets.of_the_contact")

_ANOTHER = phrase("tickets.another_matter")
_TAKES_BACK = phrase("tickets.is_another")
_OF_LAST = phrase("tickets.is_of_the_last")
_WHO_CALLS = phrase("tickets.who_calls")
_HOW_IT_STANDS = phrase("tickets.how_it_stands")
_ITS_NUMBER = phrase("tickets.asks_its_number")
_OF_A_PARCEL = phrase("tickets.of_a_parcel")
_TO_REGISTER = phrase("tickets.asks_to_register")
_HAS_IT_CHANGED = phrase("tickets.has_it_changed")
_ALL = phrase("tickets.all_of_them")
_WAITS = phrase("tickets.waits")
_WORSE = phrase("tickets.back_or_worse")
_WILL_COME_BACK = phrase("tickets.will_come_back")
_POINTS = phrase("tickets.gives_points")
_MANY_POINTS = phrase("tickets.many_points")
_OF_SERVICE = phrase("tickets.of_service")
_IMPATIENT = phrase("tickets.impatient")
_WANTED_AGAIN = phrase("withdrawing.wanted_again")
_OLD_ONE = phrase("tickets.old_one")
_HALF = phrase("tickets.half_a_number")
_AGAIN = phrase("tickets.records_it_again")
_POINTS_AT_OLD = phrase("tickets.points_at_the_old_one")

_WORDS = re.compile(r"\b[A-Za-z]+\b")
_WHOLE_NUMBER = re.compile(r"\d{12}")
_CLAUSES = re.compile("[,，。;；!！\\s]+")
LEAST_TOLD = 4
LONGEST_PROOF = 16  # characters
MOST_WORDS = 14  # of an English message


def belongs_to_it(text: str) -> bool:
    """True if the citizen says outright that the message is to be added to what they reported: 你给我加进去,
    不是新的事; not for 加进去没有."""
    return bool(_BELONGS.search(text)) and not asks_whether_added(text)


def is_of_the_last(text: str) -> bool:
    """True if the message is no new matter but part of the one reported before: 不要另外一个单子，加到原来的就行."""
    return bool(_OF_LAST.search(text))


def beyond_the_order(text: str) -> str:
    """What a message tells besides that it is part of the report before: 我要十倍赔偿 of 不要再登记，我要十倍赔偿."""
    clauses = [clause.strip() for clause in _CLAUSES.split(text) if clause.strip()]
    told = [clause for clause in clauses if not (_OF_LAST.search(clause) or refuses_to_submit(clause))]
    return "，".join(clause for clause in told if len(clause) >= LEAST_TOLD)


def another_comes(text: str) -> bool:
    """True if the citizen announces another matter: 另外一件事，…; 再报一个; not for 另外那家店叫老妈烧烤."""
    return bool(_ANOTHER.search(text)) and not is_of_the_last(text)


def is_another(text: str) -> str | None:
    """The text after the words that say an addition was a separate matter (另一件事; 不是补充，是另一件，在玉林路); it
    may be empty. None for any other message."""
    found = _TAKES_BACK.search(text)
    if found is None or belongs_to_it(text) or asks_to_register_again(text):
        return None
    return text[found.end() :].strip(" ,，。.！!？?；;、~啊哦嘛哈的")


def is_back_or_worse(text: str) -> bool:
    """True for 他们今晚又在倒, 比刚才还凶."""
    return bool(_WORSE.search(text)) and not will_come_back(text)


def will_come_back(text: str) -> bool:
    """True if the citizen will contact the hotline again if nothing happens: 那10号还没修我再找你们."""
    return bool(_WILL_COME_BACK.search(text))


def gives_points(text: str) -> bool | None:
    """True for a rating with many points (打五分), False for one with few (打三分), None for no rating."""
    return bool(_MANY_POINTS.search(text)) if _POINTS.search(text) else None


def is_of_service(text: str) -> bool:
    """True for praise of the service or a rating, which tells nothing about the matter: 态度还不错; 打五分."""
    return bool(_OF_SERVICE.search(text) or _POINTS.search(text))


def is_impatient(text: str) -> bool:
    """True for 什么效率嘛 and 你们就是个摆设."""
    return bool(_IMPATIENT.search(text))


def asks_for_an_old_one(text: str) -> bool:
    """True if the citizen looks for an old ticket with part of its number, a phone, or neither:
    上个月报过一个，号记不全了."""
    if _WHOLE_NUMBER.search(text.replace(" ", "")):
        return False
    has_half = bool(_HALF.search(text))
    return has_half or bool(_OLD_ONE.search(text) and (has_no_number(text) or by_phone(text)))


def wants_it_again(text: str) -> bool:
    """True if the citizen wants a withdrawn ticket after all: 还是别撤，继续; 他又反悔不赔了."""
    return bool(_WANTED_AGAIN.search(text)) or records_it_again(text) or is_wanted_after_all(text)


def records_it_again(text: str) -> bool:
    """True for 那就重新登记嘛."""
    return bool(_AGAIN.search(text))


def points_at_the_old_one(text: str) -> bool:
    """True for words that describe an earlier report: 是报的路灯的事, 那次是谁办的嘛."""
    return bool(_POINTS_AT_OLD.search(text))


def asks_how_it_stands(text: str) -> bool:
    """True for a question about progress: 那你看我今天这个到哪了."""
    return bool(_HOW_IT_STANDS.search(text))


def asks_its_number(text: str) -> bool:
    """True for 单子编号是好多, where the conversation has a ticket; not for one reported long before."""
    return bool(_ITS_NUMBER.search(text)) and not _OLD_ONE.search(text)


def is_of_a_parcel(text: str) -> bool:
    """True for 快递单号SF1234567890, whose number is none of a ticket."""
    return bool(_OF_A_PARCEL.search(text))


def has_it_changed(text: str) -> bool:
    """True for 那你改一下嘛 and nothing else, which changes what was just spoken of."""
    return bool(_HAS_IT_CHANGED.search(text))


def asks_to_register_again(text: str) -> bool:
    """True for 这个要重新登记不."""
    return bool(_TO_REGISTER.search(text))


def is_of_all(text: str) -> bool:
    """True for 两个单子我都要保密, which concerns all tickets."""
    return bool(_ALL.search(text))


def waits_for_it(text: str) -> bool:
    """True for 好，那我等到起 and nothing else."""
    return bool(_WAITS.search(text))


def asks_who_calls(text: str) -> bool:
    """True for 后面是公交公司联系我吗, 那匿名了你们咋个通知我结果."""
    return bool(_WHO_CALLS.search(text))


def asks_whether_added(text: str) -> bool:
    """True for 补充进去没得, which is answered with the state of the ticket."""
    return bool(_WHETHER_ADDED.search(text))


def asks_what_is_in_it(text: str) -> bool:
    """True if the citizen wants to hear what the ticket contains: 现在单子上写的哪里, 电话念一遍, 电话到底留没留上."""
    return bool(_WHAT_IS_IN_IT.search(text))


def is_dissatisfied(text: str) -> bool:
    """True for a complaint about a reply: 处理结果太敷衍, 根本没解决."""
    return bool(_DISSATISFIED.search(text))


def tells_of_a_leak(text: str) -> bool:
    """True if the citizen says that those complained about learned who reported it: 匿名的，你们怎么告诉物业了."""
    return bool(_LEAKED.search(text))


def leaves_contact(text: str) -> bool:
    """True if the citizen says that they leave a phone: 等一下，我想留个电话，…; not for 这个号码查得到不."""
    return bool(_LEAVES_CONTACT.search(text)) and not by_phone(text)


def urges(text: str) -> bool:
    """True if the citizen urges action on a ticket (就是催我儿子那个单子), whatever follows; not for a question how to
    urge."""
    return bool(_URGES.search(text)) and not asks_how_to_hurry(text)


def noise_goes_on(text: str) -> bool:
    """True if a message says that there is noise at this moment: 他们现在就在吵."""
    return bool(_NOISE_NOW.search(text))


def is_of_noise(category: str | None, told: str) -> bool:
    """Whether a matter is, also, of noise that the police stop, by its category or by what was told of it."""
    return category == NOISE_OF_PEOPLE or (category not in NOISE_OF_WORKS and bool(_OF_NOISE.search(told)))


def asks_which_phone(text: str) -> bool:
    """True for the question whether the phone that was left is called: 你们是打我手机嘛."""
    return bool(_WHICH_PHONE.search(text))


def may_be_closed(text: str) -> bool:
    """True if the citizen says that the ticket can be closed: 垃圾收了，可以结了."""
    return bool(_MAY_BE_CLOSED.search(text)) and not _ASKS.search(text)


def lets_one_go(text: str) -> bool:
    """True if the citizen drops one of several tickets, named by its position: 第二个不要了."""
    return nth(text) is not None and bool(_LETS_GO.search(text)) and not _ASKS.search(text)


def has_proof(text: str) -> bool:
    """True for 有照片 and little else, which the hotline asks people to say."""
    is_short = len(text) <= LONGEST_PROOF or len(_WORDS.findall(text)) in range(1, MOST_WORDS)
    return bool(_PROOF.search(text)) and is_short and not _ASKS.search(text)


def goes_on(text: str) -> bool:
    """True if the message seems to continue what was just reported: 哎对了, 我忘说了."""
    return bool(_GOES_ON.search(text))


def taken_wrongly(text: str) -> bool:
    """True if the citizen says that their report was misunderstood: 不是停车，是保安打人，改一下."""
    of_the_sorting = _WRONGLY_SORTED.search(text) or _TAKEN_FOR_A_QUESTION.search(text)
    return bool((_TAKEN_WRONGLY.search(text) or of_the_sorting) and not belongs_to_it(text))


def has_no_number(text: str) -> bool:
    """True if the citizen no longer has the number of a ticket: 我没得短信了."""
    return bool(_NO_NUMBER.search(text))


def by_phone(text: str) -> bool:
    """True if the citizen asks whether a ticket can be found by phone number."""
    return bool(_BY_PHONE.search(text))


def wants_no_person(text: str) -> bool:
    """True for 算了不要转人工的回电了: no person is wanted any more."""
    return bool(_NO_PERSON.search(text))


def told_before(text: str) -> bool:
    """True if the citizen says that they reported it before."""
    return bool(_TOLD_BEFORE.search(text)) and not is_first_time(text)


def is_first_time(text: str) -> bool:
    """True for 我是第一次反映, 以前没反映过."""
    return bool(_FIRST_TIME.search(text))


def reports_one_more(text: str) -> bool:
    """True for 我再反映一个, which is another matter and no old one."""
    return bool(_ONE_MORE.search(text))


def told_anew(text: str) -> bool:
    """True if it was reported before and nothing has changed: 回复说已处理，但鸡还在叫."""
    return told_before(text) and bool(_STILL_SO.search(text))


def orders_something(text: str) -> bool:
    """True for an order concerning a ticket: 撤吧，修好了; 补充：…; 改成匿名."""
    return bool(belongs_to_it(text) or anonymity(text) or orders_withdrawal(text))


def anonymity(text: str) -> Asked | None:
    """Whether a message orders that name and phone be removed from a ticket (改成匿名) or only asks about it
    (电话可以删掉吗); None if neither."""
    if not _UNKNOWN.search(text) or (_BY_OTHERS.search(text) and "匿名" not in text):
        return None
    return Asked.QUESTION if _ASKS.search(text) and not _PLEASE.search(text) else Asked.ORDER


def only_the_name(text: str) -> bool:
    """True if a citizen wants the name taken out, and says nothing of the phone or of staying unknown: 莫写我名字."""
    return bool(_OF_THE_NAME.search(text)) and not _OF_MORE_THAN_THE_NAME.search(text)


def asks_how_to_hurry(text: str) -> bool:
    """True for a question about urging later: 要是一直没人来，可以再打来催吗."""
    return bool(_MAY_HURRY.search(text) and not _PLEASE.search(text))
