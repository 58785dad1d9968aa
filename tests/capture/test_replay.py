"""A recording plays as devices: paced like one, or as fast as its listeners take it, losing nothing."""

import asyncio
import time
from pathlib import Path

import numpy as np
import pytest

from appliance.capture.replay import Recording
from appliance.errors import Broken, Invalid, NotFound, WrongState
from appliance.messages import AudioChunk, SourceState, VideoFrame
from tests.capture import recordings

pytestmark = pytest.mark.alone


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return recordings.make(tmp_path / "film.mkv", 1.0, sound="flac", video="mpeg4")


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    return recordings.make(tmp_path / "speech.wav", 2.0, sound="pcm_s16le", rate_hz=16000)


async def test_as_fast_as_possible_nothing_is_lost(film: Path) -> None:
    recording = Recording(film, paced=False)
    chunks: list[AudioChunk] = []
    frames: list[VideoFrame] = []
    await recording.microphone.open(chunks.append)
    await recording.camera.open(frames.append)
    assert not chunks
    await recording.play()
    await recording.wait_end()
    assert sum(c.seconds for c in chunks) == pytest.approx(1.0, abs=0.01)
    assert len(frames) == pytest.approx(15, abs=1)
    assert chunks[0].t == 0.0
    assert recording.microphone.status().state is SourceState.LIVE
    await recording.microphone.close()
    await recording.camera.close()


async def test_a_slow_listener_holds_it_back(speech: Path) -> None:
    waiting: list[AudioChunk] = []
    most = 0

    def take(chunk: AudioChunk) -> None:
        nonlocal most
        waiting.append(chunk)
        most = max(most, len(waiting))

    recording = Recording(speech, paced=False, ready=lambda: len(waiting) < 5)
    await recording.microphone.open(take)
    await recording.play()
    taken = 0
    while recording.playing or waiting:
        taken += len(waiting)
        waiting.clear()
        await asyncio.sleep(0)
    assert taken == 40
    assert most <= 5


async def test_a_further_recording_goes_on_in_time(film: Path, speech: Path) -> None:
    recording = Recording(film, paced=False)
    chunks: list[AudioChunk] = []
    await recording.microphone.open(chunks.append)
    await recording.play()
    await recording.wait_end()
    await recording.play(speech)
    await recording.wait_end()
    assert chunks[-1].end == pytest.approx(3.0, abs=0.05)
    assert recording.now() == pytest.approx(chunks[-1].end)
    assert [c.t for c in chunks] == sorted(c.t for c in chunks)


async def test_paced_it_takes_its_time_on_the_monotonic_clock(film: Path) -> None:
    recording = Recording(film)
    given: list[tuple[float, float]] = []
    began = time.monotonic()
    await recording.microphone.open(lambda chunk: given.append((time.monotonic(), chunk.end)))
    await recording.camera.open(lambda frame: given.append((time.monotonic(), frame.t)))
    await recording.wait_end()
    assert 0.95 < time.monotonic() - began < 4.0
    assert all(late > -0.02 for late in (now - t for now, t in given))
    assert np.median([now - t for now, t in given]) < 0.1


async def test_in_a_loop_it_never_ends_and_close_ends_it(tmp_path: Path) -> None:
    path = recordings.make(tmp_path / "short.wav", 0.2, sound="pcm_s16le", rate_hz=16000)
    recording = Recording(path, loop=True)
    chunks: list[AudioChunk] = []
    twice = asyncio.Event()
    loop = asyncio.get_running_loop()

    def take(chunk: AudioChunk) -> None:
        chunks.append(chunk)
        if len(chunks) == 6:
            loop.call_soon_threadsafe(twice.set)

    await recording.microphone.open(take)
    async with asyncio.timeout(5):
        await twice.wait()
    await recording.microphone.close()
    assert not recording.playing
    steps = np.diff([c.t for c in chunks])
    assert steps == pytest.approx(np.full(len(steps), 0.05), abs=0.001)


async def test_stop_ends_a_paced_recording_at_once(speech: Path) -> None:
    recording = Recording(speech)
    await recording.microphone.open(lambda chunk: None)
    began = time.monotonic()
    await recording.stop()
    await recording.wait_end()
    assert time.monotonic() - began < 0.5


async def test_wrong_uses_and_wrong_files(tmp_path: Path, speech: Path) -> None:
    with pytest.raises(NotFound):
        await Recording(None, paced=False).play()
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"nothing")
    with pytest.raises(Invalid) as caught:
        await Recording(bad).microphone.open(lambda chunk: None)
    assert caught.value.code == "capture.unreadable_recording"
    recording = Recording(speech)
    await recording.microphone.open(lambda chunk: None)
    with pytest.raises(WrongState):
        await recording.play()
    await recording.microphone.close()


async def test_a_listener_that_fails_ends_the_recording_with_its_error(speech: Path) -> None:
    def fail(chunk: AudioChunk) -> None:
        raise RuntimeError("listener")

    recording = Recording(speech, paced=False)
    await recording.microphone.open(fail)
    await recording.play()
    with pytest.raises(Broken, match="RuntimeError"):
        await recording.wait_end()
    assert recording.microphone.status().state is SourceState.LOST
