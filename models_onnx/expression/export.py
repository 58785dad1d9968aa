"""From a checkpoint to the committed model: calibrate on held-out faces, build the graph, quantise to int8.

    python -m models_onnx.expression.export --data ferplus_train.npz --run RUN/last.pt --out expression.onnx

Nothing here looks at the validation faces: temperature, offsets and the quantiser's ranges are chosen on the
slice of the training file that no net learned from (``faces.split``); the ranges come from learned faces.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from appliance.bench._expression_protocol import judge, measure
from models_onnx.expression import faces
from models_onnx.expression.graph import Calibration, expression_model
from models_onnx.expression.run import load_net

CALIBRATION_FACES = 512
"""Learned faces whose activations set the quantiser's ranges (our choice)."""

QUANTISED = ["Conv", "Relu", "Add", "AveragePool"]
"""Operators in int8; the evening of light, the last layer and the softmax stay in float."""

FLOAT_NODES = ["floored", "mean", "variance"]
"""Nodes of those kinds that belong to the evening of light."""

OFFSET_STEPS = tuple(round(0.1 * k, 1) for k in range(9))
"""Strengths of the offset towards rare expressions that are tried (our choice)."""

ACCURACY_COST = 0.004
"""Accuracy that may be paid on the held-out faces for recall of the rare expressions (our choice)."""


class Reader(CalibrationDataReader):  # type: ignore[misc]
    """Feeds the quantiser."""

    def __init__(self, images: NDArray[np.uint8]) -> None:
        self._batches: Iterator[NDArray[np.uint8]] = iter(np.split(images, 16))

    def get_next(self) -> dict[str, Any] | None:
        """The next batch, ``None`` at the end."""
        batch = next(self._batches, None)
        return None if batch is None else {"faces": batch}


def probabilities(model: Path | bytes, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, 8) of a model file or its bytes."""
    session = ort.InferenceSession(model if isinstance(model, bytes) else str(model))
    parts = [session.run(None, {"faces": images[i : i + 64]})[0] for i in range(0, len(images), 64)]
    return np.concatenate(parts)


def softmax(logits: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Rows that sum to 1."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def best_temperature(logits: NDArray[Any], winner: NDArray[Any]) -> float:
    """The temperature with the least negative log likelihood of the majorities."""

    def cost(t: float) -> float:
        p = softmax(logits / t)[np.arange(len(winner)), winner]
        return float(-np.log(p.clip(1e-9)).mean())

    return float(min(np.geomspace(0.3, 3.0, 231), key=cost))


def calibrated(logits: NDArray[Any], votes: NDArray[Any], rarity: NDArray[Any]) -> Calibration:
    """Of the offsets within ACCURACY_COST of the best accuracy that with most macro-recall, then the temperature."""
    tried = {step: measure(softmax(logits + step * rarity), votes) for step in OFFSET_STEPS}
    floor = max(figures.accuracy for figures in tried.values()) - ACCURACY_COST
    good = [step for step in OFFSET_STEPS if tried[step].accuracy >= floor]
    best = max(good, key=lambda step: tried[step].macro_recall)
    moved = logits + best * rarity
    temperature = best_temperature(moved, judge(votes).winner)
    return Calibration(temperature, tuple(float(v) for v in best * rarity / temperature))


def quantise(source: Path, target: Path, images: NDArray[np.uint8], method: CalibrationMethod) -> None:
    """Static int8: weights per channel and symmetric, activations uint8 and asymmetric."""
    model = onnx.load(source)
    quantised = [n.name for n in model.graph.node if n.op_type in QUANTISED and n.name not in FLOAT_NODES]
    quantize_static(
        str(source), str(target), Reader(images), quant_format=QuantFormat.QDQ, per_channel=True,
        weight_type=QuantType.QInt8, activation_type=QuantType.QUInt8, calibrate_method=method,
        nodes_to_quantize=quantised, op_types_to_quantize=QUANTISED,
    )  # fmt: skip


def rarity_of(learned: faces.Faces) -> NDArray[np.float64]:
    """Log of how much rarer than RARE_BELOW each expression is; 0 for the common ones."""
    count = np.bincount(judge(learned.votes).winner, minlength=8)
    return np.asarray(np.log(np.maximum(1.0, faces.RARE_BELOW / count)))


def main() -> None:
    """Write ``--out`` (int8) and beside it the fp32 model, and print what the held-out faces say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--run", type=Path, required=True, action="append", help="several: mean of their weights"
    )
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    learned, held = faces.split(faces.load(args.data))
    net = load_net(*args.run)
    raw = probabilities(expression_model(net, Calibration()).SerializeToString(), held.images)
    calibration = calibrated(np.log(raw.clip(1e-9)), held.votes, rarity_of(learned))
    fp32 = args.out.with_suffix(".fp32.onnx")
    onnx.save(expression_model(net, calibration), fp32)
    chosen = np.random.default_rng(0).choice(len(learned.images), CALIBRATION_FACES, replace=False)
    report: dict[str, Any] = {"calibration": asdict(calibration)}
    wanted = probabilities(fp32, held.images)
    report["fp32"] = vars(measure(wanted, held.votes))
    best = -1.0
    for method in (CalibrationMethod.MinMax, CalibrationMethod.Percentile, CalibrationMethod.Entropy):
        trial = args.out.with_suffix(f".{method.name}.onnx")
        quantise(fp32, trial, learned.images[chosen], method)
        got = probabilities(trial, held.images)
        agreement = float(1 - np.abs(got - wanted).sum(axis=1).mean() / 2)
        report[method.name] = {
            **vars(measure(got, held.votes)),
            "agreement": agreement,
            "bytes": trial.stat().st_size,
        }
        if agreement > best:
            best = agreement
            args.out.write_bytes(trial.read_bytes())
        trial.unlink()
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
