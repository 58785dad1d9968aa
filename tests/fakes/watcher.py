"""A watcher without models: a face in every picture that is not black; faults on command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.errors import ApplianceError
from appliance.messages import Baseline, FaceObservation, HeadPose, PostureObservation, VideoFrame
from appliance.settings import Vision
from appliance.vision.watcher import Watcher


class FakeWatcher(Watcher):
    """Sees what its pictures' brightness says."""

    def __init__(self) -> None:
        super().__init__(Vision(), None, None, None, lambda observation: None)
        self.fault: ApplianceError | None = None
        self.looked_count = 0
        self.calibrated: list[Baseline] = []
        self.on_look: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Nothing to load."""

    async def stop(self) -> None:
        """Nothing to end."""

    def frame(self, frame: VideoFrame) -> None:
        """Frames are not looked at."""

    def calibrate(self, baseline: Baseline) -> None:
        """Nothing is looked at, but what is told is known."""
        self.calibrated.append(baseline)

    async def look(self, rgb: NDArray[np.uint8], t: float, expression: bool = False) -> FaceObservation:
        """A face looking at the lens, unless the picture is black."""
        if self.fault is not None:
            raise self.fault
        self.looked_count += 1
        self.on_look()
        if float(rgb.mean()) < 8:
            return FaceObservation(t, face=False)
        mix = {"happy": 0.75, "neutral": 0.25} if expression else None
        return FaceObservation(t, face=True, head_pose=HeadPose(1.0, 2.0, 3.0), looking=True, expression=mix)

    async def look_at_posture(self, rgb: NDArray[np.uint8], t: float) -> PostureObservation | None:
        """No posture model."""
        return None

    def health(self) -> dict[str, Any]:
        """For ``/health``."""
        return {"looked_count": self.looked_count}
