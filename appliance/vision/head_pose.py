"""Where a head points, seen from the lens: rotation of the face model -> yaw, pitch, roll (pure)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from appliance.messages import HeadPose

Matrix = NDArray[np.float64]
Vector = tuple[float, float, float]


def head_pose(face_to_camera: Matrix) -> HeadPose:
    """Angles of a head relative to the line from the face to the lens.

    Args:
        face_to_camera: FaceLandmarker's transformation of the canonical face (x to the picture's right, y up,
            z towards the lens; centimetres) into the camera's space, whose origin is the lens.

    Shapes:
        face_to_camera: (4, 4) float.
    """
    # plain numbers: a BLAS call for 3 x 3, cold after the face model has run, costs ten times as much
    rows = face_to_camera.tolist()
    sideways, upwards, nose, position = ((rows[0][i], rows[1][i], rows[2][i]) for i in range(4))
    right, up, ahead = _axes(position)
    return HeadPose(
        yaw_deg=math.degrees(math.atan2(_along(right, nose), _along(ahead, nose))),
        pitch_deg=math.degrees(math.asin(max(-1.0, min(1.0, _along(up, nose))))),
        roll_deg=-math.degrees(math.atan2(_along(up, sideways), _along(up, upwards))),
    )


def facing_lens(position: Matrix) -> Matrix:
    """The rotation of a head at ``position`` that looks straight into the lens.

    Shapes:
        position: (3,) float, centimetres from the lens.
        returns: (3, 3) float.
    """
    x, y, z = position.tolist()
    return np.array(_axes((x, y, z))).T


def _axes(position: Vector) -> tuple[Vector, Vector, Vector]:
    """Right, up and ahead (to the lens) of a head at ``position`` that looks straight into the lens."""
    away = math.hypot(*position)
    level = math.hypot(position[0], position[2])
    if level == 0.0:  # at the lens, or right above or below it, where no picture shows a face
        return (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
    sin, cos = -position[0] / level, -position[2] / level
    y, flat = -position[1] / away, level / away
    return (cos, 0.0, -sin), (-sin * y, flat, -cos * y), (sin * flat, y, cos * flat)


def _along(axis: Vector, other: Vector) -> float:
    return axis[0] * other[0] + axis[1] * other[1] + axis[2] * other[2]


def rotation(yaw: float, pitch: float, roll: float) -> Matrix:
    """The rotation of a head, angles in radians with the signs of ``HeadPose``; (3, 3) float."""
    cos_y, sin_y = math.cos(yaw), math.sin(yaw)
    cos_p, sin_p = math.cos(pitch), math.sin(pitch)
    cos_r, sin_r = math.cos(roll), math.sin(roll)
    about_y = np.array([[cos_y, 0.0, sin_y], [0.0, 1.0, 0.0], [-sin_y, 0.0, cos_y]])
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, cos_p, sin_p], [0.0, -sin_p, cos_p]])
    about_z = np.array([[cos_r, sin_r, 0.0], [-sin_r, cos_r, 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(about_y @ about_x @ about_z)
