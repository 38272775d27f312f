"""Messages that tell a matter, or another one than was understood, whatever they sound like."""

from __future__ import annotations

import re

from bot.readings.heard import BEYOND_DOUBT, STATES_A_MATTER, Heard
from bot.readings.reading import Said, When, reading
from hotline.city import COMPLAINT_ABOUT_THE_HOTLINE, PRAISE, THE_HOTLINE_ITSELF
from hotline.intake import (
    OWN_WORDS,
    Meant,
    after_the_opening,
    another_begun,
    belongs_to_it,
    harassment,
    lets_one_go,
    praises,
    read_anew,
    tells_of_a_leak,
    told_anew,
)

GOES_ON_OF_IT = {
    "inform", "nlu_fallback", "chitchat", "keep_confidential", "add_to_ticket", "state_matter", "stay_anonymous", "deny",
    "correct",
}  # fmt: skip
NEEDS_NOTHING = re.compile(r"不用|不要|不必|不登记|算了|谢谢|no need|never ?mind", re.IGNORECASE)
MAY_BE_TOLD_ANEW = {
    "add_to_ticket", "check_status", "inform", "nlu_fallback", "rate_dissatisfied", "state_matter", "urge",
}  # fmt: skip
CLEAR = 0.7  # of the category of a first message
LIKELY = 0.3  # of the category of a matter reported before
MAY_BE_ANOTHER = {"add_to_ticket", "chitchat", "correct", "inform", "nlu_fallback", "rate_dissatisfied", "state_matter"}
SURE_OF_ANOTHER = 0.5
MAY_PRAISE = {"affirm", "chitchat", "check_status", "inform", "nlu_fallback", "rate_satisfied", "state_matter", "thank"}
MAY_OPEN_A_MATTER = {
    "affirm", "chitchat", "correct", "deny", "goodbye", "greet", "inform", "nlu_fallback", "resume", "stop_intake", "thank",
}  # fmt: skip
VAGUE_WHEN_CORRECTING = {"stop_intake", "nlu_fallback", "chitchat", "deny", "wait", "who_handles", "ask_capabilities"}


@reading(
    When.FREE,
    goes_on=True,
    catches=Said("我在公交车上被人摸了", "state_matter", becomes="state_matter"),
    leaves=Said("我在公交车上被人摸了包", "state_matter"),
)
def of_harassment(heard: Heard) -> Heard | None:
    """Somebody who was groped states a matter, and what they tell afterwards belongs to it."""
    tells = harassment.is_harassment(heard.text)
    began = heard.draft.get("category") == harassment.CATEGORY
    is_begun = began and harassment.is_harassment(heard.draft.get("description") or "")
    if is_begun and (tells or heard.intent in GOES_ON_OF_IT) and not NEEDS_NOTHING.search(heard.text):
        return heard.as_intent("resume")
    if not tells:
        return None
    return heard.as_matter(
        harassment.CATEGORY,
        request_type=heard.matter.get("request_type") or "report",
        ranking=[{"category": harassment.CATEGORY, "confidence": 1.0}],
        danger_possible=False,
    )


@reading(
    When.NO_TICKET,
    catches=Said("门口积水，建设路，姓江", "correct", becomes="state_matter", category="0105"),
    leaves=Said("门口积水", "correct", category="0105", slots={"draft": {"category": "0105"}}),
)
def nothing_to_correct(heard: Heard) -> Heard | None:
    """A message that only sounds like a correction or an answer tells a matter, when none was told yet and the category
    is clear."""
    is_first = heard.intent in ("correct", "inform") and not heard.draft
    if not is_first or heard.likeliest.sureness < CLEAR:
        return None
    return heard.as_matter(heard.likeliest.category, heard.likeliest.sureness)


@reading(
    When.NO_TICKET,
    catches=Said(
        "我去年反映过隔壁养鸡的事，你们回复说处理了，但是鸡还在叫",
        "rate_dissatisfied",
        becomes="state_matter",
        category="1405",
    ),
    leaves=Said("我去年反映过隔壁养鸡的事，处理得怎么样了", "check_status", category="1405"),
)
def told_before_and_still_so(heard: Heard) -> Heard | None:
    """A matter reported before that has not improved is a complaint about that matter, not about the hotline's work."""
    others = [each for each in heard.ranking if not each["category"].startswith(THE_HOTLINE_ITSELF)]
    if heard.intent not in MAY_BE_TOLD_ANEW or not others or not told_anew(heard.text):
        return None
    category, sureness = others[0]["category"], others[0]["confidence"]
    return heard.as_matter(category if sureness >= LIKELY else None, sureness, request_type="complaint")


@reading(
    When.TICKET,
    new_matters=True,
    catches=Said(
        "还有一个事，门口路灯坏了",
        "state_matter",
        becomes="state_matter",
        category="0106",
        parts=(Said("门口路灯坏了", "state_matter", category="0106"),),
    ),
    leaves=(
        Said("还有一个事，门口路灯坏了，一起加进去", "add_to_ticket"),
        Said("第二个不要了，跳舞的答应小声点了", "inform"),
    ),
)
async def another_than_the_ticket(heard: Heard) -> Heard | None:
    """The citizen says that it is another matter than the ticket's, and tells one."""
    begun = another_begun(heard.text)
    if not begun or begun[0] or belongs_to_it(heard.text) or lets_one_go(heard.text):
        return None
    part = await heard.part(begun[1])
    least = SURE_OF_ANOTHER if part.intent == STATES_A_MATTER else BEYOND_DOUBT
    if part.likeliest.sureness < least or part.intent not in MAY_BE_ANOTHER:
        return None
    return part.but(text=heard.text).as_matter(part.likeliest.category, part.likeliest.sureness)


@reading(
    When.FREE,
    catches=Said("我交的单子是匿名的，你们怎么打电话给物业了", "faq/anonymous_result", becomes="state_matter"),
    leaves=Said("可以匿名吗", "stay_anonymous"),
)
def of_a_leak(heard: Heard) -> Heard | None:
    """When the reporter's identity became known, it is a complaint about the hotline."""
    if not tells_of_a_leak(heard.text):
        return None
    return heard.as_matter(COMPLAINT_ABOUT_THE_HOTLINE, request_type="complaint")


@reading(
    When.FREE,
    catches=Said("我要表扬62路的一个女司机，今天扶我妈上车", "state_matter", becomes="state_matter", category="1803"),
    leaves=Said("谢谢你", "thank"),
)
def praise(heard: Heard) -> Heard | None:
    """A message that praises somebody is praise."""
    if heard.intent not in MAY_PRAISE or not praises(heard.text):
        return None
    return heard.as_matter(PRAISE, request_type="praise")


@reading(
    When.FREE,
    catches=Said(
        "谢谢，但是水是黄的",
        "thank",
        becomes="state_matter",
        parts=(Said("水是黄的", "inform", category="0101"),),
    ),
    leaves=Said("谢谢，再见了哈", "goodbye"),
)
async def after_thanks(heard: Heard) -> Heard | None:
    """A matter told after thanks, a yes, a no or a denial. What may be about an open ticket and is not surely a new
    matter stays as it was understood."""
    rest = after_the_opening(heard.text) if heard.intent in MAY_OPEN_A_MATTER else None
    if rest is None:
        return None
    part, denies = await heard.part(rest), heard.intent in ("correct", "deny")
    if heard.ticket and (denies or part.intent != STATES_A_MATTER):
        return None
    told = part.told
    if told.category is None and denies and len(rest) >= OWN_WORDS:
        told = heard.likeliest  # 不是噪音，是晃 tells a matter, whichever it is
    elif told.category is None:
        return None
    return heard.with_matter(**part.matter).as_matter(told.category, told.sureness)


async def understood_anew(heard: Heard, meant: Meant) -> Heard:
    """The message with the categories of what the citizen means instead; the words they deny decide nothing."""
    part = await heard.part(read_anew(meant, heard.draft.get("description") or ""))
    ranking = part.matter.get("ranking")
    kind = part.matter.get("request_type") or heard.matter.get("request_type")
    anew = heard.with_matter(ranking=ranking, meant=meant.new, denied=meant.of_the_matter, request_type=kind)
    return anew.as_intent("correct") if heard.intent in VAGUE_WHEN_CORRECTING else anew
