"""What the soak calls growth, and what it lets pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.bench import soak
from appliance.bench._soak_frames import accounts, given_by, missing
from tests.capture import recordings

FLAT = soak.Sample(0, 200_000, 13, 10, 300_000, 90_000)


def run(kb_an_interview: float, descriptors_an_interview: float = 0.0) -> list[soak.Sample]:
    """A run of 200 interviews; the first fifty grow fast, as caches do."""
    return [
        replace(
            FLAT,
            interviews=number,
            resident_kb=200_000 + min(number, 50) * 500 + int(number * kb_an_interview),
            descriptors=13 + int(number * descriptors_an_interview),
        )
        for number in range(10, 201, 10)
    ]


def test_a_steady_booth_holds_whatever_it_took_to_settle() -> None:
    found = soak.judge(run(2.0), {})
    assert found["resident_growth_kb_per_interview"] == pytest.approx(2.0, abs=0.1)
    assert found["holds"] is True


@pytest.mark.parametrize("leaking", [run(25.0), run(0.0, 0.1), [replace(FLAT, wal_bytes=9_000_000)]])
def test_a_leak_is_seen(leaking: list[soak.Sample]) -> None:
    assert soak.judge(leaking, {})["holds"] is False


def test_slope() -> None:
    assert soak.slope([(0, 1.0), (10, 21.0), (20, 41.0)]) == pytest.approx(2.0)
    assert soak.slope([(3, 1.0)]) == 0.0


COUNTED = {
    "frames_seen_count": 450, "frames_analysed_count": 150, "frames_waiting_count": 0, "frames_skipped_count": 3,
    "frames_unwanted_count": 20, "frames_not_due_count": 275, "frames_forgotten_count": 1, "frames_refused_count": 1,
}  # fmt: skip
NONE = dict.fromkeys(COUNTED, 0)


def test_every_picture_has_a_name() -> None:
    assert accounts(COUNTED)["uncounted"] == 0
    assert missing(NONE, COUNTED, 450) == 0
    found = soak.judge(run(2.0), {"watcher": COUNTED})
    assert found["frames"]["not_due"] == 275
    assert found["holds"] is True


@pytest.mark.parametrize("changed", [{}, {"frames_seen_count": 449}, {"frames_analysed_count": 151}])
def test_a_picture_without_a_name_is_seen(changed: dict[str, int]) -> None:
    lost = missing(NONE, {**COUNTED, **changed}, 451 if not changed else 450)
    assert lost == 1
    assert soak.judge(run(2.0), {}, soak.Lost(frames=lost))["holds"] is False


def test_sound_that_nobody_counted_is_seen() -> None:
    assert soak.judge(run(2.0), {}, soak.Lost(seconds=soak.LOST_SECONDS + 0.1))["holds"] is False


def test_pictures_are_counted_at_the_rate_at_which_a_booth_takes_them(tmp_path: Path) -> None:
    film = recordings.make(tmp_path / "film.mkv", 2.0, video="mjpeg", fps=30)
    assert given_by(film) == pytest.approx(30, abs=1)  # 15 a second
