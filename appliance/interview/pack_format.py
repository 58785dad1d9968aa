"""The rules of one question: from a row with line numbers to a ``Question``, or to problems one can find.

YAML, CSV and XLSX files all end here, so that a placement cell's own questions obey the rules of ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.interview.pack_problems import Problems
from appliance.messages import LEVELS, SHAPES, KeyPoint, Keyword, Question

# The cognitive levels of the revised Bloom taxonomy that an answer spoken in two minutes can show.
# Source: Anderson and Krathwohl, A Taxonomy for Learning, Teaching, and Assessing (2001), chapter 5.
BLOOM_LEVELS = ("remember", "understand", "apply", "analyse", "evaluate")

_KEY_POINT_COUNT = (3, 6)
_KEYWORD_COUNT = (3, 7)
# Word limits are our choice: a statement longer than this is two statements, a model answer shorter than
# this cannot cover three key points and a longer one cannot be spoken in the answer's time.
_TEXT_WORDS = (2, 60)
_POINT_WORDS = (2, 30)
_MODEL_ANSWER_WORDS = (25, 200)

_SNAKE = re.compile(r"[a-z][a-z0-9_]*")
_QUESTION_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_SLOT = re.compile(r"\{|\}|<[a-z_ ]+>|\[[a-z_ ]+\]|\b(?:TODO|FIXME|TBD|XXX)\b")
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")
_LOCALE_FIELD = re.compile(r"text_[a-z]{2,3}")

_QUESTION_TEXTS = ("id", "text", "shape", "competency", "bloom", "model_answer")
_QUESTION_FIELDS = frozenset((*_QUESTION_TEXTS, "key_points", "keywords", "reviewed", "reference"))
_POINT_FIELDS = frozenset(("id", "text", "wrong", "follow_up"))
_KEYWORD_FIELDS = frozenset(("word", "synonyms"))


class Row(dict[str, object]):
    """A mapping that remembers the line on which it, and each of its fields, was written."""

    def __init__(
        self, line: int, fields: Mapping[str, object], lines: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(fields)
        self.line = line
        """First line of the mapping, counted from 1."""
        self._lines = dict(lines or {})

    def line_of(self, name: str) -> int:
        """The line of one field; of the whole mapping when the field is missing."""
        return self._lines.get(name, self.line)


@dataclass(frozen=True)
class PackHead:
    """What holds for every question of one file."""

    role: str
    """snake_case role id"""
    level: str
    """easy | medium | hard"""


def read_question(row: Row, head: PackHead, problems: Problems) -> Question | None:
    """Turn a row into a question; every problem of the row is noted, and any problem gives None."""
    before = len(problems.found)
    _refuse_unknown(row, _QUESTION_FIELDS, problems, "question")
    question = Question(
        id=_matching(row, "id", _QUESTION_ID, problems),
        role=head.role,
        level=head.level,
        shape=_one_of(row, "shape", SHAPES, problems),
        competency=_matching(row, "competency", _SNAKE, problems),
        text=_sentence(row, "text", _TEXT_WORDS, problems),
        key_points=_key_points(row, problems),
        keywords=_keywords(row, problems),
        model_answer=_sentence(row, "model_answer", _MODEL_ANSWER_WORDS, problems),
        texts=_locale_texts(row, problems),
        bloom=_one_of(row, "bloom", BLOOM_LEVELS, problems),
        reviewed=_flag(row, "reviewed", problems),
        generated=False,
    )
    _check_reference(row, problems)
    return question if len(problems.found) == before else None


def read_head(row: Row, problems: Problems) -> PackHead:
    """Role and level of a file, or of a line of a table."""
    role = _matching(row, "role", _SNAKE, problems)
    return PackHead(role=role, level=_one_of(row, "level", LEVELS, problems))


def required_text(row: Row, name: str, problems: Problems) -> str:
    """A field that must be a text with something in it; noted and "" when it is not."""
    value = row.get(name)
    if isinstance(value, str) and value.strip():
        return " ".join(value.split())
    problems.add(row.line_of(name), "missing" if value in (None, "") else "not_text", name=name)
    return ""


def _refuse_unknown(row: Row, known: frozenset[str], problems: Problems, what: str) -> None:
    for name in row:
        if name not in known and not (what == "question" and _LOCALE_FIELD.fullmatch(name)):
            problems.add(row.line_of(name), "unknown_field", name=name, where=what)


def _matching(row: Row, name: str, pattern: re.Pattern[str], problems: Problems) -> str:
    value = required_text(row, name, problems)
    if value and not pattern.fullmatch(value):
        problems.add(row.line_of(name), "not_a_name", name=name, value=value)
    return value


def _one_of(row: Row, name: str, allowed: Sequence[str], problems: Problems) -> str:
    value = required_text(row, name, problems)
    if value and value not in allowed:
        problems.add(row.line_of(name), "not_one_of", name=name, value=value, allowed=", ".join(allowed))
    return value


def _sentence(row: Row, name: str, words: tuple[int, int], problems: Problems) -> str:
    value = required_text(row, name, problems)
    if not value:
        return value
    count = len(value.split())
    low, high = words
    if not low <= count <= high:
        problems.add(row.line_of(name), "word_count", name=name, count=count, low=low, high=high)
    if slot := _SLOT.search(value):
        problems.add(row.line_of(name), "unfilled", name=name, place=slot.group())
    if _DEVANAGARI.search(value):
        problems.add(row.line_of(name), "not_english", name=name)
    return value


def _flag(row: Row, name: str, problems: Problems) -> bool:
    value = row.get(name, False)
    if not isinstance(value, bool):
        problems.add(row.line_of(name), "not_yes_or_no", name=name)
        return False
    return value


def _locale_texts(row: Row, problems: Problems) -> Mapping[str, str]:
    names = [name for name in row if _LOCALE_FIELD.fullmatch(name)]
    texts = {name.removeprefix("text_"): required_text(row, name, problems) for name in names}
    hindi = texts.get("hi")
    if hindi and not _DEVANAGARI.search(hindi):
        problems.add(row.line_of("text_hi"), "not_hindi")
    return texts


def _rows(row: Row, name: str, count: tuple[int, int], problems: Problems) -> list[Row]:
    value = row.get(name)
    if not isinstance(value, list) or not all(isinstance(item, Row) for item in value):
        problems.add(row.line_of(name), "not_a_list", name=name)
        return []
    low, high = count
    if not low <= len(value) <= high:
        problems.add(row.line_of(name), "item_count", count=len(value), name=name, low=low, high=high)
    return value


def _key_points(row: Row, problems: Problems) -> tuple[KeyPoint, ...]:
    rows = _rows(row, "key_points", _KEY_POINT_COUNT, problems)
    points = tuple(_key_point(item, problems) for item in rows)
    for name in ("id", "text"):
        seen: set[str] = set()
        for item, point in zip(rows, points, strict=True):
            value = str(getattr(point, name)).casefold()
            if value and value in seen:
                problems.add(item.line_of(name), "point_twice", name=name, value=value)
            seen.add(value)
    return points


def _key_point(row: Row, problems: Problems) -> KeyPoint:
    _refuse_unknown(row, _POINT_FIELDS, problems, "key point")
    text = _sentence(row, "text", _POINT_WORDS, problems)
    wrong = _sentence(row, "wrong", _POINT_WORDS, problems) if "wrong" in row else None
    if wrong and wrong.casefold() == text.casefold():
        problems.add(row.line_of("wrong"), "wrong_is_right")
    follow_up = _sentence(row, "follow_up", _TEXT_WORDS, problems) if "follow_up" in row else None
    return KeyPoint(id=_matching(row, "id", _SNAKE, problems), text=text, wrong=wrong, follow_up=follow_up)


def _keywords(row: Row, problems: Problems) -> tuple[Keyword, ...]:
    rows = _rows(row, "keywords", _KEYWORD_COUNT, problems)
    keywords = tuple(_keyword(item, problems) for item in rows)
    seen: set[str] = set()
    for item, keyword in zip(rows, keywords, strict=True):
        for word in (keyword.word, *keyword.synonyms):
            if word and word.casefold() in seen:
                problems.add(item.line, "keyword_twice", word=word)
            seen.add(word.casefold())
    return keywords


def _keyword(row: Row, problems: Problems) -> Keyword:
    _refuse_unknown(row, _KEYWORD_FIELDS, problems, "keyword")
    synonyms = row.get("synonyms") or []
    if not isinstance(synonyms, list) or not all(isinstance(word, str) and word.strip() for word in synonyms):
        problems.add(row.line_of("synonyms"), "synonyms")
        synonyms = []
    return Keyword(word=required_text(row, "word", problems), synonyms=tuple(synonyms))


def _check_reference(row: Row, problems: Problems) -> None:
    reference = row.get("reference")
    if reference is None:
        return
    if not isinstance(reference, Row):
        problems.add(row.line_of("reference"), "reference")
        return
    _refuse_unknown(reference, frozenset(("text", "chapter")), problems, "reference")
    required_text(reference, "text", problems)
