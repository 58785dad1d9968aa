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
"""open at once (our choice); one more is closed at once"""
HEAD_SECONDS = 10.0
"""for the first request's head to arrive (our choice); aiohttp itself waits for ever"""
SOCKETS = {"events": 8, "stt": 8, "video": 4}
"""websockets at once, by kind (our choice)"""


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


class Sockets:
    """Counts websockets by kind."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def one_more(self, kind: str) -> Iterator[None]:
        """Hold a place for one websocket; raises ``TooMany("web.too_many_sockets")``."""
        if self._open[kind] >= SOCKETS[kind]:
            raise TooMany("web.too_many_sockets", f"too many {kind} connections at once")
        self._open[kind] += 1
        try:
            yield
        finally:
            self._open[kind] -= 1


class Connections:
    """Makes the protocol of each connection: refuses those beyond the limit, and those that never ask anything."""

    def __init__(
        self, server: web.Server, limit: int = CONNECTIONS, head_seconds: float = HEAD_SECONDS
    ) -> None:
        self._server, self._limit, self._head_seconds = server, limit, head_seconds
        self.refused_count = 0
        self.expired_count = 0

    def __call__(self) -> asyncio.Protocol:
        """The protocol of a new connection."""
        if len(self._server.connections) >= self._limit:
            self.refused_count += 1
            return _Refused()
        handler = self._server()
        loop = asyncio.get_running_loop()
        loop.call_later(self._head_seconds, self._expire, handler)
        return handler

    def _expire(self, handler: RequestHandler) -> None:
        if handler.transport is None:
            return
        if handler._request_count == 0:  # aiohttp has no public word for "never sent a whole head"
            self.expired_count += 1
            handler.transport.abort()


class _Refused(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


SOCKETS_KEY = web.AppKey("sockets", Sockets)
CLAIMS_KEY = web.AppKey("claims", Bucket)
