"""Messages about a ticket that exists or is named, whatever they sound like."""

from __future__ import annotations

from bot.readings.heard import Heard
from bot.readings.matters import understood_anew
from bot.readings.reading import Said, When, reading
from hotline.intake import (
    ASKS,
    FAQ,
    Asked,
    Meant,
    anonymity,
    asks_about_withdrawing,
    asks_something,
    asks_to_send,
    asks_what_is_in_it,
    asks_when_answered,
    asks_whether_added,
    belongs_to_it,
    by_phone,
    goes_on,
    has_content,
    has_no_number,
    has_proof,
    how_to_reach,
    is_declined,
    is_of_the_place,
    is_over,
    is_taken_back,
    leaves_contact,
    lets_one_go,
    may_be_closed,
    meant_instead,
    objects_to_unit,
    orders_something,
    taken_wrongly,
    urges,
    withdrawal,
)
from hotline.intake.following import noise_goes_on
from hotline.intake.privacy import orders_secrecy, wish_for_secrecy
from hotline.phrases import phrase

A_GUESS = 0.6  # below it 算了 and the like are a guess
UNCLEAR = {"chitchat", "inform", "nlu_fallback"}
SEEMS_TO_ASK = {FAQ, "who_handles"}  # intents that 物业说不归他们管 may get
FOLLOWS = phrase("tickets.follows_from_it")
MAY_CLOSE = UNCLEAR | {"thank"}
MAY_UNDO_SECRECY = UNCLEAR | {"deny", "stop_intake", "withdraw_ticket"}


@reading(
    When.NO_TICKET,
    catches=Said("单号找不到了", "dont_know", becomes="check_status"),
    leaves=Said("单号找不到了", "state_matter"),
)
def without_a_number(heard: Heard) -> Heard | None:
    """A citizen who has no number any more, or asks whether a ticket is found by phone, asks for the ticket's
    status."""
    has_none = has_no_number(heard.text) and heard.intent != "state_matter"
    return heard.as_intent("check_status") if has_none or by_phone(heard.text) else None


@reading(
    When.IN_THE_INTAKE,
    catches=Said(
        "261130000011撤吧，修好了",
        "withdraw_ticket",
        becomes="check_status",
        entities={"ticket_number": "261130000011"},
    ),
    leaves=Said("撤吧，修好了", "withdraw_ticket"),
)
def order_on_a_named_one(heard: Heard) -> Heard | None:
    """An order about a named ticket is not about the matter being taken in."""
    is_named = heard.has("ticket_number") and orders_something(heard.text)
    return heard.as_intent("check_status") if is_named else None


@reading(
    When.TICKET,
    new_matters=True,
    catches=Said(
        "你们写错了，我说的是打人",
        "correct",
        becomes="add_to_ticket",
        parts=(Said("打人", category="1203"),),
    ),
    leaves=Said("不是停车的事", "deny"),
)
async def put_right(heard: Heard) -> Heard | None:
    """When the citizen says that a ticket was taken wrongly, this is added to it, with what they mean instead."""
    text = heard.text
    if not taken_wrongly(text) or is_of_the_place(text) or objects_to_unit(text):
        return None
    anew = await understood_anew(heard, meant_instead(text) or Meant(text, of_the_matter=True))
    return anew.as_intent("add_to_ticket")


@reading(
    When.TICKET,
    new_matters=True,
    catches=Said("那我补两张照片得不得行", "add_to_ticket", becomes="faq/files"),
    leaves=Said("照片我有", "inform"),
)
def how_to_send(heard: Heard) -> Heard | None:
    """Whether proof may be added to a ticket is the question how to send it."""
    return heard.as_question("files") if asks_to_send(heard.text) else None


@reading(
    When.TICKET_NAMED,
    new_matters=True,
    catches=Said("这个不归城管管", "who_handles", becomes="add_to_ticket"),
    leaves=Said("城管来过了", "state_matter", category="1702"),
)
def wrong_unit_or_place(heard: Heard) -> Heard | None:
    """A message that the unit or the place is wrong is added to the ticket."""
    return heard.as_intent("add_to_ticket") if objects_to_unit(heard.text) or is_of_the_place(heard.text) else None


@reading(
    When.TICKET_NAMED,
    catches=(
        Said("电话能删掉吗", "faq/changing", becomes="keep_confidential"),
        Said("哎？我说的是要保密！", "faq/told_on", becomes="keep_confidential"),
        Said("好，那就保密", "affirm", becomes="keep_confidential"),
        Said("算了，取消保密", "withdraw_ticket", becomes="no_confidential"),
    ),
    leaves=(Said("电话打不通", "faq/contact"), Said("能不能保密", "faq/told_on")),
)
def without_a_name(heard: Heard) -> Heard | None:
    """A citizen who asks to take name and phone out of a ticket, or says 保密, asks for secrecy; 取消保密 withdraws
    no ticket."""
    if heard.intent in MAY_UNDO_SECRECY and wish_for_secrecy(heard.text, "inform") is False:
        return heard.as_intent("no_confidential")
    return heard.as_intent("keep_confidential") if anonymity(heard.text) or orders_secrecy(heard.text) else None


@reading(
    When.TICKET_NAMED,
    catches=Said("补充进去没得", "faq/submitted", becomes="check_status"),
    leaves=Said("补充进去", "add_to_ticket"),
)
def how_it_stands(heard: Heard) -> Heard | None:
    """What the ticket says, whether something was added and when it is answered are all told with its status."""
    text = heard.text
    is_asked = asks_whether_added(text) or (heard.intent != FAQ and asks_when_answered(text))
    to_hear_it = asks_what_is_in_it(text) and not heard.has("phone", "name")
    return heard.as_intent("check_status") if is_asked or to_hear_it else None


@reading(
    When.TICKET_NAMED,
    new_matters=True,
    catches=(Said("这会儿又在放音响，来个人嘛", "state_matter", becomes="urge", category="0602"),),
    leaves=Said("锦江区牛王庙现在正在砸墙", "state_matter", category="0602", entities={"location": "锦江区牛王庙"}),
)
def noise_now(heard: Heard) -> Heard | None:
    """Who says that there is noise at this moment urges their ticket, and is told who stops it."""
    return heard.as_intent("urge") if noise_goes_on(heard.text) and not heard.places else None


@reading(
    When.TICKET_NAMED,
    catches=Said("就是催我儿子那个单子", "inform", becomes="urge"),
    leaves=Said("催债的天天打电话", "state_matter", category="0904"),
)
def urged(heard: Heard) -> Heard | None:
    """A citizen who hurries a ticket urges it, however the message goes on."""
    return heard.as_intent("urge") if urges(heard.text) else None


@reading(
    When.TICKET,
    catches=(
        Said("等一下，我想留个电话，13800001234", "wait", becomes="add_to_ticket", entities={"phone": "13800001234"}),
        Said("处理了给我打电话，不要打我老公那个", "withdraw_ticket", becomes="add_to_ticket"),
    ),
    leaves=Said("这个号码查得到不，13800001234", "faq/code", entities={"phone": "13800001234"}),
)
def contact_or_proof(heard: Heard) -> Heard | None:
    """A phone that the citizen leaves, how they want to be reached, or proof that they have, is added to the ticket."""
    is_left = (heard.has("phone") and leaves_contact(heard.text)) or has_proof(heard.text)
    is_no_end = heard.intent == "withdraw_ticket" and withdrawal(heard.text) is not Asked.ORDER
    is_left = is_left or (is_no_end and how_to_reach(heard.text) is not None)
    return heard.as_intent("add_to_ticket") if is_left else None


@reading(
    When.TICKET,
    catches=(
        Said("第二个不要了", "inform", becomes="withdraw_ticket"),
        Said("算了算了，不要了", "stop_intake", becomes="withdraw_ticket"),
        Said("我想要个说法，不是要钱", "stop_intake", becomes="add_to_ticket", confidence=0.55),
        Said("把刚才那个取消", "stop_intake", becomes="withdraw_ticket", slots={"draft": {"category": "0106"}}),
    ),
    leaves=(Said("好嘛不用了", "stop_intake"), Said("把刚才那个取消", "correct")),
)
def let_go(heard: Heard) -> Heard | None:
    """A citizen who drops one of several, takes back what was sent, or stops when no intake is open means the
    ticket."""
    stops = heard.intent == "stop_intake" and not heard.draft and not is_declined(heard.text)
    if stops and heard.confidence < A_GUESS and has_content(heard.text) and not lets_one_go(heard.text):
        return heard.as_intent("add_to_ticket")
    takes_back = heard.intent != "correct" and is_taken_back(heard.text)
    return heard.as_intent("withdraw_ticket") if stops or takes_back or lets_one_go(heard.text) else None


@reading(
    When.TICKET_NAMED,
    catches=Said("怎么撤单", "faq/changing", becomes="withdraw_ticket"),
    leaves=Said("万一修好了，你们还来不", "faq/changing"),
)
def asks_to_withdraw(heard: Heard) -> Heard | None:
    """Whether and how a ticket can be withdrawn is answered by the withdrawal, which withdraws nothing yet."""
    return heard.as_intent("withdraw_ticket") if asks_about_withdrawing(heard.text) else None


@reading(
    When.TICKET_NAMED,
    new_matters=True,
    catches=(
        Said("还有两个娃娃今天住院了", "inform", becomes="add_to_ticket"),
        Said("物业说不归他们管", "who_handles", becomes="add_to_ticket"),
    ),
    leaves=(Said("我忘说了啥", "dont_know"), Said("物业说归哪个管嘛", "who_handles")),
)
def more_of_it(heard: Heard) -> Heard | None:
    """What the citizen wants added is added, and so is what seems to go on about it and is not understood otherwise."""
    asks = ASKS.search(heard.text) or asks_something(heard.text)
    tells_of_others = heard.intent in SEEMS_TO_ASK and FOLLOWS.search(heard.text)
    seems_so = ((heard.intent in UNCLEAR and goes_on(heard.text)) or tells_of_others) and not asks
    return heard.as_intent("add_to_ticket") if seems_so or belongs_to_it(heard.text) else None


@reading(
    When.FREE,
    catches=(
        Said("来水了", "state_matter", becomes="rate_satisfied", category="0101"),
        Said("今天垃圾收了，谢谢，可以结了", "thank", becomes="rate_satisfied", slots={"ticket": "261130000011"}),
    ),
    leaves=(
        Said("好久来水", "state_matter", category="0101"),
        Said("你们说办结了，结果今天早上还是老样子", "rate_dissatisfied", slots={"ticket": "261130000011"}),
    ),
)
def all_is_well(heard: Heard) -> Heard | None:
    """A message that the matter is settled, and nothing else, or that its ticket can be closed, is good news."""
    is_spoken_of = heard.intent in MAY_CLOSE and (heard.ticket or heard.has("ticket_number"))
    is_settled = heard.intent != "withdraw_ticket" and is_over(heard.text)
    return heard.as_intent("rate_satisfied") if is_settled or (is_spoken_of and may_be_closed(heard.text)) else None
