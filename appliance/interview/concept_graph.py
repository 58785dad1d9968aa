"""What the generator knows: concepts of a role with what is true, wrong and useful about them, and templates.

Both are data files. A concept is a node; its fields are its typed relations, written as phrases that fit
the templates' places:

=========================  ================================================================================
field                      what it holds
=========================  ================================================================================
name                       noun phrase with its article ("a hash table"); ``plural: true`` when it is one;
                           ``idea: true`` when it is something that happens and not something to use;
                           ``lived: true`` when a student can tell of a time when it helped
also                       other names a student may use
competency                 snake_case
is                         is_a: what follows "A hash table is …"
for                        used_for: an infinitive, what follows "A hash table is used to …"
fact_a, wrong_a (… _b)     a true statement, and the common wrong one about the same thing
case, fits                 a situation in which it is applied, and why it fits
gain, cost                 the two sides of its trade-off
symptom, cause, fix        causes: what is seen, why it happens, and (an infinitive) what to do
versus, here, there        contrasts_with: another noun phrase, what holds here, and what holds there
estimate, step_1 … step_3  a quantity to estimate, and the steps that lead to it
words                      expected keywords, synonyms after a bar
=========================  ================================================================================
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from appliance.errors import Broken, NotFound
from appliance.messages import Keyword

CONCEPTS = Path(__file__).parent / "concepts"
_TEMPLATES = Path(__file__).parent / "question_templates.yaml"
# A statement that begins with "It" about the concept must stand alone, so the name takes its place; not in
# "It is hard to see …", where "it" stands for nothing.
_PRONOUN = re.compile(
    r"^It (?!is (?:not )?(?:hard|easy|easier|better|best|fine|possible|clear|wise|harder)\b)"
)
_STAND_ALONE = ("fact_a", "fact_b", "gain", "cost", "here")
_ARTICLE = re.compile(r"^(?:a|an|the) ")


@dataclass(frozen=True)
class Concept:
    """One node of a role's graph."""

    id: str
    """snake_case, unique in its role"""
    competency: str
    names: tuple[str, ...]
    """how it is called, without article, its own name first"""
    words: tuple[Keyword, ...]
    slots: Mapping[str, str]
    """field name -> phrase; a field that the concept lacks is not there"""


@dataclass(frozen=True)
class PointTemplate:
    """How one relation becomes a key point."""

    text: str
    wrong: str | None
    follow_up: str


@dataclass(frozen=True)
class QuestionTemplate:
    """How relations become a question."""

    kind: str
    """what, how, myth, apply, compare, claim, drawback, debug, prevent, trade_off, choose, estimate …"""
    level: str
    bloom: str
    shape: str
    asks: tuple[str, ...]
    """wordings of the same question"""
    points: tuple[str, ...]
    """names of the point templates that a good answer covers"""


@dataclass(frozen=True)
class ConceptGraph:
    """Everything that questions of one role are generated from."""

    role: str
    concepts: tuple[Concept, ...]
    templates: tuple[QuestionTemplate, ...]
    points: Mapping[str, PointTemplate]
    plain_words: frozenset[str]
    """words that carry no content of an answer"""


def fits(template: str, concept: Concept) -> bool:
    """Whether the concept fills every place of the template."""
    places = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    return places <= concept.slots.keys()


def roles_with_concepts() -> tuple[str, ...]:
    """The roles that questions can be generated for."""
    return tuple(sorted(path.stem for path in CONCEPTS.glob("*.yaml")))


@cache
def concept_graph(role: str) -> ConceptGraph:
    """The graph of a role; read once.

    Raises:
        NotFound: ``interview.unknown_role``, there is no graph for it.
        Broken: ``interview.bad_concepts``, a data file that came with the booth is damaged.
    """
    if role not in roles_with_concepts():
        raise NotFound("interview.unknown_role", f"no concepts for role {role!r}")
    try:
        data = yaml.safe_load((CONCEPTS / f"{role}.yaml").read_text("utf-8"))
        templates = yaml.safe_load(_TEMPLATES.read_text("utf-8"))
        return ConceptGraph(
            role=role,
            concepts=tuple(_concept(entry) for entry in data["concepts"]),
            templates=tuple(_template(entry) for entry in templates[data["templates"]]),
            points={name: _point(entry) for name, entry in templates["points"].items()},
            plain_words=frozenset(templates["plain_words"].split()),
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as exc:
        raise Broken("interview.bad_concepts", f"concepts of {role!r} cannot be used: {exc!r}") from exc


def _concept(entry: Mapping[str, object]) -> Concept:
    name = str(entry["name"])
    bare = _ARTICLE.sub("", name)
    plural = entry.get("plural", False)
    slots = {field: phrase for field, phrase in entry.items() if isinstance(phrase, str)}
    title = name[0].upper() + name[1:]
    slots |= {field: _PRONOUN.sub(f"{title} ", slots[field]) for field in _STAND_ALONE if field in slots}
    slots |= {
        "Name": title,
        "bare": bare,
        "be": "are" if plural else "is",
        "do": "do" if plural else "does",
        **({"lived": name} if entry.get("lived", False) else {}),
        **(_idea(name) if entry.get("idea", False) else _tool(name, plural=bool(plural))),
    }
    also, words = entry.get("also", []), entry["words"]
    if not isinstance(also, list) or not isinstance(words, list):
        raise TypeError(f"also and words of {name!r} must be lists")
    return Concept(
        id=re.sub(r"[^a-z0-9]+", "_", bare.casefold()).strip("_"),
        competency=str(entry["competency"]),
        names=(bare, *map(str, also)),
        words=tuple(_keyword(str(word)) for word in words),
        slots=slots,
    )


def _tool(name: str, plural: bool) -> dict[str, str]:
    """The places that only something one can use and choose fills."""
    return {
        "tool": name,
        "use": f"use {name}",
        "helper": name,
        "Helper": name[0].upper() + name[1:],
        "helper_be": "are" if plural else "is",
        "helper_do": "do" if plural else "does",
    }


def _idea(name: str) -> dict[str, str]:
    """The places of something that happens: one cannot use it, but knowing about it helps."""
    return {
        "idea": name,
        "use": f"use what you know about {name}",
        "helper": f"knowing about {name}",
        "Helper": f"Knowing about {name}",
        "helper_be": "is",
        "helper_do": "does",
    }


def _keyword(entry: str) -> Keyword:
    word, *synonyms = entry.split("|")
    return Keyword(word=word, synonyms=tuple(synonyms))


def _template(entry: Mapping[str, object]) -> QuestionTemplate:
    asks, points = entry["asks"], entry["points"]
    if not isinstance(asks, list) or not isinstance(points, list):
        raise TypeError("asks and points of a template must be lists")
    return QuestionTemplate(
        kind=str(entry["kind"]),
        level=str(entry["level"]),
        bloom=str(entry["bloom"]),
        shape=str(entry.get("shape", "technical")),
        asks=tuple(asks),
        points=tuple(points),
    )


def _point(entry: Mapping[str, str]) -> PointTemplate:
    return PointTemplate(text=entry["text"], wrong=entry.get("wrong"), follow_up=entry["follow_up"])
