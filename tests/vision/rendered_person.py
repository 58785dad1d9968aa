"""A simulated candidate: eyes unlike others', a screen below the lens, glasses; and the looks of a check step.

What is measured of an eye is where its ball points; a person looks a little beside that (the angle kappa), and a ball
of another size turns by other amounts for the same picture. Both are drawn into the picture here, unknown to the booth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.vision.rendered_face import Pose, random_pose

KAPPA_DEG = 5.0
"""between where a ball points and where its owner looks, at most, each way. Source: adults' angle kappa, 2 to 6"""
SCALES = 0.85, 1.15
"""turn of the ball that is seen, for a turn that is made (our choice)"""
SCREENS_CM = (15.4, 8.6), (21.7, 13.6), (34.4, 19.4), (13.6, 21.7)
"""width and height of panels of 7, 10.1 and 15.6 inches, and of 10.1 inches upright"""
LENS_ABOVE_CM = 1.0, 4.0
CORNERS = {"top_left": (-1, 0), "top_right": (1, 0), "bottom_left": (-1, 1), "bottom_right": (1, 1)}
"""halves of the screen's width to the candidate's right, heights below its top edge"""
FOLLOWS = 0.15, 0.45
"""share of a look to a corner that the head makes (our choice)"""
TURNS_DEG = 10.0, 22.0
"""a head that was asked to turn a little (our choice)"""
UNSTEADY_DEG = 1.2
"""of a look that rests on something (our choice)"""


@dataclass(frozen=True)
class Person:
    """What is true of somebody's eyes and place."""

    kappa_deg: tuple[float, float]
    """to the left and up"""
    scale: float
    rim_cm: float
    """thickness of their glasses' frame; 0: none"""
    far_cm: float
    screen_cm: tuple[float, float]
    lens_above_cm: float
    open_ratio: float
    height_cm: float
    head_deg: tuple[float, float]
    """how the head is held"""

    def corner_deg(self, corner: str) -> tuple[float, float]:
        """A corner of the screen, to the left and up, seen from the face against the line to the lens."""
        across, down = CORNERS[corner]
        right_cm = across * self.screen_cm[0] / 2
        below_cm = self.lens_above_cm + down * self.screen_cm[1]
        return -float(np.degrees(np.arctan2(right_cm, self.far_cm))), -float(
            np.degrees(np.arctan2(below_cm, self.far_cm))
        )


@dataclass(frozen=True)
class Look:
    """One picture of a person and what is true of it."""

    pose: Pose
    """as it is drawn: where the balls of the eyes point"""
    truth_deg: tuple[float, float]
    """where the person looks, against the lens"""
    target: str | None
    """of the check step; None: a look of the interview"""


def random_person(rng: np.random.Generator, rim_cm: float) -> Person:
    """Somebody, before some screen."""
    return Person(
        kappa_deg=(rng.uniform(-KAPPA_DEG, KAPPA_DEG), rng.uniform(-KAPPA_DEG, KAPPA_DEG)),
        scale=rng.uniform(*SCALES),
        rim_cm=rim_cm,
        far_cm=rng.uniform(42, 70),
        screen_cm=SCREENS_CM[rng.integers(len(SCREENS_CM))],
        lens_above_cm=rng.uniform(*LENS_ABOVE_CM),
        open_ratio=rng.uniform(0.8, 1.15),
        height_cm=rng.normal(0.19, 0.05),
        head_deg=(rng.normal(0, 3), rng.normal(-2, 4)),
    )


def check_looks(person: Person, rng: np.random.Generator, targets: tuple[str, ...], each: int) -> list[Look]:
    """What the camera sees in the check step, ``each`` pictures of every target."""
    looks = []
    for target in targets:
        aim = person.corner_deg(target) if target in CORNERS else (0.0, 0.0)
        follows = rng.uniform(*FOLLOWS)
        turned = {"turn_left": 1, "turn_right": -1}.get(target, 0) * rng.uniform(*TURNS_DEG)
        yaw, pitch = np.array(person.head_deg) + follows * np.array(aim) + (turned, 0.0)
        place = _place(person, rng)
        for _ in range(each):
            head = rng.normal((yaw, pitch, 0), (1.0, 1.0, 1.5))
            truth = rng.normal(aim, UNSTEADY_DEG)
            looks.append(_look(person, rng, head, truth, place, target))
    return looks


def interview_looks(person: Person, rng: np.random.Generator, count: int) -> list[Look]:
    """Looks of the interview, drawn as those that the gaze model was fitted to."""
    looks = []
    for _ in range(count):
        pose = random_pose(rng)
        head, truth = (pose.yaw_deg, pose.pitch_deg, pose.roll_deg), (pose.gaze_yaw_deg, pose.gaze_pitch_deg)
        looks.append(_look(person, rng, np.array(head), np.array(truth), pose.place_cm, None))
    return looks


def screen_looks(person: Person, rng: np.random.Generator, count: int) -> list[Look]:
    """Looks that matter at a booth: every second one rests on the lens, the others anywhere on the screen."""
    looks = []
    for number in range(count):
        aim = np.zeros(2)
        if number % 2:
            left, top = person.corner_deg("top_left")
            right, bottom = person.corner_deg("bottom_right")
            aim = np.array((rng.uniform(right, left), rng.uniform(bottom, top)))
        head = np.array((*person.head_deg, 0.0)) + np.array((*(rng.uniform(*FOLLOWS) * aim), 0.0))
        truth = rng.normal(aim, UNSTEADY_DEG)
        looks.append(_look(person, rng, rng.normal(head, (6.0, 4.0, 3.0)), truth, _place(person, rng), None))
    return looks


def _place(person: Person, rng: np.random.Generator) -> tuple[float, float, float]:
    far = person.far_cm
    return float(rng.normal(0, 0.03 * far)), float(rng.normal(-0.02, 0.04) * far), -far


def _look(
    person: Person,
    rng: np.random.Generator,
    head: NDArray[np.float64],
    truth: NDArray[np.float64],
    place: tuple[float, float, float],
    target: str | None,
) -> Look:
    """The balls turn from the head's direction towards what is looked at, by their own measure."""
    balls = head[:2] + person.scale * (truth - head[:2]) + person.kappa_deg
    pose = Pose(
        yaw_deg=float(head[0]),
        pitch_deg=float(head[1]),
        roll_deg=float(head[2]),
        gaze_yaw_deg=float(balls[0]),
        gaze_pitch_deg=float(balls[1]),
        place_cm=place,
        open_ratio=person.open_ratio * rng.uniform(0.92, 1.08),
        eye_height_cm=person.height_cm,
        rim_cm=person.rim_cm,
    )
    return Look(pose, (float(truth[0]), float(truth[1])), target)
