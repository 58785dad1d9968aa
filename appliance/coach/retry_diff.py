"""What a retry added and what is still missing, against the last try of the same question. Pure."""

from __future__ import annotations

from appliance.coach.phrasebook import Phrases
from appliance.messages import Answered, KeyPointHeard, Review

LENGTH_CHANGE_SECONDS = 10.0
"""smaller changes are not worth a word (our choice)"""
MAX_SENTENCES = 4


def retry_diff(review: Review, seconds: float, before: Answered | None, phrases: Phrases) -> tuple[str, ...]:
    """Sentences on the difference; empty for a first try."""
    if before is None:
        return ()
    sentences = [*_content(review, before.review, phrases), *_length(seconds, before.answer.seconds, phrases)]
    if not sentences and review.not_judged is None:
        sentences = [phrases.retry("same")]
    return tuple(sentences[:MAX_SENTENCES])


def _content(now: Review, before: Review, phrases: Phrases) -> list[str]:
    if now.not_judged or before.not_judged:
        return []
    heard_before = _heard(before.key_points)
    added = [p.text for p in now.key_points if p.heard and p.id not in heard_before]
    added += [phrases.star(part) for part in _star(now) - _star(before)]
    missing = [p.text for p in now.key_points if not p.heard]
    missing = [phrases.star(part) for part in ("result", "action") if part in _unsaid(now)] + missing
    sentences = [phrases.retry("added", what=what) for what in added[:2]]
    return sentences + [phrases.retry("missing", what=what) for what in missing[:1]]


def _heard(points: tuple[KeyPointHeard, ...]) -> set[str]:
    return {p.id for p in points if p.heard}


def _star(review: Review) -> set[str]:
    return {part for part, quote in (review.star or {}).items() if quote}


def _unsaid(review: Review) -> set[str]:
    return {part for part, quote in (review.star or {}).items() if not quote}


def _length(now: float, before: float, phrases: Phrases) -> list[str]:
    change = round(now - before)
    if abs(change) < LENGTH_CHANGE_SECONDS:
        return []
    return [phrases.retry("longer" if change > 0 else "faster", value=abs(change))]
