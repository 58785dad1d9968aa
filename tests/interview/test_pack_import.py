"""Question files: each mistake is named with its line; the three formats give the same question."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from appliance.interview.pack_import import read_pack
from tests.interview.pack_texts import CELLS, COLUMNS, PACK


def written(folder: Path, text: str, name: str = "baker.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def table(folder: Path, rows: Sequence[Sequence[str]], name: str = "baker.csv") -> Path:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return written(folder, out.getvalue(), name)


def workbook(folder: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    path = folder / "baker.xlsx"
    book.save(path)
    return path


def told(path: Path) -> list[str]:
    """The problems of a file, as a terminal shows them."""
    return [str(problem) for problem in read_pack(path).problems]


def test_yaml_csv_and_xlsx_give_the_same_question(tmp_path: Path) -> None:
    rows = [COLUMNS.split(","), CELLS]
    files = [written(tmp_path, PACK), table(tmp_path, rows), workbook(tmp_path, rows)]
    yaml_file, csv_file, xlsx_file = (read_pack(path) for path in files)
    assert [file.problems for file in (yaml_file, csv_file, xlsx_file)] == [(), (), ()]
    assert yaml_file.questions == csv_file.questions == xlsx_file.questions
    question = yaml_file.questions[0]
    assert question.key_points[0].wrong == "Yeast eats only the salt in the dough."
    assert question.key_points[1].follow_up is None
    assert question.keywords[1].synonyms == ("carbon dioxide",)
    assert question.text_in("hi") == "ब्रेड का आटा क्यों फूलता है?"
    assert question.text_in("ta") == question.text


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("format: 1", "format: 2", 1, "format must be 1"),
        ("level: easy", "level: simple", 3, "is none of easy, medium, hard"),
        ("version: 1", "version: yes", 4, "version must be a whole number"),
        ("title: {en: Baker, hi: बेकर}", "title: Baker", 5, "title must give a text per language"),
        ("title: {en: Baker, hi: बेकर}", "title: {hi: बेकर}", 5, "en is missing"),
        ("id: baker.easy.01", "id: Baker 1", 7, "must be lower-case words"),
        ("Why does bread dough rise?", "Why does {thing} rise?", 8, "unfilled place '{'"),
        ("Why does bread dough rise?", "क्यों does bread dough rise?", 8, "must be English"),
        ("text_hi: ब्रेड का आटा क्यों फूलता है?", "text_hi: Why does it rise?", 9, "Devanagari"),
        ("    shape: technical", "    shapes: technical", 10, "unknown field 'shapes'"),
        ("    shape: technical\n", "", 7, "shape is missing"),
        ("bloom: understand", "bloom: guess", 12, "is none of remember"),
        (
            "      - id: k3\n        text: Gluten holds the gas as bubbles.\n",
            "",
            13,
            "2 key_points, not 3 to 6",
        ),
        ("wrong: Yeast eats only the salt", "wrong: Yeast eats the sugar", 16, "says the same"),
        ("        follow_up:", "        ask:", 17, "unknown field 'ask'"),
        ("      - id: k2", "      - id: k1", 18, "key point id 'k1' comes twice"),
        ("      - word: gluten\n", "", 22, "2 keywords, not 3 to 7"),
        ("[carbon dioxide]", "carbon dioxide", 26, "synonyms must be a list"),
        ("      - word: gluten", "      - word: Leaven", 27, "keyword 'Leaven' comes twice"),
        ("reviewed: false", "reviewed: soon", 31, "reviewed must be true or false"),
        ("reviewed: false", "reviewed: false\n    reference: {chapter: '2'}", 32, "text is missing"),
        (
            "    competency: dough",
            "    competency: dough\n    competency: oven",
            12,
            "competency comes twice",
        ),
        ("    competency: dough", "    competency: [dough", 12, "is not YAML"),
        ("    competency: dough", "    competency: !!python/object:os.system x", 11, "is not YAML"),
    ],
)
def test_a_mistake_in_yaml_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, what: str
) -> None:
    assert PACK.count(old) == 1
    path = written(tmp_path, PACK.replace(old, new))
    problems = told(path)
    assert problems
    assert problems[0].startswith(f"{path}:{line}: ")
    assert what in problems[0]


def test_every_mistake_is_named_not_only_the_first(tmp_path: Path) -> None:
    text = PACK.replace("bloom: understand", "bloom: guess").replace("shape: technical", "shape: round")
    assert len(read_pack(written(tmp_path, text)).problems) == 2


def test_a_file_that_grows_by_aliases_is_refused_quickly(tmp_path: Path) -> None:
    layers = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 40))
    path = written(tmp_path, f"l0: &l0 [x]\n{layers}\n{PACK}")
    assert any("aliases are not allowed" in problem for problem in told(path))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.yaml"),
        (b"- 1\n", "a.yaml"),
        (b"\xff\xfe\x00", "a.yaml"),
        (b"a: 2024-99-99", "a.yaml"),
        (b"[" * 20_000, "a.yaml"),
        (b"", "a.csv"),
        (b"\xff\xfe", "a.csv"),
        (b'id,text\n"open', "a.csv"),
        (b"not a zip", "a.xlsx"),
        (b"x" * 5_000_000, "a.csv"),
        (b"", "a.txt"),
    ],
)
def test_a_broken_file_is_a_problem_not_a_crash(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    file = read_pack(path)
    assert file.problems
    assert not file.questions


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    assert "cannot be read" in told(tmp_path / "none.yaml")[0]


@pytest.mark.parametrize(
    ("column", "cell", "what"),
    [
        ("level", "simple", "is none of easy"),
        ("key_point_1", "", "wrong_1 or follow_up_1 without key_point_1"),
        ("key_point_3", "", "2 key_points, not 3 to 6"),
        ("keywords", "yeast; gas", "2 keywords, not 3 to 7"),
        ("text", "", "text is missing"),
    ],
)
def test_a_mistake_in_a_table_is_named_with_its_line(
    tmp_path: Path, column: str, cell: str, what: str
) -> None:
    names = COLUMNS.split(",")
    broken = [cell if name == column else value for name, value in zip(names, CELLS, strict=True)]
    broken[names.index("id")] = "baker.easy.02"
    good = list(CELLS)
    good[names.index("model_answer")] = CELLS[-1].replace(". ", ".\n")  # a cell over two lines
    path = table(tmp_path, [names, good, [""] * len(names), broken])
    problems = told(path)
    assert any(problem.startswith(f"{path}:5: ") and what in problem for problem in problems), problems
    assert not any(problem.startswith(f"{path}:2: ") for problem in problems)


def test_unknown_and_repeated_columns_and_loose_cells_are_named(tmp_path: Path) -> None:
    names = [*COLUMNS.split(","), "colour", "text"]
    problems = told(table(tmp_path, [names, [*CELLS, "", "", "loose"]]))
    assert [problem.rsplit(".csv:", 1)[1] for problem in problems] == [
        "1: unknown column 'colour'",
        "1: column 'text' comes twice",
        "2: has 18 cells, but 17 columns are named",
    ]


def test_an_id_used_twice_names_the_first_place(tmp_path: Path) -> None:
    problems = told(table(tmp_path, [COLUMNS.split(","), CELLS, CELLS]))
    assert problems[0].endswith(":3: id 'baker.easy.01' was used on line 2")
