"""Fit the gaze model to rendered faces with known truth, and compare it with gaze by blendshapes and by the iris.

``python models_onnx/gaze/fit.py [--video DIR] [--count N] [--write]``: every face is rendered N times; each is
judged by a model fitted to the others; then one model is fitted to all of them.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from appliance.capture.recording import Want, read  # noqa: E402
from appliance.messages import VideoFrame  # noqa: E402
from appliance.runtime.model_files import ModelFiles  # noqa: E402
from appliance.settings import load  # noqa: E402
from appliance.vision.face_landmarks import Face, FaceLandmarks  # noqa: E402
from appliance.vision.gaze import eye_features  # noqa: E402
from appliance.vision.head_pose import head_pose  # noqa: E402
from tests.vision.rendered_face import Pose, Renderer, portrait_of, random_pose  # noqa: E402

WEIGHTS = ROOT / "appliance" / "vision" / "gaze_weights.json"
CALIBRATING = 12
"""pictures of each face that look at the lens and calibrate"""
RIDGE = 10.0
"""ten times more than is best for these faces: on the clips the gaze then shakes less from frame to frame"""
NEAR_DEG, FAR_DEG, CONTACT_DEG = 5.0, 15.0, 10.0
"""truth nearer than the first is contact, farther than the second is none; the model draws the line at the third"""

HEAD, DARK = 88, 21
"""where the head's angles begin in the features; which point of an eye is its dark"""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Set:
    """Rendered pictures as the models see them."""

    face: NDArray[np.int64]
    """(N,) which face"""
    features: Floats
    """(N, 91) of ``eye_features``"""
    looks: Floats
    """(N, 2) eyes to the left and up by the eyeLook blendshapes"""
    truth: Floats
    """(N, 2) gaze, degrees"""
    head_error: Floats
    """(N, 3) degrees"""
    calibrating: NDArray[np.bool_]
    """(N,)"""


def faces(video: Path | None) -> list[tuple[str, NDArray[np.uint8]]]:
    """The public-domain portrait, and the frames of the clips (.mov files show a person of another clip)."""
    found = [("astronaut", data.astronaut())]
    for clip in sorted(video.glob("*.mp*")) if video else []:
        frames = [f.rgb for f in read(clip, Want(sound=False, frame_rate_hz=5)) if isinstance(f, VideoFrame)]
        found += [(clip.name, rgb) for rgb in frames]
    return found


def calmest(
    landmarks: FaceLandmarks, named: list[tuple[str, NDArray[np.uint8]]]
) -> dict[str, NDArray[np.uint8]]:
    """Of every name the frame with open eyes and a closed mouth."""
    best: dict[str, tuple[float, NDArray[np.uint8]]] = {}
    for name, rgb in named:
        face = landmarks.find(rgb).face
        if face is not None:
            shapes = face.blendshapes
            stir = (
                shapes["eyeBlinkLeft"]
                + shapes["eyeBlinkRight"]
                + shapes["jawOpen"]
                + shapes["mouthSmileLeft"]
            )
            if name not in best or stir < best[name][0]:
                best[name] = stir, rgb
    return {name: rgb for name, (_, rgb) in best.items()}


def render_set(landmarks: FaceLandmarks, bundle: Path, pictures: list[NDArray[np.uint8]], count: int) -> Set:
    """Every face in random poses, with a camera's noise and blur."""
    rng = np.random.default_rng(5)
    rows = []
    for number, rgb in enumerate(pictures):
        portrait = portrait_of(rgb, landmarks, bundle)
        renderers = [Renderer(portrait, fov_deg=fov) for fov in (63.0, 50.0)]
        opened, height_cm = rng.uniform(0.8, 1.15), rng.normal(0.19, 0.05)  # people differ (our choice)
        for i in range(count):
            pose = random_pose(rng, i < CALIBRATING, opened * rng.uniform(0.85, 1.15), height_cm)
            picture = as_camera(renderers[i % 4 == 3].render(pose), rng)
            seen = landmarks.find(picture).face
            row = judged(seen, picture, pose) if seen is not None else None
            if row is not None:
                rows.append((number, i < CALIBRATING, *row))
        print(f"face {number + 1} of {len(pictures)}", flush=True)
    number, calibrating, features, looks, truth, head_error = (
        np.array(part) for part in zip(*rows, strict=True)
    )
    return Set(number, features, looks, truth, head_error, calibrating)


def as_camera(rgb: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Darker or brighter, now and then soft, with noise."""
    soft = cv2.GaussianBlur(rgb, (3, 3), 0.8) if rng.uniform() < 0.3 else rgb
    noisy = soft * rng.uniform(0.6, 1.1) + rng.normal(0, 3, rgb.shape)
    return np.asarray(np.clip(noisy, 0, 255), dtype=np.uint8)


def judged(
    seen: Face, picture: NDArray[np.uint8], pose: Pose
) -> tuple[Floats, tuple[float, float], tuple[float, float], tuple[float, ...]] | None:
    """Features, eyes by blendshapes, truth, and the error of the head's pose; None where the eyes do not tell."""
    head, b = head_pose(seen.to_camera), seen.blendshapes
    left = b["eyeLookOutLeft"] - b["eyeLookInLeft"] + b["eyeLookInRight"] - b["eyeLookOutRight"]
    up = b["eyeLookUpLeft"] - b["eyeLookDownLeft"] + b["eyeLookUpRight"] - b["eyeLookDownRight"]
    error = (head.yaw_deg - pose.yaw_deg, head.pitch_deg - pose.pitch_deg, head.roll_deg - pose.roll_deg)
    features = eye_features(seen.landmarks, picture, head)
    return (
        None
        if features is None
        else (features, (left / 2, up / 2), (pose.gaze_yaw_deg, pose.gaze_pitch_deg), error)
    )


def mirrored(features: Floats) -> Floats:
    """The features of the mirrored picture."""
    eyes = features[:, :HEAD].reshape(-1, 2, 22, 2)[:, ::-1]
    order = [0, 3, 2, 1, 4, *range(5, 22)]  # the iris's border is listed right, top, left, bottom
    turned = eyes[:, :, order] * (-1.0, 1.0)
    head = features[:, HEAD:] * (-1.0, 1.0, -1.0)
    return np.concatenate((turned.reshape(len(features), HEAD), head), axis=1)


def ridge(features: Floats, truth: Floats) -> tuple[Floats, Floats]:
    """Weights and constants of the linear model; ridge on standardised features."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    z = (features - mean) / spread
    middle = truth.mean(axis=0)
    weights = np.linalg.solve(z.T @ z + RIDGE * np.eye(z.shape[1]), z.T @ (truth - middle)) / spread[:, None]
    return weights.T, middle - weights.T @ mean


def fit(features: Floats, truth: Floats, mirror: bool) -> tuple[Floats, Floats]:
    """The model of these pictures and, where asked, of their mirror images."""
    if mirror:
        features = np.concatenate((features, mirrored(features)))
        truth = np.concatenate((truth, truth * (-1.0, 1.0)))
    return ridge(features, truth)


def cross_judged(rendered: Set, features: Floats, mirror: bool = False) -> Floats:
    """The gaze of every face by a model of the other faces, calibrated by the face's own looks at the lens."""
    gaze = np.zeros_like(rendered.truth)
    for number in np.unique(rendered.face):
        own = rendered.face == number
        weights, constant = fit(features[~own], rendered.truth[~own], mirror)
        gaze[own] = features[own] @ weights.T + constant
        gaze[own] -= np.median(gaze[own & rendered.calibrating], axis=0)
    return gaze


def say(name: str, gaze: Floats, rendered: Set) -> None:
    """Mean errors and yes/no accuracy: clear cases, and all of them with the line drawn at the same place."""
    asked = ~rendered.calibrating
    error = np.abs(gaze - rendered.truth)[asked].mean(axis=0)
    off, seen = np.hypot(*rendered.truth[asked].T), np.hypot(*gaze[asked].T) <= CONTACT_DEG
    clear = (off <= NEAR_DEG) | (off >= FAR_DEG)
    right = seen == (off <= CONTACT_DEG)
    figures = (
        f"error {error[0]:.1f} {error[1]:.1f} deg  clear {right[clear].mean():.3f}  all {right.mean():.3f}"
    )
    print(f"{name:28s} {figures}  n={asked.sum()}")


def compare(rendered: Set) -> None:
    """All ways of telling the gaze, each judged on faces it was not fitted to."""
    features, number = rendered.features, np.arange(rendered.features.shape[1])
    head, point = features[:, HEAD:], np.where(number < HEAD, number % 44 // 2, 22)
    iris, dark, no_dark = (
        features[:, point < 5],
        features[:, point == DARK],
        np.where(point == DARK, 0, features),
    )
    print(f"head pose error {np.abs(rendered.head_error[~rendered.calibrating]).mean(axis=0).round(2)} deg")
    say("blendshapes", cross_judged(rendered, np.c_[rendered.looks, head]), rendered)
    say("iris", cross_judged(rendered, np.c_[iris, head]), rendered)
    say("iris and lids", cross_judged(rendered, no_dark, mirror=True), rendered)
    say("dark", cross_judged(rendered, np.c_[dark, head]), rendered)
    say("iris, lids, dark", cross_judged(rendered, features, mirror=True), rendered)
    say("all of them, blendshapes", cross_judged(rendered, np.c_[rendered.looks, features]), rendered)


def main() -> None:
    """Render, compare, fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--video", type=Path, help="folder of clips with faces")
    parser.add_argument("--count", type=int, default=260)
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS.relative_to(ROOT)}")
    args = parser.parse_args()
    bundle = ModelFiles(load().models_dir).path("face_landmarker")
    landmarks = FaceLandmarks(bundle)
    pictures = calmest(landmarks, faces(args.video))
    rendered = render_set(landmarks, bundle, list(pictures.values()), args.count)
    landmarks.close()
    if len(pictures) > 1:
        compare(rendered)
    weights, constant = fit(rendered.features, rendered.truth, mirror=True)
    if args.write:
        table = {
            "about": "gaze by the shape of the eyes; made by models_onnx/gaze/fit.py",
            "weights": np.round(weights, 4).tolist(),
            "constant": np.round(constant, 4).tolist(),
        }
        WEIGHTS.write_text(json.dumps(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
