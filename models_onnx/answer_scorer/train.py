"""Train the answer scorer: two small forests on graded and on labelled short answers.

``python models_onnx/answer_scorer/train.py --graded mohler.jsonl --labelled semeval2013.jsonl --models var/models``
writes ``answer_scorer.npz`` beside this file. Needs numpy only; about a minute on one core.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

if __name__ == "__main__":  # run as a script, only this folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from appliance.coach.embedder import MODEL_FILE, TOKENIZER_FILE, Embedder
from models_onnx.answer_scorer.data import Examples, as_matrix, load_examples
from models_onnx.answer_scorer.grow import Growth, as_forest, grow

GROWTH = {"grade": Growth(trees=100, least_rows=8), "heard": Growth(trees=120, least_rows=8)}
FOLDS = 8


def train(examples: Examples, kept: NDArray[np.bool_] | None = None) -> dict[str, NDArray[Any]]:
    """The columns of the forest for one kind of file, from all rows or the kept ones."""
    names = tuple(examples.features[0])
    kept = np.ones(len(examples.rows), bool) if kept is None else kept
    growth = GROWTH["grade" if examples.graded else "heard"]
    columns = grow(as_matrix(examples.features, names)[kept], examples.target[kept], growth)
    return {**columns, "names": np.array(" ".join(names))}


def cross_validated(examples: Examples, folds: int = FOLDS, seed: int = 0) -> NDArray[np.float64]:
    """A verdict on every row by a forest that never saw its question.

    Shapes:
        result: (rows,) float64.
    """
    questions = np.unique(examples.groups)
    fold_of = dict(
        zip(
            np.random.default_rng(seed).permutation(questions), np.arange(len(questions)) % folds, strict=True
        )
    )
    fold = np.array([fold_of[group] for group in examples.groups])
    verdicts = np.zeros(len(fold))
    for held in range(folds):
        columns = train(examples, fold != held)
        forest = as_forest(columns, tuple(examples.features[0]))
        for row in np.flatnonzero(fold == held):
            verdicts[row] = forest.verdict(examples.features[row])[0]
    return verdicts


def main(argv: list[str]) -> int:
    """Train on both files and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--graded", "--labelled", "--models"):
        parser.add_argument(name, type=Path, required=True)
    arguments = parser.parse_args(argv)
    embedder = Embedder(arguments.models / MODEL_FILE, arguments.models / TOKENIZER_FILE)
    columns: dict[str, Any] = {}
    for name, path in (("grade", arguments.graded), ("heard", arguments.labelled)):
        trained = train(load_examples(path, embedder))
        columns |= {f"{name}.{column}": values for column, values in trained.items()}
    np.savez_compressed(Path(__file__).with_name("answer_scorer.npz"), **columns)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
