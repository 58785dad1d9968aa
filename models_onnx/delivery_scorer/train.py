"""Train the delivery scorer: a linear model from an interview's observables to raters' overall impression.

``python models_onnx/delivery_scorer/train.py --data interviews/index.jsonl`` writes ``delivery_scorer.json`` beside
this file: one weight per feature. It is for validity only (which observables matter) and is never shown to a candidate.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

if __name__ == "__main__":  # run as a script, only this folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from models_onnx.delivery_scorer.features import features_of, read_interviews

PENALTY = 20.0
TOLERANCE = 0.3
"""ridge penalty on standardised features, and the error in rating points that counts as none: raters' means are no
more exact than that (chosen among 10, 20, 40 and 0.1, 0.3, 0.5; r from 0.67 to 0.71, flat around the choice)"""
STEPS = 60
CLIP = 2.5
"""standard deviations; a wild value counts no more than this (our choice)"""
FILE = Path(__file__).with_name("delivery_scorer.json")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DeliveryScorer:
    """A linear model; the prediction is ``intercept`` + sum of weight x clipped standard score."""

    names: tuple[str, ...]
    middle: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def predict(self, features: dict[str, float]) -> float:
        """The overall rating, 1..7, and nothing about the person."""
        return self.intercept + sum(self.contributions(features).values())

    def contributions(self, features: dict[str, float]) -> dict[str, float]:
        """What each feature adds or takes; an unmeasured one (nan) nothing."""
        row = np.array([[features[name] for name in self.names]])
        standard = _standard(row, np.array(self.middle), np.array(self.spread))[0]
        return dict(zip(self.names, (standard * np.array(self.weights)).tolist(), strict=True))


def _standard(rows: Floats, middle: Floats, spread: Floats) -> Floats:
    standard: Floats = np.clip(np.nan_to_num((rows - middle) / spread), -CLIP, CLIP)
    return standard


def fit(features: Sequence[dict[str, float]], ratings: Floats) -> DeliveryScorer:
    """Ridge regression that ignores errors below ``TOLERANCE``."""
    names = tuple(features[0])
    rows = np.array([[found[name] for name in names] for found in features])
    middle, spread = np.nanmean(rows, axis=0), np.maximum(np.nanstd(rows, axis=0), 1e-9)
    standard = _standard(rows, middle, spread)
    centre = standard.mean(axis=0)
    weights = _solve(np.c_[standard - centre, np.ones(len(rows))], ratings)
    intercept = float(weights[-1] - centre @ weights[:-1])
    return DeliveryScorer(names, tuple(middle), tuple(spread), tuple(weights[:-1]), intercept)


def _solve(rows: Floats, ratings: Floats) -> Floats:
    """Least squared excess over the tolerance plus the ridge penalty, by reweighting until nothing moves.

    Source: the squared epsilon-insensitive loss of Ho and Lin 2012, "Large-scale linear support vector regression".
    """
    ridge = PENALTY * np.eye(rows.shape[1])
    ridge[-1, -1] = 0.0  # the intercept is free
    weights: Any = np.linalg.solve(rows.T @ rows + ridge, rows.T @ ratings)
    for _ in range(STEPS):
        error = ratings - rows @ weights
        off = np.abs(error) > TOLERANCE
        target = (ratings - np.sign(error) * TOLERANCE)[off]
        inner = rows[off].T @ rows[off] + ridge + 1e-9 * np.eye(len(ridge))
        moved = np.linalg.solve(inner, rows[off].T @ target)
        if np.abs(moved - weights).max() < 1e-6:
            break
        weights = (weights + moved) / 2
    solved: Floats = weights
    return solved


def cross_validated(
    rows: Sequence[Mapping[str, Any]],
    features: Sequence[dict[str, float]],
    folds: int | None = None,
    seed: int = 0,
) -> Floats:
    """A prediction for every interview by a model that never saw its person.

    Args:
        rows: the interviews.
        features: theirs, from ``features_of``.
        folds: number of groups of people; None: each person alone.
        seed: of the division into groups.
    """
    ratings = np.array([row["overall"] for row in rows], float)
    people = np.unique([row["person"] for row in rows])
    order = np.random.default_rng(seed).permutation(people)
    fold_of = {person: number % (folds or len(people)) for number, person in enumerate(order)}
    fold = np.array([fold_of[row["person"]] for row in rows])
    predicted = np.zeros(len(rows))
    for held in np.unique(fold):
        kept = np.flatnonzero(fold != held)
        scorer = fit([features[int(i)] for i in kept], ratings[kept])
        for i in np.flatnonzero(fold == held):
            predicted[i] = scorer.predict(features[int(i)])
    return predicted


def load(path: Path = FILE) -> DeliveryScorer:
    """The committed model."""
    table: dict[str, Any] = json.loads(path.read_text("utf-8"))
    columns: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in table.items()}
    return DeliveryScorer(**columns)


def main(argv: list[str]) -> int:
    """Train on all interviews and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    rows = read_interviews(parser.parse_args(argv).data)
    scorer = fit([features_of(row) for row in rows], np.array([row["overall"] for row in rows], float))
    table = {name: _rounded(value) for name, value in asdict(scorer).items()}
    FILE.write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    return 0


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [item if isinstance(item, str) else round(float(item), 6) for item in value]
    return round(float(value), 6)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
