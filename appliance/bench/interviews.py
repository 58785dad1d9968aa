"""``scripts/bench interviews --data index.jsonl``: the delivery scorer against human ratings of mock interviews.

On given data the shipped model is judged as it is: on the file it was trained on that says nothing (the JSON tells
which protocol it was). ``--cross-validate`` refits it by folds of people. Beside it: speaking rate alone, and the
composite that candidates see (the mean of confidence, communication and fluency), which is not fitted to ratings.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.bench._statistics import bootstrap, pearson
from appliance.coach.delivery_score import delivery_scores
from appliance.messages import DeliveryMetrics, Measured
from models_onnx.delivery_scorer.features import Features, features_of, prosody_columns, read_interviews
from models_onnx.delivery_scorer.train import cross_validated, load

Floats = NDArray[np.float64]

COMPOSITE = ("confidence", "communication", "fluency")
FOLDS, REPEATS = 13, 6
"""divisions into folds of three people, to show how much the figure depends on the division"""
LONG_PAUSES_FROM_SECONDS = 2.5


def main(argv: list[str]) -> int:
    """Measure one file."""
    parser = argparse.ArgumentParser(prog="scripts/bench interviews", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cross-validate", action="store_true", help="refit by folds of people")
    parser.add_argument("--json", action="store_true", help="the only form there is")
    arguments = parser.parse_args(argv)
    rows = read_interviews(arguments.data)
    refit = arguments.cross_validate
    features = [features_of(row) for row in rows]
    shipped = load()
    predicted = (
        cross_validated(rows, features) if refit else np.array([shipped.predict(found) for found in features])
    )
    print(json.dumps(report(rows, features, predicted, refit), indent=2))
    return 0


def report(
    rows: Sequence[Mapping[str, Any]], features: Sequence[Features], predicted: Floats, refit: bool
) -> dict[str, Any]:
    """The figures."""
    ratings = np.array([row["overall"] for row in rows], float)
    excited = np.array([row["excited"] for row in rows], float)
    people = np.array([str(row["person"]) for row in rows])
    low, high = bootstrap(lambda chosen: pearson(predicted[chosen], ratings[chosen]), people)
    composite = np.array([composite_of(row, found) for row, found in zip(rows, features, strict=True)])
    figures: dict[str, Any] = {
        "protocol": "cross-validated, each person held out in turn" if refit else "shipped model, as it is",
        "interviews": len(rows),
        "people": len(set(people)),
        "pearson": round(pearson(predicted, ratings), 4),
        "pearson_interval_95": [round(low, 4), round(high, 4)],
        "pearson_speaking_rate": round(pearson(speaking_rates(features), ratings), 4),
        "pearson_composite": round(pearson(composite, ratings), 4),
        "pearson_with_excited": round(pearson(predicted, excited), 4),
        "mean_error_by_length": error_by_length(rows, predicted, ratings),
    }
    if refit:
        others = [pearson(cross_validated(rows, features, FOLDS, seed), ratings) for seed in range(REPEATS)]
        figures["pearson_in_folds"] = [round(value, 4) for value in others]
    return figures


def speaking_rates(features: Sequence[Features]) -> Floats:
    """Words a minute; the mean where the transcript is incomplete."""
    rates = np.array([found["speaking_rate_wpm"] for found in features])
    return np.where(np.isnan(rates), np.nanmean(rates), rates)


def composite_of(row: Mapping[str, Any], features: Features) -> float:
    """The mean of the candidate's scores that sound alone can give, 0..10."""
    scores = delivery_scores(DeliveryMetrics(observed(row, features)), None, "behavioural").scores
    known = [score for name in COMPOSITE if (score := scores[name]) is not None]
    return float(np.mean(known))


def observed(row: Mapping[str, Any], features: Features) -> dict[str, Measured]:
    """What the booth would have measured, as far as these records tell (per answer, means over the answers).

    Left out: words between pauses (these records count every unvoiced gap as a pause, the booth does not).
    """
    sound = prosody_columns(row["prosody"])
    rate = features["speaking_rate_wpm"]
    values = {
        "speaking_rate_wpm": None if np.isnan(rate) else rate,
        "fillers_per_100": features["fillers_per_100"],
        "mid_phrase_pause_count": float((sound["maxDurPause"] >= 1.0).mean()),
        "long_pause_count": float((sound["maxDurPause"] >= LONG_PAUSES_FROM_SECONDS).mean()),
        "loudness_over_noise_db": features["loudness_over_quiet_db"],
        "answer_seconds": float(sound["duration"].mean()),
    }
    return {name: Measured(value) for name, value in values.items()}


def error_by_length(rows: Sequence[Mapping[str, Any]], predicted: Floats, ratings: Floats) -> dict[str, Any]:
    """Mean signed and absolute error for the shorter, middle and longer third of the interviews."""
    seconds = np.array([prosody_columns(row["prosody"])["duration"].sum() for row in rows])
    third = np.searchsorted(np.quantile(seconds, [1 / 3, 2 / 3]), seconds)
    error = predicted - ratings
    names = ("shorter", "middle", "longer")
    return {
        name: {
            "interviews": int((third == number).sum()),
            "signed": round(float(error[third == number].mean()), 3),
            "absolute": round(float(np.abs(error[third == number]).mean()), 3),
        }
        for number, name in enumerate(names)
    }
