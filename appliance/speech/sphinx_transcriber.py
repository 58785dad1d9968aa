"""PocketSphinx, whose wheel carries a US English model: works with nothing downloaded."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.errors import Broken, Unavailable
from appliance.messages import SAMPLE_RATE_HZ, Word
from appliance.speech.favour import choose_reading, favoured_words
from appliance.speech.transcriber import Transcriber, TranscriberSession, Utterance, mean_confidence

FRAME_SECONDS = 0.01
MAX_SESSIONS = 4
"""decoders alive at once, about 40 MB each; our choice"""
START_CMN = "51.5,0.9,-0.9,6.8,-7.1,-2.4,-9.6,-1.9,-2.2,2.0,-1.9,-0.1,3.5"
"""cepstral mean that a session starts from, so that no speaker's mean reaches the next. The engine learns the
speaker's own only after 8 s; its default (40,3,-1, no others) lies far from all speech that we measured. Source:
mean of the means of 39 recordings of seven collections, each collection counted once (docs/hearing.md)"""
ALTERNATIVES = 4
READINGS = 20
"""readings that technical words are looked for in; more bring nothing (docs/hearing.md)"""
_NOT_A_WORD = re.compile(r"^(<.*>|\[.*\]|\+\+.*\+\+)$")
_VARIANT = re.compile(r"\(\d+\)$")


def load_sphinx() -> SphinxTranscriber:
    """Load the wheel's own model (about 0.5 s).

    Raises:
        Unavailable: "speech.engine_missing".
        Broken: "speech.model_unreadable".
    """
    try:
        import pocketsphinx
    except (ImportError, OSError) as exc:
        raise Unavailable("speech.engine_missing", f"PocketSphinx cannot be loaded: {exc}") from exc
    return SphinxTranscriber(pocketsphinx)


class SphinxTranscriber(Transcriber):
    """The model, and a small pool of decoders: a decoder can follow one session at a time."""

    name = "sphinx"
    model_name = "pocketsphinx-en-us"

    def __init__(self, pocketsphinx: Any) -> None:
        self._pocketsphinx = pocketsphinx
        self._lock = threading.Lock()
        self._count = 0
        self._free = [self._new_decoder()]

    def session(self, phrases: Sequence[str] = ()) -> SphinxSession:
        """A decoder of its own until ``close``; ``phrases`` choose among alternatives.

        Raises:
            Unavailable: "speech.too_many_sessions".
        """
        with self._lock:
            decoder = self._free.pop() if self._free else self._new_decoder()
        decoder.set_cmn(START_CMN)
        return SphinxSession(self, decoder, favoured_words(phrases))

    def give_back(self, decoder: Any) -> None:
        """Take a decoder back into the pool."""
        with self._lock:
            self._free.append(decoder)

    def _new_decoder(self) -> Any:
        if self._count >= MAX_SESSIONS:
            raise Unavailable("speech.too_many_sessions", "no PocketSphinx decoder is free")
        self._count += 1
        try:
            return self._pocketsphinx.Decoder(loglevel="FATAL")
        except RuntimeError as exc:
            raise Broken("speech.model_unreadable", "the PocketSphinx model cannot be read") from exc


class SphinxSession(TranscriberSession):
    """One decoder; each utterance is a start_utt … end_utt of its own."""

    def __init__(
        self, owner: SphinxTranscriber, decoder: Any, favoured: frozenset[str] = frozenset()
    ) -> None:
        self._owner = owner
        self._favoured = favoured
        self.engine = decoder
        """PocketSphinx's own object, for measuring it bare"""
        self._in_utterance = False
        self._fed_seconds = 0.0
        self._began_seconds = 0.0

    def feed(self, samples: NDArray[np.int16]) -> Utterance | None:
        """Decode; PocketSphinx never ends an utterance by itself."""
        try:
            if not self._in_utterance:
                self.engine.start_utt()
                self._in_utterance, self._began_seconds = True, self._fed_seconds
            self.engine.process_raw(samples.tobytes(), False, False)
        except RuntimeError as exc:
            raise Broken("speech.engine_failed", "PocketSphinx could not process sound") from exc
        self._fed_seconds += len(samples) / SAMPLE_RATE_HZ
        return None

    def partial(self) -> str:
        """The best path so far."""
        if not self._in_utterance:
            return ""
        hypothesis = self.engine.hyp()
        return _plain(hypothesis.hypstr) if hypothesis is not None else ""

    def cut(self) -> Utterance | None:
        """End the utterance: second pass and lattice search, about 3 % of its length."""
        if not self._in_utterance:
            return None
        self.engine.end_utt()
        self._in_utterance = False
        words = tuple(self._words())
        if not words:
            return None
        readings = self._readings(" ".join(w.text for w in words))
        if self._favoured:
            words = choose_reading(words, readings, self._favoured)
        text = " ".join(w.text for w in words)
        return Utterance(text, words, mean_confidence(words), readings[:ALTERNATIVES])

    def close(self) -> None:
        """Give the decoder back."""
        if self._in_utterance:
            self.engine.end_utt()
            self._in_utterance = False
        self._owner.give_back(self.engine)

    def _words(self) -> list[Word]:
        return [
            Word(
                _VARIANT.sub("", segment.word),
                self._began_seconds + segment.start_frame * FRAME_SECONDS,
                self._began_seconds + (segment.end_frame + 1) * FRAME_SECONDS,
                min(1.0, float(segment.prob)),
            )
            for segment in self.engine.seg() or ()
            if not _NOT_A_WORD.match(segment.word)
        ]

    def _readings(self, best: str) -> tuple[str, ...]:
        found = islice(self.engine.nbest() or (), READINGS)
        readings = dict.fromkeys(_plain(h.hypstr) for h in found if h is not None and h.hypstr)
        readings.pop(best, None)
        return tuple(readings)


def _plain(text: str) -> str:
    return " ".join(_VARIANT.sub("", word) for word in text.split() if not _NOT_A_WORD.match(word))
