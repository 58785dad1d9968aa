"""Whether the words of an answer may be judged (pure): one coverage, and the reason when they may not.

The thresholds were chosen on real and synthetic speech, clean, noisy, clipped and narrow; the curves are in
docs/hearing.md, and ``scripts/bench gate`` draws them again.
"""

from __future__ import annotations

from appliance.messages import HeardAnswer, Measured
from appliance.metrics.phrasing import find_phrasing

MIN_CONFIDENCE = {"vosk": 0.80, "sphinx": 0.78}
"""mean word confidence, weighted by the words' lengths, from which on words are judged"""
MIN_SNR_DB = {"sphinx": 15.0}
"""PocketSphinx is sure of itself in noise too, so its confidence counts only above this"""
MIN_WORDS = {"sphinx": 8}
"""and not for a few words"""
MIN_WORDS_PER_SECOND = 1.0
"""of speech without pauses: even slow speech has two; our choice"""
MIN_WORD_COVER = 0.4
"""share of speech time that words cover; sure words are few where the rest was not made out; our choice"""
MAX_OVERRUN_RATIO = 0.1
"""lost sound; our choice"""
NOISY_SNR_DB = 15.0
QUIET_DB = -48.0


def judge_text(heard: HeardAnswer, min_confidence: float = 0.0) -> Measured:
    """How much of an answer was understood.

    Args:
        heard: the answer.
        min_confidence: the site's own threshold; 0: that of the engine.

    Returns:
        value: 0..1, the share that was heard and understood, when the text may be judged; else None with the reason
        "no_microphone", "no_speech", "overrun", "too_quiet", "too_noisy" or "not_understood".
    """
    if heard.engine == "typed":
        return Measured(1.0, 1.0)
    reason = _no_words(heard)
    if reason is not None:
        return Measured(None, 0.0, reason)
    coverage = _coverage(heard)
    if heard.overrun_seconds > MAX_OVERRUN_RATIO * heard.seconds:
        return Measured(None, coverage, "overrun")
    confidence = mean_confidence(heard)
    enough = min_confidence or MIN_CONFIDENCE.get(heard.engine, 1.0)
    if confidence is None or confidence < enough or not _is_plausible(heard):
        return Measured(None, coverage, _why(heard))
    return Measured(coverage, coverage)


def _is_plausible(heard: HeardAnswer) -> bool:
    """Whether the words can be what the speech was: an engine may be sure of a few words in noise."""
    if len(heard.words) < MIN_WORDS.get(heard.engine, 1):
        return False
    if heard.snr_db is not None and heard.snr_db < MIN_SNR_DB.get(heard.engine, 0.0):
        return False
    rate = len(heard.words) / max(0.1, find_phrasing(heard).speech_seconds)
    return rate >= MIN_WORDS_PER_SECOND and word_cover(heard) >= MIN_WORD_COVER


def mean_confidence(heard: HeardAnswer) -> float | None:
    """Confidence of all words, each weighted by its length."""
    pairs = [(w.confidence, max(0.01, w.end - w.start)) for w in heard.words if w.confidence is not None]
    total = sum(seconds for _, seconds in pairs)
    return sum(confidence * seconds for confidence, seconds in pairs) / total if total else None


def word_cover(heard: HeardAnswer) -> float:
    """Share of the time of speech in which words were made out, 0..1."""
    speech = find_phrasing(heard).speech_seconds
    return min(1.0, sum(w.end - w.start for w in heard.words) / speech) if speech else 0.0


def _no_words(heard: HeardAnswer) -> str | None:
    if heard.began is None:
        return "no_microphone"
    if not any(v.speaking for v in heard.voice):
        return "no_speech"
    if not heard.words:
        return _why(heard)
    return None


def _coverage(heard: HeardAnswer) -> float:
    heard_ratio = 1.0 - min(1.0, heard.overrun_seconds / heard.seconds) if heard.seconds else 0.0
    return heard_ratio * word_cover(heard) * (mean_confidence(heard) or 0.0)


def _why(heard: HeardAnswer) -> str:
    if heard.snr_db is not None and heard.noise_floor_db is not None:
        if heard.noise_floor_db + heard.snr_db < QUIET_DB:
            return "too_quiet"
        if heard.snr_db < NOISY_SNR_DB:
            return "too_noisy"
    return "not_understood"
