"""Which question comes next: the candidate's level, what was not asked about yet, and the time left (pure).

Level. Every candidate has an ability θ on the logit scale, in general and, as a difference to it, for each
competency; every level has a difficulty b. The chance of a full answer is that of the one-parameter logistic
(Rasch) model, and after an answer with content score s (0..1) both abilities move as an Elo rating does::

    P = 1 / (1 + exp(-(θ_general + θ_competency - b)))
    θ_general    += K_general    * (s - P)
    θ_competency += K_competency * (s - P)

The next question is one whose P is near 0.6: mostly within reach, never routine. The level that the candidate
chose is where this starts. An answer that was not judged moves nothing.

Source: Pelánek, "Applications of the Elo rating system in adaptive educational systems", Computers & Education
98 (2016), sections 2 and 3 (Elo as an estimate of the 1PL model; a general skill with differences per concept).
The figures are our choice: with them two full answers, or two empty ones, in a row change the level by one.

Coverage. A competency that was asked about costs as much as 0.6 logits for each time.

Follow-ups. At most one in a row, never after a retry (the candidate has just been over it), at most for every
third question, and never in the place of the last one: first about the key point that was most surely left out (not
one that was half heard, or whose words were said), else about a concept that was touched.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.coach.text import content_stems
from appliance.interview.follow_ups import missed_follow_up, touched_follow_up
from appliance.messages import LEVELS, Answered, InterviewRecord, Question

_DIFFICULTY = dict(zip(LEVELS, (-1.0, 0.0, 1.0), strict=True))
_TARGET_CHANCE = 0.6
_TARGET_LOGIT = math.log(_TARGET_CHANCE / (1 - _TARGET_CHANCE))
_K_GENERAL = 0.8
_K_COMPETENCY = 0.4
_REPEAT_LOGITS = 0.6
_JITTER_LOGITS = 0.02  # breaks ties by the seed, too small to change the level
_QUESTIONS_A_FOLLOW_UP = 3
# An answer with less than this has not got far enough to ask on from. Our choice.
_FOLLOW_UP_CONTENT = 0.2
# A key point counts as heard from 0.45; from here on it may well have been meant. Our choice.
_HALF_HEARD = 0.3
# Share of a key point's own words. Our choice.
_SAID_RATIO = 0.6


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked, with what came of its last attempt."""

    question: Question
    content: float | None = None
    """share of the key points heard, 0..1; None: not answered or not judged"""
    missed: tuple[str, ...] = ()
    """ids of the key points that were not heard and not half heard, the surest left out first"""
    text: str = ""
    """the answer's words"""
    attempt_count: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What the interview shall be like."""

    level: str
    """chosen by the candidate: where it starts"""
    question_count: int
    """follow-ups included"""
    seed: int
    remaining_seconds: float | None = None
    """until the interview must end; None: no limit"""
    question_seconds: float = 90.0
    """what a question with its answer takes at least, our choice: 30 s to think and 60 s to talk"""
    locale: str = "en"
    """follow-ups exist in English only"""


@dataclass(frozen=True, slots=True)
class Ability:
    """What the answers so far say about a candidate; never shown, only used to choose questions."""

    general: float
    """logits"""
    by_competency: Mapping[str, float]
    """competency -> difference to ``general``, logits"""

    def of(self, competency: str) -> float:
        """Ability in a competency, logits."""
        return self.general + self.by_competency.get(competency, 0.0)


def choose_next(questions: Sequence[Question], asked: Sequence[Asked], plan: Plan) -> Question | None:
    """The next question, or None when the interview is complete, out of time or out of questions.

    Args:
        questions: those that may be asked, of every level (the level is chosen here).
        asked: everything asked so far, in order.
        plan: how long, where to start, and the seed: the same arguments give the same question.
    """
    if len(asked) >= plan.question_count:
        return None
    if plan.remaining_seconds is not None and plan.remaining_seconds < plan.question_seconds:
        return None
    return _follow_up(asked, plan) or _main_question(questions, asked, plan)


def rate(asked: Sequence[Asked], level: str) -> Ability:
    """Estimate the ability from the judged answers; see the file's description."""
    general = _DIFFICULTY[level] + _TARGET_LOGIT
    differences: dict[str, float] = {}
    for entry in asked:
        if entry.content is None:
            continue
        competency = entry.question.competency
        ability = Ability(general, differences).of(competency)
        surprise = entry.content - _chance(ability, entry.question.level)
        general += _K_GENERAL * surprise
        differences[competency] = differences.get(competency, 0.0) + _K_COMPETENCY * surprise
    return Ability(general, differences)


def asked_of(record: InterviewRecord) -> tuple[Asked, ...]:
    """What :func:`choose_next` needs to know of an interview."""
    last = {answered.answer.question.id: answered for answered in record.answered}
    attempts = Counter(answered.answer.question.id for answered in record.answered)
    asked = []
    for question in record.asked:
        answered = last.get(question.id)
        if answered is None:
            asked.append(Asked(question))
            continue
        content = answered.review.content
        asked.append(
            Asked(
                question=question,
                content=None if content is None else content / 100,
                missed=_missed(answered),
                text=answered.answer.text,
                attempt_count=attempts[question.id],
            )
        )
    return tuple(asked)


def _missed(answered: Answered) -> tuple[str, ...]:
    """Key points that are worth asking about: what was half heard, or said in the same words, was said already."""
    said = frozenset(content_stems(answered.answer.text))
    asked = frozenset(content_stems(answered.answer.question.text))
    left = [
        point
        for point in answered.review.key_points
        if not point.heard
        and (point.confidence or 0.0) < _HALF_HEARD
        and (point.contradicted or not _in_words(point.text, said, asked))
    ]
    return tuple(point.id for point in sorted(left, key=lambda point: point.confidence or 0.0))


def _in_words(statement: str, said: frozenset[str], asked: frozenset[str]) -> bool:
    """Most of what a statement adds to the question stands in the answer."""
    own = frozenset(content_stems(statement)) - asked
    return bool(own) and len(own & said) >= _SAID_RATIO * len(own)


def _chance(ability: float, level: str) -> float:
    return 1 / (1 + math.exp(_DIFFICULTY[level] - ability))


def _follow_up(asked: Sequence[Asked], plan: Plan) -> Question | None:
    if not asked or not _may_follow_up(asked, plan):
        return None
    last = asked[-1]
    taken = {entry.question.id for entry in asked}
    choices = (
        missed_follow_up(last.question, last.missed),
        touched_follow_up(last.question, last.text) if last.question.shape == "technical" else None,
    )
    return next((choice for choice in choices if choice is not None and choice.id not in taken), None)


def _may_follow_up(asked: Sequence[Asked], plan: Plan) -> bool:
    last = asked[-1]
    follow_ups = sum(entry.question.follows is not None for entry in asked)
    return (
        plan.locale == "en"
        and last.question.follows is None
        and last.attempt_count == 1
        and last.content is not None
        and last.content >= _FOLLOW_UP_CONTENT
        and follow_ups < plan.question_count // _QUESTIONS_A_FOLLOW_UP
        and plan.question_count - len(asked) > 1
    )


def _main_question(questions: Sequence[Question], asked: Sequence[Asked], plan: Plan) -> Question | None:
    taken = {entry.question.id for entry in asked}
    ability = rate(asked, plan.level)
    times = Counter(entry.question.competency for entry in asked)
    rng = random.Random(f"{plan.seed}/{len(asked)}")

    def cost(question: Question) -> float:
        away = abs(ability.of(question.competency) - _DIFFICULTY[question.level] - _TARGET_LOGIT)
        return away + _REPEAT_LOGITS * times[question.competency] + rng.random() * _JITTER_LOGITS

    open_questions = sorted((q for q in questions if q.id not in taken), key=lambda question: question.id)
    return min(open_questions, key=cost, default=None)
