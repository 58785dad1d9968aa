"""Late arrivals and bursts do not move time; lost media do."""

import pytest

from appliance.capture.arrival_clock import ArrivalClock


def test_steady_arrivals() -> None:
    clock = ArrivalClock()
    assert [clock.time_of(i * 0.02, 50.0 + i * 0.02) for i in range(5)] == pytest.approx(
        [50.0, 50.02, 50.04, 50.06, 50.08]
    )


def test_a_burst_that_comes_late_keeps_its_times() -> None:
    clock = ArrivalClock()
    clock.time_of(0.0, 50.0)
    assert [clock.time_of(t, 51.0) for t in (0.2, 0.4, 0.6, 0.8)] == pytest.approx([50.2, 50.4, 50.6, 50.8])


def test_a_late_beginning_is_mended_by_the_first_that_is_not() -> None:
    clock = ArrivalClock()
    assert clock.time_of(0.0, 50.5) == pytest.approx(50.5)
    assert clock.time_of(1.0, 51.0) == pytest.approx(51.0)
    assert clock.time_of(2.0, 52.4) == pytest.approx(52.0)


def test_lost_media_move_time_after_a_while() -> None:
    clock = ArrivalClock()
    for i in range(150):
        clock.time_of(i * 0.02, 50.0 + i * 0.02)
    for i in range(150, 500):
        t = clock.time_of(i * 0.02, 50.7 + i * 0.02)
    assert t == pytest.approx(50.7 + 499 * 0.02)
