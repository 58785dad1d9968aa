"""A microphone at a real sound server that stalls, moves, dies and comes back (RELIABILITY: M2, M3, M4)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from appliance.capture import choose, sounddevice_microphone
from appliance.capture.device_watch import WatchedMicrophone
from appliance.capture.sound_server import source_of
from appliance.capture.sounddevice_microphone import SoundDeviceMicrophone
from appliance.errors import Unavailable
from appliance.messages import AudioChunk, SourceState
from appliance.settings import Capture
from tests.capture import rigs

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rigs.SoundServer]:
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        rigs.sound_server(tmp_path_factory.mktemp("sound"), monkeypatch) as server,
    ):
        yield server


@pytest.fixture
async def microphone(server: rigs.SoundServer) -> AsyncIterator[WatchedMicrophone]:
    chunks: list[AudioChunk] = []
    microphone = WatchedMicrophone(SoundDeviceMicrophone(Capture()))
    await microphone.open(chunks.append)
    await until(lambda: microphone.status().state is SourceState.LIVE)
    await until(lambda: microphone.status().detail == "microphone")
    yield microphone
    await microphone.close()


async def until(done: Callable[[], object], seconds: float = 30.0) -> float:
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not done():
            await asyncio.sleep(0.02)
    return time.monotonic() - began


async def test_a_stalled_microphone_is_seen_and_heals(
    server: rigs.SoundServer, microphone: WatchedMicrophone
) -> None:
    """The stream stays active, no status is set and nothing is raised: only the age tells."""
    server.pactl("suspend-source", "microphone", "1")
    assert await until(lambda: microphone.status().state is not SourceState.LIVE) <= 3.0
    await until(lambda: microphone.status().state is SourceState.LOST)
    server.pactl("suspend-source", "microphone", "0")
    await until(lambda: microphone.status().state is SourceState.LIVE)
    await until(lambda: microphone.status() and microphone.reopened_count == 1)


async def test_a_server_that_silently_takes_another_source_is_seen(
    server: rigs.SoundServer, microphone: WatchedMicrophone
) -> None:
    """What is left is the loudspeaker's monitor: the booth must not hear its own voice."""
    server.unload("module-pipe-source")
    assert await until(lambda: microphone.status().state is SourceState.LOST) <= 3.0
    assert "monitor" in microphone.status().detail
    await until(lambda: "no microphone" in microphone.status().detail)
    server.pactl("load-module", *server.microphone.split())
    server.pactl("set-default-source", "microphone")
    server.speak()
    await until(lambda: microphone.status().state is SourceState.LIVE)


async def test_a_killed_server_is_seen_and_its_successor_used(
    server: rigs.SoundServer, microphone: WatchedMicrophone
) -> None:
    server.kill()
    assert await until(lambda: microphone.status().state is SourceState.LOST) <= 3.0
    await asyncio.to_thread(server.start)
    await until(lambda: microphone.status().state is SourceState.LIVE)


async def test_a_microphone_that_is_not_there(server: rigs.SoundServer) -> None:
    with pytest.raises(Unavailable) as caught:
        await SoundDeviceMicrophone(Capture(microphone_device="no such")).open(lambda chunk: None)
    assert caught.value.code == "capture.microphone_missing"
    names = [name for _, name in sounddevice_microphone.list_microphones()]
    assert "pulse" in names
    assert choose.choose_microphone(Capture(), None).name == "sounddevice"


async def test_the_list_is_new_each_time_and_leaves_a_running_microphone_alone(
    server: rigs.SoundServer, microphone: WatchedMicrophone
) -> None:
    assert sounddevice_microphone.list_microphones()
    assert microphone.status().state is SourceState.LIVE
    await microphone.close()
    server.kill()
    await until(lambda: sounddevice_microphone.list_microphones() == [])  # a slow driver has let go
    server.start()
    assert sounddevice_microphone.list_microphones()


def test_whose_source_is_whose() -> None:
    outputs = [
        {"source": 3, "properties": {"application.process.id": "77"}},
        {"source": 5, "properties": {"application.process.id": "78"}},
    ]
    sources = [{"index": 3, "name": "speaker.monitor"}, {"index": 5, "name": "usb"}]
    assert source_of(78, outputs, sources) == "usb"
    assert source_of(79, outputs, sources) is None
    assert source_of(78, None, None) is None
    assert source_of(78, outputs, []) is None
