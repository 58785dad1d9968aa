"""A camera or microphone that nobody named: the browser's, until one is attached to the box.

Each opening looks anew, so that a device plugged in late is taken up by the next interview. One that was
attached once stays chosen: without it the interview waits for it to come back, and says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from appliance.capture.patience import patiently
from appliance.capture.source import Camera, ChunkCallback, FrameCallback, Microphone, Source
from appliance.messages import SourceStatus

LOOK_SECONDS = 3.0
"""our choice; less than the booth's patience with an opening"""
S = TypeVar("S", bound=Source)


class _Auto(Source, Generic[S]):
    """The common part of the two below.

    Args:
        look: finds the attached device, or None; may block, so it runs on a thread.
        other: the browser's device, or the disabled one.
    """

    def __init__(self, look: Callable[[], S | None], other: S) -> None:
        super().__init__()
        self._look = look
        self._attached = look()
        self._other = other

    @property
    def name(self) -> str:  # type: ignore[override]
        """Of what is chosen now."""
        return self._chosen.name

    @property
    def _chosen(self) -> S:
        return self._attached or self._other

    @property
    def is_open(self) -> bool:
        """Opened and not closed."""
        return self._chosen.is_open

    async def _open(self, opening: Callable[[S], Awaitable[None]]) -> None:
        if self._attached is None:
            try:
                self._attached = await patiently(self._look, LOOK_SECONDS, "devices-look")
            except TimeoutError:
                self._attached = None  # a driver that does not answer: the browser's, as before
        await opening(self._chosen)

    async def close(self) -> None:
        """Close what was opened."""
        await self._chosen.close()

    async def check(self) -> None:
        """As the chosen one does."""
        await self._chosen.check()

    def status(self, now: float | None = None) -> SourceStatus:
        """Of what is chosen now."""
        return self._chosen.status(now)


class AutoCamera(_Auto[Camera], Camera):
    """The camera that is attached, else the browser's."""

    async def open(self, on_frame: FrameCallback) -> None:
        """Look what is attached, and open it."""
        await self._open(lambda camera: camera.open(on_frame))


class AutoMicrophone(_Auto[Microphone], Microphone):
    """The microphone that is attached, else the browser's."""

    async def open(self, on_chunk: ChunkCallback) -> None:
        """Look what is attached, and open it."""
        await self._open(lambda microphone: microphone.open(on_chunk))
