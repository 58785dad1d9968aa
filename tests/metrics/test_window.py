"""The record of every 2 s."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from appliance.messages import FaceObservation, HeadPose, PostureObservation
from appliance.metrics.window import record
from tests.metrics.observed import faces, nobody, postures

KEYS = ["face_coverage", "eye_contact", "head_pose", "posture", "engagement", "mouth_activity", "expression"]


def test_a_good_window() -> None:
    found = record(faces(2), postures(2), None)
    assert list(found) == KEYS
    assert found["face_coverage"] == 1.0
    assert found["eye_contact"] == 1.0
    assert found["head_pose"] == {"yaw": 0.0, "pitch": 0.0, "roll": 0.0}
    assert found["posture"] == 10.0
    assert found["engagement"] == 10.0
    assert found["mouth_activity"] == 0.0
    assert found["expression"] is None


def test_nothing_seen_is_none_never_zero() -> None:
    assert record([], [], None) == dict.fromkeys(KEYS)


def test_no_face() -> None:
    found = record(faces(2, lambda f: nobody(f.t)), [PostureObservation(100.0, body=False)], None)
    assert found == {**dict.fromkeys(KEYS), "face_coverage": 0.0}


@pytest.mark.parametrize(("visible", "told"), [(0.2, False), (0.6, True)])
def test_eye_contact_needs_a_fifth_of_the_window(visible: float, told: bool) -> None:
    found = record(faces(2, lambda f: f if f.t < visible else nobody(f.t)), [], None)
    assert (found["eye_contact"] is not None) is told


def test_one_picture_is_a_window_too() -> None:
    found = record(faces(0.2), [], None)
    assert found["face_coverage"] == 1.0
    assert found["eye_contact"] == 1.0
    assert found["mouth_activity"] is None


def test_shares_medians_and_means() -> None:
    def change(f: FaceObservation) -> FaceObservation:
        early = f.t < 1
        return replace(
            f,
            looking=early,
            head_pose=HeadPose(12.345, -3.0, 1.0),
            mouth_open=0.3 if round(f.t * 5) % 2 else 0.0,
            expression={"neutral": 1.0 if early else 0.5, "happiness": 0.0 if early else 0.5},
        )

    found = record(faces(2, change), [], None)
    assert found["eye_contact"] == 0.5
    assert found["head_pose"] == {"yaw": 12.3, "pitch": -3.0, "roll": 1.0}
    assert found["mouth_activity"] == 1.0
    assert found["expression"] == {"neutral": 0.75, "happiness": 0.25}
    assert found["posture"] is None
    assert json.loads(json.dumps(found)) == found


def test_the_order_of_observations_does_not_matter() -> None:
    seen = faces(2, lambda f: replace(f, mouth_open=f.t / 10, looking=f.t < 1))
    assert record(seen[::-1], postures(2)[::-1], None) == record(seen, postures(2), None)
