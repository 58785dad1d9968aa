"""One answer while it is given: observations collected, metrics of every 2 s, and at the end the ``Answer``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from appliance.messages import (
    Answer,
    Baseline,
    FaceObservation,
    HeardAnswer,
    Measured,
    PartialTranscript,
    PostureObservation,
    PresenceMetrics,
    Question,
    Transcript,
    VoiceActivity,
    Word,
)
from appliance.metrics import window
from appliance.metrics.delivery import measure_delivery
from appliance.metrics.gate import judge_text
from appliance.metrics.presence import measure_presence

Observation = TypeVar("Observation", FaceObservation, PostureObservation)
TYPED = Measured(1.0, 1.0)
LATE_SECONDS = 0.5
"""a window is closed when observations this late have had time to come (our choice)"""


@dataclass(slots=True)
class Answering:
    """What is known of the answer in progress; lives on the loop, in memory only."""

    answer_id: str
    question: Question
    attempt: int
    locale: str
    shape: str
    t0: float
    """capture clock at the start of the answer"""
    baseline: Baseline | None
    every_seconds: float = 2.0
    expression: bool = True
    """the site offers it; else its records have no such field"""
    gate_confidence: float = 0.0
    """0: the engine's own"""
    faces: list[FaceObservation] = field(default_factory=list)
    postures: list[PostureObservation] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    final_text: str = ""
    partial_text: str = ""
    windows: list[Mapping[str, object]] = field(default_factory=list)
    paused: bool = False

    def see(self, observation: FaceObservation | PostureObservation) -> None:
        """Keep an observation of this answer."""
        if self.paused or observation.t < self.t0:
            return
        if isinstance(observation, FaceObservation):
            self.faces.append(observation)
        else:
            self.postures.append(observation)

    def hear(self, event: PartialTranscript | Transcript) -> None:
        """Keep words; those of another answer are not ours."""
        if event.answer_id != self.answer_id:
            return
        if isinstance(event, Transcript):
            self.final_text = f"{self.final_text} {event.text}".strip()
            self.partial_text = ""
            self.words.extend(event.words)
        else:
            self.partial_text = event.text

    def close_windows(self, now: float) -> list[Mapping[str, object]]:
        """The records of all windows that ended before ``now`` (capture clock) and were not closed yet."""
        fresh = []
        while self.t0 + (len(self.windows) + 1) * self.every_seconds <= now:
            record = self._window(len(self.windows))
            self.windows.append(record)
            fresh.append(record)
        return fresh

    def _window(self, index: int) -> Mapping[str, object]:
        start = self.t0 + index * self.every_seconds
        end = start + self.every_seconds
        faces, postures = _within(self.faces, start, end), _within(self.postures, start, end)
        record = window.record(faces, postures, self.baseline, expression=self.expression)
        return {"t": round(end - self.t0, 3), **record}

    def finish(self, heard: HeardAnswer, camera: bool) -> Answer:
        """The spoken answer with its metrics."""
        end = self.t0 + heard.seconds
        count = math.ceil(max(0.0, heard.seconds - 0.25) / self.every_seconds)
        while len(self.windows) < count:
            self.windows.append(self._window(len(self.windows)))
        return Answer(
            id=self.answer_id,
            question=self.question,
            attempt=self.attempt,
            text=heard.text,
            words=heard.words,
            seconds=heard.seconds,
            typed=False,
            locale=self.locale,
            delivery=measure_delivery(heard, self.baseline, self.question.shape),
            presence=self._presence(end, heard.voice) if camera else None,
            engine=heard.engine,
            text_gate=judge_text(heard, self.gate_confidence),
        )

    def finish_typed(self, text: str, seconds: float, camera: bool) -> Answer:
        """The typed answer: no delivery, its text counts fully."""
        return Answer(
            id=self.answer_id,
            question=self.question,
            attempt=self.attempt,
            text=text,
            words=(),
            seconds=seconds,
            typed=True,
            locale=self.locale,
            delivery=None,
            presence=self._presence(self.t0 + seconds) if camera else None,
            engine="typed",
            text_gate=TYPED if text.strip() else Measured(None, None, "no_text"),
        )

    def _presence(self, end: float, voice: Sequence[VoiceActivity] | None = None) -> PresenceMetrics:
        return measure_presence(self.faces, self.postures, self.t0, end, self.baseline, voice)


def _within(observations: list[Observation], start: float, end: float) -> list[Observation]:
    return [o for o in observations if start <= o.t < end]
