"""What the tests of the room share: models where they are installed, and a portrait that every clone has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from appliance.runtime.model_files import ModelFiles
from appliance.vision.body_posture import BodyPosture
from appliance.vision.face_landmarks import FaceLandmarks
from tests.conftest import ROOT, model_file


@pytest.fixture(scope="session")
def posture_model() -> Path:
    """PoseLandmarker's bundle, the lite one where it is installed."""
    lite = ModelFiles(ROOT / "var" / "models").find("pose_landmarker").path
    return model_file("pose_landmarker" if lite else "pose_landmarker_full")


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
