"""Calls into drivers that may block for ever: each on its own daemon thread, awaited only so long."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

R = TypeVar("R")


async def patiently(call: Callable[[], R], seconds: float, name: str) -> R:
    """The result of a call that may block; the loop never does, and neither does the end of the process.

    Raises:
        TimeoutError: the call goes on by itself on its thread, its result is dropped.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[R] = loop.create_future()

    def run() -> None:
        try:
            value = call()
        except BaseException as exc:
            tell(loop, _fail, result, exc)
        else:
            tell(loop, _give, result, value)

    threading.Thread(target=run, name=name, daemon=True).start()
    async with asyncio.timeout(seconds):
        return await result


def tell(loop: asyncio.AbstractEventLoop, call: Callable[..., object], *args: Any) -> None:
    """Run a call on the loop, from any thread; nothing when the loop has ended."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(call, *args)


def _give(result: asyncio.Future[R], value: R) -> None:
    if not result.done():
        result.set_result(value)


def _fail(result: asyncio.Future[R], exc: BaseException) -> None:
    if not result.done():
        result.set_exception(exc)
