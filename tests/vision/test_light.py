"""Brightness of a face and of what is behind it."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.vision.candidate import Box
from appliance.vision.light import brightness


def test_face_and_background_apart() -> None:
    rgb = np.full((512, 640, 3), 200, np.uint8)
    rgb[128:384, 160:480] = 50
    face, background = brightness(rgb, Box(0.25, 0.25, 0.75, 0.75))
    assert face == pytest.approx(50, abs=0.1)
    assert background == pytest.approx(200, abs=0.1)


def test_unknown_is_none() -> None:
    rgb = np.full((480, 640, 3), 200, np.uint8)
    face, background = brightness(rgb, Box(0.0, 0.0, 1.0, 1.0))
    assert face == pytest.approx(200, abs=0.1)
    assert background is None
    assert brightness(rgb, Box(1.5, 1.5, 2.0, 2.0))[0] is None


def test_colours_count_as_the_eye_sees_them() -> None:
    rgb = np.zeros((80, 80, 3), np.uint8)
    rgb[..., 1] = 255
    assert brightness(rgb, Box(0, 0, 1, 1))[0] == pytest.approx(0.587 * 255, abs=0.1)
