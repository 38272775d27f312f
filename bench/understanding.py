"""Measures how long it takes to understand one short text: the whole pipeline of config.yml.

It runs in a process of its own, because it loads the model: `python -m bench.understanding MODEL` prints JSON.
"""

from __future__ import annotations

import asyncio
import csv
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from hotline.processes.environment import prepare
from hotline.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from rasa.core.agent import Agent

TEXTS = PROJECT_ROOT / "tests" / "understanding" / "matters.csv"
SHORT, MOST = 40, 120


def measure(model: Path) -> dict[str, float]:
    """`median`, `p95` and `cpu` (the median of CPU time) in milliseconds, and `texts`, the number of texts; no text is
    used twice."""
    command = [sys.executable, "-m", "bench.understanding", str(model)]
    run = subprocess.run(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure in this process."""
    prepare(all_cores=True)
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog()
    agent = Agent.load(sys.argv[1])
    with TEXTS.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file) if len(row["text"]) <= SHORT]
    warm_up, *measured = dict.fromkeys(texts[:: max(1, len(texts) // MOST)])
    asyncio.run(agent.parse_message(warm_up))
    times = [_timed(agent, text) for text in measured]
    seconds = [elapsed for elapsed, _ in times]
    figures = {"median": median(seconds), "p95": quantiles(seconds, n=20)[-1], "cpu": median(cpu for _, cpu in times)}
    print(json.dumps({name: value * 1000 for name, value in figures.items()} | {"texts": len(measured)}))


def _timed(agent: Agent, text: str) -> tuple[float, float]:
    begun, cpu = time.perf_counter(), time.process_time()
    asyncio.run(agent.parse_message(text))
    return time.perf_counter() - begun, time.process_time() - cpu


if __name__ == "__main__":
    main()
