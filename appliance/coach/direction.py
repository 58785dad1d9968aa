"""More or less of what: which way a sentence says that each thing goes, and whether two sentences differ (pure).

"A low power factor means more current" goes down with the factor and up with the current. A sentence in which one
of the two is turned round says the opposite; one in which both are says the same. Bound to the nearest nouns,
because "high voltage, low current" and "low voltage, high current" are the same words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.coach.text import NEGATIONS, STOP_WORDS, stem, words_of

_UP = (
    "high higher highest more most larger large largest big bigger greater great increase increases increased "
    "increasing rise rises risen rising raise raises raised raising grow grows growing gain gains additional extra"
)
_DOWN = (
    "low lower lowest lowers lowered lowering less least fewer small smaller smallest little decrease decreases "
    "decreased decreasing fall falls falling fell reduce reduces reduced reducing drop drops shrink shrinks"
)
DEGREES: Mapping[str, int] = dict.fromkeys(_UP.split(), 1) | dict.fromkeys(_DOWN.split(), -1)
"""words that say more or less of the noun beside them"""
_QUALITIES = (
    "fast faster quick quicker quickly/slow slower slowly,strong stronger/weak weaker,heavy heavier/light lighter,"
    "cheap cheaper/costly costlier expensive,thick thicker/thin thinner,easy easier easily simple simpler/hard harder "
    "difficult complex,hot hotter heated/cold colder cooled,safe safer safely/dangerous risky,"
    "stiff stiffer/soft wet flowing,dry drier/wet wetter,stable/unstable,"
    "early earlier/late later,long longer/short shorter"
)
QUALITIES: Mapping[str, tuple[str, int]] = {
    word: (pair, sign)
    for pair in _QUALITIES.split(",")
    for side, sign in zip(pair.split("/"), (1, -1), strict=True)
    for word in side.split()
}
"""words that name their own scale, with the side of it"""
REACH_WORDS = 2
"""content words on one side that a degree may speak of (our choice)"""
NEGATED_WITHIN = 2
"""words back from a degree in which a negation turns it (our choice)"""
_BREAK_WORDS = (
    "and but or so when if because while than for in of with as since whereas at to by on from means mean makes make "
    "causes cause gives give"
)
_BREAKS = frozenset(_BREAK_WORDS.split())
_LINK_WORDS = "is are was were be becomes become gets get goes go also very too much"
_LINKS = frozenset(_LINK_WORDS.split())
"""after these a degree speaks of what stands before: "the voltage is high" """
_CLAUSE_END = re.compile(r"[,;:.!?()]")


@dataclass(frozen=True, slots=True)
class Direction:
    """More or less of one thing."""

    sign: int
    """1 more, -1 less"""
    things: frozenset[str]
    """stems of the nouns it speaks of, or the name of a scale"""


def directions_of(text: str) -> list[Direction]:
    """What the text says there is more of, and less of."""
    found: list[Direction] = []
    for clause in _CLAUSE_END.split(text.lower()):
        words = words_of(clause)
        found += [d for at in range(len(words)) if (d := _said_at(words, at)) is not None]
    return found


def _said_at(words: Sequence[str], at: int) -> Direction | None:
    word, turn = words[at], -1 if NEGATIONS & set(words[max(0, at - NEGATED_WITHIN) : at]) else 1
    if word in QUALITIES:
        scale, sign = QUALITIES[word]
        return Direction(turn * sign, frozenset([scale]))
    if word not in DEGREES:
        return None
    things = _beside(words, at)
    return Direction(turn * DEGREES[word], frozenset(things)) if things else None


def _beside(words: Sequence[str], at: int) -> list[str]:
    """The nouns that a degree speaks of: those after it, or before it after a link or where its clause ends."""
    before, after = _content(words[:at][::-1]), _content(words[at + 1 :])
    linked = at > 0 and words[at - 1] in _LINKS
    return (before or after) if linked else (after or before)


def _content(words: Sequence[str]) -> list[str]:
    found: list[str] = []
    for word in words:
        if word in _BREAKS or len(found) == REACH_WORDS:
            break
        if word not in DEGREES and word not in QUALITIES and word not in STOP_WORDS:
            found.append(stem(word))
    return found


def turned_round(sentence: str, statement: str) -> bool:
    """Of the things that both speak of, some go the same way and others do not.

    All turned round is the same relation seen from its other end, and one thing alone is no relation.
    """
    said, wanted = directions_of(sentence), directions_of(statement)
    return len(_same(said, wanted)) == 2 and not _both_ways(said) and not _both_ways(wanted)


def may_turn(sentence: str, statement: str) -> bool:
    """Something that both speak of goes the other way."""
    return False in _same(directions_of(sentence), directions_of(statement))


def _same(said: Sequence[Direction], wanted: Sequence[Direction]) -> set[bool]:
    return {s.sign == w.sign for s in said for w in wanted if s.things & w.things}


def _both_ways(directions: Sequence[Direction]) -> bool:
    """The same thing goes up and down: two cases are told in one sentence."""
    return any(a.sign != b.sign and a.things & b.things for a in directions for b in directions)
