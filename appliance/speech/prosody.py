"""Loudness, pitch and spectral change of sound, in steps of 10 ms (pure)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from appliance.messages import Prosody
from appliance.speech.pitch import HOP, RATE_HZ, WINDOW, Floats, find_pitch

STEP_SECONDS = 0.01
STEP_SAMPLES = 160
SILENT_DB = -100.0
"""what digital silence is called"""
CLIP_LEVEL = 32_600
"""samples from here on count as clipped (0.04 dB below full scale); our choice"""

_BLOCK = 3 * RATE_HZ
"""pitch is found for three seconds at once; our choice: fewer, larger calls"""


class ProsodyTracker:
    """Takes the sound of an answer piece by piece, in whole steps of 10 ms; one object per answer."""

    def __init__(self) -> None:
        self._rms: list[Floats] = []
        self._steps = 0
        self._pitch: list[tuple[int, Floats, Floats]] = []
        self._pending: list[Floats] = []
        self._pending_count = 0
        self._pending_step = 0
        self.sample_count = 0
        self.clipped_count = 0
        self.quiet_db = SILENT_DB
        """frames softer than this, dB full scale, have no pitch: set by who knows the noise floor"""

    def feed(self, samples: NDArray[np.int16]) -> Floats:
        """Take a piece; its loudness for each step, dB full scale.

        Shapes:
            samples: (160·n,) int16
            result: (n,) float32
        """
        sound = samples.astype(np.float32)
        rms_db = loudness_db(sound)
        self.sample_count += len(samples)
        self.clipped_count += clipped_count(samples)
        self._rms.append(rms_db)
        self._steps += len(rms_db)
        quarter = 0.25 * (sound[0::4] + sound[1::4] + sound[2::4] + sound[3::4])
        self._pending.append(quarter)
        self._pending_count += len(quarter)
        if self._pending_count >= _BLOCK + WINDOW:
            self._analyse()
        return rms_db

    def skip(self, seconds: float) -> None:
        """Leave out time in which nothing was heard."""
        self._analyse()
        steps = round(seconds / STEP_SECONDS)
        self._rms.append(np.full(steps, np.nan, dtype=np.float32))
        self._steps += steps
        self._pending, self._pending_count, self._pending_step = [], 0, self._steps

    def prosody(self) -> Prosody:
        """Everything so far."""
        self._analyse()
        rms_db = np.concatenate(self._rms) if self._rms else np.empty(0, dtype=np.float32)
        f0, flux = np.full((2, self._steps + 2), np.nan, dtype=np.float32)
        for step, f0_hz, change in self._pitch:
            for shift in (1, 2):  # the frame's middle, 20 ms, lies between these steps
                f0[step + shift : step + shift + 2 * len(f0_hz) : 2] = f0_hz
                flux[step + shift : step + shift + 2 * len(f0_hz) : 2] = change
        return Prosody(rms_db, f0[: self._steps], flux[: self._steps], STEP_SECONDS)

    def _analyse(self) -> None:
        """Find the pitch of whole frames; what does not fill a hop stays for the next time."""
        if self._pending_count < WINDOW:
            return
        sound = np.concatenate(self._pending)
        f0_hz, flux = find_pitch(sound, self.quiet_db)
        self._pitch.append((self._pending_step, f0_hz, flux))
        used = len(f0_hz) * HOP
        self._pending, self._pending_count = [sound[used:]], len(sound) - used
        self._pending_step += 2 * len(f0_hz)


def loudness_db(sound: Floats) -> Floats:
    """Loudness of each step of 10 ms in dB full scale, never below ``SILENT_DB``.

    Shapes:
        sound: (160·n,) float32, in units of int16
        result: (n,) float32
    """
    steps = sound.reshape(-1, STEP_SAMPLES)
    power = np.einsum("ij,ij->i", steps, steps) / np.float32(STEP_SAMPLES * 32_768.0**2)
    return np.asarray(10.0 * np.log10(power + np.float32(1e-10)), dtype=np.float32)


def clipped_count(samples: NDArray[np.int16]) -> int:
    """Samples at full scale."""
    if peak_of(samples) < CLIP_LEVEL:
        return 0
    return int(np.count_nonzero((samples >= CLIP_LEVEL) | (samples <= -CLIP_LEVEL)))


def peak_of(samples: NDArray[np.int16]) -> int:
    """The highest absolute sample."""
    return max(int(samples.max()), -int(samples.min())) if len(samples) else 0
