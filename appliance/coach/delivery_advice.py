"""Advice on how it was said and how it looked; nothing on tiny evidence, nothing of this on typed answers (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from appliance.coach.evidence import Evidence
from appliance.coach.phrasebook import Phrases
from appliance.messages import FeedbackPoint, Measured, Moment

LENGTH_SECONDS: Mapping[str, tuple[float, float]] = {
    "introduction": (45.0, 100.0),
    "behavioural": (60.0, 150.0),
    "technical": (30.0, 180.0),
    "talk": (45.0, 75.0),
}
QUIET_BAND_WPM = (110.0, 170.0)
FILLERS_PER_100 = 5.0
FEW_FILLERS_PER_100 = 2.0
MANY_PAUSES = 3
"""mid-phrase pauses of a second or more before they are mentioned (our choice)"""
FLAT_RATIO = 0.6
SENTENCE_END_DROP_DB = 9.0
"""our choice"""
QUIET_OVER_NOISE_DB = 10.0
"""our choice"""
EYE_CONTACT_HINT, EYE_CONTACT_COVERAGE = 0.5, 0.8
EYE_CONTACT_GOOD, EYE_CONTACT_GOOD_COVERAGE = 0.7, 0.5
SLOUCH_RATIO, SLOUCH_COVERAGE = 0.4, 0.5
"""our choice"""
MIN_SECONDS = 20.0
"""shorter answers have no pace, and say nothing of where somebody looks"""
MIN_WORDS = 50
"""fewer words say nothing of fillers (our choice)"""


def delivery_strengths(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    """What was heard and seen well, on at least 20 seconds."""
    answer, say = evidence.answer, phrases.strength
    if answer.typed or answer.seconds < MIN_SECONDS:
        return
    eye = evidence.number("eye_contact_ratio")
    if _at_least(eye, EYE_CONTACT_GOOD, EYE_CONTACT_GOOD_COVERAGE):
        yield say("eye_contact", at=0.0, value=_percent(eye.value), coverage=_percent(eye.coverage))
    pace = evidence.value("speaking_rate_wpm")
    if pace is not None and QUIET_BAND_WPM[0] <= pace <= QUIET_BAND_WPM[1]:
        yield say("pace", at=0.0, value=round(pace))
    fillers = evidence.value("fillers_per_100")
    if fillers is not None and fillers < FEW_FILLERS_PER_100 and evidence.word_count >= MIN_WORDS:
        yield say("fillers", at=0.0, value=f"{fillers:.1g}")
    low, high = _length_band(evidence)
    if low <= answer.seconds <= high and answer.text:
        yield say("length", at=answer.seconds, value=round(answer.seconds), low=round(low), high=round(high))
    if evidence.value("long_pause_count") == 0:
        yield say("pauses", at=0.0)


def delivery_tries(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    """What to try with time, voice and looks; the words of a typed answer have none of these."""
    if evidence.answer.typed or not evidence.answer.seconds:
        return
    yield from _time(evidence, phrases)
    yield from _pauses(evidence, phrases)
    yield from _voice(evidence, phrases)
    yield from _presence(evidence, phrases)


def _length_band(evidence: Evidence) -> tuple[float, float]:
    return LENGTH_SECONDS.get(evidence.answer.question.shape, (30.0, 180.0))


def _time(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    seconds, (low, high) = evidence.answer.seconds, _length_band(evidence)
    band: dict[str, Any] = {"length": phrases.seconds(seconds), "low": round(low), "high": round(high)}
    if seconds < low and not evidence.not_judged:
        yield phrases.trying("short", at=seconds, **band)
    if seconds > high:
        yield phrases.trying("long", at=high, **band)


def _pauses(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    longest = evidence.moment("long_pause")
    count = evidence.value("long_pause_count") or 0
    if longest is not None and count:
        name = "long_pause" if count == 1 else "long_pauses"
        value = round(longest.end - longest.start, 1)
        quote = longest.text or None
        yield phrases.trying(name, quote=quote, at=longest.start, value=value, count=round(count))
    pauses = evidence.value("mid_phrase_pause_count") or 0
    if pauses >= MANY_PAUSES:
        yield phrases.trying("pauses", at=_start(evidence.moment("pause")), count=round(pauses))


def _voice(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    say = phrases.trying
    yield from _fillers(evidence, phrases)
    for kind in ("fast", "slow"):
        moment = evidence.moment(kind)
        if moment is not None:
            yield say(kind, quote=moment.text or None, at=moment.start)
    loudness = evidence.value("loudness_over_noise_db")
    if loudness is not None and loudness < QUIET_OVER_NOISE_DB:
        yield say("quiet", at=_start(evidence.moment("quiet")), value=round(loudness))
    drop = evidence.value("sentence_end_drop_db")
    if drop is not None and drop > SENTENCE_END_DROP_DB:
        yield say("sentence_ends", at=_start(evidence.moment("drop")), value=round(drop))
    movement = evidence.value("pitch_ratio_to_warmup")
    if movement is not None and movement < FLAT_RATIO:
        yield say("flat", at=0.0, value=round(movement, 1))


def _fillers(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    fillers, top = evidence.value("fillers_per_100"), evidence.top_filler()
    if (
        fillers is not None
        and fillers >= FILLERS_PER_100
        and top is not None
        and evidence.word_count >= MIN_WORDS
    ):
        yield phrases.trying("fillers", quote=top[0], at=top[1].start, value=round(fillers), filler=top[0])


def _presence(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    if evidence.answer.seconds < MIN_SECONDS:
        return
    eye = evidence.number("eye_contact_ratio")
    low = eye.value is not None and eye.value < EYE_CONTACT_HINT
    if low and (eye.coverage or 0.0) > EYE_CONTACT_COVERAGE:
        at = _start(evidence.moment("look_away"))
        yield phrases.trying("eye_contact", at=at, value=_percent(eye.value), coverage=_percent(eye.coverage))
    slouch = evidence.number("slouch_ratio")
    if _at_least(slouch, SLOUCH_RATIO, SLOUCH_COVERAGE):
        yield phrases.trying("slouch", at=_start(evidence.moment("slouch")), value=_percent(slouch.value))


def _at_least(number: Measured, value: float, coverage: float) -> bool:
    return number.value is not None and number.value >= value and (number.coverage or 0.0) >= coverage


def _percent(ratio: float | None) -> int:
    return round((ratio or 0.0) * 100)


def _start(moment: Moment | None) -> float:
    return moment.start if moment is not None else 0.0
