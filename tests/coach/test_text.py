"""Words, sentences, negations and numbers."""

from __future__ import annotations

import pytest

from appliance.coach.contradiction import denies, numbers_clash
from appliance.coach.genuine import genuine_sentences, is_enumeration, is_list_of_terms, repeats_question
from appliance.coach.polarity import negation_clash
from appliance.coach.text import (
    LONGEST_SPOKEN_WORDS,
    WINDOW_WORDS,
    contains_hindi,
    numbers_of,
    sentences_of,
    stem,
    words_of,
)
from appliance.messages import Word


def test_contractions_become_words() -> None:
    assert words_of("I can't; won't; it's the cat's") == [
        "i",
        "can",
        "not",
        "will",
        "not",
        "it",
        "the",
        "cat",
    ]


@pytest.mark.parametrize(
    "family",
    [
        ("store", "stores", "stored", "storing"),
        ("query", "queries"),
        ("stop", "stopped"),
        ("class", "classes"),
    ],
)
def test_inflections_share_a_stem(family: tuple[str, ...]) -> None:
    assert len({stem(word) for word in family}) == 1


def test_different_words_keep_different_stems() -> None:
    assert len({stem(word) for word in ("bus", "basis", "process", "index", "note")}) == 5


def test_numbers_in_digits_and_words_are_the_same() -> None:
    assert numbers_of("twenty five of 3.5 and eight") == {25.0, 3.5, 8.0}
    assert numbers_of("one of them") == frozenset()


def test_punctuated_text_is_cut_at_its_sentences() -> None:
    assert sentences_of("A stack is simple. It grows! Why?") == ["A stack is simple.", "It grows!", "Why?"]


def test_unpunctuated_speech_is_cut_into_overlapping_windows_that_cover_it() -> None:
    spoken = [f"w{number}" for number in range(70)]
    windows = [window.split() for window in sentences_of(" ".join(spoken))]
    assert all(len(window) <= WINDOW_WORDS for window in windows)
    assert [word for word in spoken if not any(word in window for window in windows)] == []
    assert set(windows[0]) & set(windows[1])


def test_speech_with_times_is_cut_at_pauses() -> None:
    times = [
        (number * 0.4 + (2.0 if number >= 10 else 0.0)) for number in range(2 * LONGEST_SPOKEN_WORDS - 20)
    ]
    words = [Word(f"w{number}", start, start + 0.35) for number, start in enumerate(times)]
    assert sentences_of(" ".join(word.text for word in words), words)[0] == " ".join(
        f"w{n}" for n in range(10)
    )


def test_no_text_has_no_sentences() -> None:
    assert sentences_of("  ") == []


def test_hindi_is_known_by_its_letters() -> None:
    assert contains_hindi("मैंने एक प्रोजेक्ट बनाया API के साथ")
    assert not contains_hindi("I built a project, जी")


@pytest.mark.parametrize(
    ("said", "wanted", "clash"),
    [
        ("the list is not sorted", "the list is sorted", True),
        ("the list is sorted", "the list is not sorted", True),
        ("it is not true that the list is sorted", "the list is sorted", True),
        ("the list is never sorted", "the list is not sorted", False),
        ("if there is no index the database reads every row", "an index lets the database skip rows", False),
        ("the list is sorted", "the list is sorted", False),
    ],
)
def test_negations_clash_when_one_side_denies(said: str, wanted: str, clash: bool) -> None:
    assert negation_clash(said, wanted) is clash


def test_opposites_and_numbers_deny() -> None:
    assert denies("the last item leaves", "the first item leaves")
    assert not denies("the last item does not leave", "the first item leaves")
    assert numbers_clash("it needs twenty steps", "it needs 30 steps")
    assert not numbers_clash("it needs twenty steps", "it needs some steps")


@pytest.mark.parametrize(
    ("sentence", "listed"),
    [
        ("hash function key collision constant time lookup", True),
        ("The important words are collision, constant time and lookup.", True),
        ("Collision, key and slot, lookup, bucket.", True),
        ("A hash function turns the key into an index.", False),
        ("The four pillars are encapsulation, abstraction, inheritance and polymorphism.", False),
        ("Abstraction and reusability.", False),
    ],
)
def test_lists_of_terms_are_no_statements(sentence: str, listed: bool) -> None:
    assert is_list_of_terms(sentence) is listed


def test_an_honest_enumeration_is_known_as_one() -> None:
    assert is_enumeration("The four pillars are encapsulation, abstraction, inheritance and polymorphism.")
    assert not is_enumeration("It adds an item, and then it removes the oldest one.")


def test_repeats_and_the_question_are_left_out() -> None:
    question = "What is a hash table?"
    said = ["A hash table is a hash table.", "It maps keys to slots.", "it maps keys to slots", "It is fast."]
    assert repeats_question(said[0], question)
    assert genuine_sentences(said, question) == ["It maps keys to slots.", "It is fast."]
