"""Which source a sound server (PulseAudio, PipeWire) records for us; it may change without a word."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

PATIENCE_SECONDS = 2.0
"""our choice"""


async def recorded_source() -> str | None:
    """The name of the source this process records; None where it cannot be known."""
    outputs = await _pactl("source-outputs")
    sources = await _pactl("sources")
    return source_of(os.getpid(), outputs, sources)


def source_of(pid: int, outputs: Any, sources: Any) -> str | None:
    """The source that a process records, from ``pactl``'s lists of recordings and of sources."""
    try:
        used = [o["source"] for o in outputs if o["properties"].get("application.process.id") == str(pid)]
        names = {s["index"]: s["name"] for s in sources}
        return str(names[used[0]]) if used else None
    except (KeyError, TypeError):
        return None


async def _pactl(what: str) -> Any:
    try:
        process = await asyncio.create_subprocess_exec(
            "pactl",
            "--format=json",
            "list",
            what,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            text, _ = await process.communicate()
        return json.loads(text)
    except (TimeoutError, ValueError):
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
