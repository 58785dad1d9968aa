"""The live level of the microphone: a small ring of loudness, peaks and clipping (pure, fed with chunks)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.speech.microphone_check import MicrophoneLevel
from appliance.speech.prosody import CLIP_LEVEL, SILENT_DB
from appliance.speech.voice_activity import VoiceDetector

PIECE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class _Piece:
    rms_db: float
    peak: int
    clipped_ratio: float
    speaking: bool


class LevelMeter:
    """Keeps the last five seconds in pieces of about 100 ms; never the sound itself."""

    def __init__(self, detector: VoiceDetector) -> None:
        self._detector = detector
        self._pieces: deque[_Piece] = deque(maxlen=50)
        self._booth: deque[float] = deque(maxlen=50)

    def feed(self, samples: NDArray[np.int16], rms_db: NDArray[np.float32]) -> None:
        """Take a piece with its loudness per step, after the detector took it."""
        peak = max(int(samples.max()), -int(samples.min()))
        clipped = 0.0
        if peak >= CLIP_LEVEL:
            clipped = float(np.mean(np.abs(samples.astype(np.int32)) >= CLIP_LEVEL))
        self._pieces.append(_Piece(_mean_db(rms_db), peak, clipped, self._detector.speaking))

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
        speech = [p.rms_db for p in pieces if p.speaking]
        return MicrophoneLevel(
            rms_db=float(np.mean([p.rms_db for p in pieces[-3:]])),
            peak_db=_db(max(p.peak for p in pieces[-10:]) / 32_768.0),
            speech_db=float(np.percentile(speech, 70)) if speech else None,
            noise_floor_db=self._detector.floor_db,
            clipped_ratio=float(np.mean([p.clipped_ratio for p in pieces[-20:]])),
            age_seconds=age_seconds,
            speaking=pieces[-1].speaking,
            booth_db=booth_db,
            device=device,
        )


def _mean_db(rms_db: NDArray[np.float32]) -> float:
    return _db(float(np.sqrt(np.mean(10.0 ** (rms_db / 10.0)))))


def _db(amplitude: float) -> float:
    return float(20.0 * np.log10(amplitude)) if amplitude > 0 else SILENT_DB
