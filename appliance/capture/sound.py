"""Any sound in, the booth's sound out: 16 kHz mono s16, in chunks of 50 ms, with their times."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from appliance.messages import SAMPLE_RATE_HZ, AudioChunk

CHUNK_SAMPLES = SAMPLE_RATE_HZ // 20
"""50 ms: our choice, within the contract's 10 to 100 ms"""
GAP_SECONDS = 0.25
"""our choice: a time that is later than this begins anew; smaller ones are jitter"""
EARLY_SECONDS = 0.1
"""our choice: likewise a time that is earlier; sound cannot come before it was made, so this is never jitter"""


class SoundPath:
    """Resamples one stream of sound, alias-free, and cuts it into chunks whose times have no jitter.

    The time of a chunk counts samples since the stream began; only a gap of the source moves it.
    Not thread-safe: feed it from one thread.
    """

    def __init__(self) -> None:
        self._resampler: av.AudioResampler | None = None
        self._kind: tuple[str, str, int] | None = None
        self._start = 0.0
        self._fed_seconds = 0.0
        self._given_count = 0

    def feed(self, frame: av.AudioFrame, t: float) -> list[AudioChunk]:
        """Chunks that are full now; ``t`` is the capture clock's time of the first sample of ``frame``."""
        late = t - self._start - self._fed_seconds
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        chunks: list[AudioChunk] = []
        if kind != self._kind or not -EARLY_SECONDS <= late <= GAP_SECONDS:
            chunks = self.flush()
            self._begin(kind, t)
        self._fed_seconds += frame.samples / frame.sample_rate
        assert self._resampler is not None
        frame.pts = None  # the resampler counts samples; times are kept here
        return chunks + self._chunks(self._resampler.resample(frame))

    def flush(self) -> list[AudioChunk]:
        """What is left; the last chunk may be short. The next ``feed`` begins a new stream."""
        if self._resampler is None:
            return []
        resampler, self._resampler, self._kind = self._resampler, None, None
        return self._chunks(resampler.resample(None))

    def _begin(self, kind: tuple[str, str, int], t: float) -> None:
        self._resampler = av.AudioResampler(
            format="s16", layout="mono", rate=SAMPLE_RATE_HZ, frame_size=CHUNK_SAMPLES
        )
        self._kind, self._start, self._fed_seconds, self._given_count = kind, t, 0.0, 0

    def _chunks(self, frames: list[av.AudioFrame]) -> list[AudioChunk]:
        return [self._chunk(frame) for frame in frames if frame.samples]

    def _chunk(self, frame: av.AudioFrame) -> AudioChunk:
        samples = np.ascontiguousarray(frame.to_ndarray()[0], dtype=np.int16)
        chunk = AudioChunk(samples, self._start + self._given_count / SAMPLE_RATE_HZ)
        self._given_count += len(samples)
        return chunk


def pcm_frame(samples: NDArray[np.int16], channels: int, rate_hz: int) -> av.AudioFrame:
    """A frame of interleaved 16-bit samples.

    Shapes:
        samples: (N * channels,) int16.
    """
    frame = av.AudioFrame.from_ndarray(
        samples.reshape(1, -1), format="s16", layout="mono" if channels == 1 else f"{channels}c"
    )
    frame.sample_rate = rate_hz
    frame.time_base = Fraction(1, rate_hz)
    return frame
