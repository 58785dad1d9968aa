"""Sentences that begin with "it" or "they", with what they speak of put in its place (pure).

"When it is low, the line carries less current" says nothing alone; after a sentence about the power factor it does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_SUBJECT = 4
"""words; a longer beginning is no plain subject (our choice)"""
_ASKED = re.compile(r"^What (?:is|are) (?:the |an? )?([\w' -]+?)(?:,| and |\?)")
_SUBJECT = re.compile(
    r"^(?:so |then |and |but |basically |actually )*((?:the |an? )?(?:[\w'-]+ ){0,3}[\w'-]+?) "
    r"(?:is|are|was|were|means|has|have|can|must|should|makes?|tells?|gives?|shows?|stores?|keeps?|uses?|works?)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"^((?:(?:if|when|because|so|but|and|then) )?)(it|they)\b", re.IGNORECASE)
_NO_SUBJECT = re.compile(
    r"\b(?:i|we|you|he|she|it|they|this|that|these|those|there|here|if|when|not)\b", re.IGNORECASE
)
_EMPTY_IT = re.compile(
    r"\bit (?:is|was) (?:\w+ )?(?:to|that|hard|easy|better|best|possible|important|necessary)\b", re.I
)


def spoken_out(sentences: Sequence[str], question: str = "") -> list[str]:
    """Each sentence with its first pronoun replaced by the last subject named; as it was where none is known."""
    asked = _ASKED.match(question)
    subject = asked[1] if asked else None
    out: list[str] = []
    for sentence in sentences:
        named = _SUBJECT.match(sentence)
        if named and not _NO_SUBJECT.search(named[1]) and len(named[1].split()) <= LONGEST_SUBJECT:
            subject = named[1]
        out.append(_named(sentence, subject))
    return out


def _named(sentence: str, subject: str | None) -> str:
    if subject is None or _EMPTY_IT.search(sentence):
        return sentence
    return _PRONOUN.sub(
        lambda found: found[1] + (subject if found[1] else _capital(subject)), sentence, count=1
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
