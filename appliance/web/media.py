"""WHIP and WHEP: the page's camera and microphone in, the self-view out, and the end of both with their phase.

Source: RFC 9725 (WHIP), draft-ietf-wish-whep. No trickling: PATCH is refused (405), as RFC 9725 section 4.3.2 allows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import hdrs, web

from appliance.capture.webrtc_peer import WebRtcPeers
from appliance.errors import Busy, Invalid, NotFound, WrongState
from appliance.interview.state import Phase
from appliance.web.parts import PARTS, SESSIONS, WebParts
from appliance.web.security import GUARD
from appliance.web.wire import body

log = logging.getLogger(__name__)
SDP_BYTES = 64_000
"""an offer of a browser has about 6 kB (our choice)"""

routes = web.RouteTableDef()


class MediaDoor:
    """Which connection belongs to whom; closes them when their time is over.

    Args:
        peers: the connections.
    """

    def __init__(self, peers: WebRtcPeers) -> None:
        self._peers = peers
        self._owners: dict[str, tuple[str, bool]] = {}
        """resource -> ("whip" or "whep", of the page)"""

    async def whip(self, session_id: str, offer: str, *, of_page: bool) -> tuple[str, str]:
        """Take camera and microphone; the answer and the resource."""
        answer, resource = await self._peers.whip(session_id, offer)
        self._owners[resource] = ("whip", of_page)
        return answer, resource

    async def whep(self, offer: str, *, of_page: bool) -> tuple[str, str]:
        """Send the self-view; the answer and the resource."""
        answer, resource = await self._peers.whep(offer)
        self._owners[resource] = ("whep", of_page)
        return answer, resource

    async def delete(self, resource: str, *, of_page: bool) -> None:
        """End a connection; one cannot end another's. Raises ``NotFound("capture.no_such_peer")``."""
        _, owned_by_page = self._owners.get(resource, ("", of_page))
        if owned_by_page != of_page:
            raise NotFound("capture.no_such_peer", "this connection does not exist any more")
        self._owners.pop(resource, None)
        await self._peers.delete(resource)

    async def entered(self, phase: Phase, *, busy: bool) -> None:
        """End what does not belong: the self-view outside the check, a program's when a candidate comes."""
        for resource, (kind, of_page) in list(self._owners.items()):
            is_late = kind == "whep" and of_page and phase is not Phase.CHECK
            if is_late or of_page is not busy:
                with suppress(NotFound):
                    await self.delete(resource, of_page=of_page)


DOOR = web.AppKey("door", MediaDoor)


async def watch_phases(app: web.Application) -> AsyncIterator[None]:
    """While the server runs: follow the phases, then close all connections."""
    following = asyncio.create_task(_follow(app[PARTS], app[DOOR]), name="media")
    yield
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await app[PARTS].peers.close()


async def _follow(parts: WebParts, door: MediaDoor) -> None:
    _, changes = parts.conductor.subscribe()
    try:
        async for change in changes:
            if "phase" in change or changes.lagged:
                changes.lagged = False
                await door.entered(parts.conductor.state.phase, busy=parts.conductor.busy)
    finally:
        parts.conductor.unsubscribe(changes)


@routes.post("/whip/{session_id}")
async def whip(request: web.Request) -> web.Response:
    """A browser's camera and microphone, for the interview in the booth or a session of the platform."""
    session_id, of_page = request.match_info["session_id"], request.app[GUARD].has_cookie(request)
    _check_whip(request, session_id, of_page)
    answer, resource = await request.app[DOOR].whip(session_id, await _offer(request), of_page=of_page)
    return _created(answer, f"/whip/{session_id}/{resource}")


@routes.post("/whep")
async def whep(request: web.Request) -> web.Response:
    """The self-view: of the candidate in the check only, and to the page only."""
    conductor, of_page = request.app[PARTS].conductor, request.app[GUARD].has_cookie(request)
    if conductor.busy and not of_page:
        raise Busy("interview.busy", "a candidate is in the booth")
    if conductor.busy and conductor.state.phase is not Phase.CHECK:
        raise WrongState("interview.wrong_phase", "the self-view is for the check")
    answer, resource = await request.app[DOOR].whep(await _offer(request), of_page=of_page)
    return _created(answer, f"/whep/{resource}")


@routes.delete("/whip/{session_id}/{resource}")
@routes.delete("/whep/{resource}")
async def hang_up(request: web.Request) -> web.Response:
    """End a connection."""
    of_page = request.app[GUARD].has_cookie(request)
    await request.app[DOOR].delete(request.match_info["resource"], of_page=of_page)
    return web.Response()


def _check_whip(request: web.Request, session_id: str, of_page: bool) -> None:
    conductor = request.app[PARTS].conductor
    if not conductor.busy:
        request.app[SESSIONS].get(session_id)
        return
    if not of_page:
        raise Busy("interview.busy", "a candidate is in the booth")
    if session_id != conductor.session_id:
        raise NotFound("interview.unknown_session", "there is no such interview")
    if "page" not in request.app[PARTS].parts.devices.owners().values():
        raise WrongState("capture.not_the_pages", "this booth has its own camera and microphone")


async def _offer(request: web.Request) -> str:
    if request.content_type != "application/sdp":
        raise Invalid("web.not_sdp", "an offer of the type application/sdp is needed")
    try:
        return (await body(request, SDP_BYTES)).decode()
    except UnicodeDecodeError as exc:
        raise Invalid("web.not_sdp", "an SDP offer is text") from exc


def _created(answer: str, location: str) -> web.Response:
    headers = {hdrs.LOCATION: location}
    return web.Response(text=answer, status=201, content_type="application/sdp", headers=headers)
