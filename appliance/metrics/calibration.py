"""What the check step learns of how this candidate looks and sits (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from appliance.messages import Baseline, FaceObservation, PostureObservation

LENS_CONE_DEG = 15.0
"""a gaze farther from the lens than this was not meant for it (our choice)"""

MIN_FACES, MIN_SHARE, MIN_BODIES = 10, 0.3, 3
"""observations needed, and share of all gazes that must be near the lens (our choice)"""


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


def _near_lens(faces: Sequence[FaceObservation]) -> list[FaceObservation]:
    """The observations that may be looks at the lens; none when they are too few to trust."""
    known = [f for f in faces if f.gaze_yaw_deg is not None and f.gaze_pitch_deg is not None]
    near = [f for f in known if np.hypot(f.gaze_yaw_deg or 0.0, f.gaze_pitch_deg or 0.0) <= LENS_CONE_DEG]
    return near if len(near) >= max(MIN_FACES, MIN_SHARE * len(known)) else []


def _median(values: Sequence[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return float(np.median(found)) if found else None
