"""What the soak calls growth, and what it lets pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.bench import soak

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
