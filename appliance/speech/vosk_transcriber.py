"""Vosk (Kaldi): the engine of the product; the only file that imports vosk.

Words come from minimum Bayes risk decoding, with times and confidences. A runtime grammar is not used for
technical words: it replaces the language model, so that every other word would be lost (docs/hearing.md).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.errors import Broken, Unavailable
from appliance.messages import SAMPLE_RATE_HZ, Word
from appliance.speech.transcriber import Transcriber, TranscriberSession, Utterance, mean_confidence

UNKNOWN_WORD = "[unk]"


def load_vosk(path: Path) -> VoskTranscriber:
    """Load a Vosk model folder; takes seconds for a full model, so call it on a worker.

    Raises:
        Unavailable: "speech.model_missing" without such a folder, "speech.engine_missing" without libvosk.
        Broken: "speech.model_unreadable".
    """
    if not (path / "am" / "final.mdl").is_file():
        raise Unavailable("speech.model_missing", f"no Vosk model at {path.name}")
    os.environ.setdefault("HOME", str(path))  # importing vosk without HOME dies
    try:
        import vosk as libvosk
    except (ImportError, OSError) as exc:
        raise Unavailable("speech.engine_missing", f"libvosk cannot be loaded: {exc}") from exc
    vosk: Any = libvosk
    vosk.SetLogLevel(-1)
    try:
        return VoskTranscriber(vosk, vosk.Model(str(path)), path.name)
    except Exception as exc:  # vosk raises bare Exception
        raise Broken("speech.model_unreadable", f"{path.name} cannot be read as a Vosk model") from exc


class VoskTranscriber(Transcriber):
    """A loaded Vosk model; sessions share it."""

    name = "vosk"
    ends_utterances = True

    def __init__(self, vosk: Any, model: Any, model_name: str) -> None:
        self._vosk, self._model = vosk, model
        self.model_name = model_name

    def session(self, phrases: Sequence[str] = ()) -> VoskSession:
        """A recogniser of its own; ``phrases`` have no effect."""
        recogniser = self._vosk.KaldiRecognizer(self._model, float(SAMPLE_RATE_HZ))
        recogniser.SetWords(True)
        return VoskSession(recogniser)


class VoskSession(TranscriberSession):
    """One Kaldi recogniser; its word times run on over utterances."""

    def __init__(self, recogniser: Any) -> None:
        self.engine = recogniser
        """libvosk's own object, for measuring it bare"""
        self._raw_partial = self._partial = ""

    def feed(self, samples: NDArray[np.int16]) -> Utterance | None:
        """Decode; the utterance when Kaldi's endpoint rules fire."""
        try:
            ended = self.engine.AcceptWaveform(samples.tobytes())
        except Exception as exc:  # vosk raises bare Exception
            raise Broken("speech.engine_failed", "Vosk could not process sound") from exc
        return _utterance(self.engine.Result()) if ended else None

    def partial(self) -> str:
        """The best path so far."""
        raw = self.engine.PartialResult()
        if raw != self._raw_partial:  # seldom: the decoder steps every few pieces only
            self._raw_partial, self._partial = raw, _plain(json.loads(raw).get("partial", ""))
        return self._partial

    def cut(self) -> Utterance | None:
        """Flush the decoder."""
        return _utterance(self.engine.FinalResult())


def _utterance(text: str) -> Utterance | None:
    result: list[dict[str, Any]] = json.loads(text).get("result", [])
    words = tuple(
        Word(str(w["word"]), float(w["start"]), float(w["end"]), min(1.0, float(w["conf"])))
        for w in result
        if w["word"] != UNKNOWN_WORD
    )
    if not words:
        return None
    return Utterance(" ".join(w.text for w in words), words, mean_confidence(words))


def _plain(text: str) -> str:
    if UNKNOWN_WORD not in text:
        return text
    return " ".join(word for word in text.split() if word != UNKNOWN_WORD)
