"""picamera2 as far as the booth uses it, with a camera that can freeze, fail and be absent."""

from __future__ import annotations

import threading
import time
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tests.capture import recordings


class Board:
    """The board's camera connector; the tests turn these."""

    attached = True
    busy = False
    running = threading.Event()
    running.set()
    failing = False
    opened_count = 0
    orders: ClassVar[list[str]] = []

    @classmethod
    def reset(cls) -> None:
        cls.attached, cls.busy, cls.failing, cls.opened_count = True, False, False, 0
        cls.running.set()
        cls.orders.clear()


class Picamera2:
    """The real one's names and order of calls; a wrong order raises as there."""

    def __init__(self, camera_num: int = 0) -> None:
        if not Board.attached:
            raise IndexError("list index out of range")
        if Board.busy:
            raise RuntimeError("Camera __init__ sequence did not complete.")
        Board.busy, Board.opened_count = True, Board.opened_count + 1
        self._config: dict[str, Any] | None = None
        self._started = False

    @staticmethod
    def global_camera_info() -> list[dict[str, Any]]:
        usb = {"Model": "webcam", "Id": r"\_SB_/pcie/usb@1/video", "Num": 1}
        csi = {"Model": "imx708", "Id": "/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a", "Num": 0}
        return [csi, usb] if Board.attached else [usb]

    def create_video_configuration(self, main: dict[str, Any], controls: dict[str, Any]) -> dict[str, Any]:
        return {"main": main, "controls": controls}

    def configure(self, config: dict[str, Any]) -> None:
        if config["main"]["format"] not in ("RGB888", "BGR888"):
            raise RuntimeError("Bad format")
        self._config = config

    def start(self) -> None:
        if self._config is None:
            raise RuntimeError("Camera has not been configured")
        self._started = True

    def capture_array(self, name: str = "main") -> NDArray[np.uint8]:
        if not self._started or self._config is None:
            raise RuntimeError("Camera has not been started")
        Board.running.wait()
        if Board.failing:
            raise RuntimeError("Camera frontend has timed out!")
        time.sleep(1 / self._config["controls"]["FrameRate"])
        rgb = recordings.picture(*self._config["main"]["size"])
        return rgb if self._config["main"]["format"] == "BGR888" else rgb[..., ::-1]

    def stop(self) -> None:
        self._started = False

    def close(self) -> None:
        Board.busy = False
