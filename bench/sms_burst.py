"""`python -m bench.sms_burst`: many texts at once to the running hotline, with a provider that fails some of its
requests.

Measures how long a webhook waits for its acknowledgement, and counts texts that were lost or sent twice, which must be
none. The provider is the loopback Twilio; everything else is what `yihaotong up` starts.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import aiohttp

from bench import running
from connectors.sms.pages import first_page
from connectors.twilio.account import account
from connectors.twilio.double.faults import Faults
from connectors.twilio.double.server import Double
from connectors.twilio.double.simulation import SETTINGS
from hotline.bootstrap import Hotline, build
from hotline.conversations.model import Author, Message, MessageState
from hotline.processes.embedded import free_ports
from hotline.settings import read_settings

TEXTS = ("望平街15号的路灯坏了三天没人修", "楼下烧烤店每天烤到凌晨两点", "我的工单", "你好", "小区停水了什么时候来")
WARMING_UP = "+8613800000000"
PATIENCE_SECONDS, LOOK_SECONDS = 300.0, 0.5


@dataclass(frozen=True, slots=True)
class Burst:
    """The results, in seconds. `lost` were acknowledged and never answered, `twice` arrived more than once."""

    texts: int
    failing: float
    p50: float
    p95: float
    slowest: float
    answered: float
    refused: int
    lost: int
    twice: int

    def lines(self) -> list[str]:
        """The result in words."""
        return [
            f"{self.texts} texts at once, {self.failing:.0%} of the requests to the provider fail",
            f"acknowledged: median {self.p50 * 1000:.0f} ms, 95 of 100 within {self.p95 * 1000:.0f} ms, "
            f"the slowest {self.slowest * 1000:.0f} ms (Twilio waits 15,000)",
            f"all answered on the citizens' phones after {self.answered:.1f} s",
            f"not acknowledged {self.refused}, lost {self.lost}, sent twice {self.twice}",
        ]


def measure(texts: int, failing: float, data: Path) -> Burst:
    """Start a hotline, text it, count."""
    port, api_port = free_ports(2)
    own = SETTINGS | {
        "YHT_TWILIO_API_BASE": f"http://127.0.0.1:{api_port}",
        "YHT_PUBLIC_URL": f"http://localhost:{port}",
    }
    with running.hotline(port, data, own) as started:
        given = {name.removeprefix("YHT_").lower(): value for name, value in own.items()}
        hotline = build(read_settings(data=data, database_url=None, redis_url=None, **given))
        try:
            return asyncio.run(_burst(hotline, started.url, texts, failing))
        finally:
            hotline.database.close()


async def _burst(hotline: Hotline, url: str, texts: int, failing: float) -> Burst:
    ours = account(hotline.settings)
    assert ours
    double = Double(ours, Faults(rate=failing))
    numbers = [f"+86139{n:08d}" for n in range(texts)]
    async with double.serving(int(ours.api_base.rpartition(":")[2])):
        double.reach(url)
        await _text(double, WARMING_UP, "你好")
        await _answered(hotline, [WARMING_UP])
        begun = time.perf_counter()
        sent = (_text(double, number, TEXTS[n % len(TEXTS)]) for n, number in enumerate(numbers))
        waits = await asyncio.gather(*sent)
        lost = await _answered(hotline, numbers)
        answered = time.perf_counter() - begun
        await double.reported()
    acknowledged = sorted(wait for wait in waits if wait is not None)
    centiles = quantiles(acknowledged, n=100)
    return Burst(
        texts=texts,
        failing=failing,
        p50=centiles[49],
        p95=centiles[94],
        slowest=acknowledged[-1],
        answered=answered,
        refused=waits.count(None),
        lost=len(lost),
        twice=sum(bool(Counter(double.to(number)) - Counter(_said(hotline, number))) for number in numbers),
    )


async def _text(double: Double, number: str, text: str) -> float | None:
    """Seconds until the webhook was acknowledged; None when it was not."""
    begun = time.perf_counter()
    try:
        answered = await double.text(number, text)
    except (aiohttp.ClientError, TimeoutError):
        return None
    return time.perf_counter() - begun if answered.problem() is None else None


async def _answered(hotline: Hotline, numbers: Sequence[str]) -> list[str]:
    """Wait until everybody's answer was sent; return whose was not within the time limit."""
    patience = time.monotonic() + PATIENCE_SECONDS
    waiting = list(numbers)
    while waiting and time.monotonic() < patience:
        await asyncio.sleep(LOOK_SECONDS)
        waiting = await asyncio.to_thread(lambda: [n for n in waiting if not _is_answered(hotline, n)])  # noqa: B023
    return waiting


def _is_answered(hotline: Hotline, number: str) -> bool:
    lines = [m for m in _transcript(hotline, number) if m.author is not Author.CITIZEN]
    gone = all(m.state in (MessageState.SENT, MessageState.DELIVERED) for m in lines)
    return gone and any(m.author is Author.ASSISTANT for m in lines)


def _said(hotline: Hotline, number: str) -> list[str]:
    """The texts that have to arrive, once each."""
    return [first_page(m.text) for m in _transcript(hotline, number) if m.author is not Author.CITIZEN]


def _transcript(hotline: Hotline, number: str) -> Sequence[Message]:
    conversation = hotline.conversations.find("sms", number)
    return hotline.conversations.transcript(conversation.id) if conversation else []


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(prog="python -m bench.sms_burst", description="Many texts at once.")
    arguments.add_argument("--texts", type=int, default=500)
    arguments.add_argument("--failing", type=float, default=0.1, help="share of requests to the provider that fail")
    given = arguments.parse_args()
    with running.data_folder(None) as data:
        print("\n".join(measure(given.texts, given.failing, data).lines()))


if __name__ == "__main__":
    main()
