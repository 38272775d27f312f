"""What a message means after the assistant has just spoken about a ticket: an addition taken back, news, a search for
an old ticket."""

from __future__ import annotations

from rasa.shared.core.events import BotUttered, UserUttered

from bot.readings.heard import Heard, question_of
from bot.readings.reading import Said, When, reading
from hotline.intake import (
    FAQ,
    Asked,
    asks_something,
    asks_what_is_in_it,
    lets_one_go,
    may_be_closed,
    may_be_of_the_hotline,
    objects_to_unit,
    withdrawal,
)
from hotline.intake.about_a_ticket import asked_of_a_ticket
from hotline.intake.asking import LIKELY_A_QUESTION, asks_only_when, only_asks, supposes, supposes_no_answer
from hotline.intake.ending import refuses_to_submit, says_solved
from hotline.intake.following import (
    asks_for_an_old_one,
    asks_how_it_stands,
    asks_its_number,
    asks_to_register_again,
    asks_which_phone,
    asks_who_calls,
    gives_points,
    has_it_changed,
    is_another,
    is_impatient,
    is_of_a_parcel,
    is_of_all,
    points_at_the_old_one,
    records_it_again,
    waits_for_it,
    wants_it_again,
    will_come_back,
)
from hotline.intake.listening import is_to_the_assistant
from hotline.intake.withdrawing import orders_withdrawal
from hotline.texts import texts

MAY_BE_NEWS = {
    "add_to_ticket", "affirm", "chitchat", "check_status", "correct", "deny", "goodbye", "inform", "nlu_fallback", "rate_satisfied",
    "state_matter", "stop_intake", "thank", "withdraw_ticket",
}  # fmt: skip
MAY_ASK_OF_IT = {"chitchat", "correct", "dont_know", "inform", "nlu_fallback"}
OF_WHAT_MAY_COME = {"given_back", "no_answer", "others_too", "outcome", "pressed", "use"}
NOT_THE_HOTLINES = OF_WHAT_MAY_COME | {"code", "cost", "handles", "help_lines", "hours", "money", "numbers", "scam"}
"""Plain questions for which one about the matter is easily taken: 劳动仲裁是不是也要去."""
SURELY_A_CHAT = 0.95
A_GUESS = 0.6  # below it a question about the unit is a guess
SAYS_NO = {"deny", "correct", "stop_intake"}
HAD_ENDED = "utter_already_ended"
RESPONSE = "utter_"
ADDED, ASKED_FOR_ITS_NUMBER = "utter_added", "utter_ask_number"
ADDITIONS = ("added_perhaps", "added_and_urged", "added_and_hurried", "added_and_asked")
OF_THE_OLD_ONE = ("old_ticket", "old_ticket_again")
PERHAPS = texts().say("added_perhaps", number="", title="")
UNFOUND = texts().say("old_ticket")
DOUBTED = texts().say("unit_noted", number="")
SURE_ASKED, UNDO = texts().say("withdraw_sure", number=""), texts().say("withdrawn_undo")


@reading(
    When.TICKET,
    new_matters=True,
    catches=Said(
        "另一件事",
        becomes="state_matter",
        before=("楼下有人养鸡",),
        answered=PERHAPS,
        parts=(Said("楼下有人养鸡", "inform", category="1405"),),
    ),
    leaves=(Said("另一件事", before=("楼下有人养鸡",)), Said("不是新的事", before=("楼下有人养鸡",), answered=PERHAPS)),
)
async def addition_taken_back(heard: Heard) -> Heard | None:
    """What was added to the ticket turns out to be another matter. It is read as a new matter, together with what the
    citizen says of it now; `matter.apart` holds what was added."""
    rest, before = is_another(heard.text), _before(heard)
    if rest is None or before is None or not _was_added(heard):
        return None
    told = "，".join(filter(None, (before, rest)))
    return _stated(await heard.part(told), told, apart=before)


@reading(
    When.FREE,
    catches=Said(
        "那就重新登记嘛",
        becomes="state_matter",
        before=("上个月报过路灯，号记不全了",),
        answered=UNFOUND,
        parts=(Said("上个月报过路灯，号记不全了，那就重新登记嘛", "state_matter", category="0106"),),
    ),
    leaves=Said("那就重新登记嘛", before=("上个月报过路灯，号记不全了",)),
)
async def old_one_again(heard: Heard) -> Heard | None:
    """When a citizen asks to record an old, unfound matter again, all that they told of it is read as a new matter."""
    if not records_it_again(heard.text) or not _was_told_of_the_old_one(heard):
        return None
    told = "，".join([*_told_of_the_old_one(heard), heard.text])
    return _stated(await heard.part(told), told)


@reading(
    When.ANYWHERE,
    catches=(
        Said("我之前上个月还报过一个，工单号好像是2611开头，后面记不到了", "inform", becomes="check_status"),
        Said("是报的路灯的事", "state_matter", becomes="check_status", before=("号记不全了",), answered=UNFOUND),
    ),
    leaves=(
        Said("是报的路灯的事", "state_matter", before=("号记不全了",)),
        Said("号记不全了，重新登记嘛", "inform"),
    ),
)
def looks_for_an_old_one(heard: Heard) -> Heard | None:
    """A citizen who looks for an old ticket with half a number asks for its status and tells no new matter."""
    text = heard.text
    if not (heard.is_free or heard.is_in_the_intake) or records_it_again(text):
        return None
    if heard.ticket and heard.is_free and asked_of_a_ticket(text):
        return None
    if heard.has("ticket_number", "lookup_code") and not asks_for_an_old_one(text):
        return None
    goes_on = points_at_the_old_one(text) and not says_solved(text) and not may_be_closed(text)
    is_of_it = goes_on and heard.is_free and _was_told_of_the_old_one(heard)
    return heard.as_intent("check_status") if asks_for_an_old_one(text) or is_of_it else None


@reading(
    When.TICKET,
    for_people=True,
    catches=Said("那你帮我转给城管嘛", "request_human", becomes="add_to_ticket"),
    leaves=Said("那你帮我转给人工嘛", "request_human"),
)
def sent_to_a_unit(heard: Heard) -> Heard | None:
    """A citizen who wants the ticket sent to another unit does not ask for an agent."""
    calls = heard.intent == "request_human" and objects_to_unit(heard.text)
    return heard.as_intent("add_to_ticket") if calls else None


@reading(
    When.TICKET,
    catches=Said("那你改一下嘛", "correct", becomes="add_to_ticket", before=("转错了",), answered=DOUBTED),
    leaves=(
        Said("那你改一下嘛", "correct", before=("地址错了",)),
        Said("那电话改一下嘛", "correct", before=("转错了",), answered=DOUBTED),
    ),
)
def insists_on_another_unit(heard: Heard) -> Heard | None:
    """那你改一下嘛, just after the unit was called the wrong one, says the same again; `matter.doubts_the_unit`."""
    if not has_it_changed(heard.text) or not _was_answered(heard, "unit_noted"):
        return None
    return heard.with_matter(doubts_the_unit=True).as_intent("add_to_ticket")


@reading(
    When.TICKET,
    new_matters=True,
    catches=(
        Said("三千块钱能退回来不", "state_matter", becomes="faq/money", category="0502"),
        Said("狂犬疫苗打几针嘛", "state_matter", becomes="faq/medical", category="1101"),
        Said("会不会给我娃儿穿小鞋", "faq/told_on", becomes="faq/reprisal"),
        Said("降压药没得了", "inform", becomes="faq/medicine_out"),
        Said("为啥要到22号哦", "urge", becomes="faq/why_so_long"),
        Said("身份证号要不要给你们", "faq/files", becomes="faq/identity"),
        Said("那我找哪个说理嘛", "inform", becomes="faq/appeal"),
        Said("你们能不能喊警察抓人", "state_matter", becomes="faq/police", category="1202"),
        Said("工单查询码忘了", "check_status", becomes="faq/lost_code"),
        Said("查询码没记到，咋个办", "faq/lost_code", becomes="faq/lost_code"),
        Said("你们周末上班不", "ask_capabilities", becomes="faq/hours"),
        Said("是不是交给公交公司了", "add_to_ticket", becomes="faq/who_handles"),
    ),
    leaves=(
        Said("他们不退钱", "state_matter", category="0502"),
        Said("另外一件事，我妈断药了医院不给开", "state_matter", category="1101"),
        Said("玉林街道卫生院断药三天了", "state_matter", category="1101", entities={"location": "玉林街道卫生院"}),
    ),
)
def known_of_it(heard: Heard) -> Heard | None:
    """A question about a ticket whose answer is known, whatever the classifiers take it for; not with a place, which
    makes it a matter of its own."""
    question = asked_of_a_ticket(heard.text)
    is_elsewhere = heard.is_a_new_matter and bool(heard.places)
    return heard.as_question(question) if question and not is_elsewhere else None


@reading(
    When.TICKET,
    new_matters=True,
    catches=(
        Said("那你看我今天这个到哪了", "chitchat", becomes="check_status"),
        Said("他们是打我手机嘛", "faq/told_on", becomes="add_to_ticket"),
        Said("那后面谁联系我", "state_matter", becomes="add_to_ticket", category="0501"),
        Said("这个要重新登记不", becomes="add_to_ticket"),
        Said("这种情况能不能去法院告", "who_handles", becomes="add_to_ticket", confidence=0.5),
        Said("你们到底什么时候来管", "urge", becomes="faq/how_long"),
        Said("我是问好久来，不是催", becomes="faq/how_long"),
        Said("我就没留电话的嘛，那我咋晓得结果", "check_status", becomes="add_to_ticket"),
        Said("要是过了期限还没人管呢", "urge", becomes="faq/no_answer"),
        Said("地址写对没有", "correct", becomes="add_to_ticket"),
        Said("两个单子的号都念一遍", "faq/lost_code", becomes="my_tickets"),
        Said("要不要我在屋头等", "chitchat", becomes="add_to_ticket"),
        Said("我的工单号再发一下", "inform", becomes="check_status"),
        Said("要是教育局不理我咋整", "faq/pressed", becomes="faq/no_answer"),
        Said("快递单号SF1234567890", "check_status", becomes="add_to_ticket"),
        Said("劳动仲裁是不是也要去", "faq/help_lines", becomes="add_to_ticket"),
        Said("协调的时候我妈要不要到场", "faq/others_too", becomes="add_to_ticket"),
    ),
    leaves=(
        Said("这个归哪个管", "who_handles"),
        Said("路灯坏了", "state_matter", category="0106"),
        Said("还要等好久嘛，快点来修", "urge"),
        Said("你今天吃饭没有", "chitchat", confidence=0.99),
    ),
)
def asked_of_it(heard: Heard) -> Heard | None:
    """A question about a ticket goes to the ticket, whatever it sounds like; the action answers it and adds nothing."""
    if (
        asks_who_calls(heard.text)
        or asks_which_phone(heard.text)
        or (is_of_a_parcel(heard.text) and not asks_something(heard.text))
    ):
        return heard.as_intent("add_to_ticket")
    if is_of_all(heard.text) and (heard.question == "lost_code" or asks_what_is_in_it(heard.text)):
        return heard.as_intent("my_tickets")
    if asks_how_it_stands(heard.text) or asks_its_number(heard.text):
        return heard.as_intent("check_status")
    if supposes_no_answer(heard.text):
        return heard.as_question("no_answer")
    if asks_only_when(heard.text, is_urging=heard.intent == "urge"):
        return heard.as_question("how_long")
    if heard.intent == "urge" and supposes(heard.text) and only_asks(heard.text):
        return heard.as_question("no_answer")
    if heard.question == "lost_code":
        return heard
    if heard.intent == FAQ and only_asks(heard.text):
        fits, stated = may_be_of_the_hotline(heard.question, heard.text), heard.rather("state_matter")
        is_guess = not fits and heard.question in NOT_THE_HOTLINES
        if is_guess and (stated is None or stated["confidence"] < LIKELY_A_QUESTION):
            return heard.as_intent("add_to_ticket")
        if fits and heard.question in OF_WHAT_MAY_COME:
            return heard
    if heard.intent in MAY_ASK_OF_IT and only_asks(heard.text) and not _is_a_chat(heard):
        likely = heard.rather(FAQ)
        question = question_of(likely) if likely and likely["confidence"] >= LIKELY_A_QUESTION else ""
        is_plain = question and may_be_of_the_hotline(question, heard.text)
        return heard.as_question(question) if is_plain else heard.as_intent("add_to_ticket")
    is_guess = heard.intent == "who_handles" and heard.confidence < A_GUESS and asks_something(heard.text)
    return heard.as_intent("add_to_ticket") if asks_to_register_again(heard.text) or is_guess else None


@reading(
    When.TICKET_NAMED,
    new_matters=True,
    catches=(
        Said("物业上门来劝我撤单，我没答应", "withdraw_ticket", becomes="withdraw_ticket"),
        Said("学校打电话来要我撤，说老师会道歉", "state_matter", becomes="withdraw_ticket", category="1203"),
        Said("算了，还是让他们办嘛", "deny", becomes="withdraw_ticket", before=("我要不要撤",), answered=SURE_ASKED),
        Said("哎呀，不是这个意思", "deny", becomes="withdraw_ticket", before=("撤掉",), answered=UNDO),
        Said("恢复一下嘛", "resume", becomes="withdraw_ticket", before=("撤掉",), answered=UNDO),
    ),
    leaves=(
        Said("撤了吧", "state_matter"),
        Said("不是这个意思", "deny", before=("撤掉",)),
        Said("撤单", "deny", before=("我要不要撤",), answered=SURE_ASKED),
    ),
)
def withdrawal_refused(heard: Heard) -> Heard | None:
    """A citizen who does not want the ticket withdrawn, was pressed by others, or takes the withdrawal back, keeps the
    ticket; `matter.keeps` says so."""
    text = heard.text
    is_no = heard.intent in SAYS_NO and not orders_withdrawal(text)
    was_asked = is_no and _was_answered(heard, "withdraw_sure")
    was_withdrawn = (is_no or wants_it_again(text)) and _was_answered(heard, "withdrawn_undo", HAD_ENDED)
    if withdrawal(text) is not Asked.REFUSED and not was_asked and not was_withdrawn:
        return None
    return heard.with_matter(keeps=True).as_intent("withdraw_ticket")


@reading(
    When.TICKET,
    catches=(
        Said("好，那我等到起", becomes="thank"),
        Said("好嘛，那10号还没修我再找你们", "add_to_ticket", becomes="thank"),
    ),
    leaves=Said("我等了半天没人来", "urge"),
)
def waits(heard: Heard) -> Heard | None:
    """A citizen who says that they will wait, or come back if nothing happens, is being polite."""
    return heard.as_intent("thank") if waits_for_it(heard.text) or will_come_back(heard.text) else None


@reading(
    When.FREE,
    catches=(
        Said("你们这态度还不错，打五分", "inform", becomes="rate_satisfied"),
        Said("给你们打三分吧", "faq/files", becomes="rate_dissatisfied"),
    ),
    leaves=Said("五分钟前又断了", "add_to_ticket"),
)
def rated(heard: Heard) -> Heard | None:
    """Points are a rating."""
    points = gives_points(heard.text)
    return None if points is None else heard.as_intent("rate_satisfied" if points else "rate_dissatisfied")


@reading(
    When.TICKET,
    catches=(
        Said("什么效率嘛", "rate_satisfied", becomes="urge"),
        Said("你们是不是就是个摆设", "insult", becomes="urge"),
    ),
    leaves=Said("什么效率嘛", "rate_dissatisfied"),
)
def impatient(heard: Heard) -> Heard | None:
    """Anger that nothing moves hurries the ticket."""
    is_open = heard.intent != "rate_dissatisfied"
    return heard.as_intent("urge") if is_open and is_impatient(heard.text) else None


@reading(
    When.TICKET,
    catches=Said("不要提交那个咨询", "inform", becomes="deny"),
    leaves=Said("我不投诉了，撤单", "withdraw_ticket"),
)
def none_besides(heard: Heard) -> Heard | None:
    """Refusing to submit anything while no intake is open is a denial and withdraws no ticket."""
    is_order = withdrawal(heard.text) is Asked.ORDER
    return heard.as_intent("deny") if refuses_to_submit(heard.text) and not is_order else None


@reading(
    When.TICKET_NAMED,
    new_matters=True,
    catches=(
        Said("绿灯现在好了，修好了", "check_status", becomes="rate_satisfied"),
        Said("刚刚看有人来换了，好快哦", becomes="rate_satisfied"),
        Said("今天来收了，可以了", "chitchat", becomes="rate_satisfied"),
    ),
    leaves=(
        Said("来水了，不过水是黄的", "chitchat", category="0101"),
        Said("灯已经修好了，不用了", "withdraw_ticket"),
        Said("现在修好了没得", "check_status"),
    ),
)
def solved(heard: Heard) -> Heard | None:
    """News that the reported matter has been dealt with is good news, even where it begins like a new matter."""
    text = heard.text
    orders = lets_one_go(text) or withdrawal(text) is Asked.ORDER
    is_news = heard.intent in MAY_BE_NEWS and says_solved(text) and not orders
    return heard.as_intent("rate_satisfied") if is_news else None


def _is_a_chat(heard: Heard) -> bool:
    """Whether a question is of the assistant itself and of no ticket: 你吃饭没有."""
    return heard.intent == "chitchat" and (heard.confidence >= SURELY_A_CHAT or is_to_the_assistant(heard.text))


def _stated(part: Heard, told: str, **more: str) -> Heard:
    likeliest = part.likeliest
    return part.but(text=told).as_matter(likeliest.category, likeliest.sureness, **more)


def _before(heard: Heard) -> str | None:
    """The text of the message before this one."""
    return next((event.text for event in reversed(heard.tracker.events) if isinstance(event, UserUttered)), None)


def _was_answered(heard: Heard, *keys: str) -> bool:
    """Whether the message before was answered with one of these: texts with a number or a title in them, or responses
    of the domain."""
    say = texts(heard.tracker.get_slot("language") or "zh").say
    lines = (key for key in keys if not key.startswith(RESPONSE))
    opens = tuple(say(key, number="\0", unit="\0", title="\0").partition("\0")[0] for key in lines)
    return any(
        (answer.metadata or {}).get("utter_action") in keys or (answer.text or "").startswith(opens)
        for answer in heard.answers
    )


def _was_added(heard: Heard) -> bool:
    """Whether the message before was added to a ticket."""
    return _was_answered(heard, ADDED, *ADDITIONS)


def _lines_of_the_old_one(heard: Heard) -> set[str]:
    say = texts(heard.tracker.get_slot("language") or "zh").say
    return {say(key) for key in OF_THE_OLD_ONE}


def _was_told_of_the_old_one(heard: Heard) -> bool:
    """Whether the message before was answered with "that old ticket cannot be found" or a request for its number."""
    lines = _lines_of_the_old_one(heard)
    answers = heard.answers
    return any(a.text in lines or (a.metadata or {}).get("utter_action") == ASKED_FOR_ITS_NUMBER for a in answers)


def _told_of_the_old_one(heard: Heard) -> list[str]:
    """All messages that were answered with "that old ticket cannot be found"."""
    lines, told, said = _lines_of_the_old_one(heard), [], ""
    for event in heard.tracker.events:
        if isinstance(event, UserUttered):
            said = event.text or ""
        elif isinstance(event, BotUttered) and event.text in lines:  # not messages answered by asking for the number
            told.append(said)
    return list(dict.fromkeys(told))
