"""What a retry added and what is still missing."""

from __future__ import annotations

from dataclasses import replace

from appliance.coach.phrasebook import phrases
from appliance.coach.retry_diff import retry_diff
from appliance.messages import Answer, Answered, KeyPointHeard, Measured, Question, Review

QUESTION = Question("q", "r", "easy", "behavioural", "c", "Tell me about a project.")
POINTS = (KeyPointHeard("k1", "Two keys can collide.", False, 0.1), KeyPointHeard("k2", "It is quick.", False, 0.2))
FIRST = Review("a", 40.0, {}, (), 0.0, POINTS, {"result": None, "action": "I wrote it"}, {}, {}, ())


def before(seconds: float = 40.0) -> Answered:
    answer = Answer("a", QUESTION, 0, "words", (), seconds, False, "en", None, None, "vosk", Measured(1.0))
    return Answered(answer, FIRST)


def test_added_and_still_missing_and_longer() -> None:
    heard = (replace(POINTS[0], heard=True), POINTS[1])
    now = replace(FIRST, key_points=heard, star={"result": "it worked", "action": "I wrote it"})
    said = retry_diff(now, 60.0, before(), phrases("en"))
    assert said == (
        "Added: Two keys can collide.",
        "Added: a result",
        "Still missing: It is quick.",
        "20 seconds longer than the last try.",
    )


def test_a_first_try_has_no_difference() -> None:
    assert retry_diff(FIRST, 40.0, None, phrases("en")) == ()


def test_what_was_not_judged_is_not_compared() -> None:
    assert retry_diff(replace(FIRST, not_judged="too_noisy"), 41.0, before(), phrases("en")) == ()


def test_hindi() -> None:
    now = replace(FIRST, star={"result": "it worked", "action": "I wrote it"})
    assert retry_diff(now, 40.0, before(), phrases("hi"))[0].startswith("जोड़ा")
