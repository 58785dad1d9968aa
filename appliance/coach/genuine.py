"""Which sentences of an answer are its own statements: no list of terms, no question said again (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from appliance.coach.text import STOP_WORDS, content_stems, stem, words_of

LIST_WORDS = 5
"""shorter pieces may well be honest ("last in first out")"""
LIST_FUNCTION_RATIO = 0.06
LOOSE_RATIO, LOOSE_RUN = 0.1, 6
"""English speech has about half function words, terse technical writing an eighth; a list of terms next to none,
and content words in long runs (our choice, on the packs' own key points: 1 % of them are taken for lists)"""
LIST_ITEMS = 3
ITEM_WORDS = 3
LIST_SHARE = 0.5
"""so many short items, that take up this share of the content words, make an enumeration (our choice)"""
PARROT_RATIO = 0.8
"""share of a sentence's content words that stand in the question (our choice)"""

_BETWEEN_ITEMS = re.compile(r"\s*(?:,|;|:|\band\b|\bor\b|\bplus\b)\s*")
_ABOUT_WORDS = re.compile(
    r"\b(?:words?|terms?|terminology|keywords?|buzzwords?|vocabulary|concepts?|topics?|skills?|mention|remember)\b"
)
"""wording that speaks about terms instead of using them"""


def is_list_of_terms(sentence: str) -> bool:
    """Terms in a row without the small words that make a statement of them, or announced as mere words."""
    words = words_of(sentence)
    if len(words) < LIST_WORDS:
        return False
    ratio = sum(word in STOP_WORDS for word in words) / len(words)
    sparse = ratio < LIST_FUNCTION_RATIO or (ratio < LOOSE_RATIO and _longest_run(words) >= LOOSE_RUN)
    announced = (
        _ABOUT_WORDS.search(sentence.lower()) is not None and len(_short_items(sentence)) >= LIST_ITEMS - 1
    )
    bare = [words_of(item) for item in _BETWEEN_ITEMS.split(sentence.lower())]
    only_items = len(bare) > LIST_ITEMS and all(len(item) <= ITEM_WORDS for item in bare)
    return sparse or announced or only_items


def is_enumeration(sentence: str) -> bool:
    """Mostly short items with "and" or commas between them; may well be an honest one."""
    short = _short_items(sentence)
    content = [word for word in words_of(sentence) if word not in STOP_WORDS]
    listed = [word for item in short for word in item if word not in STOP_WORDS]
    return len(short) >= LIST_ITEMS - 1 and len(listed) >= LIST_SHARE * len(content)


def _short_items(sentence: str) -> list[list[str]]:
    """The short pieces after the first comma or "and"."""
    items = [words_of(item) for item in _BETWEEN_ITEMS.split(sentence.lower())]
    return [item for item in items[1:] if 0 < len(item) <= ITEM_WORDS]


def _longest_run(words: Sequence[str]) -> int:
    longest = run = 0
    for word in words:
        run = 0 if word in STOP_WORDS else run + 1
        longest = max(longest, run)
    return longest


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
