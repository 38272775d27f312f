"""Reporters of merged tickets are asked, heard, told again, and may withdraw; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
import redis.asyncio

from bot.actions import context
from bot.actions.changes import ActionUrge
from bot.actions.intake import ActionOpenTicket
from bot.actions.rating import ActionRate
from bot.actions.withdrawing import ActionWithdrawTicket
from hotline.bootstrap import Hotline
from hotline.clock import ZONE
from hotline.statistics.model import Counts
from hotline.statistics.period import Period
from hotline.texts import texts
from hotline.tickets import access
from hotline.tickets.lifecycle import Stage
from hotline.tickets.model import Contact, Rating, Status, Ticket
from hotline.tickets.numbering import spell
from hotline.tickets.service import TicketEnded
from tests.conftest import SetClock
from tests.integration.conftest import Citizen
from tests.integration.test_following_actions import DRAFT, says
from tests.integration.test_lifecycle import AGENT, ANNA, REPLY, SUPERVISOR, Walk
from tests.integration.test_progress import Telling

BEN, EVA = access.Citizen("rest", "ben"), access.Citizen("rest", "eva")


class Reporters:
    """Anna's ticket, into which Ben's and Eva's are merged."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline, self.tickets = hotline, hotline.tickets
        self.main = Walk(hotline, Citizen(hotline, "anna").opens_ticket("a"))
        contact = Contact("欧阳晓明", "13812345678")
        self.ben = Walk(hotline, Citizen(hotline, "ben").opens_ticket("b", contact=contact))
        self.eva = Walk(hotline, Citizen(hotline, "eva").opens_ticket("e"))
        for part in (self.ben, self.eva):
            hotline.ticket_desk.merge(part.number, AGENT, self.main.number)

    def are_answered(self) -> Reporters:
        """The unit replies, for the first time or again."""
        if self.main.ticket.status is Status.RECEIVED:
            self.tickets.dispatch(self.main.number)
        self.hotline.handling.accept(self.main.number, self.main.lead)
        self.hotline.handling.reply(self.main.number, self.main.lead, REPLY)
        return self

    def say(
        self, part: Walk, citizen: access.Citizen, rating: Rating, key: str, words: str = "昨晚又烤到三点"
    ) -> Ticket:
        """One of the reporters rates."""
        return self.tickets.rate(part.number, citizen, rating, words, key)

    def time_passes(self, clock: SetClock, hours: int) -> None:
        """Advance the clock and run the due timers."""
        clock.advance(hours=hours)
        while self.hotline.timers.run_due():
            pass

    def notes(self) -> list[str]:
        """The notes that the unit reads inside the main ticket."""
        return [note.text for note in self.hotline.department.one(self.main.number, self.main.lead).notes]

    def counts(self) -> Counts:
        """The counts of the day's tickets."""
        return self.hotline.statistics.report(Period(date(2026, 11, 22), date(2026, 11, 22))).total


@pytest.fixture
def reporters(hotline: Hotline) -> Reporters:
    return Reporters(hotline)


class TestBeingAsked:
    def test_each_is_asked_three_times_at_decent_hours_and_nobody_waits_for_an_answer(
        self, reporters: Reporters, clock: SetClock
    ) -> None:
        clock.at = datetime(2026, 11, 23, 20, 30, tzinfo=ZONE)
        reporters.are_answered()
        for _ in range(24 * 8):
            reporters.time_passes(clock, 1)
        for each in (reporters.main, reporters.ben, reporters.eva):
            asked = [entry.at for entry in each.ticket.timeline if entry.node == "follow_up"]
            assert len(asked) == 3
            assert all(9 <= at.hour < 20 for at in asked)
        assert (reporters.main.ticket.status, reporters.main.ticket.outcome) == (Status.CLOSED, "unreached")
        assert reporters.ben.ticket.status is Status.MERGED
        assert reporters.ben.stages() == set()

    def test_who_has_answered_is_asked_no_more_and_the_others_are(self, reporters: Reporters, clock: SetClock) -> None:
        reporters.are_answered().say(reporters.ben, BEN, Rating.SATISFIED, "b1")
        assert reporters.main.ticket.status is Status.REPLIED
        assert reporters.main.ticket.satisfaction is None
        reporters.time_passes(clock, 1)
        reporters.say(reporters.main, ANNA, Rating.SATISFIED, "a1")
        assert reporters.main.ticket.status is Status.CLOSED
        reporters.time_passes(clock, 24)
        asked = [each.nodes().count("follow_up") for each in (reporters.main, reporters.ben, reporters.eva)]
        assert asked == [1, 0, 2]
        assert (reporters.ben.ticket.satisfaction, reporters.eva.ticket.satisfaction) == ("satisfied", None)

    def test_merged_into_an_answered_one_they_are_asked_too(self, reporters: Reporters, clock: SetClock) -> None:
        reporters.are_answered()
        late = Walk(reporters.hotline, Citizen(reporters.hotline, "leo").opens_ticket("l"))
        reporters.hotline.ticket_desk.merge(late.number, AGENT, reporters.main.number)
        reporters.time_passes(clock, 1)
        assert late.nodes()[-2:] == ["merged", "follow_up"]

    def test_who_reported_it_twice_is_asked_once(self, hotline: Hotline, clock: SetClock) -> None:
        anna = Citizen(hotline, "anna")
        main, again = Walk(hotline, anna.opens_ticket("a1")), Walk(hotline, anna.opens_ticket("a2"))
        hotline.ticket_desk.merge(again.number, AGENT, main.number)
        main.to(Status.FOLLOW_UP)
        assert hotline.tickets.to_rate(ANNA) == [main.number]
        assert again.stages() == set()

    async def test_they_are_told_by_their_own_channel_with_answers_to_tap(
        self, hotline: Hotline, valkey: redis.asyncio.Redis, clock: SetClock
    ) -> None:
        telling = Telling(hotline, valkey, clock)
        main, part = telling.opens("anna"), telling.opens("ben", "en")
        hotline.ticket_desk.merge(part.number, AGENT, main.number)
        telling.is_answered(main)
        hotline.timers.run_due()
        for ticket in (main, part):
            asked = [line for line in await telling.told(ticket) if (line.data or {}).get("choices")]
            assert len(asked) == 1
            assert (asked[0].data or {})["choices"] == list(texts(ticket.language).group("rate_choices").values())
            assert spell(ticket.number) in asked[0].text

    async def test_who_wants_no_messages_gets_none(
        self, hotline: Hotline, valkey: redis.asyncio.Redis, clock: SetClock
    ) -> None:
        telling = Telling(hotline, valkey, clock)
        main, part = telling.opens("anna"), telling.opens("ben")
        hotline.ticket_desk.merge(part.number, AGENT, main.number)
        before = len(await telling.told(part))
        hotline.conversations.mute(part.conversation_id, True)
        telling.is_answered(main)
        hotline.timers.run_due()
        assert len(await telling.told(part)) == before
        assert "解决了吗" in (await telling.told(main))[-1].text


class TestObjecting:
    def test_who_is_not_satisfied_sends_the_main_one_back_without_being_named(self, reporters: Reporters) -> None:
        reporters.are_answered()
        words = "我是欧阳晓明,昨晚又烤到三点"
        for _ in range(2):  # a replay changes nothing
            part = reporters.say(reporters.ben, BEN, Rating.DISSATISFIED, "b1", words)
        main = reporters.main.ticket
        assert (main.status, main.reopened, main.satisfaction) == (Status.REOPENED, 1, None)
        assert (part.status, part.satisfaction, part.timeline[-1].node) == (Status.MERGED, "dissatisfied", "reopened")
        [note] = reporters.hotline.department.one(main.number, reporters.main.lead).notes
        assert note.part == part.number
        assert ["昨晚又烤到三点" in note.text, "欧阳晓明" in note.text] == [True, False]
        assert "昨晚又烤到三点" not in main.description
        assert "您反映" not in reporters.main.ticket.timeline[-1].text
        assert [walk.nodes()[-1] for walk in (reporters.main, reporters.eva)] == ["reopened", "reopened"]
        assert all(Stage.FOLLOW_UP not in walk.stages() for walk in (reporters.main, reporters.ben, reporters.eva))

    def test_audit_and_steps_of_both_say_the_same(self, reporters: Reporters) -> None:
        reporters.are_answered().say(reporters.ben, BEN, Rating.DISSATISFIED, "b1")
        for walk, action in ((reporters.main, "object"), (reporters.ben, "object_part")):
            step = reporters.hotline.ticket_desk.dossier(walk.number, AGENT).steps[-1]
            act = reporters.hotline.audit.latest(subject=walk.number, limit=1)[0].act
            assert (step.action, act.action) == (action, f"ticket.{action}")
        act = reporters.hotline.audit.latest(subject=reporters.main.number, limit=1)[0].act
        assert (act.actor, act.data["part"]) == ("system", reporters.ben.number)
        reporters.hotline.audit.verify()

    @pytest.mark.parametrize("first", ["anna", "ben"])
    def test_the_one_way_back_is_shared_and_then_a_supervisor_looks(self, reporters: Reporters, first: str) -> None:
        reporters.are_answered()
        walk, citizen = (reporters.main, ANNA) if first == "anna" else (reporters.ben, BEN)
        reporters.say(walk, citizen, Rating.DISSATISFIED, "first")
        reporters.are_answered()
        part = reporters.say(reporters.eva, EVA, Rating.DISSATISFIED, "e1")
        assert part.timeline[-1].node == "objected"
        assert "再次" not in part.timeline[-1].text
        main = reporters.main.ticket
        assert (main.status, main.reopened) == (Status.FOLLOW_UP, 1)
        assert Stage.OBJECTION in reporters.main.stages()

    def test_while_a_supervisor_looks_for_one_reporter_another_does_not_close_it(self, reporters: Reporters) -> None:
        reporters.are_answered().say(reporters.ben, BEN, Rating.DISSATISFIED, "b1")
        reporters.are_answered().say(reporters.eva, EVA, Rating.DISSATISFIED, "e1")
        reporters.say(reporters.main, ANNA, Rating.SATISFIED, "a1")
        assert (reporters.main.ticket.status, reporters.main.ticket.satisfaction) == (Status.FOLLOW_UP, "satisfied")
        assert Stage.OBJECTION in reporters.main.stages()
        reporters.say(reporters.ben, BEN, Rating.DISSATISFIED, "b2")
        assert "没有解决" in reporters.notes()[-1]
        reporters.hotline.ticket_desk.close(reporters.main.number, SUPERVISOR, "复核:已办到位")
        assert reporters.ben.stages() == reporters.eva.stages() == set()
        reporters.say(reporters.eva, EVA, Rating.DISSATISFIED, "e2")
        assert (reporters.main.ticket.status, reporters.main.ticket.outcome) == (Status.CLOSED, "upheld")

    def test_after_the_main_one_was_closed_an_objection_in_time_counts_and_a_late_one_is_kept(
        self, reporters: Reporters, clock: SetClock
    ) -> None:
        reporters.are_answered().say(reporters.main, ANNA, Rating.SATISFIED, "a1")
        reporters.time_passes(clock, 24 * 10)
        reporters.say(reporters.ben, BEN, Rating.DISSATISFIED, "b1")
        assert reporters.main.ticket.status is Status.REOPENED
        reporters.are_answered().say(reporters.main, ANNA, Rating.SATISFIED, "a2")
        reporters.time_passes(clock, 24 * 40)
        assert reporters.main.ticket.status is Status.ARCHIVED
        late = reporters.say(reporters.eva, EVA, Rating.DISSATISFIED, "e1")
        assert (late.satisfaction, late.timeline[-1].node) == ("dissatisfied", "dissatisfied")
        assert reporters.main.ticket.status is Status.ARCHIVED

    def test_before_the_reply_a_word_is_kept_and_the_unit_reads_it(self, reporters: Reporters) -> None:
        reporters.tickets.dispatch(reporters.main.number)
        reporters.say(reporters.ben, BEN, Rating.DISSATISFIED, "b1")
        assert reporters.main.ticket.status is Status.DISPATCHED
        assert "昨晚又烤到三点" in reporters.notes()[-1]
        assert (reporters.counts().confirmed, reporters.counts().objected) == (0, 0)

    def test_an_agent_who_phoned_takes_it_down(self, reporters: Reporters) -> None:
        reporters.are_answered()
        reporters.hotline.follow_ups.record_call(reporters.ben.number, AGENT, Rating.DISSATISFIED, "还是很吵")
        reporters.hotline.follow_ups.record_call(reporters.eva.number, AGENT, Rating.SATISFIED, "")
        assert reporters.main.ticket.status is Status.REOPENED
        assert (reporters.ben.ticket.satisfaction, reporters.eva.ticket.satisfaction) == ("dissatisfied", "satisfied")

    def test_all_who_object_at_the_same_moment_send_it_back_once(self, reporters: Reporters) -> None:
        reporters.are_answered()
        said = [(reporters.main, ANNA), (reporters.ben, BEN), (reporters.eva, EVA)]
        with ThreadPoolExecutor(6) as people:
            list(people.map(lambda each: reporters.say(*each, Rating.DISSATISFIED, each[1].sender), said * 2))
        assert (reporters.main.ticket.status, reporters.main.ticket.reopened) == (Status.REOPENED, 1)
        steps = reporters.hotline.ticket_desk.dossier(reporters.main.number, AGENT).steps
        assert [step.action for step in steps].count("object") == 1
        assert {walk.ticket.satisfaction for walk, _ in said} == {"dissatisfied"}

    async def test_the_others_hear_that_it_is_done_again_and_in_their_own_words(
        self, hotline: Hotline, valkey: redis.asyncio.Redis, clock: SetClock
    ) -> None:
        telling = Telling(hotline, valkey, clock)
        main, ben, eva = (telling.opens(name) for name in ("anna", "ben", "eva"))
        for part in (ben, eva):
            hotline.ticket_desk.merge(part.number, AGENT, main.number)
        telling.is_answered(main)
        before = {each.number: len(await telling.told(each)) for each in (main, ben, eva)}
        hotline.tickets.rate(ben.number, access.Citizen("webchat", "ben"), Rating.DISSATISFIED, "还是很吵", "b1")
        for each in (main, eva):
            [again] = (await telling.told(each))[before[each.number] :]
            assert "重新办理" in again.text
            assert "还是很吵" not in again.text
        assert len(await telling.told(ben)) == before[ben.number]  # the conversation has already said it

    async def test_a_merged_reporter_hears_that_the_main_one_objected(
        self, hotline: Hotline, valkey: redis.asyncio.Redis, clock: SetClock
    ) -> None:
        telling = Telling(hotline, valkey, clock)
        main, ben = telling.opens("anna"), telling.opens("ben")
        hotline.ticket_desk.merge(ben.number, AGENT, main.number)
        telling.is_answered(main)
        hotline.tickets.rate(main.number, access.Citizen("webchat", "anna"), Rating.DISSATISFIED, "还是很吵", "a1")
        assert "经反映还没解决" in (await telling.told(ben))[-1].text
        assert REPLY in (await telling.told(main))[-1].text  # whoever said it is not told of it


class TestWithdrawing:
    def test_a_merged_report_ends_and_the_main_one_goes_on(self, reporters: Reporters, clock: SetClock) -> None:
        reporters.tickets.dispatch(reporters.main.number)
        for _ in range(2):
            part = reporters.tickets.withdraw(reporters.ben.number, BEN, "w")
        assert (part.status, part.outcome, part.merged_into) == (Status.WITHDRAWN, "withdrawn", None)
        assert reporters.main.ticket.status is Status.DISPATCHED
        assert "撤回" in reporters.notes()[-1]
        heard = len(reporters.ben.nodes())
        reporters.are_answered().time_passes(clock, 24)
        assert len(reporters.ben.nodes()) == heard
        assert reporters.ben.ticket.reply is None
        assert "follow_up" in reporters.eva.nodes()
        assert reporters.hotline.promise.proof().holds

    def test_not_once_the_main_one_has_ended(self, reporters: Reporters) -> None:
        reporters.are_answered().say(reporters.main, ANNA, Rating.SATISFIED, "a1")
        with pytest.raises(TicketEnded):
            reporters.tickets.withdraw(reporters.ben.number, BEN, "w")
        assert reporters.ben.ticket.status is Status.MERGED

    def test_at_the_same_moment_as_the_reply_one_comes_first(self, reporters: Reporters) -> None:
        reporters.tickets.dispatch(reporters.main.number)
        with ThreadPoolExecutor(2) as people:
            done = people.submit(reporters.tickets.withdraw, reporters.ben.number, BEN, "w")
            reporters.are_answered()
            assert done.result().status is Status.WITHDRAWN
        assert reporters.main.ticket.status is Status.REPLIED
        assert reporters.ben.stages() == {Stage.ARCHIVE}


def test_an_undone_merge_leaves_nothing_behind(reporters: Reporters, clock: SetClock) -> None:
    reporters.are_answered().say(reporters.ben, BEN, Rating.SATISFIED, "b1")
    for part in (reporters.ben, reporters.eva):
        reporters.hotline.ticket_desk.undo_merge(part.number, AGENT, "不是同一家店")
        ticket = part.ticket
        assert (ticket.status, ticket.merged_into, ticket.outcome, ticket.reply, ticket.satisfaction) == (
            Status.RECEIVED, None, None, None, None,
        )  # fmt: skip
        assert part.stages() == {Stage.DISPATCH, Stage.REPLY}
    reporters.time_passes(clock, 1)
    assert "follow_up" not in reporters.eva.nodes()
    reporters.eva.to(Status.REPLIED)
    reporters.say(reporters.eva, EVA, Rating.DISSATISFIED, "e1")
    assert [walk.ticket.status for walk in (reporters.eva, reporters.main)] == [Status.REOPENED, Status.FOLLOW_UP]


class TestTellingItAgain:
    def test_the_same_matter_becomes_a_note_while_the_main_one_is_open(self, reporters: Reporters) -> None:
        reporters.tickets.dispatch(reporters.main.number)
        intake = Citizen(reporters.hotline, "ben").intake("b9", description="那家烧烤店昨晚又烤到凌晨三点")
        taken = [reporters.tickets.take(intake, BEN) for _ in range(2)]
        assert [(t.ticket.number, t.repeated) for t in taken] == [(reporters.ben.number, True)] * 2
        assert ["凌晨三点" in note for note in reporters.notes()] == [True]
        assert reporters.counts().repeats == 1

    def test_once_the_main_one_has_ended_it_is_a_new_ticket(self, reporters: Reporters) -> None:
        reporters.are_answered().say(reporters.main, ANNA, Rating.SATISFIED, "a1")
        taken = reporters.tickets.take(Citizen(reporters.hotline, "ben").intake("b9"), BEN)
        assert (taken.repeated, taken.ticket.number != reporters.ben.number) == (False, True)

    def test_another_citizen_gets_a_ticket_of_their_own(self, reporters: Reporters) -> None:
        leo = access.Citizen("rest", "leo")
        assert not reporters.tickets.take(Citizen(reporters.hotline, "leo").intake("l1"), leo).repeated


class TestTheNumbers:
    def test_each_answer_counts_once_with_whoever_gave_it(self, reporters: Reporters) -> None:
        reporters.are_answered()
        reporters.say(reporters.eva, EVA, Rating.SATISFIED, "e1")
        reporters.say(reporters.ben, BEN, Rating.DISSATISFIED, "b1")
        counts = reporters.counts()
        assert (counts.confirmed, counts.objected, counts.judged, counts.solved) == (1, 1, 2, 1)
        assert (counts.reopened, counts.replied) == (1, 1)
        reporters.are_answered()
        reporters.say(reporters.ben, BEN, Rating.SATISFIED, "b2")
        reporters.say(reporters.main, ANNA, Rating.SATISFIED, "a1")
        counts = reporters.counts()
        assert (counts.confirmed, counts.objected, counts.judged, counts.solved) == (3, 1, 3, 3)
        reporters.say(reporters.ben, BEN, Rating.SATISFIED, "b3")  # nobody asked for it
        assert reporters.counts() == counts

    def test_kept_numbers_follow_what_a_merged_reporter_says(self, reporters: Reporters) -> None:
        def holding() -> Counts:
            with reporters.hotline.transactions() as unit:
                unit.events.forget([row for row, _ in unit.events.waiting(1000)])
            counted = reporters.counts()
            while reporters.hotline.statistics.count_days(10):
                pass
            assert reporters.counts() == counted
            return counted

        reporters.are_answered()
        assert holding().confirmed == 0
        reporters.say(reporters.ben, BEN, Rating.SATISFIED, "b1")
        assert holding().confirmed == 1
        reporters.tickets.take(Citizen(reporters.hotline, "eva").intake("e9"), EVA)
        assert (holding().repeats, holding().merged) == (1, 2)
        reporters.tickets.withdraw(reporters.eva.number, EVA, "w")
        assert (holding().merged, holding().confirmed) == (1, 1)


class TestInTheConversation:
    @pytest.fixture(autouse=True)
    def works_on(self, hotline: Hotline) -> Iterator[None]:
        """Makes the actions work on this hotline."""
        context.use(hotline)
        yield
        context._built.clear()

    async def test_a_tap_means_their_own_ticket_and_words_move_the_main_one(self, reporters: Reporters) -> None:
        reporters.are_answered()
        ben, eva = Citizen(reporters.hotline, "ben"), Citizen(reporters.hotline, "eva")
        ben.opens_ticket("b2", category="0106", location="望平街99号")
        assert await says(ActionRate(), eva, "解决了，很满意", "rate_satisfied", "e1") == ["utter_rated"]
        assert await says(ActionRate(), ben, "没有解决", "rate_dissatisfied", "b3") == ["utter_reopened"]
        assert reporters.main.ticket.status is Status.REOPENED
        assert (reporters.ben.ticket.satisfaction, reporters.eva.ticket.satisfaction) == ("dissatisfied", "satisfied")
        reporters.are_answered()
        [said] = await says(ActionRate(), eva, "我这边没好", "rate_dissatisfied", "e2")
        assert spell(reporters.eva.number) in said
        assert "班长" in said

    async def test_urging_and_withdrawing_mean_the_merged_one_that_goes_on(self, reporters: Reporters) -> None:
        reporters.tickets.dispatch(reporters.main.number)
        ben = Citizen(reporters.hotline, "ben")
        assert await says(ActionUrge(), ben, "催一下", "urge", "b1") == ["utter_urged"]
        assert "催办" in reporters.notes()[-1]
        slots = {"ticket": reporters.ben.number}
        withdrawn, undo = await says(ActionWithdrawTicket(), ben, "撤单", "withdraw_ticket", "b2", **slots)
        assert (withdrawn, "恢复" in undo) == ("utter_withdrawn", True)
        assert reporters.ben.ticket.status is Status.WITHDRAWN
        assert reporters.main.ticket.status is Status.DISPATCHED

    async def test_a_withdrawal_taken_back_makes_a_ticket_of_its_own(self, reporters: Reporters) -> None:
        reporters.tickets.dispatch(reporters.main.number)
        ben = Citizen(reporters.hotline, "ben")
        await says(ActionWithdrawTicket(), ben, "撤单", "withdraw_ticket", "b1", ticket=reporters.ben.number)
        restored = reporters.tickets.restore(reporters.ben.number, BEN, "b2")
        assert (restored.status, restored.merged_into) == (Status.RECEIVED, None)
        assert reporters.tickets.restore(reporters.ben.number, BEN, "b2").version == restored.version

    async def test_told_again_they_hear_that_it_is_known(self, reporters: Reporters) -> None:
        ben = Citizen(reporters.hotline, "ben")
        assert await says(ActionOpenTicket(), ben, "对", "affirm", "b9", draft=DRAFT.as_slots()) == ["utter_repeated"]
