"""What a sentence denies: which of its content words stand under a negation, and under which condition (pure).

A negation speaks of the next few content words of its own clause. "If the list is not sorted …" and "without an
index …" set a case and deny nothing; "not only" denies nothing; after "otherwise" another case is spoken of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from appliance.coach.text import NEGATIONS, STOP_WORDS, stem, words_of

SCOPE_WORDS = 3
"""a negation speaks of this many content words after it (our choice)"""
CONDITIONS = frozenset(["if", "when", "where", "unless", "otherwise", "until", "which", "that", "who"])
OTHER_CASES = frozenset(["otherwise", "unless", "without", "else"])
"""what they bring in is another case than the sentence's own"""
CONDITION_WORDS = 6
"""a negation this soon after a condition's beginning belongs to it, if no comma ends it before (our choice)"""
WHOLE_SENTENCE = 99
BREAK = ","

_DENIAL = re.compile(r"\b(?:not true|untrue|not correct|incorrect|false|wrong|a myth)(?: to say)? that\b")
"""phrases that deny all that follows"""
_UNDENIED = re.compile(r"\b(?:not (?:only|just|merely|simply)|no (?:doubt|matter))\b")
"""negating words that negate nothing"""
_DIFFERENT = re.compile(r"\bnot (?:at all |exactly )?(?:the |an? )?(?:same|equal)\b")
_NOT = re.compile(r"\b(?:instead of|rather than|no longer)\b")
_CLAUSE_END = re.compile(r"[,;:.!?()]|\b(?:and|but|so|because|while|whereas)\b")
_LIGHT_VERBS = "make do get take go come keep become use let give cause"
_LIGHT = frozenset(map(stem, _LIGHT_VERBS.split()))
"""verbs that say little: a negation before them is about what follows"""
_NOUNS = {
    "strength": "strong",
    "strengths": "strong",
    "length": "long",
    "stiffness": "stiff",
    "hardness": "hard",
}
"""nouns of a quality"""


OPPOSITES = (
    "first last,newest oldest,newest older,before after,top bottom,ordered unordered,sorted unsorted,always never,"
    "same different,same opposite,open closed,valid invalid,possible impossible,rise fall,maximum minimum,"
    "true false,static dynamic,public private,series parallel,compression tension,mutable immutable,left right,"
    "accept reject,add remove,adds removes,include exclude,linear quadratic,constant linear,logarithmic linear,"
    "plus minus,supervised unsupervised,labelled unlabelled,underfitting overfitting,synchronous asynchronous,"
    "input output,outer inner,inbound outbound"
)
_OPPOSITE_OF: dict[str, set[str]] = {}
for _pair in OPPOSITES.split(","):
    _a, _b = (stem(word) for word in _pair.split())
    _OPPOSITE_OF.setdefault(_a, set()).add(_b)
    _OPPOSITE_OF.setdefault(_b, set()).add(_a)


@dataclass(frozen=True, slots=True)
class Polarity:
    """Which content words of a text stand under a negation."""

    plain: frozenset[str]
    negated: frozenset[str]
    heads: frozenset[str]
    """the first word each negation reaches: what it denies in the first place"""
    other_case: bool
    """something is said of the case in which a thing is not so"""


class _Reader:
    """Reads word by word how far each negation reaches."""

    def __init__(self) -> None:
        self.plain: set[str] = set()
        self.negated: set[str] = set()
        self.heads: set[str] = set()
        self.other_case = False
        self._reach, self._condition, self._odd, self._first = 0, 0, False, False

    def take(self, word: str) -> None:
        if word == BREAK:
            self._condition = 0
            self._reach = self._reach if self._reach > SCOPE_WORDS else 0
        elif word == "unfact":
            self._negate(WHOLE_SENTENCE)
        elif word in CONDITIONS or word in OTHER_CASES:
            self._condition = CONDITION_WORDS + 1
            self.other_case |= word in OTHER_CASES
        elif word in NEGATIONS:
            if self._condition:
                self.other_case = True
            else:
                self._negate(SCOPE_WORDS)
        elif word not in STOP_WORDS and word != "one":
            self._content(stem(_NOUNS.get(word, word)))
        self._condition = max(0, self._condition - 1)

    def _negate(self, reach: int) -> None:
        self._odd = not (self._odd and self._reach)
        self._reach, self._first = reach, True

    def _content(self, word: str) -> None:
        denied = self._odd and self._reach > 0
        (self.negated if denied else self.plain).add(word)
        if word not in _LIGHT:
            self.heads |= {word} if denied and self._first else set()
            self._first = False
        self._reach = max(0, self._reach - 1)


def polarity_of(text: str) -> Polarity:
    """Content stems, split by whether a negation reaches them; two negations before a word undo each other."""
    reader = _Reader()
    told = _NOT.sub(
        " not ", _DIFFERENT.sub(" different ", _UNDENIED.sub(" ", _DENIAL.sub(" unfact ", text.lower())))
    )
    for clause in _CLAUSE_END.split(told):
        for word in words_of(clause):
            reader.take(word)
        reader.take(BREAK)
    return Polarity(
        frozenset(reader.plain), frozenset(reader.negated), frozenset(reader.heads), reader.other_case
    )


def negation_clash(sentence: str, statement: str) -> bool:
    """One side denies what the other says, and about the same case.

    A negation counts when what it denies first stands plainly on the other side: "threads do not share" says nothing
    about "a process has memory". Where more of the shared words are denied on both sides, both deny the same thing.
    """
    said, wanted = polarity_of(sentence), polarity_of(statement)
    if said.other_case != wanted.other_case:
        return False
    denied, missed = _denied(said, wanted), _denied(wanted, said)
    first = bool(said.heads & denied) or bool(wanted.heads & missed)
    return first and len(denied) + len(missed) > len(said.negated & wanted.negated)


def may_negate(sentence: str, statement: str) -> bool:
    """Whether one of them may deny the other: enough not to say that the sentence makes the statement."""
    said, wanted = polarity_of(sentence), polarity_of(statement)
    return bool(said.heads & _denied(said, wanted)) or bool(wanted.heads & _denied(wanted, said))


def _denied(said: Polarity, wanted: Polarity) -> frozenset[str]:
    """Words that are negated on one side and plain on the other; "not the same" says "different"."""
    turned = {
        word
        for word in said.negated
        if _OPPOSITE_OF.get(word, set()) & (wanted.plain - said.negated - said.plain)
    }
    return (said.negated - said.plain - turned) & (wanted.plain - wanted.negated)


def opposite_said(sentence: str, statement: str) -> bool:
    """The sentence has the opposite of a word of the statement, and not that word itself."""
    said, wanted = polarity_of(sentence), polarity_of(statement)
    plain_said = said.plain - said.negated
    own = wanted.plain - plain_said
    return any(_OPPOSITE_OF.get(word, set()) & (plain_said - wanted.plain) for word in own)
