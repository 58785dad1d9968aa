"""The contract on whatever camera and microphone are attached to this machine; skipped where there is none.

On the box: ``scripts/test`` runs them too; by hand: ``.venv/bin/python -m pytest tests/hardware -rs``.
"""

from __future__ import annotations

import asyncio

import pytest

from appliance.capture import choose
from appliance.messages import AudioChunk, SourceState, VideoFrame
from appliance.settings import Capture

SECONDS = 3.0


async def test_the_attached_camera() -> None:
    if not choose.list_devices()["cameras"]:
        pytest.skip("no camera is attached")
    camera = choose.choose_camera(Capture(), None)
    frames: list[VideoFrame] = []
    await camera.open(frames.append)
    await asyncio.sleep(SECONDS + 2.0)
    status = camera.status()
    await camera.close()
    assert status.state is SourceState.LIVE, status.detail
    assert len(frames) >= 5.0 * SECONDS
    assert frames[-1].rgb.shape[1] <= 640


async def test_the_attached_microphone() -> None:
    if not choose.list_devices()["microphones"]:
        pytest.skip("no microphone is attached")
    microphone = choose.choose_microphone(Capture(), None)
    chunks: list[AudioChunk] = []
    await microphone.open(chunks.append)
    await asyncio.sleep(SECONDS + 2.0)
    status = microphone.status()
    await microphone.close()
    assert status.state is SourceState.LIVE, status.detail
    assert sum(c.seconds for c in chunks) == pytest.approx(SECONDS + 1.5, abs=1.0)
