"""A simulated month: `python -m bench.month [--tickets N] [--seed S] [--start DATE]`.

Citizens, agents, handlers and supervisors act, some of them late or badly, on a simulated clock. At the end nothing may
have been forgotten: every ticket is closed, answered, or visibly overdue and escalated; and the numbers counted from
the events equal those of the tickets.
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from hotline.bootstrap import Hotline, build
from hotline.clock import ZONE
from hotline.conversations.model import Incoming
from hotline.events.event import Event
from hotline.settings import Settings
from hotline.staff.model import Actor
from hotline.storage.migrations import upgrade
from hotline.tickets import access
from hotline.tickets.lifecycle import ANSWERED, NotPossible
from hotline.tickets.model import ENDED, Intake, Rating, RequestType, Status, Ticket, Urgency
from hotline.tickets.records import Kind
from hotline.tickets.service import TicketEnded

START = date(2026, 9, 21)  # includes National Day and two make-up days
DAYS = 31
TAIL = 60
AGENT, SUPERVISOR = Actor("agent", "sim-agent"), Actor("supervisor", "sim-supervisor")
REPLY = "经现场核查,情况属实,已责令责任单位整改,预计三个工作日内完成,后续将持续巡查。"
MIX = ((RequestType.HELP, 40), (RequestType.COMPLAINT, 30), (RequestType.CONSULTATION, 15),
    (RequestType.SUGGESTION, 8), (RequestType.REPORT, 5), (RequestType.PRAISE, 2))  # fmt: skip
URGENCY = ((Urgency.NORMAL, 94), (Urgency.URGENT, 5), (Urgency.CRITICAL, 1))


GOES_ON = {"object", "object_again", "reopen", "undo_merge"}


class MovingClock:
    """The simulation's time."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Numbers:
    """The results of a month."""

    tickets: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    forgotten: list[str] = field(default_factory=list)
    overdue_and_escalated: int = 0
    differences: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Month:
    """One run; its queue holds the future acts in the order of time."""

    def __init__(self, hotline: Hotline, clock: MovingClock, tickets: int, seed: int, start: date = START) -> None:
        self.hotline, self.clock, self.tickets = hotline, clock, tickets
        self.random = random.Random(seed)
        self.start = datetime.combine(start, time_of_day(0), ZONE)
        self.queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self.order = 0
        self.numbers: list[str] = []
        self.events: list[Event] = []
        self.codes = sorted(code for code, c in hotline.city.categories.items() if not c.not_ours)
        self.districts = sorted(hotline.city.districts)

    def run(self) -> Numbers:
        """Play the month, and then the time in which its tickets end and no new one is opened."""
        began = time.perf_counter()
        for serial in range(self.tickets):
            moment = self.start + timedelta(days=DAYS) * self.random.random()
            self.at(moment, lambda serial=serial: self.opens(serial))  # type: ignore[misc]
        end = self.start + timedelta(days=DAYS + TAIL)
        tick = self.start
        while tick < end:
            tick += timedelta(minutes=30)
            while self.queue and self.queue[0][0] <= tick:
                moment, _, happens = heapq.heappop(self.queue)
                self.clock.at = max(self.clock.at, moment)
                with suppress(NotPossible, TicketEnded, access.AccessDenied):
                    happens()
            self.clock.at = tick
            while self.hotline.timers.run_due(1000):
                pass
            self.collect()
        return self.counted(time.perf_counter() - began)

    # --- people -------------------------------------------------------------------------------------------------------

    def opens(self, serial: int) -> None:
        """A citizen reports a matter."""
        chosen, hotline = self.random, self.hotline
        sender = f"sim-{chosen.randrange(max(1, self.tickets * 4 // 5))}"
        conversation = hotline.conversations.find("rest", sender)
        if conversation is None:
            hotline.conversations.accept(Incoming("rest", sender, "路灯坏了"))
            conversation = hotline.conversations.find("rest", sender)
        assert conversation is not None
        taken = hotline.tickets.take(
            Intake(
                key=f"sim-{serial}",
                request_type=weighted(chosen, MIX),
                category=chosen.choice(self.codes) if chosen.random() > 0.02 else None,
                description=f"第{serial}件:路口设施坏了,影响出行,请尽快处理",
                channel="rest",
                sender=sender,
                conversation_id=conversation.id,
                location=f"模拟路{chosen.randrange(400)}号",
                district=chosen.choice(self.districts),
                urgency=weighted(chosen, URGENCY),
            ),
            access.Citizen("rest", sender),
        )
        if taken.repeated:
            return
        self.numbers.append(taken.ticket.number)
        self.later(minutes=chosen.expovariate(1 / 20), what=lambda: self.sends(taken.ticket.number))

    def sends(self, number: str) -> None:
        """The hotline answers at once, transfers the ticket to another line, or dispatches it to its unit."""
        ticket, desk, lot = self.ticket(number), self.hotline.ticket_desk, self.random.random()
        if ticket.request_type is RequestType.CONSULTATION and lot < 0.6:
            desk.answer(number, AGENT, "可以在线办理,请携带身份证到就近便民服务中心,具体材料以窗口告知为准。")
            return
        if lot > 0.99:
            desk.transfer(number, AGENT, "police_emergency")
            return
        unit = ticket.lead if ticket.category else self.hotline.city.unit_name("urban_management", None)
        desk.dispatch(number, AGENT, unit)
        if ticket.confidential:
            desk.name(number, AGENT, ["sim-handler"])
        if lot < 0.02:
            self.later(hours=20, what=lambda: self.withdraws(number))
        elif lot < 0.12:
            self.later(hours=2, what=lambda: self.merges(number))
        self.later(hours=self.random.expovariate(1 / 5), what=lambda: self.accepts(number))

    def accepts(self, number: str) -> None:
        """The unit accepts, or returns the ticket as not its own; a few never look."""
        ticket, lot, lead = self.ticket(number), self.random.random(), self.lead(number)
        if lot < 0.03:
            return  # nobody looks: that must become visible
        if lot < 0.08 and ticket.status is Status.DISPATCHED:
            self.hotline.handling.ask_return(number, lead, "不属于本单位职责")
            self.later(hours=6, what=lambda: self.decides(number))
            return
        self.hotline.handling.accept(number, lead)
        self.later(hours=self.random.expovariate(1 / 10), what=lambda: self.works(number))

    def works(self, number: str) -> None:
        """The unit begins; some units ask the citizen, need more time or help, or cannot act now."""
        handling, lead, lot = self.hotline.handling, self.lead(number), self.random.random()
        with suppress(NotPossible):
            handling.start(number, lead)
        handling.contacted(number, lead)
        ticket = self.ticket(number)
        if ticket.urgency is Urgency.CRITICAL:
            handling.report(number, lead, "已到现场,正在处置")
        if lot < 0.05:
            handling.ask_citizen(number, lead, "具体是哪一处?")
            self.later(hours=30, what=lambda: self.adds(number))
        elif lot < 0.10:
            handling.ask_extension(number, lead, "需要协调施工单位", 5)
            self.later(hours=5, what=lambda: self.decides(number))
        elif lot < 0.12:
            handling.ask_shelve(number, lead, "需列入年度计划", self.clock.at.date() + timedelta(days=25))
            self.later(hours=5, what=lambda: self.decides(number))
            self.later(hours=24 * 30, what=lambda: self.takes_up(number))
        elif lot < 0.13:
            handling.ask_end(number, lead, "市民拒绝提供必要信息", "《热线管理办法》第十二条")
            self.later(hours=5, what=lambda: self.decides(number))
        elif lot < 0.18:
            helper = self.hotline.city.unit_name("ecology", None)
            handling.delegate(number, lead, helper, "现场监测", min(ticket.due_at, self.clock.at + timedelta(days=2)))
            self.later(hours=20, what=lambda: self.helps(number, helper))
        late = self.random.random() < 0.08
        length = ticket.due_at - self.clock.at
        self.later(hours=length.total_seconds() / 3600 * (1.3 if late else self.random.uniform(0.1, 0.9)),
            what=lambda: self.replies(number))  # fmt: skip

    def replies(self, number: str) -> None:
        """The unit replies; then the citizen rates it or says nothing."""
        try:
            self.hotline.handling.reply(number, self.lead(number), REPLY)
        except NotPossible:
            if self.ticket(number).status not in ENDED | ANSWERED:
                self.later(hours=24, what=lambda: self.accepts_and_replies(number))
            return
        for each in (number, *self.hotline.tickets.parts_of(number)):
            if self.random.random() < 0.7:
                self.later(hours=self.random.expovariate(1 / 12), what=lambda each=each: self.rates(each))  # type: ignore[misc]

    def accepts_and_replies(self, number: str) -> None:
        """A unit that got the ticket again, or was held up, tries once more."""
        with suppress(NotPossible):
            self.hotline.handling.accept(number, self.lead(number))
        for task in self.hotline.department.one(number, self.lead(number)).tasks:
            if task.answer is None:
                self.helps(number, task.unit)
        self.replies(number)

    def rates(self, number: str) -> None:
        """The citizen is mostly content; the rating of a merged ticket acts on the main one."""
        rating = Rating.SATISFIED if self.random.random() < 0.9 else Rating.DISSATISFIED
        self.hotline.tickets.rate(number, self.citizen(number), rating, "说明", f"rate-{number}-{self.order}")
        whole = self.hotline.tickets.whole(self.ticket(number))
        if whole.status is Status.REOPENED:
            self.later(hours=8, what=lambda: self.accepts_and_replies(whole.number))
        elif whole.status is Status.FOLLOW_UP:
            self.later(hours=8, what=lambda: self.hotline.ticket_desk.close(whole.number, SUPERVISOR, "复核:已办到位"))

    def decides(self, number: str) -> None:
        """A supervisor decides the unit's requests."""
        for asked in self.hotline.ticket_desk.dossier(number, SUPERVISOR).requests:
            if asked.outcome is None:
                other = self.hotline.city.unit_name("housing", None)
                approve = self.random.random() < 0.7
                self.hotline.ticket_desk.decide(number, SUPERVISOR, asked.id, approve, "已核实", other)
                if asked.kind is Kind.RETURN:
                    self.named(number)
                    self.later(hours=4, what=lambda: self.accepts(number))

    def named(self, number: str) -> None:
        """The hotline names who may see a confidential ticket in its new unit."""
        if self.ticket(number).confidential:
            self.hotline.ticket_desk.name(number, AGENT, ["sim-handler"])

    def takes_up(self, number: str) -> None:
        """A shelved ticket is taken up again."""
        self.hotline.ticket_desk.take_up(number, SUPERVISOR, "已列入计划")
        self.named(number)
        self.later(hours=24, what=lambda: self.accepts_and_replies(number))

    def helps(self, number: str, unit: str) -> None:
        """The helping unit finishes its part."""
        helper = Actor("handler", "sim-handler", unit)
        for task in self.hotline.department.one(number, helper).tasks:
            if task.unit == unit and task.answer is None:
                self.hotline.handling.finish_task(number, helper, task.id, "监测达标")

    def adds(self, number: str) -> None:
        """The citizen answers the unit's question."""
        self.hotline.tickets.add(number, self.citizen(number), "是路口东北角那一处", f"add-{number}")

    def withdraws(self, number: str) -> None:
        """The citizen withdraws; the tickets merged into theirs are sent on their own."""
        parts = self.hotline.tickets.parts_of(number)
        self.hotline.tickets.withdraw(number, self.citizen(number), f"withdraw-{number}")
        for part in parts:
            self.later(hours=1, what=lambda part=part: self.sends(part))  # type: ignore[misc]

    def merges(self, number: str) -> None:
        """An agent merges a ticket into one that seems to be about the same matter; some turn out to be another
        matter."""
        into = self.random.choice(self.numbers)
        self.hotline.ticket_desk.merge(number, AGENT, into)
        if self.random.random() < 0.3:
            self.later(hours=10, what=lambda: self.takes_out(number))
        elif self.random.random() < 0.1:
            self.later(hours=10, what=lambda: self.withdraws(into))

    def takes_out(self, number: str) -> None:
        """A merged ticket was another matter and is taken out again."""
        self.hotline.ticket_desk.undo_merge(number, AGENT, "不是同一件事")
        self.later(hours=1, what=lambda: self.sends(number))

    # --- time and counting --------------------------------------------------------------------------------------------

    def at(self, moment: datetime, what: Callable[[], None]) -> None:
        """Schedule an act at a time."""
        self.order += 1
        heapq.heappush(self.queue, (moment, self.order, what))

    def later(self, what: Callable[[], Any], **after: float) -> None:
        """Schedule an act after a while."""
        self.at(self.clock.at + timedelta(**after), what)

    def ticket(self, number: str) -> Ticket:
        """The ticket as it is now."""
        return self.hotline.tickets.for_trusted_system(number)

    def lead(self, number: str) -> Actor:
        """The handler of the unit that answers for a ticket."""
        return Actor("handler", "sim-handler", self.ticket(number).lead)

    def citizen(self, number: str) -> access.Citizen:
        """The citizen of a ticket."""
        return access.Citizen.holding_code_of(self.ticket(number))

    def collect(self) -> None:
        """Take the events as the relay would."""
        with self.hotline.transactions() as unit:
            while batch := unit.events.waiting(1000):
                self.events += [event for _, event in batch]
                unit.events.forget([row for row, _ in batch])

    def counted(self, seconds: float) -> Numbers:
        """The month in numbers, from the tickets, and compared with the events."""
        result = Numbers(tickets=len(self.numbers), seconds=seconds)
        result.events = Counter(event.type for event in self.events)
        told = {e.subject: e.data for e in self.events if "status" in e.data}
        ends = {e.subject: e.data.get("outcome") for e in self.events if "outcome" in e.data or goes_on(e)}
        for number in self.numbers:
            file = self.hotline.ticket_desk.dossier(number, AGENT)
            ticket = file.ticket
            result.statuses[ticket.status] += 1
            if ticket.outcome:
                result.outcomes[ticket.outcome] += 1
            last = told.get(number, {"status": Status.RECEIVED, "due_at": ticket.due_at.isoformat()})
            from_events = (last["status"], last["due_at"], ends.get(number))
            if from_events != (ticket.status, ticket.due_at.isoformat(), ticket.outcome):
                result.differences.append(number)
            waits = bool(file.deadlines)
            escalated = ticket.escalation > 0
            result.overdue_and_escalated += escalated and ticket.status not in ENDED
            settled = ticket.status in ENDED | ANSWERED
            if not (settled or escalated or (waits and all(d.due_at > self.clock.at for d in file.deadlines))):
                result.forgotten.append(number)
        broken = self.hotline.promise.proof().broken.values()  # what `yihaotong audit promise` reports
        result.forgotten += sorted({number for numbers in broken for number in numbers} - set(result.forgotten))
        return result


def goes_on(event: Event) -> bool:
    """Whether an event reopens a ticket that had ended or been answered."""
    return event.data.get("action") in GOES_ON


def weighted(chosen: random.Random, mix: Any) -> Any:
    """One value of a mix of (value, weight)."""
    values, weights = zip(*mix, strict=True)
    return chosen.choices(values, weights)[0]


def simulate(tickets: int, seed: int = 1, folder: Path | None = None, start: date = START) -> Numbers:
    """Play a month on a fresh SQLite database."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        url = f"sqlite:///{place}/hotline.db"
        upgrade(url)
        clock = MovingClock(datetime.combine(start, time_of_day(0), ZONE))
        hotline = build(Settings(data=Path(place), database_url=url, secret_key="a-secret-key-of-the-month"), clock)
        try:
            return Month(hotline, clock, tickets, seed, start).run()
        finally:
            hotline.audit.verify()
            hotline.database.close()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=date.fromisoformat, default=START)
    parser.add_argument("--folder", type=Path, help="where the database is made (a fast disk)")
    given = parser.parse_args()
    found = simulate(given.tickets, given.seed, given.folder, given.start)
    print(json.dumps(vars(found), ensure_ascii=False, indent=2, default=dict))
    if found.forgotten or found.differences:
        raise SystemExit("tickets were forgotten, or the events tell another story")


if __name__ == "__main__":
    main()
