"""Where the dark of each eye lies between its lids, read from the picture itself (pure).

The landmark model places the iris by what eyes usually look like; a frame of glasses or a reflection draws it aside.
The mean place of what is dark between the lids is nearer to the truth: figures in ``models_onnx/gaze/README.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEP, ACROSS, DOWN = 0.05, 26, 13
"""samples of an eye: distance in eye widths, about a pixel for a face at arm's length, and numbers (our choice)"""

DARK, BRIGHT = 0.05, 0.9
"""shares of an eye's samples that are darker than what counts as pupil and as white (our choice)"""

MIN_SAMPLES, MIN_CONTRAST = 12, 4
"""samples between the lids, and grey levels from pupil to white, below which nothing is told (our choice)"""

UPPER, LOWER = list(range(5, 14)), [5, *range(20, 12, -1)]
"""lids in a row of ``gaze.EYES``, from the outer corner to the inner one"""

COLUMNS = (np.arange(ACROSS) - (ACROSS - 1) / 2) * STEP
ROWS = ((DOWN - 1) / 2 - np.arange(DOWN)) * STEP
GRID = COLUMNS + 1j * ROWS[:, None]

Complex = NDArray[np.complex128]


def dark_middles(rgb: NDArray[np.uint8], eyes: Complex, middles: Complex, unit: complex) -> Complex | None:
    """The middles of the dark of both eyes; None where an eye is nearly shut or has no contrast.

    Args:
        rgb: the frame.
        eyes: level points, x right and y up, in eye widths from the middle between the eye's corners.
        middles: of the corners, pixels, y up.
        unit: an eye width along the line through the eyes, pixels, y up.

    Shapes:
        rgb: (H, W, 3) uint8.
        eyes: (2, 21) complex, rows of ``gaze.EYES``.
        middles: (2,) complex.
        returns: (2,) complex, as ``eyes``.
    """
    places = GRID * unit + middles[:, None, None]
    columns = places.real.clip(0, rgb.shape[1] - 1).astype(np.intp)
    rows = (-places.imag).clip(0, rgb.shape[0] - 1).astype(np.intp)
    green = rgb[rows, columns, 1].astype(np.float64)  # of the three colours the one nearest to brightness
    right, left = _dark_middle(green[0], eyes[0]), _dark_middle(green[1], eyes[1])
    return None if right is None or left is None else np.array((right, left))


def _dark_middle(green: NDArray[np.float64], eye: Complex) -> complex | None:
    between = _between_lids(eye)
    seen = green[between]
    if seen.size < MIN_SAMPLES:
        return None
    ordered = np.sort(seen)
    dark, bright = ordered[int(DARK * seen.size)], ordered[int(BRIGHT * seen.size)]
    if bright - dark < MIN_CONTRAST:
        return None
    weight = ((bright - seen) / (bright - dark)).clip(0.0, 1.0) ** 2
    return complex((weight * GRID[between]).sum() / weight.sum())


def _between_lids(eye: Complex) -> NDArray[np.bool_]:
    """Which samples of the grid lie between the lids."""
    onwards = 1 if eye[UPPER[0]].real < eye[UPPER[-1]].real else -1
    upper, lower = eye[UPPER[::onwards]], eye[LOWER[::onwards]]
    ceiling = np.interp(COLUMNS, upper.real, upper.imag, left=-np.inf, right=-np.inf)
    floor = np.interp(COLUMNS, lower.real, lower.imag)
    return np.asarray((ROWS[:, None] < ceiling) & (ROWS[:, None] > floor))
