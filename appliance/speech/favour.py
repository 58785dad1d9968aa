"""Technical words of the question are favoured among an engine's alternative readings (pure).

What it brings, and where it does harm (Vosk), was measured: docs/hearing.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from appliance.messages import Word

MIN_LETTERS = 5
"""shorter words of a phrase are everybody's words; our choice"""


def favoured_words(phrases: Iterable[str]) -> frozenset[str]:
    """The words of technical phrases that are worth favouring."""
    return frozenset(
        word for phrase in phrases for word in phrase.lower().split() if len(word) >= MIN_LETTERS
    )


def choose_reading(
    best: Sequence[Word], readings: Iterable[str], favoured: frozenset[str]
) -> tuple[Word, ...]:
    """The reading with most favoured words; the engine's own best one when no other has more.

    Args:
        best: the engine's best reading, with times.
        readings: alternatives, best first.
        favoured: lower-case words.
    """
    most = sum(word.text in favoured for word in best)
    chosen = None
    for reading in readings:
        count = sum(text in favoured for text in reading.split())
        if count > most:
            most, chosen = count, reading
    return tuple(best) if chosen is None else _timed(best, chosen.split())


def _timed(best: Sequence[Word], texts: list[str]) -> tuple[Word, ...]:
    """Words with the times of those they replace, which they share evenly."""
    words: list[Word] = []
    matcher = SequenceMatcher(None, [word.text for word in best], texts, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            words += best[a:b]
            continue
        start = best[a].start if a < b else (words[-1].end if words else best[0].start)
        end = best[b - 1].end if a < b else start
        sure = [word.confidence for word in best[a:b] if word.confidence is not None]
        each = (end - start) / max(1, d - c)
        words += [
            Word(text, start + each * i, start + each * (i + 1), min(sure, default=0.5))
            for i, text in enumerate(texts[c:d])
        ]
    return tuple(words)
