"""``scripts/bench answers --data mohler.jsonl|semeval2013.jsonl``: the answer scorer against human graders.

On given data the shipped scorer is judged as it is: on the files it was trained on that says nothing (the JSON tells
which protocol it was). ``--cross-validate`` refits it by folds of questions and judges each answer by a scorer that
never saw its question. Graded files: Pearson r. Labelled files: area under the ROC curve, correct against the rest.
The platform's formula stands beside it: the reference given, its content words as the keywords.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.bench._minilm import add_models_argument, load_embedder
from appliance.bench._statistics import area_under_curve, bootstrap, pearson
from appliance.coach.answer_head import AnswerHead
from appliance.coach.answer_score import combine, keyword_score, length_score
from appliance.coach.embedder import Embedder
from appliance.coach.reading import Embed, Vectors
from appliance.coach.text import STOP_WORDS, words_of
from models_onnx.answer_scorer.data import Examples, load_examples, references_of
from models_onnx.answer_scorer.train import FOLDS, cross_validated

Floats = NDArray[np.float64]


def main(argv: list[str]) -> int:
    """Measure one file."""
    parser = argparse.ArgumentParser(prog="scripts/bench answers", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cross-validate", action="store_true", help="refit by folds of questions")
    parser.add_argument("--json", action="store_true", help="the only form there is")
    add_models_argument(parser)
    arguments = parser.parse_args(argv)
    embedder = load_embedder(arguments.models)
    begun = time.perf_counter()
    examples = load_examples(arguments.data, embedder)
    read_seconds = time.perf_counter() - begun
    scores = cross_validated(examples) if arguments.cross_validate else shipped(examples)
    report = {
        "protocol": f"cross-validated, {FOLDS} folds by qid"
        if arguments.cross_validate
        else "shipped scorer, as it is",
        "data": arguments.data.name,
        "answers": len(examples.rows),
        "questions": len(set(examples.groups)),
        **figures(examples, scores, platform(examples, embedder)),
        "milliseconds_per_answer": round(1000 * read_seconds / len(examples.rows), 2),
    }
    print(json.dumps(report, indent=2))
    return 0


def shipped(examples: Examples) -> Floats:
    """The committed scorer's verdicts: its grade for graded files, its probability of correct for labelled ones."""
    head = AnswerHead()
    verdicts = [head.judge(features) for features in examples.features]
    return np.array([verdict.grade if examples.graded else verdict.heard for verdict in verdicts])


def figures(examples: Examples, scores: Floats, baseline: Floats) -> dict[str, Any]:
    """The figures of one file, with the interval of the first (questions drawn with replacement)."""
    cosine = np.array([features["mean_cosine"] for features in examples.features])
    measure = pearson if examples.graded else area_under_curve
    name = "pearson" if examples.graded else "auc"
    low, high = bootstrap(lambda rows: measure(scores[rows], examples.target[rows]), examples.groups)
    return {
        name: round(measure(scores, examples.target), 4),
        f"platform_{name}": round(measure(baseline, examples.target), 4),
        f"cosine_{name}": round(measure(cosine, examples.target), 4),
        f"{name}_interval_95": [round(low, 4), round(high, 4)],
    }


def platform(examples: Examples, embedder: Embedder) -> Floats:
    """The platform's formula: one vector of the answer against the reference's; the best of several references."""
    known: dict[str, Vectors] = {}

    def embed(text: str) -> Vectors:
        if text not in known:
            known[text] = embedder.embed([text])[0]
        return known[text]

    return np.array([_platform_score(row, embed, embedder.embed) for row in examples.rows])


def _platform_score(row: dict[str, Any], embed_known: Any, embed: Embed) -> float:
    answer = embed([row["answer"]])[0]
    return max(
        combine(
            100 * max(0.0, float(answer @ embed_known(reference))),
            keyword_score(row["answer"], sorted(set(words_of(reference)) - STOP_WORDS)),
            length_score(row["answer"]),
        )
        for reference in references_of(row)
    )
