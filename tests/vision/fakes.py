"""Whole models with scripted faults, for the watcher's tests."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.errors import Broken
from appliance.messages import PostureObservation
from appliance.vision.candidate import Box
from appliance.vision.face_landmarks import Face, Seen
from appliance.vision.gaze import LEFT_EYE, RIGHT_EYE

Picture = NDArray[np.uint8]
SHAPES = ("eyeBlink", "eyeLookIn", "eyeLookOut", "eyeLookUp", "eyeLookDown", "mouthSmile")


def eyes(roll_deg: float = 0.0, scale: float = 1.0) -> NDArray[np.float32]:
    """Two almond eyes with their irises in the middle, as shares of 640x480; 0 for all other landmarks; (478, 2)."""
    points = np.zeros((478, 2), np.float32)
    roll = np.radians(roll_deg)
    turn = np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    for side, middle in ((RIGHT_EYE, -30.0), (LEFT_EYE, 30.0)):
        around = np.linspace(0, 2 * np.pi, 17)[:-1]
        height = np.where(np.sin(around) > 0, 5.8, 3.1)  # the upper lid is farther from the corners' line
        lids = np.stack((12 * np.sign(middle) * np.cos(around), -height * np.sin(around)), axis=1)
        iris = np.array([(0, 0), (5, 0), (0, -5), (-5, 0), (0, 5)]) - (0.0, 1.7)
        placed = np.add(np.concatenate((iris, lids)), (middle, 0.0))
        points[list(side)] = (placed * scale @ turn + np.array((320, 240))) / (640, 480)
    return points


def drawn(points: NDArray[np.float32]) -> Picture:
    """A picture of 640x480 that is bright but for the irises of these eyes."""
    picture = np.full((480, 640, 3), 200, np.uint8)
    y, x = np.mgrid[:480, :640] + 0.5
    for centre in (468, 473):
        (left, top), (right, _) = points[[centre, centre + 1]] * (640, 480)
        picture[np.hypot(x - left, y - top) <= right - left] = 60
    return picture


def a_face(**shapes: float) -> Face:
    """A face 50 cm straight before the lens, looking into it."""
    known = {f"{shape}{side}": 0.0 for shape in SHAPES for side in ("Left", "Right")}
    landmarks = np.random.default_rng(3).uniform(0.3, 0.7, (478, 2)).astype(np.float32)
    landmarks = np.where(eyes() > 0, eyes(), landmarks)
    matrix = np.eye(4)
    matrix[2, 3] = -50.0
    return Face(landmarks, {**known, "jawOpen": 0.1, **shapes}, matrix)


@dataclass
class FakeFaces:
    """A face in every picture that is not black; ``fail_at`` breaks the n-th look, ``gate`` holds every look."""

    fail_at: tuple[int, ...] = ()
    gate: threading.Event | None = None
    face: Face = field(default_factory=a_face)
    times: list[float] = field(default_factory=list)
    looks: int = 0
    forgotten: int = 0
    closed: int = 0
    looking: threading.Event = field(default_factory=threading.Event)

    def follow(self, rgb: Picture, t: float) -> Seen:
        self.looking.set()
        if self.gate is not None:
            self.gate.wait(10)
        self.looks += 1
        if self.looks in self.fail_at:
            raise Broken("vision.face_failed", "scripted")
        self.times.append(t)
        return self.find(rgb)

    def find(self, rgb: Picture) -> Seen:
        return Seen(self.face if rgb.any() else None, False, rgb)

    def forget(self) -> None:
        self.forgotten += 1

    def close(self) -> None:
        self.closed += 1


@dataclass
class FakePostures:
    """A body in every picture."""

    times: list[float] = field(default_factory=list)
    forgotten: int = 0
    closed: int = 0

    def follow(self, rgb: Picture, t: float, face: Box | None = None) -> PostureObservation:
        self.times.append(t)
        return self.find(rgb, t)

    def find(self, rgb: Picture, t: float) -> PostureObservation:
        return PostureObservation(t, body=True)

    def forget(self) -> None:
        self.forgotten += 1

    def close(self) -> None:
        self.closed += 1


@dataclass
class FakeExpressions:
    """Always neutral."""

    looks: int = 0

    def of_face(self, rgb: Picture, landmarks: NDArray[np.floating[Any]]) -> Mapping[str, float] | None:
        self.looks += 1
        return {"neutral": 1.0}
