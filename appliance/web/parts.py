"""What the server stands on; the composition root gives it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from appliance.capture.webrtc_peer import WebRtcPeers
from appliance.errors import Unavailable
from appliance.interview.conductor import Conductor
from appliance.interview.parts import Parts
from appliance.interview.platform_sessions import PlatformSessions
from appliance.interview.take_home import STICK
from appliance.settings import Settings


def mounted_stick() -> Path | None:
    """Where a USB stick is mounted now."""
    return STICK if STICK.is_mount() else None


def cannot_restart() -> None:
    """Where nobody starts the booth again."""
    raise Unavailable("web.cannot_restart", "switch the booth off and on again")


def nothing_found() -> list[dict[str, Any]]:
    """The findings where nobody looks."""
    return []


@dataclass(frozen=True, slots=True)
class WebParts:
    """The rooms behind the endpoints."""

    conductor: Conductor
    parts: Parts
    """bank, listener, watcher, coach, store, devices"""
    peers: WebRtcPeers
    settings: Settings
    health: Callable[[], Awaitable[dict[str, Any]]]
    page_dir: Path
    """the built page: index.html and its assets"""
    findings: Callable[[], list[dict[str, Any]]] = nothing_found
    """what will not work, ``{"code", "values"}`` of appliance/doctor.py; looks at devices, so call it on a thread"""
    stick: Callable[[], Path | None] = mounted_stick
    restart: Callable[[], None] = cannot_restart
    """ends the booth in an orderly way, to be started again"""


PARTS = web.AppKey("parts", WebParts)
SESSIONS = web.AppKey("sessions", PlatformSessions)
