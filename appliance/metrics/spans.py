"""Observations as spans of time: each stands until the next one, but not for long (pure)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from appliance.messages import FaceObservation, Measured, PostureObservation

FACE_SECONDS, POSTURE_SECONDS = 0.7, 2.5
"""longest time one observation stands for: twice the slowest rate's period and a little (our choice)"""

MIN_COVERAGE = 0.2
"""below, nothing is told. Source: the booth's specification, for eye contact; our choice for the rest"""

Seconds = NDArray[np.float64]
T = TypeVar("T", FaceObservation, PostureObservation)


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """What was true when, within one answer."""

    times: Seconds
    """(N,) seconds since the answer began, rising"""
    weights: Seconds
    """(N,) seconds that each observation stands for"""
    seconds: float
    """length of the answer"""

    def share(self, true: Sequence[bool | None]) -> Measured:
        """Share of the known time in which it was true; None values are unknown time."""
        known = np.array([value is not None for value in true], dtype=bool)
        yes = np.array([bool(value) for value in true], dtype=bool)
        return self.gated(self.ratio(yes, known), known)

    def median(self, values: Sequence[float | None]) -> Measured:
        """Median over the known observations."""
        known = np.array([value is not None for value in values], dtype=bool)
        found = [value for value in values if value is not None]
        return self.gated(float(np.median(found)) if found else None, known)

    def gated(self, value: float | None, known: NDArray[np.bool_]) -> Measured:
        """A number with its coverage; None where too little was known."""
        coverage = self.coverage(known)
        if value is None or coverage < MIN_COVERAGE:
            return Measured(None, coverage, "not_seen" if len(self.times) else "no_camera")
        return Measured(value, coverage)

    def ratio(self, true: NDArray[np.bool_], within: NDArray[np.bool_]) -> float | None:
        """Share of the time ``within`` in which it was true; None when there is no such time."""
        total = float(self.weights[within].sum())
        return float(self.weights[true & within].sum()) / total if total > 0 else None

    def coverage(self, known: NDArray[np.bool_]) -> float:
        """Share of the answer that is known, 0..1."""
        return min(1.0, float(self.weights[known].sum()) / self.seconds) if self.seconds > 0 else 0.0

    def runs(self, true: Sequence[bool | None], shortest_seconds: float) -> list[tuple[float, float]]:
        """Start and end of every stretch in which it was true throughout, since the answer began."""
        found = []
        for value, group in itertools.groupby(range(len(self.times)), key=lambda i: true[i]):
            places = list(group)
            start, end = self.times[places[0]], self.times[places[-1]] + self.weights[places[-1]]
            if value and end - start >= shortest_seconds:
                found.append((round(float(start), 3), round(float(end), 3)))
        return found


def within(observations: Sequence[T], start: float, end: float) -> list[T]:
    """The observations of ``start`` <= t < ``end``, by time."""
    return sorted((o for o in observations if start <= o.t < end), key=lambda o: o.t)


def timeline(
    observations: Sequence[FaceObservation] | Sequence[PostureObservation],
    start: float,
    end: float,
    longest_seconds: float,
) -> Timeline:
    """The times of sorted observations; ``start`` and ``end`` in seconds on the capture clock."""
    times = np.array([o.t - start for o in observations], dtype=np.float64)
    gaps = np.diff(times, append=max(0.0, end - start))
    return Timeline(times, np.clip(gaps, 0.0, longest_seconds), max(0.0, end - start))
