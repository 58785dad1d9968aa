"""Evidence becomes advice: at most three points, each with the candidate's words or a time, a reason and a drill. Pure.

What is shown to help is specific, task-level feedback on what can be changed. Nothing here speaks of the person.
Source: Kluger & DeNisi 1996, Psychological Bulletin 119 (feedback that turns to the self hurts in a third of cases).
Bands: docs/coaching.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.coach.content_advice import content_strengths, content_tries, something_said
from appliance.coach.delivery_advice import delivery_strengths, delivery_tries
from appliance.coach.evidence import Evidence
from appliance.coach.phrasebook import Phrases
from appliance.messages import FeedbackPoint

REPEATABLE = frozenset({"key_point", "contradiction", "more"})
"""topics that name something else each time"""


def advise(evidence: Evidence, phrases: Phrases) -> tuple[FeedbackPoint, ...]:
    """One strength, where there is one, and up to two things to try, the most useful first."""
    strengths = _fresh(evidence, strengths_of(evidence, phrases))[:1]
    tries = _fresh(evidence, tries_of(evidence, phrases))[:2]
    return (*strengths, *tries)


def strengths_of(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    """All strengths that the evidence carries, best first."""
    yield from content_strengths(evidence, phrases)
    yield from delivery_strengths(evidence, phrases)
    yield from something_said(evidence, phrases)


def tries_of(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    """All things to try that the evidence carries, the most useful first."""
    yield from content_tries(evidence, phrases)
    yield from delivery_tries(evidence, phrases)


def _fresh(evidence: Evidence, points: Iterator[FeedbackPoint]) -> list[FeedbackPoint]:
    """What was not said before goes first; a topic only once."""
    ranked = sorted(points, key=lambda point: _stale(evidence, point))
    found: dict[str, FeedbackPoint] = {}
    for point in ranked:
        found.setdefault(point.topic, point)
    return list(found.values())


def _stale(evidence: Evidence, point: FeedbackPoint) -> bool:
    told = (point.kind, point.topic) in evidence.told and point.topic not in REPEATABLE
    return told or (point.text in evidence.said and point.topic != "contradiction")
