"""Where an interview stands: the attempt, an answer without a review, and the page of a finished one."""

from __future__ import annotations

from typing import Any

from peewee import IntegerField, TextField


def up(migrator: Any, db: Any) -> None:
    """Add the columns."""
    table = "interview_sessions"
    migrator.migrate(
        migrator.add_column(table, "attempt", IntegerField(default=0)),
        migrator.add_column(table, "unreviewed", TextField(null=True)),
        migrator.add_column(table, "stands", TextField(null=True)),
    )
