"""When speech starts and stops, and when an utterance should be cut (pure, fed with loudness).

The noise floor is the lowest loudness of the last seconds (minimum statistics, R. Martin, IEEE Trans. Speech
and Audio Processing 9(5), 2001, in its simplest form); speech is what stands out above it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEP_SECONDS = 0.01
START_FLOOR_DB = -55.0
"""noise floor before anything was heard; our choice"""
FLOOR_SECONDS = 5.0
"""the floor is the minimum over this long: longer than a phrase without a gap; our choice"""
FLOOR_BIAS_DB = 3.0
"""how far the minimum of noise lies below its mean; measured on white noise, 10 ms steps"""
SPEECH_OVER_FLOOR_DB = 8.0
LOWEST_SPEECH_DB = -62.0
"""nothing quieter is called speech, however quiet the room; our choice"""
START_STEPS = 5
START_WITHIN = 10
"""so many loud steps within so many are the beginning of speech: 50 of 100 ms; our choice"""
STOP_SECONDS = 0.3
"""silence that ends voice activity: longer than a stop consonant; our choice"""


@dataclass(frozen=True, slots=True)
class Turn:
    """Speech began or ended."""

    speaking: bool
    step: int
    """steps of 10 ms since the detector's start"""


class VoiceDetector:
    """Follows loudness; ``speaking`` is its state, ``floor_db`` the noise floor."""

    def __init__(self) -> None:
        self.speaking = False
        self.steps = 0
        self._last_loud = 0
        self._recent: deque[int] = deque(maxlen=START_STEPS)
        self._minima: deque[tuple[int, float]] = deque([(0, START_FLOOR_DB)])
        """rising; the first one is the lowest of the last seconds"""

    @property
    def floor_db(self) -> float:
        """Mean loudness of the background, dB full scale."""
        return self._minima[0][1] + FLOOR_BIAS_DB

    @property
    def knows_the_room(self) -> bool:
        """The floor was heard, not assumed."""
        return self.steps > FLOOR_SECONDS / STEP_SECONDS

    @property
    def silence_seconds(self) -> float:
        """Time since the last loud step."""
        return (self.steps - self._last_loud) * STEP_SECONDS

    def feed(self, rms_db: NDArray[np.float32]) -> Turn | None:
        """Take the loudness of some steps, at most 300 ms; whether speech began or ended in it.

        Shapes:
            rms_db: (n,) float32, dB full scale, steps of 10 ms
        """
        levels = rms_db.tolist()  # ten numbers: quicker than arrays
        threshold_db = max(self.floor_db + SPEECH_OVER_FLOOR_DB, LOWEST_SPEECH_DB)
        loud = [index for index, level in enumerate(levels) if level > threshold_db]
        begin, self.steps = self.steps, self.steps + len(levels)
        self._note_minimum(min(levels))
        if self.speaking:
            return self._go_on(begin, loud)
        return self._listen(begin, loud)

    def _go_on(self, begin: int, loud: list[int]) -> Turn | None:
        if loud:
            self._last_loud = begin + loud[-1] + 1
        elif self.silence_seconds >= STOP_SECONDS:
            self.speaking = False
            self._recent.clear()
            return Turn(False, self._last_loud)
        return None

    def _listen(self, begin: int, loud: list[int]) -> Turn | None:
        for index in loud:
            self._recent.append(begin + index)
            if len(self._recent) == START_STEPS and self._recent[-1] - self._recent[0] < START_WITHIN:
                self.speaking = True
                self._last_loud = begin + loud[-1] + 1
                return Turn(True, self._recent[0])
        return None

    def _note_minimum(self, level_db: float) -> None:
        while self._minima and self._minima[-1][1] >= level_db:
            self._minima.pop()
        self._minima.append((self.steps, level_db))
        while self._minima[0][0] < self.steps - FLOOR_SECONDS / STEP_SECONDS:
            self._minima.popleft()

    def interrupt(self) -> Turn | None:
        """Sound was cut off: speech, if any, ended."""
        was, self.speaking = self.speaking, False
        self._recent.clear()
        self._last_loud = min(self._last_loud, self.steps)
        return Turn(False, self._last_loud) if was else None


class UtteranceCutter:
    """Says when to end an utterance; it never ends an answer.

    Args:
        endpoint_seconds: silence after speech that ends an utterance; None where the engine does that itself.
        max_seconds: longer utterances are cut at the next short pause, at 1.25 times this at any dip, and
            wherever they are at 1.5 times this.
    """

    SHORT_PAUSE_SECONDS = 0.2
    DIP_SECONDS = 0.1

    def __init__(self, endpoint_seconds: float | None, max_seconds: float) -> None:
        self._endpoint_seconds = endpoint_seconds
        self._max_seconds = max_seconds
        self._seconds = 0.0
        self._spoke = False

    @property
    def seeks_pause(self) -> bool:
        """The utterance is long: every short pause counts."""
        return self._seconds >= self._max_seconds

    def due(self, speaking: bool, silence_seconds: float, seconds: float) -> bool:
        """Whether to cut after a further piece of sound."""
        self._seconds += seconds
        self._spoke = self._spoke or speaking
        if self._spoke and self._endpoint_seconds is not None and silence_seconds >= self._endpoint_seconds:
            return True
        enough = self.SHORT_PAUSE_SECONDS if self._seconds < 1.25 * self._max_seconds else self.DIP_SECONDS
        if self.seeks_pause and silence_seconds >= enough:
            return True
        return self._seconds >= 1.5 * self._max_seconds

    def begin(self) -> None:
        """A new utterance begins."""
        self._seconds, self._spoke = 0.0, False
