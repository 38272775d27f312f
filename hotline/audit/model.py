"""The audit row, and the chain of hashes that reveals a changed, removed or inserted row."""

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
    """An act to record. `data` and `reason` hold nothing of a citizen: no name, number, address or words."""

    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    reason: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A recorded act: its place in the chain, and the hash over itself and the hash before it."""

    seq: int
    act: Act
    hash: str


class Broken(Exception):
    """The chain is broken: something other than the hotline changed, removed or inserted a row."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"row {seq}: {why}")
        self.seq = seq


def chained(before: str, seq: int, act: Act) -> str:
    """The SHA-256 of a row, in hexadecimal: over the hash of the previous row, its number and its content."""
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


@dataclass(frozen=True, slots=True)
class Kept:
    """An end of the chain kept outside the database: the last row's number and hash at some time, as `123:9f86…`."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Kept:
        """Parse the text form. Raises ValueError."""
        seq, _, hash = text.strip().partition(":")
        if len(hash) != len(START):
            raise ValueError("an end of the chain is written as the worker's log has it: number, colon, 64 characters")
        return cls(int(seq), hash)


def verify(rows: Iterable[AuditRow], last_seq: int, last_hash: str, kept: Kept | None = None) -> int:
    """Check the whole chain, oldest row first, against its stored end and a kept one; returns the number of rows.

    The hashes have no key: a person who can write to the database can recompute the chain, and only a kept end reveals
    that. Raises Broken.
    """
    seq, before = 0, START
    for row in rows:
        if row.seq != seq + 1:
            raise Broken(seq + 1, "is missing")
        if row.hash != chained(before, row.seq, row.act):
            raise Broken(row.seq, "was changed")
        seq, before = row.seq, row.hash
        if kept and kept.seq == seq and kept.hash != before:
            raise Broken(seq, "is not what was kept of it")
    if kept and kept.seq > seq:
        raise Broken(seq + 1, "is missing")
    if seq != last_seq:
        raise Broken(seq + 1, "is missing")
    if before != last_hash:
        raise Broken(seq, "was changed")
    return seq
