"""The judging's measurements: their statistics, and the figures they print."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.bench import adversarial, interviews
from appliance.bench._statistics import area_under_curve, bootstrap, pearson, ranks, spearman
from appliance.bench.curves import all_parts, picture
from models_onnx.delivery_scorer.features import features_of, read_interviews
from models_onnx.delivery_scorer.train import cross_validated


def test_ranks_share_ties() -> None:
    assert ranks(np.array([10.0, 20.0, 20.0, 5.0])).tolist() == [2.0, 3.5, 3.5, 1.0]


def test_spearman_sees_order_and_pearson_lines() -> None:
    a = np.array([1.0, 2.0, 3.0, 4.0])
    assert spearman(a, np.exp(a)) == pytest.approx(1)
    assert pearson(a, -2 * a) == pytest.approx(-1)
    assert np.isnan(pearson(a, np.ones(4)))


def test_area_under_curve_counts_pairs() -> None:
    labels = np.array([1.0, 1.0, 0.0, 0.0])
    assert area_under_curve(np.array([0.9, 0.4, 0.5, 0.1]), labels) == 0.75
    assert area_under_curve(np.ones(4), labels) == 0.5


def test_bootstrap_draws_whole_groups() -> None:
    groups = np.array(["a", "a", "b", "b"])
    sizes: set[int] = set()

    def measure(rows: NDArray[np.intp]) -> float:
        sizes.add(len(rows))
        return float(rows.mean())

    low, high = bootstrap(measure, groups)
    assert sizes == {4}
    assert low <= 1.5 <= high


@pytest.mark.parametrize("refit", [False, True])
def test_interviews_names_its_protocol(
    refit: bool, shared_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = shared_dir / "eval" / "interviews" / "index.jsonl"
    assert interviews.main(["--data", str(data), *(["--cross-validate"] if refit else [])]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert ("cross-validated" in printed["protocol"]) is refit
    assert {"pearson", "pearson_speaking_rate", "pearson_interval_95", "pearson_composite"} <= set(printed)
    assert printed["pearson"] > printed["pearson_speaking_rate"]


def test_nobody_is_predicted_by_a_model_that_saw_them(shared_dir: Path) -> None:
    rows = read_interviews(shared_dir / "eval" / "interviews" / "index.jsonl")
    features = [features_of(row) for row in rows]
    before = cross_validated(rows, features)
    person = rows[0]["person"]
    changed = [{**row, "overall": 1.0} if row["person"] == person else row for row in rows]
    after = cross_validated(changed, features)
    own = np.array([row["person"] == person for row in rows])
    assert np.array_equal(before[own], after[own])
    assert not np.array_equal(before[~own], after[~own])


def test_incomplete_transcripts_have_no_pace(shared_dir: Path) -> None:
    rows = read_interviews(shared_dir / "eval" / "interviews" / "index.jsonl")
    paces = np.array([features_of(row)["speaking_rate_wpm"] for row in rows])
    assert 0 < np.isnan(paces).sum() < 10


def test_adversarial_reports_what_goes_over_the_limit() -> None:
    gain = adversarial.Gain("stuffing", "+ words", 30.0, 7.0, 1.0)
    rest = [adversarial.Gain(kind, "", 30.0, 0.0, 0.0) for kind in adversarial.KINDS]
    printed = adversarial.report([gain, *rest])
    assert printed["worst_gain"] == 7.0
    assert [row["attack"] for row in printed["over_limit"]] == ["+ words"]


def test_every_curve_is_drawn_as_committed() -> None:
    drawn = picture(all_parts())
    assert drawn.count("<polyline") == len(all_parts())
    assert drawn == (Path(__file__).resolve().parents[2] / "docs" / "delivery_curves.svg").read_text("utf-8")
