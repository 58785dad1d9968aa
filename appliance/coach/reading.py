"""What the encoder makes of a text: one vector for the whole, one for every word piece (pure)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A text as the encoder read it."""

    text: str
    vector: Vectors
    """(width,) float32, length 1: the meaning of the whole"""
    pieces: Vectors
    """(N, width) float32, each of length 1: the meaning of each word piece in its place"""
    spans: tuple[tuple[int, int], ...]
    """N character ranges of the pieces in the text"""


Read = Callable[[Sequence[str]], Sequence[Reading]]
"""texts -> readings, such as ``Embedder.read``"""
Embed = Callable[[Sequence[str]], Vectors]
"""texts -> (N, width) unit vectors, such as ``Embedder.embed``"""


def joined(readings: Sequence[Reading]) -> Reading:
    """Several sentences as one text, without reading them again; the vector is their mean by length."""
    if len(readings) == 1:
        return readings[0]
    text, spans = "", []
    for reading in readings:
        offset = len(text)
        spans += [(start + offset, end + offset) for start, end in reading.spans]
        text += reading.text + " "
    total = np.sum([reading.vector * max(1, len(reading.spans)) for reading in readings], axis=0)
    vector = (total / max(float(np.linalg.norm(total)), 1e-6)).astype(np.float32)
    return Reading(text.strip(), vector, np.concatenate([r.pieces for r in readings]), tuple(spans))


def cosine(a: Reading, b: Reading) -> float:
    """Likeness of two texts, -1..1."""
    return float(a.vector @ b.vector)
