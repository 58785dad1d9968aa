"""Questions that follow from an answer: about a key point it left out, or about a concept it touched (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from appliance.errors import NotFound
from appliance.interview.concept_graph import Concept, concept_graph, fits
from appliance.messages import KeyPoint, Keyword, Question

# A name shorter than this is too often an everyday word. Our choice.
_SHORTEST_NAME = 4
_TOUCHED = "You mentioned the term {term}. {symptom} What would you suspect first?"
_TOUCHED_POINTS = ("{cause}", "The remedy is to {fix}.")


def missed_follow_up(question: Question, missed: Sequence[str]) -> Question | None:
    """Ask about the key point that was left out most surely; None when none of them has a follow-up.

    Args:
        question: what was answered.
        missed: ids of its key points that were not heard, the surest first.
    """
    points = {point.id: point for point in question.key_points}
    for point in (points[name] for name in missed if name in points):
        if point.follow_up:
            said = point.text.casefold()
            words = [word for word in question.keywords if word.word.casefold() in said]
            return _following(question, point.id, point.follow_up, (point,), tuple(words))
    return None


def touched_follow_up(question: Question, transcript: str) -> Question | None:
    """Ask how a concept that the answer named can fail; None when it named none that the role knows.

    The concept the question itself is about does not count. Of several, the one with the longest name wins:
    it is the least likely to be an everyday word.
    """
    try:
        concepts = concept_graph(question.role).concepts
    except NotFound:
        return None
    found = [
        (len(name), concept, name)
        for concept in concepts
        for name in concept.names
        if len(name) >= _SHORTEST_NAME
        and _names(name, transcript)
        and fits(_TOUCHED.replace("{term}", "") + "".join(_TOUCHED_POINTS), concept)
        and not any(_names(asked, question.text) for asked in concept.names)
    ]
    if not found:
        return None
    _, concept, name = max(found, key=lambda entry: (entry[0], entry[1].id))
    return _about(question, concept, name)


def _about(question: Question, concept: Concept, name: str) -> Question:
    text = _TOUCHED.format(term=name, symptom=concept.slots["symptom"])
    points = tuple(
        KeyPoint(id=f"touched_{number}", text=template.format_map(concept.slots))
        for number, template in enumerate(_TOUCHED_POINTS, start=1)
    )
    return _following(question, f"touched_{concept.id}", text, points, ())


def _following(
    question: Question, suffix: str, text: str, points: tuple[KeyPoint, ...], words: tuple[Keyword, ...]
) -> Question:
    return Question(
        id=f"{question.id}.{suffix}",
        role=question.role,
        level=question.level,
        shape=question.shape,
        competency=question.competency,
        text=text,
        key_points=tuple(KeyPoint(point.id, point.text, point.wrong) for point in points),
        keywords=words,
        model_answer=" ".join(point.text for point in points),
        bloom=question.bloom,
        reviewed=question.reviewed,
        generated=question.generated,
        follows=question.id,
    )


def _names(name: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(name)}(?:s|es)?\b", text, re.IGNORECASE) is not None
