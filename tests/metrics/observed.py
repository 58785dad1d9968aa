"""Made-up observations at the watcher's rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from appliance.messages import FaceObservation, HeadPose, PostureObservation

FACE_HZ, POSTURE_HZ = 5.0, 1.0
AT_LENS = FaceObservation(
    0.0,
    face=True,
    head_pose=HeadPose(0.0, 0.0, 0.0),
    gaze_yaw_deg=1.0,
    gaze_pitch_deg=-2.0,
    looking=True,
    mouth_open=0.02,
    smile=0.0,
    blink=0.05,
    face_width_ratio=0.25,
    center_x=0.5,
    center_y=0.45,
    brightness=120.0,
    background_brightness=130.0,
)
UPRIGHT = PostureObservation(
    0.0,
    body=True,
    shoulder_tilt_deg=1.0,
    lean_deg=0.0,
    shoulder_width_ratio=0.5,
    neck_ratio=0.6,
    hand_to_face=False,
    movement=0.02,
)


def nobody(t: float) -> FaceObservation:
    """A frame without a face."""
    return FaceObservation(t, face=False)


def faces(
    seconds: float,
    change: Callable[[FaceObservation], FaceObservation] = lambda f: f,
    start: float = 100.0,
    rate_hz: float = FACE_HZ,
) -> list[FaceObservation]:
    """Somebody who looks at the lens; ``change`` is given each observation with its time since the start."""
    count = round(seconds * rate_hz)
    made = [change(replace(AT_LENS, t=i / rate_hz)) for i in range(count)]
    return [replace(f, t=f.t + start) for f in made]


def postures(
    seconds: float,
    change: Callable[[PostureObservation], PostureObservation] = lambda p: p,
    start: float = 100.0,
    rate_hz: float = POSTURE_HZ,
) -> list[PostureObservation]:
    """Somebody who sits upright; likewise."""
    made = [change(replace(UPRIGHT, t=i / rate_hz)) for i in range(round(seconds * rate_hz))]
    return [replace(p, t=p.t + start) for p in made]
