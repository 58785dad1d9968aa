"""MediaPipe's face model: found, followed, bystanders covered, errors translated."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.errors import Broken, Unavailable
from appliance.vision._tasks import VideoClock
from appliance.vision.candidate import Box
from appliance.vision.face_landmarks import FaceLandmarks

Picture = NDArray[np.uint8]


def pasted(portrait: Picture, *places: tuple[int, int, int]) -> Picture:
    """The portrait's head in a grey picture of 640x480, at x, y and size in px; the face is half of that size."""
    picture = np.full((480, 640, 3), 110, np.uint8)
    for x, y, size in places:
        picture[y : y + size, x : x + size] = cv2.resize(portrait[30:210, 130:310], (size, size))
    return picture


def center(box: Box) -> float:
    return box.center[0]


def test_one_face(landmarks: FaceLandmarks, portrait: Picture) -> None:
    seen = landmarks.find(portrait)
    assert seen.face is not None
    assert seen.face.landmarks.shape == (478, 2)
    assert not seen.bystander
    assert seen.rgb is portrait
    assert 0.35 < center(seen.face.box) < 0.55


def test_nobody(landmarks: FaceLandmarks) -> None:
    seen = landmarks.find(np.full((480, 640, 3), 128, np.uint8))
    assert (seen.face, seen.bystander) == (None, False)


@pytest.mark.parametrize("candidate", [(330, 60, 300), (20, 60, 300)])
def test_the_nearest_is_the_candidate_and_the_other_is_covered(
    landmarks: FaceLandmarks, portrait: Picture, candidate: tuple[int, int, int]
) -> None:
    other = (60, 100, 190) if candidate[0] > 300 else (390, 100, 190)
    seen = landmarks.find(pasted(portrait, candidate, other))
    assert seen.bystander
    assert seen.face is not None
    assert abs(center(seen.face.box) * 640 - (candidate[0] + 150)) < 60
    assert landmarks.find(np.ascontiguousarray(seen.rgb)).bystander is False


def test_the_followed_face_changes_to_a_nearer_candidate(landmarks: FaceLandmarks, portrait: Picture) -> None:
    landmarks.forget()
    alone = pasted(portrait, (20, 100, 190))
    for i in range(5):
        seen = landmarks.follow(alone, i * 0.2)
    assert seen.face is not None
    assert center(seen.face.box) < 0.4
    both = pasted(portrait, (20, 100, 190), (280, 60, 340))
    for i in range(5, 20):
        seen = landmarks.follow(both, i * 0.2)
    assert seen.bystander
    assert seen.face is not None
    assert center(seen.face.box) > 0.5


def test_a_face_that_goes_and_comes_is_told_at_once(landmarks: FaceLandmarks, portrait: Picture) -> None:
    landmarks.forget()
    empty = np.full((480, 640, 3), 110, np.uint8)
    here = pasted(portrait, (170, 80, 300))
    shown = [here] * 5 + [empty] * 5 + [here] * 5
    told = [landmarks.follow(rgb, 10 + i * 0.2).face is not None for i, rgb in enumerate(shown)]
    truth = [rgb is here for rgb in shown]
    assert sum(a != b for a, b in zip(told, truth, strict=True)) <= 2
    assert told[2]
    assert not told[7]
    assert told[12]


def test_a_single_picture_does_not_disturb_the_followed_face(
    landmarks: FaceLandmarks, portrait: Picture
) -> None:
    landmarks.forget()
    here = pasted(portrait, (170, 80, 300))
    before = landmarks.follow(here, 50.0).face
    landmarks.find(np.ascontiguousarray(portrait[:, ::-1]))
    after = landmarks.follow(here, 50.2).face
    assert before is not None
    assert after is not None
    assert np.abs(before.landmarks - after.landmarks).max() < 0.02


def test_files_that_are_no_models(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as missing:
        FaceLandmarks(tmp_path / "none.task")
    assert missing.value.code == "vision.model_missing"
    (tmp_path / "bad.task").write_bytes(b"not a model")
    with pytest.raises(Broken) as broken:
        FaceLandmarks(tmp_path / "bad.task")
    assert broken.value.code == "vision.model_unreadable"


def test_video_times_only_go_forward() -> None:
    clock = VideoClock()
    times = [clock.at(t) for t in (5.0, 5.2, 5.2, 5.1, 900.0, 0.0, 0.2)]
    assert all(a < b for a, b in itertools.pairwise(times))
    assert times[1] - times[0] == 200
    assert times[-1] - times[-2] == 200
