"""All that one answer gave, for the advice to choose from (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from appliance.coach.own_words import OwnWords
from appliance.messages import Answer, KeyPointHeard, Measured, Moment


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that one answer gave."""

    answer: Answer
    key_points: tuple[KeyPointHeard, ...] = ()
    star: Mapping[str, str | None] | None = None
    not_judged: str | None = None
    told: frozenset[tuple[str, str]] = frozenset()
    """(kind, topic) said after the last answer: not said again at once"""
    said: frozenset[str] = frozenset()
    """every text said so far in this interview: another one goes first"""
    own: OwnWords = field(default_factory=OwnWords)
    prompts: tuple[str, ...] = ()
    """what an interviewer would ask next, the least answered first; only where key points are not judged"""
    answered: tuple[str, str] | None = None
    """one of these that was answered already, and the sentence"""
    relevance: float | None = None
    """0..100"""

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

    @property
    def word_count(self) -> int:
        """Words of the answer, typed or recognised."""
        return len(self.answer.text.split())

    def time_of(self, quote: str) -> float | None:
        """When a quote was said; None when it cannot be told (typed answers)."""
        words = [_bare(word.text) for word in self.answer.words]
        wanted = [_bare(word) for word in quote.split()]
        for begin in range(len(words) - len(wanted) + 1):
            if wanted and words[begin : begin + len(wanted)] == wanted:
                return self.answer.words[begin].start
        return None

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


def _bare(word: str) -> str:
    return word.lower().strip(".,!?")
