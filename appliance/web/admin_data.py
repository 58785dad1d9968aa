"""Data in the staff's hands: a student's own by claim code and PIN, backups under a passphrase, tables on the stick."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

import msgspec
from aiohttp import hdrs, web

from appliance.errors import ApplianceError
from appliance.web.admin_figures import table
from appliance.web.admin_session import CONSOLE, note, require_quiet
from appliance.web.admin_stick import backups_on, fetch_backup, move, packs_on, stamp, stick_of, write
from appliance.web.admin_tables import to_csv, to_xlsx
from appliance.web.limits import CLAIMS_KEY
from appliance.web.parts import PARTS
from appliance.web.wire import arguments, encode, reply

routes = web.RouteTableDef()


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a student brings: nobody else can open or erase what is theirs."""

    code: str
    pin: str


class Passphrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup is made under."""

    passphrase: str


class Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A backup on the stick, and what opens it."""

    name: str
    passphrase: str


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How tables are written."""

    kind: Literal["csv", "xlsx"]


@routes.post("/api/admin/claim/export")
async def export(request: web.Request) -> web.Response:
    """Everything that is kept under a claim code, as a file."""
    content = await _students(request)
    headers = {hdrs.CONTENT_DISPOSITION: 'attachment; filename="kabil-my-data.json"'}
    return web.Response(body=content, content_type="application/json", headers=headers)


@routes.post("/api/admin/stick/claim")
async def export_to_stick(request: web.Request) -> web.Response:
    """As ``export``, onto the stick."""
    folder = stick_of(request)
    content = await _students(request)
    return await _written(request, folder, f"kabil-my-data-{stamp()}.json", content)


async def _students(request: web.Request) -> bytes:
    asked = await _claim(request)
    found = await request.app[PARTS].parts.store.export(asked.code, asked.pin)
    await note(request, "claim_exported")
    return msgspec.json.format(encode(found), indent=1)


@routes.post("/api/admin/claim/erase")
async def erase(request: web.Request) -> web.Response:
    """Erase everything that is kept under a claim code; the receipt."""
    asked = await _claim(request)
    receipt = await request.app[PARTS].parts.store.erase_claim(asked.code, asked.pin)
    await note(request, "claim_erased")
    return reply(receipt)


@routes.get("/api/admin/stick")
async def stick(request: web.Request) -> web.Response:
    """Whether a stick is plugged in, the backups on it, newest first, and the question files."""
    folder, let_in = request.app[PARTS].stick(), request.app[PARTS].settings.web.usb_export
    if folder is None:
        return reply({"stick": False, "let_in": let_in, "backups": [], "packs": []})
    backups, packs = await asyncio.to_thread(lambda: (backups_on(folder), packs_on(folder)))
    return reply({"stick": True, "let_in": let_in, "backups": backups, "packs": packs})


@routes.post("/api/admin/stick/backup")
async def back_up(request: web.Request) -> web.Response:
    """Write what is kept to the stick, under a passphrase."""
    folder, asked = stick_of(request), await arguments(request, Passphrase)
    require_quiet(request)
    name = f"kabil-backup-{stamp()}.kabil"
    async with request.app[CONSOLE].moving:
        made = await request.app[PARTS].parts.store.back_up_under(asked.passphrase)
        await asyncio.to_thread(move, made, folder / name)
    await note(request, "backed_up")
    return reply({"name": name})


@routes.post("/api/admin/stick/restore")
async def restore(request: web.Request) -> web.Response:
    """Put a backup of the stick in the place of what is kept; the replaced file stays aside for a week."""
    folder, asked = stick_of(request), await arguments(request, Sealed)
    require_quiet(request)
    place = _arrived(request)
    async with request.app[CONSOLE].moving:
        try:
            await asyncio.to_thread(fetch_backup, folder, asked.name, place)
            await _restore(request, place, asked.passphrase)
        finally:
            place.unlink(missing_ok=True)
    return web.Response(status=204)


def _arrived(request: web.Request) -> Path:
    """Where a backup from outside lies while it is opened: a stick may be pulled meanwhile."""
    return request.app[PARTS].settings.data_dir / "backup" / "arrived.kabil"


async def _restore(request: web.Request, place: Path, passphrase: str) -> None:
    store = request.app[PARTS].parts.store
    try:
        await store.restore_under(place, passphrase)
    except ApplianceError as exc:
        await note(request, "restore_refused", code=exc.code)
        raise
    await note(request, "restored")
    await store.housekeep()  # what became overdue since the backup goes at once


@routes.post("/api/admin/stick/tables")
async def tables(request: web.Request) -> web.Response:
    """Write the cohort's figures and the shared results to the stick: one workbook, or a CSV each."""
    folder, asked = stick_of(request), await arguments(request, Kind)
    made = [await table(request, "cohort"), await table(request, "shared")]
    when = stamp()
    if asked.kind == "xlsx":
        files = {f"kabil-tables-{when}.xlsx": to_xlsx(made)}
    else:
        files = {f"kabil-{one.title}-{when}.csv": to_csv(one) for one in made}
    async with request.app[CONSOLE].moving:
        for name, content in files.items():
            await asyncio.to_thread(write, folder / name, content)
    await note(request, "exported", table="both", kind=asked.kind, rows=sum(len(t.rows) for t in made))
    return reply({"name": ", ".join(files)})


async def _written(request: web.Request, folder: Path, name: str, content: bytes) -> web.Response:
    async with request.app[CONSOLE].moving:
        await asyncio.to_thread(write, folder / name, content)
    return reply({"name": name})


async def _claim(request: web.Request) -> Claim:
    request.app[CLAIMS_KEY].take()
    return await arguments(request, Claim)
