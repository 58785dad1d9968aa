"""A camera whose driver blocks: opened, read and freed on a thread that nobody waits for long."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from abc import abstractmethod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from appliance.capture.patience import tell
from appliance.capture.picture import Pace
from appliance.capture.source import Camera, FrameCallback
from appliance.errors import ApplianceError, Unavailable
from appliance.messages import VideoFrame
from appliance.settings import Capture

log = logging.getLogger(__name__)

OPEN_SECONDS = 5.0
"""our choice"""
CLOSE_SECONDS = 1.0
"""our choice; a thread that needs longer ends by itself when its driver lets it go"""


class Device(Protocol):
    """An opened camera; used on one thread only."""

    detail: str
    """its name, for operators"""

    def grab(self) -> bool:
        """Wait for the next picture; false when there will be none."""

    def picture(self) -> NDArray[np.uint8] | None:
        """The grabbed picture, upright RGB; None when it was damaged."""

    def release(self) -> None:
        """Free the device."""


class ThreadedCamera(Camera):
    """The common part of cameras with a blocking driver."""

    def __init__(self, capture: Capture) -> None:
        super().__init__(capture.stall_seconds)
        self._capture = capture
        self._reader: _Reader | None = None

    @abstractmethod
    def _device(self) -> Device:
        """Open the device; on the camera's thread; raises ``Unavailable``."""

    async def open(self, on_frame: FrameCallback) -> None:
        """Begin.

        Raises:
            Unavailable: "capture.camera_missing", "capture.camera_failed"; "capture.camera_stuck" while the
                driver holds the thread of an earlier try.
        """
        if self._reader is not None and self._reader.thread.is_alive():
            raise Unavailable("capture.camera_stuck", "the camera's driver does not answer")
        self._mark_opened()
        self._reader = reader = _Reader(self, on_frame)
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await asyncio.shield(reader.opened)
        except BaseException as exc:
            reader.stopping.set()
            self._mark_closed()
            if isinstance(exc, TimeoutError):
                raise Unavailable("capture.camera_stuck", "the camera's driver does not answer") from exc
            raise

    async def close(self) -> None:
        """End; a driver that blocks is left behind on its thread."""
        self._mark_closed()
        if (reader := self._reader) is not None:
            reader.stopping.set()
            await asyncio.wait([reader.ended], timeout=CLOSE_SECONDS)

    # --- on the camera's thread ---

    def _read(self, reader: _Reader) -> None:
        device = self._device()
        try:
            self.detail = device.detail
            tell(reader.loop, _settle, reader.opened, None)
            self._read_on(device, reader)
        finally:
            device.release()

    def _read_on(self, device: Device, reader: _Reader) -> None:
        pace = Pace(self._capture.frame_rate_hz)
        while not reader.stopping.is_set():
            if not device.grab():
                if not reader.stopping.is_set():
                    self._mark_lost("the camera gives no more pictures")
                return
            now = time.monotonic()
            if pace.wants(now):
                self._pass_on(device.picture(), now, reader)

    def _pass_on(self, rgb: NDArray[np.uint8] | None, t: float, reader: _Reader) -> None:
        if rgb is None:
            self.dropped_count += 1
        elif not reader.stopping.is_set():
            self._mark_fresh()
            reader.on_frame(VideoFrame(rgb, t))


class _Reader:
    """One opening of a camera: its thread and what the loop awaits of it."""

    def __init__(self, camera: ThreadedCamera, on_frame: FrameCallback) -> None:
        self.loop = asyncio.get_running_loop()
        self.on_frame = on_frame
        self.stopping = threading.Event()
        self.opened: asyncio.Future[None] = self.loop.create_future()
        self.ended: asyncio.Future[None] = self.loop.create_future()
        self._camera = camera
        self.thread = threading.Thread(target=self._run, name=f"camera-{camera.name}", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        failure: ApplianceError = Unavailable("capture.camera_failed", "the camera ended at once")
        try:
            self._camera._read(self)
        except ApplianceError as exc:
            failure = exc
        except Exception as exc:  # a driver's own exceptions have no common class
            log.warning("camera %s: %s", self._camera.name, type(exc).__name__, exc_info=True)
            failure = Unavailable("capture.camera_failed", f"the camera failed: {type(exc).__name__}: {exc}")
        self._end(failure)

    def _end(self, failure: ApplianceError) -> None:
        if self._camera.is_open and not self.stopping.is_set() and self._camera._reader is self:
            self._camera._mark_lost(failure.message)
        tell(self.loop, _settle, self.opened, failure)
        tell(self.loop, _settle, self.ended, None)


def _settle(future: asyncio.Future[None], failure: ApplianceError | None) -> None:
    if future.done():
        return
    if failure is None:
        future.set_result(None)
    else:
        future.set_exception(failure)
        future.exception()  # retrieved: after a time-out nobody asks
