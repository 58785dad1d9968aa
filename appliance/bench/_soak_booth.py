"""A booth that serves its page and whose camera and microphone play the recordings that standard input names.

A line in is a path; "played" on standard output says that all of it was given, as fast as the booth takes it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from appliance import app
from appliance.capture.replay import Recording
from appliance.runtime.lifecycle import Lifecycle
from appliance.serving import services_of
from appliance.settings import load


def main(argv: list[str]) -> int:
    """Serve until standard input ends."""
    waiting: list[Callable[[], bool]] = []
    settings = load()
    capture = replace(settings.capture, camera="replay", microphone="replay")
    recording = Recording(None, capture, paced=False, ready=lambda: all(ready() for ready in waiting))
    booth = app.build(replace(settings, capture=capture), recording)
    parts = booth.conductor.parts
    waiting.append(lambda: parts.listener.backlog_seconds < app.BACKLOG_SECONDS)
    waiting.append(parts.watcher.ready)
    asyncio.run(_serve(booth, recording))
    return 0


async def _serve(booth: app.Booth, recording: Recording) -> None:
    lifecycle, ready = Lifecycle(services_of(booth)), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(lifecycle.run(ready))
        await ready.wait()
        _say("ready")
        while path := (await asyncio.to_thread(sys.stdin.readline)).strip():
            await recording.play(Path(path))
            await recording.wait_end()
            while not booth.conductor.parts.watcher.ready():
                await asyncio.sleep(0.01)
            _say("played")
        lifecycle.request_stop()


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
