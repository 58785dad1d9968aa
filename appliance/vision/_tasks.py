"""MediaPipe's parts that both wrappers use, and its errors translated."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from appliance.errors import Broken, Unavailable

R = TypeVar("R")


def as_image(rgb: NDArray[np.uint8]) -> Any:
    """A frame as MediaPipe wants it."""
    from mediapipe.tasks.python.vision.core.image import Image, ImageFormat

    return Image(image_format=ImageFormat.SRGB, data=np.ascontiguousarray(rgb))


def load(path: Path, make: Callable[[bytes], R]) -> R:
    """Make a model of a file.

    Raises:
        Unavailable: "vision.model_missing".
        Broken: "vision.model_unreadable".
    """
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise Unavailable("vision.model_missing", f"{path.name} is not installed") from exc
    try:
        return make(content)
    except (RuntimeError, ValueError, KeyError, OSError) as exc:
        raise Broken("vision.model_unreadable", f"{path.name} is not a model that can be used") from exc


def close(*models: Any) -> None:
    """End models (None is passed over): one that is still open when the interpreter ends may hang it."""
    for model in models:
        if model is not None:
            with contextlib.suppress(RuntimeError, ValueError):
                model.close()


class VideoClock:
    """Times for MediaPipe's tracking: whole milliseconds that only go forward, whatever the capture clock does."""

    LONGEST_MS = 1000
    """a longer pause, or a jump back, counts as this (our choice)"""

    def __init__(self) -> None:
        self._t: float | None = None
        self._ms = 0

    def at(self, t: float) -> int:
        """The time of a frame.

        Args:
            t: seconds on the capture clock.
        """
        passed = self.LONGEST_MS if self._t is None or t < self._t else round((t - self._t) * 1000)
        self._ms += min(max(passed, 1), self.LONGEST_MS)
        self._t = t
        return self._ms
