"""Data in the staff's hands: a student's own by claim code and PIN, backups and tables on the USB stick."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import msgspec
from aiohttp import hdrs, web

from appliance.errors import Busy, Invalid, NotFound
from appliance.interview.state import QUIET
from appliance.web.admin_figures import table
from appliance.web.admin_session import CONSOLE, note
from appliance.web.admin_stick import BACKUP, Name, backups_on, copy, packs_on, stick_of, write
from appliance.web.admin_tables import to_xlsx
from appliance.web.limits import CLAIMS_KEY
from appliance.web.parts import PARTS
from appliance.web.wire import arguments, encode, reply

routes = web.RouteTableDef()


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a student brings: nobody else can open or erase what is theirs."""

    code: str
    pin: str


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
    """Whether a stick is plugged in, the backups on it, newest first, and the question files."""
    folder = request.app[PARTS].stick()
    if folder is None:
        return reply({"stick": False, "backups": [], "packs": []})
    backups, packs = await asyncio.to_thread(lambda: (backups_on(folder), packs_on(folder)))
    return reply({"stick": True, "backups": backups, "packs": packs})


@routes.post("/api/admin/stick/backup")
async def back_up(request: web.Request) -> web.Response:
    """Write an encrypted copy of what is kept to the stick."""
    folder = stick_of(request)
    _require_quiet(request)
    name = f"kabil-backup-{datetime.now(UTC):%Y%m%d-%H%M%S}.db"
    async with request.app[CONSOLE].moving:
        made = await request.app[PARTS].parts.store.back_up()
        await asyncio.to_thread(copy, made, folder / name)
    await note(request, "backed_up")
    return reply({"name": name})


@routes.post("/api/admin/stick/restore")
async def restore(request: web.Request) -> web.Response:
    """Put a backup of the stick in the place of what is kept; the replaced file stays aside for a week."""
    asked, folder = await arguments(request, Name), stick_of(request)
    if not BACKUP.fullmatch(asked.name):
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
    folder = stick_of(request)
    made = [await table(request, "cohort"), await table(request, "shared")]
    name = f"kabil-tables-{datetime.now(UTC):%Y%m%d-%H%M%S}.xlsx"
    async with request.app[CONSOLE].moving:
        await asyncio.to_thread(write, folder / name, to_xlsx(made))
    await note(request, "exported", table="both", kind="xlsx", rows=sum(len(t.rows) for t in made))
    return reply({"name": name})


async def _claim(request: web.Request) -> Claim:
    request.app[CLAIMS_KEY].take()
    return await arguments(request, Claim)


def _require_quiet(request: web.Request) -> None:
    """An interview in progress may never be kept, so no copy is made of it and none is put over it."""
    if request.app[PARTS].conductor.state.phase not in QUIET:
        raise Busy("web.in_use", "somebody is at an interview; try again afterwards")
