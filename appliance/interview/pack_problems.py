"""What can be wrong with a question file: a stable code with its values, and English words for who reads a terminal.

The console words the same codes in its own languages (kiosk_ui/src/admin/words).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Value = str | int

# A code's words begin as they stand after "FILE:LINE: "; placeholders are the values of the code.
WORDS: Mapping[str, str] = {
    "not_there": "does not exist",
    "no_file": "no question file here",
    "unreadable": "cannot be read: {reason}",
    "too_large": "is larger than {bytes} bytes",
    "unknown_kind": "is none of {kinds}",
    "not_yaml": "is not YAML: {reason}",
    "not_yaml_text": "is not YAML in UTF-8: {reason}",
    "not_a_pack": "must be a mapping with format, role, level, version, title, questions",
    "alias": "aliases are not allowed; write it out",
    "field_twice": "{name} comes twice",
    "unknown_field": "unknown field {name!r} in a {where}",
    "format": "format must be {number}",
    "version": "version must be a whole number from 1",
    "title": "title must give a text per language, at least en",
    "no_questions": "questions must be a list with at least one question",
    "not_a_question": "a question must be a mapping, not {value}",
    "not_utf8": "is not UTF-8 text; save it as CSV UTF-8",
    "not_csv": "is not CSV: {reason}",
    "not_xlsx": "is not an XLSX workbook: {reason}",
    "empty": "is empty; the first line must name the columns",
    "unknown_column": "unknown column {name!r}",
    "column_twice": "column {name!r} comes twice",
    "loose_cells": "has {cells} cells, but {columns} columns are named",
    "no_key_point": "wrong_{number} or follow_up_{number} without key_point_{number}",
    "missing": "{name} is missing",
    "not_text": "{name} must be a text",
    "not_a_name": "{name} {value!r} must be lower-case words joined by '_'",
    "not_one_of": "{name} {value!r} is none of {allowed}",
    "word_count": "{name} has {count} words, not {low} to {high}",
    "unfilled": "{name} holds an unfilled place {place!r}",
    "not_english": "{name} must be English; put Hindi into text_hi",
    "not_hindi": "text_hi must be written in Devanagari",
    "not_yes_or_no": "{name} must be true or false",
    "not_a_list": "{name} must be a list of mappings",
    "item_count": "{count} {name}, not {low} to {high}",
    "point_twice": "key point {name} {value!r} comes twice",
    "wrong_is_right": "the wrong statement says the same as the key point",
    "keyword_twice": "keyword {word!r} comes twice",
    "synonyms": "synonyms must be a list of texts",
    "reference": "reference must have a text and a chapter",
    "id_twice": "id {id!r} was used on line {first_line}",
    "id_taken": "the id of {id!r} was used at {first}:{first_line}",
    "text_taken": "the text of {id!r} was used at {first}:{first_line}",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one file."""

    file: str
    """as it is named to the reader"""
    line: int
    """counted from 1"""
    code: str
    """one of ``WORDS``"""
    values: Mapping[str, Value]
    """what its words need"""

    def __str__(self) -> str:
        """``FILE:LINE: what``."""
        return f"{self.file}:{self.line}: {WORDS[self.code].format_map(self.values)}"


@dataclass
class Problems:
    """Collects what is wrong with one file, each with its line."""

    file: str
    """the file as it is named to the reader"""
    found: list[Problem] = field(default_factory=list)
    """in the order found"""

    def add(self, line: int, code: str, **values: Value) -> None:
        """Note one problem."""
        self.found.append(Problem(self.file, line, code, MappingProxyType(values)))
