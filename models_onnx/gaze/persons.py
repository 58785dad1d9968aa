"""Simulated persons in the check step: is eye contact told rightly with and without what it teaches?

``python models_onnx/gaze/persons.py --video DIR [--count N]``: every face is one person without and one with glasses;
their gaze is seen by a model that was fitted to the other faces (about ten minutes on one core). Nothing is kept.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import fit
import numpy as np
from numpy.typing import NDArray

from appliance.messages import Baseline, FaceObservation, HeadPose
from appliance.metrics.calibration import TARGETS, Look, fit_eyes
from appliance.runtime.model_files import ModelFiles
from appliance.settings import load
from appliance.vision.face_landmarks import FaceLandmarks
from appliance.vision.gaze import LOOKING_DEG, UNCALIBRATED_DEG, Gaze, eye_features, looking
from appliance.vision.head_pose import head_pose
from tests.vision import rendered_person
from tests.vision.rendered_face import Renderer, portrait_of

RIMS_CM = {"no glasses": 0.0, "thin rims": 0.12, "dark full rims": 0.3}
EACH = 6
SCREEN = 24
"""looks at every target; looks at lens or screen"""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """One picture of a person, seen by a model that does not know the face."""

    target: str | None
    """of the check step, or "screen"; None: a look of the interview"""
    truth_deg: tuple[float, float]
    gaze: Gaze
    head: HeadPose

    @property
    def off_deg(self) -> float:
        """How far from the lens the person looks."""
        return float(np.hypot(*self.truth_deg))


def watch(
    person: rendered_person.Person,
    renderer: Renderer,
    landmarks: FaceLandmarks,
    model: tuple[Floats, Floats],
    rng: np.random.Generator,
    count: int,
) -> list[Seen]:
    """The check step, an interview, and looks at the screen."""
    looks = [(look, look.target) for look in rendered_person.check_looks(person, rng, TARGETS, EACH)]
    looks += [(look, None) for look in rendered_person.interview_looks(person, rng, count)]
    looks += [(look, "screen") for look in rendered_person.screen_looks(person, rng, SCREEN)]
    found = []
    for look, target in looks:
        picture = fit.as_camera(renderer.render(look.pose), rng)
        face = landmarks.find(picture).face
        head = head_pose(face.to_camera) if face else None
        features = eye_features(face.landmarks, picture, head) if face and head else None
        if head and features is not None:
            yaw, pitch = model[0] @ features + model[1]
            found.append(Seen(target, look.truth_deg, Gaze(float(yaw), float(pitch)), head))
    return found


def baselines(seen: Sequence[Seen]) -> dict[str, tuple[Baseline, float]]:
    """What the booth may know of a person, and where it draws the line then."""
    looks = [Look(s.target, as_observation(s)) for s in seen if s.target in TARGETS]
    lens = [look.face for look in looks if look.target == "lens"]
    yaw, pitch = np.median([(f.gaze_yaw_deg, f.gaze_pitch_deg) for f in lens], axis=0)
    eyes = fit_eyes(looks)
    return {
        "nothing": (Baseline(), UNCALIBRATED_DEG),
        "a look at the lens": (Baseline(gaze_yaw_deg=float(yaw), gaze_pitch_deg=float(pitch)), LOOKING_DEG),
        "the check of the eyes": (Baseline(eyes=eyes), (eyes and eyes.cone_deg) or LOOKING_DEG),
    }


def as_observation(seen: Seen) -> FaceObservation:
    """As the watcher tells it."""
    gaze = seen.gaze
    return FaceObservation(
        0.0, face=True, head_pose=seen.head, gaze_yaw_deg=gaze.yaw_deg, gaze_pitch_deg=gaze.pitch_deg
    )


def figures(persons: Sequence[Sequence[Seen]], known: str) -> str:
    """Yes/no accuracy over persons: clear cases, all of them, and of lens against screen."""
    clear: list[bool] = []
    everything: list[bool] = []
    lens: list[bool] = []
    screen: list[bool] = []
    for seen in persons:
        baseline, _ = baselines(seen)[known]
        for s in seen:
            yes = bool(looking(s.gaze, s.head, baseline))
            if s.target == "screen":
                (lens if s.off_deg <= 4.0 else screen).append(yes == (s.off_deg <= 4.0))
            elif s.target is None:
                right = yes == (s.off_deg <= fit.CONTACT_DEG)
                everything.append(right)
                if s.off_deg <= fit.NEAR_DEG or s.off_deg >= fit.FAR_DEG:
                    clear.append(right)
    told = f"clear {np.mean(clear):.3f} (n={len(clear)})  all {np.mean(everything):.3f} (n={len(everything)})"
    return f"{told}  at the lens {np.mean(lens):.3f}  at the screen {np.mean(screen):.3f}"


def main() -> None:
    """Render, watch, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--video", type=Path, required=True, help="folder of clips with faces")
    parser.add_argument("--count", type=int, default=60, help="looks of the interview, for each person")
    args = parser.parse_args()
    bundle = ModelFiles(load().models_dir).path("face_landmarker")
    landmarks, rng = FaceLandmarks(bundle), np.random.default_rng(17)
    pictures = list(fit.calmest(landmarks, fit.faces(args.video)).values())
    known = fit.render_set(landmarks, bundle, pictures, 170)
    for kind, rim_cm in RIMS_CM.items():
        persons = []
        for number, rgb in enumerate(pictures):
            others = known.face != number
            model = fit.fit(known.features[others], known.truth[others], mirror=True)
            renderer = Renderer(portrait_of(rgb, landmarks, bundle))
            person = rendered_person.random_person(rng, rim_cm)
            persons.append(watch(person, renderer, landmarks, model, rng, args.count))
        for name in baselines(persons[0]):
            print(f"{kind:16s}{name:24s}{figures(persons, name)}", flush=True)
    landmarks.close()


if __name__ == "__main__":
    main()
