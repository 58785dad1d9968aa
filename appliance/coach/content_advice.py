"""Advice on what was said: key points, opposites, story parts, length in words (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from appliance.coach.answer_score import LOW_RELEVANCE
from appliance.coach.evidence import Evidence
from appliance.coach.phrasebook import Phrases
from appliance.coach.text import sentences_of
from appliance.coach.told_already import told_already
from appliance.messages import FeedbackPoint

TINY_WORDS = 8
"""fewer are no answer yet (our choice)"""
SHORT_WORDS = 20
"""a typed answer below this is short: where the platform's length score is full"""
LONG_WORDS = 330
"""a typed answer above this is long: three minutes at 110 words a minute"""
MANY_TERMS = 2
"""expected words before they are worth a strength (our choice)"""
MUCH_REPEATED = 0.5
"""share of repeated or listed words before it is mentioned (our choice)"""
FAR_RELEVANCE = 18.0
"""off the question where that asks for a story or a talk: the lowest of 70 model answers has 21 (our choice)"""
_FORM = re.compile(r"^How (?:c|w)ould you (?:open|close)\b")
"""how a talk is opened and closed is not something to say more about"""
OWN_REASONS = frozenset({"hindi", "no_text", "no_model", "no_microphone", "overrun"})
"""reasons whose remedy is not a better recording"""


def content_strengths(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    """What was said well, with its quote."""
    say = phrases.strength
    for point in sorted(evidence.key_points, key=lambda p: -(p.confidence or 0.0)):
        if point.heard and point.quote:
            yield say("key_point", quote=point.quote, at=evidence.time_of(point.quote), point=point.text)
    for part in ("result", "action"):
        quote = (evidence.star or {}).get(part)
        if quote:
            yield say(f"star_{part}", quote=quote, at=evidence.time_of(quote))
    if evidence.answered:
        asked, quote = evidence.answered
        yield say("answered", quote=quote, at=evidence.time_of(quote), asked=asked)
    figure, terms = evidence.own.figure, evidence.own.terms
    if figure:
        yield say("figure", quote=figure, at=evidence.time_of(figure))
    enough = len(terms) >= MANY_TERMS and evidence.word_count >= TINY_WORDS
    if enough and not any(p.contradicted for p in evidence.key_points):
        yield say("terms", terms=", ".join(terms))


def something_said(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    """The least that can be said of an answer to the question that nobody misheard."""
    repeated = (evidence.own.repeated_ratio or 0.0) >= MUCH_REPEATED or _is_off(evidence)
    if (
        evidence.word_count >= TINY_WORDS
        and evidence.not_judged in (None, "hindi", "no_model")
        and not repeated
        and not any(point.contradicted for point in evidence.key_points)
    ):
        yield phrases.strength("tried", words=phrases.words(evidence.word_count))


def content_tries(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    """What to say otherwise, the most useful first."""
    if evidence.not_judged:
        yield _not_judged(evidence, phrases)
        return
    yield from _opposites(evidence, phrases)
    yield from _little_said(evidence, phrases)
    yield from _story(evidence, phrases, "result", "action")
    yield from _missing(evidence, phrases)
    yield from _story(evidence, phrases, "situation")
    if evidence.answer.typed and evidence.word_count > LONG_WORDS:
        yield phrases.trying("long_words", words=phrases.words(evidence.word_count))


def _not_judged(evidence: Evidence, phrases: Phrases) -> FeedbackPoint:
    reason = str(evidence.not_judged)
    if reason in OWN_REASONS:
        return phrases.trying(reason)
    return phrases.trying("not_judged", why=phrases.why(reason))


def _opposites(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    for point in evidence.key_points:
        if point.contradicted and point.quote:
            at = evidence.time_of(point.quote)
            yield phrases.trying("contradiction", quote=point.quote, at=at, point=point.text)


def _little_said(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    words: dict[str, Any] = {"words": phrases.words(evidence.word_count)}
    if evidence.own.no_idea:
        yield phrases.trying("no_idea")
    elif evidence.word_count < TINY_WORDS:
        yield phrases.trying("tiny", **words)
    elif (evidence.own.repeated_ratio or 0.0) >= MUCH_REPEATED:
        yield phrases.trying("repeated")
    elif _is_off(evidence):
        yield phrases.trying("off_topic")
    elif evidence.answer.typed and evidence.word_count < SHORT_WORDS:
        yield phrases.trying("short_words", **words)


def _is_off(evidence: Evidence) -> bool:
    least = LOW_RELEVANCE if evidence.answer.question.shape == "technical" else FAR_RELEVANCE
    return evidence.relevance is not None and evidence.relevance < least


def _story(evidence: Evidence, phrases: Phrases, *parts: str) -> Iterator[FeedbackPoint]:
    for part in parts:
        if evidence.star is not None and not evidence.star.get(part) and part not in evidence.own.marks:
            yield phrases.trying(f"star_{part}")


def _missing(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    for point in sorted(
        evidence.key_points, key=lambda p: round(p.confidence or 0.0, 1)
    ):  # surely missing first
        if not point.heard and not point.contradicted and point.confidence is not None:
            yield phrases.trying("key_point", point=point.text)
    sentences = sentences_of(evidence.answer.text, evidence.answer.words)
    for asked in evidence.prompts:
        if not _FORM.search(asked) and not told_already(asked, sentences, evidence.star):
            more = phrases.trying("more", asked=asked)
            if more.text not in evidence.said:
                yield more
