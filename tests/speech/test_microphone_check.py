"""Every verdict on the microphone, from levels and from sound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.speech.level_meter import LevelMeter
from appliance.speech.microphone_check import MicrophoneLevel, MicrophoneVerdict, judge_microphone
from appliance.speech.prosody import loudness_db
from appliance.speech.voice_activity import VoiceDetector
from tests.speech.sounds import noise, silence

GOOD = MicrophoneLevel(-22.0, -8.0, -22.0, -60.0, 0.0, 0.1, True, None, "USB Microphone")


@pytest.mark.parametrize(
    ("level", "verdict"),
    [
        (GOOD, "ok"),
        (MicrophoneLevel(), "no_signal"),
        (replace(GOOD, rms_db=-100.0, peak_db=-100.0, speech_db=None, noise_floor_db=-97.0), "no_signal"),
        (replace(GOOD, age_seconds=2.5), "stalled"),
        (replace(GOOD, device="Monitor of HDMI"), "wrong_device"),
        (replace(GOOD, clipped_ratio=0.01), "clipping"),
        (replace(GOOD, speech_db=-6.0), "too_loud"),
        (replace(GOOD, booth_db=-30.0), "echo"),
        (replace(GOOD, booth_db=-52.0), "ok"),
        (replace(GOOD, noise_floor_db=-30.0), "noisy"),
        (replace(GOOD, speech_db=None, noise_floor_db=-30.0), "noisy"),
        (replace(GOOD, speech_db=-55.0, noise_floor_db=-80.0), "too_quiet"),
        (replace(GOOD, speech_db=None), "too_quiet"),
    ],
)
def test_verdicts(level: MicrophoneLevel, verdict: str) -> None:
    assert judge_microphone(level, "USB Microphone") == verdict


def verdict_of(sound: NDArray[np.int16], booth: NDArray[np.int16] | None = None) -> MicrophoneVerdict:
    detector = VoiceDetector()
    meter = LevelMeter(detector)
    for start in range(0, len(sound) - 319, 320):
        piece = sound[start : start + 320]
        rms_db = loudness_db(piece.astype(np.float32))
        detector.feed(rms_db)
        meter.feed(piece, rms_db)
    if booth is not None:
        meter.feed_booth(loudness_db(booth[: len(booth) // 160 * 160].astype(np.float32)))
    return judge_microphone(meter.level(0.1))


def test_from_sound(engineer: NDArray[np.int16]) -> None:
    room = noise(2.0, 10.0)
    quiet_room = noise(2.0 + len(engineer) / 16_000 + 0.5, 10.0)
    spoken = np.concatenate([silence(2.0), engineer, silence(0.5)])

    def in_room(gain: float, level: float = 1.0) -> NDArray[np.int16]:
        mixed = spoken[: len(quiet_room)] * gain + level * quiet_room[: len(spoken)]
        return np.clip(mixed, -32_768, 32_767).astype(np.int16)

    assert verdict_of(in_room(1.0)) == "ok"
    assert verdict_of(in_room(0.01)) == "too_quiet"
    assert verdict_of(in_room(8.0)) == "clipping"
    assert verdict_of(in_room(1.0, 120.0)) == "noisy"
    assert verdict_of(silence(3.0)) == "no_signal"
    assert verdict_of(room) == "too_quiet"
    assert verdict_of(in_room(1.0), booth=engineer) == "echo"
    assert verdict_of(in_room(1.0), booth=room) == "ok"
