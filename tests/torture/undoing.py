"""Undoing on a disk that fails: `python -m torture.undoing [SHARE]`, the share of all trials in percent.

Each command is done on a copy of a small library and undone, and one of them is cut off or refused at each of its
operations in turn. Afterwards the undo is done again, as a reader would; then the library must say what it did before
the command, and no byte of a PDF may be gone.
"""

import hashlib
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from paperlab.errors import PaperlabError
from paperlab.library.library import Library
from paperlab.library.undoing import undone
from paperlab.pdf.typeset import typeset
from paperlab.services.demonstrating import read_primer
from torture.faults import Fault, Trouble
from torture.scenarios import BIBLIOGRAPHY, NEW_QUOTE, OLD_QUOTE
from torture.stage import Ended, Stage
from torture.table import Row, record
from torture.truth import Fact, facts
from torture.undo_sequences import run

ONE, TWO = "paperlab2026attention", "paperlab2026bert"
COMMANDS: dict[str, tuple[str, ...]] = {
    "note": ("note", ONE, "-m", "A new thought."),
    "highlight": ("highlight", ONE, "--quote", NEW_QUOTE),
    "delete a mark": ("annotations", "rm", "MARK"),
    "place a mark": ("annotations", "place", "MARK", "--quote", NEW_QUOTE),
    "take marks over": ("annotations", "import", "PAPERS/marked.pdf", "--paper", ONE),
    "status of two": ("status", ONE, TWO, "read", "--depth", "understood"),
    "tag two": ("tag", ONE, TWO, "--add", "second"),
    "add": ("add", "PAPERS/gpt.pdf", "--no-index", "--list", "mine", "--tag", "new"),
    "add a bibliography": ("add", "PAPERS/books.bib", "--list", "mine"),
    "merge": ("merge", ONE, TWO),
    "bring notes back": ("restore", ONE, "1"),
    "take a comment back": ("import", "EDITED"),
    "restore a library": ("restore", "PAPERS/everything.json", "LIBRARY"),
}
"""Each changes something. MARK, PAPERS, EDITED and LIBRARY stand for what only the trial knows."""

_SEQUENCES = 100
_RECORDED_SHARE = 5
"""Percent of all trials, from which on the figures are kept."""


@dataclass(frozen=True, slots=True)
class Verdict:
    trial: str
    complaints: tuple[str, ...]


def said(root: Path) -> frozenset[Fact]:
    """All that a library says; of the reading journals what counts."""
    library = Library.open(root)
    found = {fact for fact in facts(root) if fact[0] != "reading"}
    for key in library.keys():  # noqa: SIM118  (a library is no dict)
        found |= {("reading", str(key), str(entry)) for entry in library.reading(key)}
    return frozenset(found)


def pdfs(root: Path) -> frozenset[str]:
    """Of all PDFs in a library, wherever they lie."""
    return frozenset(hashlib.sha256(path.read_bytes()).hexdigest() for path in root.rglob("*.pdf") if path.is_file())


class Laboratory:
    """Holds a library, each command's outcome on it, and makes trials on copies."""

    def __init__(self, folder: Path, stage: Stage) -> None:
        self._stage = stage
        self._folder = folder
        self._base, self._copy = folder / "base", folder / "library"
        self._papers = folder / "papers"
        self._fill()
        self._before = said(self._base)
        (self._mark,) = (fact[2] for fact in self._before if fact[0] == "mark")

    def operations(self, name: str) -> tuple[int, int]:
        """How many the command asks of the disk, and how many its undo."""
        self._renew(self._base)
        done = self._do(name)
        assert done.is_acknowledged, (name, done.err)
        assert said(self._copy) != self._before, f"{name} changes nothing: the trial would show nothing"
        shutil.rmtree(self._done(name), ignore_errors=True)
        shutil.copytree(self._copy, self._done(name), symlinks=True)
        undone = self._stage.run(self._copy, ("undo",))
        assert undone.is_acknowledged, (name, undone.err)
        assert said(self._copy) == self._before, name
        return len(done.operations), len(undone.operations)

    def failing_command(self, name: str, fault: Fault) -> Verdict:
        """The command goes wrong; what it has done is undone."""
        self._renew(self._base)
        done = self._do(name, fault)
        return self._judged(f"{name}, {fault.trouble} at {fault.at}, then undone", done)

    def failing_undo(self, name: str, fault: Fault) -> Verdict:
        """The command is done and its undo goes wrong."""
        self._renew(self._done(name))
        undone = self._stage.run(self._copy, ("undo",), fault=fault)
        return self._judged(f"undo of {name}, {fault.trouble} at {fault.at}", undone)

    def _judged(self, trial: str, ended: Ended) -> Verdict:
        complaints: list[str] = []
        if "Traceback" in ended.err:
            complaints.append(f"a traceback: {ended.err[-400:]}")
        try:
            while self._is_open():
                again = self._stage.run(self._copy, ("undo",))
                if not again.is_acknowledged:
                    complaints.append(f"again: {again.code} {again.err}")
                    break
            complaints += self._losses()
        except (PaperlabError, OSError, ValueError) as error:
            complaints.append(f"cannot be read: {error!r}")
        return Verdict(trial, tuple(complaints))

    def _losses(self) -> Iterator[str]:
        after = said(self._copy)
        yield from (f"lost: {fact}" for fact in self._before - after)
        yield from (f"left: {fact}" for fact in after - self._before)
        if gone := pdfs(self._base) - pdfs(self._copy):
            yield f"PDFs are gone: {gone}"

    def _is_open(self) -> bool:
        """The command is not taken back, or not all of it."""
        known = {step.id for step in Library.open(self._base).history.steps()}
        steps = Library.open(self._copy).history.steps()
        new = {step.id for step in steps if not step.undoes} - known
        return not new <= undone(steps)

    def _do(self, name: str, fault: Fault | None = None) -> Ended:
        (edited,) = (self._copy / "edited").glob("*.md")
        stands = {"MARK": self._mark, "PAPERS": str(self._papers), "EDITED": str(edited), "LIBRARY": str(self._copy)}
        words = []
        for word in COMMANDS[name]:
            first, slash, rest = word.partition("/")
            words.append(stands.get(first, first) + slash + rest)
        return self._stage.run(self._copy, words, fault=fault)

    def _done(self, name: str) -> Path:
        return self._folder / "done" / name.replace(" ", "-")

    def _renew(self, source: Path) -> None:
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(source, self._copy, symlinks=True)

    def _fill(self) -> None:
        self._papers.mkdir()
        for name in ("attention", "gpt", "bert"):
            typeset(read_primer(name), self._papers / f"{name}.pdf")
        (self._papers / "books.bib").write_text(BIBLIOGRAPHY)
        edited = self._base / "edited"

        def do(*words: str, library: Path = self._base) -> None:
            ended = self._stage.run(library, words)
            assert ended.is_acknowledged, (words, ended.err)

        other = self._folder / "other"
        do("init", str(other), library=other)
        do("add", str(self._papers / "books.bib"), library=other)
        do("export", "--format", "json", "-o", str(self._papers / "everything.json"), library=other)
        do("init", str(self._base))
        do(
            "add",
            str(self._papers / "attention.pdf"),
            str(self._papers / "bert.pdf"),
            "--tag",
            "first",
            "--list",
            "mine",
        )
        do("note", ONE, "-m", "What was there before.")
        do("note", ONE, "-m", "And more of it.")
        do("note", TWO, "-m", "On the other one.")
        do("status", TWO, "reading")
        with pikepdf.open(self._papers / "attention.pdf") as document:  # what another program would have made of it
            remark = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Contents="Remark.", Rect=[72, 700, 92, 720], NM="1"
            )
            document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(remark)])
            document.save(self._papers / "marked.pdf")
        do("highlight", ONE, "--quote", OLD_QUOTE, "--page", "1", "--comment", "old")
        do("export", ONE, "-o", str(edited))
        (note,) = edited.glob("*.md")
        note.write_text(note.read_text().replace("\nold\n", "\nold\n\nAnd an edit.\n"))


def main(share: int, seed: int = 5) -> int:
    chance = random.Random(seed)
    counted: Counter[str] = Counter()
    bad: list[Verdict] = []
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder) / "home")
        laboratory = Laboratory(Path(folder), stage)
        for name in COMMANDS:
            done, undone = laboratory.operations(name)
            trials = [
                (make, Fault(trouble, at))
                for make, count in ((laboratory.failing_command, done), (laboratory.failing_undo, undone))
                for at in range(1, count + 1)
                for trouble in Trouble
            ]
            for make, fault in chance.sample(trials, max(1, len(trials) * share // 100)):
                verdict = make(name, fault)
                counted[make.__name__] += 1
                if verdict.complaints:
                    bad.append(verdict)
                    print(verdict.trial, *verdict.complaints, sep="\n    ", flush=True)
            print(f"{name:20} {done:4} operations, {undone:4} to undo", flush=True)
        stage.close()
    print(f"{counted.total()} trials, {len(bad)} with complaints")
    if share >= _RECORDED_SHARE:
        record("undo", [*_rows(counted, bad, share), _row_of_sequences(share)])
    return 1 if bad else 0


def _rows(counted: Counter[str], bad: list[Verdict], share: int) -> list[Row]:
    kinds, command = len(COMMANDS), f"python -m torture.undoing {share}"
    return [
        Row(
            "`paperlab undo` takes back what a command has done, also if one of the two is killed, torn or refused by "
            "the disk at any of its operations; done again, it comes to its end, and nothing is lost",
            f"{kinds} kinds of commands; {counted['failing_command']} cut off or refused and then undone, "
            f"{counted['failing_undo']} undone with the undo cut off or refused: {len(bad)} that did not end as before",
            command,
        ),
    ]


def _row_of_sequences(share: int) -> Row:
    kinds, bad = run(_SEQUENCES)
    return Row(
        "After any sequence of commands, undone one by one, the library says what it said before each; and what it "
        "said after each, when the undoing is undone",
        f"{_SEQUENCES} random sequences, {kinds.total()} commands of {len(kinds)} kinds: {bad} sequences went wrong",
        f"python -m torture.undoing {share}",
    )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
