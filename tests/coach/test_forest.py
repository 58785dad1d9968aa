"""The small forest: grown, stored, read back, and open about its reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.coach.answer_head import SCORER_FILE, AnswerHead
from appliance.coach.forest import load_forests
from appliance.errors import Broken, Unavailable
from models_onnx.answer_scorer.grow import Growth, as_forest, grow

NAMES = ("told", "noise", "other")


def data(rows: int = 400) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    drawn = np.random.default_rng(3).random((rows, 3)).astype(np.float32)
    return drawn, (drawn[:, 0] > 0.5).astype(float)


@pytest.fixture(scope="module")
def columns() -> dict[str, NDArray[Any]]:
    return grow(*data(), Growth(trees=30, least_rows=5, features_tried=0.7))


def test_it_learns_what_decides(columns: dict[str, NDArray[Any]]) -> None:
    forest = as_forest(columns, NAMES)
    high, why = forest.verdict({"told": 0.9, "noise": 0.5, "other": 0.5})
    low, _ = forest.verdict({"told": 0.1, "noise": 0.5, "other": 0.5})
    assert high > 0.8
    assert low < 0.2
    assert abs(why["told"]) > 5 * abs(why["noise"])


def test_base_and_contributions_are_the_verdict(columns: dict[str, NDArray[Any]]) -> None:
    forest = as_forest(columns, NAMES)
    for row in data()[0][:20]:
        verdict, why = forest.verdict(dict(zip(NAMES, row.tolist(), strict=True)))
        assert forest.base + sum(why.values()) == pytest.approx(verdict, abs=1e-5)


def test_leaves_hold_the_rows_they_should() -> None:
    rows, target = data()
    forest = as_forest(grow(rows, target, Growth(trees=1, least_rows=40)), NAMES)
    said = [forest.verdict(dict(zip(NAMES, row.tolist(), strict=True)))[0] for row in rows]
    assert min(np.unique(np.round(said, 6), return_counts=True)[1]) >= 40


def test_a_stored_forest_is_the_same_forest(columns: dict[str, NDArray[Any]], tmp_path: Path) -> None:
    stored: dict[str, Any] = {f"a.{name}": values for name, values in columns.items()}
    stored["a.names"] = np.array(" ".join(NAMES))
    np.savez_compressed(tmp_path / "forest.npz", **stored)
    (read,) = load_forests(tmp_path / "forest.npz", ["a"])
    asked = {"told": 0.7, "noise": 0.1, "other": 0.4}
    assert read.verdict(asked) == as_forest(columns, NAMES).verdict(asked)


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as missing:
        load_forests(tmp_path / "none.npz", ["a"])
    assert missing.value.code == "coach.scorer_missing"
    (tmp_path / "bad.npz").write_bytes(b"no forest")
    with pytest.raises(Broken) as broken:
        load_forests(tmp_path / "bad.npz", ["a"])
    assert broken.value.code == "coach.scorer_unreadable"


def test_the_committed_scorer_is_small_and_loads() -> None:
    assert SCORER_FILE.stat().st_size <= 1_000_000
    assert AnswerHead() is not None
