"""Carriers: newest wins, slow readers start anew."""

from __future__ import annotations

import threading

from appliance.runtime.streams import Fanout, Latest


def test_latest_keeps_the_newest_and_counts_the_rest() -> None:
    latest = Latest[int]()
    for number in range(5):
        latest.put(number)
    assert latest.take(0.0) == 4
    assert latest.skipped_count == 4
    assert latest.take(0.0) is None


def test_latest_wakes_a_waiting_thread() -> None:
    latest = Latest[int]()
    got: list[int | None] = []
    thread = threading.Thread(target=lambda: got.append(latest.take(5.0)))
    thread.start()
    latest.put(7)
    thread.join(5.0)
    assert got == [7]


def test_closing_wakes_too() -> None:
    latest = Latest[int]()
    latest.close()
    assert latest.take(None) is None


async def test_a_slow_reader_is_wiped_and_told() -> None:
    fanout = Fanout[int](size=2)
    slow, quick = fanout.subscribe(), fanout.subscribe()
    for number in range(3):
        fanout.publish(number)
        assert await quick.get() == number
    assert slow.lagged
    assert not quick.lagged
    assert await slow.get() == 2
    fanout.unsubscribe(slow)
    fanout.publish(9)
    assert await quick.get() == 9
