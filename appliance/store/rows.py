"""An interview record as rows, and back; every function runs on the store's thread, inside its transaction."""

from __future__ import annotations

from typing import Any

import msgspec
from peewee import Model

from appliance.errors import NotFound
from appliance.messages import InterviewRecord
from appliance.store.database import Database
from appliance.store.schema import (
    FinalReport,
    InterviewQa,
    InterviewSession,
    Transcript,
    User,
    VideoScore,
    plain,
)

_SESSION = (
    "started_at",
    "finished_at",
    "role",
    "shape",
    "level",
    "locale",
    "planned",
    "attempt",
    "seed",
    "engine",
    "typed",
)
_SESSION_JSON = ("consent", "baseline", "asked", "unreviewed")
_ANSWER = ("attempt", "question", "seconds", "typed", "locale", "engine", "text_gate", "delivery", "presence")


def write(database: Database, record: InterviewRecord) -> int:
    """Write everything of a record; the number of answers that were not there before."""
    table = msgspec.to_builtins(record, enc_hook=plain)
    _write_session(database, table)
    known = {row.id for row in _answers(record.session_id).execute(database)}
    fresh = 0
    for position, answered in enumerate(table["answered"]):
        _write_answer(database, record.session_id, position, answered)
        if answered["answer"]["id"] not in known:
            fresh += 1
            _write_details(database, answered)
    if record.report is not None:
        _upsert(database, FinalReport, "session", {"session": record.session_id, "report": table["report"]})
    return fresh


def read(database: Database, session_id: str) -> InterviewRecord:
    """A record as it was saved.

    Raises:
        NotFound: "store.unknown_session".
    """
    row = InterviewSession.select().where(InterviewSession.session_id == session_id).first(database)
    if row is None:
        raise NotFound("store.unknown_session", "there is no such interview")
    report = FinalReport.select().where(FinalReport.session == session_id).first(database)
    table = {
        "session_id": session_id,
        **{name: getattr(row, name) for name in (*_SESSION, *_SESSION_JSON)},
        "user_id": row.user_id,
        "report": report.report if report else None,
        "answered": [_read_answer(database, answer) for answer in _answers(session_id).execute(database)],
    }
    return msgspec.convert(table, InterviewRecord)


def _answers(session_id: str) -> Any:
    return InterviewQa.select().where(InterviewQa.session == session_id).order_by(InterviewQa.position)


def _write_session(database: Database, table: dict[str, Any]) -> None:
    user_id = table["user_id"]
    if user_id is not None and not User.select().where(User.id == user_id).exists(database):
        user_id = None  # erased with the claim code while the interview ran
    values = {name: table[name] for name in (*_SESSION, *_SESSION_JSON)}
    _upsert(
        database,
        InterviewSession,
        "session_id",
        {"session_id": table["session_id"], "user": user_id, **values},
    )


def _write_answer(database: Database, session_id: str, position: int, answered: dict[str, Any]) -> None:
    answer, review = answered["answer"], answered["review"]
    values = {
        "id": answer["id"],
        "session": session_id,
        "position": position,
        **{name: answer[name] for name in _ANSWER},
        "answer": answer["text"],
        "overall": review["overall"],
        "review": review,
    }
    _upsert(database, InterviewQa, "id", values)


def _write_details(database: Database, answered: dict[str, Any]) -> None:
    answer_id = answered["answer"]["id"]
    Transcript.insert(qa=answer_id, words=answered["answer"]["words"]).execute(database)
    windows = [
        {"qa": answer_id, "position": position, "metrics": metrics}
        for position, metrics in enumerate(answered["windows"])
    ]
    if windows:
        VideoScore.insert_many(windows).execute(database)


def _upsert(database: Database, table: type[Model], key: str, values: dict[str, Any]) -> None:
    fields = [getattr(table, name) for name in values if name != key]
    insert = table.insert(values).on_conflict(conflict_target=[getattr(table, key)], preserve=fields)
    insert.execute(database)


def _read_answer(database: Database, row: Any) -> dict[str, Any]:
    transcript = Transcript.select().where(Transcript.qa == row.id).first(database)
    windows = VideoScore.select().where(VideoScore.qa == row.id).order_by(VideoScore.position)
    answer = {
        "id": row.id,
        **{name: getattr(row, name) for name in _ANSWER},
        "text": row.answer,
        "words": transcript.words if transcript else [],
    }
    return {"answer": answer, "review": row.review, "windows": [w.metrics for w in windows.execute(database)]}
