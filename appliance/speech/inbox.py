"""The listener's queue: sound and calls in one order; sound is bounded, calls are never dropped."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from appliance.messages import AudioChunk


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A chunk in the queue."""

    chunk: AudioChunk
    after_hold: bool
    """the first one after the booth spoke: the gap before it is not lost sound"""


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """Something to do on the worker, between two chunks."""

    do: Callable[[], Any]
    done: Future[Any]


class SoundInbox:
    """Thread-safe. When too much sound waits, the oldest chunk goes (``dropped_count``).

    Args:
        limit_seconds: sound that may wait.
        first_limit_seconds: sound that may wait until the queue was empty for the first time (a model is
            loading).
    """

    def __init__(self, limit_seconds: float, first_limit_seconds: float) -> None:
        self._lock = threading.Lock()
        self._items: deque[Sound | Call] = deque()
        self._final_limit = limit_seconds
        self._limit = first_limit_seconds
        self._pumping = False
        self.seconds = 0.0
        """sound that waits"""
        self.dropped_count = 0
        self.dropped_seconds = 0.0

    def put(self, item: Sound | Call) -> bool:
        """Append; true when nobody empties the queue at present, so that the caller must see to it."""
        with self._lock:
            self._items.append(item)
            if isinstance(item, Sound):
                self.seconds += item.chunk.seconds
                while self.seconds > self._limit + 1e-6:
                    self._drop_oldest()
            wake, self._pumping = not self._pumping, True
            return wake

    def take(self) -> Sound | Call | None:
        """The oldest item; None when empty, and then the next ``put`` asks for a pump again."""
        with self._lock:
            if not self._items:
                self._pumping = False
                return None
            item = self._items.popleft()
            if isinstance(item, Sound):
                self.seconds -= item.chunk.seconds
                if self.seconds < self._final_limit:
                    self._limit = self._final_limit
            return item

    def _drop_oldest(self) -> None:
        index = next(i for i, item in enumerate(self._items) if isinstance(item, Sound))
        item = self._items[index]
        del self._items[index]
        if isinstance(item, Sound):
            self.seconds -= item.chunk.seconds
            self.dropped_seconds += item.chunk.seconds
            self.dropped_count += 1
