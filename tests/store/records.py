"""Records for the store's tests, with words that can be looked for in raw files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from appliance.messages import (
    Answer,
    Answered,
    Baseline,
    Consent,
    DeliveryMetrics,
    InterviewRecord,
    KeyPoint,
    Keyword,
    Measured,
    Moment,
    PresenceMetrics,
    Question,
    Review,
    Word,
)

SAID = "zwetschgenmarmelade"
"""a word that nothing else in a database contains"""
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
AGREED = Consent(microphone=True, camera=True, keep=True, adult=True)


def question(number: int) -> Question:
    """A question with everything in it."""
    return Question(
        id=f"q{number}",
        role="ml_engineer",
        level="easy",
        shape="technical",
        competency="basics",
        text=f"What is {number}?",
        key_points=(KeyPoint("a", "a point", wrong="not a point"),),
        keywords=(Keyword("gradient", ("slope",)),),
        texts={"hi": "यह क्या है?"},
    )


def answered(session_id: str, number: int, attempt: int = 0) -> Answered:
    """An answer with words, metrics, a review and two windows."""
    answer_id = f"{session_id}.{number}.{attempt}"
    answer = Answer(
        id=answer_id,
        question=question(number),
        attempt=attempt,
        text=f"{SAID} number {number}",
        words=(Word(SAID, 0.0, 1.5, 0.9), Word("number", 1.5, 2.0)),
        seconds=40.0,
        typed=False,
        locale="en",
        delivery=DeliveryMetrics({"speaking_rate_wpm": Measured(120.0, 1.0)}, (Moment("pause", 1.0, 3.0),)),
        presence=PresenceMetrics({"eye_contact_ratio": Measured(None, 0.1, "no_face")}),
        engine="vosk",
        text_gate=Measured(0.9, 1.0),
    )
    review = Review(
        answer_id=answer_id,
        overall=57.17,
        breakdown={"relevance": 41.12, "keywords": 100.0, "length": 25.0},
        comments=("Good use of expected keywords.",),
        content=None,
        key_points=(),
        star=None,
        scores={"fluency": 6.0, "eye_contact": None},
        made_of={"fluency": ({"name": "pauses", "value": 3},)},
        points=(),
    )
    windows = ({"t": 2.0, "head_pose": {"yaw": 1.0}, "expression": None}, {"t": 4.0, "head_pose": None})
    return Answered(answer, review, windows)


def record(session_id: str = "s1", answers: int = 2, asked: int | None = None) -> InterviewRecord:
    """An interview in progress."""
    return InterviewRecord(
        session_id=session_id,
        started_at="2026-11-22T09:55:00+00:00",
        role="ml_engineer",
        shape="technical",
        level="easy",
        locale="en",
        planned=3,
        seed=7,
        consent=AGREED,
        engine="vosk",
        baseline=Baseline(speaking_rate_wpm=118.0),
        asked=tuple(question(n) for n in range(answers if asked is None else asked)),
        answered=tuple(answered(session_id, n) for n in range(answers)),
    )


def finished(session_id: str = "s1", fluency: float | None = 6.0) -> InterviewRecord:
    """An interview with its report."""
    report = {"scores": {"fluency": fluency, "posture": None}, "feedback": SAID}
    return replace(record(session_id), finished_at="2026-11-22T09:59:00+00:00", report=report)
