"""The trained net as an ONNX graph: norms folded, light evened out, several views averaged, calibrated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from models_onnx.expression.net import MIN_VARIANCE, Block, ExpressionNet

OPSET, IR_VERSION = 17, 9
"""Old enough for every onnxruntime that the booth may have."""

LAST_PX = 6
"""Side of the last feature map of a 48x48 face."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Calibration:
    """Turns logits into probabilities that mean what they say."""

    temperature: float = 1.0
    """logits are divided by it"""
    offsets: tuple[float, ...] = (0.0,) * 8
    """then these are added, one for each expression"""


@dataclass
class Graph:
    """Nodes and weights in the making."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Add a weight."""
        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def add(self, kind: str, name: str, inputs: list[str], **attributes: Any) -> str:
        """Add a node; its output bears its name."""
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def conv(self, name: str, x: str, layer: nn.Sequential) -> str:
        """Add a convolution with its norm folded in."""
        weight, bias = folded(layer)
        conv = layer[0]
        inputs = [x, self.constant(f"{name}.w", weight), self.constant(f"{name}.b", bias)]
        pads = [int(conv.padding[0])] * 4
        size = [int(k) for k in conv.kernel_size]
        return self.add("Conv", name, inputs, kernel_shape=size, pads=pads, strides=list(conv.stride))


def folded(layer: nn.Sequential) -> tuple[Floats, Floats]:
    """Weight and bias of a convolution followed by its batch normalisation."""
    conv, norm = layer[0], layer[1]
    with torch.no_grad():
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weight = conv.weight * gain.view(-1, 1, 1, 1)
        bias = norm.bias - norm.running_mean * gain
    return weight.contiguous().numpy().astype(np.float32), bias.numpy().astype(np.float32)


def _evenly_lit(graph: Graph) -> str:
    """Input bytes -> (N, 1, 48, 48) with mean 0 and deviation 1 (see ``net.evenly_lit``)."""
    whole = graph.constant("faces_axes", np.array([1], dtype=np.int64))
    x = graph.add("Unsqueeze", "channel", ["faces", whole])
    x = graph.add("Cast", "float", [x], to=TensorProto.FLOAT)
    x = graph.add("Mul", "small", [x, graph.constant("scale", np.float32(1 / 127.5))])
    x = graph.add("Sub", "centred", [x, graph.add("ReduceMean", "mean", [x], axes=[2, 3])])
    square = graph.add("ReduceMean", "variance", [graph.add("Mul", "square", [x, x])], axes=[2, 3])
    floor = graph.constant("floor", np.float32(MIN_VARIANCE))
    deviation = graph.add("Sqrt", "deviation", [graph.add("Add", "floored", [square, floor])])
    return graph.add("Div", "lit", [x, deviation])


def _mirrored(graph: Graph, x: str) -> str:
    """The faces, and after them their mirror images."""
    ends = {"from": [-1], "to": [-(2**31)], "axis": [3], "step": [-1]}
    parts = [graph.constant(f"mirror_{k}", np.array(v, dtype=np.int64)) for k, v in ends.items()]
    return graph.add("Concat", "views", [x, graph.add("Slice", "mirror", [x, *parts])], axis=0)


def _block(graph: Graph, name: str, x: str, block: Block) -> str:
    """One residual block."""
    y = graph.add("Relu", f"{name}.relu", [graph.conv(f"{name}.first", x, block.first)])
    y = graph.conv(f"{name}.second", y, block.second)
    if isinstance(block.shortcut, nn.Sequential):
        pool, layer = block.shortcut[0], block.shortcut[1]
        if isinstance(pool, nn.AvgPool2d):
            side = int(pool.kernel_size)  # type: ignore[call-overload]
            x = graph.add("AveragePool", f"{name}.pool", [x], kernel_shape=[side] * 2, strides=[side] * 2)
        x = graph.conv(f"{name}.shortcut", x, layer)
    return graph.add("Relu", f"{name}.out", [graph.add("Add", f"{name}.sum", [y, x])])


def _head(graph: Graph, x: str, net: ExpressionNet, calibration: Calibration) -> str:
    """Pool, last layer (calibrated), mean over the views, softmax."""
    side = LAST_PX // int(net.pool.output_size)
    x = graph.add("AveragePool", "pool", [x], kernel_shape=[side] * 2, strides=[side] * 2)
    weight = net.head.weight.detach().numpy() / calibration.temperature
    bias = net.head.bias.detach().numpy() / calibration.temperature + np.array(calibration.offsets)
    inputs = [
        graph.add("Flatten", "features", [x], axis=1),
        graph.constant("head.w", weight.astype(np.float32)),
    ]
    x = graph.add("Gemm", "head", [*inputs, graph.constant("head.b", bias.astype(np.float32))], transB=1)
    pairs = graph.constant("pairs", np.array([2, -1, 8], dtype=np.int64))
    x = graph.add("ReduceMean", "logits", [graph.add("Reshape", "by_view", [x, pairs])], axes=[0], keepdims=0)
    return graph.add("Softmax", "probabilities", [x], axis=1)


def expression_model(net: ExpressionNet, calibration: Calibration) -> onnx.ModelProto:
    """The whole model.

    Shapes:
        faces: (N, 48, 48) uint8 grey.
        probabilities: (N, 8) float32, rows sum to 1.
    """
    graph = Graph()
    x = _mirrored(graph, _evenly_lit(graph))
    x = graph.add("Relu", "stem.relu", [graph.conv("stem", x, net.stem[0])])  # type: ignore[arg-type]
    for number, block in enumerate(net.body):
        x = _block(graph, f"block{number}", x, block)  # type: ignore[arg-type]
    _head(graph, x, net, calibration)
    faces = helper.make_tensor_value_info("faces", TensorProto.UINT8, ["n", 48, 48])
    out = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 8])
    body = helper.make_graph(graph.nodes, "expression", [faces], [out], graph.weights)
    model = helper.make_model(
        body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="kabil"
    )
    onnx.checker.check_model(model, full_check=True)
    return model
