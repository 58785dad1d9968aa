"""Posture: shoulders, head over shoulders, distance, stillness, hands, against the check step (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.messages import Baseline, Measured, PostureObservation
from appliance.metrics.spans import Timeline

TILTED_DEG, LEANING_DEG = 8.0, 12.0
"""beyond: shoulders are not level, the head leans sideways (our choice)"""

SLOUCH = 0.85
"""of the neck length of the check step; less is slouching (our choice)"""

STILL, FIDGETY = 0.1, 0.3
"""shoulder widths per second: below is still, above is fidgeting (our choice; breathing and talking stay below 0.07
on the six studio clips measured in docs/seeing.md)"""

PARTS = {"slouch": 0.35, "tilt": 0.3, "lean": 0.2, "hand": 0.15}
"""weights of the posture figure (our choice); an unknown part is left out and the others count more"""


def measure_body(
    postures: Sequence[PostureObservation], time: Timeline, baseline: Baseline
) -> dict[str, Measured]:
    """The figures of the body; posture is 0..10, the rest are ratios 0..1 and degrees."""
    level = baseline.shoulder_tilt_deg or 0.0
    tilts = [None if p.shoulder_tilt_deg is None else p.shoulder_tilt_deg - level for p in postures]
    leans = [p.lean_deg for p in postures]
    parts = {
        "slouch": time.share(slouching(postures, baseline)),
        "tilt": time.share([None if v is None else abs(v) > TILTED_DEG for v in tilts]),
        "lean": time.share([None if v is None else abs(v) > LEANING_DEG for v in leans]),
        "hand": time.share([p.hand_to_face for p in postures]),
    }
    moves = [p.movement for p in postures]
    return {
        "posture": posture_score(parts),
        "shoulder_tilt_deg": time.median(tilts),
        "lean_deg": time.median(leans),
        "slouch_ratio": parts["slouch"]
        if baseline.neck_ratio
        else Measured(None, parts["slouch"].coverage, "no_baseline"),
        "stillness": time.share([None if m is None else m < STILL for m in moves]),
        "fidget": time.share([None if m is None else m > FIDGETY for m in moves]),
        "hand_to_face_ratio": parts["hand"],
        "distance_ratio": _distance(postures, time, baseline),
    }


def slouching(postures: Sequence[PostureObservation], baseline: Baseline) -> list[bool | None]:
    """Whether the head sank towards the shoulders; None without a check step."""
    usual = baseline.neck_ratio
    return [None if p.neck_ratio is None or not usual else p.neck_ratio < SLOUCH * usual for p in postures]


def posture_score(parts: dict[str, Measured]) -> Measured:
    """Ten times the share of time without slouching, tilted shoulders, leaning head, hand at the face, by PARTS."""
    known = {name: part for name, part in parts.items() if part.value is not None}
    if "tilt" not in known:
        return Measured(None, parts["tilt"].coverage, parts["tilt"].reason)
    weight = sum(PARTS[name] for name in known)
    away = sum(PARTS[name] * (part.value or 0.0) for name, part in known.items()) / weight
    return Measured(10.0 * (1.0 - away), parts["tilt"].coverage)


def _distance(postures: Sequence[PostureObservation], time: Timeline, baseline: Baseline) -> Measured:
    """Shoulder width against the check step; above 1 is nearer."""
    width = time.median([p.shoulder_width_ratio for p in postures])
    if width.value is None:
        return width
    if not baseline.shoulder_width_ratio:
        return Measured(None, width.coverage, "no_baseline")
    return Measured(width.value / baseline.shoulder_width_ratio, width.coverage)
