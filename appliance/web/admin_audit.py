"""The audit log, and how far the guided set-up got."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
from aiohttp import web

from appliance.errors import Invalid
from appliance.web.admin_pin import write_private
from appliance.web.admin_session import CONSOLE, note
from appliance.web.parts import PARTS
from appliance.web.wire import arguments, reply

STEPS_FILE = "setup.json"
STEPS = ("language", "devices", "panel", "retention", "notice", "done")
"""after the PIN, which comes before everything"""

routes = web.RouteTableDef()


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the guided set-up stands."""

    step: str


@routes.get("/api/admin/audit")
async def audit(request: web.Request) -> web.Response:
    """What was done, newest first, a page at a time: ``?before=ID`` of the oldest entry shown."""
    before = request.query.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= 18):
        raise Invalid("web.bad_arguments", "before: the id of an entry")
    return reply(await request.app[PARTS].parts.store.audit(int(before) if before else None))


@routes.get("/api/admin/steps")
async def steps(request: web.Request) -> web.Response:
    """The set-up's steps, and the one to go on with."""
    return reply({"steps": STEPS, "step": await asyncio.to_thread(_read, _path(request))})


@routes.put("/api/admin/steps")
async def go_to(request: web.Request) -> web.Response:
    """Remember a step; it is resumed there after a restart, a sign-out or a power cut."""
    asked = await arguments(request, Step)
    if asked.step not in STEPS:
        raise Invalid("web.bad_arguments", f"step: one of {', '.join(STEPS)}")
    async with request.app[CONSOLE].moving:
        await asyncio.to_thread(write_private, _path(request), msgspec.json.encode(asked))
    if asked.step == STEPS[-1]:
        await note(request, "set_up_done")
    return reply({"step": asked.step})


def _path(request: web.Request) -> Path:
    return request.app[PARTS].settings.data_dir / STEPS_FILE


def _read(path: Path) -> str:
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Step).step
    except (OSError, msgspec.DecodeError):
        return STEPS[0]
    return kept if kept in STEPS else STEPS[0]
