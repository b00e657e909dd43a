"""The default model's computation, written down as an ONNX graph: BERT with six layers, mean pooling, L2 norm.

Source: the model's config.json (BertModel, post-norm, exact GELU), and Wang et al., "MiniLM", arXiv:2002.10957.
"""

from enum import StrEnum
from pathlib import Path

from paperlab.index.graph_writer import GraphWriter, Outliers, read_places
from paperlab.index.int8_writer import Int8Writer

LAYERS = 6
HEADS = 12
DIMENSION = 384
WEIGHTS_FILE = "model.safetensors"
GRAPH_VERSION = 3
"""Counts the changes of what is written: a graph kept from another version is not used."""

LOUD_CHANNELS = {99: 6.0, 223: 2.8, 127: 2.7, 63: 2.2, 319: 1.8, 267: 1.7, 157: 1.5, 303: 1.3, 338: 1.2}
"""Channels that go far beyond the others' 5 after a layer's first norm, by how far. Measured once, on 24 passages."""


class Precision(StrEnum):
    """How the linear layers are computed."""

    FP32 = "fp32"
    INT8 = "int8"


def build_graph(weights: Path, precision: Precision) -> bytes:
    """The model as a serialised ONNX graph, which refers to tensors in `WEIGHTS_FILE`.

    With FP32 it refers to all of them and has about 20 KB; with INT8 it holds the linear layers itself, in 11 MB.
    Input: `ids`, int64 (1, tokens), one text, not padded. Outputs: `vectors`, float32 (1, DIMENSION), and `hidden`,
    float32 (1, tokens, DIMENSION), the tokens it is the mean of.

    Raises:
        OSError, ValueError, KeyError: These are not the weights.
    """
    places = read_places(weights)
    graph = (
        GraphWriter(places, WEIGHTS_FILE) if precision is Precision.FP32 else Int8Writer(places, weights, LOUD_CHANNELS)
    )
    hidden = _embed(graph)
    for layer in range(LAYERS):
        hidden = _transform(graph, hidden, f"encoder.layer.{layer}")
    mean = graph.op("ReduceMean", hidden, "second", keepdims=0)
    return graph.serialise(graph.op("LpNormalization", mean, axis=-1, p=2), hidden, DIMENSION)


def _embed(graph: GraphWriter) -> str:
    """Words + positions + the one segment, normalised: (1, tokens, DIMENSION)."""
    words = graph.op("Gather", graph.weight("embeddings.word_embeddings.weight"), "ids")
    first, second = graph.integers("first", 0), graph.integers("second", 1)
    tokens = graph.op("Gather", graph.op("Shape", "ids"), second)
    positions = graph.op("Slice", graph.weight("embeddings.position_embeddings.weight"), first, tokens, first)
    segment = graph.op("Gather", graph.weight("embeddings.token_type_embeddings.weight"), first)
    return _normalise(graph, graph.op("Add", words, graph.op("Add", positions, segment)), "embeddings.LayerNorm")


def _transform(graph: GraphWriter, hidden: str, layer: str) -> str:
    """Attention and the feed-forward net, each added to its input and normalised."""
    parts = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
    seen = graph.fused("MultiHeadAttention", *graph.linear(hidden, parts, Outliers.CHANNELS), num_heads=HEADS)
    (update,) = graph.linear(seen, [f"{layer}.attention.output.dense"])
    hidden = _normalise(graph, graph.op("Add", update, hidden), f"{layer}.attention.output.LayerNorm")
    (inner,) = graph.linear(hidden, [f"{layer}.intermediate.dense"], Outliers.CHANNELS)
    (update,) = graph.linear(graph.op("Gelu", inner), [f"{layer}.output.dense"], Outliers.TOKENS)
    return _normalise(graph, graph.op("Add", update, hidden), f"{layer}.output.LayerNorm")


def _normalise(graph: GraphWriter, hidden: str, name: str) -> str:
    # not SkipLayerNormalization, which adds as well: on a CPU it takes four times as long as the two apart
    norm = graph.weight(f"{name}.weight"), graph.weight(f"{name}.bias")
    return graph.op("LayerNormalization", hidden, *norm, epsilon=1e-12)
