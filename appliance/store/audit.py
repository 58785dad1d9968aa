"""The processing log as staff may read it: what was done at the console and by the clock, never at whose interview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from appliance.store.database import Database
from appliance.store.schema import ProcessingLog

STAFF = "console_"
"""every event of the console begins so"""
OTHERS = ("claim_refused", "overdue")
"""what else is nobody's interview: when one took place, and what was agreed to, would tell who was there"""
PAGE_COUNT = 50


def page(database: Database, before: int | None = None) -> dict[str, object]:
    """Entries, newest first, ``{"entries": [{"id", "at", "event", "detail"}], "more"}``."""
    is_shown = ProcessingLog.event.startswith(STAFF) | ProcessingLog.event.in_(OTHERS)
    if before is not None:
        is_shown &= ProcessingLog.id < before
    found = ProcessingLog.select().where(is_shown).order_by(ProcessingLog.id.desc()).limit(PAGE_COUNT + 1)
    rows = [_entry(row) for row in found.execute(database)]
    return {"entries": rows[:PAGE_COUNT], "more": len(rows) > PAGE_COUNT}


Told = tuple[str, str, str | None, str | None, str | None]
"""an entry without its id: at, event, session, number, detail as it is stored"""
_COLUMNS = "at, event, session_id, number, detail"


def whole(database: Database) -> list[Told]:
    """Every entry of the processing log, oldest first."""
    return [
        (at, event, session_id, number, detail)
        for at, event, session_id, number, detail in database.sql(
            f"select {_COLUMNS} from processing_log order by id"  # noqa: S608 - no value of anybody's
        )
    ]


def carry_over(database: Database, before: Sequence[Told]) -> None:
    """After a restore: what was logged here and is not in the backup's log; else a restore would wipe its traces."""
    known = Counter(whole(database))
    for entry in before:
        if known[entry]:
            known[entry] -= 1
        else:
            database.sql(f"insert into processing_log ({_COLUMNS}) values (?, ?, ?, ?, ?)", *entry)  # noqa: S608


def _entry(row: Any) -> dict[str, object]:
    return {"id": row.id, "at": row.at, "event": row.event.removeprefix(STAFF), "detail": row.detail or {}}
