"""What the placement cell sees: counts and means of groups, never a person who did not press Share."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from appliance.messages import report_number
from appliance.store.database import Database
from appliance.store.schema import FinalReport, InterviewSession, ProcessingLog

SMALLEST_GROUP = 5
"""means of fewer interviews would show persons (our choice; a common rule for published tables)"""


def cohort(database: Database, since: str) -> dict[str, object]:
    """Interviews finished since a UTC date (counted from the content-free log), and means of those kept."""
    kept = list(_kept(since).execute(database))
    return {
        "since": since,
        "finished": _finished(database, since),
        "means": _means(kept),
        "spreads": _of_scores(kept, "role", _spread),
        "not_measured": _of_scores(kept, "locale", _unmeasured),
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


def _means(kept: Sequence[Any]) -> dict[str, object]:
    return {
        role: {
            "count": len(scores),
            "scores": _mean(_whole_groups(scores)) if _whole_groups(scores) else None,
        }
        for role, scores in _groups(kept, "role").items()
    }


def _groups(kept: Sequence[Any], field: str) -> dict[str, list[dict[str, Any]]]:
    """Scores of the interviews by a field of theirs."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in kept:
        groups[getattr(row.session, field)].append(row.report.get("scores", {}))
    return groups


def _of_scores(
    kept: Sequence[Any], field: str, figure: Callable[[Sequence[float | None]], float | None]
) -> dict[str, dict[str, float | None]]:
    """A figure of each score of each group that is large enough."""
    return {
        group: {name: figure([one.get(name) for one in scores]) for name in _names(scores)}
        for group, all_scores in _groups(kept, field).items()
        if (scores := _whole_groups(all_scores))
    }


def _whole_groups(scores: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The oldest five, ten, fifteen …: a figure that moved with each interview would tell the newest one's scores."""
    oldest_first = scores[::-1]
    return list(oldest_first[: len(scores) // SMALLEST_GROUP * SMALLEST_GROUP])


def _spread(values: Sequence[float | None]) -> float | None:
    """Standard deviation of what was measured; None for too few."""
    measured = [value for value in values if value is not None]
    return round(statistics.stdev(measured), 2) if len(measured) >= SMALLEST_GROUP else None


def _unmeasured(values: Sequence[float | None]) -> float:
    """Share that was not measured: a language whose share is high is served worse (the fairness log)."""
    return round(sum(value is None for value in values) / len(values), 2)


def shared(database: Database) -> list[dict[str, object]]:
    """Kept interviews whose candidate pressed Share, newest first."""
    return [
        {
            "session_id": row.session.session_id,
            "report_number": report_number(row.session.session_id),
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
    return {
        name: _mean_of([one[name] for one in scores if one.get(name) is not None]) for name in _names(scores)
    }


def _names(scores: Sequence[dict[str, Any]]) -> list[str]:
    return sorted({name for one in scores for name in one})


def _mean_of(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 2) if len(values) >= SMALLEST_GROUP else None
