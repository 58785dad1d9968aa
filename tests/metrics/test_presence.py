"""How an answer looked, from made-up observations."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.messages import (
    Baseline,
    FaceObservation,
    HeadPose,
    Measured,
    Moment,
    PostureObservation,
    PresenceMetrics,
    VoiceActivity,
)
from appliance.metrics.presence import add_baseline, framing, measure_presence
from tests.metrics.observed import faces, nobody, postures

SAT = Baseline(neck_ratio=0.6, shoulder_width_ratio=0.5, shoulder_tilt_deg=1.0)


def measured(
    seen: list[FaceObservation],
    sat: list[PostureObservation] | None = None,
    seconds: float = 30.0,
    baseline: Baseline | None = SAT,
    voice: list[VoiceActivity] | None = None,
) -> PresenceMetrics:
    return measure_presence(seen, sat or [], 100.0, 100.0 + seconds, baseline, voice)


def number(metrics: PresenceMetrics, name: str) -> float:
    value = metrics.numbers[name].value
    assert value is not None, f"{name}: {metrics.numbers[name].reason}"
    return value


def test_somebody_who_looks_at_the_lens_and_sits_well() -> None:
    found = measured(faces(30), postures(30))
    assert number(found, "eye_contact_ratio") == 1.0
    assert number(found, "face_coverage") == 1.0
    assert number(found, "engagement") == pytest.approx(10.0)
    assert number(found, "posture") == pytest.approx(10.0)
    assert number(found, "stillness") == 1.0
    assert number(found, "distance_ratio") == pytest.approx(1.0)
    assert number(found, "shoulder_tilt_deg") == pytest.approx(0.0)
    assert found.numbers["eye_contact_ratio"].coverage == pytest.approx(1.0)
    assert found.moments == ()
    assert found.expression is None


def test_eye_contact_is_a_share_of_the_time_the_gaze_was_seen() -> None:
    def change(f: FaceObservation) -> FaceObservation:
        return nobody(f.t) if f.t >= 20 else replace(f, looking=f.t < 5)

    found = measured(faces(30, change))
    assert number(found, "eye_contact_ratio") == pytest.approx(0.25, abs=0.02)
    assert found.numbers["eye_contact_ratio"].coverage == pytest.approx(20 / 30, abs=0.02)
    assert number(found, "face_coverage") == pytest.approx(20 / 30, abs=0.02)


@pytest.mark.parametrize(("visible", "told"), [(5.0, False), (7.0, True)])
def test_below_a_fifth_of_the_time_nothing_is_told(visible: float, told: bool) -> None:
    found = measured(faces(30, lambda f: f if f.t < visible else nobody(f.t)))
    for name in ("eye_contact_ratio", "engagement", "smile_ratio"):
        assert (found.numbers[name].value is not None) is told
    assert number(found, "face_coverage") == pytest.approx(visible / 30, abs=0.02)


def test_no_face_at_all_is_zero_coverage_and_no_number() -> None:
    found = measured(
        faces(30, lambda f: nobody(f.t)), postures(30, lambda p: PostureObservation(p.t, body=False))
    )
    assert number(found, "face_coverage") == 0.0
    left = {name for name, m in found.numbers.items() if m.value is not None}
    assert left == {"face_coverage"}
    assert found.moments == (Moment("out_of_view", 0.0, 30.0),)


def test_no_camera() -> None:
    found = measured([])
    assert {m.value for m in found.numbers.values()} == {None}
    assert found.numbers["eye_contact_ratio"].reason == "no_camera"
    assert measure_presence([], [], 5.0, 5.0, None).numbers["posture"].value is None


def test_what_lies_outside_the_answer_does_not_count() -> None:
    away = [replace(f, looking=False) for f in faces(50, start=50.0)]
    inside = faces(30)
    outside = [f for f in away if f.t < 100.0]
    assert measured(outside + inside + [replace(f, t=f.t + 30, looking=False) for f in inside]) == measured(
        inside
    )


def test_a_rate_that_changes_does_not_change_the_shares() -> None:
    first = faces(15, lambda f: replace(f, looking=False), rate_hz=5)
    then = faces(15, start=115.0, rate_hz=3)
    assert number(measured(first + then), "eye_contact_ratio") == pytest.approx(0.5, abs=0.02)


def test_a_long_look_away_is_a_moment_and_a_glance_is_not() -> None:
    found = measured(faces(30, lambda f: replace(f, looking=not (10 <= f.t < 14 or 20 <= f.t < 21))))
    assert found.moments == (Moment("look_away", 10.0, 14.0),)


def test_closed_eyes_are_neither_contact_nor_looking_away() -> None:
    found = measured(faces(30, lambda f: replace(f, looking=None, blink=0.9) if 10 <= f.t < 15 else f))
    assert number(found, "eye_contact_ratio") == 1.0
    assert found.numbers["eye_contact_ratio"].coverage == pytest.approx(25 / 30, abs=0.02)
    assert found.moments == ()


def test_engagement_is_made_of_its_three_parts() -> None:
    turned = HeadPose(40.0, 0.0, 0.0)
    found = measured(faces(30, lambda f: replace(f, looking=False, head_pose=turned) if f.t < 15 else f))
    assert number(found, "engagement") == pytest.approx(10 * (0.5 * 0.5 + 0.3 * 0.5 + 0.2), abs=0.1)


def test_slouching_against_the_check_step() -> None:
    sat = postures(30, lambda p: replace(p, neck_ratio=0.45) if p.t >= 15 else p)
    found = measured(faces(30), sat)
    assert number(found, "slouch_ratio") == pytest.approx(0.5, abs=0.05)
    assert number(found, "posture") == pytest.approx(10 * (1 - 0.35 * 0.5), abs=0.2)
    assert [m.kind for m in found.moments] == ["slouch"]


def test_without_a_check_step_slouching_and_distance_are_unknown_and_posture_is_told_by_the_rest() -> None:
    found = measured(faces(30), postures(30, lambda p: replace(p, shoulder_tilt_deg=12.0)), baseline=None)
    assert found.numbers["slouch_ratio"] == Measured(None, 0.0, "no_baseline")
    assert found.numbers["distance_ratio"].reason == "no_baseline"
    assert number(found, "posture") == pytest.approx(10 * (1 - 0.3 / 0.65))


@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        ({"movement": 0.5}, "fidget", 1.0),
        ({"movement": 0.5}, "stillness", 0.0),
        ({"hand_to_face": True}, "hand_to_face_ratio", 1.0),
        ({"shoulder_tilt_deg": -9.0}, "shoulder_tilt_deg", -10.0),
        ({"lean_deg": 15.0}, "lean_deg", 15.0),
        ({"shoulder_width_ratio": 0.6}, "distance_ratio", 1.2),
    ],
)
def test_the_body(change: dict[str, float], name: str, value: float) -> None:
    found = measured(faces(30), postures(30, lambda p: replace(p, **change)))  # type: ignore[arg-type]
    assert number(found, name) == pytest.approx(value)


def test_the_first_movement_is_unknown_not_still() -> None:
    found = measured([], postures(30, lambda p: replace(p, movement=None)))
    assert found.numbers["stillness"].value is None


def test_nods_are_counted_and_slow_turns_are_not() -> None:
    def nodding(f: FaceObservation) -> FaceObservation:
        depth = -8.0 if any(abs(f.t - at) < 0.11 for at in (5.0, 12.0, 20.0)) else 0.0
        return replace(f, head_pose=HeadPose(0.0, depth, 0.0))

    def drifting(f: FaceObservation) -> FaceObservation:
        return replace(f, head_pose=HeadPose(0.0, 10 * math.sin(f.t / 3), 0.0))

    assert number(measured(faces(30, nodding)), "nod_count") == 3
    assert number(measured(faces(30, drifting)), "nod_count") == 0
    assert number(measured(faces(30)), "nod_count") == 0


def test_blinks_per_minute_of_visible_face() -> None:
    blinking = faces(30, lambda f: replace(f, blink=0.9) if round(f.t * 5) % 20 == 0 else f)
    assert number(measured(blinking), "blink_per_minute") == pytest.approx(16.0 / 0.8)
    assert measured(blinking).numbers["blink_per_minute"].coverage == pytest.approx(0.8)


@pytest.mark.parametrize("rate_hz", [5.0, 4.0, 15.0])
def test_blinks_between_two_looks_are_reckoned_in(rate_hz: float) -> None:
    rng = np.random.default_rng(2)
    blinks = np.cumsum(rng.uniform(2.0, 4.0, 40))  # about twenty a minute, each 0.16 s long

    def change(f: FaceObservation) -> FaceObservation:
        return replace(f, blink=0.9 if ((blinks <= f.t) & (f.t < blinks + 0.16)).any() else 0.1)

    found = measured(faces(100, change, rate_hz=rate_hz), seconds=100.0)
    assert number(found, "blink_per_minute") == pytest.approx(20.0, rel=0.25)


def test_looks_too_rare_for_blinks_tell_none() -> None:
    found = measured(faces(30, lambda f: replace(f, blink=0.9 if round(f.t) % 3 == 0 else 0.1), rate_hz=2.5))
    assert found.numbers["blink_per_minute"].value is None
    assert found.numbers["blink_per_minute"].coverage == pytest.approx(0.4, abs=0.05)


@pytest.mark.parametrize(
    ("rate_hz", "nods_hz", "least"), [(5.0, 1.0, 0.9), (5.0, 1.5, 0.85), (3.0, 1.0, 0.75)]
)
def test_most_nods_are_found_whenever_the_looks_fall(rate_hz: float, nods_hz: float, least: float) -> None:
    count = 0.0
    for phase in np.linspace(0.0, 1.0, 10, endpoint=False):

        def nodding(f: FaceObservation, begun: float = 5.0 + phase / rate_hz) -> FaceObservation:
            down = 4.0 * (1 - math.cos(2 * math.pi * nods_hz * (f.t - begun)))
            moving = begun <= f.t < begun + 3 / nods_hz
            return replace(f, head_pose=HeadPose(0.0, -down if moving else 0.0, 0.0))

        count += number(measured(faces(20, nodding, rate_hz=rate_hz), seconds=20.0), "nod_count")
    assert least * 30 <= count <= 30


def test_rates_of_a_short_answer_are_not_told() -> None:
    found = measured(faces(5), seconds=5.0)
    assert found.numbers["blink_per_minute"].reason == "too_short"
    assert found.numbers["nod_count"].reason == "too_short"


def test_smile() -> None:
    assert number(
        measured(faces(30, lambda f: replace(f, smile=0.8 if f.t < 6 else 0.1))), "smile_ratio"
    ) == (pytest.approx(0.2, abs=0.02))


def talking(f: FaceObservation) -> FaceObservation:
    return replace(f, mouth_open=0.25 if round(f.t * 5) % 2 and f.t < 15 else 0.02)


def test_mouth_and_voice_together() -> None:
    voice = [VoiceActivity(True, 0.0), VoiceActivity(False, 15.0)]
    found = measured(faces(30, talking), voice=voice)
    assert number(found, "mouth_moving_ratio") == pytest.approx(0.5, abs=0.05)
    assert number(found, "mouth_speech_agreement") > 0.95
    assert number(found, "other_voice_ratio") < 0.05


def test_a_voice_without_a_moving_mouth_is_somebody_else_perhaps() -> None:
    voice = [VoiceActivity(True, 15.0), VoiceActivity(False, 30.0)]
    found = measured(faces(30, talking), voice=voice)
    assert number(found, "mouth_speech_agreement") < 0.1
    assert number(found, "other_voice_ratio") > 0.9


def test_without_a_microphone_the_mouth_is_told_alone() -> None:
    found = measured(faces(30, talking))
    assert found.numbers["mouth_speech_agreement"].reason == "no_microphone"
    assert number(found, "mouth_moving_ratio") > 0.4


def test_expression_is_the_mean_of_what_was_shown() -> None:
    def change(f: FaceObservation) -> FaceObservation:
        happy = {"neutral": 0.2, "happiness": 0.8} if f.t < 15 else {"neutral": 1.0, "happiness": 0.0}
        return replace(f, expression=happy)

    assert measured(faces(30, change)).expression == pytest.approx({"neutral": 0.6, "happiness": 0.4})


# --- the check step ---


def test_the_check_step_learns_gaze_head_and_body() -> None:
    seen = faces(
        5, lambda f: replace(f, gaze_yaw_deg=3.0, gaze_pitch_deg=-6.0, head_pose=HeadPose(2.0, -4.0, 0.0))
    )
    learned = add_baseline(Baseline(pitch_sd_semitones=2.0), seen, postures(5))
    assert learned == Baseline(
        pitch_sd_semitones=2.0,
        gaze_yaw_deg=3.0,
        gaze_pitch_deg=-6.0,
        head_yaw_deg=2.0,
        head_pitch_deg=-4.0,
        neck_ratio=0.6,
        shoulder_width_ratio=0.5,
        shoulder_tilt_deg=1.0,
    )


def test_looks_elsewhere_do_not_calibrate() -> None:
    away = faces(5, lambda f: replace(f, gaze_yaw_deg=30.0))
    assert add_baseline(Baseline(), away, []) == Baseline()
    few = faces(5, lambda f: f if f.t < 1 else replace(f, gaze_yaw_deg=30.0))
    assert add_baseline(Baseline(), few, []) == Baseline()


def test_what_is_known_stays() -> None:
    learned = add_baseline(Baseline(gaze_yaw_deg=5.0), faces(5), postures(5))
    assert learned.gaze_yaw_deg == 5.0
    assert learned.neck_ratio == 0.6


def test_too_few_bodies_teach_nothing() -> None:
    assert add_baseline(Baseline(), [], postures(2)) == Baseline()


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({}, "ok"),
        ({"face_width_ratio": 0.6}, "too_near"),
        ({"face_width_ratio": 0.06}, "too_far"),
        ({"center_x": 0.85}, "off_centre"),
        ({"center_y": 0.9}, "off_centre"),
    ],
)
def test_framing(change: dict[str, float], hint: str) -> None:
    assert framing(faces(5, lambda f: replace(f, **change)), []).framing == hint  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("face", "behind", "hint"),
    [(120, 130, "ok"), (30, 40, "too_dark"), (60, 200, "backlit"), (60, 100, "ok"), (110, 230, "ok")],
)
def test_light(face: float, behind: float, hint: str) -> None:
    seen = faces(5, lambda f: replace(f, brightness=face, background_brightness=behind))
    assert framing(seen, []).light == hint


def test_no_face_no_hints_on_light() -> None:
    found = framing(faces(5, lambda f: nobody(f.t)), [])
    assert (found.framing, found.light, found.bystander) == ("no_face", None, False)
    gone = framing(faces(5, lambda f: f if f.t < 3.5 else nobody(f.t)), [])
    assert gone.framing == "no_face"


def test_nothing_seen_yet() -> None:
    assert (framing([], []).framing, framing([], []).light) == (None, None)


def test_a_bystander_is_told_while_there() -> None:
    assert framing(faces(5, lambda f: replace(f, bystander=f.t > 4)), []).bystander
    assert not framing(faces(5, lambda f: replace(f, bystander=f.t < 3)), []).bystander


# --- for all observations ---

maybe = st.none() | st.floats(0, 1)
observation = st.builds(
    FaceObservation,
    st.floats(90, 140),
    face=st.booleans(),
    looking=st.none() | st.booleans(),
    mouth_open=maybe,
    smile=maybe,
    blink=maybe,
    head_pose=st.none() | st.builds(HeadPose, st.floats(-90, 90), st.floats(-90, 90), st.floats(-90, 90)),
)
sitting = st.builds(
    PostureObservation,
    st.floats(90, 140),
    body=st.booleans(),
    shoulder_tilt_deg=st.none() | st.floats(-90, 90),
    neck_ratio=st.none() | st.floats(0, 2),
    movement=st.none() | st.floats(0, 5),
)
RATIOS = (
    "eye_contact_ratio",
    "face_coverage",
    "slouch_ratio",
    "stillness",
    "fidget",
    "smile_ratio",
    "mouth_moving_ratio",
)


@given(st.lists(observation, max_size=40), st.lists(sitting, max_size=20))
def test_numbers_stay_in_their_ranges(seen: list[FaceObservation], sat: list[PostureObservation]) -> None:
    found = measured(seen, sat)
    for name, m in found.numbers.items():
        assert m.value is None or math.isfinite(m.value)
        assert m.coverage is None or 0.0 <= m.coverage <= 1.0
        assert m.value is not None or m.reason
        if name in RATIOS and m.value is not None:
            assert 0.0 <= m.value <= 1.0
    for name in ("posture", "engagement"):
        value = found.numbers[name].value
        assert value is None or -1e-9 <= value <= 10.0 + 1e-9
    assert all(0.0 <= m.start <= m.end <= 30.0 for m in found.moments)
