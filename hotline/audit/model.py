"""An audit row, and the chain of hashes that makes a changed, removed or inserted row show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be recorded. `data` and `reason` hold nothing of a citizen: no name, number, address or words."""

    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    reason: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A recorded act: its place in the chain, and the hash over itself and the hash before it."""

    seq: int
    act: Act
    hash: str


class Broken(Exception):
    """The chain does not hold: a row was changed, removed or put in by something other than the hotline."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"row {seq}: {why}")
        self.seq = seq


def chained(before: str, seq: int, act: Act) -> str:
    """The SHA-256 of a row, in hexadecimal: over its place, its content and the hash of the row before."""
    content = [
        before,
        seq,
        act.at.astimezone(UTC).isoformat(timespec="microseconds"),
        act.actor,
        act.role,
        act.action,
        act.subject,
        act.reason,
        dict(act.data),
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def verify(rows: Iterable[Row], last_seq: int, last_hash: str) -> int:
    """Check the whole chain, oldest row first, against its noted end; how many rows. Raises Broken."""
    seq, before = 0, START
    for row in rows:
        if row.seq != seq + 1:
            raise Broken(seq + 1, "is missing")
        if row.hash != chained(before, row.seq, row.act):
            raise Broken(row.seq, "was changed")
        seq, before = row.seq, row.hash
    if seq != last_seq:
        raise Broken(seq + 1, "is missing")
    if before != last_hash:
        raise Broken(seq, "was changed")
    return seq
