"""Random changes of a batch of faces: pose in the crop, light, blur, flips, holes (torch, whole batches)."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

# All ranges are our choice; those of pose, blur and scale cover what a landmark crop of a live camera shows.
TURN_DEG = 10.0
SCALE = (0.88, 1.14)
SHEAR = 0.05
SHIFT = 0.1  # of the half width: up to 2.4 px each way
CONTRAST = (0.8, 1.2)
BRIGHTNESS = 0.15  # of the half range
GAMMA = (0.75, 1.33)
SIDE_LIGHT = 0.15  # of the half range, at the border, from a random direction
BLUR_SHARE, SMALL_SHARE, NOISE_SHARE, ERASE_SHARE = 0.08, 0.08, 0.06, 0.2
SMALL_SIDES = (24, 28, 32, 38)
NOISE = 0.03
ERASE_PX = (6, 16)


def uniform(count: int, low: float, high: float) -> Tensor:
    """(count,) numbers from low to high."""
    return torch.empty(count).uniform_(low, high)


def moved(x: Tensor) -> Tensor:
    """Turn, scale, shear, shift and perhaps mirror each face; outside the picture the border goes on."""
    n = len(x)
    angle, scale = uniform(n, -TURN_DEG, TURN_DEG) * math.pi / 180, uniform(n, *SCALE)
    stretch, shear = uniform(n, 0.94, 1.06), uniform(n, -SHEAR, SHEAR)
    mirror = torch.where(torch.rand(n) < 0.5, -1.0, 1.0)
    cos, sin = torch.cos(angle) / scale, torch.sin(angle) / scale
    across = torch.stack([mirror * cos * stretch, -sin + shear, uniform(n, -SHIFT, SHIFT)], dim=1)
    down = torch.stack([mirror * sin, cos / stretch, uniform(n, -SHIFT, SHIFT)], dim=1)
    grid = functional.affine_grid(torch.stack([across, down], dim=1), list(x.shape), align_corners=False)
    return functional.grid_sample(x, grid, mode="bilinear", padding_mode="border", align_corners=False)


def relit(x: Tensor) -> Tensor:
    """Change gamma, contrast and brightness of each face, and light it from a side."""
    n = len(x)
    gamma, contrast = uniform(n, *GAMMA).view(n, 1, 1, 1), uniform(n, *CONTRAST).view(n, 1, 1, 1)
    light = ((x.clamp(-1, 1) + 1) / 2).clamp_min(1e-4).pow(gamma) * 2 - 1
    middle = light.mean(dim=(2, 3), keepdim=True)
    line = torch.linspace(-1, 1, x.shape[-1])
    across, down = uniform(2 * n, -SIDE_LIGHT, SIDE_LIGHT).view(2, n, 1, 1, 1)
    side = across * line.view(1, 1, 1, -1) + down * line.view(1, 1, -1, 1)
    return (light - middle) * contrast + middle + side + uniform(n, -BRIGHTNESS, BRIGHTNESS).view(n, 1, 1, 1)


def blurred(x: Tensor) -> Tensor:
    """A 3x3 binomial blur."""
    line = torch.tensor([0.25, 0.5, 0.25])
    kernel = (line[:, None] * line[None, :]).view(1, 1, 3, 3)
    return functional.conv2d(functional.pad(x, (1, 1, 1, 1), mode="replicate"), kernel)


def resampled(x: Tensor) -> Tensor:
    """Down to a smaller side and up again: a far or compressed face."""
    side = SMALL_SIDES[int(torch.randint(len(SMALL_SIDES), ()))]
    small = functional.interpolate(x, size=(side, side), mode="bilinear", antialias=True, align_corners=False)
    return functional.interpolate(small, size=x.shape[-2:], mode="bilinear", align_corners=False)


def some(share: float, x: Tensor, changed: Tensor) -> Tensor:
    """The changed picture for a random share of the batch."""
    return torch.where((torch.rand(len(x)) < share).view(-1, 1, 1, 1), changed, x)


def holed(x: Tensor) -> Tensor:
    """Fill a random rectangle of some faces with a random grey (a hand, a microphone, hair)."""
    n, side = len(x), x.shape[-1]
    size, middle = uniform(2 * n, *ERASE_PX).view(2, n, 1), uniform(2 * n, 0, side).view(2, n, 1)
    near = (torch.arange(side).view(1, 1, side) - middle).abs() < size / 2
    hole = (near[0].unsqueeze(2) & near[1].unsqueeze(1)).unsqueeze(1)
    return some(ERASE_SHARE, x, torch.where(hole, uniform(n, -1, 1).view(n, 1, 1, 1), x))


def augmented(x: Tensor) -> Tensor:
    """All changes in turn.

    Shapes:
        x: (N, 1, 48, 48) float32, about -1..1; the same comes back, clipped as a camera would.
    """
    x = relit(moved(x))
    x = some(SMALL_SHARE, some(BLUR_SHARE, x, blurred(x)), resampled(x))
    x = some(NOISE_SHARE, x, x + torch.randn_like(x) * NOISE)
    return holed(x.clamp(-1, 1))
