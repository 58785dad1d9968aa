"""CSI cameras of a Raspberry Pi, by picamera2 (which only Raspberry Pi OS has)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.capture.threaded_camera import Device, ThreadedCamera
from appliance.errors import Unavailable
from appliance.settings import Capture


def list_cameras() -> list[tuple[str, str]]:
    """The CSI cameras that are attached: (number, model). Empty where picamera2 is not installed."""
    try:
        infos = _picamera2().global_camera_info()
    except Unavailable:
        return []
    # libcamera lists USB cameras too; those are read by V4L2
    return [(str(i["Num"]), str(i["Model"])) for i in infos if "/usb@" not in str(i.get("Id", ""))]


class Picamera2Camera(ThreadedCamera):
    """A CSI camera; the first one unless the settings give its number."""

    name = "picamera2"

    def _device(self) -> Device:
        cameras = dict(list_cameras())
        number = self._capture.camera_device or next(iter(cameras), "")
        if number not in cameras:
            raise Unavailable("capture.camera_missing", "no camera is attached to the board")
        return _PicameraDevice(_picamera2(), int(number), cameras[number], self._capture)


class _PicameraDevice:
    """A started ``Picamera2``."""

    def __init__(self, picamera2: Any, number: int, model: str, capture: Capture) -> None:
        self.detail = model
        self._rgb: NDArray[np.uint8] | None = None
        try:
            self._camera = picamera2(number)
        except (RuntimeError, IndexError) as exc:
            raise Unavailable(
                "capture.camera_failed", f"{model} cannot be opened; is something else using it?"
            ) from exc
        try:
            self._start(capture)
        except BaseException:
            self._camera.close()
            raise

    def _start(self, capture: Capture) -> None:
        # libcamera names formats by the bytes of a little-endian word: "BGR888" lies as R, G, B in an array
        # Source: The Picamera2 Library (manual), "Image formats"
        main = {"size": (capture.width_px, capture.height_px), "format": "BGR888"}
        controls = {"FrameRate": capture.frame_rate_hz}
        self._camera.configure(self._camera.create_video_configuration(main=main, controls=controls))
        self._camera.start()

    def grab(self) -> bool:
        """Wait for the next picture."""
        self._rgb = np.ascontiguousarray(self._camera.capture_array("main"), dtype=np.uint8)
        return True

    def picture(self) -> NDArray[np.uint8] | None:
        """The grabbed picture."""
        return self._rgb

    def release(self) -> None:
        """Free the device."""
        self._camera.stop()
        self._camera.close()


def _picamera2() -> Any:
    try:
        from picamera2 import Picamera2
    except (ImportError, OSError) as exc:
        raise Unavailable(
            "capture.no_picamera2", "picamera2 is not installed; only Raspberry Pi OS has it"
        ) from exc
    return Picamera2
