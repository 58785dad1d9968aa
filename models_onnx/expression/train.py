"""Train an expression net on FER+ vote shares, perhaps taught by earlier nets; resumes after any epoch.

python -m models_onnx.expression.train --data ferplus_train.npz --out RUN [--teacher RUN/last.pt]...
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from appliance.bench._expression_protocol import measure
from appliance.vision.expression import EXPRESSIONS
from models_onnx.expression import faces
from models_onnx.expression.augment import augmented
from models_onnx.expression.net import STUDENT_WIDTHS, ExpressionNet, scaled

Rows = np.ndarray[Any, Any]

# The recipe; all numbers are our choice.
BATCH = 64
MOMENTUM, WEIGHT_DECAY = 0.9, 5e-4
WARM_UP_STEPS = 150
AVERAGE = 0.999
"""Share of the weight average that stays at each step; less at first, so that it forgets the random start."""
SKIPPED_SHARE = 0.5
"""Share of the easy faces that an epoch leaves out; the others of them count for those too."""
FULL_EPOCHS_SHARE = 0.15
"""Share of the training, at its end, that leaves nothing out."""
JUDGED_EVERY = 4
"""Epochs between two looks at the held-out faces."""
TEACHER_SHARE = 0.6
"""Weight of the teachers' word in a target; the rest is the annotators'."""
MIXED_SHARE = 0.5
"""Share of the batches of a taught net in which each face is mixed with another one."""


@dataclass
class Run:
    """One training under way: all that a checkpoint must hold."""

    net: ExpressionNet
    average: ExpressionNet
    optimizer: torch.optim.SGD
    shape: dict[str, Any]
    """Arguments of ExpressionNet."""
    epoch: int = 0
    """Epochs finished."""
    steps: int = 0
    """Batches learned."""
    lost: Rows | None = None
    """(N,) loss of each face when it was seen last; infinite before"""

    def save(self, path: Path) -> None:
        """Write the checkpoint whole or not at all."""
        state = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "shape": self.shape,
            "epoch": self.epoch,
            "steps": self.steps,
            "lost": torch.as_tensor(self.lost),
        }
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def restore(self, path: Path, *, weights_only: bool) -> None:
        """Go on where a checkpoint ended, or only take over its averaged weights and losses."""
        state = torch.load(path, weights_only=True)
        self.average.load_state_dict(state["average"])
        self.lost = state["lost"].numpy()
        if weights_only:
            self.net.load_state_dict(state["average"])
            return
        self.net.load_state_dict(state["net"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.steps = state["epoch"], state["steps"]


def new_run(shape: dict[str, Any]) -> Run:
    """A fresh net with its optimizer; norms and biases do not decay."""
    net = ExpressionNet(**shape).to(memory_format=torch.channels_last)
    plain = [p for p in net.parameters() if p.ndim < 2]
    matrices = [p for p in net.parameters() if p.ndim >= 2]
    groups = [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, 0.1, MOMENTUM, nesterov=True)
    return Run(net, copy.deepcopy(net).eval().requires_grad_(False), optimizer, shape)


def load_net(*paths: Path) -> ExpressionNet:
    """The averaged net of a checkpoint, ready to judge; of several with one ancestor, their mean weights."""
    states = [torch.load(path, weights_only=True) for path in paths]
    net = ExpressionNet(**states[0]["shape"])
    parts = [state["average"] for state in states]
    mean = {name: torch.stack([part[name].float() for part in parts]).mean(0) for name in parts[0]}
    net.load_state_dict(mean)
    return net.eval().requires_grad_(False).to(memory_format=torch.channels_last)


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


@dataclass(frozen=True)
class Lesson:
    """What a training learns from."""

    images: Tensor
    targets: Tensor
    weights: np.ndarray[Any, Any]
    """(N,) how often each face is drawn, relatively"""

    def rows(self, lost: Rows, generator: np.random.Generator, skipped: float) -> tuple[Rows, Rows]:
        """Rows of one epoch in random order, and how much each counts: rare expressions come more often, of the
        easy faces (loss below the mean) a share is skipped and the others count for them.

        Source: Qin et al. 2024, "InfoBatch" (unbiased pruning).
        """
        share = self.weights / self.weights.mean()
        copies = np.floor(share + generator.random(len(share))).astype(int)
        easy = lost < lost.mean()
        copies[easy & (generator.random(len(share)) < skipped)] = 0
        rows = generator.permutation(np.repeat(np.arange(len(share)), copies))
        return rows, np.where(easy, 1 / (1 - skipped), 1.0).astype(np.float32)[rows]


@dataclass(frozen=True)
class Teachers:
    """Earlier nets that say what they see in the very pictures the pupil sees, changed and mixed as they are.

    Source: Beyer et al. 2022, "Knowledge distillation: A good teacher is patient and consistent".
    """

    nets: list[Any]
    offsets: Tensor
    """(teachers, 8) added to the logits of each: where it was drawn other shares of the expressions than the pupil."""

    @torch.no_grad()
    def __call__(self, x: Tensor, targets: Tensor) -> Tensor:
        """(N, 8) the annotators' word and the teachers' mean, weighed; without teachers the annotators' alone."""
        if not self.nets:
            return targets
        with torch.autocast("cpu", torch.bfloat16):
            logits = torch.stack([net(x).float() for net in self.nets])
        said = (logits + self.offsets.unsqueeze(1)).softmax(2).mean(0)
        return torch.lerp(targets, said, TEACHER_SHARE)

    def mixed(self, x: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, bool]:
        """Perhaps each face laid over another one, at a random share; only teachers know what such a face shows."""
        if not self.nets or torch.rand(()) >= MIXED_SHARE:
            return x, targets, False
        share, other = float(torch.rand(())), torch.randperm(len(x))
        return torch.lerp(x, x[other], share), torch.lerp(targets, targets[other], share), True


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


@torch.no_grad()
def average_step(run: Run) -> None:
    """Move the weight average towards the net; the running statistics of the norms follow too."""
    stay = min(AVERAGE, run.steps / (run.steps + 10))
    ours, theirs = run.average.state_dict(), run.net.state_dict()
    floating = [name for name, value in ours.items() if value.is_floating_point()]
    torch._foreach_lerp_([ours[n] for n in floating], [theirs[n] for n in floating], 1 - stay)


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


def teachers_of(args: argparse.Namespace) -> Teachers:
    """The teachers that were named, each with its offsets."""
    silent = [[0.0] * len(EXPRESSIONS)] * (len(args.teacher) - len(args.teacher_offsets))
    nets = [torch.compile(load_net(path), dynamic=False) for path in args.teacher]
    return Teachers(nets, torch.tensor([*args.teacher_offsets, *silent]).view(-1, len(EXPRESSIONS)))


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
    teachers = teachers_of(args)
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
