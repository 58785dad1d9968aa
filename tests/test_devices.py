"""Devices joined to the senses: what was agreed to is opened, a device that fails is a status, never an error."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from appliance import devices as module
from appliance.capture.source import Camera, ChunkCallback, FrameCallback, Microphone
from appliance.devices import BoothDevices
from appliance.errors import Unavailable
from appliance.messages import AudioChunk, SourceState, VideoFrame


class FakeMicrophone(Microphone):
    """A microphone that works, or is missing, or never answers."""

    name = "fake"

    def __init__(self, trouble: str = "") -> None:
        super().__init__()
        self._trouble = trouble
        self.opened = 0

    async def open(self, on_chunk: ChunkCallback) -> None:
        if self._trouble == "missing":
            raise Unavailable("capture.microphone_missing", "no microphone")
        if self._trouble == "hangs":
            await asyncio.Event().wait()
        self.opened += 1
        self._mark_opened()
        on_chunk(AudioChunk(np.zeros(160, np.int16), 0.0))
        self._mark_fresh()

    async def close(self) -> None:
        self._mark_closed()


class FakeCamera(Camera):
    """A camera that works."""

    name = "fake"

    async def open(self, on_frame: FrameCallback) -> None:
        self._mark_opened()
        on_frame(VideoFrame(np.zeros((2, 2, 3), np.uint8), 0.0))
        self._mark_fresh()

    async def close(self) -> None:
        self._mark_closed()


def booth(microphone: FakeMicrophone) -> tuple[BoothDevices, list[object]]:
    seen: list[object] = []
    return BoothDevices(FakeCamera(), microphone, seen.append, seen.append), seen


async def test_only_what_was_agreed_to_is_opened() -> None:
    microphone = FakeMicrophone()
    joined, seen = booth(microphone)
    await joined.open(microphone=True, camera=False)
    assert [type(item) for item in seen] == [AudioChunk]
    await joined.open(microphone=True, camera=True)
    assert microphone.opened == 1  # what is open stays open
    assert isinstance(seen[-1], VideoFrame)
    assert joined.statuses()["camera"].state is SourceState.LIVE
    await joined.close()
    assert joined.statuses()["camera"].state is SourceState.DISABLED
    assert joined.owners() == {"camera": "box", "microphone": "box"}


async def test_a_missing_device_is_a_status() -> None:
    joined, _ = booth(FakeMicrophone("missing"))
    await joined.open(microphone=True, camera=True)
    assert joined.statuses()["microphone"].state is SourceState.LOST
    assert joined.statuses()["camera"].state is SourceState.LIVE


async def test_a_device_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OPEN_SECONDS", 0.05)
    joined, _ = booth(FakeMicrophone("hangs"))
    await joined.open(microphone=True, camera=False)
    assert joined.statuses()["microphone"].state is SourceState.LOST
