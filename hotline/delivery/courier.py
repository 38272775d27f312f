"""The courier: gives due messages to the sender of their channel, for many citizens in parallel, for each in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from hotline.delivery.model import DeliveryProblem, Outgoing, Rejected, Sender, Unknown
from hotline.delivery.service import Deliveries
from hotline.transaction import StorageUnavailable

logger = logging.getLogger(__name__)

IN_PARALLEL = 16
IDLE_SECONDS = 0.3
RETRY_SECONDS = 1.0
NOTE_TRIES = 10
FINISH_SECONDS = 5.0


class Courier:
    """Sends due messages. One per worker; two couriers never send the same message at the same time."""

    def __init__(self, deliveries: Deliveries, senders: Mapping[str, Sender]) -> None:
        self._deliveries = deliveries
        self._senders = senders
        self._busy: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send until cancelled; then finish the messages under way and store their outcome."""
        try:
            while True:
                try:
                    taken = await self.step()
                    await asyncio.sleep(0 if taken else IDLE_SECONDS)
                except StorageUnavailable:
                    logger.warning("the database does not answer; messages wait")
                    await asyncio.sleep(RETRY_SECONDS)
        finally:
            if self._busy:
                await asyncio.wait(self._busy, timeout=FINISH_SECONDS)
            for sender in self._senders.values():
                await sender.close()

    async def step(self) -> int:
        """Take as many messages as there are free slots, and start sending them; returns how many."""
        while len(self._busy) >= IN_PARALLEL:
            await asyncio.wait(self._busy, return_when=asyncio.FIRST_COMPLETED)
        free = IN_PARALLEL - len(self._busy)
        taken = await asyncio.to_thread(self._deliveries.claim, list(self._senders), free)
        for outgoing in taken:
            task = asyncio.create_task(self._carry(outgoing))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        return len(taken)

    async def _carry(self, outgoing: Outgoing) -> None:
        try:
            provider_id = await self._hand_over(outgoing)
        except DeliveryProblem as problem:
            level = logging.ERROR if isinstance(problem, Rejected) else logging.INFO
            logger.log(level, "a message was not sent, attempt %d: %s", outgoing.attempts, problem.code)
            await self._note(self._deliveries.not_sent, outgoing, problem)
        except Exception:
            logger.exception("a sender failed")
            await self._note(self._deliveries.not_sent, outgoing, Unknown("sender_failed"))
        else:
            await self._note(self._deliveries.sent, outgoing, provider_id)

    async def _hand_over(self, outgoing: Outgoing) -> str:
        """Send a message, unless the provider has it already from an attempt whose outcome was lost."""
        sender = self._senders[outgoing.channel]
        if outgoing.unsure_since:
            others = await asyncio.to_thread(self._deliveries.others, outgoing)
            try:
                known = await sender.find(outgoing, outgoing.unsure_since, others)
            except DeliveryProblem as problem:
                raise Unknown(problem.code, problem.retry_after) from problem
            if known:
                return known
        return await sender.send(outgoing)

    async def _note(self, use_case: Callable[..., None], outgoing: Outgoing, result: str | DeliveryProblem) -> None:
        """Store the outcome. If that fails, the courier that takes the message next asks the provider first."""
        for _ in range(NOTE_TRIES):
            try:
                await asyncio.to_thread(use_case, outgoing, result)
                return
            except StorageUnavailable:
                await asyncio.sleep(RETRY_SECONDS)
        logger.error("how a delivery ended could not be stored")
