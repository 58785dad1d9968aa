"""Data in the staff's hands: a student's own by claim code and PIN, backups and tables on the USB stick."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import hdrs, web

from appliance.errors import Busy, Invalid, NotFound, Unavailable
from appliance.interview.state import QUIET
from appliance.web.admin_figures import table
from appliance.web.admin_session import CONSOLE, note
from appliance.web.admin_tables import to_xlsx
from appliance.web.limits import CLAIMS_KEY
from appliance.web.parts import PARTS
from appliance.web.wire import arguments, encode, reply

_BACKUP = re.compile(r"kabil-backup-\d{8}-\d{6}\.db", re.ASCII)

routes = web.RouteTableDef()


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a student brings: nobody else can open or erase what is theirs."""

    code: str
    pin: str


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A backup on the stick."""

    name: str


@routes.post("/api/admin/claim/export")
async def export(request: web.Request) -> web.Response:
    """Everything that is kept under a claim code, as a file."""
    asked = await _claim(request)
    found = await request.app[PARTS].parts.store.export(asked.code, asked.pin)
    await note(request, "claim_exported")
    headers = {hdrs.CONTENT_DISPOSITION: 'attachment; filename="kabil-my-data.json"'}
    return web.Response(body=encode(found), content_type="application/json", headers=headers)


@routes.post("/api/admin/claim/erase")
async def erase(request: web.Request) -> web.Response:
    """Erase everything that is kept under a claim code; the receipt."""
    asked = await _claim(request)
    receipt = await request.app[PARTS].parts.store.erase_claim(asked.code, asked.pin)
    await note(request, "claim_erased")
    return reply(receipt)


@routes.get("/api/admin/stick")
async def stick(request: web.Request) -> web.Response:
    """Whether a stick is plugged in, and the backups on it, newest first."""
    folder = request.app[PARTS].stick()
    names = [] if folder is None else await asyncio.to_thread(_backups, folder)
    return reply({"stick": folder is not None, "backups": names})


@routes.post("/api/admin/stick/backup")
async def back_up(request: web.Request) -> web.Response:
    """Write an encrypted copy of what is kept to the stick."""
    folder = _stick(request)
    _require_quiet(request)
    name = f"kabil-backup-{datetime.now(UTC):%Y%m%d-%H%M%S}.db"
    async with request.app[CONSOLE].moving:
        made = await request.app[PARTS].parts.store.back_up()
        await asyncio.to_thread(_copy, made, folder / name)
    await note(request, "backed_up")
    return reply({"name": name})


@routes.post("/api/admin/stick/restore")
async def restore(request: web.Request) -> web.Response:
    """Put a backup of the stick in the place of what is kept; the replaced file stays aside for a week."""
    asked, folder = await arguments(request, Name), _stick(request)
    if not _BACKUP.fullmatch(asked.name):
        raise Invalid("web.bad_backup_name", "this is not the name of a backup")
    path = folder / asked.name
    if path.is_symlink() or not path.is_file():
        raise NotFound("web.no_backup", "there is no such backup on the stick")
    _require_quiet(request)
    store = request.app[PARTS].parts.store
    async with request.app[CONSOLE].moving:
        await store.restore(path)
    await note(request, "restored")
    await store.housekeep()  # what became overdue since the backup goes at once
    return web.Response(status=204)


@routes.post("/api/admin/stick/tables")
async def tables(request: web.Request) -> web.Response:
    """Write the cohort's figures and the shared results to the stick as a workbook."""
    folder = _stick(request)
    made = [await table(request, "cohort"), await table(request, "shared")]
    name = f"kabil-tables-{datetime.now(UTC):%Y%m%d-%H%M%S}.xlsx"
    async with request.app[CONSOLE].moving:
        await asyncio.to_thread(_write, folder / name, to_xlsx(made))
    await note(request, "exported", table="both", kind="xlsx", rows=sum(len(t.rows) for t in made))
    return reply({"name": name})


async def _claim(request: web.Request) -> Claim:
    request.app[CLAIMS_KEY].take()
    return await arguments(request, Claim)


def _stick(request: web.Request) -> Path:
    folder = request.app[PARTS].stick()
    if folder is None:
        raise Unavailable("report.no_stick", "no USB stick is plugged in")
    return folder


def _require_quiet(request: web.Request) -> None:
    """An interview in progress may never be kept, so no copy is made of it and none is put over it."""
    if request.app[PARTS].conductor.state.phase not in QUIET:
        raise Busy("web.in_use", "somebody is at an interview; try again afterwards")


def _backups(folder: Path) -> list[dict[str, Any]]:
    try:
        found = [path for path in folder.iterdir() if _BACKUP.fullmatch(path.name) and not path.is_symlink()]
        rows = [{"name": path.name, "bytes": path.stat().st_size} for path in found]
    except OSError as exc:
        raise Unavailable("report.stick_failed", "the USB stick cannot be read") from exc
    return sorted(rows, key=lambda row: str(row["name"]), reverse=True)


def _copy(source: Path, target: Path) -> None:
    """Copy whole or not at all, and wait until the stick has it."""
    partial = target.with_suffix(".new")
    try:
        shutil.copyfile(source, partial)
        _sync(partial)
        partial.replace(target)
    except OSError as exc:
        raise Unavailable("report.stick_failed", "the USB stick cannot be written") from exc


def _write(target: Path, content: bytes) -> None:
    try:
        target.write_bytes(content)
        _sync(target)
    except OSError as exc:
        raise Unavailable("report.stick_failed", "the USB stick cannot be written") from exc


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
