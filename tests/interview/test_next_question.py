"""The next question: level, coverage, follow-ups, time, and the same choice under the same seed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest

from appliance.interview.follow_ups import missed_follow_up, touched_follow_up
from appliance.interview.next_question import Asked, Plan, asked_of, choose_next, rate
from appliance.messages import (
    LEVELS,
    Answer,
    Answered,
    Consent,
    InterviewRecord,
    KeyPoint,
    KeyPointHeard,
    Keyword,
    Measured,
    Question,
    Review,
)

COMPETENCIES = ("dough", "oven", "shop", "hygiene")


def question(level: str, competency: str, number: int, follow_up: str | None = "Why so?") -> Question:
    return Question(
        id=f"baker.{level}.{competency}.{number}",
        role="software_developer",
        level=level,
        shape="technical",
        competency=competency,
        text=f"What about {competency} number {number}?",
        key_points=(
            KeyPoint("k1", "The yeast makes gas.", "No gas.", follow_up),
            KeyPoint("k2", "It rises."),
        ),
        keywords=(Keyword("yeast"), Keyword("oven")),
    )


BANK = [question(level, name, number) for level in LEVELS for name in COMPETENCIES for number in range(3)]


def interview(
    contents: Sequence[float | None], plan: Plan, bank: Sequence[Question] = BANK
) -> list[Question]:
    """Ask until the end; the n-th answer has the n-th content, and nothing is ever missed."""
    asked: list[Asked] = []
    while (chosen := choose_next(bank, asked, plan)) is not None:
        asked.append(Asked(chosen, content=contents[len(asked)], attempt_count=2))
    return [entry.question for entry in asked]


def plan(count: int = 6, seed: int = 1, level: str = "medium", **more: object) -> Plan:
    return Plan(level=level, question_count=count, seed=seed, **more)  # type: ignore[arg-type]


def test_the_same_seed_asks_the_same_and_another_seed_does_not() -> None:
    contents = [0.6] * 6
    first, again = (interview(contents, plan(seed=3)) for _ in range(2))
    assert first == again
    assert any(interview(contents, plan(seed=seed)) != first for seed in range(4, 8))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("seed", range(5))
def test_it_starts_at_the_chosen_level(level: str, seed: int) -> None:
    chosen = choose_next(BANK, [], plan(level=level, seed=seed))
    assert chosen is not None
    assert chosen.level == level


@pytest.mark.parametrize("seed", range(5))
def test_two_full_answers_raise_the_level_and_two_empty_ones_lower_it(seed: int) -> None:
    for content, level in ((1.0, "hard"), (0.0, "easy"), (0.6, "medium"), (None, "medium")):
        levels = [q.level for q in interview([content] * 3, plan(count=3, seed=seed))]
        assert levels == ["medium", "medium", level]


def test_a_better_answer_never_lowers_the_ability() -> None:
    asked = [question("medium", "dough", 0), question("hard", "oven", 1)]
    abilities = [
        rate([Asked(asked[0], content=step / 10), Asked(asked[1], content=0.5)], "medium").general
        for step in range(11)
    ]
    assert abilities == sorted(abilities)
    assert abilities[0] < abilities[-1]


def test_an_unjudged_answer_moves_nothing() -> None:
    assert rate([Asked(BANK[0], content=None)], "easy") == rate([], "easy")


@pytest.mark.parametrize("seed", range(5))
def test_every_competency_comes_once_before_any_comes_twice(seed: int) -> None:
    names = [q.competency for q in interview([0.6] * 8, plan(count=8, seed=seed))]
    assert set(names[:4]) == set(names[4:]) == set(COMPETENCIES)


def test_nothing_is_asked_twice_and_an_empty_bank_ends_the_interview() -> None:
    asked = interview([0.6] * 100, plan(count=100))
    assert len(asked) == len({q.id for q in asked}) == len(BANK)
    assert choose_next([], [], plan()) is None


def test_time_ends_the_interview() -> None:
    assert choose_next(BANK, [], plan(remaining_seconds=89.0)) is None
    assert choose_next(BANK, [], plan(remaining_seconds=91.0)) is not None


def test_a_missed_key_point_is_followed_up_once_in_a_row() -> None:
    asked = [Asked(BANK[0], content=0.5, missed=("k1", "k2"))]
    follow_up = choose_next(BANK, asked, plan(count=9))
    assert follow_up is not None
    assert (follow_up.follows, follow_up.text) == (BANK[0].id, "Why so?")
    assert [word.word for word in follow_up.keywords] == ["yeast"]
    asked.append(Asked(follow_up, content=0.5, missed=("k1",)))
    after = choose_next(BANK, asked, plan(count=9))
    assert after is not None
    assert after.follows is None


@pytest.mark.parametrize(
    ("last", "with_plan"),
    [
        (Asked(BANK[0], content=0.5, missed=("k1",), attempt_count=2), plan(count=9)),
        (Asked(BANK[0], content=None, missed=("k1",)), plan(count=9)),
        (Asked(BANK[0], content=0.1, missed=("k1",)), plan(count=9)),
        (Asked(BANK[0], content=0.5, missed=("k2",)), plan(count=9)),
        (Asked(BANK[0], content=0.5, missed=("k1",)), plan(count=2)),
        (Asked(BANK[0], content=0.5, missed=("k1",)), plan(count=9, locale="hi")),
    ],
)
def test_there_is_no_follow_up_without_a_good_reason(last: Asked, with_plan: Plan) -> None:
    chosen = choose_next(BANK, [last], with_plan)
    assert chosen is not None
    assert chosen.follows is None


def test_follow_ups_are_at_most_a_third() -> None:
    asked: list[Asked] = []
    while (chosen := choose_next(BANK, asked, plan(count=9))) is not None:
        asked.append(Asked(chosen, content=0.5, missed=("k1",)))
    followed = [entry.question.follows is not None for entry in asked]
    assert sum(followed) == 3
    assert not any(one and two for one, two in itertools.pairwise(followed))


def test_a_touched_concept_is_asked_about_when_nothing_was_missed() -> None:
    said = "I would put caching in front of the table, and hash tables are quick."
    chosen = choose_next(BANK, [Asked(BANK[0], content=1.0, text=said)], plan(count=9))
    assert chosen is not None
    assert chosen.text.startswith("You mentioned the term hash table. ")
    assert len(chosen.key_points) == 2
    assert "{" not in chosen.text + chosen.model_answer


def test_the_concept_of_the_question_itself_is_not_touched() -> None:
    about = Question("q", "software_developer", "easy", "technical", "c", "What is a hash table?")
    assert touched_follow_up(about, "A hash table is quick.") is None
    found = touched_follow_up(about, "It is a cache for keys; caching is quick.")
    assert found is not None
    assert found.text.startswith("You mentioned the term caching. Two servers show ")


def test_roles_without_concepts_and_key_points_without_follow_ups_give_none() -> None:
    other = Question("q", "self_introduction", "easy", "introduction", "c", "Who are you?")
    assert touched_follow_up(other, "I like caching.") is None
    assert missed_follow_up(question("easy", "dough", 1, follow_up=None), ("k1",)) is None


def answered_record(text: str, confidences: tuple[float | None, ...]) -> InterviewRecord:
    asked = BANK[0]
    points = tuple(
        KeyPointHeard(point.id, point.text, False, confidence)
        for point, confidence in zip(asked.key_points, confidences, strict=True)
    )
    answer = Answer("a", asked, 0, text, (), 20.0, True, "en", None, None, "typed", Measured(1.0, 1.0))
    review = Review("a", 50.0, {}, (), 50.0, points, None, {}, {}, ())
    base = InterviewRecord("s", "2026-01-01", "r", "technical", "easy", "en", 5, 1, Consent(), "typed")
    return replace(base, asked=(asked,), answered=(Answered(answer, review),))


@pytest.mark.parametrize(
    ("text", "confidences", "missed"),
    [
        ("I would wait for it.", (0.1, 0.0), ("k2", "k1")),  # the surest left out first
        ("I would wait for it.", (0.35, 0.0), ("k2",)),  # k1 was half heard
        ("There is yeast, and it makes a gas.", (0.1, 0.0), ("k2",)),  # k1 was said in its own words
        ("I would wait for it.", (None, 0.0), ("k1", "k2")),  # the opposite of k1, not sure: ask
    ],
)
def test_what_was_said_already_is_not_asked(
    text: str, confidences: tuple[float | None, ...], missed: tuple[str, ...]
) -> None:
    (entry,) = asked_of(answered_record(text, confidences))
    assert entry.missed == missed
