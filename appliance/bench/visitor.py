"""A candidate without a screen: the page's calls and events, for measurements and for tests of booted systems."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp

ROLE = "software_developer"
AGREED = {
    "microphone": True,
    "camera": True,
    "expression": False,
    "keep": False,
    "share": False,
    "adult": True,
}
ANSWER = (
    "A hash table keeps pairs of keys and values and finds a value by the hash of its key in constant time."
)
PATIENCE_SECONDS = 60.0
TOO_FAST_SECONDS = 0.2
"""after "too often": no finger is as fast as a measurement"""


class Visitor:
    """What a page knows and does."""

    def __init__(self, client: aiohttp.ClientSession, address: str) -> None:
        self._client, self._address = client, address
        self.state: dict[str, Any] = {}
        self._changed = asyncio.Event()

    async def follow(self) -> None:
        """Take events until the connection ends."""
        async with await self._events() as socket:
            async for event in socket:
                change = json.loads(event.data)
                self.state = change if change.get("reset") else {**self.state, **change}
                self._changed.set()

    async def _events(self) -> aiohttp.ClientWebSocketResponse:
        while True:
            try:
                return await self._client.ws_connect(f"{self._address}/api/kiosk/events", max_msg_size=0)
            except aiohttp.WSServerHandshakeError as exc:
                if exc.status != 429:
                    raise
            await asyncio.sleep(TOO_FAST_SECONDS)

    async def at(self, *phases: str) -> str:
        """Wait for one of some phases; which."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.state.get("phase") not in phases:
                self._changed.clear()
                await self._changed.wait()
        return str(self.state["phase"])

    async def command(self, name: str, **arguments: Any) -> None:
        """One command; raises ``RuntimeError`` with the booth's word when it is refused."""
        told = {"command": name, **arguments}
        while True:
            async with self._client.post(f"{self._address}/api/kiosk/command", json=told) as reply:
                if reply.status == 204:
                    return
                if reply.status != 429:
                    raise RuntimeError(f"{name}: {reply.status} {await reply.text()}")
            await asyncio.sleep(TOO_FAST_SECONDS)

    async def get(self, path: str) -> bytes:
        """What a path answers."""
        async with self._client.get(f"{self._address}{path}") as reply:
            return await reply.read()

    async def health(self) -> dict[str, Any]:
        """What the booth says of itself."""
        found: dict[str, Any] = json.loads(await self.get("/health"))
        return found

    async def offer(self, path: str, sdp: str) -> str:
        """A page's WebRTC offer; the booth's answer."""
        headers = {"Content-Type": "application/sdp"}
        async with self._client.post(f"{self._address}{path}", data=sdp, headers=headers) as reply:
            if reply.status != 201:
                raise RuntimeError(f"{path}: {reply.status} {await reply.text()}")
            return await reply.text()

    async def arrive(self, agreed: Mapping[str, bool] | None = None, **chosen: Any) -> None:
        """Begin, agree, choose, and stand before the first question."""
        await self.check(agreed, **chosen)
        await self.command("check_step", step="done")
        await self.at("think")

    async def check(self, agreed: Mapping[str, bool] | None = None, **chosen: Any) -> None:
        """Begin, agree, choose, and stand at the check."""
        await self.at("attract")
        await self.command("begin")
        await self.command("choose_language", locale="en")
        await self.command("consent", **(agreed or AGREED))
        choice = {"role": ROLE, "shape": "technical", "level": "easy", **chosen}
        await self.command("choose_interview", **choice)
        await self.at("check")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.state.get("interview") is None:  # it is made a moment later
                self._changed.clear()
                await self._changed.wait()

    async def answer(self, text: str = ANSWER) -> None:
        """Type one answer and wait for its review."""
        await self.command("start_answer")
        await self.at("answer")
        await self.command("done", text=text)
        await self.at("review")

    async def interview(
        self,
        answer: Callable[[Visitor], Awaitable[None]] | None = None,
        agreed: Mapping[str, bool] | None = None,
        **chosen: Any,
    ) -> int:
        """A whole interview, to the attract page again; how many answers it had.

        Args:
            answer: gives one answer and waits for its review; None: typed.
            agreed: the consent.
            chosen: more of the choice.
        """
        await self.arrive(agreed, **({} if answer else {"typed": True}), **chosen)
        count = 0
        while self.state["phase"] != "results":
            await (answer(self) if answer else self.answer())
            count += 1
            await self.command("next")
            await self.at("think", "results")
        await self.command("end")
        await self.at("goodbye", "attract")
        return count


@asynccontextmanager
async def visiting(address: str) -> AsyncIterator[Visitor]:
    """A visitor who has loaded the page and follows its events."""
    jar = aiohttp.CookieJar(unsafe=True)  # the host is an address
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": address}, timeout=timeout) as client:
        async with client.get(f"{address}/") as page:
            page.raise_for_status()
        visitor = Visitor(client, address)
        following = asyncio.create_task(visitor.follow())
        try:
            yield visitor
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError, aiohttp.ClientError):
                await following
