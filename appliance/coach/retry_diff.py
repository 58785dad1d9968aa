"""What a retry added and what is still missing, against the last try of the same question. Pure."""

from __future__ import annotations

from appliance.coach.own_words import new_sentences
from appliance.coach.phrasebook import Phrases
from appliance.coach.text import sentences_of
from appliance.messages import Answer, Answered, DeliveryMetrics, KeyPointHeard, Review

LENGTH_CHANGE_SECONDS = 10.0
"""smaller changes are not worth a word (our choice)"""
LENGTH_CHANGE_WORDS = 15
"""the same for typed answers (our choice)"""
FILLER_CHANGE = 3.0
"""fillers per 100 words (our choice)"""
MAX_SENTENCES = 4
MAX_ADDED = 2
QUOTE_WORDS = 20
"""a longer new sentence is quoted by its beginning (our choice)"""


def retry_diff(now: Answered, before: Answered | None, phrases: Phrases) -> tuple[str, ...]:
    """Sentences on the difference; empty for a first try."""
    if before is None:
        return ()
    sentences = [
        *_content(now, before, phrases),
        *_length(now.answer, before.answer, phrases),
        *_fillers(now.answer, before.answer, phrases),
    ]
    if not sentences and now.review.not_judged is None:
        sentences = [phrases.retry("same")]
    return tuple(sentences[:MAX_SENTENCES])


def _content(now: Answered, before: Answered, phrases: Phrases) -> list[str]:
    if now.review.not_judged or before.review.not_judged:
        return []
    added = [phrases.retry("added", what=what) for what in _added(now.review, before.review, phrases)]
    if not now.review.key_points:
        added += [phrases.retry("quoted", quote=_short(quote)) for quote in _new(now.answer, before.answer)]
    missing = _missing(now.review, phrases)
    return added[:MAX_ADDED] + [phrases.retry("missing", what=what) for what in missing[:1]]


def _added(now: Review, before: Review, phrases: Phrases) -> list[str]:
    heard_before = _heard(before.key_points)
    added = [p.text for p in now.key_points if p.heard and p.id not in heard_before]
    told_before = _told(before)
    return added + [
        phrases.star(part) for part, quote in (now.star or {}).items() if quote and part not in told_before
    ]


def _missing(now: Review, phrases: Phrases) -> list[str]:
    told = _told(now)
    parts = [part for part in ("result", "action") if now.star is not None and part not in told]
    return [phrases.star(part) for part in parts] + [
        p.text for p in now.key_points if not p.heard and p.confidence is not None
    ]


def _heard(points: tuple[KeyPointHeard, ...]) -> set[str]:
    return {p.id for p in points if p.heard}


def _told(review: Review) -> set[str]:
    return {part for part, quote in (review.star or {}).items() if quote}


def _new(now: Answer, before: Answer) -> list[str]:
    """The longest new sentence: the others are in the answer to be read."""
    fresh = new_sentences(sentences_of(now.text, now.words), before.text)
    return sorted(fresh, key=len)[-1:]


def _short(quote: str) -> str:
    words = quote.split()
    return quote if len(words) <= QUOTE_WORDS else " ".join(words[:QUOTE_WORDS]) + " …"


def _length(now: Answer, before: Answer, phrases: Phrases) -> list[str]:
    if now.typed or before.typed:
        change = len(now.text.split()) - len(before.text.split())
        names = ("more_words", "fewer_words") if abs(change) >= LENGTH_CHANGE_WORDS else None
    else:
        change = round(now.seconds - before.seconds)
        names = ("longer", "faster") if abs(change) >= LENGTH_CHANGE_SECONDS else None
    return [phrases.retry(names[change < 0], value=abs(change))] if names else []


def _fillers(now: Answer, before: Answer, phrases: Phrases) -> list[str]:
    rates = [_rate(answer.delivery) for answer in (now, before)]
    fewer = rates[0] is not None and rates[1] is not None and rates[1] - rates[0] >= FILLER_CHANGE
    return [phrases.retry("fewer_fillers")] if fewer else []


def _rate(delivery: DeliveryMetrics | None) -> float | None:
    measured = delivery.numbers.get("fillers_per_100") if delivery else None
    return measured.value if measured else None
