"""What is wrong with the microphone, if anything (pure): levels in, a stable code out.

The page chooses the words.

All thresholds are our choice, tried on the recordings described in docs/hearing.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MicrophoneVerdict(StrEnum):
    """The codes, worst first."""

    NO_SIGNAL = "no_signal"
    STALLED = "stalled"
    WRONG_DEVICE = "wrong_device"
    CLIPPING = "clipping"
    TOO_LOUD = "too_loud"
    ECHO = "echo"
    NOISY = "noisy"
    TOO_QUIET = "too_quiet"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class MicrophoneLevel:
    """What the microphone gives at present."""

    rms_db: float | None = None
    """loudness of the last 0.3 s, dB full scale; None: no sound came"""
    peak_db: float | None = None
    """highest sample of the last second, dB full scale"""
    speech_db: float | None = None
    """loudness of the speech of the last 5 s; None: nobody spoke"""
    noise_floor_db: float | None = None
    clipped_ratio: float = 0.0
    """share of samples at full scale in the last 2 s, 0..1"""
    age_seconds: float | None = None
    """since the last chunk came; None: none ever came"""
    speaking: bool = False
    booth_db: float | None = None
    """loudness at the microphone while the booth itself spoke last; None: it did not"""
    device: str = ""
    """name of the device, for "wrong device" """


STALLED_SECONDS = 2.0
CLIPPED_RATIO = 0.001
TOO_LOUD_DB = -9.0
TOO_QUIET_DB = -48.0
NOISY_SNR_DB = 12.0
NOISY_FLOOR_DB = -35.0
ECHO_OVER_FLOOR_DB = 15.0
DIGITAL_SILENCE_DB = -90.0


def judge_microphone(level: MicrophoneLevel, expected_device: str = "") -> MicrophoneVerdict:
    """The worst thing that the levels show; ``too_quiet`` also while nobody has spoken yet.

    Args:
        level: as the listener gives it.
        expected_device: the device's name at the last good check; empty: any will do.
    """
    if level.age_seconds is None or level.rms_db is None:
        return MicrophoneVerdict.NO_SIGNAL
    checks = (
        (level.age_seconds > STALLED_SECONDS, MicrophoneVerdict.STALLED),
        (bool(expected_device) and expected_device not in level.device, MicrophoneVerdict.WRONG_DEVICE),
        (max(level.rms_db, level.peak_db or level.rms_db) < DIGITAL_SILENCE_DB, MicrophoneVerdict.NO_SIGNAL),
        (level.clipped_ratio > CLIPPED_RATIO, MicrophoneVerdict.CLIPPING),
        (level.speech_db is not None and level.speech_db > TOO_LOUD_DB, MicrophoneVerdict.TOO_LOUD),
        (_echoes(level), MicrophoneVerdict.ECHO),
        (level.speech_db is not None and level.speech_db < TOO_QUIET_DB, MicrophoneVerdict.TOO_QUIET),
        (_noisy(level), MicrophoneVerdict.NOISY),
        (level.speech_db is None, MicrophoneVerdict.TOO_QUIET),
    )
    return next((verdict for wrong, verdict in checks if wrong), MicrophoneVerdict.OK)


def _echoes(level: MicrophoneLevel) -> bool:
    if level.booth_db is None or level.noise_floor_db is None:
        return False
    return level.booth_db > max(level.noise_floor_db + ECHO_OVER_FLOOR_DB, TOO_QUIET_DB)


def _noisy(level: MicrophoneLevel) -> bool:
    if level.noise_floor_db is None:
        return False
    if level.speech_db is None:
        return level.noise_floor_db > NOISY_FLOOR_DB
    return level.speech_db - level.noise_floor_db < NOISY_SNR_DB
