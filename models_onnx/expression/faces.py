"""The FER+ training faces: targets, sampling weights and a held-out slice that no duplicate crosses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from appliance.bench._expression_protocol import judge
from appliance.vision.expression import EXPRESSIONS

HELD_OUT_SHARE = 0.07
"""Share of the training file kept for choosing and calibrating (our choice): about 2,000 faces."""

MAJORITY_SHARE = 0.3
"""How far a target is pulled from the vote shares towards the majority (our choice)."""

RARE_BELOW, RARE_POWER = 2500, 0.6
"""An expression with fewer faces than this is drawn (this / own faces) ** power times as often (our choice):
disgust and contempt come 5 times, fear twice. The common ones keep their shares: drawing anger or sadness more often
made the net see them in neutral faces."""


@dataclass(frozen=True)
class Faces:
    """Pictures with their votes."""

    images: npt.NDArray[np.uint8]
    """(N, 48, 48) grey, 0..255."""
    votes: npt.NDArray[np.uint8]
    """(N, 10)"""

    def take(self, rows: npt.NDArray[np.int64]) -> Faces:
        """The faces of these rows."""
        return Faces(self.images[rows], self.votes[rows])


def load(path: Path) -> Faces:
    """The faces of a file that count by the protocol and are no copies from the training split."""
    with np.load(path) as data:
        images, votes, in_train = data["images"], data["votes"], data["in_train"].astype(bool)
    keep = judge(votes).counted & ~in_train
    return Faces(images[keep], votes[keep])


def is_held_out(image: npt.NDArray[np.uint8]) -> bool:
    """Whether a picture belongs to the held-out slice: by its content, so equal pictures stay together."""
    digest = hashlib.sha256(image.tobytes()).digest()
    return int.from_bytes(digest[:4], "big") < HELD_OUT_SHARE * 2**32


def split(faces: Faces) -> tuple[Faces, Faces]:
    """The faces to learn from, and the held-out ones."""
    held = np.array([is_held_out(image) for image in faces.images])
    return faces.take(np.flatnonzero(~held)), faces.take(np.flatnonzero(held))


def targets(faces: Faces) -> npt.NDArray[np.float32]:
    """What the net shall say: vote shares over the expressions (votes of 1 removed), pulled to the majority.

    Shapes:
        return: (N, 8) float32, rows sum to 1.
    """
    kept = np.where(faces.votes > 1, faces.votes, 0)[:, : len(EXPRESSIONS)].astype(np.float32)
    shares = kept / kept.sum(axis=1, keepdims=True)
    majority = np.eye(len(EXPRESSIONS), dtype=np.float32)[judge(faces.votes).winner]
    return (1 - MAJORITY_SHARE) * shares + MAJORITY_SHARE * majority


def sampling_weights(faces: Faces) -> npt.NDArray[np.float64]:
    """How often each face is drawn, relative to a common expression."""
    winner = judge(faces.votes).winner
    count = np.bincount(winner, minlength=len(EXPRESSIONS))
    weight: npt.NDArray[np.float64] = np.maximum(1.0, RARE_BELOW / np.maximum(count, 1)) ** RARE_POWER
    return weight[winner]
