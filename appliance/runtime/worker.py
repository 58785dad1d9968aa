"""One model, one thread, one bounded inbox: calls are queued, the thread owns all state of the model."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from appliance.errors import Unavailable

R = TypeVar("R")
_Job = tuple[Callable[[], Any], Future[Any]]


_workers: weakref.WeakSet[Worker] = weakref.WeakSet()


def longest_call_seconds(now: float) -> float:
    """How long the longest call of all workers has been running; ``now`` in monotonic seconds. For the watchdog."""
    since = [worker.busy_since for worker in _workers]
    return max((now - begun for begun in since if begun is not None), default=0.0)


class Worker:
    """A named thread that runs calls one after the other.

    Args:
        name: of the thread; appears in ``/health``.
        size: calls that may wait; one more is refused with ``Unavailable("runtime.worker_full")``.
    """

    def __init__(self, name: str, size: int = 64) -> None:
        self.name = name
        self._inbox: queue.Queue[_Job | None] = queue.Queue(size)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._started = False
        self.busy_since: float | None = None
        """monotonic seconds since when the current call runs; None when idle"""
        self.done_count = 0
        _workers.add(self)

    def start(self) -> None:
        """Start the thread; a second call does nothing."""
        if not self._started:
            self._started = True
            self._thread.start()

    def submit(self, call: Callable[[], R]) -> Future[R]:
        """Queue a call; its result, or its exception, comes with the future."""
        future: Future[R] = Future()
        try:
            self._inbox.put_nowait((call, future))
        except queue.Full as exc:
            raise Unavailable("runtime.worker_full", f"{self.name} has too much to do") from exc
        return future

    async def run(self, call: Callable[[], R]) -> R:
        """Queue a call and await its result on the loop."""
        return await asyncio.wrap_future(self.submit(call))

    def stop(self) -> None:
        """Ask the thread to end after what is queued; never waits."""
        if self._started:
            try:
                self._inbox.put_nowait(None)
            except queue.Full:  # the daemon thread then ends with the process
                return

    def join(self, timeout_seconds: float) -> None:
        """Wait for the end of the thread (never on the loop)."""
        if self._started:
            self._thread.join(timeout_seconds)

    @property
    def waiting_count(self) -> int:
        """Calls waiting."""
        return self._inbox.qsize()

    def _run(self) -> None:
        while (job := self._inbox.get()) is not None:
            call, future = job
            if future.set_running_or_notify_cancel():
                self._call(call, future)
            del job, call, future  # nothing of an answer stays behind in an idle thread

    def _call(self, call: Callable[[], Any], future: Future[Any]) -> None:
        self.busy_since = time.monotonic()
        try:
            future.set_result(call())
        except BaseException as exc:
            future.set_exception(exc)
        finally:
            self.busy_since = None
            self.done_count += 1
