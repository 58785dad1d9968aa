"""What a retry added and what is still missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.coach.phrasebook import phrases
from appliance.coach.retry_diff import retry_diff
from appliance.messages import Answer, Answered, DeliveryMetrics, KeyPointHeard, Measured, Question, Review

QUESTION = Question("q", "r", "easy", "behavioural", "c", "Tell me about a project.")
POINTS = (
    KeyPointHeard("k1", "Two keys can collide.", False, 0.1),
    KeyPointHeard("k2", "It is quick.", False, 0.2),
)
FIRST = Review("a", 40.0, {}, (), 0.0, POINTS, {"result": None, "action": "I wrote it"}, {}, {}, ())


def before(seconds: float = 40.0) -> Answered:
    answer = Answer("a", QUESTION, 0, "words", (), seconds, False, "en", None, None, "vosk", Measured(1.0))
    return Answered(answer, FIRST)


def tried(review: Review, seconds: float = 40.0) -> Answered:
    return Answered(replace(before().answer, seconds=seconds), review)


def test_added_and_still_missing_and_longer() -> None:
    heard = (replace(POINTS[0], heard=True), POINTS[1])
    now = replace(FIRST, key_points=heard, star={"result": "it worked", "action": "I wrote it"})
    said = retry_diff(tried(now, seconds=60.0), before(), phrases("en"))
    assert said == (
        "Added: Two keys can collide.",
        "Added: a result",
        "Still missing: It is quick.",
        "20 seconds longer than the last try.",
    )


def test_a_first_try_has_no_difference() -> None:
    assert retry_diff(tried(FIRST), None, phrases("en")) == ()


def test_what_was_not_judged_is_not_compared() -> None:
    assert retry_diff(tried(replace(FIRST, not_judged="too_noisy")), before(), phrases("en")) == ()


def test_hindi() -> None:
    now = replace(FIRST, star={"result": "it worked", "action": "I wrote it"})
    assert retry_diff(tried(now), before(), phrases("hi"))[0].startswith("जोड़ा")


def test_a_story_is_compared_by_its_own_new_words() -> None:
    story = replace(FIRST, key_points=(), content=None)
    first = replace(before().answer, text="I promised to teach her.", typed=True)
    text = "I promised to teach her. As a result she passed with seventy percent."
    said = retry_diff(Answered(replace(first, text=text), story), Answered(first, story), phrases("en"))
    assert said[0] == "New in this try: “As a result she passed with seventy percent.”"


def test_typed_answers_are_compared_in_words_never_in_seconds() -> None:
    first = replace(before().answer, typed=True, text="word " * 10)
    longer = Answered(replace(first, text="word " * 40, seconds=900.0), FIRST)
    assert "30 words more than in the last try." in retry_diff(longer, Answered(first, FIRST), phrases("en"))
    assert not any(
        "seconds" in sentence for sentence in retry_diff(longer, Answered(first, FIRST), phrases("en"))
    )


def test_a_point_that_is_not_sure_is_not_called_missing() -> None:
    unsure = replace(FIRST, key_points=(replace(POINTS[0], confidence=None),), star=None)
    assert retry_diff(tried(unsure), before(), phrases("en")) == (
        "This try made the same points as the last one.",
    )


@pytest.mark.parametrize(("now", "said"), [(6.0, True), (8.0, False)])
def test_fewer_fillers(now: float, said: bool) -> None:
    answers = [
        replace(before().answer, delivery=DeliveryMetrics({"fillers_per_100": Measured(rate, 1.0)}))
        for rate in (now, 9.5)
    ]
    sentences = retry_diff(Answered(answers[0], FIRST), Answered(answers[1], FIRST), phrases("en"))
    assert ("Fewer filler words than in the last try." in sentences) is said
