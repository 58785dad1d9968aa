"""Custody of the database file on the store's thread: opened, replaced when damaged, backed up, restored."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import apsw
from peewee import PeeweeException

from appliance.errors import ApplianceError, Invalid, WrongState
from appliance.settings import Store
from appliance.store import database, retention, sessions
from appliance.store.database import Database
from appliance.store.key import database_key

log = logging.getLogger(__name__)
R = TypeVar("R")
FILE_NAME = "kabil.db"


class Custody:
    """The one connection, and what befalls its file.

    Args:
        settings: of the store.
        data_dir: folder of the database; None: in memory.
    """

    def __init__(self, settings: Store, data_dir: Path | None) -> None:
        self._settings = settings
        self._path = data_dir / FILE_NAME if data_dir is not None else None
        self._backup = data_dir / "backup" / FILE_NAME if data_dir is not None else None
        self._database = Database(":memory:")
        self.trouble: str | None = None
        """code of what is wrong with the disk; None when all is well"""
        self.moved_aside: str | None = None
        """name of the damaged database that was replaced since the start"""

    @property
    def on_disk(self) -> bool:
        """Whether what is saved stays after the process."""
        return self._path is not None and self.trouble is None

    def open(self) -> None:
        """Open the file, or memory in its place where the disk is not to be had."""
        self.trouble = None
        try:
            self._database = self._memory() if self._path is None else self._open_file(self._path)
        except ApplianceError as exc:
            log.error("the database cannot be opened (%s): nothing is kept until it can", exc.code)
            self.trouble = exc.code
            self._database = self._memory()

    def renew(self, settings: Store) -> None:
        """Hold to other settings from now on."""
        self._settings = settings

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    def guarded(self, work: Callable[[Database], R], *, atomic: bool = True) -> R:
        """Do work with the database, in a transaction; a file found damaged is replaced and the work done again."""
        try:
            return self._try(work, atomic)
        except ApplianceError as exc:
            if exc.code != "store.corrupt" or self._path is None:
                raise
        self._database.close()  # records are saved whole, so nothing of the interview in progress is lost
        self.open()
        return self._try(work, atomic)

    def try_disk_again(self) -> None:
        """After a start without the disk: open the file, unless somebody's interview lives in memory now."""
        memory = self._database
        if self.trouble is not None and not sessions.open_count(memory) + sessions.kept_count(memory):
            self.open()
            memory.close()

    def _try(self, work: Callable[[Database], R], atomic: bool) -> R:
        try:
            if not atomic:
                return work(self._database)
            with self._database.atomic():
                return work(self._database)
        except PeeweeException as exc:
            raise database.translate(exc) from exc

    def _memory(self) -> Database:
        opened = Database(":memory:")
        database.open_database(opened)
        return opened

    def _open_file(self, path: Path) -> Database:
        database.make_file(path)
        key = database_key(self._settings, path.parent)
        opened = Database(path, key, self._settings.synchronous)
        try:
            database.open_database(opened)
        except ApplianceError as exc:
            if exc.code != "store.corrupt":
                raise
            self.moved_aside = database.move_aside(path)
            log.error("the database was damaged and moved aside as %s", self.moved_aside)
            database.make_file(path)
            database.open_database(opened)
        return opened

    # --- copies ---

    def back_up(self) -> Path:
        """Write a copy with the same key beside the database; its place."""
        target = self._backup
        if target is None or not self.on_disk:
            raise WrongState("store.in_memory", "there is no database file to copy")
        self.guarded(lambda db: database.back_up(db, target), atomic=False)
        return target

    def backup_age_seconds(self, now: datetime) -> float | None:
        """Since the newest backup; None where there is none."""
        if self._backup is None or not self._backup.exists():
            return None
        return now.timestamp() - self._backup.stat().st_mtime

    def drop_backup(self) -> bool:
        """Delete the backup; whether there was one."""
        if self._backup is None or not self._backup.exists():
            return False
        self._backup.unlink()
        return True

    def copy_to_seal(self) -> tuple[Path, bytes | None]:
        """A fresh copy for one who takes it away, and its key."""
        if self._path is None or not self.on_disk:
            raise WrongState("store.in_memory", "there is no database file to copy")
        target = self._beside("sealing.db")
        self.guarded(lambda db: database.back_up(db, target), atomic=False)
        return target, self._key(self._path)

    def place_to_unseal(self) -> tuple[Path, bytes | None]:
        """Where a backup is opened, and the key that it gets."""
        if self._path is None:
            raise WrongState("store.in_memory", "there is no database file to replace")
        place = self._beside("unsealed.db")
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place, self._key(self._path)

    def restore(self, backup: Path) -> None:
        """Put a copy with the booth's own key in the place of the database, which is kept aside.

        Raises:
            Invalid: "store.bad_backup", "store.newer_backup"; nothing is changed.
        """
        if self._path is None:
            raise WrongState("store.in_memory", "there is no database file to replace")
        try:
            database.check_copy(backup, self._key(self._path))
        except (ApplianceError, OSError) as exc:
            if isinstance(exc, Invalid):
                raise
            raise Invalid("store.bad_backup", "this is not a sound backup of this booth") from exc
        self._database.close()
        database.restore(backup, self._path)
        self.open()

    def _beside(self, name: str) -> Path:
        assert self._backup is not None
        return self._backup.with_name(name)

    def _key(self, path: Path) -> bytes | None:
        return database_key(self._settings, path.parent)

    def drop_old_asides(self, now: datetime) -> None:
        """Delete what was moved aside long ago: it holds what candidates were promised would go."""
        oldest = now.timestamp() - retention.ASIDE.total_seconds()
        for path in database.aside_files(self._path) if self._path else []:
            if path.stat().st_mtime < oldest:
                path.unlink()

    def health(self, now: datetime) -> dict[str, object]:
        """How the file is."""
        age = self.backup_age_seconds(now)
        return {
            "state": "ok" if self.trouble is None else "memory",
            "code": self.trouble,
            "moved_aside": self.moved_aside,
            "sqlite": apsw.sqlite_lib_version(),
            "encrypted": self._settings.encrypt and self._path is not None,
            "synchronous": self._settings.synchronous,
            "retention": self._settings.retention,
            "wal_bytes": self._wal_bytes(),
            "disk_free_bytes": self._disk_free_bytes(),
            "backup_age_seconds": None if age is None else round(age),
        }

    def _disk_free_bytes(self) -> int | None:
        folder = self._path.parent if self._path else None
        return shutil.disk_usage(folder).free if folder and folder.exists() else None

    def _wal_bytes(self) -> int | None:
        wal = self._path.with_name(FILE_NAME + "-wal") if self._path else None
        return wal.stat().st_size if wal and wal.exists() else None
