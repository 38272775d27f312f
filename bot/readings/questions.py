"""Plain questions about the hotline and about what happens to a report: guessed, recognised by words, or beside
something else."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.readings.heard import BEYOND_DOUBT, CONTACT, STATES_A_MATTER, Heard, question_of
from bot.readings.matters import MAY_OPEN_A_MATTER
from bot.readings.reading import Said, When, reading
from hotline.city import THE_HOTLINE_ITSELF
from hotline.intake import (
    ASKS,
    FAQ,
    answer_about,
    asks_something,
    asks_when_back,
    may_be_of_the_hotline,
    opens_with_yes,
    parted,
)
from hotline.intake.asking import LIKELY_A_QUESTION, only_opens_a_question
from hotline.intake.listening import announces, has_content

A_GUESS, SURE_OF_A_QUESTION = 0.6, 0.5
LONGEST_QUESTION = 16
"""Characters of a question that tells no matter besides: 好久来水."""
MAY_ASK_OF_A_NAME = MAY_OPEN_A_MATTER | {"ask_capabilities", "check_status", "dont_know", "stay_anonymous"}
NEAR_A_MATTER = {
    "given_back", "no_answer", "others_too", "outcome", "pressed", "reward", "use", "without_proof",
}  # fmt: skip
"""Questions whose words also tell of a matter (他们前台还不承认): they have to ask something."""
OF_A_MATTER_TOO = {"how_long", "cost", "money"} | NEAR_A_MATTER
"""Questions that citizens also ask while telling a matter: 路灯坏了好久有人来修."""
TELLS_WITH_A_QUESTION = {
    "add_to_ticket", "affirm", "correct", "deny", "dont_know", "inform", "keep_confidential", "no_confidential", "state_matter",
    "stay_anonymous",
}  # fmt: skip

MORE_OF_A_TICKET = {"add_to_ticket", "inform", "nlu_fallback", "state_matter"}


@reading(
    When.ANYWHERE,
    goes_on=True,
    catches=(
        Said("那重新登记嘛", "faq/submitted", becomes="inform", confidence=0.46),
        Said("他们前台还不承认", "faq/pressed", becomes="inform"),
        Said("我有两个事情要反映", "faq/submitted", becomes="nlu_fallback"),
    ),
    leaves=Said("怎么撤单", "faq/changing", confidence=0.53),
)
def no_question(heard: Heard) -> Heard | None:
    """When a plain question is a weak guess and the message asks nothing, or something else, the next intent is
    meant."""
    if heard.intent != FAQ:
        return None
    if announces(heard.text):
        return heard.as_intent("nlu_fallback")  # whose action asks what the matter is
    is_sure = heard.confidence >= A_GUESS and heard.question not in NEAR_A_MATTER
    is_asked = is_sure or ASKS.search(heard.text) or asks_something(heard.text)
    if is_asked and may_be_of_the_hotline(heard.question, heard.text):
        return None
    other = heard.rather(than=FAQ)
    return heard.but(intent=other) if other else None


@reading(
    When.ANYWHERE,
    catches=(
        Said("好久来水", "state_matter", becomes="faq/when_back", category="0101", slots={"ticket": "261130000011"}),
        Said("可以不留名字不", "stay_anonymous", becomes="faq/must_name"),
    ),
    leaves=Said("好久来水", "state_matter", category="0101"),
)
def in_words(heard: Heard) -> Heard | None:
    """A plain question recognised by its words: when supply is back, for a reported matter; about one's name, outside
    any form. Else the likeliest plain question of a message that asks something and is not understood otherwise."""
    likely = heard.rather(FAQ)
    is_unclear = heard.intent == "nlu_fallback" and asks_something(heard.text)
    if likely and is_unclear and likely["confidence"] >= LIKELY_A_QUESTION:
        question = question_of(likely)
        return heard.as_question(question) if may_be_of_the_hotline(question, heard.text) else None
    if (heard.ticket or heard.draft) and asks_when_back(heard.text) and len(heard.text) <= LONGEST_QUESTION:
        return heard.as_question("when_back")
    about = answer_about(heard.text, False, False) if heard.is_free else None
    may_be = about in ("who_sees", "told_on") or heard.intent in MAY_ASK_OF_A_NAME
    return heard.as_question(about) if about and may_be else None


@reading(
    When.NO_TICKET,
    catches=Said("when will the power come back", "faq/how_long", becomes="state_matter", category="0102"),
    leaves=Said(
        "when will the power come back", "faq/how_long", category="0102", slots={"draft": {"category": "0102"}}
    ),
)
def matter_with_a_question(heard: Heard) -> Heard | None:
    """A message taken for a plain question tells a matter first, when no matter is being spoken of."""
    category, sureness = heard.likeliest.category, heard.likeliest.sureness
    if heard.draft or heard.intent != FAQ or heard.question not in OF_A_MATTER_TOO or category is None:
        return None
    is_of_the_city = not category.startswith(THE_HOTLINE_ITSELF)
    return heard.as_intent(STATES_A_MATTER) if is_of_the_city and sureness >= BEYOND_DOUBT else None


@reading(
    When.IN_THE_INTAKE,
    catches=Said(
        "对，打这个电话要钱不",
        "affirm",
        becomes="affirm",
        parts=(Said("对", "affirm"), Said("打这个电话要钱不", "faq/cost")),
    ),
    leaves=Said("对，我姓张", "affirm"),
)
async def question_beside_an_answer(heard: Heard) -> Heard | None:
    """In an intake, a message with a plain question beside what it tells; the question is under `asks`. When the
    message tells nothing else, it is the question."""
    asked = None
    async for rest, question in _with_questions(heard):
        if told := _more_than_thanks(rest):
            return told.with_matter(asks=question)
        asked = question
    return heard.as_question(asked) if asked else None


@reading(
    When.FREE,
    catches=(
        Said(
            "谢谢，打这个电话要钱不",
            "thank",
            becomes="faq/cost",
            parts=(Said("谢谢", "thank"), Said("打这个电话要钱不", "faq/cost")),
        ),
        Said(
            "隔壁王婆婆也要反映一样的，她还要自己打吗",
            becomes="add_to_ticket",
            slots={"ticket": "261130000011"},
            parts=(Said("隔壁王婆婆也要反映一样的", "inform"), Said("她还要自己打吗", "faq/others_too")),
        ),
    ),
    leaves=(
        Said("谢谢，你们辛苦了", "thank"),
        Said(
            "要是他们来问是哪个举报的，你们说不说",
            "faq/told_on",
            confidence=0.99,
            slots={"ticket": "261130000011"},
            parts=(Said("要是他们来问是哪个举报的", "inform"), Said("你们说不说", "faq/leader")),
        ),
    ),
)
async def question_beside_something(heard: Heard) -> Heard | None:
    """Outside any form, a plain question beside something: the matter if one is told; beside more of a ticket, an
    addition with the question under `asks`; else the question. Thanks and the like need no answer."""
    if heard.intent not in MAY_OPEN_A_MATTER | {FAQ}:
        return None
    asked = None
    async for rest, question in _with_questions(heard):
        is_the_same = bool(heard.ticket) and question == "others_too"  # 隔壁也是这样，他们还要自己打不
        if rest.intent == STATES_A_MATTER and rest.told.category and not is_the_same:
            return rest if heard.intent == FAQ else None
        if heard.intent == FAQ and heard.confidence >= BEYOND_DOUBT:
            continue  # 要是他们来问，你们说不说
        tells_more = has_content(rest.text) and not only_opens_a_question(rest.text)
        if heard.ticket and rest.intent in MORE_OF_A_TICKET and tells_more:
            known = heard.question if heard.confidence >= A_GUESS else ""
            return heard.as_intent("add_to_ticket").with_matter(asks=known or question)
        asked = question
    return heard.as_question(asked) if asked else None


async def _with_questions(heard: Heard) -> AsyncIterator[tuple[Heard, str]]:
    """The ways to split a message into something and a sure plain question."""
    for rest, words in parted(heard.text):
        asked = await heard.part(words)
        asked = await no_question(asked) or asked
        asked = await in_words(asked) or asked
        if asked.intent == FAQ and asked.confidence >= SURE_OF_A_QUESTION:
            yield await heard.part(rest), asked.question


def _more_than_thanks(told: Heard) -> Heard | None:
    """What stands beside a question, if it tells more than thanks: a yes, a fact, a wish."""
    if told.has(*CONTACT, "location") or told.intent in TELLS_WITH_A_QUESTION:
        return told
    return told.as_intent("affirm") if told.intent == "thank" and opens_with_yes(told.text) else None
