"""The page of ``bench pipeline``: a websocket client in a process of its own; prints what it saw, with times."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import aiohttp

STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "attract": ("begin", {}),
    "language": ("choose_language", {"locale": "en"}),
    "consent": ("consent", {"microphone": True, "camera": True, "adult": True}),
    "role": ("choose_interview", {"role": "software_developer", "shape": "technical", "level": "easy"}),
    "check": ("check_step", {"step": "done"}),
    "think": ("start_answer", {}),
    "review": ("next", {}),
}


class Page:
    """What a candidate's page would do, with a stopwatch."""

    def __init__(self, port: int) -> None:
        self._origin = f"http://127.0.0.1:{port}"
        self._answers: list[dict[str, Any]] = []
        self._final = ""
        self._done_at = 0.0
        self._phase = ""

    async def run(self) -> None:
        """Until the results are there."""
        jar = aiohttp.CookieJar(unsafe=True)  # the host is an address
        async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": self._origin}) as client:
            await client.get(f"{self._origin}/")
            async with client.ws_connect(f"{self._origin}/api/kiosk/events", max_msg_size=0) as events:
                async for event in events:
                    await self._on(client, json.loads(event.data))
                    if self._phase == "results":
                        break
        sys.stdout.write("results\n" + json.dumps({"answers": self._answers}) + "\n")

    async def _on(self, client: aiohttp.ClientSession, change: dict[str, Any]) -> None:
        now = time.monotonic()
        caption = change.get("caption")
        if caption and caption["final"] != self._final:
            self._final = caption["final"]
            if self._final:
                self._answers[-1]["finals"].append(now)
        phase = change.get("phase", self._phase)
        if phase == self._phase:
            return
        self._phase = phase
        if phase == "review":
            self._answers[-1]["review"] = now - self._done_at
        if phase == "answer":
            await self._answer(client)
        elif phase in STEPS:
            await self._command(client, *STEPS[phase])

    async def _answer(self, client: aiohttp.ClientSession) -> None:
        self._final = ""
        self._answers.append({"finals": []})
        sys.stdout.write("answer\n")
        sys.stdout.flush()
        self._answers[-1]["playing"] = await self._told()
        asyncio.get_running_loop().create_task(self._press_done(client))

    async def _press_done(self, client: aiohttp.ClientSession) -> None:
        await self._told()
        self._done_at = time.monotonic()
        await self._command(client, "done", {})

    async def _told(self) -> float:
        """Wait for a line from the bench; when it came."""
        await asyncio.to_thread(sys.stdin.readline)
        return time.monotonic()

    async def _command(self, client: aiohttp.ClientSession, name: str, args: dict[str, Any]) -> None:
        async with client.post(f"{self._origin}/api/kiosk/command", json={"command": name, **args}) as answer:
            if answer.status >= 400:
                raise RuntimeError(f"{name}: {await answer.text()}")


if __name__ == "__main__":
    asyncio.run(Page(int(sys.argv[1])).run())
