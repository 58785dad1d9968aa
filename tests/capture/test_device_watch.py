"""A device that is missing, lost or stalled is opened again with growing pauses; told the time, nobody waits."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from appliance.capture.device_watch import BACK_OFF_SECONDS, DeviceWatch, WatchedCamera
from appliance.capture.source import Camera, FrameCallback
from appliance.errors import Unavailable
from appliance.messages import SourceState, SourceStatus


class ScriptedCamera(Camera):
    """A camera whose state the test says."""

    name = "v4l2"

    def __init__(self) -> None:
        super().__init__()
        self.state = SourceState.LIVE
        self.attached = True
        self.opened_count = 0
        self.checked_count = 0

    async def open(self, on_frame: FrameCallback) -> None:
        if not self.attached:
            raise Unavailable("capture.camera_missing", "no camera is attached")
        self.opened_count += 1
        self._mark_opened()

    async def close(self) -> None:
        self._mark_closed()

    async def check(self) -> None:
        self.checked_count += 1

    def status(self, now: float | None = None) -> SourceStatus:
        state = self.state if self.is_open else SourceState.DISABLED
        return SourceStatus(self.name, state, 0.0, 0, "gone" if state is SourceState.LOST else "")


@pytest.fixture
def camera() -> ScriptedCamera:
    return ScriptedCamera()


@pytest.fixture
def watch(camera: ScriptedCamera) -> DeviceWatch:
    return DeviceWatch(camera, lambda: camera.open(lambda frame: None))


@pytest.mark.parametrize("fault", [SourceState.LOST, SourceState.STALLED])
async def test_a_bad_device_is_opened_again(
    watch: DeviceWatch, camera: ScriptedCamera, fault: SourceState
) -> None:
    await watch.look(0.0)
    camera.state = fault
    await watch.look(0.5)
    assert not camera.is_open
    assert watch.reason == ("gone" if fault is SourceState.LOST else "nothing comes from the device")
    await watch.look(0.9)
    assert not camera.is_open
    camera.state = SourceState.LIVE
    await watch.look(1.0)
    assert camera.is_open
    await watch.look(1.5)
    assert (watch.reason, watch.reopened_count) == ("", 1)


async def test_tries_become_rarer_and_never_end(watch: DeviceWatch, camera: ScriptedCamera) -> None:
    camera.attached = False
    tries: list[float] = []
    before = watch._due
    for tick in range(400):
        await watch.look(tick * 0.25)
        if watch._due != before:
            tries.append(tick * 0.25)
            before = watch._due
    gaps = [b - a for a, b in itertools.pairwise(tries)]
    assert gaps[:6] == list(BACK_OFF_SECONDS)
    assert set(gaps[6:]) == {10.0}
    camera.attached = True
    await watch.look(tries[-1] + 10.0)
    assert camera.is_open


async def test_a_device_that_opens_and_gives_nothing_is_tried_less_often(
    watch: DeviceWatch, camera: ScriptedCamera
) -> None:
    camera.state = SourceState.STALLED
    for tick in range(400):
        await watch.look(tick * 0.25)
    assert 8 <= camera.opened_count <= 16


async def test_other_processes_are_asked_every_two_seconds_only(
    watch: DeviceWatch, camera: ScriptedCamera
) -> None:
    for tick in range(40):
        await watch.look(tick * 0.25)
    assert camera.checked_count == 5


async def test_a_missing_camera_is_lost_in_words_and_open_does_not_wait(camera: ScriptedCamera) -> None:
    camera.attached = False
    watched = WatchedCamera(camera)
    await watched.open(lambda frame: None)
    assert watched.status().state is SourceState.STARTING
    await asyncio.sleep(0)
    status = watched.status()
    assert (status.state, status.detail) == (SourceState.LOST, "no camera is attached")
    await watched.close()
    assert watched.status().state is SourceState.DISABLED


async def test_a_defect_of_a_driver_does_not_end_the_watch(camera: ScriptedCamera) -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    watch = DeviceWatch(camera, fail)
    await watch.look(0.0)
    assert watch.reason == "a defect: ZeroDivisionError"
    await watch.look(0.1)
    assert watch._tries == 1
