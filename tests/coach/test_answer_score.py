"""The platform's score: its formula, its keywords, and what does not pay."""

from __future__ import annotations

import pytest

from appliance.coach.answer_score import (
    GOOD_COMMENT,
    LIST_COMMENT,
    SHORT_COMMENT,
    combine,
    keyword_score,
    length_score,
    platform_score,
    relevance_score,
)
from appliance.messages import Keyword
from tests.fakes.word_reader import embed_words

QUESTION = "What is a stack?"
ANSWER = "A stack keeps items so that the newest one leaves first."
POINTS = ["In a stack the newest item leaves first.", "A stack is used for function calls."]


def test_the_platforms_example_fixes_the_weights() -> None:
    assert combine(41.12, 100.0, 25.0) == 57.17


@pytest.mark.parametrize(("words", "points"), [(0, 0), (5, 25), (19, 95), (20, 100), (300, 100)])
def test_length_pays_five_a_word_up_to_twenty(words: int, points: float) -> None:
    assert length_score("word " * words) == points


def test_keywords_are_found_by_stem_phrase_and_synonym() -> None:
    expected: list[str | Keyword] = [
        "hash functions",
        Keyword("constant time", ("order one",)),
        "collision",
        "tree",
    ]
    assert keyword_score("a hash function gives order one, collisions are rare", expected) == 75.0
    assert keyword_score("a function to hash", ["hash function"]) == 0.0
    assert keyword_score("anything", []) == 100.0


def test_relevance_is_the_cosine_of_a_single_sentence() -> None:
    likeness = float(embed_words([ANSWER])[0] @ embed_words([POINTS[0]])[0])
    assert relevance_score([ANSWER], POINTS[:1], embed_words) == round(100 * likeness, 2)


def test_relevance_is_bounded_and_zero_without_words() -> None:
    assert relevance_score([], POINTS, embed_words) == 0.0
    assert 0.0 <= relevance_score(["zebra"], POINTS, embed_words) <= 100.0
    assert relevance_score(POINTS, POINTS, embed_words) == 100.0


def test_overall_is_made_of_its_parts_and_comments_follow() -> None:
    score = platform_score(QUESTION, ANSWER, ["newest"], POINTS, embed_words)
    assert score.relevance is not None
    assert score.keywords is not None
    assert score.overall == combine(score.relevance, score.keywords, score.length)
    assert GOOD_COMMENT in score.comments
    assert (
        SHORT_COMMENT in platform_score(QUESTION, "It is a pile.", ["newest"], POINTS, embed_words).comments
    )


def test_hindi_never_gets_a_relevance_number() -> None:
    score = platform_score(QUESTION, "स्टैक में सबसे नया आइटम पहले निकलता है", ["newest"], POINTS, embed_words)
    assert (score.overall, score.relevance, score.keywords) == (None, None, None)


def test_a_list_of_keywords_counts_for_nothing_and_is_named() -> None:
    score = platform_score(
        QUESTION, "stack newest item function calls push pop", ["newest", "push"], POINTS, embed_words
    )
    assert (score.relevance, score.keywords) == (0.0, 0.0)
    assert LIST_COMMENT in score.comments


def test_a_denied_key_point_is_neither_relevant_nor_a_keyword() -> None:
    denied = "In a stack the newest item does not leave first."
    score = platform_score(QUESTION, denied, ["newest"], POINTS[:1], embed_words)
    assert (score.relevance, score.keywords) == (0.0, 0.0)


def test_the_question_said_again_is_not_relevant() -> None:
    score = platform_score(QUESTION, "What is a stack? A stack is a stack.", [], [], embed_words)
    assert score.relevance == 0.0
