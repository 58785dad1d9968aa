"""Browsers by WebRTC: WHIP in (their camera and microphone), WHEP out (our self-view); never a STUN server.

The only file that imports aiortc and aioice. Source: RFC 9725 (WHIP), draft-ietf-wish-whep.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import aioice.ice
import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from appliance.capture.patience import tell
from appliance.capture.webrtc_offer import check, without_candidates
from appliance.capture.webrtc_source import WebRtcCamera, WebRtcMicrophone
from appliance.errors import Busy, Invalid, NotFound
from appliance.messages import VideoFrame
from appliance.settings import Capture

log = logging.getLogger(__name__)

FRESH_SECONDS = 1.0
"""our choice: a browser that sent within this time is there; a second one must not push it out"""
YIELD_SECONDS = 1.5
"""our choice: a second browser waits so long for the first to fall silent (a page that was loaded anew)"""
VANISH_SECONDS = 5.0
"""our choice: a browser that sent nothing for so long has gone"""
JOIN_SECONDS = 15.0
"""our choice: a browser that has not sent anything so long after its offer never will"""
CLOSE_SECONDS = 5.0
VIEWERS = 2
"""our choice: self-views at once; a further one replaces the oldest"""
_LOOK_SECONDS = 0.25
_VIDEO_CLOCK_HZ = 90_000


_found_addresses: Callable[..., list[str]] = aioice.ice.get_host_addresses


def use_addresses(loopback_only: bool) -> None:
    """Say which of this machine's addresses ICE uses.

    RFC 8445 section 5.1.1.1 leaves loopback addresses out, and aioice does so; a booth without any network would
    then have no candidate at all and never connect. So 127.0.0.1 is used where there is nothing else, and alone
    where the booth serves only itself: then no socket is open to the network.
    """

    def get_host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        found = [] if loopback_only else _found_addresses(use_ipv4, use_ipv6)
        return found or ["127.0.0.1"]

    aioice.ice.get_host_addresses = get_host_addresses


class WebRtcPeers:
    """All browsers that are connected: one that sends, a few that watch.

    Used on the event loop, but for ``show``.

    Args:
        capture: sizes, frame rate and stall time.
        loopback_only: browsers of this machine alone; false where a second screen may be on the network.
    """

    def __init__(self, capture: Capture, loopback_only: bool = True) -> None:
        use_addresses(loopback_only)
        self._capture = capture
        self._peers: dict[str, _Peer] = {}
        self.camera = WebRtcCamera(capture)
        self.microphone = WebRtcMicrophone(capture)

    def show(self, frame: VideoFrame) -> None:
        """The newest picture for the self-views; from any thread, never waits."""
        for peer in tuple(self._peers.values()):
            if isinstance(peer, _Viewer):
                peer.view.offer(frame)

    async def whip(self, session_id: str, offer_sdp: str) -> tuple[str, str]:
        """Take a browser's camera and microphone; the same session's last browser is replaced.

        Returns:
            The answer's SDP and the id of the resource for ``delete``.

        Raises:
            Invalid: "capture.bad_offer".
            Busy: "capture.webrtc_busy" while the browser of another session sends.
        """
        check(offer_sdp)
        await self._wait_for_room(session_id)
        sender = _Sender(session_id, self.camera, self.microphone)
        answer = await sender.answer(offer_sdp)
        while (last := self._sender()) is not None:
            self._forget(last)
            await last.close()
        return answer, self._keep(sender)

    async def whep(self, offer_sdp: str) -> tuple[str, str]:
        """Send a browser the self-view.

        Returns:
            The answer's SDP and the id of the resource for ``delete``.

        Raises:
            Invalid: "capture.bad_offer".
        """
        check(offer_sdp)
        viewers = [key for key, peer in self._peers.items() if isinstance(peer, _Viewer)]
        for key in viewers[: len(viewers) - VIEWERS + 1]:
            await self.delete(key)
        viewer = _Viewer(self._capture.frame_rate_hz)
        return await viewer.answer(offer_sdp), self._keep(viewer)

    async def delete(self, resource_id: str) -> None:
        """End a connection.

        Raises:
            NotFound: "capture.no_such_peer".
        """
        peer = self._peers.pop(resource_id, None)
        if peer is None:
            raise NotFound("capture.no_such_peer", "this connection does not exist any more")
        await peer.close()

    async def close(self) -> None:
        """End all connections."""
        peers, self._peers = list(self._peers.values()), {}
        await asyncio.gather(*(peer.close() for peer in peers))

    async def _wait_for_room(self, session_id: str) -> None:
        """Give the sender of another session a moment to show that it has gone."""
        deadline = time.monotonic() + YIELD_SECONDS
        while (sender := self._sender()) is not None and sender.session_id != session_id and sender.fresh:
            if time.monotonic() > deadline:
                raise Busy("capture.webrtc_busy", "another browser is sending")
            await asyncio.sleep(_LOOK_SECONDS)

    def _sender(self) -> _Sender | None:
        return next((peer for peer in self._peers.values() if isinstance(peer, _Sender)), None)

    def _keep(self, peer: _Peer) -> str:
        resource_id = secrets.token_urlsafe(16)
        self._peers[resource_id] = peer
        peer.begin(lambda: self._forget(peer))
        return resource_id

    def _forget(self, peer: _Peer) -> None:
        self._peers = {key: other for key, other in self._peers.items() if other is not peer}


class _Peer:
    """One connection and its tasks."""

    def __init__(self) -> None:
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._tasks: set[asyncio.Task[None]] = set()
        self._began = time.monotonic()

    @property
    def gone(self) -> bool:
        """The other side will not come, or has left."""
        state = self._connection.connectionState
        late = time.monotonic() - self._began > JOIN_SECONDS
        return state in ("failed", "closed", "disconnected") or (state != "connected" and late)

    def prepare(self) -> None:
        """Add what we send, once the offer is known."""

    async def answer(self, offer_sdp: str) -> str:
        """The answer to an offer; the connection is closed when there is none."""
        offer = RTCSessionDescription(without_candidates(offer_sdp), "offer")
        try:
            await self._connection.setRemoteDescription(offer)
            self.prepare()
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except BaseException as exc:  # aiortc raises a dozen unrelated classes for SDP it cannot read
            await self.close()
            if not isinstance(exc, Exception):
                raise
            raise Invalid("capture.bad_offer", f"the offer cannot be answered: {type(exc).__name__}") from exc
        return str(self._connection.localDescription.sdp)

    def begin(self, forget: Callable[[], None]) -> None:
        """Begin to take or give; close by itself when the other side has gone."""
        self._start(self._watch(forget), "webrtc-watch")

    async def close(self) -> None:
        """End the connection and its tasks."""
        tasks = self._tasks - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._connection.close()

    async def _watch(self, forget: Callable[[], None]) -> None:
        while not self.gone:
            await asyncio.sleep(_LOOK_SECONDS)
        forget()
        await self.close()

    def _start(self, work: Any, name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Sender(_Peer):
    """A browser that sends its camera and microphone."""

    def __init__(self, session_id: str, camera: WebRtcCamera, microphone: WebRtcMicrophone) -> None:
        super().__init__()
        self.session_id = session_id
        self._sources: dict[str, WebRtcMicrophone | WebRtcCamera] = {"audio": microphone, "video": camera}
        self._taken: set[str] = set()
        self._last_at: float | None = None
        self._closed = False

    @property
    def fresh(self) -> bool:
        """It sent something just now, or may be about to."""
        return time.monotonic() - (self._last_at or self._began) < FRESH_SECONDS

    @property
    def gone(self) -> bool:
        """Nothing came for a while, whatever the connection says."""
        silent = self._last_at is not None and time.monotonic() - self._last_at > VANISH_SECONDS
        return silent or super().gone

    def begin(self, forget: Callable[[], None]) -> None:
        """Take the first track of each kind."""
        super().begin(forget)
        for transceiver in self._connection.getTransceivers():
            track = transceiver.receiver.track
            if track is not None and track.kind not in self._taken:
                self._taken.add(track.kind)
                self._sources[track.kind].attach()
                self._start(self._receive(track, self._sources[track.kind]), f"webrtc-{track.kind}")

    async def close(self) -> None:
        """End; its sources are lost until another browser comes."""
        if not self._closed:
            self._closed = True
            for kind in self._taken:
                self._sources[kind].detach("the browser went away")
        await super().close()

    async def _receive(self, track: MediaStreamTrack, source: WebRtcCamera | WebRtcMicrophone) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                self._last_at = time.monotonic()
                source.take(frame)


class _Viewer(_Peer):
    """A browser that watches the self-view."""

    def __init__(self, frame_rate_hz: float) -> None:
        super().__init__()
        self.view = _SelfView(frame_rate_hz)

    def prepare(self) -> None:
        """Send the self-view."""
        self._connection.addTrack(self.view)


class _SelfView(MediaStreamTrack):
    """The newest picture of the booth's camera, as a track."""

    kind = "video"

    def __init__(self, frame_rate_hz: float) -> None:
        super().__init__()
        self._home = asyncio.get_running_loop()
        self._period = 1.0 / frame_rate_hz
        self._newest: VideoFrame | None = None
        self._fresh = asyncio.Event()
        self._began: float | None = None
        self._due = 0.0

    def offer(self, frame: VideoFrame) -> None:
        """A newer picture; from any thread."""
        tell(self._home, self._take, frame)

    def _take(self, frame: VideoFrame) -> None:
        self._newest = frame
        self._fresh.set()

    async def recv(self) -> av.VideoFrame:
        """The newest picture, not more often than the frame rate."""
        await asyncio.sleep(max(0.0, self._due - time.monotonic()))
        await self._fresh.wait()
        self._fresh.clear()
        now = time.monotonic()
        self._due = now + 0.9 * self._period  # pictures come evenly: a shorter wait misses none
        self._began = self._began if self._began is not None else now
        newest, self._newest = self._newest, None  # no picture stays behind when the camera is closed
        assert newest is not None
        frame = av.VideoFrame.from_ndarray(newest.rgb, format="rgb24")
        frame.pts = round((now - self._began) * _VIDEO_CLOCK_HZ)
        frame.time_base = Fraction(1, _VIDEO_CLOCK_HZ)
        return frame
