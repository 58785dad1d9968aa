"""What the check of the eyes teaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from appliance.messages import Baseline, EyeFit, FaceObservation, HeadPose
from appliance.metrics.calibration import LEFT, LINE_DEG, RIGHT, TARGETS, Look, add_eyes, fit_eyes, joined

AIMS = {
    "top_left": (9.0, -2.0),
    "top_right": (-9.0, -2.0),
    "bottom_left": (9.0, -12.0),
    "bottom_right": (-9.0, -12.0),
}
TURNS = {"turn_left": 16.0, "turn_right": -16.0}


def looks(
    offset: tuple[float, float] = (0.0, 0.0),
    slope: float = 0.0,
    size: float = 1.0,
    without: tuple[str, ...] = (),
    each: int = 6,
) -> list[Look]:
    """A check step as somebody with these eyes does it, with two degrees of noise."""
    rng = np.random.default_rng(4)
    made = []
    for target in TARGETS:
        aim, turn = AIMS.get(target, (0.0, 0.0)), TURNS.get(target, 0.0)
        for n in range(0 if target in without else each):
            yaw, pitch = rng.normal(0, 2, 2) + offset + np.multiply(aim, size) + (slope * turn, 0.0)
            head = HeadPose(float(3.0 + turn + rng.normal(0, 1)), -2.0, 0.0)
            face = FaceObservation(
                n / 5, True, head_pose=head, gaze_yaw_deg=float(yaw), gaze_pitch_deg=float(pitch)
            )
            made.append(Look(target, face))
    return made


def fitted(made: list[Look]) -> EyeFit:
    fit = fit_eyes(made)
    assert fit is not None
    return fit


def test_the_lens_is_where_the_looks_at_it_are_seen() -> None:
    fit = fitted(looks(offset=(4.0, -6.0), each=40))
    assert (fit.yaw_deg, fit.pitch_deg) == pytest.approx((4.0, -6.0), abs=0.8)
    assert fit.head_yaw_deg == pytest.approx(3.0, abs=0.5)


def test_a_turned_head_moves_it_by_a_third_of_what_was_seen() -> None:
    fit = fitted(looks(slope=-0.3, each=40))
    assert -0.16 < fit.yaw_per_turn < -0.06  # two turns are no proof: drawn to none
    assert fit.pitch_per_turn == pytest.approx(0.0, abs=0.03)
    assert fitted(looks(slope=-0.3, without=tuple(TURNS))).yaw_per_turn == 0.0


@pytest.mark.parametrize(
    ("size", "line"), [(0.6, LINE_DEG[0]), (1.0, LINE_DEG[0]), (1.8, 9.9), (3.0, LINE_DEG[1])]
)
def test_the_line_goes_with_the_corners(size: float, line: float) -> None:
    assert fitted(looks(size=size, each=60)).cone_deg == pytest.approx(line, abs=0.7)


@pytest.mark.parametrize(
    "made",
    [
        looks(size=0.0, each=40),
        looks(size=-1.0),
        looks(without=("top_left",)),
        looks(without=(*LEFT, *RIGHT)),
    ],
)
def test_corners_that_were_not_looked_at_draw_no_line(made: list[Look]) -> None:
    assert fitted(made).cone_deg is None


def test_too_few_looks_at_the_lens_teach_nothing() -> None:
    assert fit_eyes(looks(without=("lens",))) is None
    assert fit_eyes(looks(each=3)) is None
    assert fit_eyes([]) is None
    assert add_eyes(Baseline(neck_ratio=0.6), []) == Baseline(neck_ratio=0.6)


def test_what_was_learned_replaces_what_was_guessed() -> None:
    learned = add_eyes(Baseline(neck_ratio=0.6, gaze_yaw_deg=9.0), looks(offset=(1.0, 1.0)))
    assert learned.eyes is not None
    assert (learned.gaze_yaw_deg, learned.gaze_pitch_deg) == (learned.eyes.yaw_deg, learned.eyes.pitch_deg)
    assert (learned.head_pitch_deg, learned.neck_ratio) == (-2.0, 0.6)


@pytest.mark.parametrize("spoil", [
    lambda face: replace(face, gaze_yaw_deg=1e6),
    lambda face: replace(face, head_pose=HeadPose(89.0, 0.0, 0.0)),
])  # fmt: skip
def test_a_single_wild_frame_changes_little(spoil: Callable[[FaceObservation], FaceObservation]) -> None:
    made = looks(offset=(4.0, -6.0), each=9)
    wild = [Look(look.target, spoil(look.face)) if n % 9 == 0 else look for n, look in enumerate(made)]
    calm, shaken = fitted(made), fitted(wild)
    assert shaken.yaw_deg == pytest.approx(calm.yaw_deg, abs=2.0)
    assert shaken.cone_deg == pytest.approx(calm.cone_deg, abs=1.5)


def test_two_baselines_joined() -> None:
    known, fresh = Baseline(gaze_yaw_deg=2.0, loudness_db=-30.0), Baseline(loudness_db=-20.0)
    assert joined(known, fresh) == Baseline(gaze_yaw_deg=2.0, loudness_db=-20.0)
