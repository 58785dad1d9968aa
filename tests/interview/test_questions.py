"""The question bank: look-ups, and what it refuses to load."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import Invalid, NotFound
from appliance.interview.questions import QuestionBank, validate_files
from tests.interview.pack_texts import PACK


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "packs" / "baker").mkdir(parents=True)
    (tmp_path / "packs" / "baker" / "easy.yaml").write_text(PACK, encoding="utf-8")
    return tmp_path / "packs"


def second(text: str = "Why is the oven hot before the bread goes in?") -> str:
    return PACK.replace("baker.easy.01", "baker.hard.01").replace("Why does bread dough rise?", text)


def test_questions_are_found_by_role_level_and_shape(folder: Path) -> None:
    (folder / "baker" / "hard.yaml").write_text(second().replace("level: easy", "level: hard"), "utf-8")
    bank = QuestionBank.load([folder])
    assert [question.id for question in bank.questions("baker")] == ["baker.easy.01", "baker.hard.01"]
    assert [question.id for question in bank.questions("baker", level="hard")] == ["baker.hard.01"]
    assert bank.questions("baker", shape="talk") == ()
    assert bank.by_id("baker.hard.01").level == "hard"
    (role,) = bank.roles()
    assert (role.id, role.titles["hi"], role.shapes) == ("baker", "बेकर", ("technical",))
    assert role.counts == {"easy": 1, "medium": 0, "hard": 1}


def test_a_placement_cells_folder_adds_to_ours(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "more.yaml").write_text(second().replace("en: Baker", "en: Other"), "utf-8")
    bank = QuestionBank.load([folder, own])
    assert len(bank.questions("baker")) == 2
    assert bank.roles()[0].titles["en"] == "Baker"


def test_a_role_is_called_by_its_title_and_one_that_is_gone_by_its_id(folder: Path) -> None:
    bank = QuestionBank.load([folder])
    assert bank.title("baker", "en") == "Baker"
    assert bank.title("baker", "ta") == "Baker"
    assert bank.title("candlestick_maker", "hi") == "candlestick maker"


def test_unknown_names_are_not_found(folder: Path) -> None:
    bank = QuestionBank.load([folder])
    with pytest.raises(NotFound) as role:
        bank.questions("candlestick_maker")
    with pytest.raises(NotFound) as question:
        bank.by_id("baker.easy.99")
    codes = (role.value.code, question.value.code)
    assert codes == ("interview.unknown_role", "interview.unknown_question")


def test_a_bad_pack_is_refused_with_file_and_line(folder: Path) -> None:
    path = folder / "baker" / "bad.yaml"
    path.write_text(second().replace("bloom: understand", "bloom: guess"), "utf-8")
    with pytest.raises(Invalid) as caught:
        QuestionBank.load([folder])
    assert caught.value.code == "interview.bad_pack"
    assert caught.value.message.startswith(f"{path}:12: bloom 'guess'")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (PACK, "the id of 'baker.easy.01' was used at"),
        (second("why does  bread dough RISE?"), "the text of 'baker.hard.01' was used at"),
    ],
)
def test_a_question_in_two_files_is_a_problem(folder: Path, text: str, what: str) -> None:
    first, other = folder / "baker" / "easy.yaml", folder / "baker" / "other.yaml"
    other.write_text(text, "utf-8")
    problems = [str(problem) for problem in validate_files([folder])]
    assert f"{other}:7: {what} {first}:7" in problems
    with pytest.raises(Invalid, match="was used at"):
        QuestionBank.load([folder])


def test_validate_takes_files_and_folders_and_names_what_is_not_there(folder: Path, tmp_path: Path) -> None:
    assert validate_files([folder]) == []
    assert validate_files([folder / "baker" / "easy.yaml"]) == []
    assert "does not exist" in str(validate_files([tmp_path / "nowhere"])[0])
    (tmp_path / "empty").mkdir()
    assert "no question file" in str(validate_files([tmp_path / "empty"])[0])
