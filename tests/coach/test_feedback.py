"""Feedback: three points at most, each with evidence; the words that must never be said; both languages whole."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from appliance.coach.feedback import Evidence, advise
from appliance.coach.phrasebook import FOLDER, phrases
from appliance.messages import (
    Answer,
    DeliveryMetrics,
    KeyPointHeard,
    Measured,
    Moment,
    PresenceMetrics,
    Question,
    Word,
)

FORBIDDEN = (
    "nervous", "anxious", "honest", "dishonest", "lying", "lie ", "accent", "hire", "hireab", "personality", "smart",
    "stupid", "lazy", "shy", "confident ", "unconfident", "native", "attractive", "emotion", "sad", "angry",
    "घबरा", "ईमानदार", "लहजा", "उच्चारण दोष", "व्यक्तित्व", "शर्मील",
)  # fmt: skip
SAID = "the table finds a slot with a hash function um and then it compares the keys"
QUESTION = Question("q", "software_developer", "easy", "technical", "c", "What is a hash table?")


def answer(numbers: dict[str, Measured] | None = None, moments: tuple[Moment, ...] = (), seconds: float = 60.0,
           seen: dict[str, Measured] | None = None) -> Answer:  # fmt: skip
    words = tuple(Word(text, float(i), i + 0.8, 0.9) for i, text in enumerate(SAID.split()))
    delivery = DeliveryMetrics(numbers or {}, moments)
    presence = PresenceMetrics(seen or {})
    return Answer(
        "a", QUESTION, 0, SAID, words, seconds, False, "en", delivery, presence, "vosk", Measured(1.0)
    )


HEARD = KeyPointHeard(
    "k1", "A hash function finds the slot.", True, 0.9, "the table finds a slot with a hash function"
)
MISSED = KeyPointHeard("k2", "Two keys can land in the same slot.", False, 0.1)


def test_a_strength_quotes_the_candidate_and_says_when() -> None:
    strength, missing = advise(Evidence(answer(), (HEARD, MISSED)), phrases("en"))
    assert (strength.kind, strength.quote, strength.at_seconds) == ("strength", HEARD.quote, 0.0)
    assert missing.topic == "key_point"
    assert MISSED.text in missing.text
    assert missing.drill


def test_at_most_three_points() -> None:
    numbers = {"fillers_per_100": Measured(9.0, 1.0), "long_pause_count": Measured(2.0, 1.0)}
    moments = (Moment("filler", 9.0, 9.3, "um"), Moment("long_pause", 3.0, 6.2, "slot"))
    points = advise(
        Evidence(answer(numbers, moments, 200.0), (HEARD, MISSED, replace(MISSED, id="k3"))), phrases("en")
    )
    assert [p.kind for p in points] == ["strength", "try", "try"]


def test_a_contradiction_comes_first_and_is_not_praised() -> None:
    wrong = KeyPointHeard("k1", "Keys are not sorted.", False, 0.8, "the keys are sorted", contradicted=True)
    points = advise(Evidence(answer(), (wrong, MISSED)), phrases("en"))
    assert next(p.topic for p in points if p.kind == "try") == "contradiction"


def test_the_same_topic_is_not_said_twice_in_a_row() -> None:
    numbers = {"long_pause_count": Measured(1.0, 1.0), "fillers_per_100": Measured(8.0, 1.0)}
    moments = (
        Moment("long_pause", 3.0, 6.2, "slot"),
        Moment("filler", 9.0, 9.3, "um"),
        Moment("fast", 0.0, 15.0, ""),
    )
    first = [p.topic for p in advise(Evidence(answer(numbers, moments)), phrases("en")) if p.kind == "try"]
    told = frozenset(("try", topic) for topic in first)
    then = [
        p.topic
        for p in advise(Evidence(answer(numbers, moments), told=told), phrases("en"))
        if p.kind == "try"
    ]
    assert then[0] not in first


@pytest.mark.parametrize(("ratio", "coverage", "hint"), [
    (0.3, 0.9, True), (0.3, 0.5, False), (0.6, 0.9, False), (None, 0.1, False),
])  # fmt: skip
def test_eye_contact_is_mentioned_only_when_low_and_well_covered(
    ratio: float | None, coverage: float, hint: bool
) -> None:
    points = advise(Evidence(answer(seen={"eye_contact_ratio": Measured(ratio, coverage)})), phrases("en"))
    assert any(p.topic == "eye_contact" and p.kind == "try" for p in points) is hint


def test_a_text_that_was_not_understood_is_not_judged() -> None:
    points = advise(Evidence(answer(), (MISSED,), not_judged="too_noisy"), phrases("en"))
    tries = [p for p in points if p.kind == "try"]
    assert tries[0].topic == "not_judged"
    assert "noisy" in tries[0].text
    assert not any(p.topic == "key_point" for p in points)


def test_few_fillers_are_never_mentioned() -> None:
    numbers = {"fillers_per_100": Measured(4.9, 1.0)}
    moments = (Moment("filler", 9.0, 9.3, "um"),)
    assert not [p for p in advise(Evidence(answer(numbers, moments)), phrases("en")) if p.topic == "fillers"]


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    return [str(value)]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda p: p.stem)
def test_words_that_must_never_be_said(path: Path) -> None:
    for text in texts(yaml.safe_load(path.read_text("utf-8"))):
        for word in FORBIDDEN:
            assert word not in f"{text.lower()} ", f"{word!r} in {text!r}"


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return sorted(set(re.findall(r"\{(\w+)\}", str(value))))


def test_hindi_says_everything_that_english_says_with_the_same_figures() -> None:
    english, hindi = (
        yaml.safe_load((FOLDER / f"{locale}.yaml").read_text("utf-8")) for locale in ("en", "hi")
    )
    assert shape(english) == shape(hindi)


def test_sentences_are_short() -> None:
    table = yaml.safe_load((FOLDER / "en.yaml").read_text("utf-8"))
    for kind in ("strength", "try"):
        for row in table[kind].values():
            for text in (row["text"], row.get("drill", "")):
                for sentence in re.split(r"[.!?]\s", text):
                    assert len(sentence.split()) <= 18, sentence
