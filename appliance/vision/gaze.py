"""Where the eyes look, seen from the lens, and whether that is at the lens (pure).

A linear model of both eyes (iris and lids, and where the picture is dark between them, against the corners of the
eye) and of the head's pose.
Its weights are fitted to rendered faces with known truth: ``models_onnx/gaze`` makes them and compares it with
gaze from MediaPipe's blendshapes and from the iris alone.
"""

from __future__ import annotations

import cmath
import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from appliance.messages import Baseline, HeadPose
from appliance.vision.iris import dark_middles

RIGHT_EYE = (*range(468, 473), 33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
LEFT_EYE = (*range(473, 478), 263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249)
"""iris (centre, then its border), upper lid from the outer corner, lower lid back; the candidate's own sides.
Source: MediaPipe's face mesh."""

EYES = np.array((RIGHT_EYE, LEFT_EYE))
OUTER, INNER = 5, 13
"""where the corners of an eye stand in it"""

BLINK_CLOSED = 0.5
"""an eye this closed has no gaze (our choice)"""

USUAL_PITCH_DEG = 10.5
"""how much higher than the lens the model sees people look who face it: the mean of seven people of the clips in
docs/seeing.md, who differ by 5 degrees each way; calibration does away with what is left"""

LOOKING_DEG, UNCALIBRATED_DEG = 10.0, 15.0
"""a gaze this near the lens is eye contact, with and without calibration: twice the mean error of one frame, and
more where people's differences come on top (our choice)"""

MAX_YAW_DEG, MAX_PITCH_DEG = 12.0, (-12.0, 25.0)
"""calibration moves the lens by no more than this (our choice; dark rims of glasses lift rendered eyes by 15 to 23)"""

FARTHEST_TURN_DEG = 30.0
"""the head's turn counts up to here; the check of the eyes asks for less (our choice)"""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gaze:
    """Where both eyes look together; 0, 0 is into the lens."""

    yaw_deg: float
    """positive: to the candidate's left"""
    pitch_deg: float
    """positive: up"""


def gaze(
    landmarks: NDArray[np.float32], rgb: NDArray[np.uint8], head: HeadPose, blendshapes: Mapping[str, float]
) -> Gaze | None:
    """Where the eyes look; None while they are closed or the picture does not tell.

    Args:
        landmarks: of the face.
        rgb: the frame.
        head: the head's pose.
        blendshapes: of the face; only eyeBlink is used.

    Shapes:
        landmarks: (478, 2) float32, x and y as shares of the frame's width and height.
        rgb: (H, W, 3) uint8.
    """
    if blink(blendshapes) > BLINK_CLOSED:
        return None
    features = eye_features(landmarks, rgb, head)
    if features is None or not np.isfinite(features).all():
        return None
    weights, constant = _model()
    yaw, pitch = (weights * features).sum(axis=1) + constant  # "@" would call BLAS, slower for so little
    return Gaze(float(yaw), float(pitch) - USUAL_PITCH_DEG)


def eye_features(landmarks: NDArray[np.float32], rgb: NDArray[np.uint8], head: HeadPose) -> Floats | None:
    """What the model is given: both eyes' points and their dark against their corners, level, in eye widths; and
    the head's angles. None where the picture does not tell.

    Shapes:
        returns: (91,) right eye 21 x (x, y) and (x, y) of its dark, left eye likewise, yaw, pitch, roll in degrees;
            x right, y up.
    """
    # a point is a complex number, so that a product turns it
    points = landmarks[EYES] * np.array((rgb.shape[1], -rgb.shape[0]), dtype=np.float64)
    eyes = points.view(np.complex128)[..., 0]
    width = abs(eyes[1, OUTER] - eyes[0, OUTER]) / 3.0
    if not width > 0.0:
        return None
    unit = cmath.rect(width, -math.radians(head.roll_deg))
    middles = (eyes[:, OUTER] + eyes[:, INNER]) / 2
    level = (eyes - middles[:, None]) / unit
    dark = dark_middles(rgb, level, middles, unit)
    if dark is None:
        return None
    both = np.concatenate((level, dark[:, None]), axis=1)
    return np.concatenate((both.ravel().view(np.float64), (head.yaw_deg, head.pitch_deg, head.roll_deg)))


@functools.cache
def _model() -> tuple[Floats, Floats]:
    """Weights (2, 91) and constants (2,) for yaw and pitch in degrees."""
    text = resources.files("appliance.vision").joinpath("gaze_weights.json").read_text("utf-8")
    table = json.loads(text)
    return np.array(table["weights"]), np.array(table["constant"])


def blink(blendshapes: Mapping[str, float]) -> float:
    """How closed the eyes are, 0..1."""
    return (blendshapes["eyeBlinkLeft"] + blendshapes["eyeBlinkRight"]) / 2


def looking(seen: Gaze | None, head: HeadPose, baseline: Baseline) -> bool | None:
    """Whether the eyes are at the lens, against how this candidate's eyes were seen when they were.

    With the check of the eyes: at this turn of the head, and nearer than that check drew the line.
    """
    if seen is None:
        return None
    yaw_deg, pitch_deg, cone_deg = _at_lens(head, baseline)
    yaw_deg = max(-MAX_YAW_DEG, min(MAX_YAW_DEG, yaw_deg))
    pitch_deg = max(MAX_PITCH_DEG[0], min(MAX_PITCH_DEG[1], pitch_deg))
    return math.hypot(seen.yaw_deg - yaw_deg, seen.pitch_deg - pitch_deg) <= cone_deg


def _at_lens(head: HeadPose, baseline: Baseline) -> tuple[float, float, float]:
    """The gaze that a look at the lens would show, and how far from it is still eye contact."""
    eyes = baseline.eyes
    if eyes is not None:
        turn_deg = max(-FARTHEST_TURN_DEG, min(FARTHEST_TURN_DEG, head.yaw_deg - eyes.head_yaw_deg))
        yaw_deg = eyes.yaw_deg + eyes.yaw_per_turn * turn_deg
        return yaw_deg, eyes.pitch_deg + eyes.pitch_per_turn * turn_deg, eyes.cone_deg or LOOKING_DEG
    if baseline.gaze_yaw_deg is None:
        return 0.0, 0.0, UNCALIBRATED_DEG
    return baseline.gaze_yaw_deg, baseline.gaze_pitch_deg or 0.0, LOOKING_DEG
