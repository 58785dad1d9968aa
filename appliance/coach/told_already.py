"""Was what an interviewer would ask next told already? By the wording of the question and of the answer (pure).

Likeness of meaning does not tell: "I am from Satara" and "Where do you come from?" are at 0.31, and so are strangers.
What such questions ask for has a wording of its own. To ask for what was said is worse than not to ask: so this is
generous.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from appliance.coach.story_grammar import signs_of
from appliance.coach.text import numbers_of

_PARTS = {
    "result": r"\b(?:results?|in the end|outcome|did it (?:all )?end|turn(?:ed)? out|c[ao]me (?:out )?of)\b",
    "action": r"^(?:What|How) did you (?:do|change|try|handle|solve|act|decide|respond|react|manage|deal|"
    r"settle|fix|keep)\b",
    "situation": r"^(?:What was the situation|What happened|Where (?:was|did)|When (?:was|did))\b",
}
PARTS = {part: re.compile(asked) for part, asked in _PARTS.items()}
"""questions that a part of a story answers"""
_WORDINGS = (
    (
        r"\bwhere do you come from|which (?:place|town)",
        r"\b(?:from|lives? in|born in|grew up in|native of) \w+",
    ),
    (
        r"\b(?:besides|outside|free time|hobb)",
        r"\b(?:outside (?:class|college|my studies)|besides|free time|hobb\w+|club|"
        r"i (?:also )?(?:play|enjoy|run|sing|dance|paint))\b",
    ),
    (
        r"\b(?:inform|tell) the (?:person|team|other|customer)",
        r"\b(?:called|told|informed|rang|wrote to|messaged|apologi[sz]ed)\b",
    ),
    (r"\b(?:looking for|(?:next|your) goal)", r"\b(?:looking for|my (?:next )?goal|want to|would like to)\b"),
    (r"\bwhich course|what do you study", r"\b(?:year|student of|studying|degree|diploma|engineering)\b"),
    (r"\b(?:which|what) project", r"\b(?:project|internship)\b"),
)
WORDINGS = [(re.compile(asked, re.I), re.compile(told, re.I)) for asked, told in _WORDINGS]
"""what is asked, and what is said by who answers it"""
_EXAMPLE = re.compile(r"\bexample\b", re.I)
_FIGURE = re.compile(r"\bhow (?:many|much)\b", re.I)


def told_already(asked: str, sentences: Sequence[str], star: Mapping[str, str | None] | None) -> bool:
    """Whether the answer has told what the question asks for."""
    if any(quote and part in PARTS and PARTS[part].search(asked) for part, quote in (star or {}).items()):
        return True
    if _EXAMPLE.search(asked) and any(signs_of(sentence)["action"] for sentence in sentences):
        return True
    if _FIGURE.search(asked) and any(numbers_of(sentence) for sentence in sentences):
        return True
    return any(wanted.search(asked) and any(map(told.search, sentences)) for wanted, told in WORDINGS)
