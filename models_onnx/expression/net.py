"""The expression net: a small residual convolution net on 48x48 grey faces."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from appliance.vision.expression import EXPRESSIONS

STUDENT_WIDTHS = (24, 48, 96, 120)
"""Channels of the stem and the three stages; 0.89 M weights, so that int8 stays below 1.0 MB (our choice)."""

MIN_VARIANCE = 1e-3
"""Added to the variance of a face (range about -1..1), so that an empty crop is not blown up (our choice)."""

DROPOUT = 0.1
"""Share of pooled features dropped in training (our choice)."""


def conv_norm(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Sequential:
    """A convolution without bias and its batch normalisation."""
    conv = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs))


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut (He et al. 2015), which is pooled where the block halves."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.first = conv_norm(inputs, outputs, 3, stride)
        self.second = conv_norm(outputs, outputs, 3)
        pool = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()
        same = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if same else nn.Sequential(pool, conv_norm(inputs, outputs, 1))

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, inputs, H, W) -> (N, outputs, H/stride, W/stride)."""
        return functional.relu(self.second(functional.relu(self.first(x))) + self.shortcut(x))


class ExpressionNet(nn.Module):
    """48x48 grey in about -1..1 -> eight logits. Stages at 24x24, 12x12 and 6x6, two blocks each.

    Args:
        widths: channels of the stem and of the three stages.
        grid: side of the pooled grid before the last layer (1: plain global pooling).
        coarse: the stem halves the picture at once, instead of looking at all 48x48 pixels with a block of its own.
    """

    def __init__(
        self, widths: tuple[int, int, int, int] = STUDENT_WIDTHS, grid: int = 3, *, coarse: bool = False
    ) -> None:
        super().__init__()
        stem, a, b, c = widths
        self.stem = nn.Sequential(conv_norm(1, stem, 5, 2) if coarse else conv_norm(1, stem, 3), nn.ReLU())
        first = [Block(stem, a)] if coarse else [Block(stem, stem), Block(stem, a, 2)]
        self.body = nn.Sequential(
            *first, Block(a, a), Block(a, b, 2), Block(b, b), Block(b, c, 2), Block(c, c)
        )
        self.pool = nn.AdaptiveAvgPool2d(grid)
        self.drop = nn.Dropout(DROPOUT)
        self.head = nn.Linear(c * grid * grid, len(EXPRESSIONS))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        for module in self.modules():
            if isinstance(module, Block):
                nn.init.zeros_(module.second[1].weight)

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 1, 48, 48) float -> (N, 8) logits; smaller pictures do too (training starts with them)."""
        features = self.pool(self.body(self.stem(evenly_lit(x)))).flatten(1)
        return self.head(self.drop(features))


def evenly_lit(x: Tensor) -> Tensor:
    """Mean 0 and deviation 1 over each face, so that neither its brightness nor the exposure matters."""
    x = x - x.mean(dim=(2, 3), keepdim=True)
    return x * torch.rsqrt((x * x).mean(dim=(2, 3), keepdim=True) + MIN_VARIANCE)


def scaled(images: Tensor) -> Tensor:
    """Grey 0..255 -> about -1..1.

    Shapes:
        images: (N, 48, 48) any number type -> (N, 1, 48, 48) float32.
    """
    return (images.to(torch.float32) / 127.5 - 1.0).unsqueeze(1)
