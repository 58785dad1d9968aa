"""Taking units out of the encoder: what does nothing goes first, and the rest is fitted anew."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from appliance.coach.embedder import Embedder
from models_onnx.minilm.build import CALIBRATION
from models_onnx.minilm.graph import encoder_graph
from models_onnx.minilm.shrink import _active, shrunk
from tests.coach.test_embedder import LAYERS, WIDE, WORDS, Weights, tiny_tokenizer, tiny_weights

TEXTS = [" ".join(words) for words in np.random.default_rng(11).choice(WORDS[2:], (150, 6))]
IDS = [[WORDS.index(word) for word in text.split()[: 3 + at % 4]] for at, text in enumerate(TEXTS)]
IDLE_UNITS = [3, 17, 40]


def vectors(weights: Weights, folder: Path) -> NDArray[np.float32]:
    onnx.save(encoder_graph(weights), str(folder / "model.onnx"))
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    return Embedder(folder / "model.onnx", folder / "tokenizer.json").embed(TEXTS)


def with_idle_parts() -> Weights:
    """In every layer some wide units that nobody listens to."""
    weights = tiny_weights()
    for layer in range(LAYERS):
        weights[f"encoder.layer.{layer}.output.dense.weight"][:, IDLE_UNITS] = 0
    return weights


def test_what_does_nothing_goes_and_nothing_changes(tmp_path: Path) -> None:
    weights = with_idle_parts()
    before = {name: value.copy() for name, value in weights.items()}
    small = shrunk(weights, IDS, WIDE - len(IDLE_UNITS))
    for layer in range(LAYERS):
        wide = before[f"encoder.layer.{layer}.intermediate.dense.bias"]
        left = small[f"encoder.layer.{layer}.intermediate.dense.bias"]
        np.testing.assert_array_equal(left, np.delete(wide, IDLE_UNITS))
    for name, value in weights.items():
        np.testing.assert_array_equal(value, before[name])
    alike = (vectors(small, tmp_path) * vectors(weights, tmp_path)).sum(1)
    assert alike.min() > 0.9999


def test_the_rest_is_fitted_anew(tmp_path: Path) -> None:
    """Fitted, the small encoder is nearer to the published one than the same units merely cut off."""
    weights, units = tiny_weights(), WIDE // 2
    small = shrunk(weights, IDS, units)
    cut = dict(small)
    for layer in range(LAYERS):
        wide = f"encoder.layer.{layer}.intermediate.dense.bias"
        kept = np.flatnonzero(np.isin(weights[wide], small[wide]))
        assert len(kept) == units
        out = f"encoder.layer.{layer}.output.dense"
        cut[f"{out}.weight"], cut[f"{out}.bias"] = weights[f"{out}.weight"][:, kept], weights[f"{out}.bias"]
    published = vectors(weights, tmp_path)
    fitted, plain = ((vectors(each, tmp_path) * published).sum(1).mean() for each in (small, cut))
    assert fitted > 0.97
    assert 1 - fitted < (1 - plain) / 2


def test_it_is_the_same_each_time() -> None:
    one, two = (shrunk(tiny_weights(), IDS, WIDE // 2) for _ in range(2))
    assert all(np.array_equal(one[name], two[name]) for name in one)


@pytest.mark.parametrize("value", [-6.0, -1.3, -0.01, 0.0, 0.4, 2.5])
def test_activation_is_gelu(value: float) -> None:
    exact = value * (1 + math.erf(value / math.sqrt(2))) / 2
    assert _active(np.array([value], np.float32))[0] == pytest.approx(exact, abs=2e-6)


def test_calibration_text_is_plain_english_of_usual_length() -> None:
    lines = CALIBRATION.read_text("utf-8").splitlines()
    assert len(lines) == len(set(lines)) == 1500
    assert all(line.isascii() or "’" in line for line in lines)
    assert all(3 < len(line.split()) < 46 for line in lines)
