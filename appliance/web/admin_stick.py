"""The staff's USB stick: the one place for files on the booth's own panel, which has no downloads."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from appliance.errors import NotFound, TooLarge, Unavailable
from appliance.interview.pack_import import SUFFIXES
from appliance.web.parts import PARTS

BACKUP = re.compile(r"kabil-backup-\d{8}-\d{6}\.db", re.ASCII)
MOST_FILES = 50
"""question files listed (our choice)"""


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file on the stick."""

    name: str


def stick_of(request: web.Request) -> Path:
    """Where the stick is mounted; raises ``Unavailable("report.no_stick")``."""
    folder = request.app[PARTS].stick()
    if folder is None:
        raise Unavailable("report.no_stick", "no USB stick is plugged in")
    return folder


def packs_on(folder: Path) -> list[str]:
    """Names of the question files at the top of the stick."""
    try:
        found = [
            path.name for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and _is_plain(path)
        ]
    except OSError as exc:
        raise Unavailable("report.stick_failed", "the USB stick cannot be read") from exc
    return sorted(found)[:MOST_FILES]


def read_from(folder: Path, name: str, limit_bytes: int) -> bytes:
    """A question file of the stick.

    Raises:
        NotFound: "web.no_file": only what ``packs_on`` lists is read.
        TooLarge: "web.too_large".
        Unavailable: "report.stick_failed".
    """
    if name not in packs_on(folder):
        raise NotFound("web.no_file", "there is no such file on the stick")
    try:
        if (folder / name).stat().st_size > limit_bytes:
            raise TooLarge("web.too_large", f"more than {limit_bytes} bytes are not taken")
        return (folder / name).read_bytes()
    except OSError as exc:
        raise Unavailable("report.stick_failed", "the USB stick cannot be read") from exc


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")


def backups_on(folder: Path) -> list[dict[str, Any]]:
    """Names and sizes of the backups, newest first."""
    try:
        found = [path for path in folder.iterdir() if BACKUP.fullmatch(path.name) and not path.is_symlink()]
        rows = [{"name": path.name, "bytes": path.stat().st_size} for path in found]
    except OSError as exc:
        raise Unavailable("report.stick_failed", "the USB stick cannot be read") from exc
    return sorted(rows, key=lambda row: str(row["name"]), reverse=True)


def copy(source: Path, target: Path) -> None:
    """Copy whole or not at all, and wait until the stick has it; raises ``Unavailable("report.stick_failed")``."""
    partial = target.with_suffix(".new")
    try:
        shutil.copyfile(source, partial)
        _sync(partial)
        partial.replace(target)
    except OSError as exc:
        raise Unavailable("report.stick_failed", "the USB stick cannot be written") from exc


def write(target: Path, content: bytes) -> None:
    """Write a file, and wait until the stick has it; raises as ``copy``."""
    try:
        target.write_bytes(content)
        _sync(target)
    except OSError as exc:
        raise Unavailable("report.stick_failed", "the USB stick cannot be written") from exc


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
