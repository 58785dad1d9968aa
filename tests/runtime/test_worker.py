"""One thread for one model: order, errors, bounds."""

from __future__ import annotations

import threading
import time

import pytest

from appliance.errors import Unavailable
from appliance.runtime.worker import Worker, longest_call_seconds


@pytest.fixture
def worker() -> Worker:
    worker = Worker("test", size=2)
    worker.start()
    return worker


async def test_calls_run_in_order_on_one_named_thread(worker: Worker) -> None:
    names = [await worker.run(lambda: threading.current_thread().name) for _ in range(3)]
    assert names == ["test"] * 3
    assert worker.done_count == 3


async def test_an_exception_reaches_the_caller_and_the_worker_goes_on(worker: Worker) -> None:
    with pytest.raises(ZeroDivisionError):
        await worker.run(lambda: 1 // 0)
    assert await worker.run(lambda: 5) == 5


def test_one_call_too_many_is_refused_and_a_hung_one_is_seen(worker: Worker) -> None:
    hold, begun = threading.Event(), threading.Event()

    def hang() -> bool:
        begun.set()
        return hold.wait(10.0)

    first = worker.submit(hang)
    assert begun.wait(5.0)
    waiting = [worker.submit(lambda: 1) for _ in range(2)]
    with pytest.raises(Unavailable) as caught:
        worker.submit(lambda: 1)
    assert caught.value.code == "runtime.worker_full"
    assert longest_call_seconds(time.monotonic() + 60.0) >= 60.0
    hold.set()
    assert first.result(5.0)
    assert [future.result(5.0) for future in waiting] == [1, 1]


def test_stop_ends_the_thread(worker: Worker) -> None:
    worker.submit(lambda: 1).result(5.0)
    worker.stop()
    worker.join(5.0)
    assert "test" not in {thread.name for thread in threading.enumerate() if thread is worker._thread}
