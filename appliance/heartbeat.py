"""The heart-beat for systemd, and what ``/health`` says: alive means fresh output, never "the process runs"."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import resource
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from appliance import __version__
from appliance.errors import ApplianceError
from appliance.interview.conductor import Conductor
from appliance.runtime import sd_notify
from appliance.runtime.worker import longest_call_seconds

log = logging.getLogger(__name__)
BEAT_SECONDS = 2.0
TICK_AGE_SECONDS = 3.0
"""the conductor ticks four times a second; older than this it hangs (our choice)"""
DATABASE_SECONDS = 5.0
INFERENCE_SECONDS = 30.0
"""no single call of a model takes this long; longer, its thread hangs (our choice)"""
WRONG: Mapping[str, str] = {
    "no_tick": "the conductor does not tick",
    "no_database": "the database does not answer",
    "model_hangs": "a model hangs",
}
"""for the log and for who reads ``/health``; the console words the same codes in its own languages"""


class Heartbeat:
    """Service: READY=1 when all services have started, WATCHDOG=1 while all is fresh.

    Args:
        conductor: knows the rooms.
        models: what lies in each model's place, for ``/health``; read on a thread.
        count_restart: how often the process was started before in this boot; asked once.
    """

    name = "heartbeat"

    def __init__(
        self,
        conductor: Conductor,
        models: Callable[[], Mapping[str, Any]] = dict,
        count_restart: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._conductor, self._look_at_models, self._count_restart = conductor, models, count_restart
        self._models: Mapping[str, Any] | None = None
        self._restarts: int | None = None
        self._started_at = time.monotonic()
        self.loop_hold_max_seconds = 0.0
        """longest time that the event loop was held since the start"""

    async def start(self) -> None:
        """All other services have started: say so."""
        self._restarts = await asyncio.to_thread(self._count_restart)
        gc.collect()
        gc.freeze()  # models and modules live for ever: the collector need not look at them again
        sd_notify.notify("READY=1")

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            begun = time.monotonic()
            await asyncio.sleep(BEAT_SECONDS)
            self.loop_hold_max_seconds = max(
                self.loop_hold_max_seconds, time.monotonic() - begun - BEAT_SECONDS
            )
            wrong = await self.wrong()
            if wrong is None:
                sd_notify.notify("WATCHDOG=1")
            else:
                log.error("no heart-beat: %s", WRONG[wrong])

    async def stop(self) -> None:
        """The end is near."""
        sd_notify.notify("STOPPING=1")

    async def wrong(self) -> str | None:
        """Why the watchdog should not be fed, a code of ``WRONG``; None when all is well."""
        if self._conductor.clock() - self._conductor.ticked_at > TICK_AGE_SECONDS:
            return "no_tick"
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                await self._conductor.parts.store.ping()
        except TimeoutError:
            return "no_database"
        except (
            ApplianceError
        ) as exc:  # it answers, with a trouble that a restart would not heal: /health tells it
            log.warning("database: %s", exc.code)
        return "model_hangs" if longest_call_seconds(time.monotonic()) > INFERENCE_SECONDS else None

    async def health(self) -> dict[str, Any]:
        """Everything countable, nothing of any candidate."""
        parts = self._conductor.parts
        devices = {kind: _status(status) for kind, status in parts.devices.statuses().items()}
        wrong = await self.wrong()
        if self._models is None:  # files of many megabytes are read: once, and not before the booth is ready
            self._models = await asyncio.to_thread(self._look_at_models)
        return {
            "status": "ok" if wrong is None else "failing",
            "why": WRONG.get(wrong or ""),
            "why_code": wrong,
            "version": __version__,
            "uptime_seconds": round(time.monotonic() - self._started_at, 1),
            "restarts_count": self._restarts,
            "phase": str(self._conductor.state.phase),
            "devices": devices,
            "listener": parts.listener.health(),
            "watcher": parts.watcher.health(),
            "coach": parts.coach.health(),
            "store": await parts.store.health(),
            "loop_hold_max_ms": round(self.loop_hold_max_seconds * 1000, 1),
            "models": self._models,
            "resident_mb": resident_mb(),
            **machine(),
        }


def _status(status: Any) -> dict[str, Any]:
    age = None if status.age_seconds is None else round(status.age_seconds, 2)
    return {
        "driver": status.name,
        "state": str(status.state),
        "age_seconds": age,
        "dropped_count": status.dropped_count,
        "reopened_count": status.reopened_count,
        "detail": status.detail,
    }


def resident_mb() -> float:
    """Resident memory of this process, MB."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def machine() -> dict[str, Any]:
    """Temperature and throttling, where the board tells them."""
    return {
        "temperature_c": _number("/sys/class/thermal/thermal_zone0/temp", 1000.0),
        "throttled": _throttled(),
    }


def _number(path: str, per: float) -> float | None:
    try:
        return round(int(Path(path).read_text()) / per, 1)
    except (OSError, ValueError):
        return None


def _throttled() -> bool | None:
    """Raspberry Pi firmware's flags. Source: Raspberry Pi documentation, get_throttled: bits 0 to 3 are "now"."""
    try:
        return bool(int(Path("/sys/devices/platform/soc/soc:firmware/get_throttled").read_text(), 16) & 0xF)
    except (OSError, ValueError):
        return None
