"""Which parts of a story an answer tells: situation, task, action, result, each with the sentence (pure).

Per sentence: wording that marks a part, and likeness to sentences that play the part. A sentence plays one part.
Source of the four parts: the STAR form of the behavioural interview (Janz, Hellervik and Gilmore 1986, "Behavior
Description Interviewing", ask for situation, behaviour and outcome); marks and examples are our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from appliance.coach.reading import Embed
from appliance.coach.text import contains_hindi

PARTS = ("situation", "task", "action", "result")
MARK_SCORE = 0.3
"""what each mark adds (our choice)"""
MOST_MARKS = 2
HEARD_SCORE = 0.5
"""likeness plus marks from which a sentence plays a part (our choice)"""
LEAST_WORDS = 4
"""shorter pieces tell nothing"""

_ACTS = (
    "made|built|wrote|called|asked|talked|spoke|set|created|decided|started|organi[sz]ed|fixed|tested|"
    "learned|learnt|explained|proposed|divided|split|planned|prepared|met|helped|showed|changed|checked|took|"
    "gave|sent|designed|suggested|arranged|listed|moved|used|tried|read|visited|found|collected|trained|"
    "shared|booked|listened|apologi[sz]ed"
)
_MARKS = {
    "situation": (
        r"when (?:i was|we were)|in my (?:first|second|third|fourth|final|last|pre-final)",
        r"last (?:year|semester|month|summer)|during (?:my|our|the)|there (?:was|were)|at that time|once",
        r"one day|we were (?:a|\w+ing)|(?:was|were) (?:not )?(?:working|fighting|failing|missing|late|behind)",
        r"(?:our|my) (?:team|project|college|hostel|department|group)(?: \w+)? (?:was|were|had)",
    ),
    "task": (
        r"my (?:job|role|task|responsibility|goal|part|duty|target) was|(?:i|we) had to|had to be|deadline",
        r"i was (?:responsible|asked|given|chosen|in charge)|(?:i|we) needed to",
        r"(?:was|were) (?:supposed|expected|required) to|the (?:challenge|problem|goal|aim|task|target) was",
    ),
    "action": (rf"i (?:\w+ly )?(?:{_ACTS})",),
    "result": (
        r"as a result|in the end|finally|at last|because of (?:this|that)|after (?:this|that) the|the result",
        r"outcome|i won|we (?:won|finished|completed|delivered|submitted|got|reached|sold|saved)",
        r"was (?:selected|successful|completed|accepted)|per ?cent|marks|prize|on time|i learn(?:ed|t) that",
        r"(?:rose|fell|went|improved|increased|reduced|dropped|came down|grew)(?: \w+){0,3} (?:by|from|to)",
        r"the (?:customer|professor|teacher|team|client) (?:was|were|thanked|said)",
    ),
}
MARKS = {part: re.compile(rf"\b(?:{'|'.join(marks)})\b") for part, marks in _MARKS.items()}
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
    return [
        {part: float(likeness[part][row]) + MARK_SCORE * _marks(sentence, part) for part in PARTS}
        for row, sentence in enumerate(sentences)
    ]


def _marks(sentence: str, part: str) -> int:
    return min(MOST_MARKS, len(MARKS[part].findall(sentence.lower())))
