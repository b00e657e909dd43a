"""What the benchmarks of the TUI share: a synthetic library, a terminal without a screen, and figures.

The library is made once in a folder and kept: 100,000 papers take some minutes. Its titles, passages and books are
random words from a fixed seed; vectors are random, too, of the default model's kind.
"""

import contextlib
import json
import os
import platform
import pty
import random
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fcntl import ioctl
from importlib.metadata import version
from pathlib import Path

from paperlab.config import Settings
from paperlab.domain.blocks import Block, BlockKind, Box, Line, ParsedPdf, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.passages import PageBox, Passage, PassageKind
from paperlab.library.library import Library
from paperlab.pdf.parse import PARSER_VERSION
from paperlab.workbench import Workbench

SEED = 7
START = datetime(2020, 1, 1, tzinfo=UTC)
PASSAGES_A_PAPER = 50
PARAGRAPHS_A_PAGE = 8
BOOKS = {10: PaperKey("book10"), 260: PaperKey("book260")}
BOOK_WORDS = "The first sentence of the book"
_FRAME_ENDS = b"\x1b[?2026l"
_CAN_SYNCHRONIZE = b"\x1b[?2026;2$y"

_TEXT = (
    "attention transformer language model retrieval translation learning deep memory graph gradient softmax encoder "
    "decoder token sequence training network layer kernel sparse dense vector query answer passage sentence corpus "
    "probability inference sampling latent prior posterior variance estimate bound convergence regret policy reward "
    "agent planning vision image caption speech audio signal noise robust adversarial privacy federated compiler cache"
)
WORDS = _TEXT.split()


def make_library(root: Path, papers: int, passages: int = 0) -> Path:
    """A library of so many papers, the last of them with passages, and two books; the one that is there already."""
    done = root / f"made-{papers}-{passages}"
    if done.exists():
        return root
    chance = random.Random(SEED)
    library = Library.create(root)
    for number in range(papers):
        folder = root / "papers" / key_of(number).value
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "paper.toml").write_text(_record(number, chance), encoding="utf-8")
    workbench = Workbench(Settings(offline=True), root)
    for pages, key in BOOKS.items():
        _put_book(workbench, library, key, pages, chance)
    if passages:
        _put_passages(workbench, papers, passages, chance)
    workbench.shelf.summaries()
    workbench.close()
    done.touch()
    return root


def key_of(number: int) -> PaperKey:
    return PaperKey(f"{1501 + number // 10000:04}.{number % 10000 + 10000:05}")


def words_of(chance: random.Random, count: int) -> str:
    """Few words often, many seldom."""
    return " ".join(WORDS[min(int(chance.paretovariate(0.7)), len(WORDS)) - 1] for _ in range(count))


def _record(number: int, chance: random.Random) -> str:
    added = START + timedelta(minutes=number)
    authors = ", ".join(f'"Given{number} Family{step}"' for step in range(1 + number % 7))
    return (
        f'key = "{key_of(number)}"\ncitekey = "author{number}"\ntitle = "{number} {words_of(chance, 8).title()}"\n'
        f'authors = [{authors}]\nabstract = "{words_of(chance, 120)}"\npublished = {added:%Y-%m-%dT%H:%M:%SZ}\n'
        f'added = {added:%Y-%m-%dT%H:%M:%SZ}\ntags = ["{WORDS[number % len(WORDS)]}"]\n'
    )


def _put_book(workbench: Workbench, library: Library, key: PaperKey, pages: int, chance: random.Random) -> None:
    source = library.root / f"{key}.pdf"
    source.write_bytes(f"%PDF-1.7 {key}, which nobody parses".encode())
    added = START + timedelta(days=4000 + pages)
    edition = library.add_edition(key, "v1", source, added)
    book = Paper(
        key=key,
        citekey=key.value,
        title=f"A book of {pages} pages",
        authors=("A. Writer",),
        abstract=words_of(chance, 60),
        added=added,
        editions=(edition,),
    )
    library.write(book)
    blocks = []
    for page in range(pages):
        heading = f"{page + 1} {words_of(chance, 4)}"
        texts = [(BlockKind.HEADING, heading)]
        texts += [(BlockKind.PARAGRAPH, _paragraph(chance, 6)) for _ in range(PARAGRAPHS_A_PAGE)]
        if page == 0:
            texts[1] = (BlockKind.PARAGRAPH, f"{BOOK_WORDS}. {texts[1][1]}")
        blocks += [_block(kind, text, page, heading) for kind, text in texts]
    parsed = ParsedPdf(pages, tuple(blocks), TextLayer.GOOD, title=book.title)
    fingerprint = workbench.encoder().fingerprint
    workbench.catalog().put_paper(key, edition, parsed, (), _vectors(0), fingerprint, PARSER_VERSION, book.title)


def _paragraph(chance: random.Random, sentences: int) -> str:
    return " ".join(f"{words_of(chance, 14).capitalize()}." for _ in range(sentences))


def _block(kind: BlockKind, text: str, page: int, heading: str) -> Block:
    lines = tuple(
        Line(page, Box(70, 80 + at / 8, 520, 90 + at / 8), at, min(at + 90, len(text)))
        for at in range(0, len(text), 90)
    )
    return Block(kind, text, lines, (heading,), 1 if kind is BlockKind.HEADING else 0)


def _put_passages(workbench: Workbench, papers: int, passages: int, chance: random.Random) -> None:
    """Into the papers added last, whose passages need no PDF to be found."""
    fingerprint = workbench.encoder().fingerprint
    edition = workbench.library.read(BOOKS[10]).editions[0]
    for number in range(papers - passages // PASSAGES_A_PAPER, papers):
        key, section = key_of(number), ("1 Introduction",)
        texts = [_paragraph(chance, 5) for _ in range(PASSAGES_A_PAPER)]
        found = [
            Passage(key, PassageKind.PASSAGE, text, section, "v1", (PageBox(0, Box(0, 0, 9, 9)),), 0) for text in texts
        ]
        parsed = ParsedPdf(1, (_block(BlockKind.PARAGRAPH, texts[0], 0, section[0]),), TextLayer.GOOD)
        vectors = _vectors(len(texts), number)
        workbench.catalog().put_paper(key, edition, parsed, found, vectors, fingerprint, PARSER_VERSION, str(number))


def _vectors(count: int, seed: int = 0):  # type: ignore[no-untyped-def]  # numpy is imported here alone
    import numpy as np

    vectors = np.random.default_rng(seed).standard_normal((count, 384), dtype=np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


@dataclass(frozen=True, slots=True)
class Paint:
    """What came after a key, in seconds from it."""

    first_s: float
    """The end of the first frame."""
    last_s: float
    """The end of the last frame before the terminal was quiet."""
    output: bytes


class Terminal:
    """A process on a pseudo-terminal of 100 × 30 that answers like a modern one: each paint comes as one frame."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=dict(environment), start_new_session=True
        )
        os.close(slave)
        self.output = b""

    def wait_for(self, words: str, longest_s: float = 120.0) -> float:
        """Seconds from the start of the process, or from the last key, to the bytes that show these words."""
        deadline = time.perf_counter() + longest_s
        while words.encode() not in self.output:
            if not self._read(deadline - time.perf_counter()) or time.perf_counter() > deadline:
                raise TimeoutError(f"{words!r} did not appear")
        return time.perf_counter() - self.began

    def begin(self, keys: bytes) -> None:
        """Send a key; the clock runs from here."""
        self.quiet(0.02)
        self.output = b""
        self.began = time.perf_counter()
        os.write(self._master, keys)

    def press(self, keys: bytes, quiet_s: float = 0.12, longest_s: float = 10.0) -> Paint:
        """Send a key and wait until nothing more is painted."""
        self.begin(keys)
        first = last = now = 0.0
        while now < longest_s and self._read(quiet_s if last else longest_s):
            now = time.perf_counter() - self.began
            if _FRAME_ENDS in self.output:
                first, last = first or now, now
        return Paint(first or longest_s, last or longest_s, self.output)

    def quiet(self, for_s: float, longest_s: float = 10.0) -> None:
        """Read on until nothing has come for a while."""
        deadline = time.perf_counter() + longest_s
        while time.perf_counter() < deadline and self._read(for_s):
            pass

    def cpu_s(self) -> float:
        """Processor time of the process and its ended children, where the system tells it, else NaN."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            return float("nan")
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._master)

    def _read(self, within_s: float) -> bool:
        if not select.select([self._master], [], [], max(within_s, 0))[0]:
            return False
        try:
            read = os.read(self._master, 1 << 16)
        except OSError:  # the process has ended
            return False
        if b"\x1b[?2026$p" in read:
            os.write(self._master, _CAN_SYNCHRONIZE)
        self.output += read
        return bool(read)


def environment_of(folder: Path) -> dict[str, str]:
    """A home of its own; modules are compiled as in an installed paperlab."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PAPERLAB_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept.pop("NO_COLOR", None)
    home = {"HOME": str(folder), "PYTHONPYCACHEPREFIX": str(folder / "pyc")}
    return kept | home | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TMUX": ""}


def paperlab_on(root: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "paperlab", "--offline", "--library", str(root), *words]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so great a share is not above."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def report(name: str, rows: Mapping[str, Mapping[str, float]], json_path: Path | None) -> None:
    """A table to stdout, a row a line; all of it, with machine and versions, to a file."""
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    width = max(len(row) for row in rows)
    print(f"\n{name:<{width}}" + "".join(f"{column:>13}" for column in columns))
    for row, values in rows.items():
        print(f"{row:<{width}}" + "".join(f"{values.get(column, float('nan')):>13.3f}" for column in columns))
    machine = {
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        **{library: version(library) for library in ("paperlab", "textual", "rich")},
    }
    print(json.dumps(machine))
    if json_path is not None:
        json_path.write_text(json.dumps({"benchmark": name, "rows": rows, **machine}, indent=1) + "\n")


def timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
