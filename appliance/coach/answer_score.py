"""The platform's score of an answer: relevance, keywords, length and their weighted sum (pure).

overall = 0.6 relevance + 0.3 keywords + 0.1 length, rounded to two decimals; the weights are fixed by the platform's
example output (41.12, 100.0, 25.0 -> 57.17). What a student can repeat or list without saying anything does not pay:
lists of terms, the question again, repeated sentences and denials of a key point are left out first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from appliance.coach.contradiction import NEAR, denies
from appliance.coach.genuine import genuine_sentences, is_list_of_terms
from appliance.coach.reading import Embed
from appliance.coach.text import contains_hindi, sentences_of, stem, words_of
from appliance.messages import Keyword

RELEVANCE_WEIGHT, KEYWORDS_WEIGHT, LENGTH_WEIGHT = 0.6, 0.3, 0.1
"""Source: PRODUCT of the platform, see the module's docstring"""
POINTS_PER_WORD, FULL_LENGTH = 5.0, 100.0
"""5 points a word up to 20 words, as on the platform"""
GOOD_KEYWORDS, SHORT_LENGTH = 70.0, 50.0
"""where the platform's two comments begin"""
LOW_RELEVANCE = 30.0
"""below this the answer is called off the question (our choice)"""

SHORT_REFERENCE_WORDS = 30
"""a longer reference says too many things to be denied by one sentence (our choice)"""

GOOD_COMMENT = "Good use of expected keywords."
SHORT_COMMENT = "Try to expand your answer."
RELEVANCE_COMMENT = "Stay closer to what was asked."
LIST_COMMENT = "Say the terms in full sentences: a list of words does not count."


@dataclass(frozen=True, slots=True)
class PlatformScore:
    """The platform's numbers, each 0..100."""

    overall: float | None
    """None when relevance could not be measured"""
    relevance: float | None
    """None for text the English encoder must not judge (Hindi)"""
    keywords: float | None
    length: float
    comments: tuple[str, ...]


def combine(relevance: float, keywords: float, length: float) -> float:
    """The weighted sum, 0..100."""
    return round(RELEVANCE_WEIGHT * relevance + KEYWORDS_WEIGHT * keywords + LENGTH_WEIGHT * length, 2)


def platform_score(
    question: str,
    answer: str,
    expected_keywords: Sequence[str | Keyword],
    reference_texts: Sequence[str],
    embed: Embed,
) -> PlatformScore:
    """Score one answer by the platform's formula.

    Args:
        question: what was asked.
        answer: what was said or typed.
        expected_keywords: words, or words with synonyms; none: keywords are 100.
        reference_texts: a reference answer or the key points; none: the question itself is compared with.
        embed: texts -> unit vectors, such as ``Embedder.embed``.
    """
    length = length_score(answer)
    if contains_hindi(answer):
        return PlatformScore(None, None, None, length, ())
    sentences = sentences_of(answer)
    own = without_denials(genuine_sentences(sentences, question), reference_texts, embed)
    keywords = keyword_score(" ".join(own), expected_keywords)
    relevance = relevance_score(own, reference_texts or (question,), embed)
    listed = any(is_list_of_terms(sentence) for sentence in sentences)
    comments = _comments(relevance, keywords, length, listed)
    return PlatformScore(combine(relevance, keywords, length), relevance, keywords, length, comments)


def without_denials(sentences: Sequence[str], references: Sequence[str], embed: Embed) -> list[str]:
    """The sentences that do not deny the short reference they are nearest to."""
    short = [text for text in references if len(text.split()) <= SHORT_REFERENCE_WORDS]
    if not short or not sentences:
        return list(sentences)
    likeness = embed(sentences) @ embed(short).T
    nearest = likeness.argmax(axis=1)
    return [
        sentence
        for sentence, row, at in zip(sentences, likeness, nearest, strict=True)
        if row[at] < NEAR or not denies(sentence, short[at])
    ]


def length_score(answer: str) -> float:
    """5 points a word up to 20 words; counted over different sentences, so that saying it twice adds nothing."""
    return min(FULL_LENGTH, POINTS_PER_WORD * len(answer.split()))


def keyword_score(answer: str, expected: Sequence[str | Keyword]) -> float:
    """The share of expected keywords found (stems, synonyms), 0..100; 100 when none were asked."""
    if not expected:
        return 100.0
    stems = _stems(answer)
    found = sum(any(_has(stems, form) for form in _forms(keyword)) for keyword in expected)
    return round(100.0 * found / len(expected), 2)


def _forms(keyword: str | Keyword) -> tuple[str, ...]:
    return (keyword,) if isinstance(keyword, str) else (keyword.word, *keyword.synonyms)


def _stems(text: str) -> list[str]:
    return [stem(word) for word in words_of(text)]


def _has(stems: Sequence[str], phrase: str) -> bool:
    """The phrase's stems stand in a row somewhere."""
    wanted = _stems(phrase)
    starts = range(len(stems) - len(wanted) + 1)
    return bool(wanted) and any(list(stems[i : i + len(wanted)]) == wanted for i in starts)


def relevance_score(sentences: Sequence[str], references: Sequence[str], embed: Embed) -> float:
    """100 x mean over the references of the likest window's cosine, 0..100.

    A window is a sentence or the sentences together; so padding that says nothing cannot dilute or lift it, and a
    long answer is never pressed into one vector (the encoder reads 256 pieces).
    """
    if not sentences:
        return 0.0
    spoken = embed(sentences)
    whole = spoken.sum(axis=0)
    windows = np.vstack([spoken, whole / max(float(np.linalg.norm(whole)), 1e-6)])
    best = (embed(references) @ windows.T).max(axis=1)
    return round(100.0 * float(np.clip(best, 0, 1).mean()), 2)


def _comments(relevance: float, keywords: float, length: float, listed: bool) -> tuple[str, ...]:
    said = (
        (keywords >= GOOD_KEYWORDS, GOOD_COMMENT),
        (length < SHORT_LENGTH, SHORT_COMMENT),
        (relevance < LOW_RELEVANCE, RELEVANCE_COMMENT),
        (listed, LIST_COMMENT),
    )
    return tuple(text for applies, text in said if applies)
