"""Hurts a device while a candidate stands before it, heals it, and tells when the booth saw either."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

from appliance.bench import visitor
from appliance.bench.visitor import Visitor, visiting

visitor.PATIENCE_SECONDS = 600.0  # everything is slow in an emulated machine
ADDRESS = "http://127.0.0.1:8080"
LOOK_SECONDS = 0.1


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def quietly(script: str) -> None:
    """A shell script whose words are not for the test."""
    subprocess.run(script, shell=True, check=False, capture_output=True)


async def told(now: Visitor) -> str | None:
    """What the candidate reads of it within two seconds."""
    for _ in range(20):
        if trouble := now.state.get("trouble"):
            return str(trouble["code"])
        await asyncio.sleep(LOOK_SECONDS)
    return None


async def seen(now: Visitor, kind: str, *states: str) -> tuple[float, float]:
    """Seconds until a device is so, and the longest that one look took."""
    begun = time.monotonic()
    longest = 0.0
    async with asyncio.timeout(300):
        while True:
            look = time.monotonic()
            found = (await now.health())["devices"][kind]
            longest = max(longest, time.monotonic() - look)
            if found["state"] in states:
                return time.monotonic() - begun, longest
            await asyncio.sleep(LOOK_SECONDS)


async def hurt_and_heal(kind: str, hurt: str, heal: str) -> None:
    """One candidate at the check, who sees the device go and come."""
    async with visiting(ADDRESS) as now:
        await now.check()
        await seen(now, kind, "live")
        await asyncio.to_thread(quietly, hurt)
        took, look = await seen(now, kind, "lost", "stalled")
        say("seen", round(took, 2), "look", round(look, 2))
        say("told", await told(now))
        await asyncio.to_thread(quietly, heal)
        took, _ = await seen(now, kind, "live")
        await asyncio.sleep(1.0)  # the count is raised at the next look, twice a second
        device = (await now.health())["devices"][kind]
        say("healed", round(took, 2), "reopened", device["reopened_count"])
        await now.command("erase")
        await now.at("attract", "goodbye")


if __name__ == "__main__":
    asyncio.run(hurt_and_heal(*sys.argv[1:4]))
