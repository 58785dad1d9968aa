"""MediaPipe PoseLandmarker: a frame -> shoulders, head over shoulders, hands, movement."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.errors import Broken
from appliance.messages import PostureObservation
from appliance.vision._tasks import VideoClock, as_image, close, load
from appliance.vision.candidate import Box

NOSE, EARS, SHOULDERS = 0, (7, 8), (11, 12)
WRISTS, HANDS = (15, 16), (17, 18, 19, 20, 21, 22)
"""left before right, as the candidate's own. Source: MediaPipe's pose landmark list."""

VISIBLE = 0.5
"""a landmark less visible than this is not used (our choice)"""

HAND_TO_FACE = 0.45
"""a hand this near the nose, in shoulder widths, touches the face (our choice)"""

LONGEST_SECONDS = 3.0
"""movement is not told over a longer gap (our choice)"""


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """One body of one frame; never leaves the room."""

    points_px: NDArray[np.float64]
    """(33, 2) x right, y down"""
    visible: NDArray[np.float64]
    """(33,) 0..1"""
    width_px: int
    """of the frame"""
    t: float
    """seconds on the capture clock"""


class BodyPosture:
    """The model, loaded; keep it on one worker.

    Args:
        path: a PoseLandmarker ``.task`` file.

    Raises:
        Unavailable: "vision.model_missing".
        Broken: "vision.model_unreadable".
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._followed = load(path, lambda content: landmarker(content, "VIDEO"))
        self._single: Any = None
        self._clock = VideoClock()
        self._last: Body | None = None

    def follow(self, rgb: NDArray[np.uint8], t: float, face: Box | None = None) -> PostureObservation:
        """The posture in the next frame of a video.

        Args:
            rgb: (H, W, 3) uint8.
            t: seconds on the capture clock.
            face: where the candidate's face is, if that is known: a body with its nose elsewhere is not theirs.

        Raises:
            Broken: "vision.posture_failed".
        """
        image = as_image(rgb)
        body = _body(lambda: self._followed.detect_for_video(image, self._clock.at(t)), rgb, t)
        if body is not None and face is not None and not _belongs(body, face, rgb):
            body = None
        last, self._last = self._last, body
        return posture(t, body, last)

    def find(self, rgb: NDArray[np.uint8], t: float) -> PostureObservation:
        """The same in one picture that belongs to no video."""
        if self._single is None:
            self._single = load(self._path, lambda content: landmarker(content, "IMAGE"))
        return posture(t, _body(lambda: self._single.detect(as_image(rgb)), rgb, t), None)

    def forget(self) -> None:
        """Another candidate comes: movement begins anew."""
        self._last = None

    def close(self) -> None:
        """End; nothing may be asked afterwards."""
        close(self._followed, self._single)


def posture(t: float, body: Body | None, last: Body | None) -> PostureObservation:
    """What a body shows; ``last`` is the one of the frame analysed before."""
    if body is None or min(body.visible[list(SHOULDERS)]) < VISIBLE:
        return PostureObservation(t, body=False)
    left, right = body.points_px[list(SHOULDERS)]
    width_px = float(np.linalg.norm(left - right))
    if width_px < 1.0:
        return PostureObservation(t, body=False)
    head = body.points_px[list(EARS)].mean(axis=0) if min(body.visible[list(EARS)]) >= VISIBLE else None
    across, up = (head - (left + right) / 2) if head is not None else (math.nan, math.nan)
    return PostureObservation(
        t,
        body=True,
        shoulder_tilt_deg=math.degrees(math.atan2(left[1] - right[1], abs(left[0] - right[0]))),
        lean_deg=math.degrees(math.atan2(across, -up)) if head is not None else None,
        shoulder_width_ratio=width_px / body.width_px,
        neck_ratio=float(-up) / width_px if head is not None else None,
        hand_to_face=_hand_to_face(body, width_px),
        movement=_movement(body, last, width_px),
    )


def _hand_to_face(body: Body, width_px: float) -> bool | None:
    if body.visible[NOSE] < VISIBLE:
        return None
    seen = [i for i in (*WRISTS, *HANDS) if body.visible[i] >= VISIBLE]
    away = [float(np.linalg.norm(body.points_px[i] - body.points_px[NOSE])) for i in seen]
    return min(away, default=math.inf) < HAND_TO_FACE * width_px


def _movement(body: Body, last: Body | None, width_px: float) -> float | None:
    """Mean shift of shoulders and nose, in shoulder widths per second."""
    if last is None or not 0.0 < body.t - last.t <= LONGEST_SECONDS:
        return None
    points = [NOSE, *SHOULDERS]
    if min(last.visible[points].min(), body.visible[points].min()) < VISIBLE:
        return None
    shift = np.linalg.norm(body.points_px[points] - last.points_px[points], axis=1).mean()
    return float(shift) / width_px / (body.t - last.t)


def _belongs(body: Body, face: Box, rgb: NDArray[np.uint8]) -> bool:
    height, width = rgb.shape[:2]
    x, y = body.points_px[NOSE] / (width, height)
    return bool(face.left <= x <= face.right and face.top <= y <= face.bottom)


def _body(detect: Callable[[], Any], rgb: NDArray[np.uint8], t: float) -> Body | None:
    try:
        found = detect()
    except (RuntimeError, ValueError) as exc:
        raise Broken("vision.posture_failed", "the pose landmarker failed") from exc
    if not found.pose_landmarks:
        return None
    height, width = rgb.shape[:2]
    points = found.pose_landmarks[0]
    return Body(
        points_px=np.array([(p.x * width, p.y * height) for p in points]),
        visible=np.array([p.visibility or 0.0 for p in points]),
        width_px=width,
        t=t,
    )


def landmarker(content: bytes, mode: str) -> Any:
    """MediaPipe's own PoseLandmarker of a bundle; mode "VIDEO" or "IMAGE"."""
    from mediapipe.tasks.python import BaseOptions, vision

    return vision.PoseLandmarker.create_from_options(
        vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=content), running_mode=vision.RunningMode[mode]
        )
    )
