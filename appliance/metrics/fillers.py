"""Filled pauses and filler words of an answer (pure): by word, and by sound where the recogniser dropped the word.

A filled pause sounds like one held vowel, or a vowel into an m: voiced, with a pitch and a spectrum that hardly change,
and longer than vowels of words are. Recognisers leave it out or take it for a short word. Sound alone is not enough
(one in four held sounds of words would be called a filler), so fillers are counted only where words are understood.

Source: M. Goto, K. Itou and S. Hayamizu, "A real-time filled pause detection system for spontaneous speech
recognition", Eurospeech 1999 (small pitch transition, small spectral deformation). Thresholds are our own, chosen on
generated speech with known fillers (docs/hearing.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from appliance.messages import HeardAnswer, Prosody, Word
from appliance.metrics.phrasing import Phrasing, Span, spans_of
from appliance.metrics.word_lists import FILLED_PAUSES, FILLER_PHRASES, LIKE_AFTER

MIN_SECONDS = 0.2
"""a held vowel of a word is shorter; our choice"""
MAX_FLUX = 0.12
MAX_PITCH_SLOPE_SEMITONES = 8.0
"""change of pitch over the stretch: only jumps and octave errors are refused"""
SURE = 0.9
"""a word with this confidence and of usual length is believed"""
STRETCHED_SECONDS_PER_LETTER = 0.16
"""a word held longer than this may be a filled pause in disguise; our choice, on generated speech"""
SHORTEST_LETTERS = 3
"""and no word is reckoned shorter: "a" and "is" last as long as "sam" """


@dataclass(frozen=True, slots=True)
class Filler:
    """One filler."""

    start: float
    """seconds since the answer began"""
    end: float
    text: str
    """the filler word; "" when it was found by sound alone"""


def find_fillers(heard: HeardAnswer, phrasing: Phrasing) -> tuple[tuple[Filler, ...], tuple[Filler, ...]]:
    """Filled pauses (um, uh; by word or by sound) and filler phrases (like, you know …), each in order of time."""
    words = heard.words
    filled = [Filler(w.start, w.end, w.text) for w in words if w.text in FILLED_PAUSES]
    for start, end in held_sounds(heard.prosody, phrasing):
        near = any(start < f.end + 0.1 and end > f.start - 0.1 for f in filled)
        if not near and not _is_word(start, end, words):
            filled.append(Filler(start, end, ""))
    return tuple(sorted(filled, key=lambda f: f.start)), tuple(_phrases(words))


def held_sounds(prosody: Prosody, phrasing: Phrasing) -> list[Span]:
    """Stretches of voice with level pitch and an unchanging spectrum, at least ``MIN_SECONDS`` long."""
    step = prosody.step_seconds
    held = ~np.isnan(prosody.f0_hz) & (prosody.flux < MAX_FLUX)
    if phrasing.floor_db is None or phrasing.speech_db is None:
        return []
    held &= prosody.rms_db > max(phrasing.floor_db + 6.0, phrasing.speech_db - 20.0)
    spans = [(a, b) for a, b in spans_of(_without_gaps(held), step) if b - a >= MIN_SECONDS]
    return [s for s in spans if _is_level(prosody.f0_hz[round(s[0] / step) : round(s[1] / step)])]


def _without_gaps(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Single frames (two steps) that are missing between two that are there."""
    filled = mask.copy()
    filled[2:-2] |= mask[:-4] & mask[4:]
    return filled


def _is_level(f0_hz: NDArray[np.float32]) -> bool:
    known = f0_hz[~np.isnan(f0_hz)]
    third = max(1, len(known) // 3)
    if len(known) < 4:
        return False
    change = 12.0 * np.log2(np.median(known[-third:]) / np.median(known[:third]))
    return bool(abs(change) <= MAX_PITCH_SLOPE_SEMITONES)


def _is_word(start: float, end: float, words: Sequence[Word]) -> bool:
    """Whether words that are believed cover half of a held sound: "in the on(ly)" is one hum over three words."""
    covered = sum(max(0.0, min(end, w.end) - max(start, w.start)) for w in words if _is_believed(w))
    return covered >= 0.5 * (end - start)


def _is_believed(word: Word) -> bool:
    """Sure, and said at a usual length."""
    sure = word.confidence is None or word.confidence >= SURE
    letters = max(SHORTEST_LETTERS, len(word.text))
    return sure and (word.end - word.start) / letters <= STRETCHED_SECONDS_PER_LETTER


def _phrases(words: Sequence[Word]) -> list[Filler]:
    found = []
    for first, second in pairwise(words):
        if (first.text, second.text) in FILLER_PHRASES and second.start - first.end < 0.25:
            found.append(Filler(first.start, second.end, f"{first.text} {second.text}"))
        if second.text == "like" and first.text not in LIKE_AFTER:
            found.append(Filler(second.start, second.end, "like"))
    return sorted(found, key=lambda f: f.start)
