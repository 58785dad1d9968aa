"""A running booth whose console can be used: its own data folder, a database on disk, a stick, a clock to turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from appliance.settings import Places, Store
from appliance.store.interview_store import InterviewStore
from appliance.web.admin_session import COOKIE
from tests.fakes.booth import Booth, open_booth, site

PIN = "271828"


@dataclass(slots=True)
class Staff:
    """Somebody at the console."""

    booth: Booth
    data: Path
    stick: Path
    http: aiohttp.ClientSession

    @property
    def store(self) -> InterviewStore:
        """The booth's."""
        return self.booth.conductor.parts.store

    async def ask(self, method: str, path: str, **args: object) -> tuple[int, bytes]:
        """Status and body."""
        async with self.http.request(method, f"/api/admin/{path}", **args) as answer:  # type: ignore[arg-type]
            return answer.status, await answer.read()

    async def sign_in(self, pin: str = PIN) -> int:
        """The status of a try."""
        return (await self.ask("POST", "login", json={"pin": pin}))[0]

    def cookie(self) -> str:
        """What a thief would take."""
        found = [morsel.value for morsel in self.http.cookie_jar if morsel.key == COOKIE]
        return found[0] if found else ""


@asynccontextmanager
async def open_console(
    page_dir: Path, data: Path, *, set_up: bool = True, **others: Any
) -> AsyncIterator[Staff]:
    """A booth with a console; staff are signed in when it is set up."""
    stick = data / "stick"
    stick.mkdir(parents=True, exist_ok=True)
    kept = Store(encrypt=True, retention="days")
    settings = replace(site(), places=Places(data=str(data)), store=kept)
    store = InterviewStore(kept, data)
    (page_dir / "admin.html").write_text("<!doctype html><title>Console</title>")
    more = {"stick": lambda: stick, "findings": lambda: [{"code": "no_camera", "values": {}}], **others}
    async with open_booth(page_dir, settings, store=store, **more) as booth:
        jar = aiohttp.CookieJar(unsafe=True)
        headers = {"Origin": booth.address}
        async with aiohttp.ClientSession(booth.address, cookie_jar=jar, headers=headers) as http:
            staff = Staff(booth, data, stick, http)
            if set_up:
                status, body = await staff.ask("POST", "setup", json={"pin": PIN})
                assert status == 204, body
            yield staff
