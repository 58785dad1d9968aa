"""What staff change comes into force: at once while nobody is at an interview, else as soon as nobody is.

An interview is held to its end under the settings, the questions and the notice that it began with.
"""

from __future__ import annotations

import asyncio
import json
import logging
import tomllib
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web

from appliance import settings as site
from appliance.errors import ApplianceError, Unavailable
from appliance.interview.questions import PACKS, QuestionBank
from appliance.interview.state import QUIET
from appliance.web.admin_pin import write_private
from appliance.web.parts import WebParts

log = logging.getLogger(__name__)
LIVE_ROOMS = ("store", "interview", "web")
"""rooms whose settings are read anew by each interview; voice and expression are built at the start"""
Changes = dict[str, dict[str, Any]]


class Live:
    """Puts changes in force.

    Args:
        parts: the running booth.
    """

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self._turn = asyncio.Lock()
        self.packs_changed = False

    async def renew(self) -> bool:
        """Put everything that was changed in force; False while somebody is at an interview: it is done afterwards."""
        async with self._turn:
            questions = await self._questions()
            changes = await asyncio.to_thread(read_changes, self._parts.settings)
            if self._parts.conductor.state.phase not in QUIET:
                return False
            self._apply(changes, questions)
            return True

    async def _questions(self) -> QuestionBank | None:
        """Read for seconds before anything is changed; None: as they are."""
        if not self.packs_changed:
            return None
        folders = [PACKS, self._parts.settings.packs_dir]
        return await asyncio.to_thread(QuestionBank.load, folders)

    def _apply(self, changes: Changes, questions: QuestionBank | None) -> None:
        """In one step of the loop, so that no interview begins half way."""
        parts, now = self._parts.parts, self._parts.settings
        for room in LIVE_ROOMS:
            free = {
                k: v for k, v in changes.get(room, {}).items() if not site.is_in_environment(f"{room}.{k}")
            }
            setattr(now, room, replace(getattr(now, room), **free))
        parts.store.renew(now.store)
        parts.store.notices.enforce()
        if questions is not None:
            parts.bank.become(questions)
            self.packs_changed = False
        self._parts.conductor.facts.renew()
        self._parts.conductor.publish()

    async def follow(self) -> None:
        """Until cancelled: when an interview has ended, do what waited for it."""
        _, changes = self._parts.conductor.subscribe()
        try:
            async for change in changes:
                if "phase" in change or changes.lagged:
                    changes.lagged = False
                    await self._catch_up()
        finally:
            self._parts.conductor.unsubscribe(changes)

    async def _catch_up(self) -> None:
        if self._parts.conductor.state.phase not in QUIET:
            return
        try:
            await self.renew()
        except ApplianceError as exc:
            log.error("what was changed at the console is not in force: %s", exc.code)


LIVE = web.AppKey("live", Live)


async def follow(app: web.Application) -> AsyncIterator[None]:
    """While the server runs."""
    following = asyncio.create_task(app[LIVE].follow(), name="console-changes")
    yield
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


def is_live(path: str) -> bool:
    """Whether a setting takes effect without a restart."""
    return path.partition(".")[0] in LIVE_ROOMS


def read_changes(settings: site.Settings) -> Changes:
    """What staff changed, by room; raises ``Unavailable("web.settings_file")``. Reads a file: call it on a thread."""
    path = _path(settings)
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as exc:
        raise Unavailable("web.settings_file", f"{path.name} in the data folder cannot be read") from exc


def write_change(settings: site.Settings, name: str, value: bool | int | float | str) -> None:
    """Keep a changed setting; raises as ``read_changes``, and ``Unavailable("web.cannot_write")``."""
    table = read_changes(settings)
    room, _, key = name.partition(".")
    table.setdefault(room, {})[key] = value
    write_private(_path(settings), _toml(table).encode())


def _path(settings: site.Settings) -> Path:
    return settings.data_dir / site.CONSOLE_FILE


def _toml(table: Mapping[str, Mapping[str, Any]]) -> str:
    """TOML of plain values; numbers, switches and one-line texts are written as in JSON."""
    out = "# Written by the placement cell's console; the site file is below it, the environment above.\n"
    for room, values in table.items():
        out += f"[{room}]\n"
        out += "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    return out
