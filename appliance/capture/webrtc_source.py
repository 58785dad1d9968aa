"""A browser's camera and microphone: tracks of a peer come and go beneath them."""

from __future__ import annotations

import threading
import time
from typing import Any

from appliance.capture.arrival_clock import ArrivalClock
from appliance.capture.picture import Pace, upright_rgb
from appliance.capture.sound import SoundPath
from appliance.capture.source import Camera, ChunkCallback, FrameCallback, Microphone, Source
from appliance.messages import SourceState, VideoFrame
from appliance.runtime.streams import Latest
from appliance.settings import Capture


class _PeerSource(Source):
    """The common part: starting until a browser sends, lost when it went away."""

    def __init__(self, stall_seconds: float) -> None:
        super().__init__(stall_seconds)
        self._attached = False
        self.detail = "waiting for a browser"
        self._clock = ArrivalClock()

    def attach(self) -> None:
        """A browser begins to send."""
        if self._lost is not None:
            self.reopened_count += 1
        self._attached, self._clock, self.detail = True, ArrivalClock(), "a browser"
        self._lost, self._last_at = None, None
        if self.is_open:
            self._mark_opened()

    def detach(self, reason: str) -> None:
        """The browser went away."""
        if self._attached:
            self._attached, self.detail = False, reason
            if self.is_open:
                self._mark_lost(reason)

    def _state(self, now: float) -> SourceState:
        state = super()._state(now)
        return SourceState.STARTING if state is SourceState.STALLED and not self._attached else state

    def _time_of(self, frame: Any, seconds: float) -> float:
        """The capture clock of a received frame's beginning."""
        self._mark_fresh()
        return self._clock.time_of(float(frame.pts * frame.time_base) + seconds, time.monotonic()) - seconds


class WebRtcMicrophone(_PeerSource, Microphone):
    """The sound of a browser; chunks are given on the loop."""

    name = "webrtc"

    def __init__(self, capture: Capture) -> None:
        super().__init__(capture.stall_seconds)
        self._on_chunk: ChunkCallback | None = None
        self._sound = SoundPath()

    async def open(self, on_chunk: ChunkCallback) -> None:
        """Give chunks from now on, as soon as a browser sends."""
        self._on_chunk, self._sound = on_chunk, SoundPath()
        self._mark_opened()

    async def close(self) -> None:
        """Give no more; the browser may go on sending."""
        self._on_chunk = None
        self._mark_closed()

    def take(self, frame: Any) -> None:
        """A decoded frame of sound; on the loop."""
        if (callback := self._on_chunk) is None:
            return
        t = self._time_of(frame, frame.samples / frame.sample_rate)
        for chunk in self._sound.feed(frame, t):
            callback(chunk)


class WebRtcCamera(_PeerSource, Camera):
    """The pictures of a browser; made RGB and given on a thread of its own, the newest first."""

    name = "webrtc"

    def __init__(self, capture: Capture) -> None:
        super().__init__(capture.stall_seconds)
        self._capture = capture
        self._pace = Pace(capture.frame_rate_hz)
        self._newest: Latest[tuple[Any, float]] | None = None
        self._last_t = 0.0

    async def open(self, on_frame: FrameCallback) -> None:
        """Give frames from now on, as soon as a browser sends."""
        await self.close()
        self._newest = Latest()
        self._mark_opened()
        threading.Thread(
            target=self._give, args=(self._newest, on_frame), name="camera-webrtc", daemon=True
        ).start()

    async def close(self) -> None:
        """Give no more; the browser may go on sending."""
        self._mark_closed()
        if self._newest is not None:
            self._newest.close()
            self._newest = None

    def take(self, frame: Any) -> None:
        """A decoded picture; on the loop."""
        if (newest := self._newest) is None:
            return
        self._last_t = t = max(self._last_t, self._time_of(frame, 0.0))
        if self._pace.wants(t):
            newest.put((frame, t))
            self.dropped_count = newest.skipped_count

    def _give(self, newest: Latest[tuple[Any, float]], on_frame: FrameCallback) -> None:
        box = (self._capture.width_px, self._capture.height_px)
        while (item := newest.take()) is not None:
            frame, t = item
            rgb = upright_rgb(frame, box)
            if self._newest is newest:
                on_frame(VideoFrame(rgb, t))
            del item, frame, rgb  # no picture stays behind in a waiting thread
