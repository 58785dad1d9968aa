"""Camera and microphone tried by staff: opened while nobody is at an interview, closed the moment somebody begins."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from aiohttp import hdrs, web

from appliance.capture.webrtc_peer import WebRtcPeers
from appliance.errors import Invalid, NotFound, WrongState
from appliance.interview.facts import bar
from appliance.interview.state import QUIET
from appliance.metrics import presence
from appliance.speech import microphone_check
from appliance.web.admin_session import require_quiet
from appliance.web.media import SDP_BYTES
from appliance.web.parts import WebParts
from appliance.web.wire import body, reply

LOOK_SECONDS = 0.2
"""how soon the trial is over when somebody begins (our choice)"""
UNWATCHED_SECONDS = 6.0
"""a page that asks no more has gone: the camera is not left open (our choice)"""
SENDER = "console"

routes = web.RouteTableDef()


class Trial:
    """One trial at a time.

    Args:
        parts: the running booth.
    """

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self._peers: WebRtcPeers = parts.peers
        self._resources: set[str] = set()
        self._watching: asyncio.Task[None] | None = None
        self._asked_at = 0.0

    @property
    def running(self) -> bool:
        """Whether the devices are open for it."""
        return self._watching is not None and not self._watching.done()

    def ask(self) -> None:
        """Somebody looks at it; raises ``WrongState("web.no_trial")`` when it is over."""
        if not self.running:
            raise WrongState("web.no_trial", "the trial is over")
        self._asked_at = time.monotonic()

    async def begin(self) -> None:
        """Open both devices."""
        self._asked_at = time.monotonic()
        if self.running:
            return
        parts = self._parts.parts
        await parts.devices.open(microphone=True, camera=True)
        parts.watcher.watch(face=True, posture=False, expression=False)
        self._watching = asyncio.create_task(self._watch(), name="console-trial")

    async def end(self) -> None:
        """Close them."""
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            await self._close()

    async def send(self, offer: str) -> tuple[str, str]:
        """A browser's own camera and microphone, where the booth has none; answer and resource."""
        return self._own(await self._peers.whip(SENDER, offer))

    async def view(self, offer: str) -> tuple[str, str]:
        """The booth's camera as a picture; answer and resource."""
        return self._own(await self._peers.whep(offer))

    async def hang_up(self, resource: str) -> None:
        """End one of its connections; raises ``NotFound("capture.no_such_peer")``."""
        if resource not in self._resources:
            raise NotFound("capture.no_such_peer", "this connection does not exist any more")
        self._resources.discard(resource)
        await self._peers.delete(resource)

    def _own(self, made: tuple[str, str]) -> tuple[str, str]:
        self._resources.add(made[1])
        return made

    async def _watch(self) -> None:
        conductor = self._parts.conductor
        while conductor.state.phase in QUIET and time.monotonic() - self._asked_at < UNWATCHED_SECONDS:
            await asyncio.sleep(LOOK_SECONDS)
        await self._close()

    async def _close(self) -> None:
        parts = self._parts.parts
        parts.watcher.watch(face=False, posture=False, expression=False)
        await parts.devices.close()
        for resource in list(self._resources):
            with suppress(NotFound):
                await self.hang_up(resource)
        self._parts.conductor.facts.forget_faces()

    def found(self) -> dict[str, Any]:
        """What is heard and seen, as the candidate's check step tells it."""
        parts, facts = self._parts.parts, self._parts.conductor.facts
        level = parts.listener.level()
        framing = presence.framing(facts.recent_faces(), ())
        owners, statuses = parts.devices.owners(), parts.devices.statuses()
        return {
            "running": self.running,
            "microphone": {
                "state": str(microphone_check.judge_microphone(level)),
                "level": bar(level.rms_db),
            },
            "framing": framing.framing,
            "light": framing.light,
            "bystander": framing.bystander,
            "devices": {kind: {"owner": owners[kind], "state": str(statuses[kind].state)} for kind in owners},
        }


TRIAL = web.AppKey("trial", Trial)


async def end_with_the_server(app: web.Application) -> AsyncIterator[None]:
    """No device stays open."""
    yield
    await app[TRIAL].end()


@routes.post("/api/admin/trial")
async def begin(request: web.Request) -> web.Response:
    """Open camera and microphone; while the page asks for what is found, they stay open."""
    require_quiet(request)
    await request.app[TRIAL].begin()
    return reply(request.app[TRIAL].found())


@routes.get("/api/admin/trial")
async def found(request: web.Request) -> web.Response:
    """What is heard and seen now."""
    request.app[TRIAL].ask()
    return reply(request.app[TRIAL].found())


@routes.delete("/api/admin/trial")
async def end(request: web.Request) -> web.Response:
    """Close them."""
    await request.app[TRIAL].end()
    return web.Response(status=204)


@routes.post("/api/admin/trial/{way:send|view}")
async def join(request: web.Request) -> web.Response:
    """The page's own devices in, or the booth's picture out (SDP, as WHIP and WHEP)."""
    trial = request.app[TRIAL]
    trial.ask()
    if request.content_type != "application/sdp":
        raise Invalid("web.not_sdp", "an offer of the type application/sdp is needed")
    offer = (await body(request, SDP_BYTES)).decode("utf-8", "replace")
    join = trial.send if request.match_info["way"] == "send" else trial.view
    answer, resource = await join(offer)
    headers = {hdrs.LOCATION: f"/api/admin/trial/peers/{resource}"}
    return web.Response(text=answer, status=201, content_type="application/sdp", headers=headers)


@routes.delete("/api/admin/trial/peers/{resource}")
async def hang_up(request: web.Request) -> web.Response:
    """End a connection."""
    await request.app[TRIAL].hang_up(request.match_info["resource"])
    return web.Response()
