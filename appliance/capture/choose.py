"""Which camera and which microphone the booth uses, and what is attached at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from appliance.capture import picamera2_camera, sounddevice_microphone, v4l2_camera
from appliance.capture.device_watch import WatchedCamera, WatchedMicrophone
from appliance.capture.replay import Recording
from appliance.capture.source import Camera, DisabledCamera, DisabledMicrophone, Microphone
from appliance.errors import Invalid, Unavailable
from appliance.settings import Capture

Listing = Callable[[], list[tuple[str, str]]]


class Browser(Protocol):
    """A browser's devices (``WebRtcPeers``)."""

    @property
    def camera(self) -> Camera:
        """Its camera."""

    @property
    def microphone(self) -> Microphone:
        """Its microphone."""


def choose_camera(capture: Capture, browser: Browser | None, recording: Recording | None = None) -> Camera:
    """The camera the settings name, not yet opened; "auto": an attached one, else the browser's, else none.

    Looks at devices: call it on a thread.

    Args:
        capture: the settings.
        browser: whose camera "webrtc" is.
        recording: whose pictures "replay" is; None: ``capture.replay_file``, by itself.
    """
    kind = _auto_camera(browser) if capture.camera == "auto" else capture.camera
    if kind == "picamera2":
        return WatchedCamera(picamera2_camera.Picamera2Camera(capture))
    if kind == "v4l2":
        return WatchedCamera(v4l2_camera.V4l2Camera(capture))
    if kind == "replay":
        return (recording or choose_recording(capture)).camera
    return browser.camera if kind == "webrtc" and browser is not None else DisabledCamera()


def choose_microphone(
    capture: Capture, browser: Browser | None, recording: Recording | None = None
) -> Microphone:
    """The microphone the settings name, not yet opened; as ``choose_camera``."""
    kind = _auto_microphone(browser) if capture.microphone == "auto" else capture.microphone
    if kind == "sounddevice":
        return WatchedMicrophone(sounddevice_microphone.SoundDeviceMicrophone(capture))
    if kind == "replay":
        return (recording or choose_recording(capture)).microphone
    return browser.microphone if kind == "webrtc" and browser is not None else DisabledMicrophone()


def choose_recording(capture: Capture) -> Recording:
    """The recording of the settings, as a device that plays it again and again.

    Raises:
        Invalid: "capture.no_replay_file".
    """
    if not capture.replay_file:
        raise Invalid("capture.no_replay_file", "capture.replay_file: replay needs a recording")
    return Recording(Path(capture.replay_file), capture, loop=True)


def list_devices() -> dict[str, list[dict[str, str]]]:
    """What is attached, for ``kabil check``; looks at devices: call it on a thread.

    Returns:
        "cameras" and "microphones", each with "driver", "id" and "name";
        "missing" with "driver" and "reason".
    """
    missing: list[dict[str, str]] = []
    cameras = _listed("picamera2", picamera2_camera.list_cameras, missing)
    cameras += _listed("v4l2", v4l2_camera.list_cameras, missing)
    microphones = _listed("sounddevice", sounddevice_microphone.list_microphones, missing)
    return {"cameras": cameras, "microphones": microphones, "missing": missing}


def _listed(driver: str, listing: Listing, missing: list[dict[str, str]]) -> list[dict[str, str]]:
    try:
        return [{"driver": driver, "id": where, "name": name} for where, name in listing()]
    except Unavailable as exc:
        missing.append({"driver": driver, "reason": exc.message})
        return []


def _auto_camera(browser: Browser | None) -> str:
    cameras = list_devices()["cameras"]
    return cameras[0]["driver"] if cameras else _else(browser)


def _auto_microphone(browser: Browser | None) -> str:
    return "sounddevice" if list_devices()["microphones"] else _else(browser)


def _else(browser: Browser | None) -> str:
    return "disabled" if browser is None else "webrtc"
