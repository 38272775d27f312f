"""The collector: fetches the pictures that citizens have sent, a few at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from hotline.attachments.model import MAX_BYTES, Fetcher, PictureProblem, ToFetch
from hotline.attachments.service import Attachments
from hotline.transaction import StorageUnavailable

logger = logging.getLogger(__name__)

AT_ONCE = 4
IDLE_SECONDS = 1.0


class Collector:
    """Fetches pictures from the providers. One per worker."""

    def __init__(self, attachments: Attachments, fetchers: Mapping[str, Fetcher]) -> None:
        self._attachments = attachments
        self._fetchers = fetchers

    async def run(self) -> None:
        """Fetch until cancelled."""
        try:
            while True:
                try:
                    fetched = await self.step()
                except StorageUnavailable:
                    logger.warning("the database does not answer; pictures wait")
                    fetched = 0
                await asyncio.sleep(0 if fetched else IDLE_SECONDS)
        finally:
            for fetcher in self._fetchers.values():
                await fetcher.close()

    async def step(self) -> int:
        """Fetch the pictures that are due; returns how many were tried."""
        wanted = await asyncio.to_thread(self._attachments.claim, list(self._fetchers), AT_ONCE)
        await asyncio.gather(*map(self._fetch, wanted))
        return len(wanted)

    async def _fetch(self, wanted: ToFetch) -> None:
        try:
            content = await self._fetchers[wanted.channel].fetch(wanted.source, MAX_BYTES)
            await asyncio.to_thread(self._attachments.keep, wanted, content)
        except PictureProblem as problem:
            logger.info("a picture was not kept, attempt %d: %s", wanted.attempts, problem.code)
            await asyncio.to_thread(self._attachments.not_kept, wanted, problem)
