"""What is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LEVELS = ("easy", "medium", "hard")
SHAPES = ("technical", "behavioural", "talk", "introduction")


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """One thing a good answer says."""

    id: str
    text: str
    wrong: str | None = None
    """a common wrong statement about it"""
    follow_up: str | None = None
    """what to ask when it was left out"""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word a good answer uses."""

    word: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a pack or of the generator."""

    id: str
    role: str
    level: str
    """easy, medium or hard"""
    shape: str
    """technical, behavioural, talk or introduction"""
    competency: str
    text: str
    """English"""
    key_points: tuple[KeyPoint, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    model_answer: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    """further languages: locale -> text"""
    bloom: str = "understand"
    reviewed: bool = False
    generated: bool = False
    follows: str | None = None
    """id of the question it follows up"""

    def text_in(self, locale: str) -> str:
        """The text in a locale, else in English."""
        return self.texts.get(locale, self.text)
