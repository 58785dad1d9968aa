"""Graded and labelled short answers as features and targets, for training and for cross-validation.

Files: jsonl with ``qid``, ``question``, ``answer``, ``reference`` or ``references``, and ``score_avg``/``max`` (graded)
or ``label`` (labelled).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.coach.embedder import Embedder
from appliance.coach.reading import Reading, joined
from appliance.coach.statement_match import Features, match_features, over_alternatives
from appliance.coach.text import sentences_of


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """One file of answers."""

    rows: tuple[dict[str, Any], ...]
    features: tuple[Features, ...]
    target: NDArray[np.float64]
    """0..1: the grade over its maximum, or 1 for correct and 0 for the rest"""
    groups: NDArray[np.str_]
    """question ids; a question stays on one side of every split"""
    graded: bool


def read_rows(path: Path) -> tuple[dict[str, Any], ...]:
    """The rows of a jsonl file."""
    return tuple(json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def references_of(row: dict[str, Any]) -> tuple[str, ...]:
    """The reference answers of a row."""
    return tuple(row.get("references") or [row["reference"]])


def load_examples(path: Path, embedder: Embedder) -> Examples:
    """Features and targets of one file."""
    rows = read_rows(path)
    graded = "score_avg" in rows[0]
    library: dict[str, Reading] = {}
    features = tuple(_features(row, embedder, library) for row in rows)
    target = [row["score_avg"] / row["max"] if graded else float(row["label"] == "correct") for row in rows]
    groups = np.array([f"{path.stem}:{row['qid']}" for row in rows])
    return Examples(rows, features, np.array(target), groups, graded)


def _features(row: dict[str, Any], embedder: Embedder, library: dict[str, Reading]) -> Features:
    """``library`` keeps questions and references, which return on many rows."""
    for text in (row["question"], *references_of(row)):
        if text not in library:
            library[text] = read_text(text, embedder)
    answer = read_text(row["answer"], embedder)
    question = library[row["question"]]
    return over_alternatives([match_features(answer, library[ref], question) for ref in references_of(row)])


def read_text(text: str, embedder: Embedder) -> Reading:
    """A text read sentence by sentence, as the booth reads answers."""
    return joined(embedder.read(sentences_of(text) or [text]))


def as_matrix(features: Sequence[Features], names: Sequence[str]) -> NDArray[np.float32]:
    """(rows, names) float32."""
    return np.array([[found[name] for name in names] for found in features], np.float32)
