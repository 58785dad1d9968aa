"""Posture from landmarks, and from a portrait."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.errors import Broken, Unavailable
from appliance.messages import PostureObservation
from appliance.vision.body_posture import EARS, NOSE, SHOULDERS, Body, BodyPosture, posture
from appliance.vision.candidate import Box


def made(t: float = 0.0, **places: tuple[float, float]) -> Body:
    """A body 200 px wide, upright; the candidate's left is on the picture's right."""
    points = np.zeros((33, 2))
    visible = np.zeros(33)
    standing = {
        "nose": (NOSE, (320, 160)),
        "left_ear": (EARS[0], (360, 150)),
        "right_ear": (EARS[1], (280, 150)),
        "left_shoulder": (SHOULDERS[0], (420, 300)),
        "right_shoulder": (SHOULDERS[1], (220, 300)),
        "left_wrist": (15, None),
        "right_index": (20, None),
    }
    for name, (index, usual) in standing.items():
        place = places.get(name, usual)
        if place is not None:
            points[index], visible[index] = place, 0.9
    return Body(points, visible, 640, t)


def test_upright() -> None:
    found = posture(0.0, made(), None)
    assert found.body
    assert found.shoulder_tilt_deg == pytest.approx(0)
    assert found.lean_deg == pytest.approx(0)
    assert found.shoulder_width_ratio == pytest.approx(200 / 640)
    assert found.neck_ratio == pytest.approx(150 / 200)
    assert found.hand_to_face is False
    assert found.movement is None


def test_signs() -> None:
    assert (posture(0.0, made(left_shoulder=(420, 340)), None).shoulder_tilt_deg or 0) > 5
    leaning = made(left_ear=(400, 150), right_ear=(320, 150))
    assert (posture(0.0, leaning, None).lean_deg or 0) > 5


def test_sinking_lowers_the_neck() -> None:
    sunk = made(left_ear=(360, 200), right_ear=(280, 200))
    assert posture(0.0, sunk, None).neck_ratio == pytest.approx(0.5)


@pytest.mark.parametrize(("hand", "touches"), [((330, 200), True), ((500, 420), False)])
def test_hand_to_face(hand: tuple[float, float], touches: bool) -> None:
    assert posture(0.0, made(left_wrist=hand), None).hand_to_face is touches
    assert posture(0.0, made(right_index=hand), None).hand_to_face is touches


def test_movement_is_in_shoulder_widths_per_second() -> None:
    before = made(0.0)
    after = Body(np.add(before.points_px, (20, 0)), before.visible, 640, 0.5)
    assert posture(0.5, after, before).movement == pytest.approx(20 / 200 / 0.5)


def test_movement_over_a_long_gap_or_back_in_time_is_unknown() -> None:
    assert posture(9.0, made(9.0), made(0.0)).movement is None
    assert posture(0.0, made(0.0), made(1.0)).movement is None


def test_nomade() -> None:
    assert posture(1.0, None, None) == PostureObservation(1.0, body=False)
    hidden = made()
    hidden.visible[SHOULDERS[0]] = 0.1
    assert not posture(0.0, hidden, None).body


def test_hidden_ears_leave_lean_and_neck_unknown() -> None:
    hidden = made()
    hidden.visible[EARS[0]] = 0.1
    found = posture(0.0, hidden, None)
    assert found.body
    assert found.lean_deg is None
    assert found.neck_ratio is None


def test_a_portrait(body: BodyPosture, portrait: NDArray[np.uint8]) -> None:
    found = body.find(portrait, 3.0)
    assert found.t == 3.0
    assert found.body
    assert abs(found.shoulder_tilt_deg or 90) < 12
    assert 0.3 < (found.shoulder_width_ratio or 0) < 0.9
    mirrored = body.find(np.ascontiguousarray(portrait[:, ::-1]), 3.0)
    assert (mirrored.lean_deg or 0) == pytest.approx(-(found.lean_deg or 0), abs=4)


def test_following_tells_movement_and_drops_the_body_of_somebody_else(
    body: BodyPosture, portrait: NDArray[np.uint8]
) -> None:
    face = Box(0.3, 0.1, 0.6, 0.45)
    assert body.follow(portrait, 0.0, face).movement is None
    assert (body.follow(portrait, 1.0, face).movement or 0) < 0.05
    assert body.follow(portrait, 2.0, Box(0.8, 0.8, 1.0, 1.0)).body is False
    assert body.follow(portrait, 3.0, face).movement is None


def test_an_empty_picture_has_no_body(body: BodyPosture) -> None:
    assert not body.find(np.zeros((480, 640, 3), np.uint8), 0.0).body


def test_files_that_are_no_models(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as missing:
        BodyPosture(tmp_path / "none.task")
    assert missing.value.code == "vision.model_missing"
    (tmp_path / "bad.task").write_bytes(b"not a model")
    with pytest.raises(Broken) as broken:
        BodyPosture(tmp_path / "bad.task")
    assert broken.value.code == "vision.model_unreadable"
