"""Eye contact from gaze, calibration and blinks."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.messages import Baseline, EyeFit, HeadPose
from appliance.vision.gaze import LEFT_EYE, LOOKING_DEG, RIGHT_EYE, Gaze, blink, eye_features, gaze, looking
from tests.vision.fakes import drawn, eyes

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


def seen(points: np.ndarray, shapes: dict[str, float] = OPEN) -> Gaze | None:
    """The gaze of made-up eyes in a picture of them."""
    return gaze(points, drawn(points), AHEAD, shapes)


def test_closed_eyes_have_no_gaze() -> None:
    closed = {"eyeBlinkLeft": 0.9, "eyeBlinkRight": 0.7}
    assert blink(closed) == pytest.approx(0.8)
    assert seen(eyes(), closed) is None
    assert seen(eyes()) is not None


def test_landmarks_that_are_no_face_have_no_gaze() -> None:
    assert gaze(np.zeros((478, 2), np.float32), drawn(eyes()), AHEAD, OPEN) is None
    assert gaze(np.full((478, 2), np.nan, np.float32), drawn(eyes()), AHEAD, OPEN) is None


def test_eyes_that_the_picture_does_not_show_have_no_gaze() -> None:
    assert gaze(eyes(), np.full((480, 640, 3), 255, np.uint8), AHEAD, OPEN) is None, "all glare"
    shut = eyes()
    shut[[*RIGHT_EYE[5:], *LEFT_EYE[5:]], 1] = 0.5
    assert seen(shut) is None


def test_features_do_not_depend_on_size_nor_on_a_tilted_head() -> None:
    straight = eye_features(eyes(), drawn(eyes()), AHEAD)
    assert straight is not None
    assert straight.shape == (91,)
    large, turned = eyes(scale=2.0), eyes(roll_deg=20.0)
    assert eye_features(large, drawn(large), AHEAD) == pytest.approx(straight, abs=0.02)
    tilted = eye_features(turned, drawn(turned), HeadPose(0.0, 0.0, 20.0))
    assert tilted is not None
    assert tilted[:88] == pytest.approx(straight[:88], abs=0.02)


def test_a_face_that_is_the_same_left_and_right_looks_neither_way() -> None:
    found = seen(eyes())
    assert found is not None
    assert found.yaw_deg == pytest.approx(0.0, abs=0.5)


@pytest.mark.parametrize("draw", [True, False])
def test_the_iris_moves_the_gaze_most_where_the_picture_shows_it(draw: bool) -> None:
    moved = eyes()
    moved[468:478, 0] += 3 / SIZE[0]
    found, before = gaze(moved, drawn(moved if draw else eyes()), AHEAD, OPEN), seen(eyes())
    assert found is not None
    assert before is not None
    assert (found.yaw_deg > before.yaw_deg + 6) is draw


def test_a_reflection_on_the_white_of_the_eyes_moves_the_gaze_little() -> None:
    before, picture = seen(eyes()), drawn(eyes())
    for x in (280, 340):  # right of each iris
        picture[225:250, x : x + 6] = 255
    found = gaze(eyes(), picture, AHEAD, OPEN)
    assert found is not None
    assert before is not None
    assert found.yaw_deg == pytest.approx(before.yaw_deg, abs=3.5)
