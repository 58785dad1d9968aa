"""Figures of agreement with human raters, and their intervals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

DRAWS = 500
"""bootstrap draws (our choice)"""


def pearson(a: Floats, b: Floats) -> float:
    """Linear correlation; nan when one side never changes."""
    if np.std(a) == 0 or np.std(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def ranks(values: Floats) -> Floats:
    """Ranks from 1, ties share their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    middle: Floats = (last - (counts - 1) / 2)[inverse]
    return middle


def spearman(a: Floats, b: Floats) -> float:
    """Rank correlation."""
    return pearson(ranks(a), ranks(b))


def area_under_curve(scores: Floats, labels: Floats) -> float:
    """Probability that a correct one scores above another (Mann and Whitney); ties count half."""
    positive = labels > 0.5
    count = int(positive.sum())
    others = len(labels) - count
    if not count or not others:
        return float("nan")
    return float((ranks(scores)[positive].sum() - count * (count + 1) / 2) / (count * others))


def bootstrap(measure: Callable[[Indices], float], groups: NDArray[np.str_]) -> tuple[float, float]:
    """The 95 % interval of a figure when whole groups (questions, people) are drawn with replacement."""
    random = np.random.default_rng(0)
    names, inverse = np.unique(groups, return_inverse=True)
    members = [np.flatnonzero(inverse == number) for number in range(len(names))]
    draws = (random.integers(0, len(names), len(names)) for _ in range(DRAWS))
    figures = [measure(np.concatenate([members[number] for number in draw])) for draw in draws]
    low, high = np.nanpercentile(figures, [2.5, 97.5])
    return float(low), float(high)
