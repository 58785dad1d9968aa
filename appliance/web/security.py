"""Who may call what: exact hosts and origins, the cookie of this boot, the platform's token, headers, rates.

The page's own calls need the cookie and, unless they only read, its exact Origin. The platform's endpoints also
answer programs of this machine that send no Origin. A wrong Host, Origin or Sec-Fetch-Site is refused everywhere.
What comes by TLS comes from the network: it needs the cookie that pairing gives, or the token, for everything but the
pairing itself.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from appliance.errors import Forbidden, Invalid, NotFound
from appliance.settings import Web
from appliance.web.limits import PLACES_KEY, Bucket

COOKIE = "kabil"
LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")
READS = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})
FETCH_SITES = frozenset({"same-origin", "none"})
RATES = {
    "pair": (0.5, 10),
    "page": (50.0, 200),
    "kiosk": (30.0, 120),
    "admin": (10.0, 60),
    "open": (10.0, 60),
    "platform": (50.0, 200),
}
"""calls a second and at once, by zone (our choice): far above a page in use, far below what holds the loop"""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(self), microphone=(self), autoplay=(self), geolocation=(), display-capture=(), usb=(), serial=(), "
        "hid=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(self)"
    ),
    "Cache-Control": "no-store",
    "Server": "kabil",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def zone_of(path: str) -> str:
    """Which rules hold for a path: "pair", "page", "kiosk", "admin", "open" or "platform"."""
    if path == "/pair":
        return "pair"
    if path == "/" or path.startswith("/assets/") or path in ("/favicon.ico", "/index.html"):
        return "page"
    if path.startswith("/api/kiosk/"):
        return "kiosk"
    if path in ("/admin", "/admin.html") or path.startswith(("/admin/", "/api/admin/")):
        return "admin"
    return "open" if path in ("/health", "/api/openapi.json") else "platform"


class Guard:
    """The door; one middleware.

    Args:
        settings: of the web room.
        zones: the zone of a path (the console may add its own).
    """

    def __init__(self, settings: Web) -> None:
        self._settings = settings
        self._cookie = secrets.token_urlsafe(32)
        self._buckets = {zone: Bucket(*rate) for zone, rate in RATES.items()}
        self._names = {*LOCAL_NAMES, settings.host, *([settings.lan_host] if settings.lan_host else [])}

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request in, or raise."""
        zone = zone_of(request.path)
        self._check_host(request)
        self._check_site(request, zone)
        if zone == "kiosk":
            self.require_cookie(request)  # before its rate: nobody else uses up the page's
        self._buckets[zone].take()
        if zone == "pair":
            _check_pairing(request)
        elif zone in ("page", "open") and request.secure:
            self._check_paired(request)
        elif zone == "platform":
            self._check_platform(request)
        _check_bytes(request)
        if zone == "kiosk":
            return await handler(request)
        with request.app[PLACES_KEY].one_more("others"):
            return await handler(request)

    def give_cookie(self, response: web.StreamResponse, *, secure: bool = False) -> None:
        """The cookie of this boot: scripts cannot read it, other sites cannot send it."""
        response.set_cookie(COOKIE, self._cookie, httponly=True, samesite="Strict", path="/", secure=secure)

    def has_cookie(self, request: web.Request) -> bool:
        """Whether a request comes from a page that this booth served since it started."""
        return _same(request.cookies.get(COOKIE, ""), self._cookie)

    def require_cookie(self, request: web.Request) -> None:
        """Raises ``Forbidden("web.no_cookie")``."""
        if not self.has_cookie(request):
            raise Forbidden(
                "web.no_cookie", "load the page first: its cookie is missing or of an earlier start"
            )

    def _check_paired(self, request: web.Request) -> None:
        if self.has_cookie(request):
            return
        if request.path == "/":
            raise web.HTTPSeeOther("/pair")
        raise Forbidden("web.no_cookie", "pair this screen first")

    def _check_host(self, request: web.Request) -> None:
        port = _local_port(request)
        allowed = {f"{name}:{port}" for name in self._names}
        if port in (80, 443):
            allowed |= self._names
        is_whole = not request.raw_path.startswith(
            "/"
        )  # aiohttp would take scheme and host from such a target
        if is_whole or request.headers.get(hdrs.HOST, "").lower() not in allowed:
            raise Forbidden("web.wrong_host", "this is not the name of this booth")

    def _check_site(self, request: web.Request, zone: str) -> None:
        sites, origins = request.headers.getall("Sec-Fetch-Site", []), request.headers.getall(hdrs.ORIGIN, [])
        own = f"{request.scheme}://{request.headers[hdrs.HOST].lower()}"
        if not FETCH_SITES.issuperset(sites) or any(origin.lower() != own for origin in origins):
            raise Forbidden("web.wrong_origin", "another site may not call the booth")
        if origins:
            return
        if zone == "platform":
            if not is_local(request) and not self._has_token(request):
                raise Forbidden("web.no_origin", "from another machine the booth answers its own page only")
        elif not _only_reads(request):
            raise Forbidden("web.no_origin", "only the booth's own page may do this")

    def _check_platform(self, request: web.Request) -> None:
        mode = self._settings.platform_api
        if request.path.startswith(("/whip", "/whep")) and self.has_cookie(request):
            return  # the page's own camera and self-view
        if mode == "off":
            raise NotFound("web.not_found", "there is nothing here")
        if (mode == "token" or not is_local(request)) and not self._has_token(request):
            raise Forbidden("web.no_token", "a token is needed")

    def _has_token(self, request: web.Request) -> bool:
        token = self._settings.platform_token
        given = request.headers.get(hdrs.AUTHORIZATION, "")
        return bool(token) and _same(given, f"Bearer {token}")


def _same(given: str, secret: str) -> bool:
    """Told in constant time; what was given may hold any byte."""
    return hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode())


def is_local(request: web.Request) -> bool:
    """Whether the other end is on this machine, and did not come by the network's door."""
    try:
        return not request.secure and ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


def _check_pairing(request: web.Request) -> None:
    if not request.secure:
        raise NotFound("web.not_found", "only a second screen pairs")


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler: every answer carries the headers."""
    for name, value in HEADERS.items():
        if name not in response.headers or name == "Server":
            response.headers[name] = value


def _only_reads(request: web.Request) -> bool:
    upgrade = request.headers.get(hdrs.UPGRADE, "").lower() == "websocket"
    return request.method in READS and not upgrade


def _local_port(request: web.Request) -> int | None:
    name = request.transport.get_extra_info("sockname") if request.transport else None
    return int(name[1]) if isinstance(name, tuple) else None


async def expect(request: web.Request) -> None:
    """What a client expects before it sends its body; aiohttp's own answer fails on some bytes."""
    if request.headers.get(hdrs.EXPECT, "").lower() != "100-continue":
        raise web.HTTPExpectationFailed
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.writer.output_size = 0  # the answer's head is still to come


def _check_bytes(request: web.Request) -> None:
    """Headers are text; a compressed body could be a bomb, and nobody needs one here."""
    if not all(value.isprintable() or value.isascii() for value in request.headers.values()):
        raise Invalid("web.bad_request", "a header holds bytes that are no text")
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise Invalid("web.encoded_body", "compressed requests are not taken")


GUARD = web.AppKey("guard", Guard)
