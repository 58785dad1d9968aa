"""What a local language model is asked for when it may propose a question, and what counts as an answer (pure).

Only the question and what was left out are told, never what the candidate said.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from appliance.messages import Answer, KeyPointHeard

LEAST_POINTS, MOST_POINTS = 3, 6
"""as in a question pack"""
MOST_LEFT = 2
"""key points a follow-up is asked about (our choice)"""
FORBIDDEN = re.compile(
    r"nervous|anxious|honest|accent|hire|personalit|confident|lazy|smart|stupid|religio|caste|married|घबरा|व्यक्तित्व",
    re.I,
)
"""words that no sentence of a language model may bring in"""
_INVENTED = re.compile(r"https?:|www\.|\.(?:com|org|net|in)\b|[{}<>*#_`|\\]|@")
"""addresses and marks that cannot be read aloud"""
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_TWICE = re.compile(r"\b(\w+) \1\b", re.I)

ORDER = (
    "You write one interview question for a student in India. Plain spoken English, one sentence, no list, no code, no "
    "address. Answer with one JSON object only: question (text ending with a question mark), key_points (a list of 3 "
    "to 6 short true statements a good answer makes), keywords (a list of 3 to 6 words), model_answer (30 to 120 "
    "words)."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which question is wanted."""

    after_id: str
    """id of the question that was just answered"""
    asked: str
    role: str
    level: str
    competency: str
    left_out: tuple[str, ...] = ()
    """key points to follow up; empty: a new question"""

    def message(self) -> str:
        """What the model reads."""
        about = {
            "role": self.role,
            "level": self.level,
            "competency": self.competency,
            "asked_before": self.asked,
        }
        return json.dumps(
            {**about, "ask_about_what_was_left_out": list(self.left_out)} if self.left_out else about
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed question; its form is right, its content still has to pass the rules of a pack."""

    wanted: Wanted
    text: str
    key_points: tuple[str, ...]
    keywords: tuple[str, ...]
    model_answer: str

    def texts(self) -> tuple[str, ...]:
        """All that would be shown or judged by."""
        return (self.text, *self.key_points, *self.keywords, self.model_answer)


def wanted_after(answer: Answer, key_points: tuple[KeyPointHeard, ...]) -> tuple[Wanted, ...]:
    """What to propose after an answer: on what was left out, and something new; only technical, in English."""
    question = answer.question
    if question.shape != "technical" or answer.locale != "en":
        return ()
    new = Wanted(question.id, question.text, question.role, question.level, question.competency)
    left = tuple(p.text for p in key_points if not p.heard and not p.contradicted)
    return (replace(new, left_out=left[:MOST_LEFT]), new) if left and question.follows is None else (new,)


def drafted(said: str, wanted: Wanted) -> Draft:
    """The draft in what the model said.

    Raises:
        ValueError: anything but the object that was asked for, or a text that must not be asked.
    """
    found: Any = json.loads(said[said.index("{") : said.rindex("}") + 1])
    if not isinstance(found, dict) or set(found) != {"question", "key_points", "keywords", "model_answer"}:
        raise ValueError("not the fields that were asked for")
    points, words = _texts(found["key_points"]), _texts(found["keywords"])
    (text, model_answer) = _texts([found["question"], found["model_answer"]])
    if not LEAST_POINTS <= len(points) <= MOST_POINTS or not LEAST_POINTS <= len(words) <= MOST_POINTS:
        raise ValueError("too few or too many key points or keywords")
    draft = Draft(wanted, text, points, words, model_answer)
    if not _may_be_asked(draft):
        raise ValueError("a text that must not be asked")
    return draft


def _texts(found: Any) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(text, str) and text.strip() for text in found):
        raise ValueError("not a list of texts")
    return tuple(" ".join(text.split()) for text in found)


def _may_be_asked(draft: Draft) -> bool:
    whole = " ".join(draft.texts())
    readable = whole.isascii() and not _INVENTED.search(whole) and not _TWICE.search(whole)
    known = set(NUMBER.findall(" ".join((draft.wanted.asked, *draft.wanted.left_out))))
    invented = bool(draft.wanted.left_out) and not set(NUMBER.findall(whole)) <= known
    one_sentence = draft.text[0].isupper() and draft.text.endswith("?") and draft.text.count("?") == 1
    return readable and one_sentence and not invented and not FORBIDDEN.search(whole)
