"""How often each model looks."""

from __future__ import annotations

import itertools

import pytest

from appliance.settings import Vision
from appliance.vision.pace import Beat, Costs, ladder, step


@pytest.mark.parametrize(("camera_hz", "rate_hz"), [(15, 5), (30, 5), (25, 5), (15, 3), (30, 1)])
def test_a_beat_keeps_its_rate_whatever_the_camera_does(camera_hz: float, rate_hz: float) -> None:
    beat = Beat()
    looks = [i / camera_hz for i in range(int(60 * camera_hz)) if beat.is_due(i / camera_hz, rate_hz)]
    assert len(looks) == pytest.approx(60 * rate_hz, rel=0.02)
    assert max(b - a for a, b in itertools.pairwise(looks)) < 2 / rate_hz


def test_a_camera_slower_than_the_rate_is_always_due() -> None:
    beat = Beat()
    assert all(beat.is_due(i / 3, 5) for i in range(30))


def test_a_clock_that_jumps_begins_anew() -> None:
    beat = Beat()
    assert beat.is_due(1000.0, 5)
    assert beat.is_due(0.0, 5)
    assert not beat.is_due(0.05, 5)
    assert beat.is_due(50.0, 5)


def test_forgetting_makes_the_next_frame_due() -> None:
    beat = Beat()
    assert beat.is_due(1.0, 1)
    beat.forget()
    assert beat.is_due(1.1, 1)


def test_posture_goes_first_then_expression_then_the_face_down_to_the_floor() -> None:
    rungs = ladder(Vision())
    assert (rungs[0].face_hz, rungs[0].posture_hz, rungs[0].expression_hz) == (5, 1, 5)
    for before, after in itertools.pairwise(rungs):
        drops = [
            name
            for name in ("face_hz", "posture_hz", "expression_hz")
            if getattr(after, name) < getattr(before, name)
        ]
        assert len(drops) == 1
    assert (rungs[-1].face_hz, rungs[-1].posture_hz) == (3.0, 0.5)


def test_settings_below_the_floor_are_kept() -> None:
    rungs = ladder(Vision(face_hz=2.0, posture_hz=0.25))
    assert {(r.face_hz, r.posture_hz) for r in rungs} == {(2.0, 0.25)}


def test_a_slow_box_goes_down_and_comes_back() -> None:
    rungs = ladder(Vision())
    slow, level = Costs(face=0.15, posture=0.3, expression=0.02), 0
    for _ in range(10):
        level = step(level, rungs, slow)
    assert level > 1
    assert slow.load(rungs[level]) <= 0.7
    for _ in range(10):
        level = step(level, rungs, Costs(face=0.01, posture=0.02, expression=0.003))
    assert level == 0


def test_a_hopeless_box_stays_at_the_floor() -> None:
    rungs = ladder(Vision())
    assert step(len(rungs) - 1, rungs, Costs(face=1.0)) == len(rungs) - 1


def test_a_load_between_the_bounds_changes_nothing() -> None:
    rungs = ladder(Vision())
    costs = Costs(face=0.12)  # 0.6 of a core at 5 a second
    assert step(0, rungs, costs) == 0
    assert step(1, rungs, costs) == 1


def test_costs_are_running_means() -> None:
    costs = Costs()
    costs.learn("face", 0.010)
    assert costs.face == 0.010
    costs.learn("face", 0.020)
    assert costs.face == pytest.approx(0.011)
