"""When media happened, from when it arrived: arrivals come late and in bursts, never early (pure)."""

from __future__ import annotations

LOST_SECONDS = 0.1
"""our choice: a delay that stays longer by this much means that media were lost on the way"""
WINDOW_SECONDS = 2.0
"""our choice: for so long a longer delay may be a burst that comes late"""


class ArrivalClock:
    """Maps seconds of media to seconds of the capture clock by the smallest delay seen."""

    def __init__(self) -> None:
        self._delay: float | None = None
        self._window_end = 0.0
        self._window_delay = float("inf")

    def time_of(self, media_seconds: float, arrival: float) -> float:
        """The capture clock's time of what lies at ``media_seconds`` of its stream.

        Args:
            media_seconds: place in the stream, of what was just received.
            arrival: capture clock, of its arrival.
        """
        delay = arrival - media_seconds
        if self._delay is None or delay < self._delay:
            self._delay = delay
        self._look_back(delay, arrival)
        return media_seconds + self._delay

    def _look_back(self, delay: float, arrival: float) -> None:
        """Every two seconds: take over the smallest delay of these when even that is much longer."""
        assert self._delay is not None
        self._window_delay = min(self._window_delay, delay)
        if arrival < self._window_end:
            return
        if self._window_end and self._window_delay > self._delay + LOST_SECONDS:
            self._delay = self._window_delay
        self._window_end, self._window_delay = arrival + WINDOW_SECONDS, float("inf")
