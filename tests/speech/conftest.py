"""Sound and engines for the tests of the ears."""

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
def engineer() -> NDArray[np.int16]:
    return read_sound(DATA / "spoken" / "engineer.flac")


@pytest.fixture(scope="session")
def tuple_sentence() -> NDArray[np.int16]:
    return read_sound(DATA / "spoken" / "tuple.flac")
