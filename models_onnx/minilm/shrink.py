"""Take the wide units that matter least out of MiniLM, and let the others do their work (no training).

Layer by layer, over the calibration text: the units without which the others can do best are taken out, and the next
matrix is fitted by least squares so that the layer gives what the published one gives. It is fitted on what the small
layers before it really give, so it also mends their gaps, as does each attention's last matrix, fitted likewise.
numpy only; the same result each time.

Source: Hassibi and Stork 1993, "Second order derivatives for network pruning: optimal brain surgeon"; for a layer's own
output as in Frantar and Alistarh 2022, "Optimal brain compression" (arXiv 2208.11580).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models_onnx.minilm.graph import HEADS, NORM_EPSILON, Weights

Floats = NDArray[np.float32]
Streams = tuple[Floats, Floats]
"""hidden states of the published encoder and of the small one, (tokens, width) each"""
UNITS_STEP = 64
"""units taken out between two looks at what is left (our choice: fewer changes nothing that can be measured)"""
RIDGE = 2e-2
"""pull towards the published matrix, as a share of the inputs' mean square (our choice)"""
ROWS = 4096
"""tokens worked on at once, for the memory of a small box"""


class _Fit:
    """Weighted means of inputs and of what is wanted: from them follows the best matrix for any choice of inputs.

    Args:
        matrix: (outputs, inputs) the published one, towards which the ridge pulls.
    """

    def __init__(self, matrix: Floats) -> None:
        self._matrix = matrix
        self._weight = 0.0
        self._sums: NDArray[np.float64] = np.zeros(sum(matrix.shape))
        self._products: Floats = np.zeros((sum(matrix.shape), matrix.shape[1]), np.float32)

    def add(self, inputs: Floats, wanted: Floats, weight: Floats) -> None:
        """Learn from some tokens; ``weight`` (tokens, 1) is how much each counts."""
        both = np.concatenate([inputs, wanted], axis=1)
        scaled = both * weight
        self._weight += float(weight.sum())
        self._sums += scaled.sum(0, dtype=np.float64)
        self._products += both.T @ scaled[:, : inputs.shape[1]]

    def means(self) -> tuple[Floats, Floats]:
        """Of the inputs, and of what is wanted."""
        inputs, wanted = np.split((self._sums / self._weight).astype(np.float32), [self._matrix.shape[1]])
        return inputs, wanted

    def spread(self) -> tuple[Floats, Floats]:
        """How the inputs go together, and what is wanted with the inputs; with the ridge."""
        means, width = self.means(), self._matrix.shape[1]
        spread = self._products / np.float32(self._weight) - np.outer(np.concatenate(means), means[0])
        inputs, wanted = spread[:width], spread[width:]
        ridge = np.float32(RIDGE * np.trace(inputs) / width)
        return inputs + ridge * np.eye(width, dtype=np.float32), wanted + ridge * self._matrix

    def solved(self, kept: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Matrix and bias for these inputs only."""
        inputs, wanted = self.spread()
        matrix = np.linalg.solve(inputs[np.ix_(kept, kept)], wanted[:, kept].T).T
        means = self.means()
        return matrix.astype(np.float32), (means[1] - matrix @ means[0][kept]).astype(np.float32)

    def most_needed(self, gains: Floats, keep: int) -> NDArray[np.intp]:
        """The inputs to keep.

        Args:
            gains: (outputs,) how much each output counts.
            keep: how many.
        """
        inputs, wanted = self.spread()
        wanted = gains[:, None] * wanted
        kept = np.arange(len(inputs))
        while len(kept) > keep:
            inverse = np.linalg.inv(inputs[np.ix_(kept, kept)])
            gaps = np.square(wanted[:, kept] @ inverse).sum(0) / np.diag(inverse)
            gone = np.argsort(gaps, kind="stable")[: min(UNITS_STEP, len(kept) - keep)]
            kept = np.delete(kept, gone)
        return kept


def shrunk(weights: Weights, texts: Sequence[Sequence[int]], units: int) -> dict[str, NDArray[Any]]:
    """The weights with fewer wide units in every layer.

    Args:
        weights: the published tensors by name.
        texts: the calibration text as token numbers.
        units: how many of each layer are kept.
    """
    small = {name: np.asarray(value) for name, value in weights.items()}
    groups = _by_length(texts)
    first = _embedded(weights, groups)
    streams = (first, first)
    layers = sum(name.endswith("intermediate.dense.weight") for name in weights)
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}"
        streams = _attention_fitted(small, prefix, streams, groups)
        streams = _fewer_units(small, prefix, streams, units)
    return small


def _attention_fitted(
    small: dict[str, NDArray[Any]], prefix: str, streams: Streams, groups: Sequence[NDArray[np.int64]]
) -> Streams:
    """Fit the last matrix of one layer's attention; both encoders' hidden states after it."""
    out, norm = f"{prefix}.attention.output.dense", f"{prefix}.attention.output.LayerNorm"
    published, ours = streams
    wanted = _dense(small, out, _attended(small, prefix, published, groups)) + published
    heard = _attended(small, prefix, ours, groups)
    fit = _Fit(small[f"{out}.weight"])
    fit.add(heard, wanted - ours, 1 / wanted.var(-1, keepdims=True))  # what the norm makes of the sum counts
    small[f"{out}.weight"], small[f"{out}.bias"] = fit.solved(np.arange(heard.shape[1]))
    return _normal(small, norm, wanted), _normal(small, norm, _dense(small, out, heard) + ours)


def _fewer_units(small: dict[str, NDArray[Any]], prefix: str, streams: Streams, keep: int) -> Streams:
    """Take wide units out of one layer; both encoders' hidden states after it."""
    wide, out, norm = f"{prefix}.intermediate.dense", f"{prefix}.output.dense", f"{prefix}.output.LayerNorm"
    fit, after = _Fit(small[f"{out}.weight"]), (np.empty_like(streams[0]), np.empty_like(streams[1]))
    parts = [slice(start, start + ROWS) for start in range(0, len(streams[0]), ROWS)]
    for part in parts:
        published, ours = streams[0][part], streams[1][part]
        wanted = _dense(small, out, _active(_dense(small, wide, published))) + published
        fit.add(_active(_dense(small, wide, ours)), wanted - ours, 1 / wanted.var(-1, keepdims=True))
        after[0][part] = _normal(small, norm, wanted)
    kept = fit.most_needed(small[f"{norm}.weight"], keep)
    small[f"{out}.weight"], small[f"{out}.bias"] = fit.solved(kept)
    for name in (f"{wide}.weight", f"{wide}.bias"):
        small[name] = small[name][kept]
    for part in parts:
        ours = streams[1][part]
        after[1][part] = _normal(small, norm, _dense(small, out, _active(_dense(small, wide, ours))) + ours)
    return after


# --- the encoder in plain numpy, over texts of the same length at once ---


def _by_length(texts: Sequence[Sequence[int]]) -> list[NDArray[np.int64]]:
    lengths = sorted({len(text) for text in texts})
    return [np.array([text for text in texts if len(text) == length]) for length in lengths]


def _embedded(weights: Weights, groups: Sequence[NDArray[np.int64]]) -> Floats:
    prefix = "embeddings"
    places = (
        weights[f"{prefix}.position_embeddings.weight"] + weights[f"{prefix}.token_type_embeddings.weight"][0]
    )
    words = weights[f"{prefix}.word_embeddings.weight"]
    hidden = [(words[ids] + places[: ids.shape[1]]).reshape(-1, words.shape[1]) for ids in groups]
    return _normal(weights, f"{prefix}.LayerNorm", np.concatenate(hidden).astype(np.float32))


def _attended(weights: Weights, prefix: str, hidden: Floats, groups: Sequence[NDArray[np.int64]]) -> Floats:
    """All heads' outputs side by side, before they are mixed."""
    parts = [_dense(weights, f"{prefix}.attention.self.{part}", hidden) for part in ("query", "key", "value")]
    mixed, row = np.empty_like(parts[0]), 0
    for count, length in (ids.shape for ids in groups):
        rows = slice(row, row + count * length)
        query, key, value = (p[rows].reshape(count, length, HEADS, -1).transpose(0, 2, 1, 3) for p in parts)
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(query.shape[-1]))
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        heard = scores / scores.sum(-1, keepdims=True) @ value
        mixed[rows] = heard.transpose(0, 2, 1, 3).reshape(count * length, -1)
        row = rows.stop
    return mixed


def _dense(weights: Mapping[str, NDArray[Any]], name: str, value: Floats) -> Floats:
    out: Floats = value @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return out


def _normal(weights: Mapping[str, NDArray[Any]], name: str, value: Floats) -> Floats:
    centred = value - value.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred * centred).mean(-1, keepdims=True) + NORM_EPSILON)
    out: Floats = scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return out


def _active(value: Floats) -> Floats:
    """GELU; the error function by Abramowitz and Stegun 1964, formula 7.1.26 (within 1.5e-7)."""
    size = np.abs(value) * np.float32(np.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = np.zeros_like(t)
    for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = (series + np.float32(factor)) * t
    out: Floats = value * (1 + np.sign(value) * (1 - series * np.exp(-size * size))) / 2
    return out
