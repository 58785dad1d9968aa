"""The original platform's sessions over HTTP: begun, answered, finalised; in memory only, and never a candidate's.

Nothing of them is stored: a program cannot consent for anybody. They share the engines with the booth, so none begins
while a candidate is there.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from appliance.errors import Invalid, NotFound, TooLarge, TooMany, WrongState
from appliance.interview import view
from appliance.interview.answering import Answering
from appliance.interview.parts import Parts
from appliance.interview.platform_hearing import PlatformEars, Stream, joined
from appliance.messages import (
    LEVELS,
    Answer,
    Answered,
    Consent,
    FaceObservation,
    HeardAnswer,
    InterviewRecord,
    PostureObservation,
    Question,
    Review,
)
from appliance.settings import Settings

MAX_SESSIONS = 16
"""our choice"""
IDLE_SECONDS = 2 * 3600.0
"""a session nobody used for so long is forgotten (our choice)"""
SPARE_SECONDS = 60.0
"""where all places are taken, one unused for so long makes room (our choice)"""
MAX_QUESTIONS = 12
MAX_ANSWER_LETTERS = 20_000
"""as on the touchscreen; about seven pages (our choice)"""


@dataclass(slots=True)
class PlatformSession:
    """One program's interview."""

    record: InterviewRecord
    expression: bool | None
    """shown on ``/ws/video``; None: the site offers none"""
    used_at: float
    answering: Answering | None = None
    """of the open question"""
    stream: Stream | None = None
    heard: list[HeardAnswer] = field(default_factory=list)
    """of the open question"""
    saw: bool = False
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def question(self) -> Question | None:
        """The open question."""
        return self.answering.question if self.answering else None

    def see(self, observation: FaceObservation | PostureObservation) -> None:
        """Something was seen of who answers."""
        if self.answering is not None:
            self.saw = True
            self.answering.see(observation)


class PlatformSessions:
    """All of them; on the loop.

    Args:
        parts: the rooms' players.
        settings: limits and the expression model's switch.
        clock: monotonic seconds.
    """

    def __init__(self, parts: Parts, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._parts, self._settings, self._clock = parts, settings, clock
        self.ears = PlatformEars(parts.listener, settings.speech)
        self._sessions: dict[str, PlatformSession] = {}

    async def start(
        self, role: str, level: str, planned: int, *, expression: bool = False
    ) -> PlatformSession:
        """Begin an interview and ask its first question.

        Raises:
            NotFound: "interview.unknown_role".
            Invalid: "interview.unknown_level", "interview.bad_arguments".
            TooMany: "interview.too_many_sessions".
        """
        if level not in LEVELS:
            raise Invalid("interview.unknown_level", f"level must be one of {', '.join(LEVELS)}")
        if not 1 <= planned <= MAX_QUESTIONS:
            raise Invalid("interview.bad_arguments", f"questions must be 1 to {MAX_QUESTIONS}")
        role = self._parts.bank.role(role).id
        self._make_room()
        shown = expression if self._settings.expression.available else None
        session = PlatformSession(self._new_record(role, level, planned), shown, self._clock())
        self._sessions[session.record.session_id] = session
        await self._ask(session)
        return session

    def get(self, session_id: str) -> PlatformSession:
        """A session; raises ``NotFound("interview.unknown_session")``."""
        session = self._sessions.get(session_id)
        if session is None:
            raise NotFound("interview.unknown_session", "there is no such session")
        session.used_at = self._clock()
        return session

    async def answer(
        self, session_id: str, question_id: str, text: str | None
    ) -> tuple[Review, Question | None]:
        """Judge the answer to the open question and ask the next one.

        Args:
            session_id: of ``start``.
            question_id: the open question's.
            text: the answer; None: what the streams heard.

        Raises:
            NotFound: "interview.unknown_session", "interview.unknown_question".
            WrongState: "interview.already_answered", "interview.no_question", "interview.nothing_heard".
            TooLarge: "interview.answer_too_long".
        """
        session = self.get(session_id)
        if text is not None and len(text) > MAX_ANSWER_LETTERS:
            raise TooLarge(
                "interview.answer_too_long", f"more than {MAX_ANSWER_LETTERS} letters are not judged"
            )
        async with session.busy:
            answering = _open_question(session, question_id)
            answer = await self._answer(session, answering, text)
            review = await self._parts.coach.review(answer, session.record)
            answered = Answered(answer, review, tuple(answering.windows))
            session.record = replace(session.record, answered=(*session.record.answered, answered))
            await self._ask(session)
            return review, session.question

    async def finalise(self, session_id: str) -> Mapping[str, object]:
        """The final report; the same one when asked again. Raises ``NotFound("interview.unknown_session")``."""
        session = self.get(session_id)
        async with session.busy:
            if session.record.report is None:
                await _hang_up(session)
                session.answering = None
                report = await self._parts.coach.final_report(session.record)
                ended = datetime.now(UTC).isoformat(timespec="seconds")
                session.record = replace(session.record, report=report, finished_at=ended)
            return session.record.report or {}

    async def listen(self, session_id: str, sample_rate: int) -> Stream:
        """A stream for the open question; an earlier one of the session ends with what it heard.

        Raises:
            NotFound: "interview.unknown_session".
            WrongState: "interview.no_question".
            Unavailable: "speech.loading", "speech.no_engine".
        """
        session = self.get(session_id)
        async with session.busy:
            if session.question is None:
                raise WrongState("interview.no_question", "every question has been answered")
            await _hang_up(session)
            phrases = [keyword.word for keyword in session.question.keywords]
            session.stream = await self.ears.open(sample_rate, phrases)
            return session.stream

    async def end_stream(self, session_id: str, stream: Stream) -> dict[str, Any]:
        """The last vosk-server answer of a stream; what it heard belongs to the question it was opened for."""
        reply, heard = await stream.end()
        session = self._sessions.get(session_id)
        if session is not None and session.stream is stream:
            session.stream = None
            if heard is not None:
                session.heard.append(heard)
        return reply

    def forget_idle(self) -> None:
        """Forget sessions that nobody has used for long."""
        oldest = self._clock() - IDLE_SECONDS
        self._sessions = {key: one for key, one in self._sessions.items() if one.used_at > oldest}

    def health(self) -> dict[str, object]:
        """For ``/health``."""
        return {"sessions_count": len(self._sessions), "waiting_count": self.ears.worker.waiting_count}

    # --- inside ---

    def _make_room(self) -> None:
        self.forget_idle()
        if len(self._sessions) < MAX_SESSIONS:
            return
        key, oldest = min(self._sessions.items(), key=lambda item: item[1].used_at)
        if self._clock() - oldest.used_at < SPARE_SECONDS:
            raise TooMany("interview.too_many_sessions", "too many sessions at once; finish one first")
        del self._sessions[key]

    def _new_record(self, role: str, level: str, planned: int) -> InterviewRecord:
        return InterviewRecord(
            session_id=secrets.token_hex(8),
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
            role=role,
            shape="technical",
            level=level,
            locale="en",
            planned=planned,
            seed=self._settings.interview.seed or secrets.randbits(31),
            consent=Consent(),
            engine=self._parts.engine(),
        )

    async def _ask(self, session: PlatformSession) -> None:
        """Open the next question; what still comes for the last one no longer counts."""
        await _hang_up(session)
        session.heard, session.saw, session.answering = [], False, None
        question = await self._parts.choose(session.record)
        if question is None:
            return
        session.record = replace(session.record, asked=(*session.record.asked, question))
        session.answering = Answering(
            answer_id=f"{session.record.session_id}.{len(session.record.asked) - 1}.0",
            question=question,
            attempt=0,
            locale="en",
            shape=question.shape,
            t0=self._clock(),
            baseline=None,
            expression=session.expression is not None,
        )

    async def _answer(self, session: PlatformSession, answering: Answering, text: str | None) -> Answer:
        seconds = self._clock() - answering.t0
        if text is not None:
            answering.close_windows(self._clock())
            return answering.finish_typed(text, seconds, session.saw)
        await _hang_up(session)
        if not session.heard:
            raise WrongState("interview.nothing_heard", "no answer was given and nothing was heard for it")
        return answering.finish(joined(session.heard), session.saw)


async def _hang_up(session: PlatformSession) -> None:
    """End the session's stream; what it heard belongs to the open question."""
    stream, session.stream = session.stream, None
    if stream is not None:
        _, heard = await stream.end()
        if heard is not None:
            session.heard.append(heard)


def _open_question(session: PlatformSession, question_id: str) -> Answering:
    if all(question.id != question_id for question in session.record.asked):
        raise NotFound("interview.unknown_question", "this question was not asked in this session")
    if session.answering is None:
        raise WrongState("interview.no_question", "every question has been answered")
    if session.answering.question.id != question_id:
        raise WrongState("interview.already_answered", "this question has been answered")
    return session.answering


def as_platform_question(question: Question | None) -> dict[str, Any] | None:
    """A question as the platform's clients know it."""
    if question is None:
        return None
    return {
        "id": question.id,
        "text": question.text,
        "level": question.level,
        "expected_keywords": [keyword.word for keyword in question.keywords],
        "shape": question.shape,
        "competency": question.competency,
        "generated": question.generated,
    }


def as_platform_score(review: Review) -> dict[str, Any]:
    """A review as the answer of ``/qa``: what ``/score`` says, and what was heard of the key points."""
    names = (
        "overall",
        "breakdown",
        "comments",
        "content",
        "key_points",
        "star",
        "scores",
        "points",
        "not_judged",
    )
    return {name: view.plain(getattr(review, name)) for name in names}
