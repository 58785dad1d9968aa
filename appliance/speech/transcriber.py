"""What speech-to-text is: one shared model, one private session per answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.messages import Word


@dataclass(frozen=True, slots=True)
class Utterance:
    """The final words of one utterance, times in seconds since the session began."""

    text: str
    words: tuple[Word, ...]
    confidence: float | None
    """mean word confidence 0..1, weighted by the words' lengths; None without words"""
    alternatives: tuple[str, ...] = ()
    """further readings, best first; never shown"""


class TranscriberSession(ABC):
    """The state of one answer; lives on the recogniser's worker thread."""

    @abstractmethod
    def feed(self, samples: NDArray[np.int16]) -> Utterance | None:
        """Take mono 16 kHz samples; the final utterance when the engine found its end, else None."""

    @abstractmethod
    def partial(self) -> str:
        """The words of the utterance so far."""

    @abstractmethod
    def cut(self) -> Utterance | None:
        """End the utterance now (at a pause, or at the end of the answer); the session goes on."""

    def close(self) -> None:
        """Give back what the session holds of the model; it is not used afterwards."""
        return


class Transcriber(ABC):
    """A loaded model."""

    name: str
    """"vosk", "sphinx" or "none" """
    model_name: str
    ends_utterances = False
    """the engine finds the end of an utterance by itself"""

    @abstractmethod
    def session(self, phrases: Sequence[str] = ()) -> TranscriberSession:
        """A new session; ``phrases`` are technical words to favour where the engine allows it."""


def mean_confidence(words: Sequence[Word]) -> float | None:
    """Mean of the words' confidences, each weighted by its length in seconds; None where there is none."""
    known = [(w.confidence, max(w.end - w.start, 0.01)) for w in words if w.confidence is not None]
    total = sum(seconds for _, seconds in known)
    return sum(confidence * seconds for confidence, seconds in known) / total if known else None
