"""Bounded carriers between rooms: every drop is counted, nothing grows."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """One place; a newer item replaces the older one (``skipped_count`` counts those never taken). Thread-safe."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._item: T | None = None
        self._closed = False
        self.skipped_count = 0

    def put(self, item: T) -> None:
        """Place an item; never waits."""
        with self._ready:
            if self._item is not None:
                self.skipped_count += 1
            self._item = item
            self._ready.notify()

    def take(self, timeout_seconds: float | None = None) -> T | None:
        """The newest item, waiting for one; None after the time-out or when closed. For worker threads."""
        with self._ready:
            self._ready.wait_for(lambda: self._item is not None or self._closed, timeout_seconds)
            item, self._item = self._item, None
            return item

    @property
    def waiting_count(self) -> int:
        """Items that were put and neither taken nor replaced: 1 or 0."""
        return int(self._item is not None)

    def close(self) -> None:
        """Let every waiting ``take`` return None."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()


class Subscription(Generic[T]):
    """One reader of a ``Fanout``. ``lagged`` becomes true when items were wiped because it read too slowly."""

    def __init__(self, size: int) -> None:
        self._queue: asyncio.Queue[T] = asyncio.Queue(size)
        self.lagged = False

    def offer(self, item: T) -> None:
        """Queue an item; when full, wipe everything and remember that the reader must start anew."""
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            self.lagged = True
        self._queue.put_nowait(item)

    async def get(self) -> T:
        """The next item."""
        return await self._queue.get()

    async def __aiter__(self) -> AsyncIterator[T]:
        """All items, for ever."""
        while True:
            yield await self.get()


class Fanout(Generic[T]):
    """One writer, many readers, each with a small queue of its own; used on the event loop only."""

    def __init__(self, size: int = 32) -> None:
        self._size = size
        self._subscriptions: set[Subscription[T]] = set()

    def subscribe(self) -> Subscription[T]:
        """A new reader; give it back with ``unsubscribe``."""
        subscription = Subscription[T](self._size)
        self._subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription[T]) -> None:
        """Forget a reader."""
        self._subscriptions.discard(subscription)

    def publish(self, item: T) -> None:
        """Give an item to every reader; never waits."""
        for subscription in self._subscriptions:
            subscription.offer(item)
