"""A candidate who answers two questions, takes the report home on a stick, and whose clock jumps meanwhile."""

from __future__ import annotations

import asyncio
import subprocess
import sys

from appliance.bench import visitor
from appliance.bench.visitor import Visitor, visiting

visitor.PATIENCE_SECONDS = 150.0  # everything is slow in an emulated machine
ADDRESS = "http://127.0.0.1:8080"


async def taken(now: Visitor) -> str:
    """How the export ended."""
    await now.command("usb")
    while (how := str(now.state["take_home"]["usb"])) not in ("done", "failed"):
        await asyncio.sleep(0.2)
    return how


async def main(clock: str, stick: bool) -> None:
    """The clock is set in the middle of the first answer."""
    async with visiting(ADDRESS) as now:
        await now.arrive(typed=True, questions=2)
        await now.command("start_answer")
        await now.at("answer")
        await asyncio.to_thread(subprocess.run, ["date", "-s", clock], check=True, capture_output=True)
        await asyncio.sleep(2.0)
        sys.stdout.write(f"phase {now.state['phase']}\n")
        await now.command("done", text=visitor.ANSWER)
        await now.at("review")
        await now.command("next")
        await now.at("think")
        await now.answer()
        await now.command("next")
        await now.at("results")
        await now.command("take_home")
        await now.at("take_home")
        if stick:
            sys.stdout.write(f"usb {await taken(now)}\n")
        health = await now.health()
        sys.stdout.write(f"uptime {health['uptime_seconds']}\n")
        await now.command("erase")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2] == "stick"))
