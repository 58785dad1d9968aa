"""Any sample rate to 16 kHz, alias-free, with the state kept between pieces (libswresample by PyAV)."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from appliance.errors import Invalid
from appliance.messages import SAMPLE_RATE_HZ

RATES_HZ = (8_000, 96_000)


class Resampler:
    """Mono s16 of one rate in, mono s16 of 16 kHz out.

    Args:
        sample_rate_hz: 8,000 to 96,000.

    Raises:
        Invalid: "speech.sample_rate".
    """

    def __init__(self, sample_rate_hz: int) -> None:
        if not RATES_HZ[0] <= sample_rate_hz <= RATES_HZ[1]:
            raise Invalid("speech.sample_rate", "the sample rate must be between 8000 and 96000 Hz")
        self._rate_hz = sample_rate_hz
        self._converter = None
        if sample_rate_hz != SAMPLE_RATE_HZ:
            self._converter = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
        self._count = 0

    def feed(self, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        """What comes out for a piece; a few milliseconds stay inside.

        Shapes:
            samples: (N,) int16 at the rate given
            result: (M,) int16 at 16 kHz, M about N·16000/rate
        """
        if self._converter is None or not len(samples):
            return samples
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = self._rate_hz
        frame.pts, frame.time_base = self._count, Fraction(1, self._rate_hz)
        self._count += len(samples)
        return _joined(self._converter.resample(frame))

    def flush(self) -> NDArray[np.int16]:
        """What was still inside; the resampler cannot be used afterwards."""
        if self._converter is None or not self._count:
            return np.empty(0, dtype=np.int16)
        return _joined(self._converter.resample(None))


def _joined(frames: list[av.AudioFrame]) -> NDArray[np.int16]:
    parts = [frame.to_ndarray().reshape(-1) for frame in frames]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int16)
