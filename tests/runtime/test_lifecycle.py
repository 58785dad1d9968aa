"""Services: started in order, stopped in reverse, and a dead one ends all."""

from __future__ import annotations

import asyncio

import pytest

from appliance.runtime.lifecycle import Lifecycle, forever


class Recorder:
    """A service that writes down what happens to it."""

    def __init__(self, name: str, diary: list[str], dies: bool = False, hangs: bool = False) -> None:
        self.name = name
        self._diary, self._dies, self._hangs = diary, dies, hangs

    async def start(self) -> None:
        self._diary.append(f"+{self.name}")
        if self._hangs:
            await forever()

    async def run(self) -> None:
        if self._dies:
            raise RuntimeError("dead")
        await forever()

    async def stop(self) -> None:
        self._diary.append(f"-{self.name}")


async def test_start_down_stop_up() -> None:
    diary: list[str] = []
    lifecycle = Lifecycle([Recorder("a", diary), Recorder("b", diary)])
    ready = asyncio.Event()
    running = asyncio.create_task(lifecycle.run(ready))
    await ready.wait()
    lifecycle.request_stop()
    await running
    assert diary == ["+a", "+b", "-b", "-a"]


async def test_a_dead_service_ends_the_process() -> None:
    diary: list[str] = []
    with pytest.raises(RuntimeError, match="dead"):
        await Lifecycle([Recorder("a", diary), Recorder("b", diary, dies=True)]).run()
    assert diary[-2:] == ["-b", "-a"]


async def test_a_start_that_hangs_has_a_deadline() -> None:
    diary: list[str] = []
    with pytest.raises(TimeoutError):
        await Lifecycle([Recorder("a", diary), Recorder("b", diary, hangs=True)], step_seconds=0.05).run()
    assert diary == ["+a", "+b", "-b", "-a"]
