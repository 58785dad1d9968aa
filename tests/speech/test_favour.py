"""Technical words are favoured among alternative readings, and keep sensible times."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from appliance.messages import Word
from appliance.speech.favour import choose_reading, favoured_words


def said(text: str) -> tuple[Word, ...]:
    return tuple(Word(w, i * 0.5, i * 0.5 + 0.5, 0.8) for i, w in enumerate(text.split()))


def test_a_reading_with_a_technical_word_is_taken() -> None:
    words = choose_reading(
        said("in her a tense is useful"),
        ["in her a tent is useful", "inheritance is useful", "inheritance is use full"],
        favoured_words(["inheritance", "base class"]),
    )
    assert " ".join(w.text for w in words) == "inheritance is useful"
    assert (words[0].start, words[0].end) == (0.0, 2.0)
    assert words[1] == Word("is", 2.0, 2.5, 0.8)


def test_the_engines_own_reading_stays_without_a_better_one() -> None:
    best = said("inheritance is useful")
    assert choose_reading(best, ["inheritance is use full"], favoured_words(["inheritance"])) == best
    assert choose_reading(best, [], frozenset()) == best


def test_short_words_are_not_favoured() -> None:
    assert favoured_words(["the Base class of it"]) == {"class"}


@given(st.lists(st.sampled_from(["ab", "cd", "efghi", "jklmn"]), min_size=1, max_size=8),
       st.lists(st.sampled_from(["ab", "cd", "efghi", "jklmn", "opqrs"]), min_size=1, max_size=8))  # fmt: skip
def test_times_never_run_backwards(best: list[str], other: list[str]) -> None:
    words = choose_reading(said(" ".join(best)), [" ".join(other)], frozenset({"opqrs", "efghi"}))
    assert all(w.start <= w.end for w in words)
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(words))
    assert words[-1].end <= len(best) * 0.5 + 1e-9
