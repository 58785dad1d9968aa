"""The check step's dot: where it is, and what the eyes and the head do meanwhile (pure; time is an argument).

::

    lens -> top_left -> top_right -> bottom_right -> bottom_left -> turn_left -> turn_right -> over

A target goes when enough good looks at it were seen, or its time is over; nobody in the picture ends the whole.
Left and right are the candidate's own. What is kept here lives until the check is over, in memory only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from appliance.messages import FaceObservation
from appliance.metrics.calibration import MIN_LOOKS, TARGETS, TURNED_DEG, Look

SETTLE_SECONDS = {"lens": 1.5, "turn_left": 1.5, "turn_right": 1.5}
SETTLE_CORNER_SECONDS = 0.7
"""until the words are read and the eyes are there (our choice; to a dot alone they need 0.2 to 0.5 s)"""

REST_SECONDS = {"lens": 1.6}
REST_OTHERS_SECONDS = 1.0
"""how long the good looks at a target last, from the first to the last (our choice)"""

LIMIT_SECONDS = 6.0
"""longest time of one target; also how long nobody may be in the picture (our choice)"""

FARTHEST_TURN_DEG = 35.0
"""a head turned farther tells nothing of the eyes (our choice)"""


@dataclass(frozen=True, slots=True)
class EyeCheck:
    """Where the check of the eyes stands."""

    since: float
    """monotonic seconds when the target was shown"""
    face_at: float
    """likewise, of the last look with a face"""
    index: int = 0
    looks: tuple[Look, ...] = ()
    """good ones, oldest first"""

    @property
    def target(self) -> str:
        """What is shown."""
        return TARGETS[self.index]

    @property
    def here(self) -> list[FaceObservation]:
        """The good looks at what is shown."""
        return [look.face for look in self.looks if look.target == self.target]


def begin(now: float) -> EyeCheck:
    """The first target is shown."""
    return EyeCheck(since=now, face_at=now)


def see(check: EyeCheck, face: FaceObservation, now: float) -> EyeCheck:
    """A frame was looked at."""
    if not face.face:
        return check
    check = replace(check, face_at=now)
    settle_seconds = SETTLE_SECONDS.get(check.target, SETTLE_CORNER_SECONDS)
    if now - check.since < settle_seconds or not _is_good(check, face):
        return check
    return replace(check, looks=(*check.looks, Look(check.target, face)))


def advance(check: EyeCheck, now: float) -> EyeCheck | None:
    """Let time pass; None: it is over."""
    if now - check.face_at > LIMIT_SECONDS:
        return None
    if not _is_enough(check) and now - check.since <= LIMIT_SECONDS:
        return check
    if check.index + 1 == len(TARGETS):
        return None
    return replace(check, index=check.index + 1, since=now)


def wire(check: EyeCheck | None) -> dict[str, Any] | None:
    """What the page is told."""
    if check is None:
        return None
    return {"target": check.target, "index": check.index, "count": len(TARGETS)}


def _is_enough(check: EyeCheck) -> bool:
    here = check.here
    rest_seconds = REST_SECONDS.get(check.target, REST_OTHERS_SECONDS)
    return len(here) >= MIN_LOOKS and here[-1].t - here[0].t >= rest_seconds - 1e-6


def _is_good(check: EyeCheck, face: FaceObservation) -> bool:
    """Open eyes, and the head turned where that is asked."""
    if face.gaze_yaw_deg is None or face.head_pose is None:
        return False
    way = TURNED_DEG.get(check.target)
    if way is None:
        return True
    straight = [
        look.face.head_pose.yaw_deg for look in check.looks if look.target == "lens" and look.face.head_pose
    ]
    turned = face.head_pose.yaw_deg - (float(np.median(straight)) if straight else 0.0)
    return bool(abs(way) <= turned * np.sign(way) <= FARTHEST_TURN_DEG)
