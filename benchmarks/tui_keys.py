"""From a key to its paint: the library, the reader of a book, search while typing, opening; on a pseudo-terminal.

    python benchmarks/tui_keys.py FOLDER [--papers 100000] [--passages 20000] [--presses 60] [--json FILE]

FOLDER keeps the library. A paint is over with the last frame before 0.12 s of quiet; in search the first frame is the
letter, the last one the answer, which waits for a pause in typing. Targets: 50 ms at the 95th percentile for each key,
150 ms to open a paper, and a book of 260 pages opens as fast as one of 10.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from tui_rig import (
    BOOK_WORDS,
    BOOKS,
    SEED,
    Terminal,
    environment_of,
    make_library,
    paperlab_on,
    percentile,
    report,
    words_of,
)

LIBRARY_KEYS = (b"j", b"j", b"k", b"\x04", b"j", b"\x15", b" ", b"b", b"G", b"g")
READER_KEYS = (b"j", b"j", b"j", b"J", b" ", b"k", b"\x04", b"]", b"[", b"G", b"g")
FILTER_KEYS = (*b"gradient", *b"\x7f" * 8)
READY_S = 3.0
"""Until the encoder is there and the libraries are warm."""


def row(terminal: Terminal, keys: Sequence[bytes], count: int, quiet_s: float = 0.12) -> dict[str, float]:
    """Press keys in turn."""
    before = terminal.cpu_s()
    paints = [terminal.press(keys[number % len(keys)], quiet_s) for number in range(count)]
    cpu_s = terminal.cpu_s() - before
    firsts, lasts = ([1000 * s for s in times] for times in zip(*[(p.first_s, p.last_s) for p in paints], strict=True))
    return {
        "median ms": median(lasts),
        "p95 ms": percentile(lasts, 0.95),
        "worst ms": max(lasts),
        "first p50": median(firsts),
        "first p95": percentile(firsts, 0.95),
        "cpu ms": 1000 * cpu_s / count,
        "presses": count,
    }


def in_library(command: list[str], environment: dict[str, str], count: int) -> Iterator[tuple[str, dict[str, float]]]:
    terminal = Terminal(command, environment)
    terminal.wait_for(f"A book of {max(BOOKS)} pages")
    terminal.quiet(READY_S)
    yield "moving in the library", row(terminal, LIBRARY_KEYS, count)
    terminal.press(b"f")
    letters = [bytes([key]) for key in FILTER_KEYS]
    yield "typing a filter", row(terminal, letters, len(letters))
    terminal.close()


def in_reader(command: list[str], environment: dict[str, str], count: int) -> Iterator[tuple[str, dict[str, float]]]:
    for pages, key in BOOKS.items():
        terminal = Terminal([*command, "read", key.value], environment)
        terminal.wait_for(f"A book of {pages} pages")
        terminal.quiet(READY_S)
        terminal.press(b"g")  # wherever it was left the last time
        yield f"reading {pages} pages", row(terminal, READER_KEYS, count)
        terminal.close()


def in_search(command: list[str], environment: dict[str, str], count: int) -> Iterator[tuple[str, dict[str, float]]]:
    chance = random.Random(SEED)
    terminal = Terminal(command, environment)
    terminal.wait_for(f"A book of {max(BOOKS)} pages")
    terminal.quiet(READY_S)
    terminal.press(b"/")
    letters = [bytes([letter]) for letter in words_of(chance, count)[:count].encode()]
    yield "a letter in search, then its answer", row(terminal, letters, count, quiet_s=0.4)
    terminal.close()


def opening(command: list[str], environment: dict[str, str], rounds: int) -> Iterator[tuple[str, dict[str, float]]]:
    """By enter on the uppermost rows; the first opening of each loads what opening needs and is left out."""
    terminal = Terminal(command, environment)
    terminal.wait_for(f"A book of {max(BOOKS)} pages")
    terminal.quiet(READY_S)
    seconds: dict[int, list[float]] = {pages: [] for pages in BOOKS}
    firsts: dict[int, float] = {}
    for number in range(rounds + 1):
        for step, pages in ((b"g", max(BOOKS)), (b"j", min(BOOKS))):
            terminal.press(step)
            terminal.press(b"\r", quiet_s=0.5, longest_s=20)
            terminal.press(b"g")  # to its start, where the words are that are waited for
            terminal.press(b"\x1b", quiet_s=0.5)
            terminal.quiet(0.5)
            took = _opened(terminal)
            if number:
                seconds[pages].append(took)
            else:
                firsts[pages] = took
            terminal.press(b"\x1b", quiet_s=0.5)
    terminal.close()
    for pages, times in seconds.items():
        milliseconds = [1000 * value for value in times]
        yield (
            f"opening {pages} pages",
            {
                "median ms": median(milliseconds),
                "p95 ms": percentile(milliseconds, 0.95),
                "worst ms": max(milliseconds),
                "presses": rounds,
                "the first": 1000 * firsts[pages],
            },
        )
    ratio = median(seconds[max(BOOKS)]) / median(seconds[min(BOOKS)])
    yield "ratio of the two", {"median ms": ratio}


def _opened(terminal: Terminal) -> float:
    terminal.begin(b"\r")
    return terminal.wait_for(BOOK_WORDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--presses", type=int, default=60)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    root = make_library(options.folder / f"keys-{options.papers}", options.papers, options.passages)
    environment, command = environment_of(options.folder), paperlab_on(root)
    rows: dict[str, dict[str, float]] = {}
    for part in (in_library, in_reader, in_search):
        rows |= part(command, environment, options.presses)
    rows |= opening(command, environment, 7)
    report(f"{options.papers:,} papers, {options.passages:,} passages", rows, options.json)


if __name__ == "__main__":
    main()
