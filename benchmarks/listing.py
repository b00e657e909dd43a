"""How long `paperlab list` takes on 1,000 papers: whole processes, against a bare interpreter, in turn.

python benchmarks/listing.py [--papers 1000] [--rounds 9]
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.library.library import Library

WORDS = (
    "attention",
    "transformer",
    "language",
    "model",
    "retrieval",
    "translation",
    "learning",
    "deep",
    "memory",
    "graph",
)


def make_library(root: Path, papers: int) -> Library:
    library = Library.create(root)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(papers):
        words = [WORDS[(number * step) % len(WORDS)] for step in range(1, 9)]
        library.write(
            Paper(
                key=PaperKey(f"{1501 + number // 10000:04}.{number % 10000 + 10000:05}"),
                citekey=f"author{number}",
                title=" ".join(words).title(),
                authors=tuple(f"Given{number} Family{step}" for step in range(1 + number % 7)),
                abstract=" ".join(words * 20),
                added=start + timedelta(minutes=number),
                tags=(words[0],),
            )
        )
    return library


def measure(command: list[str], environment: dict[str, str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = make_library(Path(folder) / "library", options.papers)
        environment = {**os.environ, "HOME": folder, "COLUMNS": "100", "PYTHONPYCACHEPREFIX": f"{folder}/pyc"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed paperlab has its modules compiled
        paperlab = [sys.executable, "-m", "paperlab", "--library", str(library.root)]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "paperlab --version": [*paperlab, "--version"],
            "paperlab list": [*paperlab, "list"],
            "paperlab list --json": [*paperlab, "--json", "list"],
        }
        first = measure(commands["paperlab list"], environment)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, command in commands.items():
                times[name].append(measure(command, environment))
    medians = {name: statistics.median(values) for name, values in times.items()}
    bare = medians["python -c pass"]
    print(f"{options.papers} papers, median of {options.rounds}; the first list, with nothing cached: {first:.2f} s")
    for name, median in medians.items():
        print(f"{name:<22} {median:6.3f} s   {median - bare:+.3f} s   {median / bare:5.1f} x")
    machine = {"machine": platform.machine(), "cpus": os.cpu_count(), "python": platform.python_version()}
    print(json.dumps({"papers": options.papers, "first_s": first, "median_s": medians, **machine}))


if __name__ == "__main__":
    main()
