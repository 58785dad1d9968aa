"""The database file: opened with its key and pragmas, checked, moved aside when damaged, backed up, restored.

One connection only, used on one thread (SQLite before 3.51.3 could lose commits with two in WAL mode).
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw
from peewee import PeeweeException, SchemaManager
from playhouse.apsw_ext import APSWDatabase
from playhouse.migrations import Runner

from appliance.errors import ApplianceError, Broken, Invalid, Unavailable
from appliance.store.key import sync_folder
from appliance.store.schema import TABLES

log = logging.getLogger(__name__)
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 5.0
SUFFIXES = ("", "-wal", "-shm")
_DAMAGED = (apsw.CorruptError, apsw.NotADBError)
_IO = (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError)


class Database(APSWDatabase):
    """SQLite with encryption (SQLite3 Multiple Ciphers) and the booth's pragmas.

    Args:
        path: the file, or ":memory:".
        key: its key; None: not encrypted.
        synchronous: FULL, or NORMAL where the last commits may be lost in a power cut.
    """

    def __init__(self, path: Path | str, key: bytes | None = None, synchronous: str = "FULL") -> None:
        self._key = key
        pragmas = {
            "journal_mode": "wal",
            "synchronous": synchronous,
            "foreign_keys": 1,
            "secure_delete": 1,
            "temp_store": "memory",  # a temporary file would not be encrypted
            "journal_size_limit": 1_000_000,
        }
        super().__init__(  # type: ignore[no-untyped-call]
            str(path), pragmas=pragmas, timeout=BUSY_SECONDS, thread_safe=False
        )

    def _add_conn_hooks(self, conn: Any) -> None:
        if self._key is not None:
            conn.pragma("hexkey", self._key.hex())
        conn.convert_binding = _bind
        super()._add_conn_hooks(conn)  # type: ignore[no-untyped-call]

    def sql(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a statement in SQLite's own words."""
        return self.execute_sql(text, values).fetchall()  # type: ignore[no-untyped-call, no-any-return]


def _bind(_cursor: Any, _number: int, value: object) -> str:
    """The one type that APSW refuses and peewee's migration runner writes: a time."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def translate(exc: PeeweeException) -> ApplianceError:
    """The booth's error for the library's."""
    cause = exc.args[0] if exc.args and isinstance(exc.args[0], apsw.Error) else exc.__context__
    if isinstance(cause, apsw.FullError):
        return Unavailable("store.disk_full", "the disk is full")
    if isinstance(cause, _IO):
        return Unavailable("store.io_error", "the disk cannot be read or written")
    if isinstance(cause, _DAMAGED):
        return Broken("store.corrupt", "the database is damaged or has another key")
    if isinstance(cause, apsw.BusyError | apsw.LockedError):
        return Unavailable("store.busy", "another program holds the database")
    return Broken("store.broken", f"the database refused ({type(cause).__name__})")


def open_database(database: Database, migrations: Path | None = None) -> None:
    """Connect, check and bring the tables up to date.

    Raises:
        ApplianceError: "store.corrupt", "store.disk_full", "store.io_error", "store.busy", "store.broken".
    """
    try:
        database.connect()
        check(database)
        with database.atomic():
            _bring_up(database, migrations or MIGRATIONS)
    except PeeweeException as exc:
        with suppress(PeeweeException):
            database.close()
        raise translate(exc) from exc
    except ApplianceError:
        database.close()
        raise


def check(database: Database) -> None:
    """Quick check of every page; raises ``Broken("store.corrupt")``."""
    if database.sql("pragma quick_check(1)") != [("ok",)]:
        raise Broken("store.corrupt", "the database failed its check")


def _bring_up(database: Database, migrations: Path) -> None:
    fresh = not database.table_exists("interview_sessions")
    if fresh:
        for table in TABLES:
            SchemaManager(table, database).create_all()
    Runner(database, str(migrations)).up(fake=fresh)  # type: ignore[no-untyped-call]


def checkpoint(database: Database) -> None:
    """Empty the write-ahead log, so that nothing erased stays in it."""
    database.sql("pragma wal_checkpoint(truncate)")


def make_file(path: Path) -> None:
    """An empty database file that only its owner may read; raises ``Unavailable("store.io_error")``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as exc:
        full = exc.errno in (errno.ENOSPC, errno.EDQUOT)
        code = "store.disk_full" if full else "store.io_error"
        raise Unavailable(code, f"{path.name} cannot be made ({exc.strerror})") from exc


def move_aside(path: Path, why: str = "corrupt") -> str | None:
    """Move a database with its -wal and -shm out of the way; the new name, or None where there was none."""
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    target = path.with_name(f"{path.stem}.{why}-{stamp}{path.suffix}")
    while target.exists():
        target = target.with_stem(target.stem + "x")
    moved = None
    for suffix in SUFFIXES:
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(target.with_name(target.name + suffix))
            moved = target.name
    return moved


def aside_files(path: Path) -> list[Path]:
    """Everything that was moved aside from this database."""
    found = [*path.parent.glob(f"{path.stem}.corrupt-*"), *path.parent.glob(f"{path.stem}.replaced-*")]
    return sorted(found)


def back_up(database: Database, target: Path) -> None:
    """Write a compact copy with the same key, whole or not at all."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    partial = target.with_suffix(".new")
    partial.unlink(missing_ok=True)
    database.sql("vacuum into ?", str(partial))
    partial.chmod(0o600)
    _sync(partial)
    partial.replace(target)
    sync_folder(target.parent)


def check_copy(backup: Path, key: bytes | None) -> None:
    """Open a copy read-only and check it; raises an ``ApplianceError``."""
    copy = Database(f"{backup.absolute().as_uri()}?mode=ro&immutable=1", key)
    copy.connect_params["flags"] = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    try:
        copy.connect()
        check(copy)
        if not copy.table_exists("interview_sessions"):
            raise Broken("store.broken", "the copy has no interviews table")
        _refuse_newer(copy)
    except PeeweeException as exc:
        raise translate(exc) from exc
    finally:
        copy.close()


def _refuse_newer(copy: Database) -> None:
    """Tables of a newer software would be read wrongly; raises ``Invalid("store.newer_backup")``."""
    known = {path.stem for path in MIGRATIONS.glob("*.py")}
    if not copy.table_exists("schema_migration"):
        return
    if {Path(name).stem for (name,) in copy.sql("select name from schema_migration")} - known:
        raise Invalid("store.newer_backup", "the backup is of a newer software than this booth's")


def bring_up_copy(path: Path, key: bytes | None) -> None:
    """Bring a copy's tables up to date, and leave it as one file; raises as ``open_database``."""
    copy = Database(path, key)
    open_database(copy)
    try:
        checkpoint(copy)
    finally:
        copy.close()


def rekey(path: Path, old: bytes | None, new: bytes | None) -> None:
    """Give a file that nobody has open another key; None: no encryption. Raises an ``ApplianceError``."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            if old is not None:
                connection.pragma("hexkey", old.hex())
            connection.pragma("hexrekey", "" if new is None else new.hex())
        finally:
            connection.close()
    except apsw.Error as exc:
        raise translate(PeeweeException(exc)) from exc


def restore(backup: Path, path: Path) -> None:
    """Put a checked copy in the place of the (closed) database; the old set is moved aside."""
    partial = path.with_suffix(".new")
    shutil.copyfile(backup, partial)
    partial.chmod(0o600)
    _sync(partial)
    move_aside(path, "replaced")
    partial.replace(path)
    sync_folder(path.parent)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
