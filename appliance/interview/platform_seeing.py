"""The eyes of the platform's endpoints: single pictures, and streams of them with a record every 2 s."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from appliance.messages import FaceObservation, PostureObservation
from appliance.metrics import window
from appliance.vision.watcher import Watcher

WINDOW_SECONDS = 2.0
"""the platform's own"""
POSTURE_SECONDS = 1.0
MAX_OBSERVATIONS = 256
"""more than the eyes can make in a window"""

Record = Mapping[str, object]
Picture = NDArray[np.uint8]


async def record_of(watcher: Watcher, picture: Picture, *, expression: bool) -> Record:
    """One record of one picture (``/expression``); without that field where the site offers none.

    Shapes:
        picture: (H, W, 3) uint8, RGB.

    Raises:
        Unavailable: "vision.no_face_model".
    """
    face = await watcher.look(picture, 0.0, expression)
    posture = await watcher.look_at_posture(picture, 0.0)
    return {"t": 0.0, **window.record([face], [posture] if posture else [], None, expression=expression)}


class PictureStream:
    """One client's pictures; lives on the loop, keeps numbers of one window only.

    Args:
        watcher: looks at them.
        expression: ask the expression model too; None: the site offers none, and no record has the field.
        on_observation: told of everything seen.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        watcher: Watcher,
        expression: bool | None,
        on_observation: Callable[[FaceObservation | PostureObservation], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._watcher, self._expression, self._tell = watcher, expression, on_observation
        self._clock = clock
        self._began = clock()
        self._posture_at = -np.inf
        self._faces: deque[FaceObservation] = deque(maxlen=MAX_OBSERVATIONS)
        self._postures: deque[PostureObservation] = deque(maxlen=MAX_OBSERVATIONS)

    async def look(self, picture: Picture) -> None:
        """Take a picture. Raises ``Unavailable("vision.no_face_model")``."""
        now = self._clock()
        face = await self._watcher.look(picture, now, bool(self._expression))
        self._faces.append(face)
        self._tell(face)
        if now - self._posture_at >= POSTURE_SECONDS:
            self._posture_at = now
            posture = await self._watcher.look_at_posture(picture, now)
            if posture is not None:
                self._postures.append(posture)
                self._tell(posture)

    def record(self) -> Record:
        """The record of what was seen since the last one; ``t`` in seconds since the stream began."""
        offered = self._expression is not None
        found = window.record(list(self._faces), list(self._postures), None, expression=offered)
        self._faces.clear()
        self._postures.clear()
        return {"t": round(self._clock() - self._began, 3), **found}
