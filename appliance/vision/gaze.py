"""Where the eyes look, seen from the lens, and whether that is at the lens (pure)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from appliance.messages import Baseline, HeadPose

EYE_YAW_DEG, EYE_PITCH_DEG = 30.0, 25.0
"""How far an eye is turned when its blendshape says 1."""

BLINK_CLOSED = 0.5
"""an eye this closed has no gaze (our choice)"""

LOOKING_YAW_DEG, LOOKING_PITCH_DEG = 10.0, 10.0
"""half axes of the cone that counts as eye contact (our choice)"""

MAX_CORRECTION_DEG = 12.0
"""calibration moves the lens by no more than this (our choice)"""


@dataclass(frozen=True, slots=True)
class Gaze:
    """Where both eyes look together; 0, 0 is into the lens."""

    yaw_deg: float
    """positive: to the candidate's left"""
    pitch_deg: float
    """positive: up"""


def gaze(head: HeadPose, blendshapes: Mapping[str, float]) -> Gaze | None:
    """Where the eyes look, by head pose and eye blendshapes; None while they are closed."""
    if blink(blendshapes) > BLINK_CLOSED:
        return None
    to_left = blendshapes["eyeLookOutLeft"] - blendshapes["eyeLookInLeft"]
    to_left += blendshapes["eyeLookInRight"] - blendshapes["eyeLookOutRight"]
    up = blendshapes["eyeLookUpLeft"] - blendshapes["eyeLookDownLeft"]
    up += blendshapes["eyeLookUpRight"] - blendshapes["eyeLookDownRight"]
    return Gaze(
        yaw_deg=head.yaw_deg + to_left / 2 * EYE_YAW_DEG,
        pitch_deg=head.pitch_deg + up / 2 * EYE_PITCH_DEG,
    )


def blink(blendshapes: Mapping[str, float]) -> float:
    """How closed the eyes are, 0..1."""
    return (blendshapes["eyeBlinkLeft"] + blendshapes["eyeBlinkRight"]) / 2


def looking(seen: Gaze | None, baseline: Baseline) -> bool | None:
    """Whether the eyes are at the lens, against how this candidate's eyes were seen when they were."""
    if seen is None:
        return None
    yaw = seen.yaw_deg - _limited(baseline.gaze_yaw_deg)
    pitch = seen.pitch_deg - _limited(baseline.gaze_pitch_deg)
    return math.hypot(yaw / LOOKING_YAW_DEG, pitch / LOOKING_PITCH_DEG) <= 1.0


def _limited(correction_deg: float | None) -> float:
    return max(-MAX_CORRECTION_DEG, min(MAX_CORRECTION_DEG, correction_deg or 0.0))
