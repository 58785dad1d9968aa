"""How much is lost between stored 48x48 pictures and crops that the booth cuts itself.

    python -m models_onnx.expression.live_crops --data ferplus_valid.npz --landmarker face_landmarker.task \\
        --model expression.onnx

Each picture is shown to FaceLandmarker as a face in a 640x480 frame, with some noise and JPEG loss as of a
camera, and cut out again by ``aligned_crop``; the same pictures are judged as stored and as cut.
"""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray
from PIL import Image

from appliance.bench._expression_protocol import measure
from appliance.bench.expression import load, predict
from appliance.vision.expression import ExpressionClassifier, aligned_crop

FRAME_PX = (640, 480)
FACE_PX = 192
"""Side of the picture inside the frame: a candidate at arm's length (our choice)."""

NOISE, JPEG_QUALITY = 3.0, 80
"""Deviation of the sensor's noise in grey levels, and compression (our choice)."""


def frame_of(face: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """A frame with this face at a random place; around it its own border goes on."""
    width, height = FRAME_PX
    left, top = rng.integers(FACE_PX // 4, (width - FACE_PX * 5 // 4, height - FACE_PX * 5 // 4))
    large = np.asarray(Image.fromarray(face).resize((FACE_PX, FACE_PX), Image.Resampling.BICUBIC))
    sides = ((top, height - FACE_PX - top), (left, width - FACE_PX - left))
    noisy = np.pad(large, sides, mode="edge") + rng.normal(0, NOISE, (height, width))
    stream = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).convert("RGB").save(
        stream, "JPEG", quality=JPEG_QUALITY
    )
    return np.asarray(Image.open(stream))


def cut(faces: NDArray[np.uint8], landmarker: Path) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The pictures as the booth would cut them, and for which of them a face was found."""
    options = vision.FaceLandmarkerOptions(BaseOptions(model_asset_path=str(landmarker)))
    rng, crops, found = np.random.default_rng(0), faces.copy(), np.zeros(len(faces), bool)
    with vision.FaceLandmarker.create_from_options(options) as finder:
        for row, face in enumerate(faces):
            frame = frame_of(face, rng)
            seen = finder.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=frame)).face_landmarks
            points = np.array([(p.x, p.y, p.z) for p in seen[0]]) if seen else None
            crop = None if points is None else aligned_crop(frame, points)
            if crop is not None:
                crops[row], found[row] = crop, True
    return crops, found


def main() -> None:
    """Print the figures of the same pictures as stored and as cut."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "landmarker", "model"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    args = parser.parse_args()
    faces, model = load(args.data), ExpressionClassifier(args.model)
    crops, found = cut(faces.images, args.landmarker)
    stored, live = predict(model, faces.images), predict(model, crops)
    kept = faces.kept & found
    report = {
        "found_share": float(found[faces.kept].mean()),
        "stored": vars(measure(stored, faces.votes, kept)),
        "live": vars(measure(live, faces.votes, kept)),
        "same_guess": float((stored.argmax(1) == live.argmax(1))[kept].mean()),
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
