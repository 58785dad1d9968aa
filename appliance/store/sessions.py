"""Whole interviews: begun, closed, erased, found again; every function runs on the store's thread, in a transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from appliance.messages import READABLE, InterviewRecord
from appliance.runtime.boot_time import BootTime
from appliance.settings import Store
from appliance.store import retention, rows
from appliance.store.database import Database
from appliance.store.retention import utc
from appliance.store.schema import FinalReport, InterviewSession, ProcessingLog, User

NUMBER_LENGTH = 8


@dataclass(frozen=True, slots=True)
class TakenUp:
    """An interview that goes on after a start of the booth."""

    record: InterviewRecord
    phase: str | None = None
    """where a finished one stood; None: it is not finished"""
    away_seconds: float = 0.0
    """since the last sign of the candidate; of a finished one"""


def note(database: Database, now: datetime, event: str, **values: Any) -> None:
    """Write an entry of the processing log: what was done, never what was said."""
    ProcessingLog.insert(at=utc(now), event=event, **values).execute(database)


def save(database: Database, record: InterviewRecord, now: datetime, notice: str | None = None) -> None:
    """Write a record, and log what began, what was agreed to after which notice, and what ended."""
    before = _row(database, record.session_id)
    rows.write(database, record)
    consent = msgspec.to_builtins(record.consent)
    if before is None:
        note(database, now, "began", session_id=record.session_id)
    if before is None or before.consent != consent:
        shown = {**consent, "notice": notice}
        note(database, now, "consent", session_id=record.session_id, detail=shown)
    if record.finished_at is not None and (before is None or before.finished_at is None):
        detail = {"role": record.role, "level": record.level, "answers": len(record.final_answers)}
        note(database, now, "finished", session_id=record.session_id, detail=detail)


def keep(database: Database, record: InterviewRecord, settings: Store, now: datetime) -> dict[str, object]:
    """Keep an interview until its time is over; its receipt."""
    save(database, record, now)
    until = utc(retention.kept_until(settings, now))
    changed = {"closed_at": utc(now), "kept_until": until, "stands": None}
    InterviewSession.update(changed).where(InterviewSession.session_id == record.session_id).execute(database)
    number = _number()
    note(database, now, "kept", session_id=record.session_id, number=number, detail={"until": until})
    return {"erased": False, "kept_until": until, "number": number}


def erase(
    database: Database, session_ids: Sequence[str], now: datetime, why: str = "erased"
) -> dict[str, object]:
    """Delete interviews with everything in them, and users who have none left; the receipt."""
    number = _number()
    for session_id in session_ids:
        InterviewSession.delete().where(InterviewSession.session_id == session_id).execute(database)
        note(database, now, why, session_id=session_id, number=number)
    _forget_empty_users(database)
    return {"erased": True, "kept_until": None, "number": number}


def erased_ids(database: Database) -> list[str]:
    """Every interview that was ever erased here, as far back as the log goes."""
    is_erasure = ProcessingLog.event.in_(("erased", "overdue", "abandoned"))
    return _ids(
        ProcessingLog.select().where(is_erasure & ProcessingLog.session_id.is_null(False)).execute(database)
    )


def still_there(database: Database, session_ids: Iterable[str]) -> list[str]:
    """Which of these interviews the database holds."""
    known = {
        str(row.session_id) for row in InterviewSession.select(InterviewSession.session_id).execute(database)
    }
    return [session_id for session_id in dict.fromkeys(session_ids) if session_id in known]


def _forget_empty_users(database: Database) -> None:
    owners = InterviewSession.select(InterviewSession.user).where(InterviewSession.user.is_null(False))
    User.delete().where(User.id.not_in(owners)).execute(database)


def of_user(database: Database, user_id: str) -> list[str]:
    """The interviews of a user, oldest first."""
    found = InterviewSession.select().where(InterviewSession.user == user_id)
    return _ids(found.order_by(InterviewSession.started_at).execute(database))


def stand(database: Database, session_id: str, phase: str, signed: BootTime) -> None:
    """Note the page a finished interview stands at, and when its candidate last gave a sign."""
    stands = {"phase": phase, "boot": signed.boot, "seconds": round(signed.seconds, 1)}
    row = InterviewSession.session_id == session_id
    InterviewSession.update(stands=stands).where(row).execute(database)


def take_up(
    database: Database, settings: Store, now: datetime, here: BootTime | None, patience_seconds: float
) -> TakenUp | None:
    """After a start: the interview that goes on; what else was left open is closed as agreed, or erased.

    Args:
        database: of the booth.
        settings: what is kept.
        now: UTC.
        here: the machine's own time.
        patience_seconds: a finished interview goes on this long after the last sign of its candidate.
    """
    is_open = InterviewSession.closed_at.is_null()
    left = InterviewSession.select().where(is_open).order_by(InterviewSession.started_at.desc())
    taken: TakenUp | None = None
    for row in list(left.execute(database)):
        found = _left(database, row, now, here)
        if taken is None and found is not None and found.away_seconds <= patience_seconds:
            taken = found
        elif row.finished_at is not None:
            _close(database, rows.read(database, row.session_id), settings, now)
        else:
            erase(database, [row.session_id], now, "abandoned")
    return taken


def _left(database: Database, row: Any, now: datetime, here: BootTime | None) -> TakenUp | None:
    """An interview that may go on; None: too long ago, or nobody knows how long."""
    if row.finished_at is None:
        can_resume = retention.can_resume(row.started_at, now)
        return TakenUp(rows.read(database, row.session_id)) if can_resume else None
    if row.stands is None or here is None:
        return None
    away = here.since(BootTime(row.stands["boot"], row.stands["seconds"]))
    if away is None:
        return None
    return TakenUp(rows.read(database, row.session_id), row.stands["phase"], away)


def _close(database: Database, record: InterviewRecord, settings: Store, now: datetime) -> None:
    if retention.keeps(record.consent, settings):
        keep(database, record, settings, now)
    else:
        erase(database, [record.session_id], now)


def overdue(database: Database, settings: Store, now: datetime) -> list[str]:
    """Interviews that must be gone by now, by the site's present settings."""
    closed_before = utc(now - timedelta(days=retention.kept_days(settings)))
    is_old = InterviewSession.closed_at <= closed_before
    is_due = InterviewSession.kept_until <= utc(now)
    is_left = InterviewSession.closed_at.is_null() & (
        InterviewSession.started_at <= utc(now - retention.ABANDONED)
    )
    return _ids(InterviewSession.select().where(is_old | is_due | is_left).execute(database))


def trim_log(database: Database, now: datetime) -> None:
    """Delete entries of the processing log that are older than they must be kept."""
    oldest = utc(now - timedelta(days=retention.LOG_DAYS))
    ProcessingLog.delete().where(ProcessingLog.at < oldest).execute(database)


def history(database: Database, user_id: str, without: str | None = None) -> list[dict[str, object]]:
    """Dates and scores of a user's finished interviews, oldest first; ``without``: one that is left out."""
    found = (
        FinalReport.select(FinalReport, InterviewSession)
        .join(InterviewSession)
        .where((InterviewSession.user == user_id) & InterviewSession.finished_at.is_null(False))
        .order_by(InterviewSession.started_at)
    )
    return [
        {"date": row.session.started_at[:10], "scores": row.report.get("scores", {})}
        for row in found.execute(database)
        if row.session.session_id != without
    ]


def export(database: Database, user_id: str, now: datetime) -> dict[str, object]:
    """Everything that is kept of a user, as plain JSON values."""
    session_ids = of_user(database, user_id)
    user = User.select().where(User.id == user_id).first(database)
    entries = (
        ProcessingLog.select().where(ProcessingLog.session_id.in_(session_ids)).order_by(ProcessingLog.id)
    )
    note(database, now, "exported", detail={"interviews": len(session_ids)})
    return {
        "exported_at": utc(now),
        "claim_made_at": user.created_at,
        "interviews": [msgspec.to_builtins(rows.read(database, session_id)) for session_id in session_ids],
        "processing": [
            {"at": entry.at, "event": entry.event, "number": entry.number, "detail": entry.detail}
            for entry in entries.execute(database)
        ],
    }


def open_count(database: Database) -> int:
    """Interviews that nobody closed yet."""
    return int(InterviewSession.select().where(InterviewSession.closed_at.is_null()).count(database))


def kept_count(database: Database) -> int:
    """Interviews that are kept."""
    return int(InterviewSession.select().where(InterviewSession.closed_at.is_null(False)).count(database))


def _row(database: Database, session_id: str) -> Any:
    return InterviewSession.select().where(InterviewSession.session_id == session_id).first(database)


def _ids(found: Iterable[Any]) -> list[str]:
    return [str(row.session_id) for row in found]


def _number() -> str:
    return "".join(secrets.choice(READABLE) for _ in range(NUMBER_LENGTH))
