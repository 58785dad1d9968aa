"""``scripts/bench expression``: the expression model against annotated faces (FER+ majority protocol)."""

from __future__ import annotations

import argparse
import itertools
import json
import time
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.bench._expression_protocol import judge, measure, recalls
from appliance.errors import ApplianceError, Invalid
from appliance.vision.expression import CROP_PX, EXPRESSIONS, ExpressionClassifier

MODEL = Path(__file__).parents[2] / "models_onnx" / "expression" / "expression.onnx"

TIMED_COUNT, WARM_COUNT = 200, 20
"""Single faces timed, after some that are not (our choice)."""

BATCH = 32

BRIGHTNESS_BOUNDS = (80.0, 110.0, 140.0, 170.0)
"""Mean grey of the middle of the face where one group ends and the next begins (our choice)."""

FACE_PART = slice(10, 38)
"""Rows and columns that are face in nearly every picture (our choice)."""


@dataclass(frozen=True)
class Annotated:
    """Faces with their votes."""

    images: NDArray[np.uint8]
    """(N, 48, 48)"""
    votes: NDArray[np.integer[Any]]
    """(N, 10)"""
    kept: NDArray[np.bool_]
    """(N,) not a copy of a training picture"""


def load(path: Path) -> Annotated:
    """Read a file like FER+'s ``ferplus_valid.npz``.

    Raises:
        Invalid: "bench.expression_data" when it is not one.
    """
    try:
        with np.load(path) as data:
            images, votes = data["images"], data["votes"]
            in_train = data["in_train"] if "in_train" in data.files else np.zeros(len(images), dtype=bool)
    except (OSError, EOFError, KeyError, ValueError, AttributeError, zipfile.BadZipFile) as exc:
        raise Invalid(
            "bench.expression_data", f"{path.name} is no .npz with images and votes: {exc}"
        ) from exc
    if (
        images.shape[1:] != (CROP_PX, CROP_PX)
        or votes.shape != (len(images), 10)
        or len(in_train) != len(images)
    ):
        raise Invalid("bench.expression_data", f"{path.name} must hold images (N, 48, 48) and votes (N, 10)")
    if not (judge(votes).counted & ~in_train.astype(bool)).any():
        raise Invalid("bench.expression_data", f"{path.name} has no picture that counts by the protocol")
    return Annotated(images.astype(np.uint8), votes, ~in_train.astype(bool))


def predict(model: ExpressionClassifier, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, 8) probabilities."""
    parts = [model.probabilities(images[i : i + BATCH]) for i in range(0, len(images), BATCH)]
    return np.concatenate(parts)


def ms_per_face(model: ExpressionClassifier, images: NDArray[np.uint8]) -> float:
    """Median milliseconds of the processor for one face on one thread; other load does not count."""
    spent = []
    for number in range(WARM_COUNT + TIMED_COUNT):
        face = images[number % len(images)][None]
        begun = time.thread_time()
        model.probabilities(face)
        spent.append(time.thread_time() - begun)
    return float(np.median(spent[WARM_COUNT:]) * 1000)


def brightness_groups(probabilities: NDArray[np.float32], faces: Annotated) -> list[tuple[str, int, float]]:
    """Accuracy by brightness of the face: (mean grey from-to, count, accuracy), dark to bright."""
    judged = judge(faces.votes)
    use = judged.counted & faces.kept
    grey = faces.images[use][:, FACE_PART, FACE_PART].mean(axis=(1, 2))
    right = probabilities[use].argmax(axis=1) == judged.winner[use]
    edges = (0.0, *BRIGHTNESS_BOUNDS, 256.0)
    found = []
    for low, high in itertools.pairwise(edges):
        inside = (grey >= low) & (grey < high)
        if inside.any():
            found.append((f"{low:.0f}-{high:.0f}", int(inside.sum()), float(right[inside].mean())))
    return found


def strict_majority(probabilities: NDArray[np.float32], faces: Annotated) -> tuple[int, float | None]:
    """Pictures with a strict majority, as the data set's own code counts them: how many, and the accuracy.

    Shapes:
        probabilities: (N, 8) float32, rows sum to 1.

    Returns:
        Pictures; share of them judged rightly, 0..1, ``None`` where there is none.
    """
    judged = judge(faces.votes)
    use = judged.strict & faces.kept
    right = probabilities[use].argmax(axis=1) == judged.winner[use]
    return int(use.sum()), float(right.mean()) if use.any() else None


def bench(path: Path, faces: Annotated) -> tuple[dict[str, float], NDArray[np.float32]]:
    """The issue's figures of one model, and its probabilities."""
    model = ExpressionClassifier(path)
    probabilities = predict(model, faces.images)
    figures: dict[str, float] = asdict(measure(probabilities, faces.votes, faces.kept))
    figures |= {"ms_per_face": ms_per_face(model, faces.images), "bytes": path.stat().st_size}
    return figures, probabilities


def describe(
    name: str, figures: dict[str, float], probabilities: NDArray[np.float32], faces: Annotated
) -> None:
    """Print the figures of one model for people: all of it, each expression, each brightness."""
    print(f"{name}: " + "  ".join(f"{k} {v:.4g}" for k, v in figures.items()))
    use = judge(faces.votes).counted & faces.kept
    found = recalls(probabilities[use], judge(faces.votes).winner[use])
    print(
        "  recall: "
        + "  ".join(
            f"{e} {'-' if r is None else f'{r:.3f}'}" for e, r in zip(EXPRESSIONS, found, strict=True)
        )
    )
    count, accuracy = strict_majority(probabilities, faces)
    print(f"  strict majorities: n={count} accuracy {'-' if accuracy is None else f'{accuracy:.4g}'}")
    groups = brightness_groups(probabilities, faces)
    print("  brightness: " + "  ".join(f"{g} {a:.3f} (n={n})" for g, n, a in groups))
    print(f"  weakest brightness: {min(groups, key=lambda g: g[2])[0]}")


def main(argv: list[str]) -> int:
    """Measure and print; returns the exit code (2: bad arguments or data, with one line that says why)."""
    parser = argparse.ArgumentParser(prog="bench expression", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="FILE.npz with images, votes, in_train")
    parser.add_argument(
        "--model", type=Path, default=MODEL, help="the int8 model (default: the committed one)"
    )
    parser.add_argument("--fp32", type=Path, help="the float model, to compare")
    parser.add_argument("--json", action="store_true", help="print JSON only")
    args = parser.parse_args(argv)
    try:
        faces = load(args.data)
        results = {
            name: bench(path, faces) for name, path in (("int8", args.model), ("fp32", args.fp32)) if path
        }
    except ApplianceError as error:
        parser.exit(2, f"bench expression: {error.message}\n")
    if args.json:
        print(json.dumps({"int8": results["int8"][0], "fp32": results["fp32"][0] if args.fp32 else None}))
        return 0
    for name, (figures, probabilities) in results.items():
        describe(name, figures, probabilities, faces)
    return 0
