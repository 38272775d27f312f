"""What the assistant's actions say and do when a ticket is repeated, asked about or rated; without the classifiers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from ruamel.yaml import YAML

from bot.actions import context
from bot.actions.bare_facts import ActionInform
from bot.actions.changes import ActionAddToTicket, ActionConfidentiality, ActionUrge
from bot.actions.handoff import ActionNotUnderstood
from bot.actions.intake import ActionOpenTicket
from bot.actions.rating import ActionRate
from bot.actions.small_talk import ActionRepeat
from bot.actions.status import ActionMyTickets, ActionTicketStatus
from bot.actions.withdrawing import ActionWithdrawTicket
from hotline.bootstrap import Hotline
from hotline.intake import Draft
from hotline.settings import PROJECT_ROOT
from hotline.staff.model import Actor
from hotline.texts import texts
from hotline.tickets import access, numbering
from hotline.tickets.model import Contact, Status, Ticket
from tests.integration.conftest import Citizen

REPLY = "经现场核查,该店油烟净化器损坏,已责令三日内整改,夜间十点后不再露天经营。"
DRAFT = Draft(
    description="那家烧烤店昨晚又烤到凌晨三点", request_type="complaint", category="0604", district="chenghua",
    place="望平街15号", anonymous=True, confirmed=True,
)  # fmt: skip


@pytest.fixture(autouse=True)
def works_on(hotline: Hotline) -> Iterator[None]:
    """Makes the actions work on this hotline."""
    context.use(hotline)
    yield
    context._built.clear()


async def says(
    action: Action,
    citizen: Citizen,
    text: str,
    intent: str,
    key: str,
    understood: dict[str, Any] | None = None,
    **slots: Any,
) -> list[str]:
    """The responses of an action to one message, and the action it hands over to; `understood`: more parse data."""
    conversation = citizen.hotline.conversations.find("rest", citizen.sender)
    assert conversation is not None
    heard = {"text": text, "intent": {"name": intent}, "entities": [], **(understood or {})}
    event = {"event": "user", "message_id": key, "metadata": {"channel": "rest", "sender": citizen.sender}}
    dispatcher = CollectingDispatcher()
    tracker = Tracker(conversation.id, slots, heard, [event], False, None, {}, None)
    events = await action.run(dispatcher, tracker, {})
    said = [message.get("list") or message["response"] or message["text"] for message in dispatcher.messages]
    return said + [event["name"] for event in events if event["event"] == "followup"]


def answered(hotline: Hotline, ticket: Ticket) -> None:
    """The unit has replied."""
    lead = Actor("handler", "p-h", ticket.lead)
    if hotline.tickets.for_trusted_system(ticket.number).status is Status.RECEIVED:
        hotline.tickets.dispatch(ticket.number)
    hotline.handling.accept(ticket.number, lead)
    hotline.handling.reply(ticket.number, lead, REPLY)


async def test_who_speaks_english_has_an_english_ticket_and_list(citizen: Citizen) -> None:
    citizen.writes("hello")
    slots = {"draft": DRAFT.as_slots(), "language": "en"}
    await says(ActionOpenTicket(), citizen, "yes", "affirm", "m1", **slots)
    [ticket] = citizen.hotline.tickets.own(access.Citizen("rest", citizen.sender))
    assert ticket.language == "en"
    label = citizen.hotline.city.categories["0604"].label_en
    [listed] = await says(ActionMyTickets(), citizen, "my tickets", "my_tickets", "m2", language="en")
    assert f"望平街15号: {label}" in listed
    [in_chinese] = await says(ActionMyTickets(), citizen, "我的工单", "my_tickets", "m3")
    assert ticket.title in in_chinese


async def test_a_matter_told_before_is_noted_and_the_citizen_hears_so(citizen: Citizen) -> None:
    first = citizen.opens_ticket("m1")
    said = [await says(ActionOpenTicket(), citizen, "对", "affirm", "m9", draft=DRAFT.as_slots()) for _ in range(2)]
    assert said == [["utter_repeated"]] * 2
    [own] = citizen.hotline.tickets.listed({}, 10, None)
    assert own.number == first.number
    assert own.description.count("凌晨三点") == 1


async def test_a_new_matter_gets_its_ticket(citizen: Citizen) -> None:
    citizen.writes("你好")
    assert await says(ActionOpenTicket(), citizen, "对", "affirm", "m9", draft=DRAFT.as_slots()) == [
        "utter_ticket_opened"
    ]


async def test_not_solved_goes_back_then_to_a_supervisor(citizen: Citizen) -> None:
    ticket = citizen.opens_ticket("m1")
    answered(citizen.hotline, ticket)
    assert await says(ActionRate(), citizen, "没解决", "rate_dissatisfied", "m2") == ["utter_reopened"]
    answered(citizen.hotline, ticket)
    assert await says(ActionRate(), citizen, "还是没解决", "rate_dissatisfied", "m3") == ["utter_objected"]


async def test_a_bare_satisfied_before_any_reply_rates_nothing(citizen: Citizen) -> None:
    ticket = citizen.opens_ticket("m1")
    assert await says(ActionRate(), citizen, "满意", "rate_satisfied", "m2") == ["utter_rate_later"]
    assert citizen.hotline.tickets.for_trusted_system(ticket.number).satisfaction is None
    answered(citizen.hotline, ticket)
    assert await says(ActionRate(), citizen, "满意", "rate_satisfied", "m3") == ["utter_rated"]


def ranked(category: str, confidence: float) -> dict[str, Any]:
    """The parse data of a message whose likeliest category is this one."""
    return {"matter": {"ranking": [{"category": category, "confidence": confidence}]}}


@pytest.mark.parametrize(
    ("text", "intent", "category", "confidence"),
    [
        ("你们12345就是个摆设,我上个月反映的事情根本没人来过", "rate_dissatisfied", "1805", 0.6),
        ("你们上次给我的答复我不认可,说是我家自己的管子漏水", "rate_dissatisfied", "0101", 0.4),
        ("12345的小姑娘态度好,解决问题快,给你们点个赞", "rate_satisfied", "1803", 0.96),
    ],
)
async def test_who_has_no_ticket_and_tells_a_matter_of_the_hotline_is_heard(
    citizen: Citizen, text: str, intent: str, category: str, confidence: float
) -> None:
    citizen.writes("你好")
    said = await says(ActionRate(), citizen, text, intent, "m2", ranked(category, confidence))
    assert said == ["intake_form"]


async def test_who_has_no_ticket_and_is_pleased_is_welcome(citizen: Citizen) -> None:
    citizen.writes("你好")
    assert await says(ActionRate(), citizen, "满意", "rate_satisfied", "m2", ranked("1805", 0.99)) == ["utter_welcome"]
    assert await says(ActionUrge(), citizen, "催一下", "urge", "m3", ranked("1804", 0.97)) == ["utter_no_tickets"]


async def test_the_ways_without_a_number_are_those_that_exist(citizen: Citizen) -> None:
    citizen.writes("你好")
    words = texts("zh")
    lost = await says(ActionTicketStatus(), citizen, "没有单号", "check_status", "m2")
    assert lost == [words.say("without_number")]
    phone = {"entities": [{"entity": "phone", "value": "13900001234"}]}
    by_phone = await says(ActionMyTickets(), citizen, "手机号13900001234查得到不", "my_tickets", "m3", phone)
    assert by_phone == [words.say("phone_is_no_proof")]


async def test_a_complaint_about_the_hotline_is_heard_where_nobody_knows_the_intent(citizen: Citizen) -> None:
    citizen.writes("你好")
    text = "我想投诉一下你们热线,接线员说三天回我"
    assert await says(ActionNotUnderstood(), citizen, text, "nlu_fallback", "m2", ranked("1805", 0.99)) == [
        "intake_form"
    ]
    noise = await says(ActionNotUnderstood(), citizen, "啦啦啦啦", "nlu_fallback", "m3", ranked("1807", 0.99))
    assert noise == ["utter_rephrase"]


async def test_who_is_told_nothing_yet_hears_plainly_what_can_be_said(citizen: Citizen) -> None:
    citizen.writes("你说啥子")
    assert await says(ActionRepeat(), citizen, "你说啥子", "repeat", "m1") == ["utter_say_it_plainly"]


async def test_a_rating_means_the_ticket_that_was_answered_not_the_newest(citizen: Citizen) -> None:
    old = citizen.opens_ticket("m1")
    answered(citizen.hotline, old)
    citizen.opens_ticket("m2", category="0106", location="望平街99号")
    assert await says(ActionRate(), citizen, "解决了,满意", "rate_satisfied", "m3") == ["utter_rated"]
    assert citizen.hotline.tickets.for_trusted_system(old.number).status is Status.CLOSED


async def test_what_a_unit_has_asked_is_answered_in_the_conversation(citizen: Citizen) -> None:
    ticket = citizen.opens_ticket("m1")
    lead = Actor("handler", "p-h", ticket.lead)
    citizen.hotline.tickets.dispatch(ticket.number)
    citizen.hotline.handling.accept(ticket.number, lead)
    citizen.hotline.handling.ask_citizen(ticket.number, lead, "具体是哪一家店?")
    assert await says(ActionInform(), citizen, "东头第二家", "inform", "m2") == ["utter_added"]
    now = citizen.hotline.tickets.for_trusted_system(ticket.number)
    assert "东头第二家" in now.description
    assert now.paused_at is None


async def test_who_has_shown_the_code_may_urge_and_who_has_not_is_asked_for_it(citizen: Citizen) -> None:
    ticket = citizen.opens_ticket("m1")
    stranger = Citizen(citizen.hotline, "berta")
    stranger.writes("你好")
    assert await says(ActionUrge(), stranger, "催一下", "urge", "m2", ticket=ticket.number) == ["utter_no_tickets"]
    code = {"number": ticket.number, "code": ticket.code}
    slots = {"ticket": ticket.number, "code_shown": code}
    assert await says(ActionUrge(), stranger, "催一下", "urge", "m3", **slots) == ["utter_urged"]
    wrong = {**slots, "code_shown": {**code, "code": "0000" if ticket.code != "0000" else "1111"}}
    said = await says(ActionWithdrawTicket(), stranger, "撤单", "withdraw_ticket", "m4", **wrong)
    assert said == ["utter_not_found"]
    assert citizen.hotline.tickets.for_trusted_system(ticket.number).status is Status.RECEIVED


async def test_a_code_opens_no_other_ticket(citizen: Citizen) -> None:
    ticket, other = citizen.opens_ticket("m1"), citizen.opens_ticket("m2", category="0106", location="望平街99号")
    stranger = Citizen(citizen.hotline, "berta")
    stranger.writes("你好")
    slots = {"ticket": other.number, "code_shown": {"number": ticket.number, "code": ticket.code}}
    assert await says(ActionUrge(), stranger, "催一下", "urge", "m3", **slots) == ["utter_no_tickets"]


async def test_a_question_about_withdrawing_ends_no_ticket_and_an_unsure_wish_is_asked_back(citizen: Citizen) -> None:
    ticket = citizen.opens_ticket("m1")
    spelled, words = numbering.spell(ticket.number), texts("zh")
    how, sure = (words.say(key, number=spelled) for key in ("withdraw_how", "withdraw_sure"))
    assert await says(ActionWithdrawTicket(), citizen, "怎么撤单", "withdraw_ticket", "m2") == [how]
    assert await says(ActionWithdrawTicket(), citizen, "发错了", "withdraw_ticket", "m3") == [sure]
    assert citizen.hotline.tickets.for_trusted_system(ticket.number).status is Status.RECEIVED
    assert await says(ActionWithdrawTicket(), citizen, "撤单", "withdraw_ticket", "m4") == [
        "utter_withdrawn",
        words.say("withdrawn_undo"),
    ]
    wanted = {"ticket": ticket.number}
    again = [words.say("restored", number=spelled)]
    assert await says(ActionAddToTicket(), citizen, "算了他又反悔不赔了", "add_to_ticket", "m5", **wanted) == again
    now = citizen.hotline.tickets.for_trusted_system(ticket.number)
    assert now.status is Status.RECEIVED
    assert "反悔" in now.description


async def test_name_and_phone_are_deleted_at_the_citizens_wish_not_at_a_question(citizen: Citizen) -> None:
    ticket = citizen.opens_ticket("m1", contact=Contact("王小丽", "13800001234"))
    spelled, words = numbering.spell(ticket.number), texts("zh")
    how, done = (words.say(key, number=spelled) for key in ("anonymous_how", "made_anonymous"))
    assert await says(ActionConfidentiality(), citizen, "电话可以删掉吗", "keep_confidential", "m2") == [how]
    assert citizen.hotline.tickets.for_trusted_system(ticket.number).contact.phone
    assert await says(ActionConfidentiality(), citizen, "改成匿名", "keep_confidential", "m3") == [done]
    assert citizen.hotline.tickets.for_trusted_system(ticket.number).contact == Contact()


def test_every_response_is_there_in_both_languages() -> None:
    path = PROJECT_ROOT / "bot" / "domain" / "responses" / "tickets.yml"
    responses = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["responses"]
    for name in ("utter_repeated", "utter_reopened", "utter_objected"):
        assert len(responses[name]) == 2
