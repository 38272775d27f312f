"""Hand-over: queue, offers, agents, hand-back, on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from hotline.bootstrap import Hotline
from hotline.conversations.handoff.model import Correction, Gone, Presence, Reason, Stage, Waits
from hotline.conversations.model import Attendant, Author
from hotline.staff.model import Person, Role
from tests.integration.conftest import Citizen

LI = Person("li", "li", "李坐席", Role.AGENT, ("general",))
ZHOU = Person("zhou", "zhou", "周坐席", Role.AGENT, ("general",))


def test_a_wish_for_a_person_is_offered_to_an_agent_who_takes_it(hotline: Hotline, citizen: Citizen) -> None:
    conversation = citizen.writes("转人工").message.conversation_id
    hotline.desk.set_presence(LI, Presence.AVAILABLE)
    standing = hotline.queue.request(conversation, Reason.ASKED)
    assert (standing.waits, standing.place) == (Waits.QUEUED, 1)
    offer = hotline.screen.overview(LI).offer
    assert offer
    held = hotline.desk.accept(LI, offer.handoff.id)
    assert held.stage is Stage.HELD
    assert hotline.desk.say(LI, held.id, "您好", "k1")
    assert [m.author for m in hotline.conversations.transcript(conversation)] == [
        Author.CITIZEN, Author.SYSTEM, Author.AGENT,
    ]  # fmt: skip
    accepted = citizen.writes("在吗", owner="pump")
    assert accepted.attendant is Attendant.AGENT
    assert accepted.claim is None
    view = hotline.screen.view(LI, held.id)
    assert view.handoff.agent == "li"
    assert hotline.screen.overview(LI).held[0].unread == 1
    hotline.desk.hand_back(LI, held.id, Correction(description="路灯坏了", category="0106"))
    with pytest.raises(Gone):
        hotline.desk.say(LI, held.id, "再见", "k2")
