"""The staff's USB stick: the one place for files on the booth's own panel, which has no downloads and no file dialog.

Only names of a fixed grammar are listed, and only what is listed is read: plain files at the top of the stick.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from aiohttp import web

from appliance.errors import NotFound, TooLarge, Unavailable
from appliance.web.parts import PARTS

BACKUP = re.compile(r"kabil-backup-\d{8}-\d{6}\.kabil", re.ASCII)
PACK = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,59}\.(?:yaml|yml|csv|xlsx)", re.ASCII)
MOST_FILES = 50
"""of a kind, listed (our choice)"""


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file on the stick."""

    name: str


def stick_of(request: web.Request) -> Path:
    """Where the stick is mounted; raises ``Unavailable("report.no_stick")``."""
    folder = request.app[PARTS].stick()
    if folder is None:
        raise Unavailable("report.no_stick", "no USB stick is plugged in")
    return folder


def stamp() -> str:
    """The part of a file's name that tells it from others: UTC."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}"


def packs_on(folder: Path) -> list[str]:
    """Names of the question files."""
    return [str(row["name"]) for row in _listed(folder, PACK)]


def backups_on(folder: Path) -> list[dict[str, Any]]:
    """Names and sizes of the backups, newest first."""
    return _listed(folder, BACKUP)[::-1]


def _listed(folder: Path, grammar: re.Pattern[str]) -> list[dict[str, Any]]:
    try:
        found = [path for path in folder.iterdir() if grammar.fullmatch(path.name)]
        kinds = [(path, path.lstat()) for path in sorted(found)]
    except OSError as exc:
        raise _failed("read") from exc
    rows = [{"name": path.name, "bytes": kind.st_size} for path, kind in kinds if stat.S_ISREG(kind.st_mode)]
    return rows[-MOST_FILES:]


@contextmanager
def opened(folder: Path, name: str, grammar: re.Pattern[str]) -> Iterator[BinaryIO]:
    """A plain file of the stick, by a name of its grammar.

    Raises:
        NotFound: "web.no_file".
        Unavailable: "report.stick_failed".
    """
    if not grammar.fullmatch(name):
        raise NotFound("web.no_file", "there is no such file on the stick")
    try:
        # a link or a pipe of that name, put there since the listing, is not followed and not waited for
        handle = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as exc:
        raise NotFound("web.no_file", "there is no such file on the stick") from exc
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NotFound("web.no_file", "there is no such file on the stick")
        yield file


def read_pack_from(folder: Path, name: str, limit_bytes: int) -> bytes:
    """A question file of the stick; raises as ``opened``, and ``TooLarge("web.too_large")``."""
    with opened(folder, name, PACK) as file:
        try:
            content = file.read(limit_bytes + 1)
        except OSError as exc:
            raise _failed("read") from exc
    if len(content) > limit_bytes:
        raise TooLarge("web.too_large", f"more than {limit_bytes} bytes are not taken")
    return content


def fetch_backup(folder: Path, name: str, target: Path) -> None:
    """Copy a backup off the stick; raises as ``opened``."""
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with opened(folder, name, BACKUP) as file, target.open("wb") as out:
            shutil.copyfileobj(file, out)
    except OSError as exc:
        raise _failed("read") from exc


def move(source: Path, target: Path) -> None:
    """Move a file to the stick, whole or not at all; raises ``Unavailable("report.stick_failed")``."""
    partial = target.with_suffix(".new")
    try:
        shutil.copyfile(source, partial)
        _settle(partial, target)
    except OSError as exc:
        raise _failed("written") from exc
    finally:
        source.unlink(missing_ok=True)


def write(target: Path, content: bytes) -> None:
    """Write a file whole or not at all, and wait until the stick has it; raises as ``move``."""
    partial = target.with_suffix(".new")
    try:
        partial.write_bytes(content)
        _settle(partial, target)
    except OSError as exc:
        raise _failed("written") from exc


def _settle(partial: Path, target: Path) -> None:
    """Staff pull the stick as soon as they are told that it is done: then it must be there."""
    for path in (partial, partial.parent):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if path is partial:
            partial.replace(target)


def _failed(what: str) -> Unavailable:
    return Unavailable("report.stick_failed", f"the USB stick cannot be {what}")
