"""The FER+ majority protocol by hand-made votes, and the command around it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.bench._expression_protocol import calibration_error, judge, measure
from appliance.bench.expression import Annotated, brightness_groups, main, strict_majority

KEYS = {"accuracy", "accuracy_clear", "macro_recall", "ece", "ms_per_face", "bytes"}


@pytest.mark.parametrize(
    ("votes", "winner", "counted", "clear"),
    [
        ([6, 4, 0, 0, 0, 0, 0, 0, 0, 0], 0, True, True),
        ([5, 5, 0, 0, 0, 0, 0, 0, 0, 0], 0, True, False),
        ([0, 4, 3, 3, 0, 0, 0, 0, 0, 0], 1, True, False),
        ([3, 0, 0, 0, 0, 0, 0, 0, 7, 0], 8, False, False),
        ([3, 0, 0, 0, 0, 0, 0, 0, 0, 7], 9, False, False),
        ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 0, False, False),
        ([1, 1, 1, 1, 1, 1, 1, 2, 0, 1], 7, True, False),
        ([0, 0, 0, 0, 0, 0, 0, 10, 0, 0], 7, True, True),
    ],
)
def test_who_wins(votes: list[int], winner: int, counted: bool, clear: bool) -> None:
    judged = judge(np.array([votes], dtype=np.uint8))
    assert (judged.counted[0], judged.clear[0]) == (counted, clear)
    if counted:
        assert judged.winner[0] == winner


def sure(*guesses: int, confidence: float = 1.0) -> NDArray[np.float64]:
    """Rows that give the guess this probability and the rest evenly."""
    rows = np.full((len(guesses), 8), (1 - confidence) / 7)
    rows[np.arange(len(guesses)), guesses] = confidence
    return rows


def votes_for(*winners: int, share: int = 10) -> NDArray[np.uint8]:
    """Rows of ten votes, ``share`` of them for the winner and the rest for unknown."""
    rows = np.zeros((len(winners), 10), np.uint8)
    rows[:, 8] = 10 - share
    rows[np.arange(len(winners)), winners] = share
    return rows


def test_figures_of_a_small_table() -> None:
    votes = np.concatenate([votes_for(0, 0, 0, 1), votes_for(2, share=5), votes_for(8, 9)])
    figures = measure(sure(0, 0, 1, 1, 3, 0, 0), votes)
    assert figures.accuracy == pytest.approx(3 / 5)
    assert figures.accuracy_clear == pytest.approx(3 / 4)
    assert figures.macro_recall == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert figures.ece == pytest.approx(2 / 5)


def test_pictures_left_out_do_not_count() -> None:
    votes = votes_for(0, 0, 1)
    figures = measure(sure(0, 1, 1), votes, np.array([True, False, True]))
    assert figures.accuracy == 1


def test_honest_confidence_has_no_calibration_error() -> None:
    honest = sure(*[0] * 10, confidence=0.7)
    winner = np.array([0] * 7 + [1] * 3)
    assert calibration_error(honest, winner) == pytest.approx(0, abs=1e-9)
    assert calibration_error(sure(*[0] * 10, confidence=0.9), winner) == pytest.approx(0.2)


def test_strict_majorities_are_those_of_the_votes_that_are_left() -> None:
    votes = np.array(
        [[5, 1, 1, 1, 1, 1, 0, 0, 0, 0], [4, 4, 2, 0, 0, 0, 0, 0, 0, 0], [0, 3, 2, 2, 1, 1, 1, 0, 0, 0]],
        np.uint8,
    )
    faces = Annotated(np.zeros((3, 48, 48), np.uint8), votes, np.ones(3, bool))
    assert strict_majority(sure(0, 1, 0).astype(np.float32), faces) == (1, 1.0)
    none_kept = Annotated(faces.images, votes, np.zeros(3, bool))
    assert strict_majority(sure(0, 1, 0).astype(np.float32), none_kept) == (0, None)


def test_brightness_groups_name_the_dark_faces() -> None:
    images = np.concatenate([np.full((2, 48, 48), 30), np.full((3, 48, 48), 200)]).astype(np.uint8)
    faces = Annotated(images, votes_for(0, 0, 1, 1, 1), np.ones(5, bool))
    groups = brightness_groups(sure(0, 1, 1, 1, 1).astype(np.float32), faces)
    assert groups == [("0-80", 2, 0.5), ("170-256", 3, 1.0)]


def write(path: Path, **changed: NDArray[np.generic]) -> Path:
    """A data file of six faces."""
    parts: dict[str, NDArray[np.generic]] = {
        "images": np.random.default_rng(0).integers(0, 256, (6, 48, 48), dtype=np.uint8),
        "votes": votes_for(0, 1, 2, 3, 4, 5),
        "in_train": np.array([False] * 5 + [True]),
    }
    np.savez(path, **(parts | changed))  # type: ignore[arg-type]
    return path


def test_json_has_the_agreed_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(write(tmp_path / "faces.npz")), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report) == {"int8", "fp32"}
    assert set(report["int8"]) == KEYS
    assert report["fp32"] is None
    assert 0 < report["int8"]["bytes"] <= 1_000_000
    assert report["int8"]["ms_per_face"] > 0


def test_text_names_the_weakest_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(write(tmp_path / "faces.npz"))]) == 0
    assert "weakest brightness:" in capsys.readouterr().out


@pytest.mark.parametrize(
    "changed",
    [
        {"images": np.zeros((6, 24, 24), np.uint8)},
        {"votes": np.zeros((6, 10), np.uint8)},
        {"votes": np.zeros((5, 10))},
    ],
)
def test_wrong_data_ends_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, NDArray[np.generic]]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--data", str(write(tmp_path / "faces.npz", **changed)), "--json"])
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("content", [None, b"", b"not a file of arrays"])
def test_no_data_ends_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    path = tmp_path / "faces.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SystemExit) as end:
        main(["--data", str(path)])
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
