"""What is told of an answer without a model, and which questions ask for a story."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.coach.own_words import asks_for_story, new_sentences, own_words
from appliance.interview.questions import QuestionBank
from appliance.messages import Keyword, Question

QUESTION = Question("q", "r", "easy", "behavioural", "c", "Tell me about a project.")
KEYWORDS = (Keyword("collision"), Keyword("constant time", ("quickly",)))


@pytest.mark.parametrize(
    ("name", "story"),
    [
        ("general_hr.medium.02", True),
        ("general_hr.medium.07", True),
        ("sales.medium.12", True),
        ("general_hr.easy.01", False),
        ("general_hr.easy.03", False),
        ("general_hr.hard.07", False),
        ("self_introduction.medium.03", False),
        ("software_developer.easy.01", False),
    ],
)
def test_only_what_happened_is_a_story(name: str, story: bool) -> None:
    assert asks_for_story(QuestionBank.load().by_id(name)) is story


def test_terms_are_named_as_they_were_said_and_only_from_own_sentences() -> None:
    technical = replace(QUESTION, shape="technical", keywords=KEYWORDS)
    assert own_words(technical, ["A collision is handled, so keys are found quickly."]).terms == (
        "collision",
        "quickly",
    )
    assert own_words(technical, ["collision hash quickly index key table array"]).terms == ()


def test_a_figure_is_a_whole_sentence_with_a_number_in_it() -> None:
    said = ["I like it.", "Outside class I run a club with forty members.", "Two."]
    assert own_words(QUESTION, said).figure == said[1]
    assert own_words(replace(QUESTION, shape="technical"), said).figure is None


@pytest.mark.parametrize(
    ("said", "ratio"),
    [("Tell me about a project. The project.", 1.0), ("We built a pump in June.", 0.0), ("", None)],
)
def test_repeating_the_question_is_measured(said: str, ratio: float | None) -> None:
    sentences = [part for part in said.split(". ") if part]
    assert own_words(QUESTION, sentences).repeated_ratio == ratio


@pytest.mark.parametrize(
    ("said", "known"),
    [("Sorry, I forgot.", True), ("I do not know this.", True), ("I know it well, it is a tree.", False)],
)
def test_not_knowing_is_understood(said: str, known: bool) -> None:
    assert own_words(QUESTION, [said]).no_idea is known
    assert not own_words(QUESTION, [f"{said} " + "But a tree has nodes and edges. " * 6]).no_idea


def test_an_own_act_is_seen_even_where_no_sentence_was_taken_for_it() -> None:
    assert "action" in own_words(QUESTION, ["So I sat down with my friend."]).marks
    assert "action" not in own_words(QUESTION, ["I was happy and I think it went well."]).marks


def test_new_sentences_are_those_with_new_words() -> None:
    before = "I promised to teach her Excel."
    assert new_sentences([before, "She passed with seventy percent.", "I promised Excel."], before) == [
        "She passed with seventy percent."
    ]
