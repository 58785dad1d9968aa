"""The coach's sentences, from data files, one per language (``phrases/en.yaml``, ``phrases/hi.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from appliance.messages import FeedbackPoint

FOLDER = Path(__file__).parent / "phrases"


class Phrases:
    """The sentences of one language."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table

    def strength(
        self, topic: str, *, quote: str | None = None, at: float | None = None, **values: Any
    ) -> FeedbackPoint:
        """A strength."""
        return self._point("strength", topic, quote, at, values)

    def trying(
        self, topic: str, *, quote: str | None = None, at: float | None = None, **values: Any
    ) -> FeedbackPoint:
        """A thing to try."""
        return self._point("try", topic, quote, at, values)

    def _point(
        self, kind: str, topic: str, quote: str | None, at: float | None, values: Mapping[str, Any]
    ) -> FeedbackPoint:
        row = self._table[kind][topic]
        return FeedbackPoint(
            kind=kind,
            topic=topic,
            text=row["text"].format(**values),
            reason=row["reason"].format(**values),
            quote=quote,
            at_seconds=None if at is None else round(at, 1),
            drill=row.get("drill"),
        )

    def retry(self, kind: str, /, **values: Any) -> str:
        """A sentence on the difference to the last try."""
        return str(self._table["retry"][kind].format(**values))

    def why(self, reason: str) -> str:
        """A reason code in words."""
        return str(self._table["why"].get(reason, reason))

    def star(self, part: str) -> str:
        """A part of a story."""
        return str(self._table["star"][part])

    def words(self, number: int) -> str:
        """So many words: one word, 3 words."""
        return self._counted("words", number)

    def seconds(self, number: float) -> str:
        """So many seconds: one second, 3 seconds."""
        return self._counted("seconds", round(number))

    def _counted(self, what: str, number: int) -> str:
        return str(self._table["count"][what]["one" if number == 1 else "many"].format(n=number))

    def text(self, group: str, name: str, /, **values: Any) -> str:
        """Any other sentence."""
        return str(self._table[group][name].format(**values))


@cache
def phrases(locale: str) -> Phrases:
    """The sentences of a language; English where it has none."""
    path = FOLDER / f"{locale}.yaml"
    if not path.is_file():
        path = FOLDER / "en.yaml"
    return Phrases(yaml.safe_load(path.read_text("utf-8")))
