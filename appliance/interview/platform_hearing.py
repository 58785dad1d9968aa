"""The ears of the platform's endpoints: streams and whole sounds through the booth's engine, on their own worker."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from appliance.errors import TooLarge, Unavailable
from appliance.messages import SAMPLE_RATE_HZ, AudioChunk, HeardAnswer, Prosody, Transcript
from appliance.runtime.worker import Worker
from appliance.settings import Speech
from appliance.speech.listener import Listener
from appliance.speech.pcm_stream import PcmStream
from appliance.speech.transcriber import Transcriber, mean_confidence

MAX_STREAM_SECONDS = 600.0
"""sound of one stream (our choice: more than three of the longest answers)"""
BYTES_PER_SAMPLE = 2
PIECE_SAMPLES = 10 * SAMPLE_RATE_HZ


class Stream:
    """One client's sound; every call is done on the worker, in order.

    Args:
        worker: of the ears.
        stream: the engine's side.
        sample_rate: Hz, of what the client sends.
    """

    def __init__(self, worker: Worker, stream: _KeptStream, sample_rate: int) -> None:
        self._worker, self._stream = worker, stream
        self._left_bytes = int(MAX_STREAM_SECONDS * sample_rate) * BYTES_PER_SAMPLE
        self._ending: asyncio.Future[tuple[dict[str, Any], HeardAnswer | None]] | None = None

    @property
    def ended(self) -> bool:
        """It takes no more sound."""
        return self._ending is not None

    async def feed(self, pcm: bytes) -> dict[str, Any]:
        """Take mono s16le of any length; the vosk-server answer.

        Raises:
            TooLarge: "speech.stream_too_long", "speech.message_too_large".
        """
        self._left_bytes -= len(pcm)
        if self._left_bytes < 0:
            raise TooLarge(
                "speech.stream_too_long", f"more than {MAX_STREAM_SECONDS:g} s of sound in one stream"
            )
        return await self._worker.run(lambda: self._stream.feed(pcm))

    async def end(self) -> tuple[dict[str, Any], HeardAnswer | None]:
        """The last vosk-server answer, and everything heard; the same for everybody who ends it."""
        if self._ending is None:
            self._ending = asyncio.wrap_future(self._worker.submit(self._end))
        return await asyncio.shield(self._ending)

    def _end(self) -> tuple[dict[str, Any], HeardAnswer | None]:
        return self._stream.finish(), self._stream.all_heard


class _KeptStream(PcmStream):
    """Remembers everything heard when it ends: the client's last answer has only its last words."""

    all_heard: HeardAnswer | None = None

    def heard(self) -> HeardAnswer:
        """End the stream; everything heard since its beginning."""
        self.all_heard = super().heard()
        return self.all_heard


class PlatformEars:
    """Opens streams on the listener's engine.

    Args:
        listener: has the engine, once it is loaded.
        settings: endpoint and cut lengths.
    """

    def __init__(self, listener: Listener, settings: Speech) -> None:
        self._listener, self._settings = listener, settings
        self.worker = Worker("platform-ears")

    async def open(self, sample_rate: int = SAMPLE_RATE_HZ, phrases: Sequence[str] = ()) -> Stream:
        """A stream of a client.

        Raises:
            Unavailable: "speech.loading", "speech.no_engine".
            Invalid: "speech.sample_rate".
        """
        engine = self._engine()
        stream = await self.worker.run(lambda: _KeptStream(engine, sample_rate, self._settings, phrases))
        return Stream(self.worker, stream, sample_rate)

    async def hear(self, chunks: Sequence[AudioChunk]) -> HeardAnswer:
        """A whole sound at 16 kHz. Raises as ``open``."""
        stream = await self.open()
        samples = np.concatenate([chunk.samples for chunk in chunks])
        for start in range(0, len(samples), PIECE_SAMPLES):  # other clients' pieces come in between
            await stream.feed(samples[start : start + PIECE_SAMPLES].astype("<i2").tobytes())
        _, heard = await stream.end()
        assert heard is not None
        return heard

    def _engine(self) -> Transcriber:
        if not self._listener.ready:
            raise Unavailable("speech.loading", "speech recognition is still being loaded")
        if self._listener.transcriber is None:
            raise Unavailable("speech.no_engine", "no speech recognition is installed")
        return self._listener.transcriber


def as_platform_text(heard: HeardAnswer) -> dict[str, Any]:
    """The platform's ``/stt`` answer."""
    words = [{"word": w.text, "start": w.start, "end": w.end, "conf": w.confidence} for w in heard.words]
    return {
        "text": heard.text,
        "words": words,
        "engine": heard.engine,
        "confidence": mean_confidence(heard.words),
    }


def joined(parts: Sequence[HeardAnswer]) -> HeardAnswer:
    """One answer that came over several connections, one after the other."""
    whole = parts[0]
    for part in parts[1:]:
        whole = replace(
            part,
            answer_id=whole.answer_id,
            transcripts=(*whole.transcripts, *(_later(t, whole.seconds) for t in part.transcripts)),
            prosody=_followed(whole.prosody, part.prosody),
            voice=(*whole.voice, *(replace(v, t=v.t + whole.seconds) for v in part.voice)),
            seconds=whole.seconds + part.seconds,
            overrun_seconds=whole.overrun_seconds + part.overrun_seconds,
        )
    return whole


def _later(transcript: Transcript, seconds: float) -> Transcript:
    words = tuple(replace(w, start=w.start + seconds, end=w.end + seconds) for w in transcript.words)
    return replace(transcript, words=words, start=transcript.start + seconds, end=transcript.end + seconds)


def _followed(first: Prosody, second: Prosody) -> Prosody:
    return Prosody(
        rms_db=np.concatenate([first.rms_db, second.rms_db]),
        f0_hz=np.concatenate([first.f0_hz, second.f0_hz]),
        flux=np.concatenate([first.flux, second.flux]),
        step_seconds=first.step_seconds,
    )
