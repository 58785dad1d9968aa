"""How an answer was said (pure): pace, pauses, fillers, articulation, loudness, pitch movement.

Every number comes with its coverage; what could not be measured is None with the reason. Bands, and where they come
from, are in docs/hearing.md. Numbers against the candidate's own warm-up are None until there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from appliance.messages import Baseline, DeliveryMetrics, HeardAnswer, Measured, Moment, Prosody, Word
from appliance.metrics import pace, tone
from appliance.metrics.fillers import Filler, find_fillers
from appliance.metrics.gate import judge_text
from appliance.metrics.phrasing import Phrasing, find_phrasing

LONG_PAUSE_SECONDS = 2.5
MID_PHRASE_SECONDS = 1.0
"""PRODUCT.md: mid-phrase pauses from 1 s are counted, those from 2.5 s are named"""
MIN_SPEECH_SECONDS = 3.0
"""less speech gives no rates; our choice"""
LIVE_SECONDS = 15.0
WORD_NUMBERS = ("speaking_rate_wpm", "mean_run_words", "mid_phrase_pause_count", "fast_window_count",
                "slow_window_count", "word_count", "fillers_per_100", "filled_pause_count")  # fmt: skip
"""numbers that need understood words"""


def measure_delivery(
    heard: HeardAnswer, baseline: Baseline | None = None, shape: str = "technical"
) -> DeliveryMetrics:
    """All numbers and moments of one answer.

    Args:
        heard: the answer.
        baseline: the candidate's own warm-up; None: no comparison.
        shape: of the question; silence before the first word never counts, in no shape.
    """
    if heard.engine == "typed":
        return DeliveryMetrics({"word_count": Measured(float(len(heard.text.split())), 1.0)})
    phrasing = find_phrasing(heard)
    reason = _nothing_heard(heard, phrasing)
    if reason is not None:
        return DeliveryMetrics({key: Measured(None, 0.0, reason) for key in NUMBERS})
    gate = judge_text(heard)
    filled, phrases = find_fillers(heard, phrasing)
    facts = _Facts(heard, phrasing, filled, phrases, baseline)
    numbers = {key: _measured(key, number(facts), facts, gate) for key, number in NUMBERS.items()}
    return DeliveryMetrics(
        numbers, tuple(sorted(_moments(facts, gate.value is not None), key=lambda m: m.start))
    )


def voice_baseline(heard: HeardAnswer) -> Baseline:
    """What the warm-up teaches of this voice; parts that could not be measured are None."""
    phrasing = find_phrasing(heard)
    if _nothing_heard(heard, phrasing) is not None:
        return Baseline(noise_floor_db=heard.noise_floor_db)
    understood = judge_text(heard).value is not None
    return Baseline(
        speaking_rate_wpm=pace.words_per_minute(heard.words, phrasing.span_seconds) if understood else None,
        articulation_rate_hz=_articulation_rate(phrasing),
        loudness_db=phrasing.speech_db,
        noise_floor_db=phrasing.floor_db,
        pitch_sd_semitones=tone.pitch_sd_semitones(heard.prosody),
    )


def live_numbers(words: Sequence[Word], prosody: Prosody, now: float) -> dict[str, Measured]:
    """Pace and loudness of the last 15 s, for the live strip.

    Args:
        words: final words of the answer so far.
        prosody: of the answer so far.
        now: seconds since the answer began.
    """
    start = max(0.0, now - LIVE_SECONDS)
    recent = [w for w in words if w.end > start]
    seconds = now - max(start, recent[0].start) if recent else 0.0
    rate = pace.words_per_minute(recent, seconds) if seconds >= 5.0 else None
    first, last = (round(t / prosody.step_seconds) for t in (start, now))
    loudness = tone.loudness_over_floor(prosody.rms_db, first, last)
    return {
        "speaking_rate_wpm": Measured(rate, min(1.0, seconds / LIVE_SECONDS), None if rate else "too_short"),
        "loudness_over_noise_db": Measured(loudness, 1.0, None if loudness is not None else "no_speech"),
    }


class _Facts:
    """What the numbers are made of."""

    def __init__(
        self,
        heard: HeardAnswer,
        phrasing: Phrasing,
        filled: Sequence[Filler],
        phrases: Sequence[Filler],
        baseline: Baseline | None,
    ) -> None:
        self.heard, self.phrasing, self.filled, self.phrases = heard, phrasing, filled, phrases
        self.baseline = baseline or Baseline()
        self.words = pace.spoken_words(heard.words)
        self.span = (phrasing.runs[0][0], phrasing.runs[-1][1])
        self.long_pauses = [p for p in phrasing.pauses if p[1] - p[0] >= LONG_PAUSE_SECONDS]
        self.mid_pauses = [
            p
            for p in phrasing.pauses
            if p[1] - p[0] >= MID_PHRASE_SECONDS and pace.is_mid_phrase(p, heard.words)
        ]
        self.windows = pace.odd_windows(heard.words, self.span)
        self.drops = tone.phrase_drops(heard.prosody, phrasing)


def _articulation_rate(phrasing: Phrasing) -> float | None:
    if phrasing.speech_seconds < MIN_SPEECH_SECONDS:
        return None
    return phrasing.syllable_count / phrasing.speech_seconds


def _speaking_rate(facts: _Facts) -> float | None:
    seconds = facts.phrasing.span_seconds - facts.heard.held_seconds
    if seconds < pace.MIN_ANSWER_SECONDS:
        return None
    return pace.words_per_minute(facts.words, seconds)


def _fillers_per_100(facts: _Facts) -> float | None:
    if not facts.words:
        return None
    return 100.0 * (len(facts.filled) + len(facts.phrases)) / len(facts.words)


def _pitch_ratio(facts: _Facts) -> float | None:
    own, now = facts.baseline.pitch_sd_semitones, tone.pitch_sd_semitones(facts.heard.prosody)
    return now / own if own and now is not None else None


def _loudness_over_noise(facts: _Facts) -> float | None:
    speech, floor = facts.phrasing.speech_db, facts.phrasing.floor_db
    return speech - floor if speech is not None and floor is not None else None


def _drop(facts: _Facts) -> float | None:
    drops = sorted(drop for _, drop in facts.drops)
    return drops[len(drops) // 2] if drops else None


def _per_minute(facts: _Facts) -> float | None:
    seconds = facts.phrasing.span_seconds
    return 60.0 * len(facts.phrasing.pauses) / seconds if seconds >= MIN_SPEECH_SECONDS else None


def _silence_ratio(facts: _Facts) -> float | None:
    seconds = facts.phrasing.span_seconds
    return sum(b - a for a, b in facts.phrasing.pauses) / seconds if seconds > 0 else None


NUMBERS: dict[str, Callable[[_Facts], float | None]] = {
    "speaking_rate_wpm": _speaking_rate,
    "articulation_rate_hz": lambda f: _articulation_rate(f.phrasing),
    "pauses_per_minute": _per_minute,
    "long_pause_count": lambda f: float(len(f.long_pauses)),
    "mid_phrase_pause_count": lambda f: float(len(f.mid_pauses)),
    "mean_run_words": lambda f: pace.mean_run_words(f.words, f.phrasing),
    "fillers_per_100": _fillers_per_100,
    "filled_pause_count": lambda f: float(len(f.filled)),
    "loudness_over_noise_db": _loudness_over_noise,
    "sentence_end_drop_db": _drop,
    "pitch_sd_semitones": lambda f: tone.pitch_sd_semitones(f.heard.prosody),
    "pitch_ratio_to_warmup": _pitch_ratio,
    "voiced_ratio": lambda f: tone.voiced_ratio(f.heard.prosody, f.phrasing),
    "silence_ratio": _silence_ratio,
    "answer_seconds": lambda f: f.heard.seconds,
    "word_count": lambda f: float(len(f.words)),
    "fast_window_count": lambda f: float(len(f.windows["fast"])),
    "slow_window_count": lambda f: float(len(f.windows["slow"])),
}
"""every number of an answer, by its name"""


def _nothing_heard(heard: HeardAnswer, phrasing: Phrasing) -> str | None:
    if heard.began is None:
        return "no_microphone"
    return None if phrasing.runs else "no_speech"


def _measured(key: str, value: float | None, facts: _Facts, gate: Measured) -> Measured:
    if key in WORD_NUMBERS and gate.value is None:
        return Measured(None, gate.coverage, gate.reason)
    if value is None:
        no_warmup = key == "pitch_ratio_to_warmup" and facts.baseline.pitch_sd_semitones is None
        return Measured(None, 0.0, "no_warmup" if no_warmup else "too_short")
    return Measured(value, gate.coverage if key in WORD_NUMBERS else facts.phrasing.heard_ratio)


def _moments(facts: _Facts, understood: bool) -> list[Moment]:
    words = facts.heard.words if understood else ()
    found = [Moment("long_pause", a, b, pace.words_around((a, b), words)) for a, b in facts.long_pauses]
    found += [Moment("quiet", a, b) for a, b in tone.quiet_spans(facts.heard.prosody, facts.phrasing)]
    found += [Moment("drop", a, b) for (a, b), drop in facts.drops if drop >= tone.DROP_DB]
    if understood:
        found += [Moment("filler", f.start, f.end, f.text) for f in (*facts.filled, *facts.phrases)]
        shorter = [p for p in facts.mid_pauses if p not in facts.long_pauses]
        found += [Moment("pause", a, b, pace.words_around((a, b), words)) for a, b in shorter]
        found += [Moment(kind, a, b) for kind, spans in facts.windows.items() for a, b in spans]
    return found
