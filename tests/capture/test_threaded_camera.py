"""Cameras with drivers that block: frozen, unplugged, busy, absent; seen in time, and never waited for."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.capture import picamera2_camera, threaded_camera, v4l2_camera
from appliance.capture.device_watch import WatchedCamera
from appliance.capture.picamera2_camera import Picamera2Camera
from appliance.capture.v4l2_camera import V4l2Camera
from appliance.errors import Unavailable
from appliance.messages import SourceState, VideoFrame
from appliance.settings import Capture
from tests.capture import recordings, rigs
from tests.capture.fake_picamera2 import Board

pytestmark = pytest.mark.alone


async def until(done: Callable[[], object], seconds: float = 20.0) -> float:
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not done():
            await asyncio.sleep(0.02)
    return time.monotonic() - began


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> type[Board]:
    return rigs.picamera2(monkeypatch)


async def test_a_frozen_camera_is_stalled_and_close_does_not_wait_for_it(board: type[Board]) -> None:
    frames: list[VideoFrame] = []
    camera = Picamera2Camera(Capture(stall_seconds=0.5))
    await camera.open(frames.append)
    await until(lambda: frames)
    board.running.clear()
    assert await until(lambda: camera.status().state is SourceState.STALLED) < 1.0
    began = time.monotonic()
    await camera.close()
    assert time.monotonic() - began < threaded_camera.CLOSE_SECONDS + 0.3
    with pytest.raises(Unavailable) as caught:
        await camera.open(frames.append)
    assert caught.value.code == "capture.camera_stuck"
    count = len(frames)
    board.running.set()
    await until(lambda: not board.busy)
    assert len(frames) == count  # what the old thread still got is nobody's
    await camera.open(frames.append)
    await until(lambda: len(frames) > count)
    await camera.close()


async def test_with_the_settings_of_the_booth_a_freeze_is_seen_within_three_seconds_and_heals(
    board: type[Board],
) -> None:
    frames: list[VideoFrame] = []
    camera = WatchedCamera(Picamera2Camera(Capture()))
    await camera.open(frames.append)
    await until(lambda: frames)
    board.running.clear()
    assert await until(lambda: camera.status().state is not SourceState.LIVE) <= 3.0
    await until(lambda: camera.status().state is SourceState.LOST)
    board.running.set()
    await until(lambda: camera.status().state is SourceState.LIVE)
    await until(lambda: camera.status() and camera.reopened_count == 1)
    await camera.close()


async def test_an_unplugged_usb_camera_is_lost_and_comes_back(tmp_path: Path) -> None:
    frames: list[VideoFrame] = []
    wire = rigs.Wire(tmp_path)
    wire.plug_in()
    camera = WatchedCamera(V4l2Camera(Capture(camera_device=str(wire.path))))
    await camera.open(frames.append)
    await until(lambda: frames)
    wire.unplug()
    assert await until(lambda: camera.status().state is SourceState.LOST) < 3.0
    wire.plug_in()
    frames.clear()
    await until(lambda: frames)
    await until(lambda: camera.status().state is SourceState.LIVE)
    wire.unplug()
    await camera.close()


async def test_a_frozen_usb_camera_does_not_hold_anybody(tmp_path: Path) -> None:
    frames: list[VideoFrame] = []
    wire = rigs.Wire(tmp_path)
    wire.plug_in()
    camera = V4l2Camera(Capture(camera_device=str(wire.path), stall_seconds=0.5))
    await camera.open(frames.append)
    await until(lambda: frames)
    wire.flowing.clear()
    await until(lambda: camera.status().state is SourceState.STALLED)
    began = time.monotonic()
    await camera.close()
    assert time.monotonic() - began < threaded_camera.CLOSE_SECONDS + 0.3
    wire.unplug()


async def test_a_driver_that_never_opens_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes to the pipe: opening it blocks, as some drivers do."""
    monkeypatch.setattr(threaded_camera, "OPEN_SECONDS", 0.3)
    wire = rigs.Wire(tmp_path)
    camera = V4l2Camera(Capture(camera_device=str(wire.path)))
    for _ in range(2):
        with pytest.raises(Unavailable) as caught:
            await camera.open(lambda frame: None)
        assert caught.value.code == "capture.camera_stuck"
    assert camera.status().state is SourceState.DISABLED
    wire.plug_in()
    wire.unplug()


async def test_cameras_that_are_not_there(board: type[Board], tmp_path: Path) -> None:
    board.attached = False
    for camera in (Picamera2Camera(Capture()), V4l2Camera(Capture(camera_device=str(tmp_path / "video9")))):
        with pytest.raises(Unavailable) as caught:
            await camera.open(lambda frame: None)
        assert caught.value.code == "capture.camera_missing"
        assert camera.status().state is SourceState.DISABLED


async def test_cameras_that_something_else_uses(board: type[Board], tmp_path: Path) -> None:
    board.busy = True
    text = tmp_path / "video0"
    text.write_text("not a camera")
    for camera in (Picamera2Camera(Capture()), V4l2Camera(Capture(camera_device=str(text)))):
        with pytest.raises(Unavailable, match="something else"):
            await camera.open(lambda frame: None)


async def test_a_driver_that_fails_is_lost_with_its_reason(board: type[Board]) -> None:
    frames: list[VideoFrame] = []
    camera = Picamera2Camera(Capture())
    await camera.open(frames.append)
    await until(lambda: frames)
    board.failing = True
    await until(lambda: camera.status().state is SourceState.LOST)
    assert "frontend has timed out" in camera.status().detail
    assert not board.busy
    await camera.close()


def test_csi_cameras_are_listed_and_usb_ones_left_to_v4l2(board: type[Board]) -> None:
    assert picamera2_camera.list_cameras() == [("0", "imx708")]


def test_no_picamera2_is_no_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "picamera2", None)
    assert picamera2_camera.list_cameras() == []


def test_what_a_video_node_says_of_itself() -> None:
    def capability(driver: bytes, caps: int) -> bytes:
        return struct.pack(
            "16s32s32sIII12x", driver, b"HD Webcam", b"usb-0000:00:14.0-1", 0x60100, 0x84A00001, caps
        )

    assert v4l2_camera.capture_name(capability(b"uvcvideo", 0x04200001)) == "HD Webcam"
    assert v4l2_camera.capture_name(capability(b"uvcvideo", 0x04A00000)) is None  # its second node: metadata
    assert v4l2_camera.capture_name(capability(b"rp1-cfe", 0x05A00001)) is None  # a Raspberry Pi's CSI bridge
    assert v4l2_camera.capture_name(capability(b"vivid", 0x05200001)) == "HD Webcam"


def test_nodes_that_are_no_devices_are_not_listed(tmp_path: Path) -> None:
    (tmp_path / "video0").write_text("")
    (tmp_path / "video").write_text("")
    assert v4l2_camera.list_cameras(tmp_path) == []


async def test_pictures_larger_than_wanted_are_made_smaller(tmp_path: Path) -> None:
    film = recordings.make(tmp_path / "film.mp4", 0.5, video="mpeg4", size=(1280, 960))
    frames: list[VideoFrame] = []
    camera = V4l2Camera(Capture(camera_device=str(film)))
    await camera.open(frames.append)
    await until(lambda: camera.status().state is SourceState.LOST)
    await camera.close()
    assert frames[0].rgb.shape == (480, 640, 3)
    assert recordings.is_upright(frames[0].rgb)
