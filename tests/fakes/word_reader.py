"""A reader that knows words but no meaning: each stem has its own direction, a text is the sum of its words."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from appliance.coach.reading import Reading, Vectors
from appliance.coach.text import stem

WIDTH = 64


def direction(word: str) -> Vectors:
    """The same unit vector for every inflection of a word."""
    drawn = np.random.default_rng(zlib.crc32(stem(word).encode())).normal(size=WIDTH)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)


def read_words(texts: Sequence[str]) -> list[Reading]:
    """Readings with one piece per word."""
    return [_reading(text) for text in texts]


def embed_words(texts: Sequence[str]) -> Vectors:
    """Unit vectors of the texts."""
    return np.array([reading.vector for reading in read_words(texts)], np.float32).reshape(len(texts), WIDTH)


def _reading(text: str) -> Reading:
    found = list(re.finditer(r"[a-z0-9]+", text.lower()))
    pieces = np.array([direction(word[0]) for word in found], np.float32).reshape(len(found), WIDTH)
    total = pieces.sum(axis=0)
    vector = (total / max(float(np.linalg.norm(total)), 1e-6)).astype(np.float32)
    return Reading(text, vector, pieces, tuple(word.span() for word in found))
