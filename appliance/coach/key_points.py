"""Which key points of a question an answer makes, with the candidate's own words as evidence (pure).

Way: the answer is read sentence by sentence; for each key point the likeliest windows (a sentence, or two in a row)
are compared with it in every way ``statement_match`` knows; the learned head turns that into a confidence; a window
that contradicts the key point never counts. Lists of terms and repeated questions are not evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from appliance.coach.answer_head import AnswerHead, HeadVerdict
from appliance.coach.contradiction import Claim, clauses_of, contradicts, nearer_to_wrong
from appliance.coach.genuine import genuine_sentences, is_enumeration, is_list_of_terms
from appliance.coach.pronouns import spoken_out
from appliance.coach.reading import Read, Reading, Vectors, cosine, joined
from appliance.coach.statement_match import match_features, over_alternatives, piece_weights
from appliance.coach.text import contains_hindi, content_stems
from appliance.messages import KeyPoint

HEARD = 0.45
"""confidence from which a key point counts as heard (our choice: set on the packs' own model answers)"""
SISTERS = 0.55
"""two key points of a question above this cosine can be taken for one another (our choice)"""
CLOSE_WINDOWS = 3
"""windows looked at closely per key point (our choice)"""
QUOTE_LOSS = 0.1
"""likeness that a shorter quote may cost, and confidence that a nearer one may (our choice)"""
CONTRIBUTIONS = 4
"""strongest contributions told per key point"""
NO_CREDIT, FULL_CREDIT = 0.4, 0.6
"""confidence below which a key point adds nothing and above which it adds all (our choice, around ``HEARD``)"""


@dataclass(frozen=True, slots=True)
class KeyPointScore:
    """What was heard of one key point."""

    id: str
    heard: bool
    confidence: float
    """0..1"""
    quote: str | None
    """the candidate's words; None when nothing came near"""
    contradiction: bool
    """the candidate said the opposite; then ``heard`` is false"""
    contributions: Mapping[str, float]
    """feature -> what it added to or took from the confidence, strongest first"""
    wrong_likeness: float | None = None
    """of a contradiction: cosine of what was said with the known wrong statement; None: none is known"""


@dataclass(frozen=True, slots=True)
class ContentScore:
    """What was heard of all key points."""

    content: float | None
    """0..100; None when there is nothing to judge or the text must not be judged"""
    key_points: tuple[KeyPointScore, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A window for one key point, and what the head makes of it."""

    window: Reading
    verdict: HeadVerdict


def judge_content(
    answer_sentences: Sequence[str],
    key_points: Sequence[KeyPoint],
    read: Read,
    head: AnswerHead,
    question: str = "",
    truths: Sequence[str] = (),
) -> ContentScore:
    """Every key point with its evidence, and the share of them that was heard.

    Args:
        answer_sentences: from ``text.sentences_of``.
        key_points: of the question; none: nothing to judge.
        read: texts -> readings, such as ``Embedder.read``.
        head: the learned head.
        question: its text; repeating it is no evidence.
        truths: sentences of a model answer; what they say is right, however it is worded.
    """
    if not key_points or contains_hindi(" ".join(answer_sentences)):
        return ContentScore(None, ())
    asked = read([question])[0] if question else None
    statements = [_Statement(point, *_read_point(point, read)) for point in key_points]
    denied = _denials(answer_sentences, statements, read, question, truths)
    genuine = genuine_sentences(answer_sentences, question)
    denials = {denial.quote for denial in denied if denial}  # they are evidence for nothing
    told = read([sentence for sentence in genuine if sentence not in denials])
    scores = [
        _score(_own_sentences(told, own, statements), own, head, asked, said)
        for own, said in zip(statements, denied, strict=True)
    ]
    return ContentScore(round(100 * float(np.mean([_credit(score) for score in scores])), 1), tuple(scores))


def _denials(
    sentences: Sequence[str],
    statements: Sequence[_Statement],
    read: Read,
    question: str,
    truths: Sequence[str],
) -> list[_Denial | None]:
    """For each statement the sentence that contradicts it, or None.

    A right statement can only acquit, so the model answer is read when somebody is accused, which is seldom.
    """
    own = [sentence for sentence in sentences if not is_list_of_terms(sentence)]
    said = read(spoken_out(own, question))
    points = read([spoken_out([statement.point.text], question)[0] for statement in statements])
    found: list[_Denial | None] = []
    for at, statement in enumerate(statements):
        claim = Claim(statement.right, statement.wrong, [*points[:at], *points[at + 1 :]])
        denial = _denial(said, claim, read)
        if denial is not None and truths:
            model = read(_with_clauses(spoken_out(truths, question)))
            denial = _denial(said, replace(claim, truths=[*claim.truths, *model]), read)
        found.append(None if denial is None else _Denial(own[denial], statement.wrong_likeness(said[denial])))
    return found


def _with_clauses(sentences: Sequence[str]) -> list[str]:
    return [*sentences, *(clause for sentence in sentences for clause in clauses_of(sentence))]


@dataclass(frozen=True, slots=True)
class _Statement:
    """A key point as the encoder read it."""

    point: KeyPoint
    right: Reading
    wrong: Reading | None

    def wrong_likeness(self, said: Reading) -> float | None:
        """How near something said is to the known wrong statement."""
        return None if self.wrong is None else round(cosine(said, self.wrong), 3)


@dataclass(frozen=True, slots=True)
class _Denial:
    """A sentence that contradicts a statement."""

    quote: str
    wrong_likeness: float | None


def _read_point(point: KeyPoint, read: Read) -> tuple[Reading, Reading | None]:
    return read([point.text])[0], read([point.wrong])[0] if point.wrong else None


def _own_sentences(
    told: Sequence[Reading], own: _Statement, all_points: Sequence[_Statement]
) -> list[Reading]:
    """The sentences that may be about this key point: none that says a sister's peculiar words rather than its own.

    "A stack gives back the newest item" is close to what a queue's key point says, but it is the stack's.
    """
    sisters = [
        other.right for other in all_points if other is not own and cosine(other.right, own.right) >= SISTERS
    ]
    lists = is_enumeration(own.point.text)
    return [
        sentence
        for sentence in told
        if (lists or not is_enumeration(sentence.text))
        and not any(nearer_to_wrong(sentence, own.right, sister) for sister in sisters)
    ]


def _credit(score: KeyPointScore) -> float:
    """What a key point adds to the content: all when heard for sure, nothing when contradicted or unlikely."""
    if score.contradiction:
        return 0.0
    return float(np.clip((score.confidence - NO_CREDIT) / (FULL_CREDIT - NO_CREDIT), 0, 1))


def _score(
    sentences: Sequence[Reading],
    own: _Statement,
    head: AnswerHead,
    asked: Reading | None,
    denied: _Denial | None,
) -> KeyPointScore:
    if denied is not None:
        return KeyPointScore(own.point.id, False, 0.0, denied.quote, True, {}, denied.wrong_likeness)
    if not sentences:
        return KeyPointScore(own.point.id, False, 0.0, None, False, {})
    judged = _judged_windows(sentences, own.right, head, asked)
    verdict = judged[0].verdict
    heard = verdict.heard >= HEARD
    strongest = sorted(verdict.contributions.items(), key=lambda item: -abs(item[1]))[:CONTRIBUTIONS]
    quote = _quote(sentences, judged, own.right) if heard else None
    return KeyPointScore(own.point.id, heard, round(verdict.heard, 3), quote, False, dict(strongest))


def _quote(sentences: Sequence[Reading], judged: Sequence[Evidence], statement: Reading) -> str:
    """The window nearest in meaning, of those about as sure as the surest; one sentence of it, where that is enough."""
    least = max(HEARD, judged[0].verdict.heard - QUOTE_LOSS)
    sure = [evidence.window for evidence in judged if evidence.verdict.heard >= least]
    window = max(sure, key=lambda each: cosine(each, statement))
    parts = [sentence for sentence in sentences if sentence.text in window.text]
    nearest = max(parts, key=lambda sentence: cosine(sentence, statement))
    enough = cosine(nearest, statement) >= cosine(window, statement) - QUOTE_LOSS
    return nearest.text if enough else window.text


def _denial(sentences: Sequence[Reading], claim: Claim, read: Read) -> int | None:
    """Where a sentence contradicts the claim, unless another one is nearer to what is right."""
    support = max((cosine(sentence, claim.right) for sentence in sentences), default=0.0)
    for at, sentence in enumerate(sentences):
        about = max(cosine(sentence, text) for text in (claim.right, claim.wrong) if text is not None)
        if about >= support and contradicts(sentence, claim, read):
            return at
    return None


def _judged_windows(
    sentences: Sequence[Reading], statement: Reading, head: AnswerHead, asked: Reading | None
) -> list[Evidence]:
    """The windows that were looked at closely, surest first."""
    windows = [*sentences, *(joined(pair) for pair in pairwise(sentences))]
    weights = piece_weights(statement, frozenset(content_stems(asked.text)) if asked else frozenset())
    close = sorted(windows, key=lambda window: -_quick_likeness(window, statement, weights))[:CLOSE_WINDOWS]
    judged = [
        Evidence(w, head.judge(over_alternatives([match_features(w, statement, asked)]))) for w in close
    ]
    return sorted(judged, key=lambda evidence: -evidence.verdict.heard)


def _quick_likeness(window: Reading, statement: Reading, weights: Vectors) -> float:
    if not len(window.pieces) or not len(statement.pieces):
        return 0.0
    return float((statement.pieces @ window.pieces.T).max(axis=1) @ weights / weights.sum())
