"""Head angles against the lens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.vision.head_pose import facing_lens, head_pose, rotation

angle = st.floats(-45, 45)


def to_camera(place: tuple[float, float, float], turn: np.ndarray) -> np.ndarray:
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = turn, place
    return matrix


@given(angle, angle, angle, st.floats(-20, 20), st.floats(-15, 15))
def test_angles_come_back_wherever_the_face_is(
    yaw: float, pitch: float, roll: float, x: float, y: float
) -> None:
    place = (x, y, -50.0)
    turn = facing_lens(np.array(place)) @ rotation(*np.radians((yaw, pitch, roll)))
    found = head_pose(to_camera(place, turn))
    assert (found.yaw_deg, found.pitch_deg, found.roll_deg) == pytest.approx((yaw, pitch, roll), abs=1e-6)


def test_signs() -> None:
    """Picture coordinates: the candidate's left is x to the right; up is y up."""
    left = rotation(np.radians(20), 0, 0)[:, 2]
    assert left[0] > 0.3
    up = rotation(0, np.radians(20), 0)[:, 2]
    assert up[1] > 0.3
    crown = rotation(0, 0, np.radians(20))[:, 1]
    assert crown[0] > 0.3, "a tilt to the left shoulder moves the crown to the candidate's left"


def test_a_head_straight_ahead_in_a_corner_of_the_picture_looks_past_the_lens() -> None:
    found = head_pose(to_camera((20.0, 0.0, -50.0), np.eye(3)))
    assert found.yaw_deg == pytest.approx(np.degrees(np.arctan2(20, 50)))


@given(st.floats(-30, 30), st.floats(-30, 30), st.floats(-80, -20))
def test_facing_the_lens_is_upright_and_points_at_it(x: float, y: float, z: float) -> None:
    place = np.array((x, y, z))
    turn = facing_lens(place)
    assert turn[:, 2] == pytest.approx(-place / np.linalg.norm(place))
    assert turn.T @ turn == pytest.approx(np.eye(3))
    assert turn[1, 0] == pytest.approx(0.0), "the ears are level"
    assert turn[1, 1] > 0.0
