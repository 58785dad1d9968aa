"""Loudness, pitch and spectral change of sound, in steps of 10 ms (pure).

Pitch is found by autocorrelation at 8 kHz, in frames of 50 ms every 20 ms, whole blocks at a time: 0.3 ms of
processor for a second of sound. Above 800 Hz the spectrum is faded out, so that a parabola through three
lags is exact enough.

Source: P. Boersma, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise
ratio of a sampled sound", IFA Proceedings 17, 1993 (window-corrected autocorrelation, octave cost).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from appliance.messages import SAMPLE_RATE_HZ, Prosody

STEP_SECONDS = 0.01
STEP_SAMPLES = 160
SILENT_DB = -100.0
"""what digital silence is called"""
CLIP_LEVEL = 32_600
"""samples from here on count as clipped (0.04 dB below full scale); our choice"""

_Floats = NDArray[np.float32]
_Numbers = NDArray[np.floating[Any]]

_RATE_HZ = SAMPLE_RATE_HZ // 2
_WINDOW = 400
_HOP = 160
_FFT = 576
_PITCH_HZ = (65.0, 420.0)
"""speaking voices; our choice"""
_FADE_HZ = (800.0, 1600.0)
_OCTAVE_COST = 0.02
_VOICED_STRENGTH = 0.5
"""of the autocorrelation's peak, Boersma's voicing threshold is 0.45; ours suits 20 dB of noise"""
_QUIET_RMS = 0.0006 * 32_768
"""frames below -64 dB full scale have no pitch; our choice"""


class ProsodyTracker:
    """Takes the sound of an answer piece by piece, in whole steps of 10 ms; one object per answer."""

    def __init__(self) -> None:
        self._rms: list[_Floats] = []
        self._steps = 0
        self._pitch: list[tuple[int, _Floats, _Floats]] = []
        self._pending: list[_Floats] = []
        self._pending_count = 0
        self._pending_step = 0
        self.sample_count = 0
        self.clipped_count = 0

    def feed(self, samples: NDArray[np.int16]) -> _Floats:
        """Take a piece; its loudness for each step, dB full scale.

        Shapes:
            samples: (160·n,) int16
            result: (n,) float32
        """
        sound = samples.astype(np.float32)
        rms_db = loudness_db(sound)
        self._count(sound)
        self._rms.append(rms_db)
        self._steps += len(rms_db)
        self._pending.append(0.5 * (sound[0::2] + sound[1::2]))
        self._pending_count += len(sound) // 2
        if self._pending_count >= _RATE_HZ + _WINDOW:
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
            for shift in (1, 2):  # the frame's middle, 25 ms, lies in the third step
                f0[step + shift : step + shift + 2 * len(f0_hz) : 2] = f0_hz
                flux[step + shift : step + shift + 2 * len(f0_hz) : 2] = change
        return Prosody(rms_db, f0[: self._steps], flux[: self._steps], STEP_SECONDS)

    def _count(self, sound: _Floats) -> None:
        self.sample_count += len(sound)
        if len(sound) and max(float(sound.max()), -float(sound.min())) >= CLIP_LEVEL:
            self.clipped_count += int(np.count_nonzero(np.abs(sound) >= CLIP_LEVEL))

    def _analyse(self) -> None:
        """Find the pitch of whole frames; what does not fill a hop stays for the next time."""
        if self._pending_count < _WINDOW:
            return
        sound = np.concatenate(self._pending)
        f0_hz, flux = find_pitch(sound)
        self._pitch.append((self._pending_step, f0_hz, flux))
        used = len(f0_hz) * _HOP
        self._pending, self._pending_count = [sound[used:]], len(sound) - used
        self._pending_step += 2 * len(f0_hz)


def loudness_db(sound: _Floats) -> _Floats:
    """Loudness of each step of 10 ms in dB full scale, never below ``SILENT_DB``.

    Shapes:
        sound: (160·n,) float32, in units of int16
        result: (n,) float32
    """
    steps = sound.reshape(-1, STEP_SAMPLES)
    power = np.einsum("ij,ij->i", steps, steps) / np.float32(STEP_SAMPLES * 32_768.0**2)
    return np.asarray(10.0 * np.log10(power + np.float32(1e-10)), dtype=np.float32)


def find_pitch(sound: _Floats) -> tuple[_Floats, _Floats]:
    """Pitch and spectral change of frames of 50 ms, one every 20 ms.

    Shapes:
        sound: (N,) float32 at 8 kHz, N ≥ 400
        result: f0 (M,) float32, Hz, NaN where unvoiced; flux (M,) float32, 0 (same spectrum) .. 1
    """
    frames = sliding_window_view(sound, _WINDOW)[::_HOP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    rms = np.sqrt(np.einsum("ij,ij->i", frames, frames) / _WINDOW)
    spectrum = np.fft.rfft(frames * _WEIGHTS, _FFT)
    power = spectrum.real**2 + spectrum.imag**2
    f0_hz, strength = _best_lag(power * _FADE)
    voiced = (strength >= _VOICED_STRENGTH) & (rms >= _QUIET_RMS)
    return np.where(voiced, f0_hz, np.nan).astype(np.float32), _flux(power)


def _best_lag(power: _Numbers) -> tuple[_Numbers, _Numbers]:
    total = (power[:, 0] + power[:, -1] + 2.0 * power[:, 1:-1].sum(axis=1)) / _FFT + 1e-3
    r = np.fft.irfft(power, _FFT)[:, _LAGS[0] - 1 : _LAGS[-1] + 2] / total[:, None] / _WINDOW_R
    before, at, after = r[:, :-2], r[:, 1:-1], r[:, 2:]
    curve = np.minimum(before - 2.0 * at + after, -1e-6)
    height = at - 0.125 * (after - before) ** 2 / curve
    is_peak = (at >= before) & (at > after)
    best = np.where(is_peak, height - _COST, -1.0).argmax(axis=1)
    row = np.arange(len(best))
    shift = 0.5 * (before[row, best] - after[row, best]) / curve[row, best]
    strength = np.where(is_peak[row, best], height[row, best], 0.0)
    return _RATE_HZ / (_LAGS[best] + np.clip(shift, -0.5, 0.5)), strength


def _flux(power: _Numbers) -> _Floats:
    size = np.sqrt(power)
    size /= np.sqrt(np.einsum("ij,ij->i", size, size))[:, None] + 1e-6
    same = np.einsum("ij,ij->i", size[1:], size[:-1])
    return np.concatenate([[np.nan], 1.0 - same]).astype(np.float32)


def _window_autocorrelation(window: _Floats, lags: NDArray[np.int64]) -> _Floats:
    r = np.fft.irfft(np.abs(np.fft.rfft(window, _FFT)) ** 2, _FFT)
    return np.asarray(r[lags[0] - 1 : lags[-1] + 2] / r[0], dtype=np.float32)


_LAGS = np.arange(int(_RATE_HZ / _PITCH_HZ[1]) - 1, int(_RATE_HZ / _PITCH_HZ[0]) + 2)
_WEIGHTS = np.hanning(_WINDOW + 2)[1:-1].astype(np.float32)
_WINDOW_R = _window_autocorrelation(_WEIGHTS, _LAGS)
_COST = (_OCTAVE_COST * np.log2(_PITCH_HZ[0] * _LAGS / _RATE_HZ)).astype(np.float32)
_FADE = np.clip(
    (_FADE_HZ[1] - np.fft.rfftfreq(_FFT, 1 / _RATE_HZ)) / (_FADE_HZ[1] - _FADE_HZ[0]), 0.0, 1.0
).astype(np.float32)
