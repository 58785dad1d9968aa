"""Which devices the settings choose, and what is said of those that are attached."""

from pathlib import Path

import pytest

from appliance.capture import choose
from appliance.capture.source import DisabledCamera, DisabledMicrophone
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
    assert camera.name in attached if attached else camera is Page.camera
    assert (microphone.name == "sounddevice") if devices["microphones"] else (microphone is Page.microphone)
    if not attached:
        assert choose.choose_camera(Capture(), None).name == "disabled"
    assert all(set(d) == {"driver", "id", "name"} for d in devices["cameras"] + devices["microphones"])
