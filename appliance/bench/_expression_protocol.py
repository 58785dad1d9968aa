"""The published FER+ majority protocol and the figures drawn from it (pure numpy).

Source: Barsoum et al. 2016, "Training Deep Networks for Facial Expression Recognition with Crowd-Sourced
Label Distribution" (FER+), section 3: votes of 1 are outliers, the majority wins, unknown and not-a-face go.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from appliance.vision.expression import EXPRESSIONS

ECE_BINS = 15
"""Equal-width confidence bins. Source: Guo et al. 2017, "On Calibration of Modern Neural Networks"."""

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Judged:
    """Which pictures count, and what the annotators agreed on."""

    winner: npt.NDArray[np.int64]
    """(N,) the most voted of the ten columns; the first one on a tie."""
    counted: Bools
    """(N,) an expression won."""
    clear: Bools
    """(N,) counted, and that expression has more than half of all votes."""
    strict: Bools
    """(N,) counted, and that expression has more than half of the votes that are left: the pictures that the data
    set's own code tests on (``ferplus.py`` in Microsoft's FERPlus repository, mode "majority")."""


@dataclass(frozen=True)
class Figures:
    """What a classifier did on the counted pictures."""

    accuracy: float
    """0..1 over the counted pictures."""
    accuracy_clear: float
    """0..1 over the clear majorities."""
    macro_recall: float
    """0..1, mean of the recalls of the expressions that occur."""
    ece: float
    """0..1, expected calibration error over ECE_BINS bins."""


def judge(votes: Counts) -> Judged:
    """Apply the majority protocol.

    Shapes:
        votes: (N, 10) integer, votes of ten annotators in the order of EXPRESSIONS, unknown, not-a-face.
    """
    votes = votes.astype(np.int64)
    kept = np.where(votes > 1, votes, 0)
    winner = kept.argmax(axis=1)
    counted = (kept.max(axis=1) > 0) & (winner < len(EXPRESSIONS))
    share = np.take_along_axis(votes, winner[:, None], axis=1)[:, 0]
    clear, strict = 2 * share > votes.sum(axis=1), 2 * share > kept.sum(axis=1)
    return Judged(winner, counted, counted & clear, counted & strict)


def recalls(probabilities: Floats, winner: Counts) -> list[float | None]:
    """Recall of each expression; ``None`` where it does not occur."""
    guess = probabilities.argmax(axis=1)
    return [
        float((guess[winner == c] == c).mean()) if (winner == c).any() else None
        for c in range(len(EXPRESSIONS))
    ]


def calibration_error(probabilities: Floats, winner: Counts) -> float:
    """Expected calibration error of the top guess."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == winner
    bins = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    gaps = [abs((right[bins == b] - confidence[bins == b]).sum()) for b in range(ECE_BINS)]
    return float(sum(gaps) / len(winner))


def measure(probabilities: Floats, votes: Counts, kept: Bools | None = None) -> Figures:
    """The four figures of the issue.

    Args:
        probabilities: (N, 8) float, rows sum to 1.
        votes: (N, 10) integer.
        kept: (N,) which pictures may be looked at at all (for example not those of the training split).
    """
    judged = judge(votes)
    use = judged.counted if kept is None else judged.counted & kept
    p, winner = probabilities[use], judged.winner[use]
    right = p.argmax(axis=1) == winner
    found = [r for r in recalls(p, winner) if r is not None]
    return Figures(
        float(right.mean()),
        float(right[judged.clear[use]].mean()),
        float(np.mean(found)),
        calibration_error(p, winner),
    )
