"""What the placement cell sees: counts and means of groups, never a person who did not press Share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from appliance.store.database import Database
from appliance.store.schema import FinalReport, InterviewSession, ProcessingLog

SMALLEST_GROUP = 5
"""means of fewer interviews would show persons (our choice; a common rule for published tables)"""


def cohort(database: Database, since: str) -> dict[str, object]:
    """Interviews finished since a UTC date (counted from the content-free log), and means of those kept."""
    return {
        "since": since,
        "finished": _finished(database, since),
        "means": _means(database, since),
        "smallest_group": SMALLEST_GROUP,
    }


def _finished(database: Database, since: str) -> dict[str, object]:
    is_counted = (ProcessingLog.event == "finished") & (ProcessingLog.at >= since)
    entries = list(ProcessingLog.select().where(is_counted).order_by(ProcessingLog.at).execute(database))
    days = Counter(entry.at[:10] for entry in entries)
    return {
        "count": len(entries),
        "by_role": dict(Counter(entry.detail["role"] for entry in entries)),
        "by_level": dict(Counter(entry.detail["level"] for entry in entries)),
        "by_day": [{"date": day, "count": count} for day, count in days.items()],
    }


def _means(database: Database, since: str) -> dict[str, object]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _kept(since).execute(database):
        groups[row.session.role].append(row.report.get("scores", {}))
    return {
        role: {"count": len(scores), "scores": _mean(scores) if len(scores) >= SMALLEST_GROUP else None}
        for role, scores in groups.items()
    }


def shared(database: Database) -> list[dict[str, object]]:
    """Kept interviews whose candidate pressed Share, newest first."""
    return [
        {
            "session_id": row.session.session_id,
            "date": row.session.started_at[:10],
            "role": row.session.role,
            "level": row.session.level,
            "scores": row.report.get("scores", {}),
        }
        for row in _kept("").execute(database)
        if row.session.consent["share"]
    ]


def _kept(since: str) -> Any:
    is_kept = InterviewSession.closed_at.is_null(False) & (InterviewSession.started_at >= since)
    found = FinalReport.select(FinalReport, InterviewSession).join(InterviewSession).where(is_kept)
    return found.order_by(InterviewSession.started_at.desc())


def _mean(scores: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    names = {name for one in scores for name in one}
    return {
        name: _mean_of([one[name] for one in scores if one.get(name) is not None]) for name in sorted(names)
    }


def _mean_of(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 2) if len(values) >= SMALLEST_GROUP else None
