"""The watcher: frames in, observations out, on one thread, newest frame first, as often as the box can.

A frame comes decoded, upright and scaled; all models share it, and it is forgotten when they have looked.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.errors import ApplianceError, Unavailable
from appliance.messages import Baseline, FaceObservation, PostureObservation, VideoFrame
from appliance.runtime.lifecycle import forever
from appliance.runtime.streams import Latest
from appliance.runtime.worker import Worker
from appliance.settings import Vision
from appliance.vision.body_posture import BodyPosture
from appliance.vision.face_landmarks import FaceLandmarks
from appliance.vision.frame_counts import FrameCounts
from appliance.vision.pace import Beat, Rates, ladder, step
from appliance.vision.sight import Expressions, Faces, Makers, Postures, Sight, Wanted

log = logging.getLogger(__name__)
Observation = FaceObservation | PostureObservation
CLOSE_SECONDS = 5.0
"""for the models to end (our choice)"""


class Watcher:
    """The booth's eyes.

    Args:
        settings: rates.
        face: FaceLandmarker's file, or what makes the model; None: faces are not seen.
        posture: PoseLandmarker's file, or what makes the model; None: posture is not seen.
        expression: makes the expression model, on the worker, when it is first wanted; None: never.
        on_observation: called on the event loop.
    """

    name = "watcher"

    def __init__(
        self,
        settings: Vision,
        face: Path | Callable[[], Faces] | None,
        posture: Path | Callable[[], Postures] | None,
        expression: Callable[[], Expressions] | None,
        on_observation: Callable[[Observation], None],
    ) -> None:
        self._rungs = ladder(settings)
        make_face = partial(FaceLandmarks, face) if isinstance(face, Path) else face
        make_posture = partial(BodyPosture, posture) if isinstance(posture, Path) else posture
        self._sight = Sight(Makers(make_face, make_posture, expression))
        self._on_observation = on_observation
        self._worker = Worker("watcher")
        self._latest: Latest[VideoFrame] = Latest()
        self._beat = Beat()
        self._wanted = Wanted()
        self._level = 0
        self._turn = threading.Lock()
        self._looking = False
        """a frame waits or is being looked at"""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._counts = FrameCounts()
        self._failed_count = 0

    # --- service ---

    async def start(self) -> None:
        """Begin; models are loaded meanwhile, by the worker."""
        self._loop = asyncio.get_running_loop()
        self._worker.start()
        self._worker.submit(lambda: self._sight.load(Wanted(face=True, posture=True)))

    async def run(self) -> None:
        """Answer calls until cancelled."""
        await forever()

    async def stop(self) -> None:
        """Look no more, and end the models."""
        with self._turn:
            self._wanted = Wanted()
            self._counts.forgotten += self._take_back()
        if self._loop is not None:
            with contextlib.suppress(TimeoutError, Unavailable):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._worker.run(self._sight.close)
        self._worker.stop()

    # --- frames, from any thread ---

    def frame(self, frame: VideoFrame) -> None:
        """Take a frame; never waits. A newer one replaces one that was not looked at yet."""
        with self._turn:
            self._counts.offered += 1
            wanted, rates = self._wanted, self._rungs[self._level]
            if not wanted.anything:
                self._counts.unwanted += 1
                return
            if not self._beat.is_due(frame.t, rates.face_hz if wanted.face else rates.posture_hz):
                self._counts.not_due += 1
                return
            self._latest.put(frame)
            if self._looking:
                return
            try:
                self._worker.submit(self._look_at_latest)
            except Unavailable:
                self._counts.refused += self._take_back()
                self._failed_count += 1
            else:
                self._looking = True

    def _take_back(self) -> int:
        """Frames that waited and now never will be looked at: 1 or 0."""
        return int(self._latest.take(0) is not None)

    def ready(self) -> bool:
        """Everything taken was looked at and its observations were sent; for replays faster than life."""
        return not self._looking

    async def settle(self) -> None:
        """Wait, on the loop, until everything taken was looked at and its observations were delivered.

        Raises:
            Unavailable: "runtime.worker_full".
        """
        if self._looking:
            await self._worker.run(_nothing)

    def _look_at_latest(self) -> None:
        while True:
            with self._turn:
                frame = self._latest.take(0)
                if frame is None:
                    self._looking = False
                    return
                wanted, rates = self._wanted, self._rungs[self._level]
                self._counts.looked_at = 1
            self._look_at(frame, wanted, rates)
            with self._turn:
                self._counts.looked_at = 0
                self._counts.analysed += 1
            self._level = step(self._level, self._rungs, self._sight.costs)

    def _look_at(self, frame: VideoFrame, wanted: Wanted, rates: Rates) -> None:
        try:
            for observation in self._sight.watch(frame, wanted, rates):
                self._send(observation)
        except ApplianceError as exc:
            self._failed_count += 1
            log.warning("%s: %s", exc.code, exc.message)
        except Exception as exc:
            self._failed_count += 1
            log.error("watching failed: %s", type(exc).__name__)  # its text might show what was seen

    def _send(self, observation: Observation) -> None:
        wanted = self._wanted  # consent may have been taken back while the model looked
        if not (wanted.face if isinstance(observation, FaceObservation) else wanted.posture):
            return
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._on_observation, observation)

    # --- the conductor, on the loop ---

    def watch(self, face: bool, posture: bool, expression: bool) -> None:
        """What is watched from now on; nothing at all forgets the candidate and the calibration."""
        with self._turn:
            self._wanted = Wanted(face, posture, expression)
            self._beat.forget()
            if not self._wanted.anything:
                self._counts.forgotten += self._take_back()
        if not (face or posture):
            self._quietly(self._sight.forget)

    def calibrate(self, baseline: Baseline) -> None:
        """How this candidate's eyes are seen while they look at the lens; from the next frame on."""

        def learn() -> None:
            self._sight.baseline = baseline

        self._quietly(learn)

    def _quietly(self, call: Callable[[], None]) -> None:
        with contextlib.suppress(Unavailable):
            self._worker.submit(call)

    async def look(self, rgb: NDArray[np.uint8], t: float, expression: bool = False) -> FaceObservation:
        """What one picture shows, apart from what is being watched.

        Args:
            rgb: (H, W, 3) uint8.
            t: seconds; given back in the observation.
            expression: ask the expression model too.

        Raises:
            Unavailable: "vision.no_face_model", "runtime.worker_full".
            Broken: "vision.face_failed".
        """
        return await self._worker.run(lambda: self._sight.look(rgb, t, expression))

    async def look_at_posture(self, rgb: NDArray[np.uint8], t: float) -> PostureObservation | None:
        """The posture in one picture; None where the model is missing.

        Raises:
            Unavailable: "runtime.worker_full".
            Broken: "vision.posture_failed".
        """
        return await self._worker.run(lambda: self._sight.look_at_posture(rgb, t))

    def health(self) -> dict[str, Any]:
        """Counters since the start; nothing of what was seen."""
        costs, rates = self._sight.costs, self._rungs[self._level]
        with self._turn:
            frames = self._counts.told(self._latest.skipped_count, self._latest.waiting_count)
        return {
            "models": dict(self._sight.states),
            **frames,
            "failed_count": self._failed_count,
            "face_ms": _ms(costs.face),
            "posture_ms": _ms(costs.posture),
            "expression_ms": _ms(costs.expression),
            "face_hz": rates.face_hz,
            "posture_hz": rates.posture_hz,
            "expression_hz": rates.expression_hz if self._wanted.expression else 0.0,
            "level": self._level,
        }


def _nothing() -> None:
    """Comes after everything else on the worker."""


def _ms(seconds: float) -> float | None:
    return round(seconds * 1000, 1) if seconds else None
