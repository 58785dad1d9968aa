"""Answers, their judgement, and the interview as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from appliance.messages.measures import Baseline, DeliveryMetrics, Measured, PresenceMetrics
from appliance.messages.questions import Question
from appliance.messages.senses import Word


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as given; ``id`` is made by who asks, so that a second save is the same row."""

    id: str
    question: Question
    attempt: int
    """0 for the first try"""
    text: str
    words: tuple[Word, ...]
    seconds: float
    typed: bool
    locale: str
    """spoken or typed language, "en" or "hi" """
    delivery: DeliveryMetrics | None
    presence: PresenceMetrics | None
    engine: str
    text_gate: Measured
    """coverage of what was understood; value None and a reason when the text must not be judged"""


@dataclass(frozen=True, slots=True)
class FeedbackPoint:
    """One thing said to the candidate."""

    kind: str
    """"strength" or "try" """
    topic: str
    """stable key: pace, pauses, fillers, eye_contact, key_point, result, length … """
    text: str
    """one or two short sentences in the candidate's language"""
    reason: str
    """how it was measured"""
    quote: str | None = None
    """the candidate's own words"""
    at_seconds: float | None = None
    """time in the answer"""
    drill: str | None = None
    """a concrete exercise"""


@dataclass(frozen=True, slots=True)
class KeyPointHeard:
    """Whether one key point was heard."""

    id: str
    text: str
    heard: bool
    confidence: float | None
    quote: str | None = None
    contradicted: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """What the coach says of one answer."""

    answer_id: str
    overall: float | None
    """0..100, the platform's formula; None when the text was not judged"""
    breakdown: Mapping[str, float | None]
    """relevance, keywords, length: 0..100"""
    comments: tuple[str, ...]
    content: float | None
    """0..100, share of key points heard"""
    key_points: tuple[KeyPointHeard, ...]
    star: Mapping[str, str | None] | None
    """situation, task, action, result -> quote; None when the shape is not behavioural"""
    scores: Mapping[str, float | None]
    """delivery 0..10: confidence, communication, fluency, eye_contact, posture, engagement"""
    made_of: Mapping[str, tuple[Mapping[str, object], ...]]
    """score name -> its observable parts {name, value, unit, weight, score}"""
    points: tuple[FeedbackPoint, ...]
    """at most three"""
    retry_diff: tuple[str, ...] = ()
    """sentences: what this try added, what is still missing"""
    not_judged: str | None = None
    """reason when the text was not judged"""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the candidate agreed to; nothing is true by itself."""

    microphone: bool = False
    camera: bool = False
    expression: bool = False
    keep: bool = False
    share: bool = False
    adult: bool = False
    """18 or older; else nothing is kept"""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with its review and its metrics of every 2 s."""

    answer: Answer
    review: Review
    windows: tuple[Mapping[str, object], ...] = ()
    """records {t, face_coverage, eye_contact, head_pose, posture, engagement, mouth_activity, expression}"""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer that was given and is not judged yet."""

    answer: Answer
    windows: tuple[Mapping[str, object], ...] = ()
    """as in ``Answered``"""
    again_count: int = 0
    """how often judging it was begun again after a restart"""


READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""no I, L, O, 0, 1: they are misread (our choice)"""
REPORT_NUMBER_LENGTH = 4
"""nearly a million numbers: the few hundred reports shared in a term seldom share one (our choice)"""


def report_number(session_id: str) -> str:
    """By what a student names a report to the placement cell.

    Returns:
        Four letters of ``READABLE``, always the same for an interview; the session's id cannot be told from them.
    """
    rest, letters = int.from_bytes(hashlib.sha256(session_id.encode()).digest()[:8], "big"), ""
    for _ in range(REPORT_NUMBER_LENGTH):
        rest, digit = divmod(rest, len(READABLE))
        letters += READABLE[digit]
    return letters


@dataclass(frozen=True, slots=True)
class InterviewRecord:
    """One interview, as stored after every answer and as the report reads it."""

    session_id: str
    started_at: str
    """UTC, ISO 8601"""
    role: str
    shape: str
    level: str
    locale: str
    planned: int
    """questions"""
    seed: int
    consent: Consent
    engine: str
    """who heard: "vosk", "sphinx", "typed", "none" """
    typed: bool = False
    baseline: Baseline | None = None
    asked: tuple[Question, ...] = ()
    """the last one may be unanswered"""
    attempt: int = 0
    """at the last one asked; above 0: it is tried again"""
    answered: tuple[Answered, ...] = ()
    """every attempt, in order"""
    unreviewed: GivenAnswer | None = None
    """the newest answer, from the candidate's Done until its review is saved"""
    finished_at: str | None = None
    report: Mapping[str, object] | None = None
    """the platform's final report"""
    user_id: str | None = None
    """who came back with a claim code"""

    @property
    def report_number(self) -> str:
        """By what the candidate names the report."""
        return report_number(self.session_id)

    @property
    def final_answers(self) -> tuple[Answered, ...]:
        """The last attempt of every question, in order."""
        return tuple({a.answer.question.id: a for a in self.answered}.values())
