"""Messages that change the matter being taken in, or resume or stop an intake."""

from __future__ import annotations

from bot.readings.heard import Heard
from bot.readings.matters import understood_anew
from bot.readings.reading import Said, When, reading
from hotline.danger.besides import without_the_alarm
from hotline.intake import (
    FAQ,
    denied_in,
    has_content,
    is_declined,
    is_given_up,
    is_over,
    is_wanted_after_all,
    may_end,
    meant_apart,
    meant_instead,
    objects_to_unit,
    wrongly_sorted,
)
from hotline.intake.asking import asks_something
from hotline.intake.ending import only_tells, refuses_to_submit, tells_of_one_well
from hotline.intake.following import is_of_a_parcel

READ_BACK = {"confirm", "correction"}
SEEMS_TO_ASK = {FAQ, "who_handles", "ask_capabilities", "check_status"}  # intents that 该归农业局管 may get
SEEMS_TO_STOP = {"stop_intake", "withdraw_ticket"}
TELLS_ON = {"chitchat", "correct", "deny", "dont_know", "inform", "nlu_fallback"}
OFFERED = "utter_other_route"
LEFT = {"draft": {"category": "1203"}}
"""The slots when a matter was told that another line handles."""
ALARMED = {"danger_ticket": "261130000011", "draft": {"category": "0602"}}
"""The slots in an intake after an alarm that was none."""


@reading(
    When.IN_THE_INTAKE,
    catches=(
        Said("要那个保安道歉", "stop_intake", becomes="inform"),
        Said("我没得事，就是裤子破了，不用打120", "stop_intake", becomes="inform"),
        Said("你们弄错了，取消那个紧急的", "withdraw_ticket", becomes="inform", slots=ALARMED),
        Said("娃娃今天不吐了，前天晚上吐的", "stop_intake", becomes="inform"),
    ),
    leaves=(
        Said("娃娃没事了，不用登记了", "stop_intake"),
        Said("不登记了，算了", "stop_intake"),
        Said("不用打120，也不用登记了", "stop_intake"),
    ),
)
def no_end(heard: Heard) -> Heard | None:
    """A message that sounds like the end of an intake is none without a word of refusal, or if it only refuses a call
    for help or an alarm, or tells that somebody is well again."""
    if heard.intent not in SEEMS_TO_STOP:
        return None
    rest = without_the_alarm(heard.text)
    return heard.as_intent("inform") if not may_end(rest) or tells_of_one_well(heard.text) else None


@reading(
    When.IN_THE_INTAKE,
    goes_on=True,
    catches=Said(
        "不是公交！",
        "deny",
        becomes="deny",
        slots={"asked": "confirm", "draft": {"category": "0501", "description": "水管又爆了"}},
        parts=(Said("水管又爆了", "state_matter", category="0101"),),
    ),
    leaves=Said("不是公交！", "deny", slots={"asked": "place"}),
)
async def of_the_read_back(heard: Heard) -> Heard | None:
    """When the citizen denies something that was read back, what they told before is sorted anew, in `matter.story`."""
    text, asked = heard.text, heard.tracker.get_slot("asked")
    denies = denied_in(text) is not None or wrongly_sorted(text) or objects_to_unit(text)
    told = _story(str(heard.draft.get("description") or ""))
    if asked not in READ_BACK or not denies or not told:
        return None
    sorted_before = heard.with_matter(story=(await heard.part(told)).ranking)
    return sorted_before.as_intent("correct") if heard.intent in SEEMS_TO_ASK else sorted_before


def _story(description: str) -> str:
    lines = [line for line in description.splitlines() if denied_in(line) is None and meant_instead(line) is None]
    return "\n".join(lines)


@reading(
    When.IN_THE_INTAKE,
    catches=Said(
        "不是施工，是空调外机", "correct", becomes="correct", parts=(Said("空调外机", "state_matter", category="0602"),)
    ),
    leaves=Said("算了，还是登记一下", "stop_intake"),
)
async def meant_otherwise(heard: Heard) -> Heard | None:
    """A correction of what the intake has understood is itself understood anew."""
    if is_wanted_after_all(heard.text):
        return None
    is_read_back = heard.tracker.get_slot("asked") in READ_BACK  # then in any order: 我要的是充电桩，不是停车
    meant = meant_instead(heard.text) or (meant_apart(heard.text) if is_read_back else None)
    return await understood_anew(heard, meant) if meant else None


@reading(
    When.FREE,
    catches=Said("我不欠钱，是前租客", "deny", becomes="resume", before=("有人泼油漆",), answered=OFFERED, slots=LEFT),
    leaves=(
        Said("我不欠钱，是前租客", "deny", before=("有人泼油漆",), slots=LEFT),
        Said("不用登记了", "deny", before=("有人泼油漆",), answered=OFFERED, slots=LEFT),
        Said("转人工", "request_human", before=("有人泼油漆",), answered=OFFERED, slots=LEFT),
    ),
)
def told_on_after_an_offer(heard: Heard) -> Heard | None:
    """A citizen who was told whom to call, and tells more, wants it recorded as well."""
    text = heard.text
    if not heard.draft or heard.intent not in TELLS_ON or not heard.was_answered_with(OFFERED):
        return None
    ends = is_declined(text) or is_given_up(text) or refuses_to_submit(text) or is_over(text)
    return heard.as_intent("resume") if has_content(text) and not ends and not asks_something(text) else None


@reading(
    When.FREE,
    catches=Said("还是投诉吧，太气人了", "correct", becomes="resume", slots={"draft": {"category": "0305"}}),
    leaves=Said("还是投诉吧，太气人了", "correct"),
)
def wanted_after_all(heard: Heard) -> Heard | None:
    """A citizen who changes their mind after stopping an intake resumes it."""
    return heard.as_intent("resume") if heard.draft and is_wanted_after_all(heard.text) else None


@reading(
    When.NO_TICKET,
    catches=(
        Said("不消你们管了", "nlu_fallback", becomes="stop_intake"),
        Said("就是说一声，不用回复", "nlu_fallback", becomes="stop_intake"),
    ),
    leaves=(
        Said("我不登记名字", "stay_anonymous"),
        Said("不用留", "stay_anonymous", slots={"draft": {"category": "0106"}}),
    ),
)
def given_up(heard: Heard) -> Heard | None:
    """A citizen who no longer wants anything recorded, or only wanted to say something, stops."""
    tells = not heard.draft and only_tells(heard.text)
    return heard.as_intent("stop_intake") if tells or is_given_up(heard.text) else None


@reading(
    When.IN_THE_INTAKE,
    catches=(
        Said("快递单号SF1234567890 价值600元", "check_status", becomes="inform"),
        Said("运单号是YT8812345678901", "check_status", becomes="inform"),
    ),
    leaves=(Said("我的工单261204000037办得怎么样了", "check_status"), Said("快递单号写进去了吗", "check_status")),
)
def number_of_a_parcel(heard: Heard) -> Heard | None:
    """The number of a parcel is told, and asks nothing of a ticket."""
    tells = heard.intent == "check_status" and is_of_a_parcel(heard.text) and not asks_something(heard.text)
    return heard.as_intent("inform") if tells else None
