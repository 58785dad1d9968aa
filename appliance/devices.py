"""Camera and microphone joined to the watcher, the listener and the self-view."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial

from appliance.capture.source import Camera, Microphone, Source
from appliance.errors import ApplianceError
from appliance.messages import AudioChunk, SourceState, SourceStatus, VideoFrame

OPEN_SECONDS = 5.0
"""a device that does not answer for this long counts as lost (our choice)"""


class BoothDevices:
    """The two sources of the booth.

    Args:
        camera: the camera of the site; ``microphone``: likewise.
        on_frame: takes frames, from any thread; ``on_chunk``: likewise.
        now: seconds on the capture clock.
    """

    def __init__(
        self,
        camera: Camera,
        microphone: Microphone,
        on_frame: Callable[[VideoFrame], None],
        on_chunk: Callable[[AudioChunk], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.camera, self.microphone = camera, microphone
        self._on_frame, self._on_chunk = on_frame, on_chunk
        self.now = now
        self._open: dict[str, bool] = {"camera": False, "microphone": False}
        self._failed: dict[str, ApplianceError] = {}

    async def open(self, microphone: bool, camera: bool) -> None:
        """Open what was agreed to; close the rest. A device that cannot be had is a status, not an error."""
        opening = partial(self.microphone.open, self._on_chunk), partial(self.camera.open, self._on_frame)
        await self._set("microphone", self.microphone, microphone, opening[0])
        await self._set("camera", self.camera, camera, opening[1])

    async def close(self) -> None:
        """Close both."""
        await self.open(microphone=False, camera=False)

    async def _set(self, kind: str, source: Source, wanted: bool, opening: Callable[[], object]) -> None:
        if wanted == self._open[kind]:
            return
        self._failed.pop(kind, None)
        self._open[kind] = wanted
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await (opening() if wanted else source.close())  # type: ignore[misc]
        except ApplianceError as exc:
            self._failed[kind] = exc
        except TimeoutError:
            self._failed[kind] = ApplianceError(f"capture.{kind}_lost", f"the {kind} does not answer")

    def owners(self) -> Mapping[str, str]:
        """Who opens each: "box", "page" or "off"."""
        return {"camera": _owner(self.camera), "microphone": _owner(self.microphone)}

    def statuses(self) -> Mapping[str, SourceStatus]:
        """How each is."""
        return {
            "camera": self._status("camera", self.camera),
            "microphone": self._status("microphone", self.microphone),
        }

    def _status(self, kind: str, source: Source) -> SourceStatus:
        failed = self._failed.get(kind)
        if failed is not None:
            return SourceStatus(source.name, SourceState.LOST, detail=failed.message)
        return source.status()


def _owner(source: Source) -> str:
    return {"disabled": "off", "webrtc": "page"}.get(source.name, "box")
