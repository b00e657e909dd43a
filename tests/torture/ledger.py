"""The ledger of a crowd: what was said to be done, and whether all of it is there when everybody has gone.

Each thing has a token of its own, `note-ann12`, so that it is found wherever a merge has carried it.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from threading import Lock

from paperlab.domain.merging import CONFLICT
from paperlab.library.library import Library

Thing = tuple[str, str]
"""Of which kind, and its token."""
_BUSY = ("is locked since", "the library is busy", "another process is writing")
"""What a program says that has given up waiting for another."""
_TOKEN = re.compile(r"(?:note|mark|edit)-[a-z]+\d+")


class Fate(StrEnum):
    THERE = "there"
    """Exactly once."""
    GONE = "gone"
    EITHER = "either"
    """Whoever did it was killed, or refused: once or not at all."""


class Ledger:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._fates: dict[Thing, Fate] = {}
        self.acknowledged: Counter[str] = Counter()
        """By deed."""
        self.killed: Counter[str] = Counter()
        self.refused: list[str] = []
        self.busy: list[str] = []
        """Those who gave up waiting for somebody else."""

    def enter(self, things: list[Thing], fate: Fate) -> None:
        with self._lock:
            self._fates |= dict.fromkeys(things, fate)

    def count(self, deed: str, *, was_killed: bool) -> None:
        with self._lock:
            (self.killed if was_killed else self.acknowledged)[deed] += 1

    def complain(self, refusal: str) -> None:
        with self._lock:
            is_busy = any(words in refusal for words in _BUSY)
            (self.busy if is_busy else self.refused).append(refusal)

    def of(self, *fates: Fate) -> int:
        return sum(fate in fates for fate in self._fates.values())

    def compared(self, found: Counter[Thing]) -> Iterator[str]:
        """What is lost, doubled, or back from the dead."""
        for thing, fate in self._fates.items():
            number = found[thing]
            if fate is Fate.THERE and number == 0:
                yield f"lost: {thing}"
            elif fate is Fate.GONE and number:
                yield f"back again: {thing}"
            elif number > 1:
                yield f"{number} times: {thing}"


def things_in(root: Path, settings: Path) -> Counter[Thing]:
    """All that the library holds of the kinds that a ledger knows, and what is set in a file of settings."""
    library = Library.open(root)
    found: Counter[Thing] = Counter()
    declared: set[str] = set()
    for key in library.keys():  # noqa: SIM118  (a library is no dict)
        paper = library.read(key)
        found["paper", paper.title] += 1
        found["citekey", paper.citekey] += 1
        found.update(("former", name) for name in paper.entry.get("ids").split(","))
        found.update(("tag", tag) for tag in paper.tags)
        found.update(("edition", f"{key} {edition.name}") for edition in paper.editions)
        tokens = _TOKEN.findall(notes := library.read_notes(key))
        found.update(("note", token) for token in (set(tokens) if CONFLICT in notes else tokens))
        for mark in library.annotations(key):
            found.update(("mark", token) for token in _TOKEN.findall(mark.comment))
            found["quote", f"{mark.id} {' '.join(mark.quote.split()).casefold()}"] += 1
            found.update(("mark's tag", tag) for tag in mark.tags)
        declared |= _declared(library.folder(key) / "reading.jsonl")
    found["declared", ""] = len(declared)
    for reading_list in library.lists():
        found.update(("list", f"{reading_list.name}: {item.title}") for item in reading_list.items)
    if settings.exists():
        found.update(("setting", f"{key} = {value:g}") for key, value in tomllib.loads(settings.read_text()).items())
    return found


def broken_lines(root: Path) -> list[str]:
    library = Library.open(root)
    return [f"{key}: {line}" for key in library.keys() for line in library.broken_lines(key)]  # noqa: SIM118


def _declared(journal: Path) -> set[str]:
    """Ids of what was declared; a merge that was killed leaves them with both papers."""
    lines = journal.read_text("utf-8", "replace").splitlines() if journal.exists() else []
    told = [json.loads(line) for line in lines if line.endswith("}")]
    ids = [line["id"] for line in told]
    assert len(ids) == len(set(ids)), f"{journal} has a line twice"
    return {line["id"] for line in told if line.get("type") == "declared"}
