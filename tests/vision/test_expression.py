"""The aligned crop and the committed expression model."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.bench._expression_protocol import measure
from appliance.bench.expression import MODEL, load, predict
from appliance.errors import Broken, Unavailable
from appliance.vision.expression import (
    CROP_PX,
    EXPRESSIONS,
    FACE_CENTER_PX,
    FACE_SIZE_PX,
    LEFT_EYE,
    RIGHT_EYE,
    ExpressionClassifier,
    aligned_crop,
)

Picture = NDArray[np.uint8]
Points = NDArray[np.float64]


def face_points(middle: tuple[float, float], size: float, roll_deg: float = 0.0) -> Points:
    """Landmarks in frame pixels: a square box of this size, eyes level in it, turned by roll about its middle."""
    rng = np.random.default_rng(1)
    points = rng.uniform(-0.4, 0.4, (478, 2))
    points[0], points[1] = (-0.5, -0.5), (0.5, 0.5)
    points[list(RIGHT_EYE)] = [(-0.3, -0.1), (-0.1, -0.1)]
    points[list(LEFT_EYE)] = [(0.1, -0.1), (0.3, -0.1)]
    roll = math.radians(roll_deg)
    turn = np.array([[math.cos(roll), math.sin(roll)], [-math.sin(roll), math.cos(roll)]])
    return np.asarray(points * size @ turn + middle)


def landmarks(points: Points, frame: Picture) -> Points:
    """As FaceLandmarker gives them: shares of width and height, and a depth."""
    shares = points / (frame.shape[1], frame.shape[0])
    return np.concatenate([shares, np.zeros((len(points), 1))], axis=1)


def spot(frame: Picture, point: Points, radius: float) -> None:
    """Draw a white disc."""
    rows, columns = np.ogrid[: frame.shape[0], : frame.shape[1]]
    frame[(columns + 0.5 - point[0]) ** 2 + (rows + 0.5 - point[1]) ** 2 < radius**2] = 255


def brightest(crop: Picture, where: slice) -> Points:
    """Centre of the light in a part of the columns, in crop pixels."""
    weight = np.zeros(crop.shape)
    weight[:, where] = crop[:, where]
    rows, columns = np.mgrid[:CROP_PX, :CROP_PX] + 0.5
    return np.asarray(np.array([(weight * columns).sum(), (weight * rows).sum()]) / weight.sum())


@pytest.mark.parametrize(("size", "roll_deg"), [(60.0, 0.0), (209.0, 0.0), (209.0, 25.0), (150.0, -40.0)])
def test_eyes_come_to_the_same_place_from_any_size_and_roll(size: float, roll_deg: float) -> None:
    frame = np.zeros((480, 640, 3), np.uint8)
    points = face_points((300.0, 240.0), size, roll_deg)
    for eye in (RIGHT_EYE, LEFT_EYE):
        spot(frame, points[list(eye)].mean(axis=0), size * 0.05)
    crop = aligned_crop(frame, landmarks(points, frame))
    assert crop is not None
    expected = np.array(FACE_CENTER_PX) + np.array([-0.2, -0.1]) * FACE_SIZE_PX
    np.testing.assert_allclose(brightest(crop, slice(0, 24)), expected, atol=0.4)
    expected = np.array(FACE_CENTER_PX) + np.array([0.2, -0.1]) * FACE_SIZE_PX
    np.testing.assert_allclose(brightest(crop, slice(24, 48)), expected, atol=0.4)


def test_a_face_that_fills_the_crop_comes_out_unchanged() -> None:
    rng = np.random.default_rng(2)
    grey = rng.integers(0, 256, (48, 48), dtype=np.uint8)
    frame = np.repeat(grey[:, :, None], 3, axis=2)
    crop = aligned_crop(frame, landmarks(face_points(FACE_CENTER_PX, FACE_SIZE_PX), frame))
    assert crop is not None
    assert np.abs(crop.astype(int) - grey).max() <= 1


def test_colours_become_luma() -> None:
    frame = np.full((200, 200, 3), (200, 100, 50), np.uint8)
    crop = aligned_crop(frame, landmarks(face_points((100.0, 100.0), 100.0), frame))
    assert crop is not None
    assert crop.shape == (CROP_PX, CROP_PX)
    assert crop.dtype == np.uint8
    assert set(np.unique(crop)) == {round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)}


def test_fine_stripes_average_out_instead_of_aliasing() -> None:
    frame = np.zeros((480, 640, 3), np.uint8)
    frame[:, ::2] = 255
    crop = aligned_crop(frame, landmarks(face_points((320.0, 240.0), 209.0), frame))
    assert crop is not None
    assert crop.std() < 30
    assert 117 < crop.mean() < 138


def test_outside_the_frame_its_border_goes_on() -> None:
    frame = np.zeros((480, 640, 3), np.uint8)
    frame[:, :40] = 90
    crop = aligned_crop(frame, landmarks(face_points((0.0, 240.0), 80.0), frame))
    assert crop is not None
    assert (crop[:, :40] == 90).all()


@pytest.mark.parametrize("size", [0.0, 5.0, 23.0])
def test_too_small_a_face_is_not_judged(size: float) -> None:
    frame = np.zeros((480, 640, 3), np.uint8)
    assert aligned_crop(frame, landmarks(face_points((300.0, 200.0), size), frame)) is None


def test_landmarks_that_are_no_numbers_are_not_judged() -> None:
    frame = np.zeros((480, 640, 3), np.uint8)
    points = landmarks(face_points((300.0, 200.0), 100.0), frame)
    points[7, 0] = np.nan
    assert aligned_crop(frame, points) is None


@pytest.fixture(scope="module")
def model() -> ExpressionClassifier:
    return ExpressionClassifier(MODEL)


def some_crops(count: int) -> Picture:
    """Smooth random pictures."""
    coarse = np.random.default_rng(3).uniform(60, 190, (count, 6, 6))
    return np.kron(coarse, np.ones((1, 8, 8))).astype(np.uint8)


def test_the_committed_model_is_small() -> None:
    assert MODEL.stat().st_size <= 1_000_000


def test_probabilities_sum_to_one_and_do_not_depend_on_the_batch(model: ExpressionClassifier) -> None:
    crops = some_crops(5)
    together = model.probabilities(crops)
    assert together.shape == (5, len(EXPRESSIONS))
    np.testing.assert_allclose(together.sum(axis=1), 1, atol=1e-5)
    alone = np.concatenate([model.probabilities(crop[None]) for crop in crops])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_a_mirror_image_shows_the_same(model: ExpressionClassifier) -> None:
    crops = some_crops(4)
    mirrored = np.ascontiguousarray(crops[:, :, ::-1])
    np.testing.assert_allclose(model.probabilities(crops), model.probabilities(mirrored), atol=1e-4)


def test_exposure_does_not_matter(model: ExpressionClassifier) -> None:
    crops = some_crops(4)
    dark = (crops // 2).astype(np.uint8)
    assert np.abs(model.probabilities(crops) - model.probabilities(dark)).max() < 0.1


def test_an_empty_crop_is_not_an_error(model: ExpressionClassifier) -> None:
    assert np.isfinite(model.probabilities(np.zeros((1, CROP_PX, CROP_PX), np.uint8))).all()


def test_of_face_names_the_expressions(model: ExpressionClassifier) -> None:
    frame = np.random.default_rng(4).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    shown = model.of_face(frame, landmarks(face_points((300.0, 200.0), 120.0), frame))
    assert shown is not None
    assert tuple(shown) == EXPRESSIONS
    assert sum(shown.values()) == pytest.approx(1, abs=1e-4)
    assert model.of_face(frame, landmarks(face_points((300.0, 200.0), 8.0), frame)) is None


def test_a_missing_or_wrong_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as missing:
        ExpressionClassifier(tmp_path / "none.onnx")
    assert missing.value.code == "runtime.model_missing"
    with pytest.raises(Unavailable) as wrong:
        ExpressionClassifier(MODEL, sha256="0" * 64)
    assert wrong.value.code == "runtime.model_wrong_hash"
    (tmp_path / "torn.onnx").write_bytes(MODEL.read_bytes()[:1000])
    with pytest.raises(Broken) as torn:
        ExpressionClassifier(tmp_path / "torn.onnx")
    assert torn.value.code == "runtime.model_unreadable"


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("x", "FLOAT", "vision.expression_model"),
        ("faces", "FLOAT", "runtime.model_failed"),
        ("faces", "UINT8", "vision.expression_model"),
    ],
)
def test_another_model_is_refused(tmp_path: Path, name: str, kind: str, code: str) -> None:
    from onnx import TensorProto, helper, save

    of = TensorProto.DataType.Value(kind)
    one, other = (helper.make_tensor_value_info(each, of, [1, 48, 48]) for each in (name, "y"))
    graph = helper.make_graph([helper.make_node("Identity", [name], ["y"])], "other", [one], [other])
    save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9),
        tmp_path / "other.onnx",
    )
    with pytest.raises(Broken) as error:
        ExpressionClassifier(tmp_path / "other.onnx")
    assert error.value.code == code


def test_faces_never_trained_on(model: ExpressionClassifier, shared_dir: Path) -> None:
    """A floor under the model card's figures, on every fifth validation face (the bench measures them all)."""
    faces = load(shared_dir / "eval" / "faces" / "ferplus_valid.npz")
    part = slice(None, None, 5)
    figures = measure(predict(model, faces.images[part]), faces.votes[part], faces.kept[part])
    assert figures.accuracy > 0.84
    assert figures.accuracy_clear > 0.91
    assert figures.ece < 0.08
