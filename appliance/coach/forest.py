"""A small forest of decision trees that says how each feature moved its verdict (pure).

File: ``.npz`` with one flat array per column, so that reading it needs neither scikit-learn nor pickle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from appliance.errors import Broken, Unavailable

COLUMNS = ("names", "feature", "threshold", "right", "value", "start")
LEAF = 255
"""in ``feature``: this node asks nothing more"""


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees whose mean is the verdict.

    Shapes:
        feature: (nodes,) uint8, LEAF at leaves; threshold, value: (nodes,) float; left, right: (nodes,) node numbers;
        roots: (trees,) node numbers.
    """

    names: tuple[str, ...]
    feature: NDArray[np.uint8]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    roots: NDArray[np.int32]

    def verdict(self, features: Mapping[str, float]) -> tuple[float, dict[str, float]]:
        """The mean of all trees, and what each feature added or took from the base value.

        The contributions and the base value add up to the verdict exactly.
        Source: Saabas 2014, "Interpreting random forests": each step of a path moves the node's mean, and the
        feature asked at that step is credited with the move.
        """
        row = np.array([features[name] for name in self.names], np.float32)
        node = self.roots.copy()
        moved = np.zeros(len(self.names))
        active = self.feature[node] != LEAF
        while active.any():
            at, asked = node[active], self.feature[node[active]]
            step = np.where(row[asked] <= self.threshold[at], self.left[at], self.right[at])
            np.add.at(moved, asked, self.value[step] - self.value[at])
            node[active] = step
            active = self.feature[node] != LEAF
        contributions = dict(zip(self.names, (moved / len(node)).tolist(), strict=True))
        return float(self.value[node].mean()), contributions

    @property
    def base(self) -> float:
        """The verdict before any feature is looked at."""
        return float(self.value[self.roots].mean())


def load_forests(path: Path, wanted: Sequence[str]) -> tuple[Forest, ...]:
    """The named forests of one file.

    Raises:
        Unavailable: "coach.scorer_missing".
        Broken: "coach.scorer_unreadable".
    """
    if not path.is_file():
        raise Unavailable("coach.scorer_missing", f"{path.name} is not installed")
    try:
        with np.load(path, allow_pickle=False) as file:
            return tuple(
                forest_of({column: file[f"{name}.{column}"] for column in COLUMNS}) for name in wanted
            )
    except (KeyError, ValueError, OSError, EOFError, BadZipFile) as exc:
        raise Broken("coach.scorer_unreadable", f"{path.name} cannot be read as forests") from exc


def forest_of(columns: Mapping[str, NDArray[Any]]) -> Forest:
    """A forest from its stored columns.

    A left child follows its parent, so only right ones are stored, as the distance from the parent; thresholds and
    right children stand for inner nodes only.
    """
    feature = columns["feature"]
    inner = feature != LEAF
    number = np.arange(len(feature), dtype=np.int32)
    right, threshold = number.copy(), np.zeros(len(feature), np.float32)
    right[inner] += columns["right"].astype(np.int32)
    threshold[inner] = columns["threshold"]
    return Forest(
        names=tuple(str(columns["names"]).split()),
        feature=feature,
        threshold=threshold,
        left=number + 1,
        right=right,
        value=columns["value"].astype(np.float32),
        roots=columns["start"].astype(np.int32),
    )
