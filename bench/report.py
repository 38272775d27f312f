"""The printed table of figures, and the same figures for machines."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bench.end_to_end import Comparison, Side
from bench.length import Growth
from bench.sms_burst import Burst
from bench.voice_menu import Found as Simulated

LATENCY_AIM, THROUGHPUT_AIM, LENGTH_AIM, PAGE_AIM = 1.5, 0.8, 1.2, 60_000
COLUMNS = ("what", "hotline", "bare Rasa", "ratio", "aim")


class Report:
    """Collects figures. Times in `figures` are milliseconds unless the name says otherwise, memory in MB."""

    def __init__(self) -> None:
        self.figures: dict[str, Any] = {"cores": len(os.sched_getaffinity(0))}
        self._rows: list[tuple[str, str, str, str, str]] = []
        self._notes: list[str] = []

    def understanding(self, found: Mapping[str, float]) -> None:
        """Record the time for one short text."""
        self.figures["understanding"] = dict(found)
        self._row("understanding a short text, median", f"{found['median']:.1f} ms", aim="≤ 25 ms")
        self._notes.append(
            f"understanding: {found['texts']:.0f} different texts, 95 of 100 within {found['p95']:.1f} ms, "
            f"{found['cpu']:.1f} ms of CPU"
        )

    def start(self, name: str, seconds: float) -> None:
        """Record the time from the command to ready."""
        self.figures[f"{name}, s"] = seconds
        self._row(f"{name} to ready", f"{seconds:.1f} s")

    def bare_start(self, seconds: float) -> None:
        """Bare Rasa's start, beside the hotline's second one."""
        self.figures["bare Rasa, start, s"] = seconds
        what, ours, *_ = self._rows.pop()
        self._rows.append((what, ours, f"{seconds:.1f} s", "", ""))

    def first_message(self, ours: float, bare: float) -> None:
        """Record how long the first citizen after a start waits."""
        self.figures["first message"] = {"hotline": ours * 1000, "bare": bare * 1000}
        self._row("first message after the start", _ms(ours), _ms(bare), f"{ours / bare:.2f}")

    def memory(self, when: str, found: Mapping[str, float]) -> None:
        """Resident memory by process."""
        self.figures[f"memory {when}"] = dict(found)
        parts = ", ".join(f"{name} {size:.0f}" for name, size in sorted(found.items(), key=lambda item: -item[1]))
        self._notes.append(f"memory {when}, MB: {parts}; together {sum(found.values()):.0f}")

    def bare_memory(self, size: float) -> None:
        """Bare Rasa's resident memory."""
        self.figures["bare Rasa, memory"] = size
        self._notes.append(f"memory of bare Rasa, MB: {size:.0f} (without its action server)")

    def page(self, found: Mapping[str, int]) -> None:
        """The citizen's page with what it loads."""
        total = sum(found.values())
        self.figures["page, bytes"] = dict(found)
        self._row(f"page / with all {len(found)} files, uncompressed", f"{total / 1000:.1f} KB", aim="< 60 KB")

    def end_to_end(self, found: Comparison) -> None:
        """Latency and throughput of both sides."""
        ours, bare, clients = found.ours, found.bare, f"{found.clients} client{'s' if found.clients > 1 else ''}"
        self.figures[f"end to end, {clients}"] = {
            "dialogues": len(ours.dialogues),
            "different": [(ours.answers, bare.answers) for ours, bare in found.different],
            "latency_ratio": found.latency_ratio,
            "throughput_ratio": found.throughput_ratio,
            "hotline": _figures(ours),
            "bare": _figures(bare),
        }
        latency, rate = f"{found.latency_ratio:.2f}", f"{found.throughput_ratio:.2f}"
        self._row(f"{clients}: median", _ms(ours.median), _ms(bare.median), latency, f"≤ {LATENCY_AIM}")
        self._row(f"{clients}: 95 of 100", _ms(ours.p95), _ms(bare.p95), f"{ours.p95 / bare.p95:.2f}")
        per_second = f"{ours.throughput:.1f}/s", f"{bare.throughput:.1f}/s"
        self._row(f"{clients}: messages", *per_second, rate, f"≥ {THROUGHPUT_AIM}")
        self._notes.append(
            f"{clients}: {len(ours.dialogues)} dialogues with {len(ours.seconds)} messages on each side, "
            f"{len(ours.dialogues) - len(found.different)} of them alike, {found.tickets} with a ticket"
        )
        self._notes += [
            f"{clients}: CPU for a message, ms: {who} {_cpu(side)}" for who, side in (("hotline", ours), ("bare", bare))
        ]

    def length(self, who: str, found: Growth) -> None:
        """Record late ÷ early of one side."""
        self.figures[f"length, {who}"] = {"at": found.at, "early": found.early * 1000, "late": found.late * 1000}
        cells = f"{_ms(found.late)} ÷ {_ms(found.early)}"
        ours, bare = (cells, "") if who == "hotline" else ("", cells)
        self._row(f"message {found.at} ÷ message 10", ours, bare, f"{found.ratio:.2f}", f"≤ {LENGTH_AIM}" * bool(ours))

    def sms_burst(self, found: Burst) -> None:
        """Many texts at once; seconds in the figures."""
        self.figures["sms burst"] = asdict(found)
        self._row(f"webhook acknowledged, {found.texts} texts at once, median", _ms(found.p50))
        self._notes += [f"SMS: {line}" for line in found.lines()]

    def voice_menu(self, found: Simulated) -> None:
        """A simulated call beside a simulated keypad menu."""
        self.figures["call and keypad menu, simulated, s"] = asdict(found)
        self._notes += found.lines()

    def table(self) -> str:
        """The figures as text."""
        rows = [COLUMNS, *self._rows]
        widths = [max(_width(row[column]) for row in rows) for column in range(len(COLUMNS))]
        lines = ["  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows]
        lines.insert(1, "  ".join("─" * width for width in widths))
        return "\n".join([*(line.rstrip() for line in lines), "", *self._notes])

    def _row(self, what: str, ours: str, bare: str = "", ratio: str = "", aim: str = "") -> None:
        self._rows.append((what, ours, bare, ratio, aim))


def _figures(side: Side) -> dict[str, Any]:
    cpu = {name: used / len(side.seconds) * 1000 for name, used in side.cpu.items()}
    times = {"median": side.median * 1000, "p95": side.p95 * 1000}
    return times | {"messages_per_second": side.throughput, "cpu": cpu}


def _cpu(side: Side) -> str:
    """CPU per message in ms by process, the greatest first; idle ones are left out."""
    used = [(name, seconds / len(side.seconds) * 1000) for name, seconds in side.cpu.most_common()]
    return ", ".join(f"{name} {each:.1f}" for name, each in used if each >= 0.05)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
