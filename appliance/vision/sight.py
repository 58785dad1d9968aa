"""All models of the room, on the one thread that owns them: a frame in, observations out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from appliance.errors import ApplianceError, Broken, Unavailable
from appliance.messages import Baseline, FaceObservation, PostureObservation, VideoFrame
from appliance.vision.candidate import Box
from appliance.vision.face_landmarks import Face, Seen
from appliance.vision.observe import face_observation
from appliance.vision.pace import Beat, Costs, Rates

log = logging.getLogger(__name__)
M = TypeVar("M")
Picture = NDArray[np.uint8]


class Faces(Protocol):
    """What is asked of the face model."""

    def follow(self, rgb: Picture, t: float) -> Seen:
        """The candidate's face in the next frame of a video."""

    def find(self, rgb: Picture) -> Seen:
        """The candidate's face in one picture."""

    def forget(self) -> None:
        """Another candidate comes."""

    def close(self) -> None:
        """End."""


class Postures(Protocol):
    """What is asked of the posture model."""

    def follow(self, rgb: Picture, t: float, face: Box | None = None) -> PostureObservation:
        """The posture in the next frame of a video."""

    def find(self, rgb: Picture, t: float) -> PostureObservation:
        """The posture in one picture."""

    def forget(self) -> None:
        """Another candidate comes."""

    def close(self) -> None:
        """End."""


class Expressions(Protocol):
    """What is asked of the expression model."""

    def of_face(self, rgb: Picture, landmarks: NDArray[np.floating[Any]]) -> Mapping[str, float] | None:
        """Probabilities of the eight expressions."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be watched."""

    face: bool = False
    posture: bool = False
    expression: bool = False

    @property
    def anything(self) -> bool:
        """At least one model has to look."""
        return self.face or self.posture


@dataclass(frozen=True, slots=True)
class Makers:
    """How the models are made; None: not on this site."""

    face: Callable[[], Faces] | None
    posture: Callable[[], Postures] | None
    expression: Callable[[], Expressions] | None


FAILURES = 3
"""a model that fails this often is not made again before the next candidate (our choice)"""


@dataclass(slots=True)
class Sight:
    """The models and what they cost; every method but ``states`` on the worker only."""

    makers: Makers
    baseline: Baseline = field(default_factory=Baseline)
    costs: Costs = field(default_factory=Costs)
    states: dict[str, str] = field(default_factory=dict)
    """ "absent", "ready" or the code of what is wrong; a model not asked for yet is not listed"""
    _models: dict[str, Any] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)
    _posture_beat: Beat = field(default_factory=Beat)
    _expression_beat: Beat = field(default_factory=Beat)

    def load(self, wanted: Wanted) -> None:
        """Load what is wanted and not loaded yet; what cannot be had is a state, not an error."""
        if wanted.face:
            self._load("face", self.makers.face)
        if wanted.posture:
            self._load("posture", self.makers.posture)
        if wanted.face and wanted.expression:
            self._load("expression", self.makers.expression)

    def _load(self, name: str, make: Callable[[], Any] | None) -> None:
        if name in self.states:
            return
        self.states[name] = "absent" if make is None else "ready"
        if make is not None:
            try:
                self._models[name] = make()
            except ApplianceError as exc:
                log.warning("%s: %s", name, exc.message)
                self.states[name] = exc.code

    def forget(self) -> None:
        """Another candidate comes: nothing of this one stays, and a model that failed gets another chance."""
        self.baseline = Baseline()
        for name in self._failures:
            self.states.pop(name, None)
        self._failures.clear()
        self._posture_beat.forget()
        self._expression_beat.forget()
        for model in (self._models.get("face"), self._models.get("posture")):
            if model is not None:
                model.forget()

    def close(self) -> None:
        """End the models; what is asked afterwards finds none."""
        for name in ("face", "posture", "expression"):
            model = self._models.pop(name, None)
            self.states[name] = "closed"
            if model is not None and name != "expression":
                model.close()

    def watch(
        self, frame: VideoFrame, wanted: Wanted, rates: Rates
    ) -> Iterator[FaceObservation | PostureObservation]:
        """What the next frame of the video shows.

        Raises:
            Broken: "vision.face_failed", "vision.posture_failed".
        """
        self.load(wanted)
        seen: Seen | None = None
        if wanted.face and "face" in self._models:
            seen = self._timed("face", lambda: self._models["face"].follow(frame.rgb, frame.t))
            asked = wanted.expression and self._expression_beat.is_due(frame.t, rates.expression_hz)
            yield self._observed(seen, frame.rgb, frame.t, asked)
        if (
            wanted.posture
            and "posture" in self._models
            and self._posture_beat.is_due(frame.t, rates.posture_hz)
        ):
            yield self._posture(frame, seen)

    def _posture(self, frame: VideoFrame, seen: Seen | None) -> PostureObservation:
        """The candidate's posture: nobody's, when the face model looked and saw no face of theirs."""
        model: Postures = self._models["posture"]
        if seen is None:
            return self._timed("posture", lambda: model.follow(frame.rgb, frame.t))
        if seen.face is None:
            model.forget()
            return PostureObservation(frame.t, body=False)
        box = seen.face.box
        return self._timed("posture", lambda: model.follow(seen.rgb, frame.t, box))

    def _timed(self, model: str, call: Callable[[], M]) -> M:
        begun = time.perf_counter()
        try:
            result = call()
        except Broken as exc:
            self._failed(model, exc.code)
            raise
        self.costs.learn(model, time.perf_counter() - begun)
        return result

    def _failed(self, model: str, code: str) -> None:
        """Make the model anew at the next frame: MediaPipe does not recover from an error by itself."""
        failed = self._models.pop(model)
        if model != "expression":
            failed.close()
        self._failures[model] = self._failures.get(model, 0) + 1
        if self._failures[model] < FAILURES:
            self.states.pop(model, None)
        else:
            self.states[model] = code

    def look(self, rgb: Picture, t: float, expression: bool) -> FaceObservation:
        """What one picture shows that belongs to no video.

        Raises:
            Unavailable: "vision.no_face_model".
            Broken: "vision.face_failed".
        """
        self.load(Wanted(face=True, expression=expression))
        if "face" not in self._models:
            raise Unavailable("vision.no_face_model", "the face model is not installed")
        return self._observed(self._models["face"].find(rgb), rgb, t, expression)

    def look_at_posture(self, rgb: Picture, t: float) -> PostureObservation | None:
        """The posture in one picture; None without the model."""
        self.load(Wanted(posture=True))
        model: Postures | None = self._models.get("posture")
        return model.find(rgb, t) if model is not None else None

    def _observed(self, seen: Seen, rgb: Picture, t: float, asked: bool) -> FaceObservation:
        if seen.face is None:
            return FaceObservation(t, face=False, bystander=seen.bystander)
        expression = self._expression(rgb, seen.face) if asked else None
        return face_observation(seen.face, rgb, t, self.baseline, seen.bystander, expression)

    def _expression(self, rgb: Picture, face: Face) -> Mapping[str, float] | None:
        model: Expressions | None = self._models.get("expression")
        if model is None:
            return None
        return self._timed("expression", lambda: model.of_face(rgb, face.landmarks))
