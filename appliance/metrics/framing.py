"""Hints for the check step: is the face well in the picture and well lit (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from appliance.messages import FaceObservation, PostureObservation

NEAR, FAR = 0.5, 0.1
"""face width over frame width (our choice: 0.1 is 64 px of 640, where landmarks get coarse)"""

OFF_ACROSS, HIGH, LOW = 0.22, 0.18, 0.72
"""farthest from the middle sideways; highest and lowest place of the face's middle (our choice)"""

DARK, BACKLIT_FACE, BACKLIT_TIMES = 50.0, 90.0, 2.0
"""luma 0..255: a face below is too dark; a face below the second before a background this many times brighter has
the light behind it (our choice)"""

RECENT_COUNT = 5
"""observations in which somebody else counts as still there (our choice)"""


@dataclass(frozen=True, slots=True)
class Framing:
    """What the candidate is told at the check step."""

    framing: str | None
    """ "ok", "no_face", "too_near", "too_far" or "off_centre"; None: nothing was seen yet"""
    light: str | None
    """ "ok", "too_dark" or "backlit"; None: no face"""
    bystander: bool
    """somebody else is in the picture"""


def framing(faces: Sequence[FaceObservation], postures: Sequence[PostureObservation]) -> Framing:
    """Hints from the newest few seconds.

    Args:
        faces: oldest first.
        postures: likewise; the face alone decides at present.
    """
    bystander = any(f.bystander for f in faces[-RECENT_COUNT:])
    seen = [f for f in faces if f.face]
    if not faces:
        return Framing(None, None, bystander)
    if len(seen) * 2 < len(faces) or not any(f.face for f in faces[-RECENT_COUNT:]):
        return Framing("no_face", None, bystander)
    return Framing(_place(seen), _light(seen), bystander)


def _place(seen: Sequence[FaceObservation]) -> str | None:
    width = _median([f.face_width_ratio for f in seen])
    x, y = _median([f.center_x for f in seen]), _median([f.center_y for f in seen])
    if width is None or x is None or y is None:
        return None
    if width > NEAR:
        return "too_near"
    if width < FAR:
        return "too_far"
    return "off_centre" if abs(x - 0.5) > OFF_ACROSS or not HIGH <= y <= LOW else "ok"


def _light(seen: Sequence[FaceObservation]) -> str | None:
    face = _median([f.brightness for f in seen])
    behind = _median([f.background_brightness for f in seen])
    if face is None:
        return None
    if behind is not None and face < BACKLIT_FACE and behind > BACKLIT_TIMES * face:
        return "backlit"
    return "too_dark" if face < DARK else "ok"


def _median(values: Sequence[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return float(np.median(found)) if found else None
