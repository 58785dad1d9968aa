"""Which camera and which microphone the booth uses, and what is attached at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from appliance.capture import picamera2_camera, sounddevice_microphone, v4l2_camera
from appliance.capture.auto_source import AutoCamera, AutoMicrophone
from appliance.capture.device_watch import WatchedCamera, WatchedMicrophone
from appliance.capture.replay import Recording
from appliance.capture.source import Camera, DisabledCamera, DisabledMicrophone, Microphone
from appliance.errors import Invalid, Unavailable
from appliance.settings import Capture

Listing = Callable[[], list[tuple[str, str]]]
Rows = list[dict[str, str]]


class Browser(Protocol):
    """A browser's devices (``WebRtcPeers``)."""

    @property
    def camera(self) -> Camera:
        """Its camera."""

    @property
    def microphone(self) -> Microphone:
        """Its microphone."""


def choose_camera(capture: Capture, browser: Browser | None, recording: Recording | None = None) -> Camera:
    """The camera the settings name, not yet opened; "auto": what is attached when it is opened, else the browser's.

    Looks at devices: call it on a thread.

    Args:
        capture: the settings.
        browser: whose camera "webrtc" is.
        recording: whose pictures "replay" is; None: ``capture.replay_file``, by itself.
    """
    others = DisabledCamera() if browser is None else browser.camera
    if capture.camera == "auto":
        return AutoCamera(partial(_attached_camera, capture), others)
    if capture.camera == "replay":
        return (recording or choose_recording(capture)).camera
    if capture.camera == "webrtc":
        return others
    return _box_camera(capture.camera, capture) or DisabledCamera()


def choose_microphone(
    capture: Capture, browser: Browser | None, recording: Recording | None = None
) -> Microphone:
    """The microphone the settings name, not yet opened; as ``choose_camera``."""
    others = DisabledMicrophone() if browser is None else browser.microphone
    if capture.microphone == "auto":
        return AutoMicrophone(partial(_attached_microphone, capture), others)
    if capture.microphone == "replay":
        return (recording or choose_recording(capture)).microphone
    if capture.microphone == "webrtc":
        return others
    return _box_microphone(capture) if capture.microphone == "sounddevice" else DisabledMicrophone()


def choose_recording(capture: Capture) -> Recording:
    """The recording of the settings, as a device that plays it again and again.

    Raises:
        Invalid: "capture.no_replay_file".
    """
    if not capture.replay_file:
        raise Invalid("capture.no_replay_file", "capture.replay_file: replay needs a recording")
    return Recording(Path(capture.replay_file), capture, loop=True)


def list_devices() -> dict[str, Rows]:
    """What is attached, for ``kabil check``; looks at devices: call it on a thread.

    Returns:
        "cameras" and "microphones", each with "driver", "id" and "name";
        "missing" with "driver" and "reason".
    """
    missing: Rows = []
    cameras, microphones = list_cameras(missing), list_microphones(missing)
    return {"cameras": cameras, "microphones": microphones, "missing": missing}


def list_cameras(missing: Rows) -> Rows:
    """The attached cameras, the board's own first; drivers that cannot look are added to ``missing``."""
    cameras = _listed("picamera2", picamera2_camera.list_cameras, missing)
    return cameras + _listed("v4l2", v4l2_camera.list_cameras, missing)


def list_microphones(missing: Rows) -> Rows:
    """The attached microphones; as ``list_cameras``."""
    return _listed("sounddevice", sounddevice_microphone.list_microphones, missing)


def _listed(driver: str, listing: Listing, missing: Rows) -> Rows:
    try:
        return [{"driver": driver, "id": where, "name": name} for where, name in listing()]
    except Unavailable as exc:
        missing.append({"driver": driver, "reason": exc.message})
        return []


def _box_camera(kind: str, capture: Capture) -> Camera | None:
    if kind == "picamera2":
        return WatchedCamera(picamera2_camera.Picamera2Camera(capture))
    return WatchedCamera(v4l2_camera.V4l2Camera(capture)) if kind == "v4l2" else None


def _box_microphone(capture: Capture) -> Microphone:
    return WatchedMicrophone(sounddevice_microphone.SoundDeviceMicrophone(capture))


def _attached_camera(capture: Capture) -> Camera | None:
    cameras = list_cameras([])
    return _box_camera(cameras[0]["driver"], capture) if cameras else None


def _attached_microphone(capture: Capture) -> Microphone | None:
    return _box_microphone(capture) if list_microphones([]) else None
