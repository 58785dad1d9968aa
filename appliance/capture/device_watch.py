"""Devices that come and go: one that is missing, lost or stalled is opened again, with back-off."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from appliance.capture.source import Camera, ChunkCallback, FrameCallback, Microphone, Source
from appliance.errors import ApplianceError
from appliance.messages import SourceState, SourceStatus

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""our choice: with a stall time of 2 s a dead device is seen within 2.5 s"""
CHECK_SECONDS = 2.0
"""our choice: a ``check`` may ask another process"""
BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 10.0)
"""our choice: pauses before each further try; the last one for ever"""
_BAD = (SourceState.LOST, SourceState.STALLED)


class DeviceWatch:
    """Looks at one source and opens it again when it must; is told the time.

    Args:
        source: the device; may be opened and closed again and again.
        open_source: opens it.
    """

    def __init__(self, source: Source, open_source: Callable[[], Awaitable[None]]) -> None:
        self._source = source
        self._open = open_source
        self._tries = 0
        self._due = 0.0
        self._check_due = 0.0
        self.reason = ""
        """why the device is not there; empty before the first fault, and when it gives something again"""
        self.reopened_count = 0

    async def look(self, now: float) -> None:
        """See how the device is; close a bad one; open a closed one when its next try is due."""
        if self._source.is_open:
            if now >= self._check_due:
                self._check_due = now + CHECK_SECONDS
                await self._source.check()
            await self._judge(self._source.status(now), now)
        if not self._source.is_open and now >= self._due:
            await self._try(now)

    async def _judge(self, status: SourceStatus, now: float) -> None:
        if status.state is SourceState.LIVE:
            self.reopened_count += int(bool(self.reason))
            self._tries, self.reason = 0, ""
        elif status.state in _BAD:
            stalled = status.state is SourceState.STALLED
            self._fault("nothing comes from the device" if stalled else status.detail, now)
            await self._source.close()

    async def _try(self, now: float) -> None:
        try:
            await self._open()
        except ApplianceError as exc:
            self._fault(exc.message, now)
        except Exception as exc:
            log.exception("opening %s failed", self._source.name)
            self._fault(f"a defect: {type(exc).__name__}", now)

    def _fault(self, reason: str, now: float) -> None:
        if reason != self.reason:
            log.warning("%s: %s", self._source.name, reason)
        self.reason = reason
        self._due = now + BACK_OFF_SECONDS[min(self._tries, len(BACK_OFF_SECONDS) - 1)]
        self._tries += 1


class _Watched(Source):
    """The common part of the two below: looks at its device every half second."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.name = source.name
        self._source = source
        self._watch: DeviceWatch | None = None
        self._task: asyncio.Task[None] | None = None
        self._before = 0
        """times it came back in openings before this one"""

    async def close(self) -> None:
        """End looking, and close the device."""
        if (task := self._task) is not None:
            self._task = None
            task.cancel()
            await asyncio.wait([task])
        await self._source.close()
        self._mark_closed()

    def status(self, now: float | None = None) -> SourceStatus:
        """How the device is; lost from its first fault until it gives something again."""
        status = self._source.status(now)
        self.dropped_count = status.dropped_count
        if self._watch is None or not self.is_open:
            return replace(status, reopened_count=self.reopened_count)
        self.reopened_count = self._before + self._watch.reopened_count
        if status.state in (SourceState.DISABLED, SourceState.STARTING):
            reason = self._watch.reason
            state = SourceState.LOST if reason else SourceState.STARTING
            status = replace(status, state=state, age_seconds=None, detail=reason or status.detail)
        return replace(status, reopened_count=self.reopened_count)

    async def _begin(self, open_source: Callable[[], Awaitable[None]]) -> None:
        self._mark_opened()
        self._before = self.reopened_count
        self._watch = watch = DeviceWatch(self._source, open_source)
        self._task = asyncio.create_task(self._run(watch), name=f"watch-{self.name}")

    async def _run(self, watch: DeviceWatch) -> None:
        while True:
            await watch.look(time.monotonic())
            await asyncio.sleep(LOOK_SECONDS)


class WatchedCamera(_Watched, Camera):
    """A camera that comes back; ``open`` returns at once; a missing one is ``LOST`` until it is there."""

    def __init__(self, camera: Camera) -> None:
        super().__init__(camera)
        self._camera = camera

    async def open(self, on_frame: FrameCallback) -> None:
        """Begin, with the device or in wait of it."""
        await self._begin(lambda: self._camera.open(on_frame))


class WatchedMicrophone(_Watched, Microphone):
    """A microphone that comes back; ``open`` returns at once; a missing one is ``LOST`` until it is there."""

    def __init__(self, microphone: Microphone) -> None:
        super().__init__(microphone)
        self._microphone = microphone

    async def open(self, on_chunk: ChunkCallback) -> None:
        """Begin, with the device or in wait of it."""
        await self._begin(lambda: self._microphone.open(on_chunk))
