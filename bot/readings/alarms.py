"""Alarms that a message raises by itself, and that its matter, its ticket or its own words make weak: what is left is
the line that says whom to call, or one question."""

from __future__ import annotations

from bot.readings.heard import BEYOND_DOUBT, Heard
from bot.readings.reading import Said, When, reading
from hotline.danger import ASKED_ABOUT, Doubt, Kind, detect_by_signs, evidence_of_words
from hotline.danger.situations import situation_of
from hotline.danger.weak_signs import has_come_back, is_scene, is_sure, no_harm_done
from hotline.intake import FAQ, asks_what_is_in_it
from hotline.intake.about_a_ticket import asked_of_a_ticket
from hotline.phrases import phrase

SEEN_TO = phrase("danger.seen_to")
OF_A_MEAL = phrase("danger.of_a_meal")
BADLY_ILL = phrase("danger.badly_ill")
WELL_AGAIN = phrase("danger.all_well_again")
SURE_ENOUGH = 0.5  # of an intent that is about a ticket
CLEAR = 0.7  # of the category of a first message
MAY_BE_A_SCENE = {"chitchat", "inform", "nlu_fallback", "state_matter"}
ENDS = {"stop_intake", "withdraw_ticket", "deny", "goodbye", "thank"}
SPEAKS_OF_DANGER = 0.8  # evidence of words that needs no sign
OF_A_TICKET = {
    *("add_to_ticket", "check_status", "keep_confidential", "my_tickets", "no_confidential", "rate_dissatisfied"),
    *("rate_satisfied", "stay_anonymous", "urge", "who_handles", "withdraw_ticket"),
}
"""Intents of messages about an existing ticket."""


@reading(
    When.ANYWHERE,
    for_people=True,
    catches=(
        Said("又撞了一个电瓶车，人没得事", "report_danger", becomes="add_to_ticket", slots={"ticket": "261201000012"}),
        Said("他降压药吃完了，断药了", "report_danger", becomes="faq/medicine_out", slots={"ticket": "261201000012"}),
        Said("昨天他又倒了，我拍了视频", "report_danger", becomes="add_to_ticket", slots={"ticket": "261201000012"}),
    ),
    leaves=Said("又撞了一个，人在流血", "report_danger", slots={"ticket": "261201000012"}),
)
def weak_in_a_follow_up(heard: Heard) -> Heard | None:
    """A weak sign of danger in a message about an existing ticket only goes to that ticket; the citizen reads whom to
    call."""
    if not _raises(heard) or not followed_ticket(heard) or is_sure(heard.text):
        return None
    if heard.places and detect_by_signs(heard.text):
        return None
    if not heard.is_free:
        return _otherwise(heard)
    if known := asked_of_a_ticket(heard.text):
        return _calm(heard).as_question(known)
    question = heard.rather(FAQ)
    is_question = question is not None and question["confidence"] >= BEYOND_DOUBT
    return _calm(heard).but(intent=question) if is_question else of_a_ticket(_calm(heard))


@reading(
    When.IN_THE_INTAKE,
    for_people=True,
    catches=Said(
        "有两回差点撞到人",
        "report_danger",
        becomes="inform",
        matter={"danger": "traffic"},
        slots={"draft": {"category": "0301", "description": "小学门口接娃娃的时候车乱停"}},
    ),
    leaves=Said(
        "水流到插座上冒火了",
        "report_danger",
        matter={"danger": "fire"},
        slots={"draft": {"category": "0101", "description": "楼上漏水"}},
    ),
)
async def weak_beside_its_matter(heard: Heard) -> Heard | None:
    """What an answer in an intake tells is of the matter that is taken in, unless it has a sign of danger, or speaks of
    one also when it is read together with that matter."""
    if not _raises(heard) or heard.matter.get("danger") in ASKED_ABOUT:
        return None
    if no_harm_done(heard.text):
        return _otherwise(heard)
    if detect_by_signs(heard.text):
        return None
    told = f"{heard.draft.get('description') or ''}，{heard.text}"
    together = await heard.part(told)
    speaks_of_it = together.matter.get("danger") and evidence_of_words(told) >= SPEAKS_OF_DANGER
    return None if speaks_of_it or detect_by_signs(told) else _otherwise(heard)


@reading(
    When.FREE,
    for_people=True,
    catches=(
        Said("路边有根电线杆歪了，不是倒了", "report_danger", becomes="inform", matter={"danger": "hazard"}),
        Said("我妈走丢了，刚刚已经自己回来了", "report_danger", becomes="inform", matter={"danger": "lost_person"}),
    ),
    leaves=(
        Said("爷爷自己回来了，娃儿没回来", "report_danger", matter={"danger": "lost_person"}),
        Said("他没出血，就是喊不醒", "report_danger", matter={"danger": "injury"}),
    ),
)
def nothing_happened(heard: Heard) -> Heard | None:
    """A message that says itself that nothing happened, or that it is over, raises no alarm where no rule is sure of
    one."""
    if not _raises(heard) or heard.matter.get("danger") in ASKED_ABOUT:
        return None
    is_back = heard.matter.get("danger") == Kind.LOST_PERSON and has_come_back(heard.text)
    return _otherwise(heard) if is_back or no_harm_done(heard.text) else None


@reading(
    When.FREE,
    for_people=True,
    catches=Said("学校食堂吃了饭 有六个娃儿都在拉肚子 两个在医院", "state_matter", becomes="report_danger"),
    leaves=(
        Said("昨天食堂的菜吃了好几个人都吐了 今天都好了", "state_matter"),
        Said("食堂的饭是馊的，好几个娃娃拉肚子", "state_matter"),
        Said("单位食堂好几个菜都是隔夜的", "state_matter"),
    ),
)
def many_ill_of_a_meal(heard: Heard) -> Heard | None:
    """Several people who vomit or are in hospital after a meal together are a danger to the others, however calmly it
    is told; unless they are well again."""
    told = situation_of([heard.text], Kind.INJURY)
    is_one = heard.intent == "report_danger" or heard.danger_stands or followed_ticket(heard)
    if is_one or told is None or told.name != "many_ill" or not BADLY_ILL.search(heard.text):
        return None
    if not OF_A_MEAL.search(heard.text) or WELL_AGAIN.search(heard.text):
        return None
    return heard.with_matter(danger=str(Kind.INJURY), danger_certain=True, danger_possible=False).as_intent(
        "report_danger"
    )


@reading(
    When.FREE,
    for_people=True,
    catches=(
        Said("门口围了好多人", "report_danger", becomes="report_danger", matter={"danger": "crime"}),
        Said("楼下聚了一大群人", becomes="report_danger"),
    ),
    leaves=(
        Said("门口围了好多人在打架", "report_danger", matter={"danger": "crime"}),
        Said("门口站了好多人摆摊", "state_matter", category="0201"),
    ),
)
def only_a_scene(heard: Heard) -> Heard | None:
    """A message that tells a scene, and nobody harmed in it, is asked about before anybody is alerted."""
    is_vague = heard.intent in MAY_BE_A_SCENE and heard.likeliest.sureness < CLEAR and not heard.draft
    is_first = is_vague and not heard.ticket and not heard.tracker.get_slot("danger")
    if not (_raises(heard) or is_first) or not is_scene(heard.text):
        return None
    return heard.with_matter(danger_certain=False, doubt=str(Doubt.SCENE)).as_intent("report_danger")


@reading(
    When.TICKET,
    new_matters=True,
    catches=Said("我没被骗，我是问我的电话改了没有", "state_matter", category="1204", becomes="check_status"),
    leaves=Said("我没被骗，是健身房跑了", "state_matter", category="0904"),
)
def only_asks_of_its_ticket(heard: Heard) -> Heard | None:
    """Who was warned for nothing and says so asks of the ticket what they had asked."""
    return heard.as_intent("check_status") if SEEN_TO.search(heard.text) and asks_what_is_in_it(heard.text) else None


def followed_ticket(heard: Heard) -> str | None:
    """The number of the ordinary ticket that is being spoken of; None when it is the danger's red ticket."""
    return heard.ticket if heard.ticket != heard.tracker.get_slot("danger_ticket") else None


def of_a_ticket(heard: Heard) -> Heard:
    """The message read as one about a ticket: with the likeliest such intent, else as something to add."""
    if heard.intent in OF_A_TICKET:
        return heard
    likely = heard.rather(*OF_A_TICKET)
    return (
        heard.but(intent=likely) if likely and likely["confidence"] >= SURE_ENOUGH else heard.as_intent("add_to_ticket")
    )


def _raises(heard: Heard) -> bool:
    """Whether a message raises an alarm of its own."""
    is_asked = heard.tracker.get_slot("danger") in set(Doubt)
    return heard.intent == "report_danger" and not heard.danger_stands and not is_asked


def _calm(heard: Heard) -> Heard:
    """The message without its danger; the citizen reads whom to call where its words speak of one."""
    speaks_of_one = evidence_of_words(heard.text) >= 0 or detect_by_signs(heard.text) is not None
    possible = speaks_of_one and not has_come_back(heard.text)
    return heard.with_matter(danger=None, danger_certain=False, danger_possible=possible, referral=None)


def _otherwise(heard: Heard) -> Heard | None:
    """The message as what it is likeliest besides a danger. A first one with a clear category is that matter; an answer
    in an intake is one unless it surely is something else, and ends nothing."""
    calm, likeliest = _calm(heard), heard.likeliest
    if heard.is_free and not heard.draft and likeliest.category and likeliest.sureness >= CLEAR:
        return calm.as_matter(likeliest.category, likeliest.sureness)
    other = heard.rather(than="report_danger")
    if heard.is_free:
        return calm.but(intent=other) if other else None
    is_sure_of_it = other is not None and other["confidence"] >= SURE_ENOUGH and other["name"] not in ENDS
    return calm.but(intent=other) if is_sure_of_it else calm.as_intent("inform")
