"""Rates, sockets and connections: everything that a client could use up is counted. Used on the event loop only."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from appliance.errors import TooMany

CONNECTIONS = 256
"""open at once (our choice); one more takes the place of the one that has been idle longest"""
HEAD_SECONDS = 10.0
"""for the first request's head to arrive (our choice); aiohttp itself waits for ever"""
PLACES = {"events": 8, "stt": 8, "video": 4, "upload": 4, "others": 64}
"""websockets, and whole sounds or pictures, at once (our choice): each may hold some megabytes; and requests that are
not the page's own, so that those which take their time leave it connections"""


class Bucket:
    """A token bucket.

    Args:
        rate_hz: calls a second in the long run.
        burst: calls at once.
        clock: monotonic seconds (tests give their own).
    """

    def __init__(self, rate_hz: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate_hz, self._burst, self._clock = rate_hz, burst, clock
        self._left = float(burst)
        self._at = clock()

    def take(self) -> None:
        """One call; raises ``TooMany("web.too_often")``."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate_hz)
        self._at = now
        if self._left < 1.0:
            raise TooMany("web.too_often", "too many requests; wait a moment")
        self._left -= 1.0


class Places:
    """Counts what is held open for long, by kind."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def health(self) -> dict[str, int]:
        """For ``/health``: open ones by kind."""
        return {kind: self._open[kind] for kind in PLACES}

    @contextmanager
    def one_more(self, kind: str) -> Iterator[None]:
        """Hold a place; raises ``TooMany("web.too_many_at_once")``."""
        if self._open[kind] >= PLACES[kind]:
            raise TooMany("web.too_many_at_once", f"too many of the kind {kind} at once")
        self._open[kind] += 1
        try:
            yield
        finally:
            self._open[kind] -= 1


class Connections:
    """Makes the protocol of each connection: bounded, and none held by those that never ask anything."""

    def __init__(self, limit: int = CONNECTIONS, head_seconds: float = HEAD_SECONDS) -> None:
        self._limit, self._head_seconds = limit, head_seconds
        self._servers: list[web.Server] = []
        self._refused_count = self._expired_count = self._displaced_count = 0

    def protocols_of(self, server: web.Server) -> Callable[[], asyncio.Protocol]:
        """What makes the protocol of each new connection of a server."""
        self._servers.append(server)
        return lambda: self._accept(server)

    def health(self) -> dict[str, int]:
        """For ``/health``."""
        return {
            "open_count": self._open_count,
            "refused_count": self._refused_count,
            "displaced_count": self._displaced_count,
            "expired_count": self._expired_count,
        }

    @property
    def _open_count(self) -> int:
        return len(self._alive)

    @property
    def _alive(self) -> list[RequestHandler]:
        """The open ones: aiohttp lists those that have ended, too, while it waits for the rest of what they sent."""
        return [one for server in self._servers for one in server.connections if one.transport is not None]

    def _accept(self, server: web.Server) -> asyncio.Protocol:
        if self._open_count >= self._limit and not self._displace():
            self._refused_count += 1
            return _Refused()
        handler = server()
        loop = asyncio.get_running_loop()
        loop.call_later(self._head_seconds, self._expire, handler)
        return handler

    def _displace(self) -> bool:
        """End the connection that has been idle longest, one that never asked anything first; false if all work."""
        idle = [one for one in self._alive if _is_idle(one)]
        if not idle:
            return False
        longest = min(idle, key=lambda one: (one._request_count > 0, one._next_keepalive_close_time))
        assert longest.transport is not None
        longest.transport.abort()
        self._displaced_count += 1
        return True

    def _expire(self, handler: RequestHandler) -> None:
        if handler.transport is None:
            return
        if handler._request_count == 0:  # aiohttp has no public word for "never sent a whole head"
            self._expired_count += 1
            handler.transport.abort()


def _is_idle(handler: RequestHandler) -> bool:
    """No handler of ours works for it (aiohttp has no public word for that either)."""
    return (
        handler.transport is not None and not handler.transport.is_closing() and not handler._current_request
    )


class _Refused(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


CONNECTIONS_KEY = web.AppKey("connections", Connections)
PLACES_KEY = web.AppKey("places", Places)
CLAIMS_KEY = web.AppKey("claims", Bucket)
