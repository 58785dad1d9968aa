"""One record of every 2 s while answering, as it stands in the store and on ``/ws/video`` (pure).

``face_coverage`` ``eye_contact`` ``mouth_activity``: shares 0..1 of the observations; ``posture`` ``engagement``:
0..10; ``head_pose``: degrees, medians; ``expression``: mean probabilities. None where it was not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from appliance.messages import Baseline, FaceObservation, HeadPose, Measured, PostureObservation
from appliance.metrics.body import measure_body
from appliance.metrics.mouth import moving
from appliance.metrics.presence import engagement_score, expression_mix, face_coverage, facing
from appliance.metrics.spans import Timeline


def record(
    faces: Sequence[FaceObservation],
    postures: Sequence[PostureObservation],
    baseline: Baseline | None,
    *,
    expression: bool = True,
) -> dict[str, object]:
    """The record of one window, without its time.

    Args:
        faces: what the watcher saw in the window.
        postures: likewise.
        baseline: of the check step.
        expression: this site offers it; else the record has no such field.
    """
    baseline = baseline or Baseline()
    faces = sorted(faces, key=lambda f: f.t)
    time, body_time = _even(faces), _even(postures)
    eyes, in_view = time.share([f.looking for f in faces]), face_coverage(faces, time)
    found: dict[str, object] = {
        "face_coverage": _rounded(in_view),
        "eye_contact": _rounded(eyes),
        "head_pose": _head_pose(faces),
        "posture": _rounded(measure_body(postures, body_time, baseline)["posture"], 2),
        "engagement": _rounded(engagement_score(eyes, time.share(facing(faces, baseline)), in_view), 2),
        "mouth_activity": _rounded(time.share(moving(faces, np.array([f.t for f in faces])))),
    }
    return found | {"expression": _rounded_mix(faces)} if expression else found


def _rounded_mix(faces: Sequence[FaceObservation]) -> dict[str, float] | None:
    shown = expression_mix(faces)
    return {name: round(p, 3) for name, p in shown.items()} if shown else None


def _even(observations: Sequence[FaceObservation] | Sequence[PostureObservation]) -> Timeline:
    """A window's observations, all of one weight."""
    count = len(observations)
    return Timeline(np.arange(count, dtype=np.float64), np.ones(count), float(count))


def _head_pose(faces: Sequence[FaceObservation]) -> dict[str, float] | None:
    heads = [f.head_pose for f in faces if f.head_pose is not None]
    if not heads:
        return None
    axes: dict[str, Callable[[HeadPose], float]] = {
        "yaw": lambda h: h.yaw_deg,
        "pitch": lambda h: h.pitch_deg,
        "roll": lambda h: h.roll_deg,
    }
    return {name: round(float(np.median([axis(h) for h in heads])), 1) for name, axis in axes.items()}


def _rounded(measured: Measured, digits: int = 3) -> float | None:
    return None if measured.value is None else round(measured.value, digits)
