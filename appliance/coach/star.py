"""Which parts of a story an answer tells: situation, task, action, result, each with the sentence (pure).

Per sentence: how it is built (``story_grammar``), and likeness to sentences that play the part. A sentence plays one.
Source of the four parts: the STAR form of the behavioural interview (Janz, Hellervik and Gilmore 1986, "Behavior
Description Interviewing", ask for situation, behaviour and outcome); signs and examples are our own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from appliance.coach.reading import Embed
from appliance.coach.story_grammar import WEAK, is_told, signs_of
from appliance.coach.text import contains_hindi

PARTS = ("situation", "task", "action", "result")
HEARD_SCORE = 0.46
"""likeness plus signs from which a sentence plays a part (our choice)"""
LEAST_WORDS = 4
"""shorter pieces tell nothing"""

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "situation": (
        "In my third year our project team had a serious problem.",
        "During the college festival two volunteers did not turn up.",
        "Last semester I was an intern at a small company.",
    ),
    "task": (
        "My responsibility was to finish the report before the deadline.",
        "I had to find out why the system failed and fix it.",
        "We needed to collect the money within one week.",
    ),
    "action": (
        "I talked to each member and divided the work into small parts.",
        "So I wrote a script and tested it every evening.",
        "First I listened to the customer, then I called the supplier.",
    ),
    "result": (
        "In the end we finished on time and won the second prize.",
        "As a result the number of complaints fell by half.",
        "The professor liked it and we got full marks.",
    ),
}


def star_parts(sentences: Sequence[str], embed: Embed) -> dict[str, str | None]:
    """The sentence that tells each part best; None where a part was not heard.

    Args:
        sentences: of the answer, from ``text.sentences_of``.
        embed: texts -> unit vectors.
    """
    parts: dict[str, str | None] = dict.fromkeys(PARTS)
    told = [sentence for sentence in sentences if len(sentence.split()) >= LEAST_WORDS]
    if not told or contains_hindi(" ".join(told)):
        return parts
    best: dict[str, float] = {}
    for sentence, scores in zip(told, _scores(told, embed), strict=True):
        part = max(scores, key=lambda name: scores[name])
        if scores[part] >= max(HEARD_SCORE, best.get(part, 0.0)):
            parts[part], best[part] = sentence, scores[part]
    return parts


def _scores(sentences: Sequence[str], embed: Embed) -> list[dict[str, float]]:
    vectors = embed(sentences)
    likeness = {part: (vectors @ embed(EXAMPLES[part]).T).max(axis=1) for part in PARTS}
    scores, acted = [], False
    for row, sentence in enumerate(sentences):
        signs = _in_order(signs_of(sentence), acted)
        acted = acted or signs["action"] > 0
        told = is_told(sentence)
        scores.append({part: float(likeness[part][row]) * told + signs[part] for part in PARTS})
    return scores


def _in_order(signs: Mapping[str, float], acted: bool) -> dict[str, float]:
    """What others did is how it began; after the teller's own act it is what came of it."""
    weak = acted and max(signs.values()) == signs["situation"] <= WEAK
    return {**signs, "situation": 0.0, "result": signs["situation"]} if weak else dict(signs)
