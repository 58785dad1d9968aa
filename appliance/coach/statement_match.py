"""How an answer and a statement it should make compare: the features that the answer scorer reads (pure).

The strongest one is ``aligned``: each word piece of the statement looks for its likest piece in the answer, and
pieces that stand already in the question hardly count (an answer that repeats the question has said nothing).
Source: Zhang et al. 2020, BERTScore, section 3 (greedy matching); Sultan et al. 2016, "Fast and easy short answer
grading", section 3 (question demoting); Mohler et al. 2011 (both with the reference answer as the statement).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from math import log, log1p, sqrt

import numpy as np
from numpy.typing import NDArray

from appliance.coach.reading import Reading, cosine
from appliance.coach.text import STOP_WORDS, content_stems, negation_count, numbers_of, stem, words_of

Features = dict[str, float]

FUNCTION_WEIGHT = 0.05
QUESTION_WEIGHT = 0.3
"""what a function word, and a word of the question, count beside a content word (our choice)"""
ALIKE = 0.6
"""two word pieces above this cosine count as the same thing said (our choice)"""
LETTERS = 4
"""length of the letter n-grams, which forgive misspelling and recognition slips"""

_ALNUM = re.compile(r"[a-z0-9]+")


def match_features(answer: Reading, statement: Reading, question: Reading | None) -> Features:
    """All features of one answer (or a part of it) against one statement.

    Args:
        answer: what was said, read sentence by sentence and joined.
        statement: what should be said.
        question: what was asked; None when unknown.
    """
    asked = frozenset(content_stems(question.text)) if question else frozenset()
    return {
        **_meaning(answer, statement, question),
        **_shared_words(answer.text, statement.text, asked),
        **_letters(answer.text, statement.text),
        **_shape(answer.text, statement.text),
        **_aligned(answer, statement, asked),
    }


def _meaning(answer: Reading, statement: Reading, question: Reading | None) -> Features:
    likeness = cosine(answer, statement)
    to_question = cosine(answer, question) if question else 0.0
    expected = cosine(statement, question) if question else 0.0
    return {
        "cosine": likeness,
        "cosine_to_question": to_question,
        "statement_to_question": expected,
        "cosine_beyond_question": _beyond(likeness, to_question, expected),
    }


def _beyond(likeness: float, a: float, b: float) -> float:
    """Cosine of two vectors after the question's direction is taken out of both (partial correlation's formula)."""
    return (likeness - a * b) / max(1e-3, sqrt(max(0.0, (1 - a * a) * (1 - b * b))))


def _shared_words(answer: str, statement: str, asked: frozenset[str]) -> Features:
    said, wanted = set(content_stems(answer)), set(content_stems(statement))
    new_said, new_wanted = said - asked, wanted - asked
    new_shared = len(new_said & new_wanted)
    return {
        "words_found": new_shared / len(new_wanted) if new_wanted else _share(said & wanted, wanted),
        "words_fitting": _share(said & wanted, said),
        "new_words_fitting": new_shared / len(new_said) if new_said else 0.0,
        "question_repeated": _share(said & asked, asked),
        "length_ratio": log((1 + len(said)) / (1 + len(wanted))),
        "statement_length": log1p(len(wanted)),
    }


def _share(part: set[str], whole: set[str] | frozenset[str]) -> float:
    return len(part) / max(1, len(whole))


def _letters(answer: str, statement: str) -> Features:
    said, wanted = _ngrams(answer), _ngrams(statement)
    shared = sum((said & wanted).values())
    return {
        "letters_found": shared / max(1, sum(wanted.values())),
        "letters_fitting": shared / max(1, sum(said.values())),
    }


def _ngrams(text: str) -> Counter[str]:
    flat = " ".join(words_of(text))
    return Counter(flat[i : i + LETTERS] for i in range(len(flat) - LETTERS + 1))


def _shape(answer: str, statement: str) -> Features:
    negated, should = negation_count(answer) > 0, negation_count(statement) > 0
    numbers = numbers_of(statement)
    return {
        "answer_length": log1p(len(words_of(answer))),
        "negated": float(negated),
        "negation_differs": float(negated != should),
        "numbers_found": len(numbers & numbers_of(answer)) / len(numbers) if numbers else 1.0,
    }


def _aligned(answer: Reading, statement: Reading, asked: frozenset[str]) -> Features:
    wanted, said = piece_weights(statement, asked), piece_weights(answer, asked)
    if not len(wanted) or not len(said):
        return dict.fromkeys(
            ("aligned", "aligned_back", "aligned_flat", "aligned_least", "aligned_share"), 0.0
        )
    alike = statement.pieces @ answer.pieces.T
    best, back = alike.max(axis=1), alike.max(axis=0)
    return {
        "aligned": _weighted(best, wanted),
        "aligned_back": _weighted(back, said),
        "aligned_flat": float(best.mean()),
        "aligned_least": float(best[wanted >= wanted.max() - 1e-6].min()),
        "aligned_share": _weighted((best > ALIKE).astype(np.float32), wanted),
    }


def _weighted(values: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    return float((values * weights).sum() / weights.sum())


def piece_weights(reading: Reading, asked: frozenset[str]) -> NDArray[np.float32]:
    """What each word piece counts: content 1, a word of the question less, a function word next to nothing."""
    weight_at = _word_weights(reading.text.lower(), asked)
    return np.array([weight_at.get(start, FUNCTION_WEIGHT) for start, _ in reading.spans], np.float32)


def _word_weights(text: str, asked: frozenset[str]) -> Mapping[int, float]:
    weights: dict[int, float] = {}
    for word in _ALNUM.finditer(text):
        weight = FUNCTION_WEIGHT if word[0] in STOP_WORDS else 1.0
        if weight == 1.0 and stem(word[0]) in asked:
            weight = QUESTION_WEIGHT
        weights |= dict.fromkeys(range(word.start(), word.end()), weight)
    return weights


AVERAGED = ("cosine", "aligned", "words_found", "letters_found", "aligned_back", "aligned_share")


def over_alternatives(each: list[Features]) -> Features:
    """One feature set where a statement may be worded in several ways: the best wording's, and some means.

    Args:
        each: ``match_features`` of the same answer against every wording; at least one.
    """
    best = max(each, key=lambda found: found["cosine"] + found["aligned"] + found["words_found"])
    means = {f"mean_{name}": float(np.mean([found[name] for found in each])) for name in AVERAGED}
    return {**best, **means}
