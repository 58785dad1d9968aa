"""Eye contact from gaze, calibration and blinks."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.messages import Baseline, EyeFit, HeadPose
from appliance.vision.gaze import LOOKING_DEG, Gaze, blink, eye_features, gaze, looking
from tests.vision.fakes import eyes

AHEAD = HeadPose(0.0, 0.0, 0.0)
OPEN = {"eyeBlinkLeft": 0.05, "eyeBlinkRight": 0.05}
SIZE = (640, 480)


HERE = Baseline(gaze_yaw_deg=0.0, gaze_pitch_deg=0.0)


@pytest.mark.parametrize(
    ("yaw", "pitch", "calibrated", "uncalibrated"),
    [
        (0, 0, True, True),
        (6, 6, True, True),
        (11, 0, False, True),
        (0, -11, False, True),
        (0, 16, False, False),
    ],
)
def test_near_the_lens_is_contact(yaw: float, pitch: float, calibrated: bool, uncalibrated: bool) -> None:
    assert looking(Gaze(yaw, pitch), AHEAD, HERE) is calibrated
    assert looking(Gaze(yaw, pitch), AHEAD, Baseline()) is uncalibrated


def test_unknown_gaze_is_unknown_contact() -> None:
    assert looking(None, AHEAD, Baseline()) is None


def test_calibration_moves_the_lens_but_not_far() -> None:
    assert looking(Gaze(11.0, -9.0), AHEAD, Baseline(gaze_yaw_deg=10.0, gaze_pitch_deg=-8.0)) is True
    assert looking(Gaze(0.0, 0.0), AHEAD, Baseline(gaze_yaw_deg=LOOKING_DEG + 1.0)) is False
    assert looking(Gaze(30.0, 0.0), AHEAD, Baseline(gaze_yaw_deg=30.0)) is False
    assert looking(Gaze(0.0, -24.0), AHEAD, Baseline(gaze_yaw_deg=0.0, gaze_pitch_deg=-24.0)) is False
    assert looking(Gaze(0.0, 20.0), AHEAD, Baseline(gaze_yaw_deg=0.0, gaze_pitch_deg=20.0)) is True


EYES = EyeFit(2.0, -3.0, head_yaw_deg=0.0, yaw_per_turn=-0.2, pitch_per_turn=0.1, cone_deg=8.0)


@pytest.mark.parametrize(
    ("turn", "yaw", "pitch", "contact"),
    [
        (0, 2, -3, True),
        (0, 2, 4.5, True),
        (0, 2, 5.5, False),
        (20, -2, -1, True),
        (20, 8, -1, False),
        (-20, 6, -5, True),
        (90, -4, 0, True),
    ],
)
def test_the_check_of_the_eyes_moves_the_lens_with_the_head_and_draws_the_line(
    turn: float, yaw: float, pitch: float, contact: bool
) -> None:
    assert looking(Gaze(yaw, pitch), HeadPose(turn, 0.0, 0.0), Baseline(eyes=EYES)) is contact


def test_without_corners_the_usual_line_holds() -> None:
    eyes = EyeFit(0.0, 0.0, 0.0, 0.0, 0.0, cone_deg=None)
    assert looking(Gaze(9.5, 0.0), AHEAD, Baseline(eyes=eyes)) is True
    assert looking(Gaze(10.5, 0.0), AHEAD, Baseline(eyes=eyes)) is False


def test_closed_eyes_have_no_gaze() -> None:
    closed = {"eyeBlinkLeft": 0.9, "eyeBlinkRight": 0.7}
    assert blink(closed) == pytest.approx(0.8)
    assert gaze(eyes(), SIZE, AHEAD, closed) is None
    assert gaze(eyes(), SIZE, AHEAD, OPEN) is not None


def test_landmarks_that_are_no_face_have_no_gaze() -> None:
    assert gaze(np.zeros((478, 2), np.float32), SIZE, AHEAD, OPEN) is None
    assert gaze(np.full((478, 2), np.nan, np.float32), SIZE, AHEAD, OPEN) is None


def test_features_do_not_depend_on_size_nor_on_a_tilted_head() -> None:
    straight = eye_features(eyes(), SIZE, AHEAD)
    assert straight.shape == (87,)
    assert eye_features(eyes(scale=2.0), SIZE, AHEAD) == pytest.approx(straight, abs=1e-3)
    tilted = eye_features(eyes(roll_deg=20.0), SIZE, HeadPose(0.0, 0.0, 20.0))
    assert tilted[:84] == pytest.approx(straight[:84], abs=1e-3)


def test_a_face_that_is_the_same_left_and_right_looks_neither_way() -> None:
    found = gaze(eyes(), SIZE, AHEAD, OPEN)
    assert found is not None
    assert found.yaw_deg == pytest.approx(0.0, abs=0.5)


def test_the_iris_moves_the_gaze() -> None:
    moved = eyes()
    moved[468:478, 0] += 3 / SIZE[0]
    found, before = gaze(moved, SIZE, AHEAD, OPEN), gaze(eyes(), SIZE, AHEAD, OPEN)
    assert found is not None
    assert before is not None
    assert found.yaw_deg > before.yaw_deg + 3
