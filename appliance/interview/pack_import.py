"""Question files read: YAML packs, and the CSV or XLSX tables a placement cell fills in.

A table has one question a line. Its columns: role, level, id, text, text_hi, shape, competency, bloom,
key_point_1 … key_point_6, wrong_1 …, follow_up_1 …, keywords ("hash function|hashing; bucket": keywords
parted by semicolons, synonyms by bars), model_answer, reviewed. Only role, level, id, text, shape,
competency, bloom, three key points, keywords and model_answer must be there.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import openpyxl
import yaml

from appliance.interview.pack_format import PackHead, Row, read_head, read_question, required_text
from appliance.interview.pack_problems import Problem, Problems
from appliance.messages import Question

SUFFIXES = (".yaml", ".yml", ".csv", ".xlsx")
_FORMAT = 1
_LARGEST_BYTES = 4_000_000  # our choice: 50 times our largest pack
_DEEPEST = 20  # our choice: our packs go six deep
_PACK_FIELDS = frozenset(("format", "role", "level", "version", "title", "questions"))
_TABLE_FIELDS = frozenset(
    ("role", "level", "id", "text", "shape", "competency", "bloom", "keywords", "model_answer", "reviewed")
)
_POINT_COLUMN = re.compile(r"(key_point|wrong|follow_up)_([1-6])")
_LOCALE_COLUMN = re.compile(r"text_[a-z]{2,3}")
# libyaml reads our packs ten times faster; the wheels carry it, a source build may not.
_YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0", "")


@dataclass(frozen=True)
class PackFile:
    """What one file holds."""

    name: str
    """the file as it is named in its problems"""
    questions: tuple[Question, ...]
    """those without a problem, in the file's order"""
    lines: Mapping[str, int]
    """question id -> line on which it begins, counted from 1"""
    titles: Mapping[str, Mapping[str, str]]
    """role id -> locale -> title; empty for tables, which carry none"""
    problems: tuple[Problem, ...]
    """empty when the file is right"""


@dataclass
class _Reading:
    problems: Problems
    questions: list[Question] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    titles: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def take(self, row: Row, head: PackHead) -> None:
        question = read_question(row, head, self.problems)
        if question is None:
            return
        if question.id in self.lines:
            first = self.lines[question.id]
            self.problems.add(row.line_of("id"), "id_twice", id=question.id, first_line=first)
            return
        self.lines[question.id] = row.line
        self.questions.append(question)

    def done(self) -> PackFile:
        return PackFile(
            name=self.problems.file,
            questions=tuple(self.questions),
            lines=MappingProxyType(self.lines),
            titles=MappingProxyType(self.titles),
            problems=tuple(self.problems.found),
        )


def read_pack(path: Path) -> PackFile:
    """Read one file of questions by its suffix; never raises for what is written in the file."""
    reading = _Reading(Problems(str(path)))
    try:
        content = path.read_bytes()
    except OSError as exc:
        reading.problems.add(1, "unreadable", reason=str(exc.strerror))
        return reading.done()
    if len(content) > _LARGEST_BYTES:
        reading.problems.add(1, "too_large", bytes=_LARGEST_BYTES)
    elif path.suffix in (".yaml", ".yml"):
        _read_yaml(content, reading)
    elif path.suffix == ".csv":
        _read_table(_csv_lines(content, reading.problems), reading)
    elif path.suffix == ".xlsx":
        _read_table(_xlsx_lines(content, reading.problems), reading)
    else:
        reading.problems.add(1, "unknown_kind", kinds=", ".join(SUFFIXES))
    return reading.done()


# -- YAML ---------------------------------------------------------------------------------------------------


def _read_yaml(content: bytes, reading: _Reading) -> None:
    try:
        text = content.decode("utf-8-sig")
        _refuse_depth(text)
        node = yaml.compose(text, Loader=_YamlLoader)
        pack = _YamlValues(reading.problems).of(node) if node else None
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        why = str(exc.problem or exc.context)
        reading.problems.add(mark.line + 1 if mark else 1, "not_yaml", reason=why)
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        reading.problems.add(1, "not_yaml_text", reason=type(exc).__name__)
    else:
        if isinstance(pack, Row):
            _take_pack(pack, reading)
        else:
            reading.problems.add(1, "not_a_pack")


def _refuse_depth(text: str) -> None:
    """Raises ``RecursionError``: libyaml's composer calls itself at each level, and deep enough ends the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_YamlLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise RecursionError


class _YamlValues:
    """Plain Python values of nodes, mappings as rows; keys given twice and aliases are problems."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._constructor = yaml.constructor.SafeConstructor()
        self._seen: set[int] = set()

    def of(self, node: yaml.Node) -> object:
        """The value of a node; an alias, which could make a file grow without bound, becomes None."""
        if id(node) in self._seen:
            self._problems.add(node.start_mark.line + 1, "alias")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._row(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.of(item) for item in node.value]
        value: object = self._constructor.construct_object(node)
        return value

    def _row(self, node: yaml.MappingNode) -> Row:
        fields: dict[str, object] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in fields:
                self._problems.add(key.start_mark.line + 1, "field_twice", name=name)
            fields[name] = self.of(value)
            lines[name] = key.start_mark.line + 1
        return Row(node.start_mark.line + 1, fields, lines)


def _take_pack(pack: Row, reading: _Reading) -> None:
    problems = reading.problems
    for name in pack.keys() - _PACK_FIELDS:
        problems.add(pack.line_of(name), "unknown_field", name=name, where="pack")
    if pack.get("format") != _FORMAT:
        problems.add(pack.line_of("format"), "format", number=_FORMAT)
    version = pack.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        problems.add(pack.line_of("version"), "version")
    head = read_head(pack, problems)
    _take_title(pack, head, reading)
    questions = pack.get("questions")
    if not isinstance(questions, list) or not questions:
        problems.add(pack.line_of("questions"), "no_questions")
        return
    for row in questions:
        if isinstance(row, Row):
            reading.take(row, head)
        else:
            problems.add(pack.line_of("questions"), "not_a_question", value=repr(row)[:40])


def _take_title(pack: Row, head: PackHead, reading: _Reading) -> None:
    title = pack.get("title")
    if not isinstance(title, Row):
        reading.problems.add(pack.line_of("title"), "title")
        return
    required_text(title, "en", reading.problems)
    reading.titles[head.role] = MappingProxyType({locale: str(text) for locale, text in title.items()})


# -- tables -------------------------------------------------------------------------------------------------

_Lines = Iterable[tuple[int, list[str]]]
"""line number and cells; the first line names the columns"""


def _csv_lines(content: bytes, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        line = 1
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except UnicodeDecodeError:
        problems.add(1, "not_utf8")
    except csv.Error as exc:
        problems.add(reader.line_num, "not_csv", reason=str(exc))


def _xlsx_lines(content: bytes, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    line = 1
    try:
        with closing(openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)) as book:
            for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
                yield line, ["" if cell is None else str(cell) for cell in cells]
    except Exception as exc:  # openpyxl lets out whatever its readers of ZIP, XML, numbers and dates raise
        problems.add(line, "not_xlsx", reason=type(exc).__name__)


def _read_table(lines: _Lines, reading: _Reading) -> None:
    names: list[str] | None = None
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if names is None:
            names = _column_names(cells, line, reading.problems)
            continue
        row = _table_row(names, cells, line, reading.problems)
        reading.take(row, _table_head(row, reading.problems))
    if names is None and not reading.problems.found:
        reading.problems.add(1, "empty")


def _column_names(cells: list[str], line: int, problems: Problems) -> list[str]:
    names = [cell.strip().lower().replace(" ", "_") for cell in cells]
    for index, name in enumerate(names):
        known = name in _TABLE_FIELDS or _POINT_COLUMN.fullmatch(name) or _LOCALE_COLUMN.fullmatch(name)
        if name and not known:
            problems.add(line, "unknown_column", name=name)
        if name and name in names[:index]:
            problems.add(line, "column_twice", name=name)
    return names


def _table_row(names: list[str], cells: list[str], line: int, problems: Problems) -> Row:
    """The line as a YAML question would be; role and level stay in it until the head is read."""
    if any(cell.strip() for cell in cells[len(names) :]):
        problems.add(line, "loose_cells", cells=len(cells), columns=len(names))
    given = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name and cell.strip()}
    fields: dict[str, object] = {
        name: text for name, text in given.items() if not _POINT_COLUMN.fullmatch(name)
    }
    fields["key_points"] = _table_points(given, line, problems)
    fields["keywords"] = _table_keywords(given.get("keywords", ""), line)
    reviewed = given.get("reviewed", "").lower()
    fields["reviewed"] = reviewed in _TRUE if reviewed in _TRUE + _FALSE else reviewed
    return Row(line, fields)


def _table_points(given: Mapping[str, str], line: int, problems: Problems) -> list[Row]:
    points: dict[str, dict[str, object]] = {}
    for name, text in given.items():
        if match := _POINT_COLUMN.fullmatch(name):
            what, number = match.groups()
            points.setdefault(number, {"id": f"k{number}"})["text" if what == "key_point" else what] = text
    for number in [number for number, point in points.items() if "text" not in point]:
        problems.add(line, "no_key_point", number=number)
        del points[number]
    return [Row(line, points[number]) for number in sorted(points)]


def _table_keywords(cell: str, line: int) -> list[Row]:
    entries = [[word.strip() for word in entry.split("|")] for entry in cell.split(";") if entry.strip()]
    return [Row(line, {"word": words[0], "synonyms": [w for w in words[1:] if w]}) for words in entries]


def _table_head(row: Row, problems: Problems) -> PackHead:
    head = read_head(row, problems)
    row.pop("role", None)
    row.pop("level", None)
    return head
