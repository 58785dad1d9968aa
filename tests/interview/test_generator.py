"""Generated questions: enough of them, never the same twice, no empty place, grammatical, and fit to be scored."""

from __future__ import annotations

import re
import string

import numpy as np
import pytest

from appliance.coach.embedder import Embedder
from appliance.errors import Invalid, NotFound
from appliance.interview.concept_graph import concept_graph, roles_with_concepts
from appliance.interview.generator import generate, generate_command
from appliance.messages import LEVELS, Question

COUNT = 200
ROLES = roles_with_concepts()
EVERY = [(role, level) for role in ROLES for level in LEVELS]
# All levels of one role, and one level of each other: the full 27 take a minute and say nothing else.
SAMPLE = [(role, level) for n, role in enumerate(ROLES) for level in (LEVELS if n == 0 else [LEVELS[n % 3]])]
# Rules of taste, of spelling (names of places and parts), and those that stumble over right sentences such as
# "What is a wattmeter?" or "Where would teamwork help?". All others are on.
NOT_GRAMMAR = (
    "SpellCheck",
    "OxfordComma",
    "CompoundNouns",
    "SplitWords",
    "PhrasalVerbAsCompoundNoun",
    "Regionalisms",
    "MissingPreposition",
    "ModalBeAdjective",
    "CompaniesProductsAndTrademarks",
    "UpdatePlaceNames",
    "DisjointPrefixes",
    "OutOfDate",
    "ExpandMinimum",
    "LongSentences",
    "DayOneNames",
)


def complaints(texts: list[str]) -> list[str]:
    """What the grammar checker finds, each with its surroundings."""
    harper = pytest.importorskip("harper", reason="the grammar checker harper-py is not installed here")
    linter = harper.Linter(harper.Dialect.INDIAN)
    linter.set_lint_config({**linter.get_lint_config(), **dict.fromkeys(NOT_GRAMMAR, False)})
    document = "\n\n".join(texts)
    return [
        f"{lint.message}: {document[max(0, lint.span.start - 60) : lint.span.end + 30]}"
        for lint in linter.lint(document, language="plaintext")
    ]


@pytest.mark.parametrize(("role", "level"), EVERY)
def test_two_hundred_questions_without_a_repeat_or_an_empty_place(role: str, level: str) -> None:
    questions = generate(role, level, COUNT, seed=1)
    assert len({question.id for question in questions}) == len({q.text for q in questions}) == COUNT
    for question in questions:
        assert (question.role, question.level, question.generated) == (role, level, True)
        assert_scorable(question)


def assert_scorable(question: Question) -> None:
    texts = [question.text, question.model_answer, *(point.text for point in question.key_points)]
    for text in texts:
        assert not re.search(r"[{}]|  |\bNone\b|\.\.|\. \.", text), (question.id, text)
        assert text[0].isupper() or text[0].isdigit(), (question.id, text)
        assert text[-1] in ".?!", (question.id, text)
    assert 3 <= len(question.key_points) <= 6, question.id
    assert len({point.text for point in question.key_points}) == len(question.key_points), question.id
    assert 3 <= len(question.keywords) <= 7, question.id
    asked = question.text.casefold()
    for keyword in question.keywords:
        for name in (keyword.word, *keyword.synonyms):
            assert not re.search(rf"\b{re.escape(name.casefold())}\b", asked), (question.id, name)
    for point in question.key_points:
        assert point.wrong != point.text
        assert point.follow_up is None or point.follow_up[-1] in ".?!"


@pytest.mark.parametrize(("role", "level"), SAMPLE)
def test_no_two_questions_mean_nearly_the_same(role: str, level: str, minilm: Embedder) -> None:
    vectors = minilm.embed([question.text for question in generate(role, level, COUNT, seed=2)])
    similarity = vectors @ vectors.T - 2 * np.eye(COUNT, dtype=np.float32)
    assert similarity.max() < 0.9


@pytest.mark.parametrize(("role", "level"), SAMPLE)
def test_questions_are_grammatical(role: str, level: str) -> None:
    assert complaints([question.text for question in generate(role, level, COUNT, seed=1)]) == []


def test_the_grammar_checker_does_find_mistakes() -> None:
    for wrong in ("How would you explain a array?", "Why do the the tree grow?"):
        assert complaints([wrong]), wrong


def test_the_same_seed_gives_the_same_questions_and_another_seed_others() -> None:
    first, again = (generate("software_developer", "easy", 20, seed=5) for _ in range(2))
    assert first == again
    assert first != generate("software_developer", "easy", 20, seed=6)
    assert generate_command("software_developer", "easy", 3) == generate("software_developer", "easy", 3, 0)


def test_few_questions_are_about_different_concepts() -> None:
    questions = generate("software_developer", "medium", 30, seed=1)
    assert len({question.id.split(".")[3] for question in questions}) == 30


def test_what_was_asked_before_is_never_asked_again_whatever_the_seed() -> None:
    had: list[str] = []
    for seed in range(9):
        new = [question.id for question in generate("sales", "hard", 20, seed, exclude=had)]
        assert not set(new) & set(had)
        had += new


def test_it_says_so_when_nothing_new_is_left() -> None:
    with pytest.raises(Invalid) as caught:
        generate("sales", "hard", 1000, seed=1)
    assert caught.value.code == "interview.generator_exhausted"
    assert re.search(r"only \d{3} new", caught.value.message)


def test_unknown_roles_and_levels_are_refused() -> None:
    with pytest.raises(NotFound) as role:
        generate("astronaut", "easy", 1, seed=1)
    with pytest.raises(Invalid) as level:
        generate("sales", "simple", 1, seed=1)
    assert (role.value.code, level.value.code) == ("interview.unknown_role", "interview.unknown_level")


@pytest.mark.parametrize("role", ROLES)
def test_concepts_have_distinct_names_and_places_that_templates_know(role: str) -> None:
    graph = concept_graph(role)
    assert len({concept.id for concept in graph.concepts}) == len(graph.concepts)
    texts = [
        text for point in graph.points.values() for text in (point.text, point.wrong or "", point.follow_up)
    ]
    texts += [ask for template in graph.templates for ask in template.asks]
    places = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    own = {"name", "competency", "bare", "do", "be", "Name", "tool", "idea", "lived", "use"}
    for concept in graph.concepts:
        unknown = {
            slot for slot in concept.slots if slot not in places | own and "helper" not in slot.lower()
        }
        assert not unknown, (concept.id, unknown)
