"""What is told of an answer without a model (terms, a figure, repetition), and what its question asks for (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.coach.answer_score import keyword_score
from appliance.coach.genuine import genuine_sentences
from appliance.coach.story_grammar import signs_of
from appliance.coach.text import content_stems, numbers_of
from appliance.messages import Keyword, Question

_STORY = re.compile(
    r"\b(?:tell (?:me|us) about (?:a|an|one|something|someone|your)\b|describe (?:a|an|one|how you)\b|"
    r"(?:a|one) time (?:when|you)|an example of (?:something|a time)|what have you done|one real example|achievement)",
    re.IGNORECASE,
)
_NO_STORY = re.compile(
    r"\b(?:would you|do you see|your (?:strength|hobby|family|city|favourite))\b", re.IGNORECASE
)
_NO_IDEA = re.compile(
    r"\b(?:(?:do not|don't|dont|cannot|can't) (?:know|remember|recall)|no idea|(?:have )?forgot(?:ten)?)\b",
    re.IGNORECASE,
)
NO_IDEA_WORDS = 25
"""a longer answer that says so has more in it (our choice)"""
FIGURE_WORDS = 6
"""a shorter sentence with a number in it is no evidence (our choice)"""
NEW_RATIO = 0.5
"""share of a sentence's content words that were not in the last try, for it to be new (our choice)"""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What was found."""

    terms: tuple[str, ...] = ()
    """expected keywords in sentences of the candidate's own"""
    figure: str | None = None
    """the first sentence that names a number"""
    no_idea: bool = False
    """a short answer that says it is not known"""
    marks: frozenset[str] = frozenset()
    """story parts whose wording occurs somewhere, even where no sentence was taken for that part"""
    repeated_ratio: float | None = None
    """share of the words that repeat the question, an earlier sentence, or stand in a bare list"""


def asks_for_story(question: Question) -> bool:
    """A behavioural question about something that happened; only such an answer has story parts."""
    text = question.text
    return question.shape == "behavioural" and bool(_STORY.search(text)) and not _NO_STORY.search(text)


def own_words(question: Question, sentences: Sequence[str]) -> OwnWords:
    """Look at the sentences of an answer."""
    total = sum(len(sentence.split()) for sentence in sentences)
    own = genuine_sentences(sentences, question.text)
    kept = sum(len(sentence.split()) for sentence in own)
    text = " ".join(own)
    terms = tuple(form for keyword in question.keywords if (form := _form_said(text, keyword)))
    figures = (s for s in own if len(s.split()) >= FIGURE_WORDS and numbers_of(s))
    technical = question.shape == "technical"
    return OwnWords(
        terms=terms if technical else (),
        figure=None if technical else next(figures, None),
        no_idea=total <= NO_IDEA_WORDS and any(_NO_IDEA.search(sentence) for sentence in sentences),
        marks=_marks(sentences),
        repeated_ratio=1 - kept / total if total else None,
    )


def _marks(sentences: Sequence[str]) -> frozenset[str]:
    return frozenset(part for sentence in sentences for part, sign in signs_of(sentence).items() if sign)


def _form_said(text: str, keyword: Keyword) -> str | None:
    """The keyword or the synonym that was said."""
    return next((form for form in (keyword.word, *keyword.synonyms) if keyword_score(text, [form])), None)


def new_sentences(now: Sequence[str], before: str) -> list[str]:
    """The sentences whose content words were mostly not said in the last try."""
    known = set(content_stems(before))
    fresh = []
    for sentence in now:
        stems = set(content_stems(sentence))
        if stems and len(stems - known) / len(stems) >= NEW_RATIO:
            fresh.append(sentence)
    return fresh
