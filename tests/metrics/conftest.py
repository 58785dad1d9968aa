"""The tiny model and two spoken sentences."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.speech.vosk_transcriber import VoskTranscriber, load_vosk
from tests.speech.sounds import DATA, read_sound


@pytest.fixture(scope="session")
def vosk_tiny() -> VoskTranscriber:
    return load_vosk(DATA / "vosk-tiny")


@pytest.fixture(scope="session")
def sentences() -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Ten words and nine words, without silence around them."""
    spoken = []
    for name in ("engineer", "tuple"):
        sound = read_sound(DATA / "spoken" / f"{name}.flac")
        loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > 200)
        spoken.append(sound[loud[0] : loud[-1] + 1])
    return spoken[0], spoken[1]
