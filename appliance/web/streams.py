"""The platform's websockets: ``/ws/stt`` speaks the vosk-server protocol, ``/ws/video`` takes pictures.

Source: the vosk-server websocket protocol (alphacep/vosk-server).
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from appliance.capture.decode import decode_jpeg
from appliance.errors import ApplianceError, Invalid
from appliance.interview.platform_hearing import Stream
from appliance.interview.platform_seeing import WINDOW_SECONDS, PictureStream
from appliance.messages import SAMPLE_RATE_HZ
from appliance.runtime.streams import Subscription
from appliance.web.kabil_api import refuse_while_busy
from appliance.web.limits import PLACES_KEY
from appliance.web.parts import PARTS, SESSIONS
from appliance.web.wire import encode, parse

log = logging.getLogger(__name__)
SOUND_BYTES = 4_000_000
"""one message: as the recogniser's stream takes it"""
PICTURE_BYTES = 2_000_000
"""one JPEG (our choice)"""
SILENT_SECONDS = 60.0
"""a client that says nothing for so long has gone (our choice)"""
LOOK_SECONDS = 0.2
"""between two pictures looked at: 5 Hz (PRODUCT.md); those in between are skipped"""

routes = web.RouteTableDef()


class Config(msgspec.Struct, frozen=True):
    """The protocol's one setting that matters here."""

    sample_rate: float = SAMPLE_RATE_HZ


class Control(msgspec.Struct, frozen=True):
    """A text message of the protocol."""

    config: Config | None = None
    eof: Any = None


@routes.get("/ws/stt/{session_id}")
@routes.get("/ws/stt")
async def stt(request: web.Request) -> web.WebSocketResponse:
    """Words as they come; without a session id, words only."""
    session_id = request.match_info.get("session_id")
    refuse_while_busy(request.app[PARTS])
    if session_id is not None:
        request.app[SESSIONS].get(session_id)
    with request.app[PLACES_KEY].one_more("stt"):
        socket = web.WebSocketResponse(max_msg_size=SOUND_BYTES, compress=False, autoping=True)
        await socket.prepare(request)
        talk = _Talk(request, socket, session_id)
        await _until_error(socket, talk.run())
        await talk.end()
        await socket.close()
        return socket


class _Talk:
    """One client of ``/ws/stt``."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, session_id: str | None) -> None:
        self._parts, self._sessions = request.app[PARTS], request.app[SESSIONS]
        self._socket, self._session_id = socket, session_id
        self._rate = SAMPLE_RATE_HZ
        self._stream: Stream | None = None

    async def run(self) -> None:
        """Answer every message until the end of file, or of the connection."""
        while True:
            message = await self._socket.receive(timeout=SILENT_SECONDS)
            if message.type is WSMsgType.BINARY:
                await self._hear(message.data)
            elif message.type is not WSMsgType.TEXT or await self._control(message.data):
                return

    async def end(self) -> None:
        """Whatever ended it: what was heard belongs to the question."""
        stream, self._stream = self._stream, None
        if stream is not None:
            await self._close(stream)

    async def _hear(self, pcm: bytes) -> None:
        refuse_while_busy(self._parts)
        if (
            self._stream is None or self._stream.ended
        ):  # the question was answered meanwhile: the next one's begins
            self._stream = await self._open()
        await self._say(await self._stream.feed(pcm))

    async def _control(self, text: str) -> bool:
        """A text message; true at the end of file."""
        control = parse(text, Control)
        if control.eof:
            stream, self._stream = self._stream or await self._open(), None
            await self._say(await self._close(stream))
            return True
        if control.config is not None:
            self._rate = _whole_rate(control.config.sample_rate)
        return False

    async def _open(self) -> Stream:
        if self._session_id is None:
            return await self._sessions.ears.open(self._rate)
        return await self._sessions.listen(self._session_id, self._rate)

    async def _close(self, stream: Stream) -> dict[str, Any]:
        if self._session_id is None:
            return (await stream.end())[0]
        return await self._sessions.end_stream(self._session_id, stream)

    async def _say(self, value: dict[str, Any]) -> None:
        await self._socket.send_str(encode(value).decode())


def _whole_rate(rate: float) -> int:
    if rate != int(rate):
        raise Invalid("speech.sample_rate", "a sample rate is a whole number of Hz")
    return int(rate)


@routes.get("/ws/video/{session_id}")
async def video(request: web.Request) -> web.WebSocketResponse:
    """Records of what pictures show."""
    refuse_while_busy(request.app[PARTS])
    session = request.app[SESSIONS].get(request.match_info["session_id"])
    with request.app[PLACES_KEY].one_more("video"):
        socket = web.WebSocketResponse(max_msg_size=PICTURE_BYTES, compress=False, autoping=True)
        await socket.prepare(request)
        watcher = request.app[PARTS].parts.watcher
        pictures = PictureStream(watcher, session.expression, session.see)
        await _until_error(socket, _watch(request, socket, pictures))
        await socket.close()
        return socket


async def _watch(request: web.Request, socket: web.WebSocketResponse, pictures: PictureStream) -> None:
    newest: Subscription[bytes] = Subscription(1)  # a newer picture replaces the one not looked at yet
    tasks = [
        asyncio.create_task(_receive(socket, newest), name="video-in"),
        asyncio.create_task(_look(request, pictures, newest), name="video-look"),
        asyncio.create_task(_tell(socket, pictures), name="video-out"),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _receive(socket: web.WebSocketResponse, newest: Subscription[bytes]) -> None:
    while True:
        message = await socket.receive(timeout=SILENT_SECONDS)
        if message.type is WSMsgType.TEXT:
            raise Invalid("web.bad_message", "pictures come as binary messages")
        if message.type is not WSMsgType.BINARY:
            return
        newest.offer(message.data)


async def _look(request: web.Request, pictures: PictureStream, newest: Subscription[bytes]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        data = await newest.get()
        due = loop.time() + LOOK_SECONDS
        refuse_while_busy(request.app[PARTS])
        await pictures.look(await asyncio.to_thread(decode_jpeg, data))
        await asyncio.sleep(due - loop.time())


async def _tell(socket: web.WebSocketResponse, pictures: PictureStream) -> None:
    while True:
        await asyncio.sleep(WINDOW_SECONDS)
        await socket.send_str(encode(pictures.record()).decode())


async def _until_error(socket: web.WebSocketResponse, work: Any) -> None:
    """An error ends a stream with its code as the last message, and never the booth."""
    try:
        await work
    except ApplianceError as exc:
        if not socket.closed:
            await socket.send_str(encode(exc.as_json()).decode())
    except (TimeoutError, ConnectionResetError):
        log.debug("a client went away")
