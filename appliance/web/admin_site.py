"""How the booth is, in words with what to do; and the few settings that staff may change, with help and safe ranges."""

from __future__ import annotations

import asyncio
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from appliance import settings as site
from appliance.errors import Invalid, NotFound, Unavailable
from appliance.interview.facts import NOTICE_VERSION
from appliance.interview.state import QUIET
from appliance.web.admin_health import lines
from appliance.web.admin_pin import write_private
from appliance.web.admin_session import CONSOLE, note
from appliance.web.parts import PARTS
from appliance.web.wire import arguments, reply

LONGEST_TEXT = 120

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a setting may be."""

    title: str
    help: str
    low: float | None = None
    """None: not a number"""
    high: float | None = None


RULES: Mapping[str, Rule] = {
    "store.retention": Rule(
        "What is kept",
        "ephemeral: nothing. days: for the days below. year: 365 days. Only what students agreed to.",
    ),
    "store.retention_days": Rule("Days kept", "Used when what is kept is set to days.", 1, 365),
    "interview.questions": Rule("Questions in an interview", "Four to six fit into about ten minutes.", 3, 8),
    "interview.think_seconds": Rule("Seconds to think", "Before each answer.", 10, 90),
    "interview.soft_limit_seconds": Rule("Seconds before the soft notice", "Of one answer.", 60, 150),
    "interview.hard_limit_seconds": Rule("Seconds after which an answer closes", "Of one answer.", 150, 300),
    "interview.idle_seconds": Rule("Seconds without a touch", "Before the booth asks: still there?", 30, 180),
    "voice.rate_wpm": Rule("Pace of the booth's voice", "Words a minute.", 110, 180),
    "voice.volume": Rule("Volume of the booth's voice", "0 is silent, 100 is loudest.", 0, 100),
    "expression.available": Rule("Offer facial expression", "Off removes it for everybody."),
    "web.usb_export": Rule("Reports to a USB stick", "On: students may save their report to a stick."),
    "web.grievance_contact": Rule("Whom to ask about data", "Shown to every student. A desk or an address."),
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
    quiet = parts.conductor.state.phase in QUIET
    problems = await asyncio.to_thread(parts.findings) if quiet else []
    return reply({"lines": lines(found), "problems": problems, "looked": quiet, "in_use": not quiet})


@routes.get("/api/admin/settings")
async def settings(request: web.Request) -> web.Response:
    """What may be changed, what holds now, and what will at the next start; and the notice's version."""
    now = request.app[PARTS].settings
    changed = await asyncio.to_thread(_read, _path(now))
    rows = [_row(path, rule, now, changed) for path, rule in RULES.items()]
    return reply({"settings": rows, "notice_version": NOTICE_VERSION})


@routes.put("/api/admin/settings/{path}")
async def change(request: web.Request) -> web.Response:
    """Change a setting, from the booth's next start on."""
    path, asked = request.match_info["path"], await arguments(request, Value)
    value = checked(path, asked.value)
    place = _path(request.app[PARTS].settings)
    async with request.app[CONSOLE].moving:
        await asyncio.to_thread(_change, place, path, value)
    await note(request, "setting_changed", setting=path)
    return reply({"value": value})


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


def _row(path: str, rule: Rule, now: site.Settings, changed: Mapping[str, Any]) -> dict[str, Any]:
    room, _, key = path.partition(".")
    value = getattr(getattr(now, room), key)
    return {
        "path": path,
        "title": rule.title,
        "help": rule.help,
        "low": rule.low,
        "high": rule.high,
        "choices": site.CHOICES.get(path),
        "value": value,
        "next": changed.get(room, {}).get(key, value),
    }


def _path(settings: site.Settings) -> Path:
    return settings.data_dir / site.CONSOLE_FILE


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as exc:
        raise Unavailable("web.settings_file", f"{path.name} in the data folder cannot be read") from exc


def _change(path: Path, name: str, value: bool | int | float | str) -> None:
    table = _read(path)
    room, _, key = name.partition(".")
    table.setdefault(room, {})[key] = value
    write_private(path, _toml(table).encode())


def _toml(table: Mapping[str, Mapping[str, Any]]) -> str:
    """TOML of plain values; numbers, switches and one-line texts are written as in JSON."""
    out = "# Written by the placement cell's console; the site file is below it, the environment above.\n"
    for room, values in table.items():
        out += f"[{room}]\n"
        out += "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    return out
