"""The question bank: packs read and checked, questions found by role, level and shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from appliance.errors import Invalid, NotFound
from appliance.interview.pack_import import SUFFIXES, PackFile, read_pack
from appliance.interview.pack_problems import Problem, Problems
from appliance.messages import LEVELS, Question

PACKS = Path(__file__).parent / "packs"
"""the questions that come with the booth"""


@dataclass(frozen=True)
class Role:
    """One thing a candidate can be interviewed for."""

    id: str
    """snake_case, stable"""
    titles: Mapping[str, str]
    """locale -> title; ``en`` is always there"""
    counts: Mapping[str, int]
    """level -> questions in the bank; every level is named, in the order easy, medium, hard"""
    shapes: tuple[str, ...]
    """the shapes its questions have, sorted"""


class QuestionBank:
    """Every question of the booth; any thread may read it."""

    def __init__(self, questions: Sequence[Question], titles: Mapping[str, Mapping[str, str]]) -> None:
        self._by_id = {question.id: question for question in questions}
        self._by_role: dict[str, list[Question]] = {}
        for question in questions:
            self._by_role.setdefault(question.role, []).append(question)
        self._roles = {name: _role(name, found, titles) for name, found in self._by_role.items()}

    @classmethod
    def load(cls, folders: Sequence[Path] = (PACKS,)) -> QuestionBank:
        """Read every pack under the folders; our own first, then a placement cell's.

        Raises:
            Invalid: ``interview.bad_pack``, with file and line of each problem.
        """
        files = [read_pack(path) for path in _pack_paths(folders)]
        if problems := [*_problems_inside(files), *_problems_between(files)]:
            raise Invalid("interview.bad_pack", "\n".join(map(str, problems)))
        titles: dict[str, Mapping[str, str]] = {}
        for file in files:
            titles = {**file.titles, **titles}
        return cls([question for file in files for question in file.questions], titles)

    def become(self, other: QuestionBank) -> None:
        """Hold another bank's questions from now on, in one step; while nobody is at an interview."""
        self.__dict__.update(other.__dict__)

    def roles(self) -> tuple[Role, ...]:
        """The roles, in the order of their files."""
        return tuple(self._roles.values())

    def role(self, role: str) -> Role:
        """The role of that id.

        Raises:
            NotFound: ``interview.unknown_role``.
        """
        if role not in self._roles:
            raise NotFound("interview.unknown_role", f"no role {role!r} in the question bank")
        return self._roles[role]

    def title(self, role: str, locale: str) -> str:
        """What a role is called in a language, or in English; one that is no longer there, by the words of its id."""
        titles = self._roles[role].titles if role in self._roles else {"en": role.replace("_", " ")}
        return titles.get(locale, titles["en"])

    def questions(
        self, role: str, level: str | None = None, shape: str | None = None
    ) -> tuple[Question, ...]:
        """The questions of a role, in the packs' order; may be empty for a level or shape it lacks.

        Raises:
            NotFound: ``interview.unknown_role``.
        """
        self.role(role)
        return tuple(
            question
            for question in self._by_role[role]
            if level in (None, question.level) and shape in (None, question.shape)
        )

    def by_id(self, question_id: str) -> Question:
        """The question of that id.

        Raises:
            NotFound: ``interview.unknown_question``.
        """
        try:
            return self._by_id[question_id]
        except KeyError as exc:
            raise NotFound("interview.unknown_question", f"no question {question_id!r}") from exc


def validate_files(paths: Sequence[Path]) -> list[Problem]:
    """Every problem of these files and folders; empty when all is right."""
    files: list[PackFile] = []
    missing = [Problem(str(path), 1, "not_there", {}) for path in paths if not path.exists()]
    for path in paths:
        files += [read_pack(found) for found in (_pack_paths([path]) if path.is_dir() else [path])]
    if not files:
        missing.append(Problem(", ".join(map(str, paths)), 1, "no_file", {}))
    return [*missing, *_problems_inside(files), *_problems_between(files)]


def _pack_paths(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())


def _problems_inside(files: Sequence[PackFile]) -> list[Problem]:
    return [problem for file in files for problem in file.problems]


def _problems_between(files: Sequence[PackFile]) -> list[Problem]:
    """Ids and texts that two questions share; the bank would ask the same thing twice."""
    problems: list[Problem] = []
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    for file in files:
        here = Problems(file.name)
        for question in file.questions:
            line, text = file.lines[question.id], " ".join(question.text.casefold().split())
            for key in (("id_taken", question.id), ("text_taken", text)):
                first, first_line = seen.setdefault(key, (file.name, line))
                if (first, first_line) != (file.name, line):
                    here.add(line, key[0], id=question.id, first=first, first_line=first_line)
        problems += here.found
    return problems


def _role(name: str, questions: Sequence[Question], titles: Mapping[str, Mapping[str, str]]) -> Role:
    counts = {level: sum(question.level == level for question in questions) for level in LEVELS}
    fallback = {"en": name.replace("_", " ").capitalize()}
    return Role(
        id=name,
        titles=MappingProxyType({**fallback, **titles.get(name, {})}),
        counts=MappingProxyType(counts),
        shapes=tuple(sorted({question.shape for question in questions})),
    )
