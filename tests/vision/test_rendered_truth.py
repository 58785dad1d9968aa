"""Head pose and eye contact against rendered faces with known truth (figures: docs/seeing.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.capture.recording import Want, read
from appliance.messages import Baseline, FaceObservation, VideoFrame
from appliance.metrics.calibration import TARGETS, Look, add_eyes
from appliance.metrics.presence import add_baseline
from appliance.vision.face_landmarks import FaceLandmarks
from appliance.vision.observe import face_observation
from tests.vision.rendered_face import Pose, Renderer, portrait_of, random_pose
from tests.vision.rendered_person import check_looks, interview_looks, random_person

COUNT = 30
"""pictures of each face, besides ten that calibrate"""


@dataclass(frozen=True)
class Judged:
    """Rendered pictures with what was seen in them, after calibration."""

    truth: list[Pose]
    seen: list[FaceObservation]


def judge(rgb: NDArray[np.uint8], landmarks: FaceLandmarks, bundle: Path, seed: int) -> Judged:
    """Render a face, calibrate on looks at the lens, look at the rest."""
    rng = np.random.default_rng(seed)
    renderer = Renderer(portrait_of(rgb, landmarks, bundle))

    def look(pose: Pose, baseline: Baseline) -> FaceObservation:
        picture = renderer.render(pose)
        face = landmarks.find(picture).face
        if face is None:
            return FaceObservation(0.0, face=False)
        return face_observation(face, picture, 0.0, baseline, False, None)

    straight = [look(random_pose(rng, calibrating=True), Baseline()) for _ in range(10)]
    baseline = add_baseline(Baseline(), straight, [])
    truth = [random_pose(rng) for _ in range(COUNT)]
    return Judged(truth, [look(pose, baseline) for pose in truth])


def pose_errors(judged: Judged) -> NDArray[np.float64]:
    """Mean absolute errors of yaw, pitch, roll, degrees."""
    pairs = [(p, o.head_pose) for p, o in zip(judged.truth, judged.seen, strict=True) if o.head_pose]
    errors = [(h.yaw_deg - p.yaw_deg, h.pitch_deg - p.pitch_deg, h.roll_deg - p.roll_deg) for p, h in pairs]
    return np.asarray(np.abs(errors).mean(axis=0))


def contact_right(judged: Judged) -> list[bool]:
    """Whether eye contact was told rightly, where the truth is clear: within 5 degrees of the lens or beyond 15."""
    right = []
    for pose, seen in zip(judged.truth, judged.seen, strict=True):
        off = np.hypot(pose.gaze_yaw_deg, pose.gaze_pitch_deg)
        if (off <= 5 or off >= 15) and seen.looking is not None:
            right.append(seen.looking == (off <= 5))
    return right


def test_the_portrait_turned_by_known_angles(
    portrait: NDArray[np.uint8], landmarks: FaceLandmarks, face_model: Path
) -> None:
    judged = judge(portrait, landmarks, face_model, seed=11)
    assert sum(o.face for o in judged.seen) >= 0.95 * COUNT
    assert pose_errors(judged).max() <= 4.0
    assert np.mean(contact_right(judged)) >= 0.85


@pytest.mark.slow
def test_people_of_the_clips_turned_by_known_angles(
    shared_dir: Path, portrait: NDArray[np.uint8], landmarks: FaceLandmarks, face_model: Path
) -> None:
    pictures = [portrait]
    for name in ("lrwp9a.mpg", "swiz3n.mpg"):
        clip = read(shared_dir / "eval" / "video" / name, Want(sound=False, frame_rate_hz=5))
        pictures.append(next(f.rgb for f in clip if isinstance(f, VideoFrame)))
    judged = [judge(rgb, landmarks, face_model, seed) for seed, rgb in enumerate(pictures)]
    assert np.mean([pose_errors(one) for one in judged], axis=0).max() <= 4.0
    assert np.mean([right for one in judged for right in contact_right(one)]) >= 0.90


@pytest.mark.parametrize("rim_cm", [0.12, 0.3])
def test_glasses_neither_hide_a_face_nor_turn_a_head(
    rim_cm: float, portrait: NDArray[np.uint8], landmarks: FaceLandmarks, face_model: Path
) -> None:
    renderer = Renderer(portrait_of(portrait, landmarks, face_model))
    for yaw_deg in (-30.0, 0.0, 30.0):
        picture = renderer.render(Pose(yaw_deg, 0.0, 0.0, 0.0, 0.0, rim_cm=rim_cm))
        face = landmarks.find(picture).face
        assert face is not None
        head = face_observation(face, picture, 0.0, Baseline(), False, None).head_pose
        assert head is not None
        assert head.yaw_deg == pytest.approx(yaw_deg, abs=8.0)


@pytest.mark.slow
def test_the_check_of_the_eyes_finds_the_lens_of_somebody_whose_eyes_point_beside_it(
    portrait: NDArray[np.uint8], landmarks: FaceLandmarks, face_model: Path
) -> None:
    """Eyes that point 5 degrees aside and 4 down of what they look at, before a small screen."""
    rng = np.random.default_rng(8)
    renderer = Renderer(portrait_of(portrait, landmarks, face_model))
    person = replace(random_person(rng, 0.0), kappa_deg=(5.0, -4.0), scale=1.1)

    def see(pose: Pose, baseline: Baseline) -> FaceObservation:
        picture = renderer.render(pose)
        face = landmarks.find(picture).face
        return (
            face_observation(face, picture, 0.0, baseline, False, None)
            if face
            else FaceObservation(0.0, False)
        )

    looks = [
        Look(look.target or "", see(look.pose, Baseline())) for look in check_looks(person, rng, TARGETS, 5)
    ]
    known = add_eyes(Baseline(), looks)
    assert known.eyes is not None
    assert known.eyes.cone_deg is not None
    told = interview_looks(person, rng, 40)
    clear = [look for look in told if not 5 < np.hypot(*look.truth_deg) < 15]
    seen = [(see(look.pose, known), bool(np.hypot(*look.truth_deg) <= 5)) for look in clear]
    assert np.mean([face.looking == at_lens for face, at_lens in seen]) >= 0.85
    gazes = np.array([(f.gaze_yaw_deg, f.gaze_pitch_deg) for f, at_lens in seen if at_lens], dtype=np.float64)
    off = np.hypot(*(gazes - (known.eyes.yaw_deg, known.eyes.pitch_deg)).T).mean()
    assert off < 0.6 * np.hypot(*gazes.T).mean(), "the lens lies where the check found it, not straight ahead"


def test_without_eyes_turning_the_head_alone_does_not_decide(
    portrait: NDArray[np.uint8], landmarks: FaceLandmarks, face_model: Path
) -> None:
    """A control: the same head, once with its eyes on the lens and once with them straight ahead."""
    renderer = Renderer(portrait_of(portrait, landmarks, face_model))
    found = []
    for gaze_yaw_deg in (0.0, 25.0):
        picture = renderer.render(Pose(20.0, 0.0, 0.0, gaze_yaw_deg, 0.0))
        face = landmarks.find(picture).face
        assert face is not None
        found.append(face_observation(face, picture, 0.0, Baseline(), False, None).gaze_yaw_deg or 0.0)
    assert found[1] - found[0] > 12.0
