"""Loudness and pitch of an answer (pure): never as absolute values, always against the floor or the own warm-up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from appliance.messages import Prosody
from appliance.metrics.phrasing import SPEECH_PERCENTILE, Phrasing, Span

WINDOW_SECONDS = 10.0
MIN_VOICED_SECONDS = 2.0
"""of voice in a window, for its pitch movement to mean anything; our choice"""
OCTAVE_SEMITONES = 9.0
"""pitch farther from the median than this is an octave error or a creak; our choice"""
END_SECONDS = 0.5
"""the end of a phrase; our choice"""
MIN_PHRASE_SECONDS = 1.2
"""shorter phrases have no beginning to compare their end with; our choice"""
DROP_DB = 10.0
"""a phrase's end this much softer than its beginning is named; our choice: speech falls by 3 to 6 dB anyway"""
QUIET_OVER_FLOOR_DB = 10.0
"""speech that stands out less is hard to understand; our choice"""


def semitones(prosody: Prosody) -> NDArray[np.float64]:
    """Pitch in semitones around its median, octave errors left out; NaN where unvoiced.

    Shapes:
        result: (N,) float64, one for each step
    """
    known = prosody.f0_hz[~np.isnan(prosody.f0_hz)]
    if not len(known):
        return np.full(len(prosody.f0_hz), np.nan)
    tone = 12.0 * np.log2(prosody.f0_hz.astype(np.float64) / float(np.median(known)))
    tone[np.abs(tone) > OCTAVE_SEMITONES] = np.nan
    return tone


def pitch_sd_semitones(prosody: Prosody) -> float | None:
    """Median over windows of ten seconds of the pitch's standard deviation; None with too little voice."""
    tone = semitones(prosody)
    size = round(WINDOW_SECONDS / prosody.step_seconds)
    spreads = []
    for start in range(0, max(1, len(tone) - size // 2), size // 2):
        window = tone[start : start + size]
        voiced = window[~np.isnan(window)]
        if len(voiced) * prosody.step_seconds >= MIN_VOICED_SECONDS:
            spreads.append(float(voiced.std()))
    return float(np.median(spreads)) if spreads else None


def voiced_ratio(prosody: Prosody, phrasing: Phrasing) -> float | None:
    """Share of speech time (without pauses) that has a pitch."""
    if not phrasing.speech_seconds:
        return None
    voiced = sum(float((~np.isnan(_cut(prosody.f0_hz, run, prosody))).sum()) for run in phrasing.runs)
    return min(1.0, voiced * prosody.step_seconds / phrasing.speech_seconds)


def phrase_drops(prosody: Prosody, phrasing: Phrasing) -> list[tuple[Span, float]]:
    """For each phrase: its end, and by how many dB it is softer than what came before (voiced parts)."""
    found = []
    for start, end in phrasing.runs:
        if end - start < MIN_PHRASE_SECONDS:
            continue
        tail = (end - END_SECONDS, end)
        before, after = _voiced_db(prosody, (start, tail[0])), _voiced_db(prosody, tail)
        if before is not None and after is not None:
            found.append((tail, before - after))
    return found


def loudness_over_floor(rms_db: NDArray[np.float32], first: int, last: int) -> float | None:
    """Speech level of steps ``first`` to ``last`` over the noise floor of all steps; None when nobody spoke in them."""
    known = rms_db[~np.isnan(rms_db)]
    if not len(known):
        return None
    floor_db = float(np.percentile(known, 10))
    loud = rms_db[max(0, first) : last]
    loud = loud[loud > floor_db + QUIET_OVER_FLOOR_DB]
    return float(np.percentile(loud, SPEECH_PERCENTILE)) - floor_db if len(loud) >= 20 else None


def quiet_spans(prosody: Prosody, phrasing: Phrasing) -> list[Span]:
    """Phrases that hardly stand out above the noise."""
    if phrasing.floor_db is None:
        return []
    limit = phrasing.floor_db + QUIET_OVER_FLOOR_DB
    levels = [(run, _voiced_db(prosody, run)) for run in phrasing.runs if run[1] - run[0] >= 1.0]
    return [run for run, level in levels if level is not None and level < limit]


def _voiced_db(prosody: Prosody, span: Span) -> float | None:
    loudness, pitch = _cut(prosody.rms_db, span, prosody), _cut(prosody.f0_hz, span, prosody)
    voiced = loudness[~np.isnan(pitch) & ~np.isnan(loudness)]
    return float(np.mean(voiced)) if len(voiced) >= 5 else None


def _cut(values: NDArray[np.float32], span: Span, prosody: Prosody) -> NDArray[np.float32]:
    return values[round(span[0] / prosody.step_seconds) : round(span[1] / prosody.step_seconds)]
