"""Does a sentence deny what a statement says: negations, numbers, opposites and known wrong statements (pure).

The encoder puts "X is Y" and "X is not Y" close together, so likeness alone would count a denial as heard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from appliance.coach.reading import Reading, Vectors, cosine
from appliance.coach.statement_match import piece_weights
from appliance.coach.text import NEGATIONS, STOP_WORDS, numbers_of, stem, words_of

SCOPE_WORDS = 3
"""a negation speaks of this many content words after it (our choice)"""
CONDITIONS = frozenset(["if", "when", "where", "unless", "otherwise"])
CONDITION_WORDS = 6
"""a negation this soon after one of these sets a case ("if there is no index"), it denies nothing (our choice)"""
NEAR = 0.62
"""below this likeness two texts are not about the same thing, so neither denies the other"""
SAME_PIECE = 0.75
"""word pieces of a statement and its wrong twin above this cosine are what both share"""
WRONG_NEAR = 0.65
"""a sentence that makes the wrong statement is at least this near to it"""
OWN_LEAD, WRONG_LEAD = 0.05, 0.07
"""how much more of the wrong statement's own words it must have, and that plus how much nearer it is as a whole

All: our choice, on the packs' own statements (515 sentences of model answers, 371 wrong statements, 371 denials: about
3 % of the true ones taken for denials, 98 % of the wrong ones and 92 % of the denials found)."""

OPPOSITES = (
    "first last,newest oldest,increase decrease,increases decreases,higher lower,high low,more less,"
    "before after,faster slower,fast slow,larger smaller,large small,big small,top bottom,"
    "ordered unordered,sorted unsorted,always never,same different,same opposite,open closed,"
    "valid invalid,possible impossible,hot cold,cheap expensive,rise fall,rises falls,gain loss,"
    "maximum minimum,true false,stable unstable,static dynamic,public private,series parallel,"
    "compression tension,tension compression,early late,strong weak,mutable immutable,left right,"
    "accept reject,add remove,adds removes,include exclude,linear quadratic,constant linear,"
    "logarithmic linear,plus minus,stronger weaker,supervised unsupervised,labelled unlabelled,"
    "underfitting overfitting,synchronous asynchronous,input output"
)
_OPPOSITE_OF: dict[str, set[str]] = {}
for _pair in OPPOSITES.split(","):
    _a, _b = (stem(word) for word in _pair.split())
    _OPPOSITE_OF.setdefault(_a, set()).add(_b)
    _OPPOSITE_OF.setdefault(_b, set()).add(_a)

_DENIAL = re.compile(r"\b(?:not true|untrue|not correct|incorrect|false|wrong|a myth)(?: to say)? that\b")
"""phrases that deny all that follows"""
WHOLE_SENTENCE = 99


@dataclass(frozen=True, slots=True)
class Polarity:
    """Which content words of a text stand under a negation."""

    plain: frozenset[str]
    negated: frozenset[str]


def polarity_of(text: str) -> Polarity:
    """Content stems, split by whether a negation reaches them; two negations before a word undo each other."""
    plain: set[str] = set()
    negated: set[str] = set()
    reach, odd, condition = 0, False, 0
    for word in words_of(_DENIAL.sub(" unfact ", text.lower())):
        if word == "unfact":
            reach, odd = WHOLE_SENTENCE, not (odd and reach)
        elif word in CONDITIONS:
            condition = CONDITION_WORDS
        elif word in NEGATIONS and not condition:
            reach, odd = SCOPE_WORDS, not (odd and reach)
        elif word not in STOP_WORDS:
            (negated if odd and reach else plain).add(stem(word))
            reach = max(0, reach - 1)
        condition = max(0, condition - 1)
    return Polarity(frozenset(plain), frozenset(negated))


def negation_clash(sentence: str, statement: str) -> bool:
    """More of the shared content words are negated on one side only than are agreed on under a negation."""
    said, wanted = polarity_of(sentence), polarity_of(statement)
    denied = (said.negated - said.plain) & (wanted.plain - wanted.negated)
    missed = (wanted.negated - wanted.plain) & (said.plain - said.negated)
    agreed = said.negated & wanted.negated
    return len(denied) + len(missed) > len(agreed) and (len(denied) > 0 or len(missed) > 0)


def opposite_said(sentence: str, statement: str) -> bool:
    """The sentence has the opposite of a word of the statement, and not that word itself."""
    said, wanted = polarity_of(sentence), polarity_of(statement)
    plain_said = said.plain - said.negated
    own = wanted.plain - plain_said
    return any(_OPPOSITE_OF.get(word, set()) & (plain_said - wanted.plain) for word in own)


def numbers_clash(sentence: str, statement: str) -> bool:
    """Both name numbers, and none is the same."""
    said, wanted = numbers_of(sentence), numbers_of(statement)
    return bool(said) and bool(wanted) and not said & wanted


def nearer_to_wrong(sentence: Reading, statement: Reading, wrong: Reading) -> bool:
    """The sentence says what is peculiar to the wrong statement rather than what is peculiar to the right one.

    "It is not sorted" is near "it keeps keys sorted", but denies it: then the wrong statement was not made.
    """
    if negation_clash(sentence.text, wrong.text) and not negation_clash(wrong.text, statement.text):
        return False
    more_wrong = _said_of(sentence, _own_pieces(wrong, statement))
    lead = more_wrong - _said_of(sentence, _own_pieces(statement, wrong))
    return lead > OWN_LEAD and lead + cosine(sentence, wrong) - cosine(sentence, statement) > WRONG_LEAD


def _own_pieces(reading: Reading, other: Reading) -> Vectors:
    """The content pieces of a text that its twin has not."""
    content = piece_weights(reading, frozenset()) > 0.5
    unlike = (reading.pieces @ other.pieces.T).max(axis=1) < SAME_PIECE
    own: Vectors = reading.pieces[content & unlike]
    return own


def _said_of(sentence: Reading, pieces: Vectors) -> float:
    if not len(pieces) or not len(sentence.pieces):
        return 0.0
    return float(np.mean((pieces @ sentence.pieces.T).max(axis=1)))


def contradicts(sentence: Reading, statement: Reading, wrong: Reading | None) -> bool:
    """Whether a sentence denies a statement it is about."""
    if (
        wrong is not None
        and cosine(sentence, wrong) >= WRONG_NEAR
        and nearer_to_wrong(sentence, statement, wrong)
    ):
        return True
    if cosine(sentence, statement) < NEAR:
        return False
    return denies(sentence.text, statement.text)


def denies(sentence: str, statement: str) -> bool:
    """By the words alone: a negation or an opposite too many, or other numbers; the texts must be about one thing."""
    turned = negation_clash(sentence, statement) != opposite_said(sentence, statement)
    return turned or numbers_clash(sentence, statement)
