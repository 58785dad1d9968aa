"""Who is at the console: first set-up, PIN, session cookie, sign-out; the door before every other call of it."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from appliance import __version__
from appliance.errors import Busy, Forbidden, TooMany
from appliance.interview.state import QUIET
from appliance.web.admin_pin import PIN_LENGTH, ConsolePin
from appliance.web.parts import PARTS
from appliance.web.security import GUARD, Handler, is_local
from appliance.web.wire import arguments, reply

COOKIE = "kabil_console"
COOKIE_PATH = "/api/admin"
IDLE_SECONDS = 600.0
WHOLE_SECONDS = 8 * 3600.0
MOST_SESSIONS = 4
"""our choice: the oldest goes first"""
R = TypeVar("R")

routes = web.RouteTableDef()


class Sessions:
    """Signed-in browsers; in memory only, so a restart of the booth ends them all.

    Args:
        clock: monotonic seconds (tests give their own).
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: dict[bytes, tuple[float, float]] = {}
        """digest of the token -> began, last seen"""

    def begin(self) -> str:
        """A new session's token."""
        while len(self._open) >= MOST_SESSIONS:
            del self._open[next(iter(self._open))]
        token, now = secrets.token_urlsafe(32), self._clock()
        self._open[_digest(token)] = (now, now)
        return token

    def is_open(self, token: str) -> bool:
        """Whether a token is of a living session; being asked keeps it alive."""
        key, now = _digest(token), self._clock()
        began, seen = self._open.get(key, (now, now))
        if key not in self._open or now - seen > IDLE_SECONDS or now - began > WHOLE_SECONDS:
            self._open.pop(key, None)
            return False
        self._open[key] = (began, now)
        return True

    def end(self, token: str) -> None:
        """Sign out."""
        self._open.pop(_digest(token), None)

    def end_all(self) -> None:
        """Sign everybody out (the PIN changed)."""
        self._open.clear()


@dataclass(frozen=True, slots=True)
class Console:
    """What lives as long as the server."""

    pin: ConsolePin
    sessions: Sessions = field(default_factory=Sessions)
    trying: asyncio.Lock = field(default_factory=asyncio.Lock)
    """one PIN is tried at a time, so that each try is counted"""
    moving: asyncio.Lock = field(default_factory=asyncio.Lock)
    """one thing is written or rendered at a time"""


CONSOLE = web.AppKey("console", Console)


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A PIN as it is typed."""

    pin: str


class NewPin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change of the PIN."""

    old: str
    new: str


def staff_only(handler: Handler) -> Handler:
    """A handler that answers only who is signed in; raises ``Forbidden("web.signed_out")``."""

    @functools.wraps(handler)
    async def checked(request: web.Request) -> web.StreamResponse:
        _require_pairing(request)
        if not _is_signed_in(request):
            raise Forbidden("web.signed_out", "sign in first: there is no session, or it is over")
        return await handler(request)

    return checked


async def note(request: web.Request, event: str, **detail: Any) -> None:
    """An entry of the processing log: what staff did, never what it was about."""
    await request.app[PARTS].parts.store.note(f"console_{event}", detail or None)


def is_quiet(request: web.Request) -> bool:
    """Whether nobody is at an interview."""
    return request.app[PARTS].conductor.state.phase in QUIET


def require_quiet(request: web.Request) -> None:
    """For what would disturb an interview, or touch what may never be kept of it; raises ``Busy("web.in_use")``."""
    if not is_quiet(request):
        raise Busy("web.in_use", "somebody is at an interview; try again afterwards")


@routes.get("/api/admin/session")
async def session(request: web.Request) -> web.Response:
    """Where the console stands, before anybody has signed in."""
    _require_pairing(request)
    pin = request.app[CONSOLE].pin
    pin_set = await asyncio.to_thread(pin.is_set)
    locked = await _alone(request, pin.locked_seconds)
    return reply(
        {
            "pin_set": pin_set,
            "pin_length": PIN_LENGTH,
            "may_set_up": not pin_set and is_local(request),
            "signed_in": _is_signed_in(request),
            "locked_seconds": round(locked),
            "version": __version__,
            "locale": request.app[PARTS].settings.web.console_locale,
            "at_the_booth": is_local(request),
        }
    )


@routes.post("/api/admin/setup")
async def setup(request: web.Request) -> web.Response:
    """The first PIN, from the booth itself only."""
    if not is_local(request):
        raise Forbidden("web.not_at_the_booth", "the first PIN is set at the booth itself")
    asked = await arguments(request, Pin)
    await _alone(request, request.app[CONSOLE].pin.set_first, asked.pin)
    await note(request, "set_up")
    return _signed_in(request)


@routes.post("/api/admin/login")
async def login(request: web.Request) -> web.Response:
    """Sign in."""
    _require_pairing(request)
    asked = await arguments(request, Pin)
    try:
        await _alone(request, request.app[CONSOLE].pin.check, asked.pin)
    except (Forbidden, TooMany) as exc:
        await note(request, "refused", code=exc.code)
        raise
    await note(request, "signed_in")
    return _signed_in(request)


@routes.post("/api/admin/logout")
async def logout(request: web.Request) -> web.Response:
    """Sign out; the cookie opens nothing any more."""
    if _is_signed_in(request):
        await note(request, "signed_out")
    request.app[CONSOLE].sessions.end(request.cookies.get(COOKIE, ""))
    response = web.Response(status=204)
    response.del_cookie(COOKIE, path=COOKIE_PATH)
    return response


async def change_pin(request: web.Request) -> web.Response:
    """Another PIN; everybody else is signed out."""
    asked = await arguments(request, NewPin)
    console = request.app[CONSOLE]
    await _alone(request, console.pin.change, asked.old, asked.new)
    console.sessions.end_all()
    await note(request, "pin_changed")
    return _signed_in(request)


async def _alone(request: web.Request, do: Callable[..., R], *args: str) -> R:
    async with request.app[CONSOLE].trying:
        return await asyncio.to_thread(do, *args)


def _signed_in(request: web.Request) -> web.Response:
    response = web.Response(status=204)
    token = request.app[CONSOLE].sessions.begin()
    response.set_cookie(
        COOKIE, token, httponly=True, samesite="Strict", path=COOKIE_PATH, secure=request.secure
    )
    return response


def _is_signed_in(request: web.Request) -> bool:
    return request.app[CONSOLE].sessions.is_open(request.cookies.get(COOKIE, ""))


def _require_pairing(request: web.Request) -> None:
    if request.secure:
        request.app[GUARD].require_cookie(request)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
