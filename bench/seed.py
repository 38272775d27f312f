"""Fills a database with realistic tickets: `python -m bench.seed --tickets 100000 [--url URL] [--days 365]`.

Writes a year of tickets with their conversations, steps, timelines and deadlines in bulk: old ones ended, new ones
open, some late, some returned. The same seed gives the same tickets. Audit and events are left out.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, text

from bench.month import MIX, REPLY, URGENCY, weighted
from hotline import clock
from hotline.city import City, load_city
from hotline.clock import ZONE
from hotline.personal_data.phones import BlindIndex
from hotline.settings import read_settings
from hotline.storage import tables
from hotline.storage.database import Database
from hotline.storage.migrations import upgrade
from hotline.storage.words import pairs
from hotline.texts import texts
from hotline.tickets.lifecycle import RULES, Action, Stage
from hotline.tickets.model import RequestType, Status, Urgency
from hotline.tickets.numbering import make_number
from hotline.tickets.timing import Timing

DAYS = 365
AT_ONCE = 2000
CHANNELS = (("voice", 62), ("webchat", 25), ("sms", 13))
STREETS = ("望平街", "春熙路", "玉林南路", "建设路", "天府大道", "人民南路", "一环路", "蜀汉路", "双楠路", "龙泉大道")
WORDS = ("夜间施工噪音很大", "路灯坏了几天没人修", "小区电梯经常停运", "垃圾堆放没人清运", "井盖破损有安全隐患",
    "物业乱收停车费", "餐馆油烟直排", "占道经营影响通行", "自来水发黄", "公交车等了很久")  # fmt: skip
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
WAYS: tuple[tuple[tuple[Action, ...], int], ...] = (
    ((Action.ANSWER,), 22),
    ((Action.DISPATCH, Action.ACCEPT, Action.START, Action.REPLY, Action.FOLLOW_UP, Action.CONFIRM), 50),
    ((Action.DISPATCH, Action.ACCEPT, Action.REPLY, Action.FOLLOW_UP, Action.CLOSE), 12),
    ((Action.DISPATCH, Action.ACCEPT, Action.REPLY, Action.OBJECT, Action.ACCEPT, Action.REPLY, Action.CONFIRM), 6),
    ((Action.DISPATCH, Action.RETURN, Action.ACCEPT_RETURN, Action.ACCEPT, Action.REPLY, Action.CONFIRM), 5),
    ((Action.DISPATCH, Action.WITHDRAW), 3),
    ((Action.TRANSFER,), 2),
)
OUTCOMES = {Action.ANSWER: "answered", Action.CONFIRM: "solved", Action.CLOSE: "unreached", Action.WITHDRAW: "withdrawn",
    Action.TRANSFER: "transferred"}  # fmt: skip
SHARE_OF_TIME = {Action.REPLY: 0.45, Action.CONFIRM: 0.12, Action.CLOSE: 0.25, Action.OBJECT: 0.05}
ROLES = {Action.FOLLOW_UP: "system", Action.CLOSE: "system", Action.CONFIRM: "citizen", Action.OBJECT: "citizen",
    Action.WITHDRAW: "citizen"}  # fmt: skip
MEETS = {Action.ACCEPT: Stage.ACCEPT, Action.RETURN: Stage.ACCEPT, Action.REPLY: Stage.REPLY, Action.ANSWER: Stage.REPLY,
    Action.WITHDRAW: Stage.REPLY, Action.TRANSFER: Stage.REPLY}  # fmt: skip

Rows = dict[str, list[dict[str, Any]]]


class Seeding:
    """Makes rows, a day at a time."""

    def __init__(
        self, city: City, tickets: int, days: int, now: datetime, phones: BlindIndex, seed: int = 1, words: bool = True
    ) -> None:
        self.phones = phones
        self.city, self.now, self.random = city, now, random.Random(seed)
        self.tickets, self.with_words = tickets, words
        dates = [(now - timedelta(days=passed)).date() for passed in range(days, 0, -1)]
        shares = [self.random.uniform(0.85, 1.15) * (0.6 if day.weekday() >= 5 else 1.0) for day in dates]
        self.days = [(day, share * tickets / sum(shares)) for day, share in zip(dates, shares, strict=True)]
        self.timing = Timing(city.deadlines)
        self.codes = sorted(code for code, c in city.categories.items() if not c.not_ours)
        self.weights = [1 / (rank + 3) for rank in range(len(self.codes))]  # a few categories make up most of the work
        self.due = lru_cache(maxsize=None)(self._due)

    def batches(self) -> Iterator[Rows]:
        """Rows by table, parents first, some thousand at a time."""
        rows, made, wanted = _empty(), 0, 0.0
        for day, share in self.days:
            wanted += share
            today = round(wanted) - made
            for serial in range(1, today + 1):
                at = datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(days=serial / (today + 1))
                self._ticket(rows, at, serial, made + serial)
            made += today
            if today:
                rows["serials"].append({"day": day.isoformat(), "last": today})
            if len(rows["tickets"]) >= AT_ONCE:
                yield rows
                rows = _empty()
        yield rows

    def _ticket(self, rows: Rows, created: datetime, serial: int, count: int) -> None:
        chosen, day = self.random, created.date()
        number = make_number(day, serial)
        code = chosen.choices(self.codes, self.weights)[0]
        district = chosen.choice(list(self.city.districts.values()))
        route, category = self.city.route(code, district), self.city.categories[code]
        request_type, urgency = weighted(chosen, MIX), weighted(chosen, URGENCY)
        channel, place = weighted(chosen, CHANNELS), f"{chosen.choice(STREETS)}{chosen.randrange(1, 400)}号"
        phone = f"13{count % 1_000_000_000 * 7 % 1_000_000_000:09}"
        due = self.due(day, request_type, urgency)
        ticket: dict[str, Any] = {
            "number": number,
            "key": f"seed-{number}",
            "code": f"{chosen.randrange(10_000):04}",
            "danger": None,
            "request_type": request_type,
            "category": code,
            "title": f"{place}：{category.label}",
            "description": f"{place}{chosen.choice(WORDS)}，已经{chosen.randrange(2, 30)}天，请尽快处理。",
            "location": place,
            "district": district.name,
            "lead": route.lead,
            "co": [],
            "urgency": urgency,
            "confidential": category.confidential or request_type is RequestType.REPORT,
            "channel": channel,
            "sender": phone,
            "conversation_id": f"seed-{number}",
            "contact_name": f"{chosen.choice(SURNAMES)}某某",
            "contact_phone": phone,
            "phone_index": self.phones(phone),
            "created_at": created,
            "due_at": due,
        }
        rows["conversations"].append(
            {"id": ticket["conversation_id"], "channel": channel, "sender": f"{phone}-{count}", "verified_phone": phone,
             "created_at": created, "last_seq": 0, "pending": 0, "failures": 0, "noticed": False}
        )  # fmt: skip
        if self.with_words:
            found_by = pairs(ticket["title"], ticket["description"], ticket["location"])
            rows["ticket_words"].append({"number": number, "pairs": found_by})
        self._live(rows, ticket, weighted(chosen, WAYS))

    def _live(self, rows: Rows, ticket: dict[str, Any], way: Sequence[Action]) -> None:
        """Add what has been done with a ticket by now, and the deadlines that are still open."""
        at, status, number, due = ticket["created_at"], Status.RECEIVED, ticket["number"], ticket["due_at"]
        done: list[Action] = []
        waiting = {Stage.REPLY: (at, due)}
        self._says(rows, number, at, "received", ticket)
        length = (due - at).total_seconds()
        for action in way:
            at += timedelta(seconds=self.random.uniform(0.2, 2.2) * length * SHARE_OF_TIME.get(action, 0.02))
            if at > self.now:
                break
            rule = RULES[action]
            becomes = rule.becomes or status
            role = ROLES.get(action, "handler")
            data = {"unit": ticket["lead"]} if action is Action.DISPATCH else {}
            rows["ticket_steps"].append(
                {"number": number, "at": at, "actor": "seed", "role": role, "unit": ticket["lead"], "action": action,
                 "was": status, "becomes": becomes, "note": None, "data": data}
            )  # fmt: skip
            if rule.node:
                self._says(rows, number, at, rule.node, ticket)
            if (stage := MEETS.get(action)) in waiting:
                self._deadline(rows, ticket, stage, *waiting.pop(stage), at)
            if action in (Action.DISPATCH, Action.OBJECT, Action.ACCEPT_RETURN):
                waiting[Stage.ACCEPT] = (at, at + timedelta(days=1))
            if action is Action.OBJECT:
                waiting[Stage.REPLY] = (at, at + timedelta(seconds=length))
            status = becomes
            done.append(action)
        ends = done[-1] if done and done[-1] in OUTCOMES and len(done) == len(way) else None
        if ends and at + timedelta(days=21) < self.now:
            status = Status.ARCHIVED
        for stage, (since, until) in waiting.items():
            self._deadline(rows, ticket, stage, since, until, at if ends else None)
        rows["tickets"].append(
            ticket
            | {
                "status": status,
                "reply": REPLY if {Action.REPLY, Action.ANSWER, Action.TRANSFER} & set(done) else None,
                "satisfaction": "satisfied" if ends is Action.CONFIRM else None,
                "outcome": OUTCOMES[ends] if ends else None,
                "escalation": int(not ends and Action.REPLY not in done and due < self.now),
                "reopened": done.count(Action.OBJECT),
                "version": len(done) + 1,
                "forced": False,
            }
        )

    def _says(self, rows: Rows, number: str, at: datetime, node: str, ticket: dict[str, Any]) -> None:
        rows["timeline"].append(
            {"number": number, "at": at, "node": node, "text": _said(node, ticket["lead"]), "key": None}
        )

    def _deadline(
        self, rows: Rows, ticket: dict[str, Any], stage: Stage | None, since: datetime, until: datetime, met: datetime | None
    ) -> None:  # fmt: skip
        look = None if met else max(until, self.now) + timedelta(hours=1)
        rows["ticket_deadlines"].append(
            {"number": ticket["number"], "stage": stage, "unit": ticket["lead"], "started_at": since, "due_at": until,
             "by_clock": ticket["urgency"] != "normal", "level": 0, "next_at": look, "met_at": met, "about": None}
        )  # fmt: skip

    def _due(self, day: date, request_type: RequestType, urgency: Urgency) -> datetime:
        return self.timing.reply(datetime(day.year, day.month, day.day, 12, tzinfo=ZONE), request_type, urgency)


def seed(
    url: str, city: City, tickets: int, phones: BlindIndex, days: int = DAYS, now: datetime | None = None
) -> float:
    """Fill a migrated database; return the seconds it took."""
    began, database = time.perf_counter(), Database(url)
    found_by = next(index for index in tables.words.indexes)
    try:
        with database.transaction() as connection:
            found_by.drop(connection)  # building the index on character pairs at once is faster than row by row
        for rows in Seeding(city, tickets, days, now or clock.now(), phones, words=not database.is_sqlite).batches():
            write(database, rows)
        with database.transaction() as connection:
            found_by.create(connection)
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    finally:
        database.close()
    return time.perf_counter() - began


def write(database: Database, rows: Rows) -> None:
    """Write rows of several tables in one transaction, by COPY or by many rows at once."""
    with database.transaction() as connection:
        raw = connection.connection.cursor()
        for name, those in rows.items():
            table = tables.metadata.tables[name]
            if those:
                columns = list(those[0])
                lists = table.name == "ticket_words"  # PostgreSQL has lists, SQLite JSON
                values = ([r if lists else _raw(r, database.is_sqlite) for r in map(row.get, columns)] for row in those)
                (_insert if database.is_sqlite else _copy)(raw, table, columns, values)


def _copy(cursor: Any, table: Table, columns: Sequence[str], values: Iterator[list[Any]]) -> None:
    with cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def _insert(cursor: Any, table: Table, columns: Sequence[str], values: Iterator[list[Any]]) -> None:
    marks = ", ".join("?" for _ in columns)
    cursor.executemany(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})", values)


def _raw(value: Any, is_sqlite: bool) -> Any:
    if isinstance(value, datetime):
        utc = value.astimezone(UTC)
        return utc.strftime("%Y-%m-%d %H:%M:%S.%f") if is_sqlite else utc
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value) if isinstance(value, str) else value


def _empty() -> Rows:
    return {
        name: []
        for name in (
            "conversations",
            "tickets",
            "ticket_words",
            "timeline",
            "ticket_steps",
            "ticket_deadlines",
            "serials",
        )
    }


@lru_cache(maxsize=10_000)
def _said(node: str, unit: str) -> str:
    return texts().say(f"node.{node}", unit=unit, due="12月11日", line="请拨打110。")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=DAYS, help="how long ago the first one was received")
    parser.add_argument("--url", help="the database; the one of the settings unless given")
    given = parser.parse_args()
    settings = read_settings()
    url = given.url or settings.sql_url
    phones = BlindIndex(settings.phone_secret())
    upgrade(url, phones=phones)
    seconds = seed(url, load_city(settings.city_folder), given.tickets, phones, given.days)
    print(f"{given.tickets:,} tickets in {seconds:.0f} s")


if __name__ == "__main__":
    main()
