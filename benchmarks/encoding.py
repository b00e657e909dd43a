"""How the default encoder compares with sentence-transformers on the same weights: cold start, memory, throughput.

    python benchmarks/encoding.py [--rounds 5] [--texts passages.txt]

Both sides run in every round, in alternating order; medians and ranges are over the rounds. Only the ratios carry
over to other machines. Without `--texts` (one text a line) the passages are random words from a fixed seed, as long as
those of papers. Results: a table on stderr, JSON on stdout.
"""

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt

from paperlab.index.minilm_graph import Precision
from paperlab.index.onnx_encoder import OnnxEncoder, packaged_model, suited_precision

_PAPERLAB = """
import sys; from pathlib import Path
from paperlab.index.encoder import DEFAULT_MODEL, load_encoder
load_encoder(DEFAULT_MODEL, Path(sys.argv[1])).encode(["why are dot products scaled"])
"""
_REFERENCE = """
import sys; from sentence_transformers import SentenceTransformer
SentenceTransformer(sys.argv[2]).encode(["why are dot products scaled"], normalize_embeddings=True)
"""
_THEIRS = "sentence-transformers"
_PEAK = "\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
_WORDS = (
    "attention model layer the of and we to in is training a for with on network language sequence results that "
    "input tokens representation gradient transformer output by encoder decoder parameters task baseline data as are"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=Path)
    arguments = parser.parse_args()
    texts = arguments.texts.read_text("utf-8").splitlines() if arguments.texts else _made_up(192)
    with tempfile.TemporaryDirectory() as cache:
        report: dict[str, object] = {
            "machine": _machine(),
            "cold": measure_cold(Path(cache), arguments.rounds),
            "bulk": measure_bulk(texts, Path(cache), arguments.rounds),
        }
    print(json.dumps(report, indent=2))
    _print_table(report)


def measure_cold(cache: Path, rounds: int) -> dict[str, object]:
    """A whole process that embeds one query: wall seconds and peak memory in MB. Our first one also prepares."""
    begun = time.perf_counter()
    _run(_PAPERLAB, cache)
    first = time.perf_counter() - begun
    sides = {"paperlab": _PAPERLAB, _THEIRS: _REFERENCE, "python -c pass": "pass"}
    _run(_REFERENCE, cache)  # its files into the page cache, as ours are
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    peaks: dict[str, list[float]] = {side: [] for side in sides}
    for number in range(rounds):
        for side in _alternating(list(sides), number):
            begun = time.perf_counter()
            peak = _run(sides[side], cache)
            seconds[side].append(time.perf_counter() - begun)
            peaks[side].append(peak / 1024)
    return {
        "first_time_s": round(first, 3),
        "seconds": {side: _summary(values) for side, values in seconds.items()},
        "peak_mb": {side: round(statistics.median(values)) for side, values in peaks.items()},
        "ratio": _ratio(seconds["paperlab"], seconds[_THEIRS]),
    }


def measure_bulk(texts: Sequence[str], cache: Path, rounds: int) -> dict[str, object]:
    """Passages a second of each, warm, with its own batching; and how far the vectors agree."""
    from sentence_transformers import SentenceTransformer

    ours = {precision.value: OnnxEncoder.load(packaged_model(), cache, precision) for precision in Precision}
    model = SentenceTransformer(str(packaged_model()), device="cpu")

    def reference() -> npt.NDArray[np.float32]:
        return np.asarray(model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False))

    sides: dict[str, Callable[[], npt.NDArray[np.float32]]] = {
        **{side: partial(encoder.encode, texts) for side, encoder in ours.items()},
        _THEIRS: reference,
    }
    vectors = {side: encode() for side, encode in sides.items()}
    rates: dict[str, list[float]] = {side: [] for side in sides}
    for number in range(rounds):
        for side in _alternating(list(sides), number):
            begun = time.perf_counter()
            sides[side]()
            rates[side].append(len(texts) / (time.perf_counter() - begun))
    encoder = next(iter(ours.values()))
    tokens = encoder.count_tokens(texts)
    cosines = {side: (vectors[side] * vectors[_THEIRS]).sum(axis=1) for side in ours}
    return {
        "texts": len(texts),
        "median_tokens": statistics.median(tokens),
        "past_window": sum(count > encoder.max_tokens - 2 for count in tokens),
        "suited": suited_precision(),
        "passages_per_s": {side: _summary(values) for side, values in rates.items()},
        "ratio": {side: _ratio(rates[side], rates[_THEIRS]) for side in ours},
        "cosine": {side: {"mean": float(found.mean()), "min": float(found.min())} for side, found in cosines.items()},
    }


def _run(script: str, cache: Path) -> float:
    """Peak memory of a fresh interpreter, in KB."""
    command = [sys.executable, "-c", script + _PEAK, str(cache), str(packaged_model())]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return float(done.stdout.split()[-1])


def _made_up(count: int) -> list[str]:
    chance = random.Random(20170612)
    words = _WORDS.split()
    return [" ".join(chance.choices(words, k=chance.randint(40, 200))) + "." for _ in range(count)]


def _alternating(sides: list[str], number: int) -> list[str]:
    return sides[:: -1 if number % 2 else 1]


def _summary(values: Sequence[float]) -> dict[str, float]:
    return {"median": round(statistics.median(values), 3), "min": round(min(values), 3), "max": round(max(values), 3)}


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, float]:
    """Ours to theirs, paired by round."""
    return _summary([a / b for a, b in zip(ours, theirs, strict=True)])


def _machine() -> dict[str, object]:
    packages = ("numpy", "onnxruntime", "tokenizers", "sentence-transformers", "transformers", "torch")
    return {
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
    }


def _print_table(report: dict[str, object]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", "measured", "sentence-transformers", "ratio (min..max)")
    cold, bulk = report["cold"], report["bulk"]
    assert isinstance(cold, dict)
    assert isinstance(bulk, dict)
    rows = [("one query, whole process, s", cold["seconds"]["paperlab"], cold["seconds"][_THEIRS], cold["ratio"])]
    rates = bulk["passages_per_s"]
    rows += [(f"{side}, passages/s", rates[side], rates[_THEIRS], ratio) for side, ratio in bulk["ratio"].items()]
    for name, measured, theirs, ratio in rows:
        told = f"{ratio['median']} ({ratio['min']}..{ratio['max']})"
        table.add_row(name, str(measured["median"]), str(theirs["median"]), told)
    Console(stderr=True).print(table)
    for side, cosine in bulk["cosine"].items():
        print(f"{side}: cosine {cosine['mean']:.5f} (least {cosine['min']:.5f})", file=sys.stderr)


if __name__ == "__main__":
    main()
