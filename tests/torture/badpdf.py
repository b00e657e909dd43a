"""`python -m torture.badpdf [FOLDER]`: a folder of hostile PDFs, added in one command; then, of each file, the marks
are read, the first page is drawn, and a copy with an annotation is written. What each cost is seen from outside, in
/proc.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.blocks import Box
from paperlab.errors import PdfError
from paperlab.pdf.copies import write_copy
from paperlab.pdf.marks import read_marks
from paperlab.pdf.pictures import Pictures
from torture.table import Row, record

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "badpdf"
COMMAND = "python -m torture.badpdf"
LONGEST_S = 30.0
MOST_KB = 1 << 20
_LOOK_EVERY_S = 0.02
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_MARK = Annotation(
    id="0" * 26, kind=AnnotationKind.AREA, edition="v1", page_index=0, quote="", boxes=(Box(20, 20, 60, 60),),
    created=_NOW, updated=_NOW,
)  # fmt: skip


@dataclass(slots=True)
class Watch:
    """What a process and its children cost, as seen from outside while the watch lasts."""

    process: int
    folder: Path
    parent_kb: int = 0
    """The largest resident size that the kernel knows of."""
    child_kb: dict[str, int] = field(default_factory=dict)
    """By the name of the file that a child has open; empty for those that were never seen with one."""
    seen: dict[str, tuple[float, float]] = field(default_factory=dict)
    """The first and the last moment at which a child had the file open."""
    _known: dict[int, str] = field(default_factory=dict)
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Watch":
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, _: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._thread is not None
        self._ended.set()
        self._thread.join()

    def slowest(self) -> list[tuple[float, str]]:
        return sorted(((last - first, name) for name, (first, last) in self.seen.items()), reverse=True)

    def largest(self) -> list[tuple[int, str]]:
        return sorted(((kb, name) for name, kb in self.child_kb.items()), reverse=True)

    def _look_on(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_S):
            now = time.monotonic()
            self.parent_kb = max(self.parent_kb, _peak_kb(self.process))
            for pid in _children(self.process):
                name = self._known[pid] = self._known.get(pid) or _open_file(pid, self.folder)
                self.child_kb[name] = max(self.child_kb.get(name, 0), _peak_kb(pid))
                if name:
                    self.seen[name] = (self.seen.get(name, (now, now))[0], now)


def add_all(files: Sequence[Path], library: Path) -> tuple[Watch, int, float, list[Mapping[str, Any]]]:
    """Add in one command: what it cost, its exit code, seconds, outcomes.

    Raises:
        SystemExit: It broke down.
    """
    words = [sys.executable, "-m", "paperlab", "--library", str(library), "--offline", "--json", "add"]
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen([*words, *map(str, files)], stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        with Watch(process.pid, files[0].parent.resolve()) as watch:
            process.wait()
        seconds = time.monotonic() - began
        out.seek(0)
        err.seek(0)
        complaints = err.read()
        if "Traceback" in complaints or process.returncode not in (0, 1):
            raise SystemExit(f"the program has broken down ({process.returncode}):\n{complaints}")
        return watch, process.returncode, seconds, json.load(out)


def try_all(files: Sequence[Path], work: Callable[[Path], object]) -> tuple[Watch, Counter[str], tuple[float, str]]:
    """Do something with each file: the costs, what became of each, and the slowest. Only our own errors are caught."""
    became: Counter[str] = Counter()
    slowest = 0.0, ""
    with Watch(os.getpid(), files[0].parent.resolve()) as watch:
        for path in files:
            began = time.monotonic()
            try:
                work(path)
                became["done"] += 1
            except PdfError as error:
                became[_reason(error.message)] += 1
            slowest = max(slowest, (time.monotonic() - began, path.name))
    return watch, became, slowest


def main(folder: Path) -> int:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home
        library = Path(home) / "library"
        subprocess.run([sys.executable, "-m", "paperlab", "init", str(library)], check=True, capture_output=True)
        watch, code, seconds, outcomes = add_all(files, library)
    rows += _told(files, watch, code, seconds, outcomes)
    is_good = len(outcomes) == len(files) and watch.slowest()[0][0] <= LONGEST_S
    is_good &= max(watch.largest()[0][0], watch.parent_kb) < MOST_KB
    pictures = Pictures()
    works: dict[str, Callable[[Path], object]] = {
        "The marks of each file are read": read_marks,
        "The first page of each file is drawn": lambda path: pictures.page(path, 0, 1200),
        "A copy of each file with an annotation is written": lambda path: write_copy(path, [_MARK], lambda _: None),
    }
    for promise, work in works.items():
        watch, became, (longest_s, slowest) = try_all(files, work)
        kb, largest = watch.largest()[0]
        print(promise, dict(became), f"{longest_s:.1f} s {slowest}, {kb / 1024:.0f} MiB {largest}", sep="\n    ")
        is_good &= longest_s <= LONGEST_S and kb < MOST_KB
        told = f"{became.pop('done')} of {len(files)}; refused: {_listed(became)}"
        measured = f"{told}; slowest {longest_s:.1f} s ({slowest}), peak of a child {kb / 1024:.0f} MiB ({largest})"
        rows.append(Row(f"{promise}, with a reason for those where it cannot be", measured, COMMAND))
    pictures.close()
    record("badpdf", rows)
    return 0 if is_good else 1


def _told(
    files: Sequence[Path], watch: Watch, code: int, seconds: float, outcomes: Sequence[Mapping[str, Any]]
) -> list[Row]:
    statuses = Counter(outcome["status"] for outcome in outcomes)
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for outcome in outcomes:
        if outcome["status"] == "failed":
            reasons[_reason(outcome["error"])].append(Path(outcome["source"]).name)
    for reason, names in reasons.items():
        print(f"{len(names):5} {reason}: {', '.join(names[:4])}")
    for took, name in watch.slowest()[:6]:
        print(f"{took:8.1f} s   {name}")
    for kb, name in watch.largest()[:6]:
        print(f"{kb / 1024:8.0f} MiB {name}")
    left_out = [Path(outcome["source"]).name for outcome in outcomes if "left out" in outcome.get("warning", "")]
    counted = f"{statuses['added']} added ({len(left_out)} of them without some page), {statuses['present']} twins"
    print(
        f"{seconds:.0f} s, exit {code}, {counted}, parent {watch.parent_kb / 1024:.0f} MiB; without pages: {left_out}"
    )
    refused = _listed(Counter({reason: len(names) for reason, names in reasons.items()}))
    (longest_s, slowest), (kb, largest) = watch.slowest()[0], watch.largest()[0]
    return [
        Row(
            f"All {len(files)} files of `badpdf` are added in one command: it ends, and each file is added or refused "
            "with a reason",
            f"{seconds:.0f} s, exit code {code}; {counted}, {statuses['failed']} refused: {refused}",
            COMMAND,
        ),
        Row(
            f"No file takes over {LONGEST_S:.0f} s, memory stays under 1 GiB",
            f"slowest {longest_s:.1f} s ({slowest}), peak of a child {kb / 1024:.0f} MiB ({largest}), of the program "
            f"itself {watch.parent_kb / 1024:.0f} MiB",
            COMMAND,
        ),
    ]


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{number} {reason}" for reason, number in counted.most_common())


def _reason(error: str) -> str:
    """An error without the file's name, places and hints."""
    known = (
        "is not a PDF|is empty|cannot be read: |cannot be shown: |was given up: |has more than |is not as it should be"
    )
    words = re.sub(rf"^.*?({known})", r"\1", error)
    return re.sub(r" \(.*|: (?:page|it has).*| on page \d+|\d{2,}.*", "", words.removeprefix("cannot be read: "))


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except OSError:  # it has just ended
        pass
    return found


def _peak_kb(pid: int) -> int:
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _open_file(pid: int, folder: Path) -> str:
    try:
        targets = [entry.readlink() for entry in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return ""
    return next((target.name for target in targets if target.parent == folder), "")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
