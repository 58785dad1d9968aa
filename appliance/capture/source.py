"""What a camera or a microphone is, and the disabled ones.

A source pushes what it captured to one callback, from whatever thread it likes; the callback never blocks.
Its truth is the age of its last frame or chunk, never "it still runs" (a frozen camera raises nothing).
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from appliance.messages import AudioChunk, SourceState, SourceStatus, VideoFrame

FrameCallback = Callable[[VideoFrame], None]
ChunkCallback = Callable[[AudioChunk], None]

START_SECONDS = 5.0
"""our choice: patience with the first frame or chunk of a device that was just opened"""


class Source(ABC):
    """Common to cameras and microphones: opened, closed, and able to say how it is."""

    name: str
    """"picamera2", "v4l2", "sounddevice", "webrtc", "replay" or "disabled" """

    def __init__(self, stall_seconds: float = 2.0) -> None:
        self._stall_seconds = stall_seconds
        self._opened_at: float | None = None
        self._last_at: float | None = None
        self._lost: str | None = None
        self.dropped_count = 0
        """frames or chunks that could not be taken since the start"""
        self.reopened_count = 0
        """how often a lost or stalled device came back, for ``/health``"""
        self.detail = ""

    @property
    def is_open(self) -> bool:
        """Opened and not closed; says nothing of whether anything comes."""
        return self._opened_at is not None

    @abstractmethod
    async def close(self) -> None:
        """End capturing and free the device; safe to call twice."""

    async def check(self) -> None:  # noqa: B027 - most sources have nothing to look for
        """Look for what age does not show, such as sound that now comes from elsewhere; may mark it lost."""

    def status(self, now: float | None = None) -> SourceStatus:
        """How the source is; ``now`` in monotonic seconds."""
        now = time.monotonic() if now is None else now
        age = None if self._last_at is None else now - self._last_at
        told = self._lost or self.detail
        return SourceStatus(self.name, self._state(now), age, self.dropped_count, told, self.reopened_count)

    def _state(self, now: float) -> SourceState:
        if self._lost is not None:
            return SourceState.LOST
        if self._opened_at is None:
            return SourceState.DISABLED
        if self._last_at is None:
            patience = max(START_SECONDS, self._stall_seconds)
            return SourceState.STALLED if now - self._opened_at > patience else SourceState.STARTING
        return SourceState.STALLED if now - self._last_at > self._stall_seconds else SourceState.LIVE

    def _mark_opened(self) -> None:
        self._opened_at, self._last_at, self._lost = time.monotonic(), None, None

    def _mark_fresh(self) -> None:
        self._last_at = time.monotonic()

    def _mark_lost(self, reason: str) -> None:
        self._lost = reason

    def _mark_closed(self) -> None:
        self._opened_at = self._last_at = self._lost = None


class Camera(Source):
    """A source of upright RGB frames."""

    @abstractmethod
    async def open(self, on_frame: FrameCallback) -> None:
        """Begin; raises ``Unavailable("capture.camera_…")`` when the device cannot be had."""


class Microphone(Source):
    """A source of 16 kHz mono s16 chunks of 10 to 100 ms."""

    @abstractmethod
    async def open(self, on_chunk: ChunkCallback) -> None:
        """Begin; raises ``Unavailable("capture.microphone_…")`` when the device cannot be had."""


class DisabledCamera(Camera):
    """No camera: never a frame."""

    name = "disabled"

    async def open(self, on_frame: FrameCallback) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""


class DisabledMicrophone(Microphone):
    """No microphone: never a chunk."""

    name = "disabled"

    async def open(self, on_chunk: ChunkCallback) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""
