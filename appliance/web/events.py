"""The websocket of the page: the whole state at first, then what changed; a slow reader starts anew."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiohttp import web

from appliance.interview.conductor import Conductor
from appliance.interview.view import Wire
from appliance.runtime.streams import Subscription
from appliance.web.limits import PLACES_KEY
from appliance.web.parts import PARTS
from appliance.web.wire import encode

PING_SECONDS = 5.0
"""docs/wire.md"""
SEND_SECONDS = 10.0
"""a page that takes nothing for so long is gone (our choice)"""
MAX_MESSAGE_BYTES = 4_096
"""the page sends nothing here"""

routes = web.RouteTableDef()


@routes.get("/api/kiosk/events")
async def events(request: web.Request) -> web.WebSocketResponse:
    """Everything that the page shows."""
    with request.app[PLACES_KEY].one_more("events"):
        socket = web.WebSocketResponse(heartbeat=PING_SECONDS, max_msg_size=MAX_MESSAGE_BYTES, compress=False)
        await socket.prepare(request)
        conductor = request.app[PARTS].conductor
        state, changes = conductor.subscribe()
        try:
            await _serve(socket, conductor, state, changes)
        finally:
            conductor.unsubscribe(changes)
        return socket


async def _serve(
    socket: web.WebSocketResponse, conductor: Conductor, state: Wire, changes: Subscription[Wire]
) -> None:
    sending = asyncio.create_task(_send_all(socket, conductor, state, changes), name="events")
    listening = asyncio.create_task(_listen(socket), name="events-close")
    try:
        await asyncio.wait({sending, listening}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sending.cancel()
        listening.cancel()
        await asyncio.gather(sending, listening, return_exceptions=True)
    with suppress(TimeoutError):
        async with asyncio.timeout(SEND_SECONDS):
            await socket.close()


async def _send_all(
    socket: web.WebSocketResponse, conductor: Conductor, state: Wire, changes: Subscription[Wire]
) -> None:
    await _send(socket, {**state, "reset": True})
    while True:
        change = await changes.get()
        if changes.lagged:
            changes.lagged = False
            change = {**conductor.snapshot(), "reset": True}
        await _send(socket, change)


async def _send(socket: web.WebSocketResponse, message: Wire) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await socket.send_str(encode(message).decode())


async def _listen(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        pass  # nothing is said here; reading answers pings and learns of the end
