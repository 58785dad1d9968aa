"""A browser's camera and microphone for a session of the platform: heard and seen as its websockets are."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import numpy as np

from appliance.errors import ApplianceError, NotFound, WrongState
from appliance.interview.platform_hearing import Stream
from appliance.interview.platform_seeing import PictureStream
from appliance.interview.platform_sessions import PlatformSessions
from appliance.messages import SAMPLE_RATE_HZ, AudioChunk, VideoFrame
from appliance.runtime.streams import Subscription
from appliance.vision.watcher import Watcher

log = logging.getLogger(__name__)
WAITING_CHUNKS = 256
"""about five seconds of a browser's sound"""
LOOK_SECONDS = 0.2


class PlatformFeed:
    """What one browser sends; made and used on the loop.

    Args:
        sessions: of the platform.
        session_id: whose it is; raises ``NotFound("interview.unknown_session")``.
        watcher: looks at the pictures.
    """

    def __init__(self, sessions: PlatformSessions, session_id: str, watcher: Watcher) -> None:
        session = sessions.get(session_id)
        self._sessions, self._session_id = sessions, session_id
        self._pictures = PictureStream(watcher, session.expression, session.see)
        self._chunks: Subscription[AudioChunk] = Subscription(WAITING_CHUNKS)
        self._frames: Subscription[VideoFrame] = Subscription(1)
        self._loop = asyncio.get_running_loop()

    def take_sound(self, chunk: AudioChunk) -> None:
        """A chunk, from any thread."""
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._chunks.offer, chunk)

    def take_picture(self, frame: VideoFrame) -> None:
        """A frame, from any thread."""
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._frames.offer, frame)

    async def run(self) -> None:
        """Hear and see until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear())
            group.create_task(self._look())

    async def _hear(self) -> None:
        stream: Stream | None = None
        try:
            while True:
                chunk = await self._chunks.get()
                if stream is None or stream.ended:
                    stream = await self._open()
                if stream is not None:
                    await stream.feed(chunk.samples.astype(np.dtype("<i2")).tobytes())
        except ApplianceError as exc:
            log.warning("a browser is not heard any more: %s", exc.code)
        finally:
            if stream is not None:
                await asyncio.shield(self._sessions.end_stream(self._session_id, stream))

    async def _open(self) -> Stream | None:
        """A stream for the open question; None while there is no question."""
        try:
            return await self._sessions.listen(self._session_id, SAMPLE_RATE_HZ)
        except (WrongState, NotFound):
            return None

    async def _look(self) -> None:
        try:
            while True:
                frame = await self._frames.get()
                await self._pictures.look(frame.rgb)
                await asyncio.sleep(LOOK_SECONDS)
        except ApplianceError as exc:
            log.warning("a browser is not seen any more: %s", exc.code)
