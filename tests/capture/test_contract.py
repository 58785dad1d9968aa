"""The one contract that every camera and every microphone holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from appliance.messages import AudioChunk, SourceState, VideoFrame
from tests.capture import recordings, rigs

pytestmark = pytest.mark.alone


async def until(done: Callable[[], object], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not done():
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("kind", rigs.CAMERAS)
async def test_a_camera(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames: list[VideoFrame] = []
    async with rigs.camera(kind, tmp_path, monkeypatch) as camera:
        assert camera.name == kind
        assert camera.status().state is SourceState.DISABLED
        for _ in range(2):  # opened and closed again and again
            frames.clear()
            began = time.monotonic()
            await camera.open(frames.append)
            if kind == "disabled":
                break
            await until(lambda: len(frames) >= 5)
            await until(lambda: camera.status().state is SourceState.LIVE)
            await until(lambda: (camera.status().age_seconds or 9) < 1.0)
            check_frames(frames, began)
            await camera.close()
            assert camera.status().state is SourceState.DISABLED
            count = len(frames)
            await asyncio.sleep(0.15)
            assert len(frames) <= count + 1  # one may have been on its way
        await camera.close()
        await camera.close()
    assert camera.status().state is SourceState.DISABLED


def check_frames(frames: list[VideoFrame], began: float) -> None:
    times = [frame.t for frame in frames]
    assert times == sorted(times)
    assert all(began - 3.0 < t <= time.monotonic() + 0.02 for t in times)
    for frame in frames:
        assert frame.rgb.dtype == np.uint8
        assert frame.rgb.shape in ((240, 320, 3), (480, 640, 3))
        assert recordings.is_upright(frame.rgb)
    pace = (len(times) - 1) / (times[-1] - times[0])
    assert pace < 15.0 * 1.35


@pytest.mark.parametrize("kind", rigs.MICROPHONES)
async def test_a_microphone(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chunks: list[AudioChunk] = []
    async with rigs.microphone(kind, tmp_path, monkeypatch) as microphone:
        assert microphone.name == kind
        assert microphone.status().state is SourceState.DISABLED
        for _ in range(2):
            chunks.clear()
            began = time.monotonic()
            await microphone.open(chunks.append)
            if kind == "disabled":
                break
            await until(lambda: sum(c.seconds for c in chunks) >= 0.8)
            await until(lambda: microphone.status().state is SourceState.LIVE)
            check_chunks(chunks, began)
            await microphone.close()
            assert microphone.status().state is SourceState.DISABLED
            count = len(chunks)
            await asyncio.sleep(0.15)
            assert len(chunks) <= count + 1
        await microphone.close()
        await microphone.close()
    assert microphone.status().state is SourceState.DISABLED


def check_chunks(chunks: list[AudioChunk], began: float) -> None:
    assert all(c.samples.dtype == np.int16 and c.samples.ndim == 1 for c in chunks)
    assert all(0.01 <= c.seconds <= 0.1 for c in chunks)
    assert all(began - 3.0 < c.t and c.end <= time.monotonic() + 0.12 for c in chunks)
    steps = np.diff([c.t for c in chunks]) - [c.seconds for c in chunks[:-1]]
    assert np.abs(steps).max() < 0.3  # times without holes
    samples = np.concatenate([c.samples for c in chunks])[-6400:].astype(float)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    assert np.argmax(power) * 16_000 / len(samples) == pytest.approx(440, abs=5)
