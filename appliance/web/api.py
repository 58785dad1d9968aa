"""The kiosk page's calls: commands, the booth's voice, the candidate's own sound, the report on paper."""

from __future__ import annotations

import asyncio
import io
import re
import wave
from typing import Any

import numpy as np
from aiohttp import hdrs, web
from numpy.typing import NDArray

from appliance.errors import Invalid, NotFound, WrongState
from appliance.messages import SAMPLE_RATE_HZ, InterviewRecord
from appliance.report import pdf
from appliance.web.limits import CLAIMS_KEY, CONNECTIONS_KEY, PLACES_KEY
from appliance.web.parts import PARTS, SESSIONS
from appliance.web.wire import arguments, reply

COMMAND_BYTES = 200_000
"""an answer of 20,000 Hindi letters, escaped (our choice)"""
_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")

routes = web.RouteTableDef()


@routes.post("/api/kiosk/command")
async def command(request: web.Request) -> web.Response:
    """One command of docs/wire.md."""
    args = await arguments(request, dict[str, Any], COMMAND_BYTES)
    name = args.pop("command", None)
    if not isinstance(name, str):
        raise Invalid("web.bad_arguments", "which command?")
    if name == "claim":
        request.app[CLAIMS_KEY].take()  # codes cannot be guessed by trying them
    await request.app[PARTS].conductor.command(name, args)
    return web.Response(status=204)


@routes.get(r"/api/kiosk/speech/{speech_id:\d{1,9}}.wav")
async def speech(request: web.Request) -> web.Response:
    """What the booth says now."""
    sound = request.app[PARTS].conductor.speech_sound(int(request.match_info["speech_id"]))
    return _sound(request, sound)


@routes.get("/api/kiosk/sound/{answer_id}.wav")
async def sound(request: web.Request) -> web.Response:
    """The candidate's own answer, from memory."""
    parts = request.app[PARTS]
    answer_id = request.match_info["answer_id"]
    samples = parts.parts.listener.answer_sound(answer_id)
    session_id = parts.conductor.session_id
    if samples is None or session_id is None or not answer_id.startswith(f"{session_id}."):
        raise NotFound("web.no_sound", "this answer cannot be heard any more")
    return _sound(request, await asyncio.to_thread(wav, samples))


@routes.get("/api/kiosk/report.pdf")
async def report(request: web.Request) -> web.Response:
    """The report of the interview that has just ended."""
    record = request.app[PARTS].conductor.record()
    if record.report is None:
        raise WrongState("interview.not_finished", "the report comes after the last answer")
    page = await rendered(request, record)
    headers = {hdrs.CONTENT_DISPOSITION: 'inline; filename="kabil-report.pdf"'}
    return web.Response(body=page, content_type="application/pdf", headers=headers)


@routes.get("/health")
async def health(request: web.Request) -> web.Response:
    """How the booth is; nothing of any candidate."""
    app = request.app
    found = await app[PARTS].health()
    web_room = {
        "connections": app[CONNECTIONS_KEY].health(),
        "places": app[PLACES_KEY].health(),
        "platform": app[SESSIONS].health(),
    }
    return reply({**found, "web": web_room}, 200 if found.get("status") == "ok" else 503)


async def rendered(request: web.Request, record: InterviewRecord) -> bytes:
    """The report of an interview as PDF, in the language it was held in.

    Raises:
        Broken: "report.not_rendered".
    """
    role = request.app[PARTS].parts.bank.title(record.role, record.locale)
    async with request.app[PRINTING]:  # one at a time: a page takes a second of the processor
        return await asyncio.to_thread(pdf.render, record, record.locale, role)


def wav(samples: NDArray[np.int16]) -> bytes:
    """Mono 16 kHz sound as a WAV.

    Shapes:
        samples: (N,) int16.
    """
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(samples.astype("<i2").tobytes())
    return whole.getvalue()


def _sound(request: web.Request, whole: bytes) -> web.Response:
    """A WAV, or the part of it that a player asks for when the candidate jumps to a moment."""
    headers = {hdrs.ACCEPT_RANGES: "bytes"}
    asked = _RANGE.fullmatch(request.headers.get(hdrs.RANGE, ""))
    if asked is None:
        return web.Response(body=whole, content_type="audio/wav", headers=headers)
    start, end = _span(asked[1], asked[2], len(whole))
    if start > end:
        headers[hdrs.CONTENT_RANGE] = f"bytes */{len(whole)}"
        return web.Response(status=416, headers=headers)
    headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{end}/{len(whole)}"
    return web.Response(body=whole[start : end + 1], status=206, content_type="audio/wav", headers=headers)


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte of a range. Source: RFC 9110, section 14.1.2."""
    if not first:
        return max(0, size - int(last or 0)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


PRINTING = web.AppKey("printing", asyncio.Lock)
