"""Where the measurements of the judging find the sentence encoder."""

from __future__ import annotations

import argparse
from pathlib import Path

from appliance.coach.embedder import MODEL_FILE, TOKENIZER_FILE, Embedder
from appliance.settings import load


def add_models_argument(parser: argparse.ArgumentParser) -> None:
    """``--models``: the folder of the encoder."""
    parser.add_argument("--models", type=Path, default=load().models_dir / "minilm", help="folder of MiniLM")


def load_embedder(folder: Path, threads: int = 1) -> Embedder:
    """The encoder of that folder.

    Raises:
        Unavailable: it is not installed (``scripts/setup`` builds it).
    """
    return Embedder(folder / MODEL_FILE, folder / TOKENIZER_FILE, threads)
