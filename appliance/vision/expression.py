"""What a face shows: a crop aligned by landmarks -> probabilities of eight expressions (int8 ONNX).

Off unless the candidate switches it on; no score uses it. The model says what annotators would see in the
picture, not what a mind feels; ``models_onnx/expression`` makes it and holds its model card.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.errors import Broken
from appliance.runtime.onnx_model import OnnxModel

EXPRESSIONS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
"""The eight expressions, in the order of the model's outputs and of the FER+ votes."""

CROP_PX = 48
"""Side of the crop."""

FACE_SIZE_PX = 41.8
FACE_CENTER_PX = (24.0, 26.4)
"""Where the landmark box of a face lies in the crop: the root of its area, and its middle (x, y).

Source: medians over the first 3,000 FER+ training pictures, where FaceLandmarker found 2,779 faces.
"""

MIN_FACE_PX = 24.0
"""A smaller face (root of its landmark box) is not judged (our choice: training went down to 24 pixels)."""

RIGHT_EYE, LEFT_EYE = (33, 133), (362, 263)
"""Corners of the eyes in the landmark mesh. Source: MediaPipe's canonical face model."""

LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""Source: ITU-R BT.601, as in the grey pictures the model learned from."""


def aligned_crop(rgb: NDArray[np.uint8], landmarks: NDArray[np.floating[Any]]) -> NDArray[np.uint8] | None:
    """Cut a face out of a frame the way FER+ pictures are cut: eyes level, box at its usual place and size.

    Pixels outside the frame repeat its border. ``None`` when the face is too small or not a face.

    Shapes:
        rgb: (H, W, 3) uint8.
        landmarks: (478, 2) float, x and y as shares of the frame's width and height; more columns are not used.
        return: (48, 48) uint8 grey.
    """
    height, width = rgb.shape[:2]
    points = landmarks[:, :2].astype(np.float64) * (width, height)
    if not np.isfinite(points).all():
        return None
    across = points[list(LEFT_EYE)].mean(axis=0) - points[list(RIGHT_EYE)].mean(axis=0)
    roll = math.atan2(across[1], across[0])
    axes = np.array([[math.cos(roll), math.sin(roll)], [-math.sin(roll), math.cos(roll)]])
    turned = points @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    size = math.sqrt(float(np.prod(high - low)))
    if size < MIN_FACE_PX:
        return None
    return _sampled(rgb, axes, (low + high) / 2, size / FACE_SIZE_PX)


def _sampled(
    rgb: NDArray[np.uint8], axes: NDArray[np.float64], middle: NDArray[np.float64], step: float
) -> NDArray[np.uint8]:
    """The crop's pixels, each the mean of enough samples that no detail of the frame aliases.

    Args:
        rgb: the frame.
        axes: (2, 2) rows are the crop's x and y direction in the frame.
        middle: (2,) middle of the landmark box, in the crop's directions, frame pixels.
        step: frame pixels per crop pixel.
    """
    samples = max(1, math.ceil(step))
    along = (np.arange(CROP_PX * samples) + 0.5) / samples
    x, y = (along - FACE_CENTER_PX[0]) * step + middle[0], (along - FACE_CENTER_PX[1]) * step + middle[1]
    frame_x = x[None, :] * axes[0, 0] + y[:, None] * axes[1, 0] - 0.5
    frame_y = x[None, :] * axes[0, 1] + y[:, None] * axes[1, 1] - 0.5
    fine = _bilinear(rgb, frame_x, frame_y)
    blocks = fine.reshape(CROP_PX, samples, CROP_PX, samples).mean(axis=(1, 3))
    return np.asarray(np.rint(blocks).clip(0, 255), dtype=np.uint8)


def _bilinear(rgb: NDArray[np.uint8], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float32]:
    """Grey values between the pixels; only the part of the frame that is needed is made grey."""
    x, y = x.clip(0, rgb.shape[1] - 1), y.clip(0, rgb.shape[0] - 1)
    left, top = int(x.min()), int(y.min())
    grey = rgb[top : int(y.max()) + 2, left : int(x.max()) + 2] @ LUMA
    x0, y0 = (x - left).astype(np.int32), (y - top).astype(np.int32)
    x1, y1 = np.minimum(x0 + 1, grey.shape[1] - 1), np.minimum(y0 + 1, grey.shape[0] - 1)
    right, down = (x - left - x0).astype(np.float32), (y - top - y0).astype(np.float32)
    upper = grey[y0, x0] * (1 - right) + grey[y0, x1] * right
    lower = grey[y1, x0] * (1 - right) + grey[y1, x1] * right
    return np.asarray(upper * (1 - down) + lower * down, dtype=np.float32)


class ExpressionClassifier:
    """The model, loaded and warm; keep it on one worker.

    Args:
        path: ``expression.onnx``.
        sha256: its expected hash; None: not checked.
        threads: intra-op threads.

    Raises:
        Unavailable: "runtime.model_missing", "runtime.model_wrong_hash".
        Broken: "runtime.model_unreadable", "runtime.model_failed"; "vision.expression_model" when it is another model.
    """

    def __init__(self, path: Path, sha256: str | None = None, threads: int = 1) -> None:
        self._model = OnnxModel(path, sha256, threads)
        if self._model.inputs != ("faces",):
            raise Broken("vision.expression_model", f"{path.name} is not an expression model")
        shown = self.probabilities(np.zeros((1, CROP_PX, CROP_PX), dtype=np.uint8))
        if shown.shape != (1, len(EXPRESSIONS)):
            raise Broken("vision.expression_model", f"{path.name} knows other expressions")

    def probabilities(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities of the expressions.

        Shapes:
            crops: (N, 48, 48) uint8 grey.
            return: (N, 8) float32, rows sum to 1.
        """
        return self._model.run({"faces": crops})[0]

    def of_face(
        self, rgb: NDArray[np.uint8], landmarks: NDArray[np.floating[Any]]
    ) -> Mapping[str, float] | None:
        """What the face with these landmarks shows; ``None`` when it is too small to tell.

        Shapes: as of ``aligned_crop``.
        """
        crop = aligned_crop(rgb, landmarks)
        if crop is None:
            return None
        row = self.probabilities(crop[None])[0]
        return {name: float(p) for name, p in zip(EXPRESSIONS, row, strict=True)}
