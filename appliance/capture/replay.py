"""A recording, played as a camera and a microphone that share one clock and one thread."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from appliance.capture.recording import Want, probe, read
from appliance.capture.source import Camera, ChunkCallback, FrameCallback, Microphone, Source
from appliance.errors import ApplianceError, Broken, NotFound, WrongState
from appliance.messages import AudioChunk, VideoFrame
from appliance.settings import Capture

log = logging.getLogger(__name__)

READY_POLL_SECONDS = 0.002
"""our choice: how often a player without pacing asks whether it may go on"""


class _ReplaySource(Source):
    """The common part of the two below."""

    name = "replay"

    def __init__(self, recording: Recording, stall_seconds: float) -> None:
        super().__init__(stall_seconds)
        self._recording = recording

    async def close(self) -> None:
        """Give no more; the playing ends when nobody listens or watches."""
        self._mark_closed()
        await self._recording.closed()

    def ended(self, failure: ApplianceError | None) -> None:
        """There is no more; a failure is a loss."""
        self.detail = "the recording has ended"
        if failure is not None and self.is_open:
            self._mark_lost(failure.message)


class ReplayMicrophone(_ReplaySource, Microphone):
    """The sound of a recording."""

    async def open(self, on_chunk: ChunkCallback) -> None:
        """Give chunks from now on; begins the playing of a paced recording."""
        self._on_chunk = on_chunk
        self._mark_opened()
        await self._recording.opened()

    def give(self, chunk: AudioChunk) -> None:
        """Pass a chunk on; called on the player's thread."""
        if self.is_open:
            self._mark_fresh()
            self._on_chunk(chunk)


class ReplayCamera(_ReplaySource, Camera):
    """The pictures of a recording."""

    async def open(self, on_frame: FrameCallback) -> None:
        """Give frames from now on; begins the playing of a paced recording."""
        self._on_frame = on_frame
        self._mark_opened()
        await self._recording.opened()

    def give(self, frame: VideoFrame) -> None:
        """Pass a frame on; called on the player's thread."""
        if self.is_open:
            self._mark_fresh()
            self._on_frame(frame)


class Recording:
    """Plays recordings, one after the other, through one microphone and one camera.

    Paced, it behaves as a device: opening a source begins it, in real time, and times are monotonic seconds.
    Not paced, ``play`` begins it, everything is given as fast as ``ready`` allows, nothing is dropped, and
    times are the recording's own; a further recording goes on where the last one ended. Sources that are not
    open at ``play`` are not decoded.

    Args:
        path: the first recording; None: ``play`` names it.
        capture: sizes, frame rate and stall time.
        paced: in real time.
        loop: begin again at the end, for ever; for paced recordings.
        ready: asked on the player's thread before each chunk and frame, when not paced; false makes it wait.
    """

    def __init__(
        self,
        path: Path | None,
        capture: Capture | None = None,
        *,
        paced: bool = True,
        loop: bool = False,
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._path = path
        self._capture = capture or Capture()
        self._paced, self._loop, self._ready = paced, loop, ready
        self._given = 0.0
        self._stop = threading.Event()
        self._end: asyncio.Future[None] | None = None
        self.microphone = ReplayMicrophone(self, self._capture.stall_seconds)
        self.camera = ReplayCamera(self, self._capture.stall_seconds)

    @property
    def playing(self) -> bool:
        """A recording is being played."""
        return self._end is not None and not self._end.done()

    def now(self) -> float:
        """The capture clock: monotonic seconds when paced, else up to where the recording was given."""
        return time.monotonic() if self._paced else self._given

    async def play(self, path: Path | None = None, *, loop: bool | None = None) -> None:
        """Begin playing; ``path`` replaces the recording, ``loop`` what was said at the start.

        Raises:
            Invalid: "capture.unreadable_recording".
            TooLarge: "capture.picture_too_large".
            NotFound: "capture.no_recording" when none was named.
            WrongState: "capture.replay_running".
        """
        if self.playing:
            raise WrongState("capture.replay_running", "the last recording is still being played")
        self._path = path or self._path
        self._loop = self._loop if loop is None else loop
        if self._path is None:
            raise NotFound("capture.no_recording", "no recording was named")
        await asyncio.to_thread(probe, self._path)
        self._stop.clear()
        self._end = asyncio.get_running_loop().create_future()
        threading.Thread(
            target=self._run, args=(self._path, self._want(), self._end), name="replay", daemon=True
        ).start()

    async def wait_end(self) -> None:
        """Wait until everything of the recording was given.

        Raises:
            Invalid, TooLarge: as ``play``, when it shows only while decoding.
        """
        if self._end is not None:
            await asyncio.shield(self._end)

    async def stop(self) -> None:
        """Stop playing; the sources stay open."""
        self._stop.set()
        if self._end is not None:
            await asyncio.wait([self._end])

    async def opened(self) -> None:
        """A source was opened."""
        if self._paced and not self.playing:
            await self.play()

    async def closed(self) -> None:
        """A source was closed."""
        if not (self.microphone.is_open or self.camera.is_open):
            await self.stop()

    def _want(self) -> Want:
        size = self._capture
        return Want(
            self._paced or self.microphone.is_open,
            self._paced or self.camera.is_open,
            size.width_px,
            size.height_px,
            size.frame_rate_hz,
        )

    def _run(self, path: Path, want: Want, end: asyncio.Future[None]) -> None:
        failure: ApplianceError | None = None
        if self._paced:
            self._given = time.monotonic()
        try:
            more = self._play_once(path, want)
            while more and self._loop and not self._stop.is_set():
                more = self._play_once(path, want)
        except ApplianceError as exc:
            failure = exc
        except Exception as exc:
            log.exception("replay failed")
            failure = Broken("capture.replay_failed", f"playing {path.name} failed: {type(exc).__name__}")
            failure.__cause__ = exc
        self._finish(end, failure)

    def _finish(self, end: asyncio.Future[None], failure: ApplianceError | None) -> None:
        for source in (self.microphone, self.camera):
            source.ended(failure)
        loop = end.get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, end, failure)

    def _play_once(self, path: Path, want: Want) -> bool:
        """Give everything once; false when there was nothing."""
        began = self._given
        for item in read(path, want):
            if not self._may_give(began + item.t, item):
                break
            self._give(item, began)
        return self._given > began

    def _may_give(self, t: float, item: AudioChunk | VideoFrame) -> bool:
        """Wait until the item is due; false when told to stop."""
        if self._paced:
            due = t + (item.seconds if isinstance(item, AudioChunk) else 0.0)
            return not self._stop.wait(max(0.0, due - time.monotonic()))
        while not self._ready():
            if self._stop.wait(READY_POLL_SECONDS):
                return False
        return not self._stop.is_set()

    def _give(self, item: AudioChunk | VideoFrame, began: float) -> None:
        t = began + item.t
        if isinstance(item, AudioChunk):
            self._given = max(self._given, t + item.seconds)
            self.microphone.give(AudioChunk(item.samples, t))
        else:
            self._given = max(self._given, t)
            self.camera.give(VideoFrame(item.rgb, t))


def _settle(end: asyncio.Future[None], failure: ApplianceError | None) -> None:
    if not end.done():
        if failure is None:
            end.set_result(None)
        else:
            end.set_exception(failure)
            end.exception()  # retrieved: nobody has to wait for the end
