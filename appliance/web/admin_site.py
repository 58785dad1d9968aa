"""How the booth is, in codes with what to do; the few settings that staff may change; a restart in good order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from appliance import settings as site
from appliance.errors import Invalid, NotFound, WrongState
from appliance.interview.state import QUIET
from appliance.web.admin_health import lines, others
from appliance.web.admin_live import LIVE, Changes, is_live, read_changes, write_change
from appliance.web.admin_session import CONSOLE, is_quiet, note, require_quiet
from appliance.web.parts import PARTS, cannot_restart
from appliance.web.wire import arguments, reply

LONGEST_TEXT = 120
YOUNG_SECONDS = 20.0
"""eight starts in two minutes count as a failing booth (systemd/kabil-booth.service): staff cannot ask for so many"""
FAREWELL_SECONDS = 0.5
"""for the answer to reach the page (our choice)"""
STARTED_AT = time.monotonic()

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a setting may be; the page has its name and its help."""

    low: float | None = None
    """None: not a number"""
    high: float | None = None


RULES: Mapping[str, Rule] = {
    "store.retention": Rule(),
    "store.retention_days": Rule(1, 365),
    "interview.questions": Rule(3, 8),
    "interview.think_seconds": Rule(10, 90),
    "interview.soft_limit_seconds": Rule(60, 150),
    "interview.hard_limit_seconds": Rule(150, 300),
    "interview.idle_seconds": Rule(30, 180),
    "voice.rate_wpm": Rule(110, 180),
    "voice.volume": Rule(0, 100),
    "expression.available": Rule(),
    "web.usb_export": Rule(),
    "web.grievance_contact": Rule(),
    "web.console_locale": Rule(),
    "web.panel_inches": Rule(0, 32),
}
"""ranges: our choice, within what PRODUCT calls a good interview"""


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a setting becomes."""

    value: bool | int | float | str


@routes.get("/api/admin/health")
async def health(request: web.Request) -> web.Response:
    """The booth in words. Devices are only looked for while nobody is at an interview: looking takes seconds."""
    parts = request.app[PARTS]
    found = await parts.health()
    quiet = is_quiet(request)
    problems = await asyncio.to_thread(parts.findings) if quiet else []
    told = lines(found)
    return reply({"lines": told, "problems": others(problems, told), "looked": quiet, "in_use": not quiet})


@routes.get("/api/admin/settings")
async def settings(request: web.Request) -> web.Response:
    """What may be changed, what holds now, what was chosen instead, and what that waits for."""
    now = request.app[PARTS].settings
    changed = await asyncio.to_thread(read_changes, now)
    rows = [_row(path, rule, now, changed) for path, rule in RULES.items()]
    restart = any(row["next"] != row["value"] and not row["live"] for row in rows)
    return reply({"settings": rows, "restart": restart, "in_use": not is_quiet(request)})


@routes.put("/api/admin/settings/{path}")
async def change(request: web.Request) -> web.Response:
    """Change a setting: for interviews that begin from now on, or from the next start on."""
    path, asked = request.match_info["path"], await arguments(request, Value)
    value = checked(path, asked.value)
    if site.is_in_environment(path):
        raise WrongState(
            "web.set_elsewhere", "this is set in the booth's environment, which is above the console"
        )
    async with request.app[CONSOLE].moving:
        await asyncio.to_thread(write_change, request.app[PARTS].settings, path, value)
    await note(request, "setting_changed", setting=path)
    return reply({"value": value, "now": is_live(path) and await request.app[LIVE].renew()})


@routes.post("/api/admin/restart")
async def restart(request: web.Request) -> web.Response:
    """End the booth in good order, to be started again at once; never under somebody's interview."""
    require_quiet(request)
    parts = request.app[PARTS]
    if parts.restart is cannot_restart:
        cannot_restart()
    if time.monotonic() - STARTED_AT < YOUNG_SECONDS:
        raise WrongState("web.just_started", "the booth has only just started; wait a moment")
    await note(request, "restarted")

    def go() -> None:
        if parts.conductor.state.phase in QUIET:
            parts.restart()

    asyncio.get_running_loop().call_later(FAREWELL_SECONDS, go)
    return web.Response(status=202)


def checked(path: str, value: object) -> bool | int | float | str:
    """A value in its own type and its safe range.

    Raises:
        NotFound: "web.no_setting": not one that staff may change.
        Invalid: "web.out_of_range", "settings.wrong_type", "settings.wrong_value".
    """
    rule = RULES.get(path)
    if rule is None:
        raise NotFound("web.no_setting", "this is not a setting of the console")
    room, _, key = path.partition(".")
    made: bool | int | float | str = getattr(getattr(site.from_table({room: {key: value}}), room), key)
    if rule.low is not None and rule.high is not None and not rule.low <= float(made) <= rule.high:
        raise Invalid("web.out_of_range", f"{path}: from {rule.low:g} to {rule.high:g}")
    if isinstance(made, str) and (len(made) > LONGEST_TEXT or not made.isprintable()):
        raise Invalid("web.out_of_range", f"{path}: at most {LONGEST_TEXT} letters in one line")
    return made


def _row(path: str, rule: Rule, now: site.Settings, changed: Changes) -> dict[str, Any]:
    room, _, key = path.partition(".")
    value = getattr(getattr(now, room), key)
    fixed = site.is_in_environment(path)
    return {
        "path": path,
        "low": rule.low,
        "high": rule.high,
        "choices": site.CHOICES.get(path),
        "value": value,
        "next": value if fixed else changed.get(room, {}).get(key, value),
        "live": is_live(path),
        "fixed": fixed,
    }
