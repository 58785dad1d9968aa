"""What the server stands on; the composition root gives it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from appliance.capture.webrtc_peer import WebRtcPeers
from appliance.interview.conductor import Conductor
from appliance.interview.parts import Parts
from appliance.interview.platform_sessions import PlatformSessions
from appliance.settings import Settings


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


PARTS = web.AppKey("parts", WebParts)
SESSIONS = web.AppKey("sessions", PlatformSessions)
