"""When each stage of a ticket is due, and when the hotline's timer looks at it, by the city's rules."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hotline.city import DeadlineRules
from hotline.tickets.deadlines import OfficeHours, add_working_days, due_after_working_days
from hotline.tickets.lifecycle import AgainstRule, Stage
from hotline.tickets.model import RequestType, Ticket, Urgency

WARN_AT = (0.5, 0.8)
EXPIRED, AT_SUPERVISOR, AT_LEADER = len(WARN_AT), len(WARN_AT) + 1, len(WARN_AT) + 2
"""Levels of a deadline. Below EXPIRED, the next look warns at a share of the time; then the deadline expires and goes
to the supervisor, then to the leader."""

AUTOMATIC = frozenset({Stage.WAIT, Stage.FOLLOW_UP, Stage.ARCHIVE})
"""Stages on whose end the timer acts by itself; nobody is warned."""


LONGEST = timedelta(days=366)
"""The furthest that a date given by a person may lie ahead. Nobody plans further, and a mistyped year would delay a
ticket for years."""


def check_ahead(given: datetime, now: datetime) -> None:
    """Raises lifecycle.AgainstRule for a date that has passed or is more than a year ahead."""
    if given <= now:
        raise AgainstRule("date_passed")
    if given > now + LONGEST:
        raise AgainstRule("date_too_far")


def check_day_ahead(given: date, now: datetime) -> None:
    """Raises lifecycle.AgainstRule for a day that is today, has passed or is more than a year ahead."""
    check_ahead(datetime.combine(given, time(), now.tzinfo), now)


class Timing:
    """Due dates by stage, type and urgency."""

    def __init__(self, rules: DeadlineRules) -> None:
        self._rules = rules
        self._office = OfficeHours(rules.opens_at, rules.closes_at)

    def reply(self, start: datetime, request_type: RequestType, urgency: Urgency) -> datetime:
        """When the answer is due: working days by type, or the hours for the urgency if they end sooner."""
        normal = self.after(self._rules.working_days(request_type), start)
        hours = self._rules.hours(urgency)
        return min(normal, start + hours.final) if hours else normal

    def call_back(self, start: datetime) -> datetime:
        """When a call-back is due: at the end of the same day, but not before an hour has passed."""
        return max(start.replace(hour=23, minute=59, second=0, microsecond=0), start + timedelta(hours=1))

    def due(self, stage: Stage, ticket: Ticket, start: datetime) -> datetime | None:
        """When a stage that begins at `start` is due; None for a stage that this ticket does not have.

        KeyError for a stage whose date the actor gives: a sub-task, supervision, a review.
        """
        rules, hours = self._rules, self._rules.hours(ticket.urgency)
        match stage:
            case Stage.REPLY:
                return self.reply(start, ticket.request_type, ticket.urgency)
            case Stage.DISPATCH | Stage.NAME:
                return start + hours.dispatch if hours else self._office.add(start, rules.dispatch)
            case Stage.ACCEPT:
                return start + hours.respond if hours else self.after(rules.accept, start)
            case Stage.CONTACT:
                return start + hours.respond if hours else None
            case Stage.PRELIMINARY:
                return start + hours.preliminary if hours and hours.preliminary else None
            case Stage.FOLLOW_UP:
                return self.decent(start)
        days = {
            Stage.JUDGE: rules.judge,
            Stage.DECIDE: rules.decide,
            Stage.WAIT: rules.wait,
            Stage.OBJECTION: rules.objection,
            Stage.ARCHIVE: rules.archive_after,
        }
        urgent = hours is not None and stage in (Stage.JUDGE, Stage.DECIDE)
        return start + hours.respond if hours and urgent else self.after(days[stage], start)

    def after(self, days: int, start: datetime) -> datetime:
        """Closing time of the `days`-th working day after `start`."""
        return due_after_working_days(start, days, self._rules.closes_at)

    def by_clock(self, ticket: Ticket) -> bool:
        """Whether this ticket's time passes at night and on holidays too."""
        return self._rules.hours(ticket.urgency) is not None

    def next_look(
        self, stage: Stage, ticket: Ticket, started_at: datetime, due_at: datetime, level: int
    ) -> datetime | None:
        """When the timer has to look at a deadline of this level next; None when nothing more will be done about it."""
        if stage in AUTOMATIC or level == EXPIRED:
            return due_at
        if level < EXPIRED:
            return self._share(ticket, started_at, due_at, WARN_AT[level])
        if level > AT_SUPERVISOR:
            return None
        hours = self._rules.hours(ticket.urgency)
        return due_at + hours.respond if hours else self.after(self._rules.leader_after, due_at)

    def moved_by_pause(self, ticket: Ticket, due_at: datetime, paused_at: datetime, resumed_at: datetime) -> datetime:
        """A due date moved by the time that passed while the citizen's answer was awaited."""
        if due_at <= paused_at:
            return due_at
        if self.by_clock(ticket):
            return due_at + (resumed_at - paused_at)
        return self._office.add(due_at, self._office.between(paused_at, resumed_at))

    def extended(self, due_at: datetime, days: int) -> datetime:
        """A due date `days` working days later."""
        return self.after(days, due_at)

    def decent(self, moment: datetime) -> datetime:
        """The moment itself if a citizen may be contacted then, else the next such moment."""
        asking = self._rules.follow_up
        if moment.time() < asking.earliest:
            return datetime.combine(moment.date(), asking.earliest, moment.tzinfo)
        if moment.time() >= asking.latest:
            return datetime.combine(moment.date() + timedelta(days=1), asking.earliest, moment.tzinfo)
        return moment

    def next_try(self, asked_at: datetime) -> datetime:
        """When a citizen who has not answered is asked again, or given up."""
        day = add_working_days(asked_at.date(), self._rules.follow_up.every)
        return self.decent(datetime.combine(day, asked_at.time(), asked_at.tzinfo))

    def _share(self, ticket: Ticket, started_at: datetime, due_at: datetime, share: float) -> datetime:
        if self.by_clock(ticket):
            return started_at + (due_at - started_at) * share
        return self._office.add(started_at, self._office.between(started_at, due_at) * share)
