"""The dot of the check step: target after target, skipped, nobody there, back to where it stood."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.interview import eye_check, flow, timing
from appliance.interview.eye_check import EyeCheck
from appliance.interview.state import Effect, Phase, State
from appliance.messages import Consent, FaceObservation, HeadPose
from appliance.metrics.calibration import MIN_LOOKS, TARGETS
from appliance.settings import Interview

WIRE = Path(__file__).resolve().parents[1] / "data" / "wire"
LIMITS = Interview()
AT_LENS = FaceObservation(
    0.0, face=True, head_pose=HeadPose(2.0, 0.0, 0.0), gaze_yaw_deg=1.0, gaze_pitch_deg=0.0
)
TURNS = {"turn_left": 16.0, "turn_right": -14.0}


def obedient(target: str, t: float) -> FaceObservation:
    """Somebody who does as asked."""
    return replace(AT_LENS, t=t, head_pose=HeadPose(2.0 + TURNS.get(target, 0.0), 0.0, 0.0))


def checking(typed: bool = False, camera: bool = True) -> State:
    state = State(phase=Phase.CHECK, consent=Consent(microphone=not typed, camera=camera), typed=typed)
    state = flow.command(state, "check_step", {"step": "eyes"}, 0.0, LIMITS)[0]
    return flow.command(state, "check_step", {"step": "follow"}, 0.0, LIMITS)[0]


def watched(
    state: State, face: Any, until: float = 60.0, rate_hz: float = 5.0
) -> tuple[State, list[str], float, tuple[Effect, ...]]:
    """Let time pass with a face before the lens; state, targets shown, when it was over, last effects."""
    shown: list[str] = []
    effects: tuple[Effect, ...] = ()
    step = 0
    while state.eyes is not None and step / rate_hz < until:
        now = step / rate_hz
        if not shown or shown[-1] != state.eyes.target:
            shown.append(state.eyes.target)
        seen = face(state.eyes.target, now)
        if seen is not None:
            state = flow.looked(state, seen, now)
        state, effects = timing.tick(state, now, LIMITS)
        step += 1
    return state, shown, step / rate_hz, effects


@pytest.mark.parametrize(("rate_hz", "most_seconds"), [(5.0, 18.0), (3.0, 20.0)])
def test_somebody_who_follows_is_through_in_a_quarter_of_a_minute(
    rate_hz: float, most_seconds: float
) -> None:
    state, shown, seconds, effects = watched(checking(), obedient, rate_hz=rate_hz)
    assert shown == list(TARGETS)
    assert 10.0 < seconds < most_seconds
    assert effects == (Effect.END_EYES,)
    assert (state.phase, state.check_step, state.eyes) == (Phase.CHECK, "look", None)


def test_every_target_gives_looks_and_none_of_the_way_there() -> None:
    state, last = checking(), checking().eyes
    for step in range(100):
        if state.eyes is None:
            break
        last = state.eyes
        state = flow.looked(state, obedient(last.target, step / 5), step / 5)
        last = state.eyes or last
        state, _ = timing.tick(state, step / 5, LIMITS)
    assert last is not None
    counts = {target: sum(look.target == target for look in last.looks) for target in TARGETS}
    assert min(counts.values()) >= MIN_LOOKS
    assert max(counts.values()) <= 12
    assert last.looks[0].face.t >= eye_check.SETTLE_SECONDS["lens"]


def test_who_does_not_turn_the_head_is_not_held_up() -> None:
    state, shown, seconds, _ = watched(checking(), lambda target, t: replace(AT_LENS, t=t))
    assert shown == list(TARGETS)
    assert seconds < 12.0 + 2 * (eye_check.LIMIT_SECONDS + 1.0)
    assert state.check_step == "look"


@pytest.mark.parametrize("seen", [None, FaceObservation(0.0, face=False)])
def test_nobody_in_the_picture_ends_it(seen: FaceObservation | None) -> None:
    state, shown, seconds, effects = watched(checking(), lambda target, t: seen)
    assert shown == ["lens"]
    assert seconds < eye_check.LIMIT_SECONDS + 1.0
    assert (state.check_step, effects) == ("look", (Effect.END_EYES,))


def test_closed_eyes_are_no_looks_and_time_goes_on() -> None:
    state, _, seconds, _ = watched(checking(), lambda target, t: replace(AT_LENS, t=t, gaze_yaw_deg=None))
    assert seconds < len(TARGETS) * (eye_check.LIMIT_SECONDS + 0.5)
    assert state.check_step == "look"


@pytest.mark.parametrize(("step", "after"), [("look", "look"), ("done", "done"), ("devices", "devices")])
def test_it_can_be_left_at_any_time_and_what_was_seen_counts(step: str, after: str) -> None:
    state, effects = flow.command(checking(), "check_step", {"step": step}, 3.0, LIMITS)
    assert effects[0] is Effect.END_EYES
    assert (state.check_step, state.eyes) == (after, None)
    assert (Effect.CHOOSE_QUESTION in effects) == (step == "done")


def test_without_a_camera_there_is_nothing_to_follow() -> None:
    assert (checking(camera=False).check_step, checking(camera=False).eyes) == ("look", None)
    assert checking(camera=False, typed=True).check_step == "done"


def test_who_types_goes_on_to_the_questions() -> None:
    state, _, _, _ = watched(checking(typed=True), obedient)
    assert state.check_step == "done"


def test_a_camera_that_is_taken_back_ends_it_at_once() -> None:
    state = flow.command(checking(), "withdraw", {"what": "camera"}, 1.0, LIMITS)[0]
    state, effects = timing.tick(state, 1.25, LIMITS)
    assert (state.eyes, effects) == (None, (Effect.END_EYES,))


def test_the_head_is_measured_against_the_look_at_the_lens() -> None:
    check = eye_check.begin(0.0)
    for step in range(10):
        check = eye_check.see(check, obedient("lens", 1.5 + step / 5), 1.5 + step / 5)
    turned = replace(check, index=TARGETS.index("turn_left"), since=0.0)
    assert len(seen_at(turned, 9.0).here) == 0
    assert len(seen_at(turned, 11.0).here) == 1
    assert len(seen_at(turned, 45.0).here) == 0
    right = replace(turned, index=TARGETS.index("turn_right"))
    assert len(seen_at(right, 11.0).here) == 0
    assert len(seen_at(right, -8.0).here) == 1


def seen_at(check: EyeCheck, yaw_deg: float) -> EyeCheck:
    return eye_check.see(check, replace(AT_LENS, t=9.0, head_pose=HeadPose(yaw_deg, 0.0, 0.0)), 9.0)


@pytest.mark.parametrize("name", ["check_eyes_lens", "check_eyes_corner", "check_eyes_turn"])
def test_the_page_is_told_as_recorded(name: str) -> None:
    told = json.loads((WIRE / f"{name}.json").read_text("utf-8"))["check"]
    check = replace(eye_check.begin(0.0), index=told["eyes"]["index"])
    assert eye_check.wire(check) == told["eyes"]
    assert eye_check.wire(None) is None
