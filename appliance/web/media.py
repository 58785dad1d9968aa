"""WHIP and WHEP: the page's camera and microphone in, the self-view out, and the end of both with their phase.

Source: RFC 9725 (WHIP), draft-ietf-wish-whep. No trickling: PATCH is refused (405), as RFC 9725 section 4.3.2 allows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import hdrs, web

from appliance.capture.webrtc_peer import WebRtcPeers
from appliance.errors import Busy, Invalid, NotFound, WrongState
from appliance.interview.platform_feed import PlatformFeed
from appliance.interview.state import Phase
from appliance.web.parts import PARTS, SESSIONS, WebParts
from appliance.web.security import GUARD
from appliance.web.wire import body

log = logging.getLogger(__name__)
SDP_BYTES = 64_000
"""an offer of a browser has about 6 kB (our choice)"""

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Owned:
    """A connection that somebody has."""

    kind: str
    """"whip" or "whep" """
    of_candidate: bool
    """of the interview in the booth, else of a program"""


class MediaDoor:
    """Which connection belongs to whom; closes them when their time is over.

    Args:
        peers: the connections.
    """

    def __init__(self, peers: WebRtcPeers) -> None:
        self._peers = peers
        self._owned: dict[str, Owned] = {}
        self._feed: asyncio.Task[None] | None = None
        """takes what a session of the platform sends; there is one sender at most"""

    async def whip(self, session_id: str, offer: str, feed: PlatformFeed | None) -> tuple[str, str]:
        """Take camera and microphone; the answer and the resource.

        Args:
            session_id: whose.
            offer: SDP.
            feed: where sound and pictures go; None: to the interview in the booth.
        """
        answer, resource = await self._peers.whip(session_id, offer)
        self._owned[resource] = Owned("whip", of_candidate=feed is None)
        if feed is not None:
            await self._end_feed()
            await self._peers.microphone.open(feed.take_sound)
            await self._peers.camera.open(feed.take_picture)
            self._feed = asyncio.create_task(feed.run(), name="platform-feed")
        return answer, resource

    async def whep(self, offer: str, *, of_candidate: bool) -> tuple[str, str]:
        """Send the self-view; the answer and the resource."""
        answer, resource = await self._peers.whep(offer)
        self._owned[resource] = Owned("whep", of_candidate)
        return answer, resource

    async def delete(self, resource: str, *, by_page: bool = True) -> None:
        """End a connection; a candidate's only by the page. Raises ``NotFound("capture.no_such_peer")``."""
        owned = self._owned.get(resource)
        if owned is None or (owned.of_candidate and not by_page):
            raise NotFound("capture.no_such_peer", "this connection does not exist any more")
        del self._owned[resource]
        if owned.kind == "whip" and not owned.of_candidate:
            await self._end_feed()
        await self._peers.delete(resource)

    async def entered(self, phase: Phase, *, busy: bool) -> None:
        """End what does not belong: the self-view outside the check, a program's when a candidate comes."""
        for resource, owned in list(self._owned.items()):
            is_late = owned.kind == "whep" and owned.of_candidate and phase is not Phase.CHECK
            if is_late or owned.of_candidate is not busy:
                with suppress(NotFound):
                    await self.delete(resource)

    async def close(self) -> None:
        """End everything."""
        await self._end_feed()
        await self._peers.close()

    async def _end_feed(self) -> None:
        feed, self._feed = self._feed, None
        if feed is None:
            return
        await self._peers.microphone.close()
        await self._peers.camera.close()
        feed.cancel()
        await asyncio.gather(feed, return_exceptions=True)


DOOR = web.AppKey("door", MediaDoor)


async def watch_phases(app: web.Application) -> AsyncIterator[None]:
    """While the server runs: follow the phases, then close all connections."""
    following = asyncio.create_task(_follow(app[PARTS], app[DOOR]), name="media")
    yield
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await app[DOOR].close()


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
    session_id = request.match_info["session_id"]
    feed = _feed(request, session_id)
    answer, resource = await request.app[DOOR].whip(session_id, await _offer(request), feed)
    return _created(answer, f"/whip/{session_id}/{resource}")


@routes.post("/whep")
async def whep(request: web.Request) -> web.Response:
    """The self-view: of the candidate in the check only, and to the page only."""
    conductor = request.app[PARTS].conductor
    if conductor.busy:
        _refuse_programs(request)
        if conductor.state.phase is not Phase.CHECK:
            raise WrongState("interview.wrong_phase", "the self-view is for the check")
    answer, resource = await request.app[DOOR].whep(await _offer(request), of_candidate=conductor.busy)
    return _created(answer, f"/whep/{resource}")


@routes.delete("/whip/{session_id}/{resource}")
@routes.delete("/whep/{resource}")
async def hang_up(request: web.Request) -> web.Response:
    """End a connection."""
    by_page = request.app[GUARD].has_cookie(request)
    await request.app[DOOR].delete(request.match_info["resource"], by_page=by_page)
    return web.Response()


def _feed(request: web.Request, session_id: str) -> PlatformFeed | None:
    """Where to: None, the interview in the booth."""
    parts = request.app[PARTS]
    if not parts.conductor.busy:
        return PlatformFeed(request.app[SESSIONS], session_id, parts.parts.watcher)
    _refuse_programs(request)
    if session_id != parts.conductor.session_id:
        raise NotFound("interview.unknown_session", "there is no such interview")
    if "page" not in parts.parts.devices.owners().values():
        raise WrongState("capture.not_the_pages", "this booth has its own camera and microphone")
    return None


def _refuse_programs(request: web.Request) -> None:
    if not request.app[GUARD].has_cookie(request):
        raise Busy("interview.busy", "a candidate is in the booth")


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
