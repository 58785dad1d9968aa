"""Raw sound of any rate in, vosk-server messages out: what ``/ws/stt`` and ``/stt`` speak.

Source: the vosk-server websocket protocol (alphacep/vosk-server): one answer for each binary message, either
``{"partial"}`` or ``{"result", "text"}``; a last one after ``{"eof": 1}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from appliance.errors import TooLarge
from appliance.messages import SAMPLE_RATE_HZ, AudioChunk, HeardAnswer, PartialTranscript, Transcript
from appliance.settings import Speech
from appliance.speech.hearing import Event, Hearing
from appliance.speech.resample import Resampler
from appliance.speech.transcriber import Transcriber
from appliance.speech.voice_activity import VoiceDetector

MAX_MESSAGE_BYTES = 4_000_000
"""two minutes at 16 kHz in one message; our choice"""

Reply = dict[str, Any]


class PcmStream:
    """One client's sound, from its first byte to the end; not thread-safe, keep it on one worker.

    Args:
        transcriber: the engine.
        sample_rate: of what the client sends, Hz, mono s16le.
        settings: endpoint and cut lengths.
        phrases: technical words of the question.

    Raises:
        Invalid: "speech.sample_rate".
    """

    def __init__(
        self,
        transcriber: Transcriber,
        sample_rate: int = SAMPLE_RATE_HZ,
        settings: Speech | None = None,
        phrases: Sequence[str] = (),
    ) -> None:
        self._resampler = Resampler(sample_rate)
        self._half = b""
        self._partial = ""
        self._ready: list[Transcript] = []
        self._samples = 0
        self._hearing = Hearing("stream", transcriber, settings or Speech(), self._note, VoiceDetector())
        self._hearing.open(phrases)

    def feed(self, pcm: bytes) -> Reply:
        """Take a message of any length; ``result`` with ``text`` when utterances ended in it, else
        ``partial``.

        Raises:
            TooLarge: "speech.message_too_large".
        """
        if len(pcm) > MAX_MESSAGE_BYTES:
            raise TooLarge("speech.message_too_large", "too much sound in one message")
        data = self._half + pcm
        even = len(data) - len(data) % 2
        self._half = data[even:]
        self._hear(self._resampler.feed(np.frombuffer(data[:even], dtype="<i2")))
        return self._reply() if self._ready else {"partial": self._partial}

    def finish(self) -> Reply:
        """The last words, after the client's end of file; the stream is closed."""
        self.heard()
        return self._reply()

    def heard(self) -> HeardAnswer:
        """End the stream; everything heard since its beginning."""
        self._hear(self._resampler.flush())
        return self._hearing.end()

    def _hear(self, samples: np.ndarray[Any, np.dtype[np.int16]]) -> None:
        if len(samples):
            self._hearing.feed(AudioChunk(samples, self._samples / SAMPLE_RATE_HZ))
            self._samples += len(samples)

    def _note(self, event: Event) -> None:
        if isinstance(event, Transcript):
            self._ready.append(event)
            self._partial = ""
        elif isinstance(event, PartialTranscript):
            self._partial = event.text

    def _reply(self) -> Reply:
        done, self._ready = self._ready, []
        text = " ".join(t.text for t in done)
        words = [
            {"word": w.text, "start": round(w.start, 3), "end": round(w.end, 3), "conf": w.confidence}
            for transcript in done
            for w in transcript.words
        ]
        return {"result": words, "text": text} if words else {"text": text}
