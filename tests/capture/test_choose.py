"""Which devices the settings choose, and what is said of those that are attached."""

import threading
from pathlib import Path

import pytest

from appliance.capture import auto_source, choose
from appliance.capture.auto_source import AutoCamera
from appliance.capture.source import DisabledCamera, DisabledMicrophone, FrameCallback
from appliance.errors import Invalid
from appliance.settings import Capture
from tests.capture import recordings


class Page:
    """A browser with devices."""

    camera = DisabledCamera()
    microphone = DisabledMicrophone()


@pytest.mark.parametrize("kind", ["picamera2", "v4l2", "disabled"])
def test_a_camera_by_name(kind: str) -> None:
    assert choose.choose_camera(Capture(camera=kind), None).name == kind


@pytest.mark.parametrize("kind", ["sounddevice", "disabled"])
def test_a_microphone_by_name(kind: str) -> None:
    assert choose.choose_microphone(Capture(microphone=kind), None).name == kind


def test_the_browsers_devices() -> None:
    capture = Capture(camera="webrtc", microphone="webrtc")
    assert choose.choose_camera(capture, Page()) is Page.camera
    assert choose.choose_microphone(capture, Page()) is Page.microphone
    assert choose.choose_camera(capture, None).name == "disabled"


def test_one_recording_for_both(tmp_path: Path) -> None:
    path = recordings.make(tmp_path / "a.mkv", 0.1, sound="flac", video="mpeg4")
    capture = Capture(camera="replay", microphone="replay", replay_file=str(path))
    recording = choose.choose_recording(capture)
    assert choose.choose_camera(capture, None, recording) is recording.camera
    assert choose.choose_microphone(capture, None, recording) is recording.microphone
    assert choose.choose_camera(capture, None).name == "replay"


def test_replay_without_a_recording() -> None:
    with pytest.raises(Invalid) as caught:
        choose.choose_camera(Capture(camera="replay"), None)
    assert caught.value.code == "capture.no_replay_file"


def test_auto_is_an_attached_device_else_the_browsers_else_none() -> None:
    devices = choose.list_devices()
    camera, microphone = choose.choose_camera(Capture(), Page()), choose.choose_microphone(Capture(), Page())
    attached = {c["driver"] for c in devices["cameras"]}
    assert camera.name in (attached or {Page.camera.name})
    assert microphone.name == ("sounddevice" if devices["microphones"] else Page.microphone.name)
    if not attached:
        assert choose.choose_camera(Capture(), None).name == "disabled"
    assert all(set(d) == {"driver", "id", "name"} for d in devices["cameras"] + devices["microphones"])


class Attached(DisabledCamera):
    """A camera of the box."""

    name = "v4l2"

    async def open(self, on_frame: FrameCallback) -> None:
        self._mark_opened()

    async def close(self) -> None:
        self._mark_closed()


async def test_a_camera_plugged_in_late_is_taken_up_and_kept() -> None:
    plugged: list[Attached] = []
    camera = AutoCamera(lambda: plugged[0] if plugged else None, Page.camera)
    await camera.open(lambda frame: None)
    assert (camera.name, camera.is_open) == ("disabled", False)
    plugged.append(Attached())
    assert camera.name == "disabled"  # not in the middle of an interview
    await camera.close()
    await camera.open(lambda frame: None)
    assert (camera.name, camera.is_open, camera.status().name) == ("v4l2", True, "v4l2")
    await camera.close()
    plugged.clear()
    await camera.open(lambda frame: None)
    assert camera.name == "v4l2"  # missing now: the interview waits for it, and says so


async def test_a_driver_that_does_not_answer_leaves_the_browsers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auto_source, "LOOK_SECONDS", 0.02)
    held = threading.Event()

    def look() -> Attached | None:
        if threading.current_thread() is not threading.main_thread():
            held.wait(5)
        return None

    camera = AutoCamera(look, Page.camera)
    await camera.open(lambda frame: None)
    held.set()
    assert camera.name == "disabled"
