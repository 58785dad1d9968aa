"""Right sentences are not called opposites, wrong ones are; by words alone, and with the real encoder."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from appliance.bench.contradictions import DATA, Court, packs, written
from appliance.coach.answer_head import AnswerHead
from appliance.coach.contradiction import clauses_of
from appliance.coach.direction import turned_round
from appliance.coach.embedder import Embedder
from appliance.coach.judge import CachedReader
from appliance.coach.polarity import may_negate, negation_clash
from appliance.coach.pronouns import spoken_out
from appliance.interview.questions import QuestionBank

FACTOR = "A low power factor means more current for the same useful power."


@pytest.fixture(scope="module")
def court(minilm: Embedder) -> Court:
    return Court(CachedReader(minilm), AnswerHead())


@pytest.fixture(scope="module")
def bank() -> QuestionBank:
    return QuestionBank.load()


@pytest.mark.parametrize(
    ("question_id", "right"),
    [
        (
            "software_developer.easy.01",
            "A hash function turns the key into an index of an array, so a lookup takes constant time.",
        ),
        ("mechanical.easy.02", "Energy cannot be created or destroyed, only changed from one form to another."),
        ("electrical.easy.02", "And AC is used because a transformer can step it up and down."),
        ("data_analyst.easy.01", "Mean is average, median is middle."),
        ("electrical.easy.10", "An ammeter goes in series and a voltmeter in parallel."),
        ("civil.easy.04", "If the slump is low the mix is stiff."),
        ("mechanical.easy.04", "A two stroke engine has no valves but ports."),
    ],
)  # fmt: skip
def test_a_right_sentence_is_no_opposite(
    question_id: str, right: str, court: Court, bank: QuestionBank
) -> None:
    assert court.judge("right", bank.by_id(question_id), right).contradicted == ()


@pytest.mark.parametrize(
    ("question_id", "wrong", "denied"),
    [
        (
            "electrical.easy.04",
            "Power factor is cos phi. When it is low the line carries less current.",
            "k3",
        ),
        ("mechanical.medium.03", "A chain slips like a belt.", "k2"),
        ("electrical.easy.10", "We connect the ammeter in parallel with the load.", "k1"),
        ("civil.easy.02", "Concrete is as strong in tension as in compression.", "k1"),
        (
            "software_developer.easy.08",
            "Sending a POST two times has the same effect as sending it once.",
            "k4",
        ),
    ],
)
def test_a_wrong_sentence_is_found(
    question_id: str, wrong: str, denied: str, court: Court, bank: QuestionBank
) -> None:
    assert denied in court.judge("wrong", bank.by_id(question_id), wrong).contradicted


def test_of_the_written_sentences_nearly_no_right_one_is_doubted(
    court: Court, bank: QuestionBank, tmp_path: Path
) -> None:
    some = tmp_path / "some.yaml"
    some.write_text(yaml.safe_dump(yaml.safe_load(DATA.read_text("utf-8"))[::8]), "utf-8")
    verdicts = list(written(court, bank, some))
    right = [bool(v.contradicted) for v in verdicts if v.kind == "right"]
    wrong = [bool(v.contradicted) for v in verdicts if v.kind == "wrong"]
    assert min(len(right), len(wrong)) > 14
    assert sum(right) <= 0.05 * len(right)
    assert sum(wrong) >= 0.5 * len(wrong)


def test_no_model_answer_and_no_key_point_denies_its_own_question(court: Court, bank: QuestionBank) -> None:
    names = ("electrical.easy.04", "sales.easy.01", "software_developer.medium.08", "civil.easy.07")
    some = QuestionBank([bank.by_id(name) for name in names], {})
    verdicts = [v for v in packs(court, some) if v.kind != "wrong_statement"]
    assert len(verdicts) > 20
    assert [v for v in verdicts if v.contradicted] == []


@pytest.mark.parametrize(
    ("said", "wanted", "clash"),
    [
        ("Threads do not share the stack.", "Threads share the stack.", True),
        ("Outside code cannot touch the private data.", "The data is private.", False),
        ("A fuse cannot be reset, it has to be replaced.", "A fuse must be replaced.", False),
        ("An inner join drops the rows which do not match.", "An inner join keeps rows that match.", False),
        ("It is not only cheap.", "It is cheap.", False),
    ],
)
def test_a_negation_speaks_of_its_own_clause(said: str, wanted: str, clash: bool) -> None:
    assert negation_clash(said, wanted) is clash


def test_a_sentence_against_the_wrong_statement_does_not_make_it() -> None:
    assert may_negate(
        "More water does not make it stronger, it makes it weak.", "More water makes concrete stronger."
    )
    assert not may_negate("More water makes concrete stronger.", "More water makes concrete stronger.")


@pytest.mark.parametrize(
    ("said", "turned"),
    [
        ("When power factor is low the line carries less current.", True),
        ("If the power factor is high, the current is less.", False),
        ("A low power factor increases the current.", False),
        ("A low power factor does not increase the current.", True),
        ("The current is large.", False),
    ],
)
def test_more_and_less_are_bound_to_their_nouns(said: str, turned: bool) -> None:
    assert turned_round(said, FACTOR) is turned


def test_a_pronoun_is_spoken_out_where_the_subject_is_known() -> None:
    said = ["Power factor is cos phi.", "When it is low the line carries less current.", "It is hard to say."]
    assert spoken_out(said) == [
        "Power factor is cos phi.", "When Power factor is low the line carries less current.", "It is hard to say."
    ]  # fmt: skip
    assert spoken_out(["It is a list."], "What is a stack?") == ["Stack is a list."]
    assert spoken_out(["It is a list."]) == ["It is a list."]


def test_clauses_are_cut_where_another_thing_may_be_spoken_of() -> None:
    said = "An ammeter goes in series and a voltmeter in parallel."
    assert clauses_of(said) == ["An ammeter goes in series", "a voltmeter in parallel"]
    assert clauses_of("It is small, but fast.") == ["It is small"]
