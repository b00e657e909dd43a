"""Writing down a computation as an ONNX graph whose weights lie in a safetensors file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import onnx

OPSET, _IR_VERSION = 20, 9
FUSED = "com.microsoft"
"""ONNX Runtime's own operators."""


class Outliers(StrEnum):
    """Where in what goes into a linear layer the few values stand that are far larger than the others."""

    NONE = "none"
    CHANNELS = "channels"
    TOKENS = "tokens"


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


class GraphWriter:
    """Collects nodes, and the weights they name. Linear layers are computed in float32."""

    def __init__(self, places: Mapping[str, TensorPlace], weights_file: str) -> None:
        """`weights_file` is the name that the graph calls the file of the weights by."""
        self._places = places
        self._weights_file = weights_file
        self._nodes: list[onnx.NodeProto] = []
        self._tensors: dict[str, onnx.TensorProto] = {}

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output. Returns the output's name."""
        return self.ops(kind, *inputs, outputs=1, domain=domain, **attributes)[0]

    def fused(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.op(kind, *inputs, domain=FUSED, **attributes)

    def ops(self, kind: str, *inputs: str, outputs: int, domain: str = "", **attributes: Any) -> list[str]:
        from onnx import helper

        names = [f"{kind}_{len(self._nodes)}_{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names

    def weight(self, name: str) -> str:
        """A tensor that stays in the weights' file, from where the operating system maps it into memory."""
        from onnx import TensorProto

        place = self._places[name]
        tensor = TensorProto(
            name=name, data_type=TensorProto.FLOAT, dims=place.shape, data_location=TensorProto.EXTERNAL
        )
        for key, value in (("location", self._weights_file), ("offset", place.offset), ("length", place.size)):
            tensor.external_data.add(key=key, value=str(value))
        self._tensors[name] = tensor
        return name

    def integers(self, name: str, *values: int) -> str:
        from onnx import TensorProto, helper

        self._tensors[name] = helper.make_tensor(name, TensorProto.INT64, [len(values)], values)
        return name

    def linear(self, hidden: str, layers: Sequence[str], outliers: Outliers = Outliers.NONE) -> list[str]:  # noqa: ARG002
        """What linear layers make of one input, biases added; one output for each."""
        # transB: torch keeps the weights of a linear layer as (out, in)
        products = [self.fused("FusedMatMul", hidden, self.weight(f"{name}.weight"), transB=1) for name in layers]
        return [
            self.op("Add", product, self.weight(f"{name}.bias")) for name, product in zip(layers, products, strict=True)
        ]

    def serialise(self, vectors: str, hidden: str, dimension: int) -> bytes:
        """The graph: in `ids`, int64 (1, tokens); out `vectors` (1, dimension) and `hidden` (1, tokens, dimension)."""
        from onnx import TensorProto, helper

        self._nodes.append(helper.make_node("Identity", [vectors], ["vectors"]))
        self._nodes.append(helper.make_node("Identity", [hidden], ["hidden"]))
        inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "tokens"])]
        outputs = [
            helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [1, dimension]),
            helper.make_tensor_value_info("hidden", TensorProto.FLOAT, [1, "tokens", dimension]),
        ]
        graph = helper.make_graph(self._nodes, "encoder", inputs, outputs, list(self._tensors.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)]
        model: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION).SerializeToString()
        return model
