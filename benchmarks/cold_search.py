"""How long `paperlab search` takes from a cold start, beside loading the same model with sentence-transformers.

    python benchmarks/cold_search.py [--library DIR] [--rounds 7] [--json FILE]

Whole processes, in turn, in alternating order: `paperlab search`; the same without the prepared model, which answers by
words at once and prepares it; one that imports sentence-transformers, loads the model and embeds the query; and an
interpreter that does nothing. Without `--library` the papers are the demo's primers. Only the ratios carry over to
other machines. A table goes to stdout; `--json` takes all of it.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

QUERY = "why are dot products scaled"
MOST_RATIO, MOST_MB = 1 / 12, 200
REFERENCE = """
import sys; from sentence_transformers import SentenceTransformer
SentenceTransformer(sys.argv[1], device="cpu").encode([sys.argv[2]], normalize_embeddings=True)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ |= {"XDG_CACHE_HOME": scratch, "HF_HUB_OFFLINE": "1", "NO_COLOR": "1"}
        os.environ |= {"PYTHONPYCACHEPREFIX": f"{scratch}/pycache"}  # compiled once, as what is installed is
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        library = arguments.library or Path(scratch) / "library"
        if not arguments.library:
            run([*paperlab(), "demo", str(library)])
        report = measure(library, Path(scratch) / "paperlab", arguments.rounds)
    print_report(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def measure(library: Path, cache: Path, rounds: int) -> dict[str, object]:
    """Wall seconds, processor seconds and peak memory in MB of each kind of process."""
    search = [*paperlab(), "--library", str(library), "search", QUERY]
    sides = {
        "paperlab search": search,
        "without the prepared model": search,
        "sentence-transformers": [sys.executable, "-c", REFERENCE, str(model_folder()), QUERY],
        "python -c pass": [sys.executable, "-c", "pass"],
    }
    for command in sides.values():  # all files into the page cache, and the model prepared
        run(command)
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    processor: dict[str, list[float]] = {side: [] for side in sides}
    peaks: dict[str, list[float]] = {side: [] for side in sides}
    for number in range(rounds):
        for side in list(sides)[:: -1 if number % 2 else 1]:
            if side.startswith("without"):
                shutil.rmtree(cache)
            took, worked, peak = run(sides[side])
            seconds[side].append(took)
            processor[side].append(worked)
            peaks[side].append(peak)
    return {
        "seconds": {side: summary(values) for side, values in seconds.items()},
        "processor_s": {side: summary(values) for side, values in processor.items()},
        "peak_mb": {side: summary(values) for side, values in peaks.items()},
        "ratio": ratio(seconds),
        "processor_ratio": ratio(processor),
        "machine": machine(),
    }


def ratio(measured: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Of a search to sentence-transformers, paired by round."""
    pairs = zip(measured["paperlab search"], measured["sentence-transformers"], strict=True)
    return summary([ours / theirs for ours, theirs in pairs])


def run(command: Sequence[str]) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak memory in MB of a process, which must succeed.

    It begins with the peak of this one, which is therefore kept small.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)[:200]} ended with {process.returncode}")
    return took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def paperlab() -> list[str]:
    return [sys.executable, "-m", "paperlab", "--offline"]


def model_folder() -> Path:
    from paperlab.index.onnx_encoder import packaged_model

    return packaged_model()


def summary(values: Sequence[float]) -> dict[str, float]:
    return {"median": round(statistics.median(values), 4), "min": round(min(values), 4), "max": round(max(values), 4)}


def machine() -> dict[str, object]:
    return {
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "versions": {
            name: version(name) for name in ("numpy", "onnxruntime", "tokenizers", "sentence-transformers", "torch")
        },
    }


def print_report(report: dict[str, object]) -> None:
    seconds, processor, peaks = report["seconds"], report["processor_s"], report["peak_mb"]
    assert isinstance(seconds, dict)
    assert isinstance(processor, dict)
    assert isinstance(peaks, dict)
    print(f"{'':28}{'wall s (min..max)':>26}{'processor s':>14}{'peak MB':>10}")
    for side, found in seconds.items():
        told = f"{found['median']:.3f} ({found['min']:.3f}..{found['max']:.3f})"
        print(f"{side:28}{told:>26}{processor[side]['median']:14.3f}{peaks[side]['median']:10.0f}")
    print(f"\nto reach: {MOST_RATIO:.3f} of sentence-transformers' wall time, and {MOST_MB} MB")
    for name in ("ratio", "processor_ratio"):
        found = report[name]
        assert isinstance(found, dict)
        print(f"{name:16}{found['median']:.3f} ({found['min']:.3f}..{found['max']:.3f})")


if __name__ == "__main__":
    main()
