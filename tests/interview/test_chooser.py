"""Where questions come from: the role, the home of a shape, the generator; never the same twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.interview.chooser import Chooser
from appliance.interview.questions import QuestionBank
from appliance.messages import Consent, InterviewRecord, Question

BANK = QuestionBank.load()


def record(role: str, shape: str, planned: int = 5, level: str = "easy", seed: int = 3) -> InterviewRecord:
    return InterviewRecord(
        "s",
        "2026-01-01T00:00:00+00:00",
        role,
        shape,
        level,
        "en",
        planned,
        seed,
        Consent(),
        "typed",
        typed=True,
    )


def interview(chooser: Chooser, of: InterviewRecord) -> list[Question]:
    """All questions of an interview whose answers are never judged."""
    while (chosen := chooser.next_of(of)) is not None:
        of = replace(of, asked=(*of.asked, chosen))
    return list(of.asked)


@pytest.mark.parametrize(
    ("role", "shape", "home"),
    [
        ("software_developer", "technical", "software_developer"),
        ("software_developer", "introduction", "self_introduction"),
        ("general_hr", "talk", "just_a_minute"),
        ("just_a_minute", "talk", "just_a_minute"),
        ("sales", "behavioural", "sales"),
    ],
)
def test_every_role_has_every_shape(role: str, shape: str, home: str) -> None:
    asked = interview(Chooser(BANK), record(role, shape))
    assert {(question.role, question.shape) for question in asked} == {(home, shape)}
    assert len(asked) == 5


def test_stories_go_on_in_the_general_pack() -> None:
    own = len(BANK.questions("electrical", shape="behavioural"))
    asked = interview(Chooser(BANK), record("electrical", "behavioural", planned=own + 3))
    assert [question.role for question in asked] == ["electrical"] * own + ["general_hr"] * 3
    assert all(question.shape == "behavioural" for question in asked)


def test_made_questions_follow_when_the_pack_is_used_up_and_none_comes_twice() -> None:
    packed = BANK.questions("civil", "easy", "technical")[:1]
    asked = interview(Chooser(QuestionBank(packed, {})), record("civil", "technical", planned=8))
    assert len(asked) == 8
    assert [question.generated for question in asked] == [False] + [True] * 7
    assert len({question.id for question in asked}) == 8
    assert len({question.text for question in asked}) == 8
    assert all(question.shape == "technical" for question in asked)


def test_a_role_without_concepts_ends_early() -> None:
    packed = [
        replace(question, role="baker") for question in BANK.questions("civil", "easy", "technical")[:2]
    ]
    asked = interview(Chooser(QuestionBank(packed, {})), record("baker", "technical"))
    assert len(asked) == 2


def test_a_role_that_lacks_the_shape_asks_what_it_has() -> None:
    packed = [
        replace(question, role="baker") for question in BANK.questions("civil", "easy", "technical")[:2]
    ]
    asked = interview(Chooser(QuestionBank(packed, {})), record("baker", "talk", planned=2))
    assert {question.role for question in asked} == {"baker"}


def test_the_same_record_gets_the_same_question() -> None:
    first, again = (interview(Chooser(BANK), record("sales", "technical")) for _ in range(2))
    assert first == again
