"""Whose face it is."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.vision.candidate import Box, choose, cover


def box(x: float, y: float, width: float) -> Box:
    return Box(x - width / 2, y - width / 2, x + width / 2, y + width / 2)


MIDDLE, CORNER, SMALL_MIDDLE = box(0.5, 0.5, 0.3), box(0.9, 0.1, 0.3), box(0.5, 0.4, 0.1)


@pytest.mark.parametrize(
    ("boxes", "chosen"),
    [
        ([MIDDLE], MIDDLE),
        ([CORNER, MIDDLE], MIDDLE),
        ([SMALL_MIDDLE, MIDDLE], MIDDLE),
        ([box(0.3, 0.5, 0.3), SMALL_MIDDLE], box(0.3, 0.5, 0.3)),
        ([CORNER], CORNER),
    ],
)
def test_the_nearest_most_central_face_is_the_candidate(boxes: list[Box], chosen: Box) -> None:
    candidate, bystanders = choose(boxes)
    assert candidate == chosen
    assert set(bystanders) == set(boxes) - {chosen}


def test_nobody() -> None:
    assert choose([]) == (None, ())


def test_without_bystanders_the_frame_is_not_copied() -> None:
    rgb = np.zeros((40, 40, 3), np.uint8)
    assert cover(rgb, MIDDLE, ()) is rgb


def test_a_bystander_is_covered_and_the_frame_stays_as_it_was() -> None:
    rgb = np.full((100, 100, 3), 7, np.uint8)
    covered = cover(rgb, MIDDLE, [box(0.85, 0.2, 0.2)])
    assert (covered[10:30, 75:95] == 127).all()
    assert (covered[35:65, 35:65] == 7).all()
    assert (rgb == 7).all()


def test_a_bystander_behind_the_candidate_is_covered_wholly_and_the_candidate_keeps_the_rest() -> None:
    rgb = np.full((100, 100, 3), 7, np.uint8)
    near = box(0.72, 0.5, 0.1)
    covered = cover(rgb, MIDDLE, [near])
    assert (covered[46:54, 68:76] == 127).all()
    assert (covered[40:60, 36:64] == 7).all()


def test_a_box_that_reaches_out_of_the_frame_is_covered_up_to_its_border() -> None:
    rgb = np.zeros((50, 50, 3), np.uint8)
    assert (cover(rgb, None, [Box(-0.2, -0.2, 0.1, 0.1)])[0, 0] == 127).all()
