"""Writes tables as xlsx, row by row, so that a year of tickets needs no more memory than a day, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any

from hotline.clock import ZONE

Cell = str | int | float | datetime | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NOT_IN_A_CELL = dict.fromkeys(c for c in range(32) if c not in (9, 10, 13))
LONGEST_CELL = 32_767
ROWS_OF_A_SHEET = 1_000_000
"""xlsx allows 1,048,576 rows."""


def write_xlsx(title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], to: IO[bytes]) -> int:
    """Write a table as xlsx; returns the number of rows. Text is never read as a formula; times are in the hotline's
    zone.

    Rows that do not fit on one sheet continue on the next, under the same head.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)

    def begin(name: str) -> Any:
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        names = [cell(sheet, name) for name in head]
        for each in names:
            each.font = Font(bold=True)
        sheet.append(names)
        return sheet

    def cell(sheet: Any, value: Cell) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=_plain(value))
        if isinstance(value, str):
            made.data_type = "s"
        elif isinstance(value, datetime):
            made.number_format = "yyyy-mm-dd hh:mm"
        return made

    sheet, count = begin(title), 0
    try:
        for row in rows:
            if count and count % ROWS_OF_A_SHEET == 0:
                sheet = begin(f"{title} {count // ROWS_OF_A_SHEET + 1}")
            sheet.append([cell(sheet, value) for value in row])
            count += 1
    except BaseException:
        for each in book.worksheets:  # otherwise openpyxl leaves its temporary file with the rows so far
            each.close()
            each._writer.cleanup()
        raise
    book.save(to)
    return count


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as CSV with a byte order mark, so that Excel reads it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([_not_a_formula(_plain(value)) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _plain(value: Cell) -> Cell:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).replace(tzinfo=None, microsecond=0)
    return value.translate(NOT_IN_A_CELL)[:LONGEST_CELL] if isinstance(value, str) else value


def _not_a_formula(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
