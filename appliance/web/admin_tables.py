"""Tables for spreadsheets (pure): CSV and XLSX in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "=", "+", "-", "@")
"""what spreadsheets may take for a formula. Source: OWASP, CSV Injection"""
_CONTROL = dict.fromkeys([*range(32), 127])


@dataclass(frozen=True)
class Table:
    """Columns and rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def safe(value: object) -> object:
    """A cell that stays what it is: numbers as they are, text never a formula, unknown empty.

    >>> safe("=1+1"), safe(-3), safe(None)
    ("'=1+1", -3, '')
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    clean = text.translate(_CONTROL)
    return f"'{clean}" if text.startswith(STARTS) or clean.lstrip().startswith(STARTS) else clean


def to_csv(table: Table) -> bytes:
    """As CSV in UTF-8 with the mark that spreadsheets need for Hindi."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([safe(cell) for cell in row] for row in (table.columns, *table.rows))
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(tables: Sequence[Table]) -> bytes:
    """As a workbook, one sheet a table."""
    book = openpyxl.Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.title)
        for row in (table.columns, *table.rows):
            sheet.append([safe(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cohort_table(cohort: Mapping[str, Any]) -> Table:
    """The cohort's figures, one a line."""
    finished = cohort["finished"]
    rows: list[tuple[Any, ...]] = [("interviews", "all", "", finished["count"])]
    rows += [("interviews a day", day["date"], "", day["count"]) for day in finished["by_day"]]
    rows += [("interviews by role", role, "", count) for role, count in finished["by_role"].items()]
    rows += [("interviews by level", level, "", count) for level, count in finished["by_level"].items()]
    for role, group in cohort["means"].items():
        scores = group["scores"] or {}
        rows += [("mean score (0-10)", role, name, mean) for name, mean in scores.items()]
    for key, figure in (("spreads", "spread (standard deviation)"), ("not_measured", "share not measured")):
        rows += [
            (figure, group, name, value) for group, of in cohort[key].items() for name, value in of.items()
        ]
    return Table("cohort", ("figure", "group", "score", "value"), tuple(rows))


def shared_table(shared: Sequence[Mapping[str, Any]]) -> Table:
    """The shared interviews, one a line; a score that was not measured is empty."""
    names = sorted({name for row in shared for name in row["scores"]})
    rows = [
        (*(row[key] for key in ("report_number", "date", "role", "level")), *map(row["scores"].get, names))
        for row in shared
    ]
    return Table("shared", ("report", "date", "role", "level", *names), tuple(rows))
