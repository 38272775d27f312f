"""The use cases on deliveries: take due messages, store the outcome, take the provider's reports."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence, Set
from datetime import timedelta

from hotline.clock import Clock
from hotline.conversations.model import MessageState
from hotline.delivery.model import DeliveryProblem, Outgoing, Rejected, Unknown
from hotline.delivery.ports import Delivery, DeliveryUnit, OpenUnit
from hotline.delivery.rules import GIVE_UP_AFTER, pause
from hotline.staff.model import SYSTEM
from hotline.texts import texts
from hotline.tickets.lifecycle import Action
from hotline.tickets.records import Step

LEASE = timedelta(seconds=60)
GAVE_UP = "gave_up"


class Deliveries:
    """The use cases; each writes in one transaction. All raise hotline.transaction.StorageUnavailable when the database
    is down."""

    def __init__(self, open_unit: OpenUnit, now: Clock, chance: random.Random | None = None) -> None:
        self._open_unit = open_unit
        self._now = now
        self._chance = chance or random.Random()

    def claim(self, channels: Collection[str], limit: int) -> Sequence[Outgoing]:
        """Take due messages for a minute, in which no other courier gets them."""
        now = self._now()
        with self._open_unit.reading() as unit:
            if not unit.deliveries.is_due(channels, now):
                return []
        with self._open_unit() as unit:
            return unit.deliveries.claim(channels, now, now + LEASE, limit)

    def others(self, outgoing: Outgoing) -> Set[str]:
        """The provider's ids of other messages to the same citizen."""
        with self._open_unit.reading() as unit:
            return unit.deliveries.others(outgoing)

    def sent(self, outgoing: Outgoing, provider_id: str) -> None:
        """Record that the provider has taken a message. Changes nothing if the provider's report came first, or another
        courier has taken the message over."""
        with self._open_unit() as unit:
            if delivery := unit.deliveries.held(outgoing):
                unit.deliveries.finish(delivery, MessageState.SENT, provider_id, None)

    def not_sent(self, outgoing: Outgoing, problem: DeliveryProblem) -> None:
        """Record that a message was not sent: it is tried again later, or has failed for good."""
        now = self._now()
        with self._open_unit() as unit:
            delivery = unit.deliveries.held(outgoing)
            if delivery is None:
                return
            if isinstance(problem, Rejected) or now - delivery.at > GIVE_UP_AFTER:
                code = problem.code if isinstance(problem, Rejected) else GAVE_UP
                self._failed(unit, delivery, delivery.provider_id, code)
                return
            again = now + pause(outgoing.attempts, problem.retry_after, self._chance)
            unit.deliveries.try_again(outgoing.message_id, again, isinstance(problem, Unknown), problem.code)

    def report(self, message_id: str | None, provider_id: str, state: MessageState, problem: str | None = None) -> bool:
        """Take the provider's report on a message; False for an unknown one.

        After `delivered` or `failed` reports change nothing.
        """
        with self._open_unit() as unit:
            delivery = unit.deliveries.get(message_id) if message_id else None
            delivery = delivery or unit.deliveries.by_provider_id(provider_id)
            if delivery is None or delivery.provider_id not in (None, provider_id):
                return False
            if delivery.state in (MessageState.DELIVERED, MessageState.FAILED):
                return True
            if state is MessageState.FAILED:
                self._failed(unit, delivery, provider_id, problem or "failed")
                return True
            unit.deliveries.finish(delivery, state, provider_id, None)
            if state is MessageState.DELIVERED:
                data = {"channel": delivery.channel, "seq": delivery.seq}
                unit.events.add("message.delivered", delivery.conversation_id, data, self._now())
            return True

    def _failed(self, unit: DeliveryUnit, delivery: Delivery, provider_id: str | None, code: str) -> None:
        """Mark a delivery failed. Staff are told by the event, and find it among the steps of the message's ticket."""
        now = self._now()
        unit.deliveries.finish(delivery, MessageState.FAILED, provider_id, code)
        data = {"channel": delivery.channel, "seq": delivery.seq, "problem": code}
        ticket = unit.tickets.by_number(number) if (number := _ticket(delivery)) else None
        if ticket:
            note = texts().say(f"undelivered.{delivery.channel}", problem=code)
            step = Step(now, SYSTEM.id, SYSTEM.kind, None, Action.NOTE, ticket.status, ticket.status, note, data)
            unit.handling.add_step(ticket.number, step)
            unit.audit.add(SYSTEM, "message.failed", ticket.number, now, data=data)
            data = data | {"ticket": ticket.number}
        unit.events.add("message.failed", delivery.conversation_id, data, now)


def _ticket(delivery: Delivery) -> str | None:
    """The number of the ticket that a message is about: one just opened, or one whose progress it tells."""
    data = delivery.data or {}
    opened: dict[str, str] = data.get("ticket") or {}
    about: str | None = data.get("about") or opened.get("number")
    return about
