"""The original platform's calls: sessions, scores, questions, whole sounds and pictures."""

from __future__ import annotations

import asyncio
import secrets

import msgspec
from aiohttp import web

from appliance.capture.decode import decode_jpeg, decode_wav
from appliance.errors import Busy, Invalid, TooLarge
from appliance.interview import generator
from appliance.interview.platform_hearing import as_platform_text
from appliance.interview.platform_seeing import record_of
from appliance.interview.platform_sessions import MAX_ANSWER_LETTERS, as_platform_question, as_platform_score
from appliance.web.limits import PLACES_KEY
from appliance.web.parts import PARTS, SESSIONS, WebParts
from appliance.web.wire import arguments, reply, upload

MAX_GENERATED = 20
"""questions at once (our choice)"""
MAX_KEYWORDS = 50

routes = web.RouteTableDef()


class Start(msgspec.Struct, frozen=True):
    """``POST /api/session/start``."""

    role: str
    level: str = "easy"
    questions: int | None = None
    expression: bool = False
    """show the expression on ``/ws/video``; for the one who is seen"""


class QaAnswer(msgspec.Struct, frozen=True):
    """``POST /qa``."""

    session_id: str
    question_id: str
    answer: str | None = None


class Finalize(msgspec.Struct, frozen=True):
    """``POST /finalize``."""

    session_id: str


class Score(msgspec.Struct, frozen=True):
    """``POST /score``."""

    question: str
    answer: str
    expected_keywords: list[str] = []
    reference: str | None = None


class Generate(msgspec.Struct, frozen=True):
    """``POST /api/questions/generate``."""

    role: str
    level: str = "easy"
    count: int = 5


def refuse_while_busy(parts: WebParts) -> None:
    """The engines are the candidate's; raises ``Busy("interview.busy")``."""
    if parts.conductor.busy:
        raise Busy("interview.busy", "a candidate is in the booth")


@routes.post("/api/session/start")
@routes.post("/start")
async def start(request: web.Request) -> web.Response:
    """Begin a session with its first question."""
    asked = await arguments(request, Start)
    parts = request.app[PARTS]
    refuse_while_busy(parts)
    planned = parts.settings.interview.questions if asked.questions is None else asked.questions
    session = await request.app[SESSIONS].start(asked.role, asked.level, planned, expression=asked.expression)
    question = as_platform_question(session.question)
    return reply({"session_id": session.record.session_id, "question": question})


@routes.post("/qa")
async def qa(request: web.Request) -> web.Response:
    """Judge an answer, ask the next question."""
    given = await arguments(request, QaAnswer)
    sessions = request.app[SESSIONS]
    review, question = await sessions.answer(given.session_id, given.question_id, given.answer)
    return reply({"score": as_platform_score(review), "question": as_platform_question(question)})


@routes.post("/finalize")
async def finalize(request: web.Request) -> web.Response:
    """The final report."""
    asked = await arguments(request, Finalize)
    return reply(await request.app[SESSIONS].finalise(asked.session_id))


@routes.post("/score")
async def score(request: web.Request) -> web.Response:
    """The platform's score of one answer."""
    asked = await arguments(request, Score)
    texts = (asked.question, asked.answer, asked.reference or "", *asked.expected_keywords)
    if any(len(text) > MAX_ANSWER_LETTERS for text in texts):
        raise TooLarge("interview.answer_too_long", f"more than {MAX_ANSWER_LETTERS} letters are not judged")
    if len(asked.expected_keywords) > MAX_KEYWORDS:
        raise TooLarge("interview.too_many_keywords", f"more than {MAX_KEYWORDS} keywords are not looked for")
    coach = request.app[PARTS].parts.coach
    return reply(await coach.score(asked.question, asked.answer, asked.expected_keywords, asked.reference))


@routes.post("/api/questions/generate")
async def generate(request: web.Request) -> web.Response:
    """New questions."""
    asked = await arguments(request, Generate)
    if not 1 <= asked.count <= MAX_GENERATED:
        raise Invalid("interview.bad_arguments", f"count must be 1 to {MAX_GENERATED}")
    seed = request.app[PARTS].settings.interview.seed or secrets.randbits(31)
    made = await asyncio.to_thread(generator.generate, asked.role, asked.level, asked.count, seed)
    return reply({"questions": [as_platform_question(question) for question in made]})


@routes.post("/stt")
async def stt(request: web.Request) -> web.Response:
    """The words of a WAV."""
    parts = request.app[PARTS]
    with request.app[PLACES_KEY].one_more("upload"):
        data = await upload(request, parts.settings.web.max_body_bytes)
        refuse_while_busy(parts)
        chunks = await asyncio.to_thread(decode_wav, data)
        return reply(as_platform_text(await request.app[SESSIONS].ears.hear(chunks)))


@routes.post("/expression")
async def expression(request: web.Request) -> web.Response:
    """What a JPEG shows."""
    parts = request.app[PARTS]
    with request.app[PLACES_KEY].one_more("upload"):
        data = await upload(request, parts.settings.web.max_body_bytes)
        refuse_while_busy(parts)
        picture = await asyncio.to_thread(decode_jpeg, data)
        available = parts.settings.expression.available
        return reply(await record_of(parts.parts.watcher, picture, expression=available))
