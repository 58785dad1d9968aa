"""Services: started in order, watched, stopped in reverse, each step with a deadline."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Protocol

log = logging.getLogger(__name__)


class Service(Protocol):
    """Something with a beginning and an end."""

    name: str

    async def start(self) -> None:
        """Begin; returns when usable."""

    async def run(self) -> None:
        """Work until cancelled. A return or an exception is the death of a critical task."""

    async def stop(self) -> None:
        """End; must not raise."""


class Lifecycle:
    """Runs services until told to stop, or until one of them dies."""

    def __init__(self, services: Sequence[Service], step_seconds: float = 30.0) -> None:
        self._services = services
        self._step_seconds = step_seconds
        self._wanted_stop = asyncio.Event()

    def request_stop(self) -> None:
        """Ask for an orderly end."""
        self._wanted_stop.set()

    async def run(self, on_ready: asyncio.Event | None = None) -> None:
        """Start all, watch all, stop all.

        Raises:
            Exception: what a critical service died of; the process ends and systemd starts it again.
        """
        started: list[Service] = []
        try:
            for service in self._services:
                log.info("start %s", service.name)
                started.append(service)
                async with asyncio.timeout(self._step_seconds):
                    await service.start()
            if on_ready is not None:
                on_ready.set()
            await self._watch(started)
        finally:
            for service in reversed(started):
                await self._stop(service)

    async def _watch(self, services: Sequence[Service]) -> None:
        tasks = [asyncio.create_task(service.run(), name=service.name) for service in services]
        stop = asyncio.create_task(self._wanted_stop.wait(), name="stop")
        try:
            done, _ = await asyncio.wait([*tasks, stop], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*tasks, stop):
                task.cancel()
            await asyncio.gather(*tasks, stop, return_exceptions=True)
        done.discard(stop)
        for dead in done:
            raise dead.exception() or RuntimeError(f"{dead.get_name()} ended by itself")

    async def _stop(self, service: Service) -> None:
        log.info("stop %s", service.name)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._step_seconds):
                await service.stop()


async def forever() -> None:
    """Wait until cancelled: the ``run`` of a service that only answers calls."""
    await asyncio.Event().wait()
