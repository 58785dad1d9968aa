"""Whose face it is: the nearest, most central one is the candidate; all others are bystanders (pure)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BYSTANDER_GROWTH = 1.5
"""a bystander's box is covered this much larger, so that hair and chin go too (our choice)"""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a face is."""

    left: float
    """0..1 of the frame's width; likewise below"""
    top: float
    right: float
    bottom: float
    """0..1 of the frame's height"""

    @property
    def width(self) -> float:
        """Share of the frame's width."""
        return self.right - self.left

    @property
    def center(self) -> tuple[float, float]:
        """Middle, shares of width and height."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def choose(boxes: Sequence[Box]) -> tuple[Box | None, tuple[Box, ...]]:
    """The candidate's box and the bystanders'.

    Nearness is the width of the box; it counts fully in the middle of the frame and not at all in a corner
    (our choice).
    """
    if not boxes:
        return None, ()
    chosen = max(boxes, key=_claim)
    return chosen, tuple(box for box in boxes if box is not chosen)


def _claim(box: Box) -> float:
    x, y = box.center
    off_centre = math.hypot(x - 0.5, y - 0.5) / math.hypot(0.5, 0.5)
    return box.width * max(0.0, 1.0 - off_centre)


def cover(rgb: NDArray[np.uint8], candidate: Box | None, bystanders: Sequence[Box]) -> NDArray[np.uint8]:
    """The frame with bystanders' faces made grey; the same array when there are none.

    Shapes:
        rgb: (H, W, 3) uint8, RGB.
        returns: likewise.
    """
    if not bystanders:
        return rgb
    covered = rgb.copy()
    for box in bystanders:
        covered[_region(rgb, box, BYSTANDER_GROWTH)] = 127
    if candidate is not None:
        own = _region(rgb, candidate, BYSTANDER_GROWTH)
        covered[own] = rgb[own]
        for box in bystanders:  # close together: the candidate keeps the surroundings, never the other's face
            covered[_region(rgb, box, 1.0)] = 127
    return covered


def _region(rgb: NDArray[np.uint8], box: Box, growth: float) -> tuple[slice, slice]:
    height, width = rgb.shape[:2]
    x, y = box.center
    half_x, half_y = box.width * growth / 2, (box.bottom - box.top) * growth / 2
    return (
        slice(max(0, round((y - half_y) * height)), max(0, round((y + half_y) * height))),
        slice(max(0, round((x - half_x) * width)), max(0, round((x + half_x) * width))),
    )
