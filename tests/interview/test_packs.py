"""The packs that come with the booth: complete, right in form, and no question twice."""

from __future__ import annotations

import re

import pytest

from appliance.interview.questions import PACKS, QuestionBank, validate_files
from appliance.messages import LEVELS, Question

ROLES = (
    "software_developer",
    "data_analyst",
    "ml_engineer",
    "mechanical",
    "electrical",
    "civil",
    "sales",
    "bpo_voice",
    "general_hr",
)
HINDI = ("general_hr", "self_introduction")
DEVANAGARI = re.compile(r"[\u0900-\u097f]")


@pytest.fixture(scope="module")
def bank() -> QuestionBank:
    return QuestionBank.load([PACKS])


def test_every_pack_is_valid() -> None:
    assert validate_files([PACKS]) == []


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_twelve_questions_a_level_and_several_competencies(
    bank: QuestionBank, role: str
) -> None:
    counts = bank.role(role).counts
    assert min(counts[level] for level in LEVELS) >= 12
    assert len({question.competency for question in bank.questions(role)}) >= 4


def test_self_introduction_and_just_a_minute_are_there(bank: QuestionBank) -> None:
    introductions = bank.questions("self_introduction", shape="introduction")
    assert {question.level for question in introductions} == set(LEVELS)
    assert bank.questions("just_a_minute", shape="talk")


@pytest.mark.parametrize("role", HINDI)
def test_hr_and_self_introduction_can_be_asked_in_hindi(bank: QuestionBank, role: str) -> None:
    for question in bank.questions(role):
        assert DEVANAGARI.search(question.text_in("hi")), question.id


def everything(bank: QuestionBank) -> list[Question]:
    return [question for role in bank.roles() for question in bank.questions(role.id)]


def test_every_role_has_a_hindi_title(bank: QuestionBank) -> None:
    assert [role.id for role in bank.roles() if not DEVANAGARI.search(role.titles["hi"])] == []


def test_texts_read_aloud_well(bank: QuestionBank) -> None:
    """No code signs, no formulas, no loose ends: a voice has to read them."""
    unspeakable = re.compile(r"[<>=*_#@|\\^~`]|\bO\(|//|  ")
    for question in everything(bank):
        for text in (question.text, question.model_answer, *(point.text for point in question.key_points)):
            assert not unspeakable.search(text), (question.id, text)
            assert text[-1] in ".?!\"'”’", (question.id, text)


def test_no_key_point_is_used_for_two_questions(bank: QuestionBank) -> None:
    seen: dict[str, str] = {}
    for question in everything(bank):
        if question.shape != "technical":
            continue  # behavioural questions rightly expect the same parts of a story
        for point in question.key_points:
            assert seen.setdefault(point.text.casefold(), question.id) == question.id, point.text


def test_nothing_claims_a_review_that_nobody_made(bank: QuestionBank) -> None:
    assert not any(question.reviewed for question in everything(bank))
