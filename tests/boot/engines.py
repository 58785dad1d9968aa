"""What the int8 nets make of a few sentences and faces, as JSON: for two processors to be held beside each other."""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from appliance import app, model_setup, settings
from appliance.bench.expression import MODEL
from appliance.vision.expression import CROP_PX, ExpressionClassifier

SENTENCES = 16
FACE = (150, 50, 290, 190)
"""left, top, right, bottom of the head in scikit-image's picture of an astronaut"""
SHIFTS = range(-12, 13, 6)
"""pixels, to both sides"""


def cosines() -> list[float]:
    """Of each sentence with the next one."""
    embedder = app.load_embedder(model_setup.files_of(settings.load()))
    assert embedder is not None
    calibration = Path(__file__).parents[2] / "models_onnx" / "minilm" / "calibration.txt"
    vectors = embedder.embed(calibration.read_text().splitlines()[:SENTENCES])
    return [float(a @ b) for a, b in pairwise(vectors)]


def expressions() -> list[list[float]]:
    """Of a face, cut a little differently each time."""
    picture = Image.fromarray(data.astronaut()).convert("L")
    places = [(dx, dy) for dx in SHIFTS for dy in SHIFTS]
    boxes = [(FACE[0] + dx, FACE[1] + dy, FACE[2] + dx, FACE[3] + dy) for dx, dy in places]
    faces = [np.asarray(picture.crop(box).resize((CROP_PX, CROP_PX)), dtype=np.uint8) for box in boxes]
    found: list[list[float]] = ExpressionClassifier(MODEL).probabilities(np.stack(faces)).tolist()
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"cosines": cosines(), "expressions": expressions()}))
