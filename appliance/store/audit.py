"""The processing log as staff may read it: what was done at the console and by the clock, never at whose interview."""

from __future__ import annotations

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


def _entry(row: Any) -> dict[str, object]:
    return {"id": row.id, "at": row.at, "event": row.event.removeprefix(STAFF), "detail": row.detail or {}}
