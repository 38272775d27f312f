"""The managers' numbers: a period as a table, as charts and as a file. A department sees only its own."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import urlencode

from sanic import HTTPResponse
from sanic.response import raw

from connectors.web import Refused
from console import charts
from console.door import Door
from console.visit import HEADERS, Visit
from hotline.staff.account import OF_A_DEPARTMENT
from hotline.statistics import hot_spots
from hotline.statistics.model import RATES, By, Report
from hotline.statistics.period import Period, WrongPeriod
from hotline.statistics.sheets import Cell, csv_text, write_xlsx

COUNTED = ("received", "direct", "dispatched", "ended", "overdue")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def add_routes(door: Door) -> None:
    """The page, and its table as a file."""
    hotline = door.hotline
    categories = hotline.city.category_names

    @door.get("/statistics", "statistics")
    async def page(visit: Visit) -> HTTPResponse:
        problem = None
        try:
            report = await _report(visit)
        except Refused as wrong:
            problem, report = wrong.message, await _report(visit, lambda name, longest: "")
        return visit.page(
            "statistics.html",
            422 if problem else 200,
            problem=problem,
            report=report,
            names=_names(visit, report.by),
            categories=categories,
            counted=COUNTED,
            rates=RATES,
            bars=charts.bars([(f"{day:%m-%d}", count) for day, count in report.days]),
            chart=charts,
            choices=list(By),
            hot_rule=hot_spots.RULE,
            spans=_spans(hotline.now().date()),
            asked=urlencode({"from": report.period.first, "to": report.period.last, "by": report.by}),
        )

    @door.get("/statistics/file", "statistics.file")
    async def file(visit: Visit) -> HTTPResponse:
        report = await _report(visit)
        head, rows = _table(visit, report, _names(visit, report.by))
        name = f"statistics-{report.period.first}-{report.period.last}"
        if visit.asked("as") != "xlsx":
            return _sent(csv_text(head, rows).encode(), CSV, f"{name}.csv")
        book = io.BytesIO()
        await asyncio.to_thread(write_xlsx, visit.words.say("nav.statistics"), head, rows, book)
        return _sent(book.getvalue(), XLSX, f"{name}.xlsx")

    async def _report(visit: Visit, given: Callable[[str, int], str] | None = None) -> Report:
        own = (visit.person.department or "") if visit.person.role in OF_A_DEPARTMENT else None
        period = asked_period(given or visit.asked, visit, hotline.now().date())
        by = visit.asked("by")
        chosen = By(by) if by in set(By) else By.DEPARTMENT
        return await asyncio.to_thread(hotline.statistics.report, period, chosen, own)

    def _names(visit: Visit, by: By) -> dict[str, str]:
        named: dict[By, dict[str, str]] = {
            By.CATEGORY: categories | visit.named("danger_kind"),
            By.CHANNEL: visit.words.group("channel"),
            By.REQUEST_TYPE: visit.named("request_type"),
        }
        return named.get(by, {})


def asked_period(given: Callable[[str, int], str], visit: Visit, today: date) -> Period:
    """The period in the address or the form, by default this month up to today. Refused if it is invalid."""
    try:
        return Period(
            date.fromisoformat(given("from", 10) or f"{today:%Y-%m-01}"),
            date.fromisoformat(given("to", 10) or today.isoformat()),
        )
    except (ValueError, WrongPeriod):
        raise visit.refusal(422, "wrong_period") from None


def _spans(today: date) -> dict[str, Period]:
    this_week, this_month = Period.week_of(today), Period.month_of(today)
    return {
        "this_week": Period(this_week.first, today),
        "last_week": this_week.before(),
        "this_month": Period(this_month.first, today),
        "last_month": Period.month_of(this_month.first - timedelta(days=1)),
    }


def _table(visit: Visit, report: Report, names: dict[str, str]) -> tuple[list[str], list[list[Cell]]]:
    words = visit.words
    head = [words.group("by")[report.by], *map(words.group("count").get, COUNTED), *map(words.group("rate").get, RATES)]
    rows: list[list[Cell]] = [
        [
            names.get(key, key) or words.say("ticket.unknown"),
            *(getattr(c, n) for n in COUNTED),
            *map(_percent, c.rates.values()),
        ]
        for key, c in [*((row.key, row.counts) for row in report.rows), (words.say("statistics.total"), report.total)]
    ]
    return [str(name) for name in head], rows


def _percent(rate: float | None) -> float | None:
    return None if rate is None else round(100 * rate, 2)


def _sent(body: bytes, kind: str, name: str) -> HTTPResponse:
    return raw(body, content_type=kind, headers={**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'})
