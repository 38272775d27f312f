"""`python -m bench` (`make bench`): measures the running system and prints one table.

Two cores shared with other programs give noisy times. Therefore the hotline and bare Rasa are measured alternately
within the same minutes, and the targets are ratios. bench/client.py and bench/bare_rasa.py make bare Rasa comparable.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from pathlib import Path

import aiohttp

from bench import end_to_end, length, page_size, running, sms_burst, understanding, voice_menu
from bench.client import Client, at_bare_rasa, at_hotline
from bench.dialogues import is_answer
from bench.report import Report
from hotline.bootstrap import build
from hotline.processes.embedded import free_ports
from hotline.processes.training import newest_model
from hotline.settings import read_settings

FIRST_TEXT = "你好"


def main() -> None:
    """Measure and print."""
    given = _arguments().parse_args()
    report = Report()
    with running.data_folder(given.data) as data:
        measure(report, data, given)
    print(report.table())
    if given.json:
        given.json.write_text(json.dumps(report.figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(prog="python -m bench", description="Measures the hotline beside bare Rasa.")
    arguments.add_argument("--full", action="store_true", help="also bare Rasa at message 1,500 (some minutes)")
    arguments.add_argument("--dialogues", type=int, default=24, help="dialogues on each side, for one client and for 8")
    arguments.add_argument("--messages", type=int, default=1500, help="length of the long conversation")
    arguments.add_argument("--data", type=Path, help="empty folder for the data, on the disk to measure; kept")
    arguments.add_argument("--sms", action="store_true", help="also 500 texts at once with a failing provider")
    arguments.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file as well")
    return arguments


def measure(report: Report, data: Path, given: argparse.Namespace) -> None:
    """Run all measurements; each is added to the report as soon as it is finished."""
    port, bare_port = free_ports(2)
    model = newest_model(read_settings().models_folder)
    _say("understanding")
    report.understanding(understanding.measure(model))
    _say("a call, and a keypad menu (simulated)")
    report.voice_menu(voice_menu.measure(model))
    _say("first start")
    with running.hotline(port, data) as first:
        report.start("first start", first.seconds)
    _say("second start")
    with running.hotline(port, data) as hotline:
        report.start("second start", hotline.seconds)
        report.memory("just started", hotline.memory())
        with running.bare_rasa(bare_port, hotline.actions_url(), model, data / "bare_rasa.log") as bare:
            report.bare_start(bare.seconds)
            asyncio.run(_measure_running(report, hotline, bare, data, given))
            report.bare_memory(bare.memory()["up"])
        report.memory("at the end", hotline.memory())
    if given.sms:
        _say("500 texts at once")
        report.sms_burst(sms_burst.measure(500, 0.1, data / "sms"))


async def _measure_running(
    report: Report, hotline: running.Running, bare: running.Running, data: Path, given: argparse.Namespace
) -> None:
    settings = read_settings(data=data, database_url=None)
    own = build(settings)
    limits = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=limits, timeout=aiohttp.ClientTimeout(60)) as session:

        def ours() -> Client:
            return at_hotline(session, hotline.url)

        def others() -> Client:
            return at_bare_rasa(session, bare.url, own)

        def cpu() -> dict[str, float]:
            return hotline.cpu() | {"bare Rasa": bare.cpu()["up"]}

        report.page(await page_size.weigh(session, hotline.url))
        _say("first message and warming up")
        report.first_message(await _first(ours()), await _first(others()))
        await end_to_end.compare(2, 2, 0, ours, others, cpu)
        done = 4
        for clients in (1, 8):
            _say(f"end to end, {clients} client{'s' if clients > 1 else ''}")
            rounds = max(1, given.dialogues // clients)
            report.end_to_end(await end_to_end.compare(clients, rounds, done, ours, others, cpu))
            done += clients * rounds
        _say(f"a conversation of {given.messages} messages")
        report.length("hotline", await length.measure(ours, given.messages))
        if given.full:
            _say(f"a conversation of {given.messages} messages at bare Rasa")
            report.length("bare Rasa", await length.measure(others, given.messages))
    own.database.close()


async def _first(client: Client) -> float:
    """Seconds until the first message after a start was answered, by the assistant or with a notice; then warm up."""
    begun = time.perf_counter()
    replies = await client.send(FIRST_TEXT)
    elapsed = time.perf_counter() - begun
    while not is_answer(replies):
        replies = await client.send(FIRST_TEXT)
    return elapsed


def _say(step: str) -> None:
    print(f"… {step}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    main()
