"""Stored bulletins in SQL: a row for each week, its numbers as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select

from hotline.statistics.bulletin import Bulletin, Stuck
from hotline.statistics.hot_spots import HotSpot
from hotline.statistics.model import Counts, PartCounts
from hotline.statistics.period import Period
from hotline.storage.statements import Statements
from hotline.storage.tables import bulletins as b


class SqlBulletins:
    """Implements hotline.statistics.ports.BulletinRepository."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def keep(self, bulletin: Bulletin, again: bool) -> None:
        week = bulletin.week.week_name
        if again:
            self._statements.execute(delete(b).where(b.c.week == week))
        self._statements.execute(insert(b).values(week=week, at=bulletin.at, numbers=_written(bulletin)))

    def get(self, week: Period) -> Bulletin | None:
        row = self._statements.execute(select(b).where(b.c.week == week.week_name)).one_or_none()
        return _read(week, row.at, row.numbers) if row else None

    def newest(self) -> date | None:
        latest = self.latest(1)
        return latest[0][0].first if latest else None

    def latest(self, limit: int) -> Sequence[tuple[Period, datetime]]:
        rows = self._statements.execute(select(b.c.week, b.c.at).order_by(b.c.week.desc()).limit(limit))
        return [(Period.week(row.week), row.at) for row in rows]


def _written(bulletin: Bulletin) -> dict[str, Any]:
    return {
        "total": asdict(bulletin.total),
        "before": asdict(bulletin.before),
        "units": [asdict(row) for row in bulletin.units],
        "matters": [asdict(row) for row in bulletin.matters],
        "hot_spots": [asdict(spot) for spot in bulletin.hot_spots],
        "stuck": [asdict(stuck) | {"due_at": stuck.due_at.isoformat()} for stuck in bulletin.stuck],
    }


def _read(week: Period, at: datetime, numbers: Mapping[str, Any]) -> Bulletin:
    return Bulletin(
        week,
        at,
        Counts(**numbers["total"]),
        Counts(**numbers["before"]),
        _rows(numbers["units"]),
        _rows(numbers["matters"]),
        tuple(HotSpot(**spot) for spot in numbers["hot_spots"]),
        tuple(replace(Stuck(**each), due_at=datetime.fromisoformat(each["due_at"])) for each in numbers["stuck"]),
    )


def _rows(kept: Sequence[Mapping[str, Any]]) -> tuple[PartCounts, ...]:
    return tuple(PartCounts(row["key"], Counts(**row["counts"])) for row in kept)
