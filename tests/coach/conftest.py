"""What the tests of the coach share."""

from __future__ import annotations

import pytest

from appliance.bench._minilm import load_embedder
from appliance.coach.embedder import Embedder
from appliance.errors import Unavailable
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def minilm() -> Embedder:
    """The real encoder, where set-up has built it."""
    try:
        return load_embedder(ROOT / "var" / "models" / "minilm")
    except Unavailable as missing:
        pytest.skip(f"MiniLM is not built here: {missing.message}")
