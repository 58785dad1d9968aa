"""What a training learns from: faces with their vote shares, and what earlier nets say of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from appliance.vision.expression import EXPRESSIONS
from models_onnx.expression.run import Rows, load_net

TEACHER_SHARE = 0.6
"""Weight of the teachers' word in a target; the rest is the annotators' (our choice)."""
MIXED_SHARE = 0.5
"""Share of the batches of a taught net in which each face is mixed with another one (our choice)."""


@dataclass(frozen=True)
class Lesson:
    """The learned faces, their targets, and how often each is drawn."""

    images: Tensor
    """(N, 48, 48) uint8, grey"""
    targets: Tensor
    """(N, 8) float32, shares of the votes; rows sum to 1"""
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


def teachers_of(paths: list[Path], offsets: list[list[float]]) -> Teachers:
    """The nets of these checkpoints, compiled; offsets (8 numbers) of the first ones, 0 for the others."""
    silent = [[0.0] * len(EXPRESSIONS)] * (len(paths) - len(offsets))
    nets = [torch.compile(load_net(path), dynamic=False) for path in paths]
    return Teachers(nets, torch.tensor([*offsets, *silent]).view(-1, len(EXPRESSIONS)))
