"""What the assistant's actions say and do when a ticket is repeated, asked about or rated; without understanding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from ruamel.yaml import YAML

from bot.actions import context
from bot.actions.intake import ActionOpenTicket
from bot.actions.tickets import ActionInform, ActionMyTickets, ActionRate, ActionUrge, ActionWithdrawTicket
from hotline.bootstrap import Hotline
from hotline.intake import Draft
from hotline.settings import PROJECT_ROOT
from hotline.staff.model import Actor
from hotline.tickets import access
from hotline.tickets.model import Status, Ticket
from tests.integration.conftest import Citizen

REPLY = "经现场核查,该店油烟净化器损坏,已责令三日内整改,夜间十点后不再露天经营。"
DRAFT = Draft(
    description="那家烧烤店昨晚又烤到凌晨三点", request_type="complaint", category="0604", district="chenghua",
    place="望平街15号", anonymous=True, confirmed=True,
)  # fmt: skip


@pytest.fixture(autouse=True)
def works_on(hotline: Hotline) -> Iterator[None]:
    """The actions work on this hotline."""
    context.use(hotline)
    yield
    context._built.clear()


async def says(action: Action, citizen: Citizen, text: str, intent: str, key: str, **slots: Any) -> list[str]:
    """The responses of an action after one message."""
    conversation = citizen.hotline.conversations.find("rest", citizen.sender)
    assert conversation is not None
    heard = {"text": text, "intent": {"name": intent}, "entities": []}
    event = {"event": "user", "message_id": key, "metadata": {"channel": "rest", "sender": citizen.sender}}
    dispatcher = CollectingDispatcher()
    tracker = Tracker(conversation.id, slots, heard, [event], False, None, {}, None)
    await action.run(dispatcher, tracker, {})
    return [message.get("list") or message["response"] or message["text"] for message in dispatcher.messages]


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


def test_every_response_is_there_in_both_languages() -> None:
    path = PROJECT_ROOT / "bot" / "domain" / "responses" / "tickets.yml"
    responses = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["responses"]
    for name in ("utter_repeated", "utter_reopened", "utter_objected"):
        assert len(responses[name]) == 2
