"""How fast an answer was said, and how its words stand between pauses (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.messages import Word
from appliance.metrics.phrasing import Phrasing, Span
from appliance.metrics.word_lists import FILLED_PAUSES, OPEN_WORDS, OPENERS

MIN_ANSWER_SECONDS = 20.0
"""shorter answers have no speaking rate (PRODUCT.md)"""
WINDOW_SECONDS = 15.0
STEP_SECONDS = 5.0
SLOW_WPM = 100.0
FAST_WPM = 180.0
"""sustained windows outside of these are named (PRODUCT.md); nothing is said between 110 and 170"""


def spoken_words(words: Sequence[Word]) -> list[Word]:
    """Words without filled pauses."""
    return [w for w in words if w.text not in FILLED_PAUSES]


def words_per_minute(words: Sequence[Word], seconds: float) -> float | None:
    """Rate over a stretch; None for no time."""
    return 60.0 * len(spoken_words(words)) / seconds if seconds > 0 else None


def odd_windows(words: Sequence[Word], span: Span) -> dict[str, list[Span]]:
    """Sustained stretches that were too fast or too slow: "fast" and "slow", overlapping windows joined."""
    found: dict[str, list[Span]] = {"fast": [], "slow": []}
    middles = [0.5 * (w.start + w.end) for w in spoken_words(words)]
    start = span[0]
    while start + WINDOW_SECONDS <= span[1] + 1e-6:
        end = start + WINDOW_SECONDS
        rate = 60.0 * sum(start <= m < end for m in middles) / WINDOW_SECONDS
        kind = "fast" if rate > FAST_WPM else "slow" if rate < SLOW_WPM else None
        if kind is not None:
            _join(found[kind], (start, end))
        start += STEP_SECONDS
    return found


def is_mid_phrase(pause: Span, words: Sequence[Word]) -> bool:
    """Whether a pause breaks a phrase: after a word that needs another, or before one that cannot begin."""
    before = [w for w in words if w.end <= pause[0] + 0.15]
    after = [w for w in words if w.start >= pause[1] - 0.15]
    if not before or not after:
        return False
    if before[-1].text in OPEN_WORDS or before[-1].text in FILLED_PAUSES:
        return True
    return after[0].text not in OPENERS and after[0].text not in FILLED_PAUSES


def words_around(pause: Span, words: Sequence[Word], count: int = 3) -> str:
    """The words on both sides of a pause, with "…" between them."""
    before = [w.text for w in words if w.end <= pause[0] + 0.15][-count:]
    after = [w.text for w in words if w.start >= pause[1] - 0.15][:count]
    return f"{' '.join(before)} … {' '.join(after)}".strip()


def mean_run_words(words: Sequence[Word], phrasing: Phrasing) -> float | None:
    """Mean number of words between two pauses; None without words."""
    spoken = spoken_words(words)
    counts = [sum(a <= 0.5 * (w.start + w.end) < b for w in spoken) for a, b in phrasing.runs]
    counts = [count for count in counts if count]
    return sum(counts) / len(counts) if counts else None


def _join(spans: list[Span], span: Span) -> None:
    if spans and span[0] <= spans[-1][1]:
        spans[-1] = (spans[-1][0], span[1])
    else:
        spans.append(span)
