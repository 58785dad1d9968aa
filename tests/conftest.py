"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
def tiny_vosk() -> Path:
    """The tiny Vosk model of synthetic voices."""
    return ROOT / "tests" / "data" / "vosk-tiny"
