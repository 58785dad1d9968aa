"""Train an expression net on FER+ vote shares, perhaps taught by earlier nets; resumes after any epoch.

python -m models_onnx.expression.train --data ferplus_train.npz --out RUN [--teacher RUN/last.pt]...
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from appliance.bench._expression_protocol import measure
from models_onnx.expression import faces
from models_onnx.expression.augment import augmented
from models_onnx.expression.lesson import Lesson, Teachers, teachers_of
from models_onnx.expression.net import STUDENT_WIDTHS, scaled
from models_onnx.expression.run import Rows, Run, average_step, new_run

# The recipe; all numbers are our choice.
BATCH = 64
WARM_UP_STEPS = 150
SKIPPED_SHARE = 0.5
"""Share of the easy faces that an epoch leaves out; the others of them count for those too."""
FULL_EPOCHS_SHARE = 0.15
"""Share of the training, at its end, that leaves nothing out."""
JUDGED_EVERY = 4
"""Epochs between two looks at the held-out faces."""


def rate_at(top: float, progress: float, step: int, cooldown: float) -> float:
    """Learning rate: up, flat, and straight down to 0 over the last ``cooldown`` share of the training."""
    return top * min(1.0, (step + 1) / WARM_UP_STEPS, (1 - progress) / cooldown)


def both_ways(net: nn.Module, x: Tensor) -> Tensor:
    """Probabilities, averaged over the picture and its mirror."""
    return (net(x).float().softmax(1) + net(x.flip(3)).float().softmax(1)) / 2


@torch.no_grad()
def judged(net: nn.Module, images: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """(N, 8) probabilities of untouched pictures."""
    with torch.autocast("cpu", torch.bfloat16):
        parts = [both_ways(net, scaled(part)) for part in torch.tensor(images).split(256)]
    return torch.cat(parts).numpy()


def losses_of(
    net: nn.Module, teachers: Teachers, lesson: Lesson, rows: Rows, side: int
) -> tuple[Tensor, bool]:
    """(N,) cross-entropy of what the net says of changed pictures, and whether they were mixed."""
    with torch.no_grad():
        x, targets, mixed = teachers.mixed(augmented(scaled(lesson.images[rows])), lesson.targets[rows])
        x = x.contiguous(memory_format=torch.channels_last)
        targets = teachers(x, targets)
        if side != x.shape[-1]:
            x = functional.interpolate(x, size=(side, side), mode="bilinear", antialias=True)
            x = x.contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        logits = net(x)
    return functional.cross_entropy(logits.float(), targets, reduction="none"), mixed


def train_epoch(
    run: Run, forward: nn.Module, teachers: Teachers, lesson: Lesson, args: argparse.Namespace
) -> float:
    """One pass over the faces; returns the mean of their last losses."""
    side = args.small_side if run.epoch < args.small_epochs else lesson.images.shape[-1]
    skipped = SKIPPED_SHARE if run.epoch < args.epochs * (1 - FULL_EPOCHS_SHARE) else 0.0
    lost = np.full(len(lesson.images), np.inf) if run.lost is None else run.lost
    rows, counts = lesson.rows(lost, np.random.default_rng([torch.initial_seed(), run.epoch]), skipped)
    run.net.train()
    for start in range(0, len(rows) - BATCH + 1, BATCH):
        batch, count = rows[start : start + BATCH], torch.tensor(counts[start : start + BATCH])
        for group in run.optimizer.param_groups:
            progress = (run.epoch + start / len(rows)) / args.epochs
            group["lr"] = rate_at(args.top_rate, progress, run.steps, args.cooldown)
        losses, mixed = losses_of(forward, teachers, lesson, batch, side)
        run.optimizer.zero_grad()
        (losses * count).mean().backward()
        run.optimizer.step()
        run.steps += 1
        average_step(run)
        if not mixed:
            lost[batch] = losses.detach().numpy()
    run.epoch, run.lost = run.epoch + 1, lost
    return float(lost[np.isfinite(lost)].mean())


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=90)
    parser.add_argument("--small-epochs", type=int, default=14, help="first epochs, on smaller pictures")
    parser.add_argument("--small-side", type=int, default=32, help="side of those pictures")
    parser.add_argument("--top-rate", type=float, default=0.05, help="the highest learning rate")
    parser.add_argument("--cooldown", type=float, default=0.7, help="share of the training with falling rate")
    parser.add_argument("--widths", type=int, nargs=4, default=STUDENT_WIDTHS)
    parser.add_argument("--grid", type=int, default=3)
    parser.add_argument("--coarse", action="store_true", help="a stem that halves the picture at once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start-from", type=Path, help="a checkpoint whose averaged weights to begin with")
    parser.add_argument("--teacher", type=Path, action="append", default=[])
    parser.add_argument(
        "--teacher-offsets",
        type=float,
        nargs=8,
        action="append",
        default=[],
        help="added to the logits of the first teacher, given again of the second, ...; 0 for the others",
    )
    return parser.parse_args()


def main() -> None:
    """Train until the last epoch, with a checkpoint and a line in the log after each."""
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    run = new_run({"widths": tuple(args.widths), "grid": args.grid, "coarse": args.coarse})
    last = args.out / "last.pt"
    if last.exists():
        run.restore(last, weights_only=False)
    elif args.start_from:
        run.restore(args.start_from, weights_only=True)
    learn, held = faces.split(faces.load(args.data))
    lesson = Lesson(
        torch.tensor(learn.images), torch.tensor(faces.targets(learn)), faces.sampling_weights(learn)
    )
    teachers = teachers_of(args.teacher, args.teacher_offsets)
    forward: Any = torch.compile(run.net, dynamic=False)
    while run.epoch < args.epochs:
        begun = time.monotonic()
        loss = train_epoch(run, forward, teachers, lesson, args)
        run.save(last)
        line = {"epoch": run.epoch, "loss": loss, "seconds": time.monotonic() - begun}
        if run.epoch % JUDGED_EVERY == 0 or run.epoch == args.epochs:
            line |= vars(measure(judged(run.average, held.images), held.votes))
        with (args.out / "log.jsonl").open("a") as log:
            log.write(json.dumps({k: round(v, 4) for k, v in line.items()}) + "\n")


if __name__ == "__main__":
    main()
