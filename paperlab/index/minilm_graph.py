"""The default model's computation, written down as an ONNX graph: BERT with six layers, mean pooling, L2 norm.

Source: the model's config.json (BertModel, post-norm, exact GELU), and Wang et al., "MiniLM", arXiv:2002.10957.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import onnx

LAYERS = 6
HEADS = 12
DIMENSION = 384
WEIGHTS_FILE = "model.safetensors"
GRAPH_VERSION = 2
"""Counts the changes of this module: a graph kept from another version is not used."""

_OPSET, _IR_VERSION = 20, 9
_FUSED = "com.microsoft"  # ONNX Runtime's own operators: what its optimiser would make of the plain ones


@dataclass(frozen=True, slots=True)
class TensorPlace:
    """A float32 tensor in a file."""

    shape: tuple[int, ...]
    offset: int
    """In bytes from the file's beginning."""
    size: int
    """In bytes."""


def read_places(weights: Path) -> dict[str, TensorPlace]:
    """Where the float32 tensors of a safetensors file lie.

    Raises:
        OSError, ValueError: It is no such file.

    Source of the format: 8 bytes of little-endian header length, the header in JSON, the tensors
    (huggingface/safetensors, README, "Format").
    """
    with weights.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header: dict[str, Any] = json.loads(file.read(length))
    start = 8 + length
    return {
        name: TensorPlace(
            tuple(entry["shape"]), start + entry["data_offsets"][0], entry["data_offsets"][1] - entry["data_offsets"][0]
        )
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }


def build_graph(places: Mapping[str, TensorPlace]) -> bytes:
    """The model as a serialised ONNX graph of about 20 KB, which refers to the weights' file by `WEIGHTS_FILE`.

    Inputs: `ids`, int64 (texts, tokens), each row padded with anything; `lengths`, int32 (texts,), tokens that count;
    `shares`, float32 (texts, 1, tokens), the weight of each token in the mean.
    Outputs: `vectors`, float32 (texts, DIMENSION); `hidden`, float32 (texts, tokens, DIMENSION), their tokens.
    """
    graph = _Graph(places)
    hidden = _embed(graph)
    for layer in range(LAYERS):
        hidden = _transform(graph, hidden, f"encoder.layer.{layer}")
    return graph.serialise(vectors=_pool(graph, hidden), hidden=hidden)


class _Graph:
    """Collects nodes, and the weights they name."""

    def __init__(self, places: Mapping[str, TensorPlace]) -> None:
        self._places = places
        self._nodes: list[onnx.NodeProto] = []
        self._tensors: dict[str, onnx.TensorProto] = {}

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def fused(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.op(kind, *inputs, domain=_FUSED, **attributes)

    def weight(self, name: str) -> str:
        """A tensor that stays in the weights' file, from where the operating system maps it into memory."""
        from onnx import TensorProto

        place = self._places[name]
        tensor = TensorProto(
            name=name, data_type=TensorProto.FLOAT, dims=place.shape, data_location=TensorProto.EXTERNAL
        )
        for key, value in (("location", WEIGHTS_FILE), ("offset", place.offset), ("length", place.size)):
            tensor.external_data.add(key=key, value=str(value))
        self._tensors[name] = tensor
        return name

    def constant(self, name: str, *values: int) -> str:
        from onnx import TensorProto, helper

        self._tensors[name] = helper.make_tensor(name, TensorProto.INT64, [len(values)], values)
        return name

    def serialise(self, *, vectors: str, hidden: str) -> bytes:
        from onnx import TensorProto, helper

        self._nodes.append(helper.make_node("Identity", [vectors], ["vectors"]))
        self._nodes.append(helper.make_node("Identity", [hidden], ["hidden"]))
        inputs = [
            helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "tokens"]),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, ["texts"]),
            helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["texts", 1, "tokens"]),
        ]
        outputs = [
            helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", DIMENSION]),
            helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["texts", "tokens", DIMENSION]),
        ]
        graph = helper.make_graph(self._nodes, "minilm", inputs, outputs, list(self._tensors.values()))
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        model: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION).SerializeToString()
        return model


def _embed(graph: _Graph) -> str:
    """Words + positions + the one segment, normalised: (texts, tokens, DIMENSION)."""
    words = graph.op("Gather", graph.weight("embeddings.word_embeddings.weight"), "ids")
    first, second = graph.constant("first", 0), graph.constant("second", 1)
    tokens = graph.op("Gather", graph.op("Shape", "ids"), second)
    positions = graph.op("Slice", graph.weight("embeddings.position_embeddings.weight"), first, tokens, first)
    segment = graph.op("Gather", graph.weight("embeddings.token_type_embeddings.weight"), first)
    total = graph.op("Add", words, graph.op("Add", positions, segment))
    return graph.op("LayerNormalization", total, *_affine(graph, "embeddings.LayerNorm"), epsilon=1e-12)


def _transform(graph: _Graph, hidden: str, layer: str) -> str:
    """Attention and the feed-forward net, each added to its input and normalised."""
    query, key, value = (_matmul(graph, hidden, f"{layer}.attention.self.{part}") for part in ("query", "key", "value"))
    biases = (graph.weight(f"{layer}.attention.self.{part}.bias") for part in ("query", "key", "value"))
    bias = graph.op("Concat", *biases, axis=0)
    seen = graph.fused("MultiHeadAttention", query, key, value, bias, "lengths", num_heads=HEADS)
    hidden = _add_and_normalise(graph, seen, hidden, f"{layer}.attention.output")
    inner = _matmul(graph, hidden, f"{layer}.intermediate.dense")
    inner = graph.fused("BiasGelu", inner, graph.weight(f"{layer}.intermediate.dense.bias"))
    return _add_and_normalise(graph, inner, hidden, f"{layer}.output")


def _matmul(graph: _Graph, hidden: str, name: str) -> str:
    # transB: torch keeps the weights of a linear layer as (out, in)
    return graph.fused("FusedMatMul", hidden, graph.weight(f"{name}.weight"), transB=1)


def _add_and_normalise(graph: _Graph, update: str, hidden: str, name: str) -> str:
    update = _matmul(graph, update, f"{name}.dense")
    norm = _affine(graph, f"{name}.LayerNorm")
    bias = graph.weight(f"{name}.dense.bias")
    return graph.fused("SkipLayerNormalization", update, hidden, *norm, bias, epsilon=1e-12)


def _affine(graph: _Graph, name: str) -> tuple[str, str]:
    return graph.weight(f"{name}.weight"), graph.weight(f"{name}.bias")


def _pool(graph: _Graph, hidden: str) -> str:
    mean = graph.op("Squeeze", graph.op("MatMul", "shares", hidden), "second")
    return graph.op("LpNormalization", mean, axis=-1, p=2)
