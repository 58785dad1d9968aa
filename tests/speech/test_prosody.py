"""Loudness, clipping and gaps of an answer's prosody."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.speech.prosody import ProsodyTracker
from tests.speech.sounds import noise, silence


def tone(hz: float, seconds: float, level: float) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * 16_000)) / 16_000)).astype(np.int16)


def test_loudness_is_decibels_of_full_scale() -> None:
    tracker = ProsodyTracker()
    rms = tracker.feed(tone(1000, 0.3, 32_767))
    assert rms == pytest.approx(np.full(30, -3.01), abs=0.02)
    assert tracker.feed(silence(0.1)) == pytest.approx(np.full(10, -100.0), abs=0.1)
    assert tracker.feed(noise(0.3, 327.68)).mean() == pytest.approx(-40.0, abs=0.3)


def test_clipping_is_counted() -> None:
    tracker = ProsodyTracker()
    tracker.feed(np.clip(tone(200, 1.0, 20_000).astype(np.int32) * 3, -32_768, 32_767).astype(np.int16))
    assert tracker.clipped_count / tracker.sample_count == pytest.approx(0.63, abs=0.03)
    assert ProsodyTracker().feed(tone(200, 0.1, 32_000)).max() > -4


def test_pitch_stands_at_its_time_in_any_pieces() -> None:
    sound = np.concatenate(
        [silence(1.0), tone(200, 0.5, 8_000), silence(2.0), tone(150, 0.5, 8_000), silence(0.2)]
    )
    found = []
    for size in (1600, 4800, 160):
        tracker = ProsodyTracker()
        for start in range(0, len(sound), size):
            tracker.feed(sound[start : start + size])
        found.append(tracker.prosody())
    first = found[0]
    assert len(first.rms_db) == len(first.f0_hz) == len(first.flux) == 420
    assert first.f0_hz[103:147] == pytest.approx(np.full(44, 200.0), rel=0.01)
    assert first.f0_hz[353:397] == pytest.approx(np.full(44, 150.0), rel=0.01)
    assert np.isnan(first.f0_hz[:97]).all()
    assert np.isnan(first.f0_hz[153:347]).all()
    for other in found[1:]:
        assert np.array_equal(other.f0_hz, first.f0_hz, equal_nan=True)
        assert np.array_equal(other.rms_db, first.rms_db)


def test_a_gap_is_unknown_not_silent() -> None:
    tracker = ProsodyTracker()
    tracker.feed(tone(200, 1.0, 8_000))
    tracker.skip(0.5)
    tracker.feed(tone(100, 1.0, 8_000))
    prosody = tracker.prosody()
    assert prosody.seconds == pytest.approx(2.5)
    assert np.isnan(prosody.rms_db[100:150]).all()
    assert np.isnan(prosody.f0_hz[100:150]).all()
    assert prosody.f0_hz[160:240] == pytest.approx(np.full(80, 100.0), rel=0.01)


def test_nothing_heard() -> None:
    assert ProsodyTracker().prosody().seconds == 0.0
