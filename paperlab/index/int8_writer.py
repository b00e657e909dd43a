"""Linear layers in eight-bit integers (ADR 0007): more than twice as fast where the processor multiplies them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.index.graph_writer import GraphWriter, Outliers, TensorPlace

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_TOP = 127
_LEAST_PEAK = 0.17
"""GELU gives nothing below its negative, so a token's largest value may be taken to be at least this."""


class Int8Writer(GraphWriter):
    """Weights are rounded once, each output channel in steps of its own; inputs when a text is encoded, in one step.

    A few outliers would leave the other inputs a handful of steps. So channels that are known to be loud are divided by
    a constant, which their weights are multiplied by; and all tokens are brought to the height of one, and back.

    Source of the first: Xiao et al., "SmoothQuant", arXiv:2211.10438, section 4.
    """

    def __init__(self, places: Mapping[str, TensorPlace], weights: Path, loud_channels: Mapping[int, float]) -> None:
        """`loud_channels`: of the inputs that have `Outliers.CHANNELS`, each with its divisor."""
        super().__init__(places, weights.name)
        self._weights = weights
        self._loud_channels = loud_channels

    def linear(self, hidden: str, layers: Sequence[str], outliers: Outliers = Outliers.NONE) -> list[str]:
        """As in `GraphWriter`."""
        import numpy as np

        weights = [self._read(f"{name}.weight") for name in layers]
        peaks = ""
        if outliers is Outliers.CHANNELS:
            divisors = np.ones(weights[0].shape[1], np.float32)
            divisors[list(self._loud_channels)] = list(self._loud_channels.values())
            weights = [rows * divisors for rows in weights]
            hidden = self.op("Div", hidden, self._keep("divisors", divisors))
        elif outliers is Outliers.TOKENS:
            highest = self.op("ReduceMax", hidden, self.integers("last_axis", -1), keepdims=1)
            peaks = self.op("Max", highest, self._keep("least_peak", np.array([_LEAST_PEAK], np.float32)))
            hidden = self.op("Div", hidden, peaks)
        rounded = self.ops("DynamicQuantizeLinear", hidden, outputs=3)
        return [self._product(name, rows, rounded, peaks) for name, rows in zip(layers, weights, strict=True)]

    def _product(self, name: str, weights: "npt.NDArray[np.float32]", rounded: Sequence[str], peaks: str) -> str:
        import numpy as np

        steps = np.abs(weights).max(axis=1) / _TOP
        integers = self._keep(f"{name}.integers", np.rint(weights / steps[:, None]).astype(np.int8).T)
        inputs, step, zero = rounded
        factors = (inputs, integers, step, self._keep(f"{name}.steps", steps), zero)
        bias = self.weight(f"{name}.bias")
        if not peaks:
            return self.fused("MatMulIntegerToFloat", *factors, "", bias)
        return self.op("Add", self.op("Mul", self.fused("MatMulIntegerToFloat", *factors), peaks), bias)

    def _read(self, name: str) -> "npt.NDArray[np.float32]":
        import numpy as np

        place = self._places[name]
        return np.memmap(self._weights, "<f4", "r", place.offset, place.shape)

    def _keep(self, name: str, values: "npt.NDArray[np.float32] | npt.NDArray[np.int8]") -> str:
        """A tensor that lies in the graph itself."""
        from onnx import numpy_helper

        self._tensors[name] = numpy_helper.from_array(values, name)
        return name
