"""Bodies in and answers out: size before content, JSON by its shape, errors by their code."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from aiohttp import BodyPartReader, hdrs, web
from aiohttp.abc import AbstractAccessLogger
from aiohttp.http_exceptions import HttpProcessingError

from appliance.errors import ApplianceError, Invalid, TooLarge, Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")
JSON_BYTES = 1_000_000
"""a typed answer of 20,000 letters, escaped, is far less (our choice)"""
BODY_SECONDS = 20.0
"""for a whole body to arrive (our choice)"""
HANDLE_SECONDS = 120.0
"""for an answer; the slowest is ten minutes of sound (our choice)"""
_CODES = {400: "web.bad_request", 404: "web.not_found", 405: "web.wrong_method", 413: "web.too_large"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def reply(value: Any, status: int = 200, **headers: str) -> web.Response:
    """A JSON answer; NaN becomes null."""
    return web.Response(
        body=encode(value),
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers=headers,
    )


def encode(value: Any) -> bytes:
    """JSON as it stands on the wire."""
    return msgspec.json.encode(value, enc_hook=_plain)


def _plain(value: Any) -> Any:
    return value.item()  # numpy's numbers


async def body(request: web.Request, limit_bytes: int) -> bytes:
    """The whole body.

    Raises:
        TooLarge: "web.too_large".
        Invalid: "web.too_slow", "web.bad_body".
    """
    if request.content_length is not None and request.content_length > limit_bytes:
        raise TooLarge("web.too_large", f"more than {limit_bytes} bytes are not taken")
    return await _in_time(_gather(request.content.iter_any(), limit_bytes))


async def upload(request: web.Request, limit_bytes: int) -> bytes:
    """The body, or the field ``file`` of a multipart form. Raises as ``body``, and ``Invalid("web.no_file")``."""
    if not request.content_type.startswith("multipart/"):
        return await body(request, limit_bytes)
    try:
        return await _in_time(_file(request, limit_bytes))
    except (ValueError, AssertionError, LookupError, web.HTTPException, HttpProcessingError) as exc:
        raise Invalid("web.bad_body", "the multipart form cannot be read") from exc


async def arguments(request: web.Request, shape: type[T], limit_bytes: int = JSON_BYTES) -> T:
    """A JSON object of a known shape.

    Raises:
        Invalid: "web.bad_json", "web.bad_arguments".
        TooLarge: "web.too_large".
    """
    return parse(await body(request, limit_bytes), shape)


def parse(data: bytes | str, shape: type[T]) -> T:
    """JSON of a known shape; raises ``Invalid("web.bad_json")`` or ``Invalid("web.bad_arguments")``."""
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as exc:
        raise Invalid("web.bad_arguments", str(exc)) from exc
    except (msgspec.DecodeError, RecursionError, UnicodeError) as exc:
        raise Invalid("web.bad_json", "this is not JSON") from exc


async def _gather(chunks: Any, limit_bytes: int) -> bytes:
    data = bytearray()
    async for chunk in chunks:
        data += chunk
        if len(data) > limit_bytes:
            raise TooLarge("web.too_large", f"more than {limit_bytes} bytes are not taken")
    return bytes(data)


async def _file(request: web.Request, limit_bytes: int) -> bytes:
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "file":
            return await _gather(_chunks(part), limit_bytes)
    raise Invalid("web.no_file", "the form has no field named file")


async def _chunks(part: BodyPartReader) -> Any:
    while chunk := await part.read_chunk():
        yield chunk


async def _in_time(reading: Awaitable[bytes]) -> bytes:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await reading
    except TimeoutError as exc:
        raise Invalid("web.too_slow", "the request took too long to arrive") from exc
    except web.RequestPayloadError as exc:
        raise Invalid("web.bad_body", "the request did not arrive whole") from exc


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Error -> status, once; handlers have no ``try``."""
    try:
        async with asyncio.timeout(None if _is_socket(request) else HANDLE_SECONDS):
            return await handler(request)
    except ApplianceError as exc:
        return _refusal(exc)
    except web.HTTPException as exc:
        if exc.status < 400:
            raise
        code = _CODES.get(exc.status, "web.refused")
        allowed = {hdrs.ALLOW: exc.headers[hdrs.ALLOW]} if hdrs.ALLOW in exc.headers else {}
        return reply({"error": code, "message": exc.reason}, exc.status, **allowed)
    except TimeoutError:
        return _refusal(Unavailable("web.too_slow", "the booth needs too long for this"))
    except ConnectionResetError:
        raise
    except Exception as exc:
        frames = traceback.extract_tb(exc.__traceback__)  # never the message: it may quote a candidate
        where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
        log.error("%s in %s: %s", type(exc).__name__, route_of(request), where)
        return reply({"error": "web.broken", "message": "the booth made a mistake"}, 500)


def _refusal(exc: ApplianceError) -> web.Response:
    headers = {hdrs.RETRY_AFTER: "1"} if exc.http_status in (429, 503) else {}
    return reply(exc.as_json(), exc.http_status, **headers)


def _is_socket(request: web.Request) -> bool:
    return request.headers.get(hdrs.UPGRADE, "").lower() == "websocket"


def route_of(request: web.BaseRequest) -> str:
    """The route's pattern: a path may name a session or hold anything."""
    info = getattr(request, "_match_info", None)  # its property fails for requests that could not be read
    resource = info.route.resource if info is not None else None
    return resource.canonical if resource is not None else "(none)"


class _NoContent(logging.Filter):
    """aiohttp quotes what it could not read; only the kind of the error stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the quotation out."""
        error = record.exc_info[0] if record.exc_info else None
        kind = error.__name__ if error else record.levelname
        if error is not None and issubclass(
            error, HttpProcessingError | ConnectionError
        ):  # the client's doing
            record.levelno, record.levelname = logging.DEBUG, "DEBUG"
        record.msg, record.args, record.exc_info, record.exc_text = "a connection: %s", (kind,), None, None
        return True


protocol_log = logging.getLogger("appliance.web.protocol")
protocol_log.addFilter(_NoContent())


class AccessLog(AbstractAccessLogger):
    """Method, route, status, time: no path, no query, no address."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """One line for each answer."""
        milliseconds = round(time * 1000)
        self.logger.debug("%s %s %s %d ms", request.method, route_of(request), response.status, milliseconds)
