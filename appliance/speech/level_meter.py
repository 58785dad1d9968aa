"""The live level of the microphone: a small ring of loudness, peaks and clipping (pure, fed with chunks)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.speech.microphone_check import MicrophoneLevel
from appliance.speech.prosody import SILENT_DB, STEP_SECONDS, clipped_count, peak_of
from appliance.speech.voice_activity import VoiceDetector

LEVEL_SECONDS = 0.3
PEAK_SECONDS = 1.0
CLIPPED_SECONDS = 2.0
SPEECH_SECONDS = 5.0
"""how far each needle looks back; our choice"""


@dataclass(frozen=True, slots=True)
class _Piece:
    rms_db: NDArray[np.float32]
    peak: int
    clipped_ratio: float
    speaking: bool


class LevelMeter:
    """Keeps the loudness of the last seconds; never the sound itself."""

    def __init__(self, detector: VoiceDetector) -> None:
        self._detector = detector
        self._pieces: deque[_Piece] = deque(maxlen=round(SPEECH_SECONDS / 0.02))
        self._booth: deque[float] = deque(maxlen=50)

    def feed(self, samples: NDArray[np.int16], rms_db: NDArray[np.float32]) -> None:
        """Take a piece with its loudness per step, after the detector took it."""
        clipped_ratio = clipped_count(samples) / len(samples)
        self._pieces.append(_Piece(rms_db, peak_of(samples), clipped_ratio, self._detector.speaking))

    def feed_booth(self, rms_db: NDArray[np.float32]) -> None:
        """Take the loudness of a piece that came while the booth spoke."""
        if len(rms_db):
            self._booth.append(_mean_db(rms_db))

    def booth_begins(self) -> None:
        """Forget how loud the booth was the last time."""
        self._booth.clear()

    def level(self, age_seconds: float | None, device: str = "") -> MicrophoneLevel:
        """Where the needle stands."""
        pieces = tuple(self._pieces)
        booth = tuple(self._booth)
        booth_db = float(np.percentile(booth, 80)) if booth else None
        if not pieces:
            return MicrophoneLevel(age_seconds=age_seconds, booth_db=booth_db, device=device)
        speech = [_mean_db(p.rms_db) for p in _last(pieces, SPEECH_SECONDS) if p.speaking]
        return MicrophoneLevel(
            rms_db=_mean_db(np.concatenate([p.rms_db for p in _last(pieces, LEVEL_SECONDS)])),
            peak_db=_db(max(p.peak for p in _last(pieces, PEAK_SECONDS)) / 32_768.0),
            speech_db=float(np.percentile(speech, 70)) if speech else None,
            noise_floor_db=self._detector.floor_db,
            clipped_ratio=float(np.mean([p.clipped_ratio for p in _last(pieces, CLIPPED_SECONDS)])),
            age_seconds=age_seconds,
            speaking=pieces[-1].speaking,
            booth_db=booth_db,
            device=device,
        )


def _last(pieces: tuple[_Piece, ...], seconds: float) -> tuple[_Piece, ...]:
    """The newest pieces that together are at least that long."""
    steps = 0
    for index in range(len(pieces) - 1, -1, -1):
        steps += len(pieces[index].rms_db)
        if steps * STEP_SECONDS >= seconds:
            return pieces[index:]
    return pieces


def _mean_db(rms_db: NDArray[np.float32]) -> float:
    return _db(float(np.sqrt(np.mean(10.0 ** (rms_db / 10.0)))))


def _db(amplitude: float) -> float:
    return float(20.0 * np.log10(amplitude)) if amplitude > 0 else SILENT_DB
