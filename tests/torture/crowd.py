"""Several at once on one library: `python -m torture.crowd PROCESSES OPERATIONS …`, a pair a run, one at the TUI.

All that was acknowledged must be there in the end, and nothing twice, however many of them were killed.
"""

import json
import logging
import random
import shutil
import string
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from arxiv_on_loopback import ArxivOnLoopback
from pytest_httpserver import HTTPServer

from paperlab.library.files import hash_file
from paperlab.pdf.typeset import Article, Section, typeset
from torture.deeds import Reader, Town
from torture.ledger import Fate, Ledger, broken_lines, things_in
from torture.scenarios import base_library, online
from torture.stage import Stage
from torture.table import Row, record
from torture.terminal_reader import TerminalReader

_NAMES = ("ann", "bob", "cyd", "dan", "eve", "fay")
_SETTINGS = ("timeout_s", "reader_width", "arxiv_delay_s")
_MOST_PDFS = 6
_SEED = 6


@dataclass(frozen=True, slots=True)
class Gathering:
    """What has come of it."""

    ledger: Ledger
    complaints: tuple[str, ...]


def gather(
    folder: Path, base: Path, arxiv: ArxivOnLoopback, processes: int, operations: int, seed: int, *, at_tui: bool
) -> Gathering:
    """Let them act on a copy of a library, `at_tui` one of them at the TUI, until there have been so many deeds.

    Args:
        folder: For all that they make.
        base: As `base_library` makes it, with the folder `papers` beside it.
    """
    root, ledger = folder / "library", Ledger()
    shutil.copytree(base, root)
    with ExitStack() as held:
        stages = [held.enter_context(_stage(folder / "home")) for _ in range(processes - at_tui)]
        pdfs = _pdfs(folder, min(_MOST_PDFS, operations // 20))
        town = Town(root, folder, arxiv, ledger, pdfs)
        readers = [
            Reader(name, setting, town, stage, random.Random(f"{seed} {name}"))
            for name, setting, stage in zip(_NAMES, _SETTINGS, stages, strict=False)
        ]
        turns = _Turns(operations)
        crowd: list[Callable[[], None]] = [partial(_act, reader, turns) for reader in readers]
        if at_tui:
            environment = online(arxiv) | {"HOME": str(folder / "home")}
            crowd.append(partial(_sit, TerminalReader("tess", town, environment, random.Random(f"{seed} tess")), turns))
        failures = _together(crowd)
        originals = base.parent / "papers"
        complaints = [*failures, *ledger.refused, *_compared(town, originals), *_unwell(stages[0], root)]
    return Gathering(ledger, tuple(complaints))


@contextmanager
def _stage(home: Path) -> Iterator[Stage]:
    stage = Stage(home)
    yield stage
    stage.close()


class _Turns:
    """So many deeds, of whoever is next."""

    def __init__(self, operations: int) -> None:
        self._left = operations
        self._lock = threading.Lock()

    def is_left(self) -> bool:
        """Take one; False if there are none."""
        with self._lock:
            self._left -= 1
            return self._left >= 0


def _act(reader: Reader, turns: _Turns) -> None:
    while turns.is_left():
        reader.act()


def _sit(reader: TerminalReader, turns: _Turns) -> None:
    while turns.is_left():
        reader.sit_down(turns.is_left)


def _together(crowd: Sequence[Callable[[], None]]) -> list[str]:
    """Returns what has gone wrong with the trial itself."""
    failures: list[str] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # told with the rest, when all have ended
            failures.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=run, args=(act,)) for act in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def _pdfs(folder: Path, count: int) -> list[Path]:
    """Their titles are the names of the files."""
    names = [f"Study {letter}" for letter in string.ascii_uppercase[:count]]
    for name in names:
        text = f"This is what {name} has found out, and nothing else."
        article = Article(title=name, authors=("Ada Study",), sections=(Section("One", (text,)),))
        typeset(article, folder / f"{name}.pdf")
    return [folder / f"{name}.pdf" for name in names]


def _compared(town: Town, originals: Path) -> Iterator[str]:
    found = things_in(town.root, town.folder / "home" / ".config" / "paperlab" / "config.toml")
    yield from town.ledger.compared(found)
    said, unsure = town.ledger.acknowledged, town.ledger.killed
    declared = said["status"] + said["TUI: status"] + 1  # one by whoever made the library
    if not declared <= found["declared", ""] <= declared + unsure["status"] + unsure["TUI: status"]:
        yield f"{found['declared', '']} lines of a status, {declared} were acknowledged"
    yield from (f"torn: {line}" for line in broken_lines(town.root))
    for name in ("attention", "bert"):
        (copy,) = (town.root / "papers").glob(f"*{name}/v1.pdf")
        if hash_file(originals / f"{name}.pdf") != hash_file(copy):
            yield f"{copy} is not what was added"


def _unwell(stage: Stage, root: Path) -> Iterator[str]:
    for words in (("doctor", "--fix"), ("doctor",), ("index", "verify")):
        ended = stage.run(root, (*words, "--json"))
        if not ended.is_acknowledged or (words[0] == "doctor" and not json.loads(ended.out)["ok"]):
            yield f"{' '.join(words)}: {ended.out} {ended.err}"


def main(runs: Sequence[tuple[int, int]]) -> int:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it tells of each request
    rows, bad = [], 0
    for processes, operations in runs:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made, HTTPServer(threaded=True) as server:
            folder, arxiv = Path(made), ArxivOnLoopback(server)
            with _stage(folder / "home") as stage:
                base_library(stage, folder / "base", folder / "papers", arxiv)
            (folder / "crowd").mkdir()
            found = gather(folder / "crowd", folder / "base", arxiv, processes, operations, _SEED, at_tui=True)
        measured = _told(processes, found)
        print(measured)
        command = f"python -m torture.crowd {processes} {operations}"
        rows.append(Row("All that several at once were told is done is there, nothing twice", measured, command))
        bad += len(found.complaints)
    record("processes", rows)
    return 1 if bad else 0


def _told(processes: int, found: Gathering) -> str:
    ledger = found.ledger
    for deed, number in sorted(ledger.acknowledged.items()):
        print(f"{deed:20} {number:5} acknowledged {ledger.killed[deed]:4} killed")
    print(*found.complaints, *ledger.busy, sep="\n")
    return (
        f"{processes} processes, one of them the TUI: {ledger.acknowledged.total()} operations acknowledged, "
        f"{ledger.killed.total()} killed, {len(ledger.busy)} gave up waiting for another; {ledger.of(Fate.THERE)} "
        f"things must be there and {ledger.of(Fate.GONE)} must not: {len(found.complaints)} complaints"
    )


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(list(zip(numbers[::2], numbers[1::2], strict=True))))
