"""The aiohttp application, and the service that serves it."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator

from aiohttp import http_parser, web

from appliance.errors import Broken, Unavailable
from appliance.interview.platform_sessions import PlatformSessions
from appliance.runtime.lifecycle import forever
from appliance.web import (
    admin,
    api,
    events,
    kabil_api,
    media,
    openapi,
    own_data,
    page,
    pairing,
    security,
    streams,
    tls,
)
from appliance.web.limits import CLAIMS_KEY, CONNECTIONS_KEY, PLACES_KEY, Bucket, Connections, Places
from appliance.web.parts import PARTS, SESSIONS, WebParts
from appliance.web.security import GUARD, Guard, add_headers
from appliance.web.wire import AccessLog, errors, protocol_log

log = logging.getLogger(__name__)
KEEPALIVE_SECONDS = 15.0
STOP_SECONDS = 5.0
LINGER_SECONDS = 1.0
"""for the rest of a body that was refused (our choice)"""
BACKLOG = 128
"""connections that wait to be taken; so many may be open for a moment beyond the limit"""
CLAIMS = (0.2, 10)
"""claim codes tried: one in five seconds, ten at once (our choice)"""
UNREAD_SECONDS = 20.0
"""a client that takes nothing of its answer for so long has gone (our choice); aiohttp itself waits for ever"""
LAN_PORT = 8443
"""for a second screen, by TLS"""


def make_app(parts: WebParts) -> web.Application:
    """The application with every endpoint."""
    guard = Guard(parts.settings.web)
    app = web.Application(
        middlewares=[errors, guard.middleware], client_max_size=parts.settings.web.max_body_bytes
    )
    app[PARTS], app[GUARD] = parts, guard
    app[SESSIONS] = PlatformSessions(parts.parts, parts.settings)
    app[CONNECTIONS_KEY], app[PLACES_KEY], app[CLAIMS_KEY] = Connections(), Places(), Bucket(*CLAIMS)
    app[pairing.PAIRING] = pairing.Pairing()
    app[media.DOOR] = media.MediaDoor(parts.peers)
    app[api.PRINTING] = asyncio.Lock()
    app.on_response_prepare.append(add_headers)
    app.cleanup_ctx.extend([_ears, media.watch_phases])
    for room in (page, api, own_data, events, kabil_api, streams, media, openapi, pairing):
        app.add_routes(room.routes)
    admin.add_to(app)
    for route in app.router.routes():
        route._expect_handler = security.expect  # asked before any middleware; the console's routes too
    return app


async def _ears(app: web.Application) -> AsyncIterator[None]:
    worker = app[SESSIONS].ears.worker
    worker.start()
    yield
    worker.stop()


def require_c_parser() -> None:
    """Aiohttp's Python parser had smuggling bugs that the C one has not; raises ``Broken("web.slow_parser")``."""
    if http_parser.HttpRequestParser is http_parser.HttpRequestParserPy:
        raise Broken("web.slow_parser", "aiohttp runs without its C parser")


class Server:
    """Serves the application.

    Args:
        parts: the rooms behind it.
        lan_port: of a second screen, where ``web.lan`` is on.
    """

    name = "web"

    def __init__(self, parts: WebParts, lan_port: int = LAN_PORT) -> None:
        self._parts, self._lan_port = parts, lan_port
        self._app = make_app(parts)
        self._runner: web.AppRunner | None = None
        self._listening: list[asyncio.Server] = []
        self.port = parts.settings.web.port
        """the real one once started, where 0 was asked for"""
        self.lan_port: int | None = None

    async def start(self) -> None:
        """Listen.

        Raises:
            Unavailable: "web.port_taken".
            Broken: "web.slow_parser".
        """
        require_c_parser()
        settings = self._parts.settings.web
        self._runner = web.AppRunner(
            self._app,
            access_log_class=AccessLog,
            logger=protocol_log,
            keepalive_timeout=KEEPALIVE_SECONDS,
            shutdown_timeout=STOP_SECONDS,
            lingering_time=LINGER_SECONDS,
            auto_decompress=False,
        )
        await self._runner.setup()
        self.port = await self._listen(settings.host, settings.port)
        if settings.lan and settings.lan_host:
            self.lan_port = await self._open_to_the_network(settings.lan_host)

    async def _listen(self, host: str, port: int, context: ssl.SSLContext | None = None) -> int:
        assert self._runner is not None
        assert self._runner.server is not None
        protocols = self._app[CONNECTIONS_KEY].protocols_of(self._runner.server)
        loop = asyncio.get_running_loop()
        try:
            listening = await loop.create_server(protocols, host, port, backlog=BACKLOG, ssl=context)
        except OSError as exc:
            raise Unavailable("web.port_taken", f"port {port} cannot be had ({exc.strerror})") from exc
        for one in listening.sockets:  # inherited by each connection. Source: tcp(7)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(UNREAD_SECONDS * 1000))
        self._listening.append(listening)
        return int(listening.sockets[0].getsockname()[1])

    async def _open_to_the_network(self, host: str) -> int:
        """A second screen's door; the pairing code is for the operator's log alone."""
        folder = self._parts.settings.data_dir / "tls"
        context = await asyncio.to_thread(tls.server_context, folder, host)
        port = await self._listen(host, self._lan_port, context)
        code = self._app[pairing.PAIRING].begin()
        log.warning("a second screen may pair with %s; certificate %s", code, tls.fingerprint(folder))
        return port

    async def run(self) -> None:
        """Serve until cancelled."""
        await forever()

    async def stop(self) -> None:
        """Listen no more, end every connection."""
        for listening in self._listening:
            listening.close()
        if self._runner is not None:
            await self._runner.cleanup()
