"""Where an interview goes on after a crash, a restart or a power cut; pure, fed with seconds.

A start of the booth is no sign of the candidate of results: they end when they would have ended without it.
"""

from __future__ import annotations

from dataclasses import replace

from appliance.interview.flow import Step
from appliance.interview.state import Effect, Phase, State, enter
from appliance.messages import GivenAnswer, InterviewRecord
from appliance.settings import Interview as Limits

AGAIN_COUNT = 2
"""an answer at whose review the booth ended so often is asked for again: it may be what ends it (our choice)"""


def resume(record: InterviewRecord, now: float) -> Step:
    """Take up an interview after a crash or a power cut, where it stood."""
    state = _state(record)
    if record.unreviewed is not None and record.unreviewed.again_count < AGAIN_COUNT:
        return _judge_again(state, record, record.unreviewed, now)
    if not record.asked:
        return enter(state, Phase.CHECK, now), (Effect.OPEN_SOURCES,)
    answered = {(a.answer.question.id, a.answer.attempt) for a in record.answered}
    if (record.asked[-1].id, record.attempt) not in answered:
        state = replace(state, record=replace(record, unreviewed=None), attempt=record.attempt)
        return enter(state, Phase.THINK, now), (Effect.OPEN_SOURCES, Effect.SPEAK_QUESTION)
    state = replace(state, attempt=record.answered[-1].answer.attempt)
    return enter(state, Phase.REVIEW, now), (Effect.OPEN_SOURCES,)


def _judge_again(state: State, record: InterviewRecord, answer: GivenAnswer, now: float) -> Step:
    """Its words are there: the candidate need not say them again."""
    record = replace(record, unreviewed=replace(answer, again_count=answer.again_count + 1))
    state = replace(state, record=record, attempt=answer.answer.attempt)
    return enter(state, Phase.REVIEWING, now), (Effect.SAVE, Effect.OPEN_SOURCES, Effect.REVIEW)


def show_again(
    record: InterviewRecord, phase: Phase, away_seconds: float, now: float, limits: Limits
) -> Step:
    """A finished interview after a restart: as much time as was left before it, not a second more."""
    state = _state(record)
    presence_at = now - away_seconds
    asked_at = presence_at + limits.idle_seconds
    idle_since = asked_at if asked_at <= now else None
    state = enter(state, phase, now, presence_at=presence_at, idle_since=idle_since)
    return state, (Effect.OPEN_SOURCES,)


def _state(record: InterviewRecord) -> State:
    return State(
        locale=record.locale, consent=record.consent, record=record, typed=record.typed, resumed=True
    )
