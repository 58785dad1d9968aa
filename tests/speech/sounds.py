"""Sound for the tests of the ears."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parent.parent / "data"
ENGINEER = "my name is alex and i am a software engineer"
TUPLE = "a list is mutable but a tuple is not"


def read_sound(path: Path) -> NDArray[np.int16]:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)])


def silence(seconds: float) -> NDArray[np.int16]:
    return np.zeros(round(seconds * 16_000), dtype=np.int16)


def noise(seconds: float, rms: float, seed: int = 1) -> NDArray[np.int16]:
    return (np.random.default_rng(seed).normal(0.0, rms, round(seconds * 16_000))).astype(np.int16)
