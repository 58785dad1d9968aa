"""Grow extremely randomised trees with numpy alone, as the columns that ``appliance/coach/forest.py`` reads.

Source: Geurts, Ernst and Wehenkel 2006, "Extremely randomized trees", table 1 (regression, no bootstrap).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.coach.forest import LEAF, Forest, forest_of

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Growth:
    """How a forest is grown."""

    trees: int = 120
    least_rows: int = 8
    """rows a leaf keeps at least"""
    features_tried: float = 0.4
    """share of the features tried at each node"""
    seed: int = 1


@dataclass(slots=True)
class _Columns:
    """Nodes in the order they are made: a parent, its left branch, its right branch."""

    feature: list[int] = field(default_factory=list)
    threshold: list[float] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=list)


def grow(rows: NDArray[np.float32], target: Floats, growth: Growth) -> dict[str, NDArray[Any]]:
    """The columns of a grown forest (without the features' names).

    Shapes:
        rows: (N, features); target: (N,).
    """
    random = np.random.default_rng(growth.seed)
    columns = _Columns()
    for _ in range(growth.trees):
        columns.start.append(len(columns.feature))
        _branch(columns, rows, target, np.arange(len(rows)), (growth, random))
    inner = np.array(columns.feature) != LEAF
    return {
        "feature": np.array(columns.feature, np.uint8),
        "threshold": np.array(columns.threshold, np.float16)[inner],
        "right": np.array(columns.right, np.uint16)[inner],
        "value": np.array(columns.value, np.float16),
        "start": np.array(columns.start, np.uint32),
    }


def _branch(
    columns: _Columns,
    rows: NDArray[np.float32],
    target: Floats,
    kept: Indices,
    how: tuple[Growth, np.random.Generator],
) -> None:
    """One node and all below it."""
    node = len(columns.feature)
    split = _split(rows[kept], target[kept], how)
    columns.value.append(float(target[kept].mean()))
    columns.feature.append(LEAF if split is None else split[0])
    columns.threshold.append(0.0 if split is None else split[1])
    columns.right.append(0)
    if split is None:
        return
    below = rows[kept, split[0]] <= split[1]
    _branch(columns, rows, target, kept[below], how)
    columns.right[node] = len(columns.feature) - node
    _branch(columns, rows, target, kept[~below], how)


def _split(
    rows: NDArray[np.float32], target: Floats, how: tuple[Growth, np.random.Generator]
) -> tuple[int, float] | None:
    """The best of some random cuts, one per feature tried; None: this is a leaf."""
    growth, random = how
    if len(rows) < 2 * growth.least_rows or target.var() < 1e-9:
        return None
    tried = random.permutation(rows.shape[1])[: max(1, round(growth.features_tried * rows.shape[1]))]
    low, high = rows[:, tried].min(axis=0), rows[:, tried].max(axis=0)
    cuts = (low + (high - low) * random.random(len(tried))).astype(np.float16).astype(np.float32)
    below = rows[:, tried] <= cuts
    count = below.sum(axis=0)
    fits = (count >= growth.least_rows) & (len(rows) - count >= growth.least_rows)
    if not fits.any():
        return None
    best = int(np.argmax(np.where(fits, _gain(below, count, target), -np.inf)))
    return int(tried[best]), float(cuts[best])


def _gain(below: NDArray[np.bool_], count: NDArray[np.intp], target: Floats) -> Floats:
    """How much each cut lowers the squared error, up to a constant: n_left mean_left^2 + n_right mean_right^2."""
    left = target @ below
    right = target.sum() - left
    gain: Floats = left**2 / np.maximum(count, 1) + right**2 / np.maximum(len(target) - count, 1)
    return gain


def as_forest(columns: dict[str, NDArray[Any]], names: tuple[str, ...]) -> Forest:
    """Grown columns as a forest that can judge at once (cross-validation)."""
    return forest_of({**columns, "names": np.array(" ".join(names))})
