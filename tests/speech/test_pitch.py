"""Pitch on synthetic vowels and sweeps of known frequency: within 3 % on voiced frames."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.speech.pitch import HOP, RATE_HZ, WINDOW, find_pitch

VOWELS = {
    "a": ((700.0, 80.0), (1200.0, 90.0), (2600.0, 120.0)),
    "i": ((300.0, 60.0), (2300.0, 90.0), (3000.0, 120.0)),
    "u": ((350.0, 60.0), (800.0, 80.0), (2500.0, 120.0)),
}


def vowel(f0_hz: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """A vowel of a pitch that may change, at 16 kHz: harmonics weighted by resonances."""
    phase = np.cumsum(f0_hz) / 16_000
    sound = np.zeros(len(f0_hz))
    for harmonic in range(1, 50):
        hz = harmonic * f0_hz
        size = np.where(hz < 7_000, harmonic**-0.5, 0.0)
        for centre, width in VOWELS[name]:
            size = size / np.sqrt((1 - (hz / centre) ** 2) ** 2 + (hz * width / centre**2) ** 2)
        sound += size * np.cos(2 * np.pi * harmonic * phase)
    return np.asarray(sound / np.abs(sound).max() * 15_000)


def measured(
    f0_hz: NDArray[np.float64], name: str, snr_db: float = 20.0
) -> tuple[NDArray[np.float64], float]:
    """Relative error of voiced frames, and the share of voiced frames."""
    rng = np.random.default_rng(0)
    sound = vowel(f0_hz, name)
    sound += rng.standard_normal(len(sound)) * sound.std() * 10 ** (-snr_db / 20)
    found, _ = find_pitch(sound.reshape(-1, 4).mean(axis=1).astype(np.float32))
    middles = (np.arange(len(found)) * HOP + WINDOW // 2) * 16_000 // RATE_HZ
    voiced = ~np.isnan(found)
    return np.abs(found / f0_hz[middles] - 1.0)[voiced], float(voiced.mean())


@pytest.mark.parametrize("name", VOWELS)
@pytest.mark.parametrize("hz", [75, 90, 110, 137, 160, 190, 220, 260, 310, 380])
def test_vowels(name: str, hz: int) -> None:
    errors, voiced = measured(np.full(16_000, float(hz)), name)
    assert voiced > 0.95
    assert (errors < 0.03).mean() >= 0.98
    assert np.median(errors) < 0.005


@pytest.mark.parametrize("name", VOWELS)
def test_sweeps(name: str) -> None:
    errors, voiced = measured(np.linspace(80.0, 300.0, 32_000), name)
    assert voiced > 0.95
    assert (errors < 0.03).mean() >= 0.98
    wave = 180.0 + 60.0 * np.sin(2 * np.pi * 2.0 * np.arange(32_000) / 16_000)
    assert (measured(wave, name)[0] < 0.03).mean() >= 0.98


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(1).standard_normal(40_000).astype(np.float32) * 3_000
    assert np.isnan(find_pitch(noise)[0]).mean() > 0.98
    assert np.isnan(find_pitch(np.zeros(4_000, dtype=np.float32))[0]).all()


def test_a_change_of_vowel_is_a_change_of_spectrum() -> None:
    f0 = np.full(8_000, 120.0)
    sound = np.concatenate([vowel(f0, "a"), vowel(f0, "i")]).reshape(-1, 4).mean(axis=1).astype(np.float32)
    _, flux = find_pitch(sound)
    assert np.nanargmax(flux) == pytest.approx(24, abs=1)
    assert np.nanmedian(flux) < 0.02
    assert np.nanmax(flux) > 0.2
