"""Nods, blinks and smiles: observations to show, never to score (pure)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from appliance.messages import FaceObservation, Measured
from appliance.metrics.spans import MIN_COVERAGE, Seconds, Timeline

NOD_DEG, NOD_SECONDS = 4.0, 0.8
"""least depth of a nod, and longest time of its way down or up (our choice; the pose's noise is about 1 degree)"""

SMILING, CLOSED = 0.4, 0.4
"""blendshapes from which a face smiles or the eyes are closed (our choice)"""

BLINK_SECONDS = 0.16
"""how long eyes are that closed in a blink: mean of ten on the clips of docs/seeing.md, at 15 frames a second"""

MIN_NOTICED = 0.5
"""share of the blinks that looks this rare would show; below, no rate is told (our choice; 3.1 looks a second)"""

MIN_SECONDS = 10.0
"""of visible face before rates are told (our choice)"""


def smile_ratio(faces: Sequence[FaceObservation], time: Timeline) -> Measured:
    """Share of the visible time with a smile."""
    return time.share([None if f.smile is None else f.smile >= SMILING for f in faces])


def blink_per_minute(faces: Sequence[FaceObservation], time: Timeline) -> Measured:
    """Blinks per minute of visible face; blinks that fall between two looks are reckoned in.

    One look notices the blinks of ``BLINK_SECONDS`` around it: the rate is told for the time that was noticed, and its
    coverage is the share of the answer that this time is (0.8 at 5 looks a second). None below ``MIN_NOTICED``.
    """
    seen = np.array([f.blink is not None for f in faces], dtype=bool)
    closed = [f.blink is not None and f.blink > CLOSED for f in faces]
    count = sum(now and not before for before, now in zip([False, *closed], closed, strict=False))
    noticed = replace(time, weights=np.minimum(time.weights, BLINK_SECONDS))
    if noticed.coverage(seen) < MIN_NOTICED * time.coverage(seen):
        return Measured(None, noticed.coverage(seen), "not_seen")
    return _per_visible_time(count, seen, noticed, per_seconds=60.0)


def nod_count(faces: Sequence[FaceObservation], time: Timeline) -> Measured:
    """How often the head went down and up again, quickly."""
    seen = np.array([f.head_pose is not None for f in faces], dtype=bool)
    pitch = np.array([f.head_pose.pitch_deg for f in faces if f.head_pose is not None])
    times = time.times[seen] if len(faces) else time.times
    bottoms = [t for i, t in enumerate(times) if _is_bottom(times, pitch, i)]
    count = sum(b - a > NOD_SECONDS / 2 for a, b in itertools.pairwise([-np.inf, *bottoms]))
    return _per_visible_time(count, seen, time, per_seconds=None)


def _is_bottom(times: Seconds, pitch: Seconds, at: int) -> bool:
    """The head is lowest here, and was clearly higher shortly before and shortly after."""
    before = pitch[(times < times[at]) & (times >= times[at] - NOD_SECONDS)]
    after = pitch[(times > times[at]) & (times <= times[at] + NOD_SECONDS)]
    if not len(before) or not len(after):
        return False
    lowest = pitch[at] <= min(before[-1], after[0])
    return bool(lowest and min(before.max(), after.max()) - pitch[at] >= NOD_DEG)


def _per_visible_time(
    count: int, seen: NDArray[np.bool_], time: Timeline, per_seconds: float | None
) -> Measured:
    coverage, seconds = time.coverage(seen), float(time.weights[seen].sum())
    if coverage < MIN_COVERAGE:
        return Measured(None, coverage, "not_seen" if len(time.times) else "no_camera")
    if seconds < MIN_SECONDS:
        return Measured(None, coverage, "too_short")
    return Measured(count * per_seconds / seconds if per_seconds else float(count), coverage)
