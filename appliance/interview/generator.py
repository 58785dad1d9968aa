"""New questions for a role and a level, from its concept graph and typed templates; needs no language model.

Each question is one template filled from one concept, so two questions never rest on the same fact asked in
the same way. Its id names both and depends neither on the seed nor on the wording: a list of the ids a
student has had is enough never to ask the same thing again.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from appliance.errors import Invalid
from appliance.interview.concept_graph import Concept, ConceptGraph, QuestionTemplate, concept_graph, fits
from appliance.messages import LEVELS, KeyPoint, Keyword, Question

# Two questions of which more than this share of the words is the same are taken for one. Our choice.
_SAME_WORDS_RATIO = 0.75
_KEYWORD_COUNT = (3, 5)
_STEM_LETTERS = 5  # words that begin alike count as one, our choice
_WORD = re.compile(r"[a-z][a-z-]+(?![a-z'-])")


def generate(role: str, level: str, count: int, seed: int, exclude: Collection[str] = ()) -> list[Question]:
    """New questions, none of them among the excluded ones; the same arguments give the same questions.

    Args:
        role: id of a role that has a concept graph.
        level: easy, medium or hard.
        count: how many, from 1.
        seed: chooses order and wording.
        exclude: ids or texts of questions that were asked before; an id also covers its other wordings.

    Raises:
        NotFound: ``interview.unknown_role``.
        Invalid: ``interview.unknown_level``, or ``interview.generator_exhausted`` when so many different
            questions cannot be made.
    """
    if level not in LEVELS:
        raise Invalid("interview.unknown_level", f"level {level!r} is none of {', '.join(LEVELS)}")
    graph = concept_graph(role)
    rng = random.Random(f"{seed}/{role}/{level}")
    asked = frozenset(exclude)
    made = (
        question for question in _candidates(graph, level, rng) if not {question.id, question.text} & asked
    )
    chosen = _different(graph, made, count)
    if len(chosen) < count:
        raise Invalid(
            "interview.generator_exhausted",
            f"only {len(chosen)} new {level} questions for {role!r}, {count} were asked for",
        )
    return chosen


def generate_command(role: str, level: str, count: int, seed: int = 0) -> list[Question]:
    """``kabil questions generate``: see :func:`generate`."""
    return generate(role, level, count, seed)


def _candidates(graph: ConceptGraph, level: str, rng: random.Random) -> Iterator[Question]:
    """All that the graph can ask at a level: first each concept once, then each a second time, and so on."""
    pairs = [
        (concept, template)
        for template in graph.templates
        if template.level == level
        for concept in graph.concepts
        if _applies(graph, template, concept)
    ]
    rng.shuffle(pairs)
    turn: Counter[str] = Counter()
    order = []
    for concept, template in pairs:
        turn[concept.id] += 1
        order.append((turn[concept.id], concept, template))
    for _, concept, template in sorted(order, key=lambda entry: entry[0]):
        yield _question(graph, template, concept, rng.choice(template.asks))


def _applies(graph: ConceptGraph, template: QuestionTemplate, concept: Concept) -> bool:
    needed = [*template.asks, *(graph.points[name].text for name in template.points)]
    return all(fits(text, concept) for text in needed)


def _question(graph: ConceptGraph, template: QuestionTemplate, concept: Concept, ask: str) -> Question:
    text = ask.format_map(concept.slots)
    points = tuple(_key_point(graph, name, concept) for name in template.points)
    return Question(
        id=f"generated.{graph.role}.{template.level}.{concept.id}.{template.kind}",
        role=graph.role,
        level=template.level,
        shape=template.shape,
        competency=concept.competency,
        text=text,
        key_points=points,
        keywords=_keywords(graph, points, concept, text),
        model_answer=_model_answer(graph, template, concept),
        bloom=template.bloom,
        generated=True,
    )


def _key_point(graph: ConceptGraph, name: str, concept: Concept) -> KeyPoint:
    point = graph.points[name]
    return KeyPoint(
        id=name,
        text=point.text.format_map(concept.slots),
        wrong=point.wrong.format_map(concept.slots) if point.wrong and fits(point.wrong, concept) else None,
        follow_up=point.follow_up.format_map(concept.slots) if fits(point.follow_up, concept) else None,
    )


def _model_answer(graph: ConceptGraph, template: QuestionTemplate, concept: Concept) -> str:
    """The key points one after another; a story is the student's own, so it gets the graph's advice."""
    names = template.points
    if template.shape == "behavioural":
        names = tuple(name for name in ("is", "fact_a", "fact_b", "gain") if name in graph.points)
    texts = [graph.points[name].text for name in names]
    return " ".join(text.format_map(concept.slots) for text in texts if fits(text, concept))


def _keywords(
    graph: ConceptGraph, points: Sequence[KeyPoint], concept: Concept, text: str
) -> tuple[Keyword, ...]:
    """Words that a good answer uses and the question does not give away.

    First those of the concept's words, and its name, that the key points use. Where these are too few, more
    of the concept's words are expected, but not in the answer to a fault, which may have little to do with
    them; whatever is still missing are the longest words of the key points.
    """
    asked, said = text.casefold(), " ".join(point.text for point in points).casefold()
    own = [*concept.words, Keyword(concept.names[0], concept.names[1:])]
    own = [word for word in own if not _occurs(word, asked)]
    chosen = [word for word in own if _occurs(word, said)][: _KEYWORD_COUNT[1]]
    if not any(point.id == "area" for point in points):
        chosen += [word for word in own if word not in chosen][: max(0, _KEYWORD_COUNT[0] - len(chosen))]
    taken = [asked, *(name.casefold() for word in chosen for name in (word.word, *word.synonyms))]
    for word in sorted(_words(said) - graph.plain_words, key=lambda found: (-len(found), found)):
        if len(chosen) >= _KEYWORD_COUNT[0]:
            break
        if not any(word[:_STEM_LETTERS] in other for other in taken):
            chosen.append(Keyword(word))
            taken.append(word)
    return tuple(chosen)


def _occurs(keyword: Keyword, text: str) -> bool:
    names = (re.escape(name.casefold()) for name in (keyword.word, *keyword.synonyms))
    return re.search(rf"\b(?:{'|'.join(names)})", text) is not None


def _different(graph: ConceptGraph, questions: Iterable[Question], count: int) -> list[Question]:
    """The first so many questions whose own words, without the templates', differ from each one before."""
    frame = {word for template in graph.templates for ask in template.asks for word in _words(ask)}
    chosen: list[Question] = []
    word_sets: list[frozenset[str]] = []
    for question in questions:
        if len(chosen) == count:
            break
        words = _words(question.text) - frame
        if all(_shared_ratio(words, other) < _SAME_WORDS_RATIO for other in word_sets):
            chosen.append(question)
            word_sets.append(words)
    return chosen


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _shared_ratio(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard index of two sets of words, 0..1."""
    return len(one & other) / max(1, len(one | other))
