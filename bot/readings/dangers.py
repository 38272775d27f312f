"""What a message means while a danger stands; dangers told in pieces; false alarms."""

from __future__ import annotations

from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.readings.alarms import OF_A_TICKET, followed_ticket, of_a_ticket
from bot.readings.heard import BEYOND_DOUBT, Heard
from bot.readings.reading import Said, When, reading
from bot.readings.several import pieces
from hotline.city import THE_HOTLINE_ITSELF
from hotline.danger import (
    Doubt,
    Kind,
    TakenBack,
    detect_by_signs,
    evidence_of_words,
    is_of_the_handling,
    reassures,
    taken_back,
)
from hotline.danger.asides import HELP_IS_THERE, asides
from hotline.danger.besides import ANOTHER_MATTER, ONLY_REGISTERS, TELLS_WHERE, is_of_a_ticket, is_of_another_matter
from hotline.danger.said import FIGURE_OF_SPEECH, REAL
from hotline.danger.situations import situation_of
from hotline.danger.standing import is_of_the_danger
from hotline.intake import asks_what_is_in_it, asks_whether_added
from hotline.intake.ending import says_solved
from hotline.phrases import phrase

OF_ITS_OWN = 0.5  # of the category of words that say themselves that they are of another matter
TELLS_MORE = 7  # characters besides the place; 工商银行 双楠大道支行 is only where the danger is
CALLS_A_PERSON = phrase("danger.calls_a_person")
NOBODY_HURT = phrase("danger.nobody_hurt")
A_PERSON = phrase("danger.names_a_person")
RAGES = phrase("danger.rages")
ANSWERED_IN_DANGER = {"request_human", "bot_challenge", "speak_english", "stop_messages"}
"""Intents that are answered as usual while a danger stands."""
NEWS = 20  # most characters of a message that only tells what became of it
OVER = {"ticket": "261130000011", "danger_ticket": "261130000011"}
"""The slots when a danger is over and the conversation is about its red ticket."""


@reading(
    When.ANYWHERE,
    for_people=True,
    goes_on=True,
    catches=Said("没得煤气味了", "report_danger", becomes="inform", matter={"danger": "gas"}),
    leaves=Said("有煤气味", "report_danger"),
)
def false_alarm(heard: Heard) -> Heard | None:
    """Words that only resemble a danger are none. Reassuring words while a danger stands are about that danger."""
    of_the_handling = is_of_the_handling(heard.text)
    if detect_by_signs(heard.text) or not (of_the_handling or reassures(heard.text)):
        return None
    calm = heard.with_matter(danger=None, danger_certain=False, danger_possible=False)
    of_a_danger = bool(heard.tracker.get_slot("danger")) and heard.is_free and not of_the_handling
    if heard.intent != "report_danger" and not of_a_danger:
        return calm
    other = heard.rather(than="report_danger") if of_the_handling else None
    return calm.but(intent=other) if other else calm.as_intent("inform")


@reading(
    When.IN_DANGER,
    for_people=True,
    catches=(
        Said("没人管我", "urge", becomes="report_danger"),
        Said("那红绿灯那个帮我催一下", "urge", becomes="urge", slots={"ticket": "261201000012"}),
    ),
    leaves=Said("小区路灯坏了", "state_matter", category="0106", slots={"loop": "intake_form"}),
)
async def while_a_danger_stands(heard: Heard) -> Heard | None:
    """What a citizen says while a danger stands is about the danger, whatever it sounds like. Exceptions: messages
    about the ticket that the danger came out of, and another matter that is announced or clear. An intake that the
    danger interrupted goes on when the citizen comes back to it."""
    of_the_danger = heard.with_matter(said_as=heard.intent).as_intent("report_danger")
    kind = Kind(str(heard.tracker.get_slot("danger")))
    was_begun = bool(heard.draft) and heard.tracker.get_slot("asked") is not None
    if ONLY_REGISTERS.search(heard.text) and was_begun and heard.is_free:
        return heard.as_intent("resume")
    if heard.is_free and CALLS_A_PERSON.search(heard.text) and detect_by_signs(heard.text) is None:
        return heard.as_intent("request_human")
    of_it = is_of_the_danger(heard.text, kind) or FIGURE_OF_SPEECH.search(heard.text)
    if of_it or ONLY_REGISTERS.search(heard.text):
        return await _with_its_story(of_the_danger)
    if not heard.is_free:
        return None
    asks_for_none = heard.intent == "request_human" and not A_PERSON.search(heard.text)  # 不要喊人
    is_for_others = (heard.intent in ANSWERED_IN_DANGER and not asks_for_none) or heard.has("ticket_number")
    if is_for_others and set(asides(heard.text)) <= {"asked"} and taken_back(heard.text, kind) is None:
        return heard
    if followed_ticket(heard) and _is_of_the_ticket(heard, kind):
        return of_a_ticket(heard.with_matter(beside_danger=True))
    tells_more = len(heard.text) - sum(map(len, heard.places)) >= TELLS_MORE
    has_place = bool(heard.places) and heard.intent == "state_matter" and tells_more
    likeliest = heard.likeliest
    is_clear = likeliest.sureness >= BEYOND_DOUBT
    answers_where = _waits_for_the_place(heard) and TELLS_WHERE.search(heard.text) is not None
    if not is_of_another_matter(heard.text, is_clear, has_place and not answers_where, kind):
        return await _with_its_story(of_the_danger)
    draft = heard.draft if was_begun else {}
    if draft and (not is_clear or likeliest.category == draft.get("category")):
        return heard.as_intent("resume")
    return await _of_the_story(heard)


@reading(
    When.FREE,
    catches=Said("工资的事你给我登记到嘛", "check_status", becomes="state_matter", slots=OVER),
    leaves=Said("给我登记没有", "check_status", slots=OVER),
)
async def matter_after_a_danger(heard: Heard) -> Heard | None:
    """What a citizen wants registered after a danger is a matter; the words alone seldom tell which one."""
    red = heard.tracker.get_slot("danger_ticket")
    if not red or heard.ticket != red or heard.tracker.get_slot("danger") or not ANOTHER_MATTER.search(heard.text):
        return None
    if heard.draft:
        return heard.as_intent("resume") if heard.likeliest.sureness < BEYOND_DOUBT else None
    return await _of_the_story(heard)


def _waits_for_the_place(heard: Heard) -> bool:
    """Whether nobody has told where the standing danger is."""
    red, has_place, opened = heard.tracker.get_slot("danger_ticket"), False, False
    for event in reversed(heard.tracker.events):
        if isinstance(event, UserUttered):
            has_place = has_place or any(each["entity"] == "location" for each in event.entities)
            if opened:
                break
        opened = opened or (isinstance(event, SlotSet) and event.key == "danger_ticket" and event.value == red)
    return not has_place and not heard.draft.get("place")


def _is_of_the_ticket(heard: Heard, kind: Kind) -> bool:
    """Whether a message belongs to the ticket that the standing danger came out of."""
    if heard.places or taken_back(heard.text, kind) or reassures(heard.text):
        return False
    return is_of_a_ticket(heard.text, may_be=heard.intent in OF_A_TICKET)


@reading(
    When.FREE,
    for_people=True,
    catches=(
        Said("警察把他按倒了", "report_danger", becomes="add_to_ticket", slots=OVER),
        Said("警察把他按到了", "state_matter", category="1801", becomes="add_to_ticket", slots=OVER),
        Said("120的人也来了", "chitchat", becomes="add_to_ticket", slots=OVER),
    ),
    leaves=(
        Said("警察来了不管事，我要投诉", "state_matter", category="1801", slots=OVER),
        Said("刚刚看有人来换了，好快哦", "chitchat", slots=OVER),
    ),
)
def news_after_a_danger(heard: Heard) -> Heard | None:
    """News of a danger that is over, such as who was taken away or who has come, belongs to its ticket."""
    red = heard.tracker.get_slot("danger_ticket")
    if not red or heard.ticket != red or heard.tracker.get_slot("danger") or heard.draft:
        return None
    if heard.intent == "request_human" or detect_by_signs(heard.text) or ANOTHER_MATTER.search(heard.text):
        return None
    if not set(asides(heard.text)) <= {"helped"}:
        return None
    is_news = HELP_IS_THERE.search(heard.text) or taken_back(heard.text, Kind.VIOLENCE) is TakenBack.OVER
    return heard.as_intent("add_to_ticket") if is_news and len(heard.text) <= NEWS else None


async def _of_the_story(heard: Heard) -> Heard:
    """A matter told during or after a danger: of its own category where that is clear, else of the category of the
    whole story."""
    likeliest = heard.likeliest
    if likeliest.sureness < OF_ITS_OWN or str(likeliest.category).startswith(THE_HOTLINE_ITSELF):
        likeliest = (await heard.part(_story(heard))).likeliest
    return heard.as_matter(likeliest.category, likeliest.sureness, own_matter=True)


async def _with_its_story(heard: Heard) -> Heard:
    """The message with the category of the whole story, for the matter that is left when the danger was none or is
    over."""
    likeliest = (await heard.part(_story(heard))).likeliest
    if likeliest.category is None:
        return heard
    return heard.with_matter(of_the_story={"category": likeliest.category, "confidence": likeliest.sureness})


def _story(heard: Heard) -> str:
    """All messages since the alarm, with the one that caused it and the latest one."""
    red, told, opened = heard.tracker.get_slot("danger_ticket"), list[str](), False
    for event in heard.tracker.events:
        if isinstance(event, UserUttered) and event.text:
            told = [*told, event.text] if opened else [event.text]
        elif isinstance(event, SlotSet) and event.key == "danger_ticket" and event.value == red:
            opened = True
    return "，".join([*told, heard.text])


@reading(
    When.FREE,
    for_people=True,
    catches=Said("是我同学想跳", "chitchat", becomes="report_danger", slots={"danger": "unsure"}),
    leaves=Said("不是我，是气话", "deny", slots={"danger": "unsure"}),
)
def real_after_all(heard: Heard) -> Heard | None:
    """A doubtful danger is real when the answer tells who is in it."""
    kind = REAL.get(str(heard.tracker.get_slot("danger")))
    if kind is None or FIGURE_OF_SPEECH.search(heard.text) or situation_of([heard.text], kind) is None:
        return None
    return _danger(heard, kind)


@reading(
    When.FREE,
    for_people=True,
    catches=Said("没打 就是骂 砸东西", "insult", becomes="deny", slots={"danger": "unsafe"}),
    leaves=Said("他在砸门 要打我", "report_danger", slots={"danger": "unsafe"}, matter={"danger": "violence"}),
)
def only_rages(heard: Heard) -> Heard | None:
    """Asked whether they are safe, a citizen tells of shouting and smashing without a blow."""
    is_asked = heard.tracker.get_slot("danger") == str(Doubt.SAFETY)
    is_more = detect_by_signs(heard.text) or situation_of([heard.text], Kind.VIOLENCE)
    return heard.as_intent("deny") if is_asked and RAGES.search(heard.text) and not is_more else None


@reading(
    When.ANYWHERE,
    for_people=True,
    catches=Said("卡住了", becomes="report_danger", before=("电梯", "我妈在里面")),
    leaves=Said("卡住了", before=("机子", "发票吐不出来")),
)
def danger_in_pieces(heard: Heard) -> Heard | None:
    """A danger that the last messages tell together, a few words each."""
    told = "" if heard.tracker.get_slot("danger") else "，".join(pieces(heard))
    if told and heard.intent == "report_danger":
        whole = detect_by_signs(told)
        kind = str(whole.kind) if whole and detect_by_signs(heard.text) is None else heard.matter.get("danger")
        return heard.with_matter(pieces=told, danger=kind)  # 里头有三个人 alone does not tell of what
    sign = detect_by_signs(told)
    return _danger(heard, sign.kind).with_matter(pieces=told) if sign and sign.certain else None


def _danger(heard: Heard, kind: Kind) -> Heard:
    return heard.with_matter(danger=str(kind), danger_certain=True, danger_possible=False).as_intent("report_danger")


def names_whom_to_call(tracker: DialogueStateTracker, is_answer: bool) -> bool:
    """Whether the citizen is told whom to call: the message may be a danger, the answer itself names no line, and no
    danger stands, and neither where all is well (人没事). An answer to a question of the intake, and what follows a
    ticket, needs words that suggest one: 电话就留我的吧 has none."""
    matter = tracker.latest_message.parse_data.get("matter") or {}
    if not matter.get("danger_possible") or matter.get("referral") or tracker.get_slot("danger"):
        return False
    text = tracker.latest_message.text or ""
    if says_solved(text) or NOBODY_HURT.search(text):
        return False
    if tracker.get_slot("ticket") and (asks_whether_added(text) or asks_what_is_in_it(text)):
        return False
    is_followed = is_answer or bool(tracker.get_slot("ticket"))
    return not is_followed or evidence_of_words(text) >= 0
