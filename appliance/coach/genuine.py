"""Which sentences of an answer are its own statements: no list of terms, no question said again (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.coach.text import STOP_WORDS, content_stems, stem, words_of

LIST_WORDS = 5
"""shorter pieces may well be honest ("last in first out")"""
LIST_FUNCTION_RATIO = 0.2
"""English speech has about half function words; a list of terms has next to none (our choice)"""
PARROT_RATIO = 0.8
"""share of a sentence's content words that stand in the question (our choice)"""


def is_list_of_terms(sentence: str) -> bool:
    """Terms in a row without the small words that make a statement of them."""
    words = words_of(sentence)
    if len(words) < LIST_WORDS:
        return False
    return sum(word in STOP_WORDS for word in words) / len(words) < LIST_FUNCTION_RATIO


def repeats_question(sentence: str, question: str) -> bool:
    """Nearly all content words of the sentence stand in the question."""
    said, asked = set(content_stems(sentence)), set(content_stems(question))
    return len(said) > 0 and len(said & asked) / len(said) >= PARROT_RATIO


def genuine_sentences(sentences: Sequence[str], question: str) -> list[str]:
    """The sentences left when lists, repeated questions and repeated sentences are taken out."""
    kept: list[str] = []
    seen: set[tuple[str, ...]] = set()
    for sentence in sentences:
        key = tuple(stem(word) for word in words_of(sentence))
        if (
            key
            and key not in seen
            and not is_list_of_terms(sentence)
            and not repeats_question(sentence, question)
        ):
            kept.append(sentence)
        seen.add(key)
    return kept
