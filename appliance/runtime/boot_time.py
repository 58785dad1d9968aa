"""Time that no change of the clock touches and that outlives the process: seconds since the machine was switched on.

A booth without a clock of its own cannot tell how long it was dark; so this time ends with the machine.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from appliance.runtime.starts import BOOT_ID


@dataclass(frozen=True, slots=True)
class BootTime:
    """A moment in one run of the machine."""

    boot: str
    """names the run"""
    seconds: float
    """since its start, sleep counted"""

    def since(self, earlier: BootTime) -> float | None:
        """Seconds from an earlier moment to this one; None where the machine was switched off in between."""
        passed = self.seconds - earlier.seconds
        return passed if self.boot == earlier.boot and passed >= 0.0 else None


def now() -> BootTime | None:
    """This moment; None where the machine's runs have no names."""
    try:
        boot = BOOT_ID.read_text("ascii").strip()
    except OSError:
        return None
    return BootTime(boot, time.clock_gettime(time.CLOCK_BOOTTIME))
