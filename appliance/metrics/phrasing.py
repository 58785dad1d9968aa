"""Where an answer has speech and where it pauses (pure): runs, silent pauses, syllables, from loudness alone.

Source: N. H. de Jong and T. Wempe, "Praat script to detect syllable nuclei and measure speech rate automatically",
Behavior Research Methods 41, 2009 (peaks of loudness with a dip of 2 dB before them, voiced).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.messages import HeardAnswer, Prosody

PAUSE_SECONDS = 0.25
"""shorter gaps are stop consonants (Goldman-Eisler's usual lower bound)"""
OVER_FLOOR_DB = 6.0
"""speech stands out above the noise floor by this much; our choice"""
UNDER_SPEECH_DB = 32.0
"""and is no softer than this below the speech level: the room's tail in a very quiet room; our choice"""
BLIP_SECONDS = 0.05
"""shorter sounds in a pause are clicks and breaths; our choice"""
SPEECH_PERCENTILE = 70
DIP_DB = 2.0

Span = tuple[float, float]
"""start and end, seconds since the answer began"""


@dataclass(frozen=True, slots=True, eq=False)
class Phrasing:
    """Speech and silence of an answer; all times in seconds since it began."""

    runs: tuple[Span, ...]
    """stretches of speech without a pause"""
    pauses: tuple[Span, ...]
    """silent pauses between two runs; not before the first nor after the last"""
    syllable_count: int
    speech_db: float | None
    """loudness of speech, dB full scale"""
    floor_db: float | None
    """loudness of the background"""
    heard_ratio: float
    """share of the answer in which sound reached the booth"""

    @property
    def span_seconds(self) -> float:
        """From the first sound of speech to the last one."""
        return self.runs[-1][1] - self.runs[0][0] if self.runs else 0.0

    @property
    def speech_seconds(self) -> float:
        """Time of speech without pauses."""
        return sum(end - start for start, end in self.runs)


def find_phrasing(heard: HeardAnswer) -> Phrasing:
    """Runs and pauses of an answer."""
    prosody = heard.prosody
    known = ~np.isnan(prosody.rms_db)
    heard_ratio = float(known.mean()) if len(known) else 0.0
    floor_db = heard.noise_floor_db
    if floor_db is None or not known.any():
        return Phrasing((), (), 0, None, floor_db, heard_ratio)
    loud = prosody.rms_db[known & (prosody.rms_db > floor_db + OVER_FLOOR_DB)]
    if not len(loud) or not any(v.speaking for v in heard.voice):
        return Phrasing((), (), 0, None, floor_db, heard_ratio)
    speech_db = float(np.percentile(loud, SPEECH_PERCENTILE))
    runs, pauses = _runs_and_pauses(prosody, max(floor_db + OVER_FLOOR_DB, speech_db - UNDER_SPEECH_DB))
    syllables = _count_syllables(prosody, runs)
    return Phrasing(runs, pauses, syllables, speech_db, floor_db, heard_ratio)


def spans_of(mask: NDArray[np.bool_], step_seconds: float) -> list[Span]:
    """Where a mask is true, as spans."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [
        (int(a) * step_seconds, int(b) * step_seconds) for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]


def _runs_and_pauses(prosody: Prosody, threshold_db: float) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    step = prosody.step_seconds
    mask = prosody.rms_db > threshold_db  # NaN is not louder
    unknown = np.isnan(prosody.rms_db)
    loud = [s for s in spans_of(mask, step) if s[1] - s[0] >= BLIP_SECONDS - step / 2]
    runs: list[Span] = []
    pauses: list[Span] = []
    for start, end in loud:
        if runs and start - runs[-1][1] < PAUSE_SECONDS - step / 2:
            runs[-1] = (runs[-1][0], end)
            continue
        if runs and not unknown[round(runs[-1][1] / step) : round(start / step)].any():
            pauses.append((runs[-1][1], start))
        runs.append((start, end))
    return tuple(runs), tuple(pauses)


def _count_syllables(prosody: Prosody, runs: tuple[Span, ...]) -> int:
    step = prosody.step_seconds
    voiced = ~np.isnan(prosody.f0_hz)
    return sum(
        _nuclei(prosody.rms_db[round(a / step) : round(b / step)], voiced[round(a / step) : round(b / step)])
        for a, b in runs
    )


def _nuclei(rms_db: NDArray[np.float32], voiced: NDArray[np.bool_]) -> int:
    """Voiced peaks of loudness with a dip of ``DIP_DB`` between each two."""
    if len(rms_db) < 5:
        return 0
    curve = np.convolve(rms_db, np.full(5, 0.2), mode="same")
    count, valley, peak, at = 0, -np.inf, -np.inf, 0
    for index, level in enumerate([*curve.tolist(), -np.inf]):
        if level > peak:
            peak, at = level, index
        if peak - level >= DIP_DB and peak - valley >= DIP_DB:
            count += bool(voiced[max(0, at - 2) : at + 3].any())
            valley = peak = level
        elif level < valley:
            valley = peak = level
    return count
