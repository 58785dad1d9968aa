"""Where a head points, seen from the lens: rotation of the face model -> yaw, pitch, roll (pure)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from appliance.messages import HeadPose

Matrix = NDArray[np.float64]


def head_pose(face_to_camera: Matrix) -> HeadPose:
    """Angles of a head relative to the line from the face to the lens.

    Args:
        face_to_camera: FaceLandmarker's transformation of the canonical face (x to the picture's right, y up,
            z towards the lens; centimetres) into the camera's space, whose origin is the lens.

    Shapes:
        face_to_camera: (4, 4) float.
    """
    turn = facing_lens(face_to_camera[:3, 3]).T @ face_to_camera[:3, :3]
    return HeadPose(
        yaw_deg=math.degrees(math.atan2(turn[0, 2], turn[2, 2])),
        pitch_deg=math.degrees(math.asin(float(np.clip(turn[1, 2], -1.0, 1.0)))),
        roll_deg=-math.degrees(math.atan2(turn[1, 0], turn[1, 1])),
    )


def facing_lens(position: Matrix) -> Matrix:
    """The rotation of a head at ``position`` that looks straight into the lens.

    Shapes:
        position: (3,) float, centimetres from the lens.
        returns: (3, 3) float.
    """
    away = float(np.linalg.norm(position))
    if away == 0.0:
        return np.eye(3)
    x, y, z = -position / away
    return rotation(math.atan2(x, z), math.asin(float(np.clip(y, -1.0, 1.0))), 0.0)


def rotation(yaw: float, pitch: float, roll: float) -> Matrix:
    """The rotation of a head, angles in radians with the signs of ``HeadPose``; (3, 3) float."""
    cos_y, sin_y = math.cos(yaw), math.sin(yaw)
    cos_p, sin_p = math.cos(pitch), math.sin(pitch)
    cos_r, sin_r = math.cos(roll), math.sin(roll)
    about_y = np.array([[cos_y, 0.0, sin_y], [0.0, 1.0, 0.0], [-sin_y, 0.0, cos_y]])
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, cos_p, sin_p], [0.0, -sin_p, cos_p]])
    about_z = np.array([[cos_r, sin_r, 0.0], [-sin_r, cos_r, 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(about_y @ about_x @ about_z)
