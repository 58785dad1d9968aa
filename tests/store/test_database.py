"""The file's pragmas and its migrations by peewee's own runner."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import ApplianceError
from appliance.store.database import Database, open_database

MIGRATION = '''"""Count the smiles."""
from peewee import IntegerField

def up(migrator, db):
    migrator.migrate(migrator.add_column("interview_qa", "smile_count", IntegerField(default=0)))
'''


def columns(database: Database, table: str) -> set[str]:
    return {row[1] for row in database.sql(f"pragma table_info({table})")}


def test_the_promised_pragmas_hold(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db", b"0123456789abcdef")
    open_database(database)
    assert database.sql("pragma journal_mode") == [("wal",)]
    assert database.sql("pragma synchronous") == [(2,)]  # FULL
    assert database.sql("pragma foreign_keys") == [(1,)]
    assert database.sql("pragma secure_delete") == [(1,)]
    assert database.sql("pragma temp_store") == [(2,)]  # memory
    database.close()


def test_a_migration_reaches_an_old_database_once(tmp_path: Path) -> None:
    old, scripts = Database(tmp_path / "x.db"), tmp_path / "migrations"
    scripts.mkdir()
    open_database(old, scripts)
    assert "smile_count" not in columns(old, "interview_qa")
    old.close()
    (scripts / "0001_smiles.py").write_text(MIGRATION)
    for _ in range(2):
        open_database(old, scripts)
        assert "smile_count" in columns(old, "interview_qa")
        old.close()


def test_a_new_database_has_every_migration_already(tmp_path: Path) -> None:
    (tmp_path / "0001_smiles.py").write_text(MIGRATION)
    database = Database(tmp_path / "x.db")
    open_database(database, tmp_path)
    assert "smile_count" not in columns(database, "interview_qa")
    assert database.sql("select name from schema_migration") == [("0001_smiles",)]
    database.close()


def test_a_failing_migration_leaves_the_old_tables(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    open_database(database, tmp_path)
    database.close()
    broken = MIGRATION + "\n    db.execute_sql('insert into nowhere values (1)')\n"
    (tmp_path / "0001_smiles.py").write_text(broken)
    with pytest.raises(ApplianceError) as caught:
        open_database(database, tmp_path)
    assert caught.value.code == "store.broken"
    again = Database(tmp_path / "x.db")
    again.connect()
    assert "smile_count" not in columns(again, "interview_qa")
    again.close()
