"""Delivery scores 0..10, each made of named observables by a curve that is drawn in docs/judging.md (pure).

A score is the weighted mean of what could be measured; an observable that was not measured takes no part, and its
weight goes to the others. Every curve is bounded, goes one way on each side of its quiet band and is flat inside it:
fast is not better than brisk, long not better than enough. Bands are PRODUCT.md's; other numbers are our choice,
weights follow what ``models_onnx/delivery_scorer`` found to matter to human raters (its card has the figures).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from appliance.messages import DeliveryMetrics, Measured, PresenceMetrics

BEST = 10.0
LEAST_WEIGHT = 0.5
"""a score of which less than this share could be measured is not given (our choice)"""
PER_MINUTE = ("mid_phrase_pause_count", "long_pause_count")
"""counts that become rates, so that a longer answer is not worse for being longer"""

Curve = tuple[tuple[float, float], ...]
"""corners (observable, score 0..10), joined by straight lines and flat beyond the ends"""

LENGTH_BANDS = {
    "introduction": (45.0, 100.0),
    "behavioural": (60.0, 150.0),
    "technical": (30.0, 180.0),
    "talk": (45.0, 75.0),
}
"""seconds; PRODUCT.md, the metric table (talk: our choice around its 60 s)"""


@dataclass(frozen=True, slots=True)
class Part:
    """One observable of a score."""

    name: str
    unit: str
    weight: float
    curve: Curve


RATE = Part("speaking_rate_wpm", "words/min", 0.35, ((50, 2), (110, 10), (170, 10), (240, 2)))
FILLERS = Part("fillers_per_100", "per 100 words", 0.15, ((5, 10), (10, 6), (20, 2)))
MID_PAUSES = Part("mid_phrase_pause_count", "per minute", 0.15, ((1, 10), (4, 6), (10, 2)))
LONG_PAUSES = Part("long_pause_count", "per minute", 0.25, ((0.5, 10), (2, 6), (5, 2)))
RUN = Part("mean_run_words", "words between pauses", 0.2, ((2, 2), (5, 7), (8, 10)))
LOUDNESS = Part("loudness_over_noise_db", "dB over the noise", 0.3, ((4, 2), (10, 6), (18, 10)))
DROP = Part("sentence_end_drop_db", "dB", 0.05, ((6, 10), (12, 6), (20, 2)))
PITCH = Part("pitch_ratio_to_warmup", "of your own warm-up", 0.1, ((0.2, 2), (0.6, 10)))
EYES = Part("eye_contact_ratio", "share of the time", 1.0, ((0.0, 1), (0.3, 5), (0.5, 8), (0.7, 10)))
BODY = Part("posture", "0 to 10", 0.75, ((0, 0), (10, 10)))
STILL = Part("stillness", "share of the time", 0.25, ((0.2, 4), (0.6, 10)))
PRESENT = Part("engagement", "0 to 10", 0.6, ((0, 0), (10, 10)))


def _weighted(part: Part, weight: float) -> Part:
    return Part(part.name, part.unit, weight, part.curve)


def length_part(shape: str) -> Part:
    """How long the answer was, against the band of its shape."""
    low, high = LENGTH_BANDS.get(shape, LENGTH_BANDS["technical"])
    return Part("answer_seconds", "s", 0.2, ((0, 1), (low, BEST), (high, BEST), (2 * high, 4)))


def parts_of(shape: str) -> Mapping[str, tuple[Part, ...]]:
    """What each score is made of, for a question's shape."""
    return {
        "confidence": (LOUDNESS, LONG_PAUSES, MID_PAUSES, FILLERS, PITCH, DROP),
        "communication": (RATE, _weighted(FILLERS, 0.25), length_part(shape), RUN),
        "fluency": (
            _weighted(LONG_PAUSES, 0.35),
            _weighted(MID_PAUSES, 0.3),
            _weighted(FILLERS, 0.2),
            _weighted(RUN, 0.15),
        ),
        "eye_contact": (EYES,),
        "posture": (BODY, STILL),
        "engagement": (PRESENT, _weighted(PITCH, 0.2), _weighted(LOUDNESS, 0.2)),
    }


@dataclass(frozen=True, slots=True)
class DeliveryScores:
    """The six scores and what each is made of."""

    scores: Mapping[str, float | None] = field(default_factory=dict)
    """0..10, one decimal; None = not measured"""
    made_of: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)
    """score -> {name, value, unit, weight, score}; value, score None and weight 0 where not measured"""


def delivery_scores(
    delivery: DeliveryMetrics | None, presence: PresenceMetrics | None, shape: str = "technical"
) -> DeliveryScores:
    """All six scores of one answer; None in gives None out."""
    numbers = {**(delivery.numbers if delivery else {}), **(presence.numbers if presence else {})}
    values = observables(numbers)
    made_of = {name: _judged(parts, values) for name, parts in parts_of(shape).items()}
    return DeliveryScores({name: _mean(parts) for name, parts in made_of.items()}, made_of)


def observables(numbers: Mapping[str, Measured]) -> dict[str, float | None]:
    """The plain values, counts turned into rates per minute."""
    values = {name: measured.value for name, measured in numbers.items()}
    seconds = values.get("answer_seconds")
    for name in PER_MINUTE:
        count = values.get(name)
        values[name] = None if count is None or not seconds else 60.0 * count / seconds
    return values


def curve_at(curve: Curve, value: float) -> float:
    """The curve's height, 0..10."""
    return float(np.interp(value, [x for x, _ in curve], [y for _, y in curve]))


def _judged(parts: tuple[Part, ...], values: Mapping[str, float | None]) -> tuple[Mapping[str, object], ...]:
    total = sum(part.weight for part in parts)
    measured = sum(part.weight for part in parts if values.get(part.name) is not None)
    enough = measured >= LEAST_WEIGHT * total
    return tuple(_row(part, values.get(part.name), measured if enough else None) for part in parts)


def _row(part: Part, value: float | None, measured: float | None) -> Mapping[str, object]:
    known = value is not None and measured is not None
    return {
        "name": part.name,
        "value": None if value is None else round(value, 3),
        "unit": part.unit,
        "weight": round(part.weight / measured, 3) if known and measured else 0.0,
        "score": round(curve_at(part.curve, value), 2) if known and value is not None else None,
    }


def _mean(rows: tuple[Mapping[str, object], ...]) -> float | None:
    known = [(row["weight"], row["score"]) for row in rows if row["score"] is not None]
    if not known:
        return None
    total = sum(float(str(weight)) for weight, _ in known)
    return round(sum(float(str(weight)) * float(str(score)) for weight, score in known) / total, 1)
