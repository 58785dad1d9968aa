"""What the tests of the room share: models where they are installed, and a portrait that every clone has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from appliance.errors import Unavailable
from appliance.runtime.model_files import ModelFiles
from appliance.settings import load
from appliance.vision.body_posture import BodyPosture
from appliance.vision.face_landmarks import FaceLandmarks


def model(name: str) -> Path:
    """A model's file; the test is skipped where it is not installed."""
    try:
        return ModelFiles(load(environ={}).models_dir).path(name)
    except Unavailable as exc:
        pytest.skip(exc.message)


@pytest.fixture(scope="session")
def face_model() -> Path:
    """FaceLandmarker's bundle."""
    return model("face_landmarker")


@pytest.fixture(scope="session")
def posture_model() -> Path:
    """PoseLandmarker's bundle, the lite one where it is installed."""
    try:
        return ModelFiles(load(environ={}).models_dir).path("pose_landmarker")
    except Unavailable:
        return model("pose_landmarker_full")


@pytest.fixture(scope="module")
def landmarks(face_model: Path) -> Iterator[FaceLandmarks]:
    """The loaded face model."""
    loaded = FaceLandmarks(face_model)
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def body(posture_model: Path) -> Iterator[BodyPosture]:
    """The loaded posture model."""
    loaded = BodyPosture(posture_model)
    yield loaded
    loaded.close()


@pytest.fixture(scope="session")
def portrait() -> NDArray[np.uint8]:
    """A public-domain portrait: head and shoulders, one face; (512, 512, 3)."""
    return np.asarray(data.astronaut(), dtype=np.uint8)
