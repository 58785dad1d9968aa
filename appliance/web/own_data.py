"""What is kept of a student, in the student's own hands: by claim code and PIN, from a booth where nobody sits."""

from __future__ import annotations

import asyncio

import msgspec
from aiohttp import web

from appliance.errors import Busy
from appliance.web.admin_stick import stamp, stick_of, write
from appliance.web.limits import CLAIMS_KEY
from appliance.web.parts import PARTS
from appliance.web.wire import arguments, encode, reply

routes = web.RouteTableDef()


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the student brings."""

    code: str
    pin: str


@routes.post("/api/kiosk/own/export")
async def export(request: web.Request) -> web.Response:
    """Everything that is kept under a claim code."""
    return reply(await _kept(request))


@routes.post("/api/kiosk/own/stick")
async def to_stick(request: web.Request) -> web.Response:
    """The same, as a file on the USB stick; its name."""
    folder = stick_of(request)
    content = msgspec.json.format(encode(await _kept(request)), indent=1)
    place = folder / f"kabil-my-data-{stamp()}.json"
    await asyncio.to_thread(write, place, content)
    return reply({"name": place.name})


@routes.post("/api/kiosk/own/erase")
async def erase(request: web.Request) -> web.Response:
    """Erase everything that is kept under a claim code; the receipt."""
    asked = await _asked(request)
    return reply(await request.app[PARTS].parts.store.erase_claim(asked.code, asked.pin))


async def _kept(request: web.Request) -> dict[str, object]:
    asked = await _asked(request)
    return await request.app[PARTS].parts.store.export(asked.code, asked.pin)


async def _asked(request: web.Request) -> Claim:
    """Raises ``Busy("interview.busy")`` while a candidate is in the booth: the screen is theirs."""
    asked = await arguments(request, Claim)
    request.app[CLAIMS_KEY].take()  # codes cannot be guessed by trying them
    if request.app[PARTS].conductor.busy:
        raise Busy("interview.busy", "a candidate is in the booth")
    return asked
