"""What the check step learns of how this candidate looks and sits (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from appliance.messages import Baseline, EyeFit, FaceObservation, PostureObservation

LENS_CONE_DEG = 15.0
"""a gaze farther from the lens than this was not meant for it (our choice)"""

MIN_FACES, MIN_SHARE, MIN_BODIES = 10, 0.3, 3
"""observations needed, and share of all gazes that must be near the lens (our choice)"""


TARGETS = ("lens", "top_left", "top_right", "bottom_right", "bottom_left", "turn_left", "turn_right")
"""what is looked at in the check of the eyes, in this order; at the last two it is the lens, with the head turned"""

TURNED_DEG = {"turn_left": 8.0, "turn_right": -8.0}
"""a head turned less has not turned (our choice; the pose's mean error is 3 degrees)"""

LEFT, RIGHT = ("top_left", "bottom_left"), ("top_right", "bottom_right")

MIN_LOOKS = 4
"""at a target, before it counts (our choice)"""

RIDGE_DEG2 = 1000.0
"""draws the slope to none: two turns of 16 degrees count a third. Rendered persons: models_onnx/gaze/README.md"""

NEARER, LINE_DEG = 0.6, (8.0, 12.0)
"""eye contact ends at this share of the way to the nearest corner, within these bounds: below the first, one frame's
error (4 degrees each way) would cost real looks at the lens. Rendered persons, likewise"""

APART_DEG = 4.0
"""left and right corners seen less apart were not looked at (our choice; a 7 inch panel gives 8 to 13)"""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Look:
    """One frame of the check of the eyes."""

    target: str
    """one of ``TARGETS``"""
    face: FaceObservation


def joined(known: Baseline, fresh: Baseline) -> Baseline:
    """Both; where both know, the fresh one."""
    found = {field.name: getattr(fresh, field.name) for field in fields(fresh)}
    return replace(known, **{name: value for name, value in found.items() if value is not None})


def add_baseline(
    baseline: Baseline, faces: Sequence[FaceObservation], postures: Sequence[PostureObservation]
) -> Baseline:
    """The baseline with gaze, head and posture of the check step; what is already known stays.

    Args:
        baseline: what is known so far.
        faces: seen while the candidate was asked to look at the lens.
        postures: seen while the candidate sat as for the interview.
    """
    near = _near_lens(faces)
    if near and baseline.gaze_yaw_deg is None:
        baseline = replace(
            baseline,
            gaze_yaw_deg=_median([f.gaze_yaw_deg for f in near]),
            gaze_pitch_deg=_median([f.gaze_pitch_deg for f in near]),
            head_yaw_deg=_median([f.head_pose.yaw_deg for f in near if f.head_pose]),
            head_pitch_deg=_median([f.head_pose.pitch_deg for f in near if f.head_pose]),
        )
    bodies = [p for p in postures if p.body]
    if len(bodies) >= MIN_BODIES and baseline.shoulder_width_ratio is None:
        baseline = replace(
            baseline,
            neck_ratio=_median([p.neck_ratio for p in bodies]),
            shoulder_width_ratio=_median([p.shoulder_width_ratio for p in bodies]),
            shoulder_tilt_deg=_median([p.shoulder_tilt_deg for p in bodies]),
        )
    return baseline


def add_eyes(baseline: Baseline, looks: Sequence[Look]) -> Baseline:
    """The baseline with what the check of the eyes taught; as it was, when that was too little."""
    eyes = fit_eyes(looks)
    if eyes is None:
        return baseline
    heads = [look.face.head_pose for look in looks if look.target == "lens" and look.face.head_pose]
    return replace(
        baseline,
        gaze_yaw_deg=eyes.yaw_deg,
        gaze_pitch_deg=eyes.pitch_deg,
        head_yaw_deg=eyes.head_yaw_deg,
        head_pitch_deg=_median([head.pitch_deg for head in heads]),
        eyes=eyes,
    )


def fit_eyes(looks: Sequence[Look]) -> EyeFit | None:
    """How these eyes are seen at the lens, and where eye contact ends; None: too few looks at the lens to trust.

    The lens: the median look at it, and its change with the head's turn, fitted to the looks with a turned head and
    drawn towards none (ridge). The line: a share of the way to the corner of the screen that is seen nearest.
    """
    seen = {target: middle for target in TARGETS if (middle := _middle(looks, target)) is not None}
    lens = seen.get("lens")
    if lens is None:
        return None
    turned = np.array([seen[target] - lens for target in TURNED_DEG if target in seen]).reshape(-1, 3)
    slope = turned[:, 2] @ turned[:, :2] / (turned[:, 2] @ turned[:, 2] + RIDGE_DEG2)
    return EyeFit(
        yaw_deg=float(lens[0]),
        pitch_deg=float(lens[1]),
        head_yaw_deg=float(lens[2]),
        yaw_per_turn=float(slope[0]),
        pitch_per_turn=float(slope[1]),
        cone_deg=_line(seen, slope),
    )


def _line(seen: Mapping[str, Floats], slope: Floats) -> float | None:
    """How far from the lens eye contact ends, degrees; None when the corners were not looked at, or not all."""
    if not all(corner in seen for corner in (*LEFT, *RIGHT)):
        return None
    aims = {
        target: at[:2] - seen["lens"][:2] - slope * (at[2] - seen["lens"][2]) for target, at in seen.items()
    }
    across = np.mean([aims[c][0] for c in LEFT]) - np.mean([aims[c][0] for c in RIGHT])
    if across < APART_DEG:
        return None
    nearest = min(float(np.hypot(*aims[corner])) for corner in (*LEFT, *RIGHT))
    return float(np.clip(NEARER * nearest, *LINE_DEG))


def _middle(looks: Sequence[Look], target: str) -> Floats | None:
    """Median gaze yaw and pitch and head yaw of the looks at a target; None when they are few."""
    faces = [look.face for look in looks if look.target == target and look.face.head_pose]
    if len(faces) < MIN_LOOKS:
        return None
    seen = [(f.gaze_yaw_deg, f.gaze_pitch_deg, f.head_pose.yaw_deg) for f in faces if f.head_pose]
    return np.asarray(np.median(np.array(seen, dtype=np.float64), axis=0))


def _near_lens(faces: Sequence[FaceObservation]) -> list[FaceObservation]:
    """The observations that may be looks at the lens; none when they are too few to trust."""
    known = [f for f in faces if f.gaze_yaw_deg is not None and f.gaze_pitch_deg is not None]
    near = [f for f in known if np.hypot(f.gaze_yaw_deg or 0.0, f.gaze_pitch_deg or 0.0) <= LENS_CONE_DEG]
    return near if len(near) >= max(MIN_FACES, MIN_SHARE * len(known)) else []


def _median(values: Sequence[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return float(np.median(found)) if found else None
