"""One training under way: the net, its averaged weights and optimizer, and the checkpoint that holds them all."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models_onnx.expression.net import ExpressionNet

Rows = np.ndarray[Any, Any]

MOMENTUM, WEIGHT_DECAY = 0.9, 5e-4
"""Our choice."""
AVERAGE = 0.999
"""Share of the weight average that stays at each step; less at first, to forget the random start (our choice)."""


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


@torch.no_grad()
def average_step(run: Run) -> None:
    """Move the weight average towards the net; the running statistics of the norms follow too."""
    stay = min(AVERAGE, run.steps / (run.steps + 10))
    ours, theirs = run.average.state_dict(), run.net.state_dict()
    floating = [name for name, value in ours.items() if value.is_floating_point()]
    torch._foreach_lerp_([ours[n] for n in floating], [theirs[n] for n in floating], 1 - stay)
