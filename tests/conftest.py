"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.bench._minilm import load_embedder
from appliance.coach.embedder import Embedder
from appliance.errors import Unavailable
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


def model_file(name: str) -> Path:
    """A model's file; the test is skipped where there is none, and fails where it is not the file it should be."""
    files = ModelFiles(ROOT / "var" / "models")
    if files.find(name).state == "missing":
        pytest.skip(f"{name} is not installed (kabil models fetch)")
    return files.path(name)


@pytest.fixture(scope="session")
def face_model() -> Path:
    """FaceLandmarker's bundle."""
    return model_file("face_landmarker")


@pytest.fixture(scope="session")
def minilm() -> Embedder:
    """The real encoder, where set-up has built it."""
    try:
        return load_embedder(ROOT / "var" / "models" / "minilm")
    except Unavailable as missing:
        pytest.skip(f"MiniLM is not built here: {missing.message}")


@pytest.fixture(scope="session")
def tiny_vosk() -> Path:
    """The tiny Vosk model of synthetic voices."""
    return ROOT / "tests" / "data" / "vosk-tiny"
