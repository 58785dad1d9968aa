"""USB cameras by V4L2, read with OpenCV."""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.capture.picture import fit
from appliance.capture.threaded_camera import Device, ThreadedCamera
from appliance.errors import Unavailable
from appliance.settings import Capture

_QUERYCAP = 0x80685600
"""VIDIOC_QUERYCAP. Source: linux/videodev2.h"""
_CAPABILITY = struct.Struct("16s32s32sIII12x")
_VIDEO_CAPTURE = 0x1
_BOARD_DRIVERS = (b"pisp", b"rp1-cfe", b"unicam", b"bcm2835", b"rpi", b"rpivid")
"""nodes of a Raspberry Pi's own image pipeline: they look like cameras and are read through libcamera only"""


def list_cameras(nodes: Path = Path("/dev")) -> list[tuple[str, str]]:
    """The USB cameras that are attached: (path, name)."""
    found = [(str(path), _card(path)) for path in sorted(nodes.glob("video*"), key=_number)]
    return [(path, name) for path, name in found if name is not None]


def _number(path: Path) -> int:
    digits = path.name.removeprefix("video")
    return int(digits) if digits.isdigit() else 0


def _card(path: Path) -> str | None:
    """The name a capture device gives itself; None for anything else."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        answer = fcntl.ioctl(fd, _QUERYCAP, bytes(_CAPABILITY.size))
    except OSError:
        return None
    finally:
        os.close(fd)
    return capture_name(answer)


def capture_name(capability: bytes) -> str | None:
    """The card's name in a ``v4l2_capability``; None when it is not a camera we can read."""
    driver, card, _, _, _, device_caps = _CAPABILITY.unpack(capability)
    if not device_caps & _VIDEO_CAPTURE or driver.startswith(_BOARD_DRIVERS):
        return None
    return str(card.split(b"\0")[0].decode(errors="replace"))


class V4l2Camera(ThreadedCamera):
    """A USB camera; the first one unless the settings name its path."""

    name = "v4l2"

    def _device(self) -> Device:
        path, name = self._capture.camera_device, self._capture.camera_device
        if not path:
            cameras = list_cameras()
            if not cameras:
                raise Unavailable("capture.camera_missing", "no camera is attached")
            path, name = cameras[0]
        if not Path(path).exists():
            raise Unavailable("capture.camera_missing", f"{path} is not there")
        return _OpenCvDevice(path, name, self._capture)


class _OpenCvDevice:
    """An opened ``cv2.VideoCapture``."""

    def __init__(self, path: str, name: str, capture: Capture) -> None:
        # OpenCV waits 10 s for a frozen camera; shorter lets its thread end soon after the stall was seen
        os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "3")
        import cv2

        self.detail = name
        self._cv2: Any = cv2
        self._box = (capture.width_px, capture.height_px)
        backend = cv2.CAP_V4L2 if path.startswith("/dev/") else cv2.CAP_ANY
        self._video = cv2.VideoCapture(path, backend)
        if not self._video.isOpened():
            raise Unavailable(
                "capture.camera_failed", f"{path} cannot be opened; is something else using it?"
            )
        # compressed pictures first: at 640x480 raw ones need most of a USB 2 bus
        self._video.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._video.set(cv2.CAP_PROP_FRAME_WIDTH, capture.width_px)
        self._video.set(cv2.CAP_PROP_FRAME_HEIGHT, capture.height_px)
        self._video.set(cv2.CAP_PROP_FPS, capture.frame_rate_hz)

    def grab(self) -> bool:
        """Wait for the next picture."""
        return bool(self._video.grab())

    def picture(self) -> NDArray[np.uint8] | None:
        """The grabbed picture."""
        ok, bgr = self._video.retrieve()
        if not ok or bgr is None:
            return None
        size = fit(bgr.shape[1], bgr.shape[0], self._box)
        if size != (bgr.shape[1], bgr.shape[0]):
            bgr = self._cv2.resize(bgr, size, interpolation=self._cv2.INTER_AREA)
        return np.asarray(self._cv2.cvtColor(bgr, self._cv2.COLOR_BGR2RGB), dtype=np.uint8)

    def release(self) -> None:
        """Free the device."""
        self._video.release()
