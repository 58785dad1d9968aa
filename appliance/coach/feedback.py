"""Evidence becomes advice: at most three points, each with the candidate's words or a time, a reason and a drill. Pure.

What is shown to help is specific, task-level feedback on what can be changed. Nothing here speaks of the person.
Source: Kluger & DeNisi 1996, Psychological Bulletin 119 (feedback that turns to the self hurts in a third of cases).
Bands: docs/coaching.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.coach.phrasebook import Phrases
from appliance.messages import Answer, FeedbackPoint, KeyPointHeard, Measured, Moment

LENGTH_SECONDS: Mapping[str, tuple[float, float]] = {
    "introduction": (45.0, 100.0),
    "behavioural": (60.0, 150.0),
    "technical": (30.0, 180.0),
    "talk": (45.0, 75.0),
}
QUIET_BAND_WPM = (110.0, 170.0)
FILLERS_PER_100 = 5.0
FEW_FILLERS_PER_100 = 2.0
LONG_PAUSE_SECONDS = 2.5
MANY_PAUSES = 3
"""mid-phrase pauses of a second or more before they are mentioned (our choice)"""
FLAT_RATIO = 0.6
SENTENCE_END_DROP_DB = 9.0
"""our choice"""
QUIET_OVER_NOISE_DB = 10.0
"""our choice"""
EYE_CONTACT_HINT, EYE_CONTACT_COVERAGE = 0.5, 0.8
EYE_CONTACT_GOOD = 0.7
SLOUCH_RATIO = 0.4
"""our choice"""
MIN_SECONDS = 20.0
"""shorter answers have no pace"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that one answer gave."""

    answer: Answer
    key_points: tuple[KeyPointHeard, ...] = ()
    star: Mapping[str, str | None] | None = None
    not_judged: str | None = None
    told: frozenset[tuple[str, str]] = frozenset()
    """(kind, topic) said after the last answer: not said again at once"""

    def number(self, name: str) -> Measured:
        """One measured number; an absent one is unknown."""
        for metrics in (self.answer.delivery, self.answer.presence):
            if metrics is not None and name in metrics.numbers:
                return metrics.numbers[name]
        return Measured(None)

    def value(self, name: str) -> float | None:
        """The value of one number."""
        return self.number(name).value

    def moment(self, *kinds: str) -> Moment | None:
        """The longest moment of these kinds."""
        return max(self._moments(kinds), key=lambda m: m.end - m.start, default=None)

    def _moments(self, kinds: Sequence[str]) -> list[Moment]:
        found: list[Moment] = []
        for metrics in (self.answer.delivery, self.answer.presence):
            found.extend(m for m in (metrics.moments if metrics else ()) if m.kind in kinds)
        return found

    def top_filler(self) -> tuple[str, Moment] | None:
        """The filler used most, and its first place."""
        fillers = [m for m in self._moments(("filler", "filled_pause")) if m.text]
        if not fillers:
            return None
        names = [m.text for m in fillers]
        top = max(sorted(set(names)), key=names.count)
        return top, next(m for m in fillers if m.text == top)


def advise(evidence: Evidence, phrases: Phrases) -> tuple[FeedbackPoint, ...]:
    """One strength and up to two things to try."""
    strengths = _fresh(evidence, strengths_of(evidence, phrases))[:1]
    tries = _fresh(evidence, tries_of(evidence, phrases))[:2]
    return (*strengths, *tries)


def _fresh(evidence: Evidence, points: Iterator[FeedbackPoint]) -> list[FeedbackPoint]:
    """What was not said last time first; a topic only once."""
    found: dict[str, FeedbackPoint] = {}
    for point in points:
        found.setdefault(point.topic, point)
    return sorted(found.values(), key=lambda p: (p.kind, p.topic) in evidence.told and p.topic != "key_point")


# --- strengths --------------------------------------------------------------------------------------------------


def strengths_of(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    """All strengths that the evidence carries, best first."""
    say = phrases.strength
    for point in sorted(evidence.key_points, key=lambda p: -(p.confidence or 0.0)):
        if point.heard and point.quote:
            yield say("key_point", quote=point.quote, at=_time_of(evidence, point.quote), point=point.text)
    result = (evidence.star or {}).get("result")
    if result:
        yield say("star_result", quote=result, at=_time_of(evidence, result))
    yield from _delivery_strengths(evidence, phrases)
    if evidence.answer.text.strip() and not evidence.not_judged:
        opening = " ".join(evidence.answer.text.split()[:8])
        yield say("finished", quote=opening, at=0.0, value=round(evidence.answer.seconds))


def _delivery_strengths(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    say, answer = phrases.strength, evidence.answer
    eye = evidence.number("eye_contact_ratio")
    if eye.value is not None and eye.value >= EYE_CONTACT_GOOD and (eye.coverage or 0.0) >= 0.5:
        yield say("eye_contact", at=0.0, value=round(eye.value * 100), coverage=_percent(eye.coverage))
    pace = evidence.value("speaking_rate_wpm")
    if pace is not None and QUIET_BAND_WPM[0] <= pace <= QUIET_BAND_WPM[1] and answer.seconds >= MIN_SECONDS:
        yield say("pace", at=0.0, value=round(pace))
    fillers = evidence.value("fillers_per_100")
    if fillers is not None and fillers < FEW_FILLERS_PER_100 and len(answer.words) >= 50:
        yield say("fillers", at=0.0, value=round(fillers, 1))
    low, high = LENGTH_SECONDS.get(answer.question.shape, (30.0, 180.0))
    if low <= answer.seconds <= high and not answer.typed and answer.text:
        yield say("length", at=answer.seconds, value=round(answer.seconds), low=round(low), high=round(high))
    if evidence.value("long_pause_count") == 0 and answer.seconds >= MIN_SECONDS:
        yield say("pauses", at=0.0)


# --- things to try ----------------------------------------------------------------------------------------------


def tries_of(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    """All things to try that the evidence carries, the most useful first."""
    if evidence.not_judged:
        yield phrases.trying("not_judged", at=0.0, why=phrases.why(evidence.not_judged))
    yield from _content_tries(evidence, phrases)
    yield from _time_tries(evidence, phrases)
    yield from _voice_tries(evidence, phrases)
    yield from _presence_tries(evidence, phrases)


def _content_tries(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    say = phrases.trying
    for point in evidence.key_points:
        if point.contradicted and point.quote:
            yield say(
                "contradiction", quote=point.quote, at=_time_of(evidence, point.quote), point=point.text
            )
    for part in ("result", "action", "situation", "task"):
        if evidence.star is not None and not evidence.star.get(part) and not evidence.not_judged:
            yield say(f"star_{part}", at=evidence.answer.seconds)
    for point in evidence.key_points:
        if not point.heard and not point.contradicted and not evidence.not_judged:
            yield say("key_point", at=evidence.answer.seconds, point=point.text)


def _time_tries(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    answer, say = evidence.answer, phrases.trying
    low, high = LENGTH_SECONDS.get(answer.question.shape, (30.0, 180.0))
    if answer.typed or not answer.seconds:
        return
    band: dict[str, Any] = {"value": round(answer.seconds), "low": round(low), "high": round(high)}
    if answer.seconds < low:
        yield say("short", at=answer.seconds, **band)
    if answer.seconds > high:
        yield say("long", at=high, **band)
    longest = evidence.moment("long_pause")
    count = evidence.value("long_pause_count") or 0
    if longest is not None and count:
        value = round(longest.end - longest.start, 1)
        yield say(
            "long_pause",
            quote=longest.text or None,
            at=longest.start,
            value=value,
            count=phrases.count(count),
        )
    pauses = evidence.value("mid_phrase_pause_count") or 0
    if pauses >= MANY_PAUSES:
        yield say("pauses", at=_start(evidence.moment("pause")), count=round(pauses))


def _voice_tries(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    say = phrases.trying
    fillers, top = evidence.value("fillers_per_100"), evidence.top_filler()
    if fillers is not None and fillers >= FILLERS_PER_100 and top is not None:
        yield say("fillers", quote=top[0], at=top[1].start, value=round(fillers), filler=top[0])
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


def _presence_tries(evidence: Evidence, phrases: Phrases) -> Iterator[FeedbackPoint]:
    say = phrases.trying
    eye = evidence.number("eye_contact_ratio")
    low = eye.value is not None and eye.value < EYE_CONTACT_HINT
    if eye.value is not None and low and (eye.coverage or 0.0) > EYE_CONTACT_COVERAGE:
        at = _start(evidence.moment("look_away"))
        yield say("eye_contact", at=at, value=round(eye.value * 100), coverage=_percent(eye.coverage))
    slouch = evidence.value("slouch_ratio")
    if slouch is not None and slouch > SLOUCH_RATIO:
        yield say("slouch", at=_start(evidence.moment("slouch")), value=round(slouch * 100))


def _percent(ratio: float | None) -> int:
    return round((ratio or 0.0) * 100)


def _start(moment: Moment | None) -> float:
    return moment.start if moment is not None else 0.0


def _time_of(evidence: Evidence, quote: str) -> float | None:
    """When a quote was said; None when it cannot be told (typed answers)."""
    words = [w.text.lower().strip(".,!?") for w in evidence.answer.words]
    wanted = [word.lower().strip(".,!?") for word in quote.split()]
    for begin in range(len(words) - len(wanted) + 1):
        if wanted and words[begin : begin + len(wanted)] == wanted:
            return evidence.answer.words[begin].start
    return None
