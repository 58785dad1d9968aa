"""Pictures made upright, small enough and RGB; and how large a picture may be at all."""

from __future__ import annotations

import av
import numpy as np
from numpy.typing import NDArray

from appliance.errors import TooLarge

MAX_PIXELS = 25_000_000
"""our choice: above any camera of a phone or a desk, far below a bomb of 100 megapixels"""


def refuse_huge(width_px: int, height_px: int) -> None:
    """Refuse a picture by the size its header states, before anything is decoded.

    Raises:
        TooLarge: "capture.picture_too_large".
    """
    if width_px * height_px > MAX_PIXELS:
        raise TooLarge(
            "capture.picture_too_large", f"a picture of {width_px}x{height_px} is larger than allowed"
        )


def fit(width_px: int, height_px: int, box: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the same shape that is no larger than the box (width, height) nor than itself."""
    scale = min(1.0, box[0] / width_px, box[1] / height_px)
    return max(1, round(width_px * scale)), max(1, round(height_px * scale))


def upright_rgb(frame: av.VideoFrame, box: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture of a decoded frame, scaled once and turned as its display matrix says.

    Args:
        frame: any pixel format.
        box: greatest (width, height) in px after turning.

    Shapes:
        returns: (H, W, 3) uint8, RGB.
    """
    turns = round(frame.rotation / 90) % 4
    limit = box if turns % 2 == 0 else (box[1], box[0])
    width, height = fit(frame.width, frame.height, limit)
    rgb = frame.to_ndarray(format="rgb24", width=width, height=height)
    return np.ascontiguousarray(np.rot90(rgb, turns), dtype=np.uint8)


class Pace:
    """Lets through as many pictures a second as wanted, evenly."""

    def __init__(self, frame_rate_hz: float) -> None:
        self._period = 1.0 / frame_rate_hz
        self._due: float | None = None

    def wants(self, t: float) -> bool:
        """Whether the picture of time ``t`` seconds is due; times that jump back begin anew."""
        if self._due is not None and self._due - 2 * self._period < t < self._due - 0.1 * self._period:
            return False
        kept = self._due is not None and abs(t - self._due) <= self._period
        self._due = (self._due if kept and self._due is not None else t) + self._period
        return True
