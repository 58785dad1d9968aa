"""Key points: heard with a quote, contradicted, left out; and attacks that must not pay."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.bench.adversarial import KINDS, LIMIT, measure, read_cases
from appliance.coach.answer_head import AnswerHead
from appliance.coach.embedder import Embedder
from appliance.coach.key_points import ContentScore, judge_content
from appliance.coach.text import sentences_of
from appliance.messages import KeyPoint
from tests.fakes.word_reader import read_words

QUESTION = "What is the difference between a stack and a queue?"
STACK = KeyPoint("stack", "A stack is last in first out, so the newest item leaves first.")
QUEUE = KeyPoint(
    "queue",
    "A queue is first in first out, so the oldest item leaves first.",
    wrong="In a queue the item that was added last is removed first.",
)


@pytest.fixture(scope="module")
def head() -> AnswerHead:
    return AnswerHead()


def judged(answer: str, head: AnswerHead, embedder: Embedder | None = None) -> ContentScore:
    read = embedder.read if embedder else read_words
    return judge_content(sentences_of(answer), [STACK, QUEUE], read, head, QUESTION)


def test_what_was_said_is_heard_with_the_sentence(head: AnswerHead) -> None:
    score = judged("I know this. A stack is last in first out, so the newest item leaves first.", head)
    stack, queue = score.key_points
    assert stack.heard
    assert stack.quote is not None
    assert "newest item leaves" in stack.quote
    assert not queue.heard
    assert queue.quote is None
    assert score.content is not None
    assert 0 < score.content < 100


def test_the_quote_is_what_says_it_best_of_what_is_about_as_sure(head: AnswerHead, minilm: Embedder) -> None:
    """Words before and after it may make a window surer; they are not what the candidate is shown."""
    said = (
        "a hash table stores values under a key um it uses a hash function to turn",
        "uses a hash function to turn the key into an index",
        "so that you can find the value",
        "without looking at every element you know looking up a key takes constant time on average",
        "key takes constant time on average for example in my final year project I kept roll",
        "final year project I kept roll numbers as keys",
    )
    point = KeyPoint("use", "It is a good choice when values are looked up by a key, such as a roll number.")
    asked = "What is a hash table, and when would you use one?"
    (score,) = judge_content(said, [point], minilm.read, head, asked).key_points
    assert (score.heard, score.quote) == (True, said[-1])


def test_everything_said_is_full_content_and_nothing_is_none(head: AnswerHead) -> None:
    assert judged(f"{STACK.text} {QUEUE.text}", head).content == 100.0
    assert judged("", head).content == 0.0
    assert judge_content(["Hello there."], [], read_words, head).content is None


def test_a_denial_never_counts_as_heard(head: AnswerHead) -> None:
    score = judged("A stack is not last in first out, so the newest item does not leave first.", head)
    assert score.key_points[0].contradiction
    assert not score.key_points[0].heard
    assert score.content == 0.0


def test_hindi_is_not_judged(head: AnswerHead) -> None:
    assert judged("स्टैक में सबसे नया आइटम पहले निकलता है", head).content is None


def test_contributions_and_base_add_up_to_the_confidence(head: AnswerHead) -> None:
    from appliance.coach.statement_match import match_features, over_alternatives

    answer, statement = read_words(["The newest item leaves a stack first.", STACK.text])
    verdict = head.judge(over_alternatives([match_features(answer, statement, None)]))
    assert verdict.base + sum(verdict.contributions.values()) == pytest.approx(verdict.heard, abs=1e-3)
    assert 0 <= verdict.heard <= 1
    assert 0 <= verdict.grade <= 1


@pytest.mark.parametrize(
    ("answer", "stack", "queue"),
    [
        ("In a stack the item that you put in last comes out first.", True, False),
        (
            "the thing you push last on a stack comes out first and a queue serves the oldest item first",
            True,
            True,
        ),
        ("Both are used in many programs and I like them.", False, False),
    ],
)
def test_paraphrases_are_heard_by_the_real_encoder(
    answer: str, stack: bool, queue: bool, head: AnswerHead, minilm: Embedder
) -> None:
    score = judged(answer, head, minilm)
    assert [point.heard for point in score.key_points] == [stack, queue]


def test_a_known_wrong_statement_is_a_contradiction(head: AnswerHead, minilm: Embedder) -> None:
    score = judged("In a queue the element that came last is taken out first.", head, minilm)
    assert score.key_points[1].contradiction
    assert not score.key_points[1].heard


def test_no_attack_gains_more_than_the_limit(head: AnswerHead, minilm: Embedder) -> None:
    gains = list(measure(read_cases(Path(__file__).with_name("adversarial.yaml")), minilm, head))
    assert {gain.kind for gain in gains} == set(KINDS)
    assert [gain for gain in gains if max(gain.content, gain.overall) > LIMIT] == []
    assert sum(gain.honest_content for gain in gains) / len(gains) > 20  # the honest answers do score
