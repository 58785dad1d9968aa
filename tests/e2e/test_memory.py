"""The page over a few interviews: nothing of one is held in the next; a page that holds something is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.conftest import CHROMIUM, Booth
from tests.e2e.many import interview
from tests.e2e.memory import COUNTS, LEAK, SETTINGS, Sample, judged, more, opened, within

FLAT = [
    Sample(n, 6_000_000 + 100 * n, 117, 322, 2, 90_000_000 + 4_000_000 * (n % 3), 2)
    for n in range(50, 210, 10)
]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_nothing_of_an_interview_is_held_by_the_next(tmp_path: Path) -> None:
    booth = Booth(tmp_path, SETTINGS)
    booth.start()
    try:
        with opened(booth) as (finger, scale):
            interview(finger, 1)
            warm = scale.sample(1)
            interview(finger, 4)
            assert within(more(warm, scale.sample(2)))
            finger.value(LEAK)
            interview(finger, 3)
            found = more(warm, scale.sample(3))
            assert found["nodes"] > 10 * COUNTS["nodes"], found
    finally:
        booth.stop()


def test_a_heap_a_process_or_a_count_that_grows_is_not_flat() -> None:
    assert judged(FLAT)["flat"]
    assert not judged([replace(one, heap_bytes=6_000 * one.interviews) for one in FLAT])["flat"]
    assert not judged([replace(one, renderer_bytes=150_000 * one.interviews) for one in FLAT])["flat"]
    assert not judged([replace(one, listeners=one.interviews) for one in FLAT])["flat"]
    assert not judged([*FLAT[:-1], replace(FLAT[-1], documents=3)])["flat"]
