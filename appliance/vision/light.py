"""How bright a face and what is behind it are (pure)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from appliance.vision.candidate import Box

LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""Source: ITU-R BT.601."""

STEP_PX = 16
"""every sixteenth pixel of every sixteenth row is enough (our choice)"""


def brightness(rgb: NDArray[np.uint8], face: Box) -> tuple[float | None, float | None]:
    """Mean luma of the face and of the rest, 0..255; None where there are no pixels.

    Shapes:
        rgb: (H, W, 3) uint8, RGB.
    """
    luma = rgb[::STEP_PX, ::STEP_PX] @ LUMA
    rows, columns = luma.shape
    top, bottom = max(0, round(face.top * rows)), max(0, round(face.bottom * rows))
    left, right = max(0, round(face.left * columns)), max(0, round(face.right * columns))
    inside = luma[top:bottom, left:right]
    light, count = float(inside.sum()), inside.size
    return _mean(light, count), _mean(float(luma.sum()) - light, luma.size - count)


def _mean(light: float, count: int) -> float | None:
    return light / count if count else None
