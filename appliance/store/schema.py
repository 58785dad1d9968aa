"""The tables, in peewee; portable to PostgreSQL: plain types, JSON as text, times as UTC ISO 8601 text.

Names are the original platform's (``interview_sessions`` …). Rows are only read and written inside this room, always
with the database given to ``execute``: no table is bound to a database, so two stores never disturb each other.
"""

from __future__ import annotations

from typing import Any

import msgspec
from peewee import (
    AutoField,
    BooleanField,
    CharField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


def plain(value: Any) -> Any:
    """What msgspec does not know by itself: numpy's numbers."""
    item = getattr(value, "item", None)
    if item is None:
        raise NotImplementedError(f"{type(value).__name__} cannot be stored")
    return item()


class Json(TextField):
    """A value as JSON text; NaN becomes null."""

    def db_value(self, value: Any) -> str | None:
        """To the database."""
        return None if value is None else msgspec.json.encode(value, enc_hook=plain).decode()

    def python_value(self, value: str | None) -> Any:
        """From the database."""
        return None if value is None else msgspec.json.decode(value)


class User(Model):
    """Somebody who took a claim code home; no name, no roll number."""

    id = CharField(32, primary_key=True)
    created_at = CharField(32)
    claim_code = CharField(8, unique=True)
    pin_hash = CharField(160)
    wrong_count = IntegerField(default=0)
    """wrong PINs since the last right one"""
    locked_until = CharField(32, null=True)

    class Meta:  # noqa: D106 - peewee's own
        table_name = "users"


class InterviewSession(Model):
    """One interview; ``closed_at`` is null while a candidate is at it."""

    session_id = CharField(64, primary_key=True)
    user = ForeignKeyField(User, null=True, on_delete="SET NULL", column_name="user_id", backref="sessions")
    started_at = CharField(32)
    finished_at = CharField(32, null=True)
    closed_at = CharField(32, null=True)
    kept_until = CharField(32, null=True)
    role = CharField(64)
    shape = CharField(32)
    level = CharField(16)
    locale = CharField(8)
    planned = IntegerField()
    seed = IntegerField()
    engine = CharField(32)
    typed = BooleanField()
    consent = Json()
    baseline = Json(null=True)
    asked = Json()
    """every question asked; the last may be unanswered"""
    attempt = IntegerField(default=0)
    unreviewed = Json(null=True)
    """the answer that was given and is not judged yet"""
    stands = Json(null=True)
    """of a finished one: the page it stands at, and the last sign of the candidate in the machine's own time"""

    class Meta:  # noqa: D106 - peewee's own
        table_name = "interview_sessions"


class InterviewQa(Model):
    """One answer to one question; its id is made by who asks, so a second save is the same row."""

    id = CharField(96, primary_key=True)
    session = ForeignKeyField(
        InterviewSession, on_delete="CASCADE", column_name="session_id", backref="answers"
    )
    position = IntegerField()
    attempt = IntegerField()
    question = Json()
    answer = TextField()
    seconds = FloatField()
    typed = BooleanField()
    locale = CharField(8)
    engine = CharField(32)
    text_gate = Json()
    delivery = Json(null=True)
    presence = Json(null=True)
    overall = FloatField(null=True)
    """0..100"""
    review = Json()

    class Meta:  # noqa: D106 - peewee's own
        table_name = "interview_qa"


class Transcript(Model):
    """The words of an answer with their times and confidences."""

    qa = ForeignKeyField(InterviewQa, primary_key=True, on_delete="CASCADE", column_name="answer_id")
    words = Json()

    class Meta:  # noqa: D106 - peewee's own
        table_name = "transcripts"


class VideoScore(Model):
    """The metrics of one window of 2 s."""

    id = AutoField()
    qa = ForeignKeyField(InterviewQa, on_delete="CASCADE", column_name="answer_id", backref="windows")
    position = IntegerField()
    metrics = Json()

    class Meta:  # noqa: D106 - peewee's own
        table_name = "video_scores"
        indexes = ((("qa", "position"), True),)


class FinalReport(Model):
    """The platform's final report."""

    session = ForeignKeyField(
        InterviewSession, primary_key=True, on_delete="CASCADE", column_name="session_id"
    )
    report = Json()

    class Meta:  # noqa: D106 - peewee's own
        table_name = "final_reports"


class ProcessingLog(Model):
    """What was done with personal data and when, without any of it; DPDP Rules 2025, rule 8(3): kept a year."""

    id = AutoField()
    at = CharField(32, index=True)
    event = CharField(32)
    session_id = CharField(64, null=True)
    """not a foreign key: the entry outlives the interview"""
    number = CharField(16, null=True)
    """of the receipt shown to the candidate"""
    detail = Json(null=True)
    """switches and counts only"""

    class Meta:  # noqa: D106 - peewee's own
        table_name = "processing_log"


TABLES = (User, InterviewSession, InterviewQa, Transcript, VideoScore, FinalReport, ProcessingLog)
