"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.runtime.model_files import ModelFiles

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("OMP_NUM_THREADS", "1")
for name in [name for name in os.environ if name.startswith("KABIL_") and "__" in name]:
    del os.environ[name]  # a developer's own settings do not reach the tests


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of measuring data and model mirrors beside the checkout; tests that need it are skipped without."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is not here")
    return folder


@pytest.fixture(scope="session")
def face_model() -> Path:
    """The face model; tests that need it are skipped where it is neither installed nor in a mirror."""
    found = ModelFiles(ROOT / "var" / "models").find("face_landmarker")
    if found.path is None or found.state != "installed":
        pytest.skip("the face model is not installed (kabil models fetch)")
    return found.path


@pytest.fixture(scope="session")
def tiny_vosk() -> Path:
    """The tiny Vosk model of synthetic voices."""
    return ROOT / "tests" / "data" / "vosk-tiny"
