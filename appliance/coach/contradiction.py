"""Does a sentence deny what a statement says: negations, numbers, opposites and known wrong statements (pure).

The encoder puts "X is Y" and "X is not Y" close together, so likeness alone would count a denial as heard. The other
way round, a right sentence in other words may be near to a wrong statement: it is acquitted by any right statement
of the same question that it is at least as near to and does not deny.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from appliance.coach.direction import may_turn, turned_round
from appliance.coach.polarity import may_negate, negation_clash, opposite_said
from appliance.coach.reading import Read, Reading, Vectors, cosine
from appliance.coach.statement_match import piece_weights
from appliance.coach.text import content_stems, numbers_of

NEAR = 0.60
"""below this likeness two texts are not about the same thing, so neither denies the other"""
SAME_PIECE = 0.75
"""word pieces of a statement and its wrong twin above this cosine are what both share"""
WRONG_NEAR = 0.65
"""a sentence that makes the wrong statement is at least this near to it"""
OWN_LEAD, WRONG_LEAD = 0.07, 0.07
"""how much more of the wrong statement's own words it must have, and that plus how much nearer it is as a whole"""
LEAST_LEAD = 0.03
"""how much nearer to it than to any right statement"""
SAME_TEXT, SURE_LEAD = 0.85, 0.08
"""or so near to it, and so much nearer than to any right statement, that the single words need no look"""
CLAUSE_WORDS = 3
"""a shorter piece is no clause

All: our choice, on the packs' own statements and on sentences written for it (``tests/coach/contradictions.yaml``)."""

_BETWEEN_CLAUSES = re.compile(r"[,;:]| but | while | whereas | and (?=(?:\S+ ){3})")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence can contradict."""

    right: Reading
    wrong: Reading | None
    """a common wrong statement about the same thing"""
    truths: Sequence[Reading] = ()
    """everything else that is right in an answer to this question"""


def numbers_clash(sentence: str, statement: str) -> bool:
    """Both name numbers, and none is the same."""
    said, wanted = numbers_of(sentence), numbers_of(statement)
    return bool(said) and bool(wanted) and not said & wanted


def nearer_to_wrong(sentence: Reading, statement: Reading, wrong: Reading) -> bool:
    """The sentence says what is peculiar to the wrong statement rather than what is peculiar to the right one."""
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


def contradicts(sentence: Reading, claim: Claim, read: Read) -> bool:
    """Whether a sentence denies what a claim says, or makes its wrong statement.

    Args:
        sentence: what was said.
        claim: what is right.
        read: texts -> readings; called for the clauses of a sentence that is near to the wrong statement, because
            one of them must make it by itself ("an ammeter in series and a voltmeter in parallel").
    """
    if _denies_right(sentence, claim):
        return True
    if not _makes_wrong(sentence, claim):
        return False
    clauses = clauses_of(sentence.text)
    return len(clauses) < 2 or any(_makes_wrong(clause, claim) for clause in read(clauses))


def clauses_of(sentence: str) -> list[str]:
    """The pieces of a sentence that may speak of different things."""
    pieces = (piece.strip(" .") for piece in _BETWEEN_CLAUSES.split(sentence))
    return [piece for piece in pieces if len(piece.split()) >= CLAUSE_WORDS]


def _makes_wrong(sentence: Reading, claim: Claim) -> bool:
    wrong = claim.wrong
    if wrong is None or cosine(sentence, wrong) < WRONG_NEAR or may_deny(sentence.text, wrong.text):
        return False
    if _of_another(sentence.text, wrong.text, [truth.text for truth in claim.truths]):
        return False
    near = cosine(sentence, wrong)
    if near - _best(sentence, claim.truths) < LEAST_LEAD:
        return False
    whole = near >= SAME_TEXT and near - _best(sentence, (claim.right, *claim.truths)) >= SURE_LEAD
    return whole or nearer_to_wrong(sentence, claim.right, wrong)


def _of_another(sentence: str, wrong: str, truths: Sequence[str]) -> bool:
    """The sentence does not name what the wrong statement is about, but what another statement is about."""
    said = set(content_stems(sentence))
    about, *others = (content_stems(text)[:1] for text in (wrong, *truths))
    return not said.issuperset(about) and any(
        said.issuperset(other) for other in others if other and other != about
    )


def _denies_right(sentence: Reading, claim: Claim) -> bool:
    likeness = cosine(sentence, claim.right)
    if likeness < NEAR or not denies(sentence.text, claim.right.text):
        return False
    wrong = claim.wrong
    if wrong is not None and cosine(sentence, wrong) >= likeness and may_deny(sentence.text, wrong.text):
        return False  # it is the wrong statement that is denied
    return _best(sentence, claim.truths) < likeness


def _best(sentence: Reading, truths: Sequence[Reading]) -> float:
    """How near the sentence is to a right statement that it does not deny."""
    near = (cosine(sentence, truth) for truth in truths if not denies(sentence.text, truth.text))
    return max(near, default=-1.0)


def denies(sentence: str, statement: str) -> bool:
    """By the words alone: a negation or an opposite too many, or other numbers; the texts must be about one thing."""
    turned = negation_clash(sentence, statement) != opposite_said(sentence, statement)
    return turned or turned_round(sentence, statement) or numbers_clash(sentence, statement)


def may_deny(sentence: str, statement: str) -> bool:
    """Any sign that a sentence says something else than a statement."""
    return (
        may_negate(sentence, statement)
        or opposite_said(sentence, statement)
        or may_turn(sentence, statement)
        or numbers_clash(sentence, statement)
    )
