"""What the page is told: the flow's state and the conductor's facts as wire JSON (docs/wire.md). Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from appliance.interview import timing
from appliance.interview.state import WITH_QUESTION, Phase, State
from appliance.messages import Answered, Measured, Question
from appliance.settings import Interview as Limits

Wire = dict[str, Any]


def plain(value: Any) -> Any:
    """A dataclass, mapping or tuple as JSON values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def without_expression(wire: Any) -> Any:
    """The same without any field of that name: a site that does not offer it says nothing of it."""
    if isinstance(wire, dict):
        return {key: without_expression(item) for key, item in wire.items() if key != "expression"}
    return [without_expression(item) for item in wire] if isinstance(wire, list) else wire


def interview(state: State) -> Wire | None:
    """The interview so far."""
    record = state.record
    if record is None:
        return None
    answered = {a.answer.question.id for a in record.answered}
    return {
        "session_id": record.session_id,
        "role": record.role,
        "shape": record.shape,
        "level": record.level,
        "questions": record.planned,
        "index": state.index,
        "attempt": state.attempt,
        "typed": state.typed,
        "resumed": state.resumed,
        "answered": [question.id in answered for question in record.asked],
    }


def question(asked: Question | None, locale: str, limits: Limits) -> Wire | None:
    """The question on the page."""
    if asked is None:
        return None
    return {
        "id": asked.id,
        "text": asked.text_in(locale),
        "text_en": asked.text,
        "level": asked.level,
        "shape": asked.shape,
        "competency": asked.competency,
        "generated": asked.generated,
        "follow_up": asked.follows is not None,
        "think_seconds": limits.think_seconds,
    }


def clock(state: State, now: float, limits: Limits) -> Wire | None:
    """The time that runs on the page."""
    if state.phase in (Phase.ANSWER, Phase.PAUSED):
        elapsed = timing.answer_seconds(state, now)
        limit = None if state.typed else limits.hard_limit_seconds
        return _clock("answer", elapsed, limit, limits.soft_limit_seconds)
    if state.phase is Phase.THINK:
        return _clock("think", now - state.phase_since, limits.think_seconds)
    if state.warming_up:
        return _clock("warmup", now - state.phase_since, limits.warmup_seconds)
    return None


def _clock(kind: str, elapsed: float, limit: float | None, soft: float | None = None) -> Wire:
    return {"kind": kind, "elapsed": round(max(0.0, elapsed), 1), "limit": limit, "soft_limit": soft}


def idle(state: State, now: float, limits: Limits) -> Wire | None:
    """The question whether anybody is still there."""
    if state.phase is Phase.PAUSED:
        return _idle("answer", limits.idle_grace_seconds - (now - state.phase_since))
    if state.idle_since is not None:
        return _idle("page", limits.idle_grace_seconds - (now - state.idle_since))
    return None


def _idle(kind: str, seconds: float) -> Wire:
    return {"kind": kind, "seconds_left": max(0, round(seconds))}


def review(answered: Answered | None, sound_url: str | None) -> Wire | None:
    """The review of one answer."""
    if answered is None:
        return None
    answer = answered.answer
    wire: Wire = plain(answered.review)
    numbers: Wire = {}
    moments: list[Any] = []
    for metrics in (answer.delivery, answer.presence):
        if metrics is not None:
            numbers.update(plain(metrics.numbers))
            moments.extend(plain(metrics.moments))
    return {
        **wire,
        "question_id": answer.question.id,
        "attempt": answer.attempt,
        "text": answer.text,
        "seconds": round(answer.seconds, 1),
        "words": plain(answer.words),
        "moments": sorted(moments, key=lambda moment: moment["start"]),
        "numbers": numbers,
        "sound_url": sound_url,
        "expression": plain(answer.presence.expression) if answer.presence else None,
        "windows": plain(answered.windows),
    }


def live(numbers: Mapping[str, Measured]) -> Wire:
    """The live strip's words for pace and loudness. Bands: docs/hearing.md."""
    pace = numbers["speaking_rate_wpm"].value if numbers else None
    loudness = numbers["loudness_over_noise_db"].value if numbers else None
    return {
        "pace": _band(pace, 100.0, 180.0, ("slow", "good", "fast")),
        "loudness": _band(loudness, 10.0, 60.0, ("quiet", "good", "loud")),
    }


def _band(value: float | None, low: float, high: float, words: tuple[str, str, str]) -> str | None:
    if value is None:
        return None
    return words[0] if value < low else words[1] if value <= high else words[2]


def state_of(state: State, now: float, limits: Limits) -> Wire:
    """The part of the wire state that the flow decides."""
    return {
        "phase": str(state.phase),
        "locale": state.locale,
        "consent": plain(state.consent),
        "interview": interview(state),
        "question": question(state.question if state.phase in WITH_QUESTION else None, state.locale, limits),
        "prompt": state.prompt,
        "idle": idle(state, now, limits),
        "switches": dict(state.switches),
        "receipt": plain(state.receipt),
    }
