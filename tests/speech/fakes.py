"""A whole transcriber with scripted words and faults."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from appliance.errors import Broken
from appliance.messages import SAMPLE_RATE_HZ, Word
from appliance.speech.transcriber import Transcriber, TranscriberSession, Utterance


class ScriptedTranscriber(Transcriber):
    """Hears "one", "two", "three" …, one word for each second of sound.

    Args:
        gate: feeding waits for it; set: it does not.
        fails_after: pieces after which the engine breaks; None: never.
    """

    name = "scripted"
    model_name = "scripted"

    def __init__(self, gate: threading.Event | None = None, fails_after: int | None = None) -> None:
        self.gate, self.fails_after = gate, fails_after
        self.entered = threading.Event()
        self.phrases: list[tuple[str, ...]] = []
        self.threads: set[int] = set()
        self.closed_count = 0
        self.fed_samples = 0

    def session(self, phrases: Sequence[str] = ()) -> TranscriberSession:
        self.phrases.append(tuple(phrases))
        return _ScriptedSession(self)


class _ScriptedSession(TranscriberSession):
    def __init__(self, owner: ScriptedTranscriber) -> None:
        self._owner = owner
        self._samples = self._begin = self._pieces = 0

    def feed(self, samples: NDArray[np.int16]) -> Utterance | None:
        self._owner.entered.set()
        self._owner.threads.add(threading.get_ident())
        if self._owner.gate is not None:
            assert self._owner.gate.wait(20)
        self._pieces += 1
        if self._pieces == self._owner.fails_after:
            raise Broken("speech.engine_failed", "scripted")
        self._samples += len(samples)
        self._owner.fed_samples += len(samples)
        return None

    def partial(self) -> str:
        return " ".join(word.text for word in self._words())

    def cut(self) -> Utterance | None:
        words = self._words()
        self._begin = self._samples
        return Utterance(" ".join(w.text for w in words), words, 0.9) if words else None

    def close(self) -> None:
        self._owner.closed_count += 1

    def _words(self) -> tuple[Word, ...]:
        begin, end = self._begin / SAMPLE_RATE_HZ, self._samples / SAMPLE_RATE_HZ
        return tuple(Word(f"word{n}", begin + n, begin + n + 0.5, 0.9) for n in range(int(end - begin + 0.5)))
