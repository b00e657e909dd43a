"""Steps: what a reader has done to a library, one command or action each, and which contents it has changed.

`.backups/steps.jsonl` tells of each step in one or more lines of its `step`: when and what it was, what it is about
to change, and that it has ended. It grows by appends, and is shortened from its beginning when it is long.
"""

import json
import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from paperlab.library import fields
from paperlab.library.fields import Misfit, Table
from paperlab.library.files import append_text, close_line, read_lines, write_atomically
from paperlab.library.snapshots import make_backups_folder
from paperlab.library.stamps import ANNOTATIONS, NOTES, READING, RECORD

_NAMES = {
    RECORD: "the record of",
    NOTES: "the notes on",
    ANNOTATIONS: "an annotation of",
    READING: "the reading log of",
}
MOST_BYTES = 1 << 20
"""Of the step journal; half of them are kept when it is longer."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file, or an entry of a journal, that a step has changed; or a folder that it has moved."""

    file: str
    """From the library's root, with slashes."""
    before: str = ""
    """What tells its content: of a file its digest, of an entry its state; empty where there was none."""
    after: str = ""
    entry: str = ""
    """Id of the journal's entry; empty for a whole file."""
    moved: str = ""
    """Where a folder has gone, from the library's root."""


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    at: datetime
    did: str
    """What the reader has asked for; may be empty."""
    process: int
    host: str
    changes: tuple[Change, ...]
    undoes: str = ""
    """The step that it takes back."""
    has_ended: bool = False

    @property
    def is_running(self) -> bool:
        """As far as can be seen from this machine."""
        if self.has_ended or self.host != socket.gethostname() or self.process == os.getpid():
            return False
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return False
        except OSError:  # somebody else's
            return True
        return True

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(change.file for change in self.changes))

    @property
    def told(self) -> str:
        """What it did, for a reader."""
        if self.did:
            return self.did
        first, *more = self.files or ("nothing",)
        folder, _, name = first.rpartition("/")
        shown = f"{_NAMES[name]} {folder.rpartition('/')[2]}" if name in _NAMES else first
        return f"{shown} and {len(more)} more" if more else shown


class StepJournal:
    """To be written to under a lock."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self, step: Step) -> None:
        make_backups_folder(self._path.parent)
        self._shorten()
        told = {"step": step.id, "at": step.at.isoformat(), "did": step.did, "pid": step.process, "host": step.host}
        self._append(told | ({"undoes": step.undoes} if step.undoes else {}))

    def note(self, step: str, changes: Iterable[Change]) -> None:
        if told := [_written(change) for change in changes]:
            self._append({"step": step, "changes": told})

    def end(self, step: str, did: str) -> None:
        self._append({"step": step, "did": did, "ended": True}, is_urgent=True)

    def read(self) -> tuple[Step, ...]:
        """Oldest first; lines that cannot be meant are passed over."""
        found: dict[str, Step] = {}
        for _, line in read_lines(self._path):
            with suppress(Misfit):
                step = fields.word(line, "step")
                if step in found:
                    found[step] = _with(found[step], line)
                elif "at" in line:
                    found[step] = _begun(step, line)
        return tuple(step for step in found.values() if step.changes or step.undoes)

    def _append(self, line: Table, *, is_urgent: bool = False) -> None:
        append_text(self._path, json.dumps(line, ensure_ascii=False) + "\n", close_line, is_urgent=is_urgent)

    def _shorten(self) -> None:
        if not self._path.exists() or self._path.stat().st_size <= MOST_BYTES:
            return
        lines = [
            (fields.text(line, "step"), json.dumps(line, ensure_ascii=False)) for _, line in read_lines(self._path)
        ]
        size, kept = 0, set[str]()
        for step, line in reversed(lines):
            size += len(line)
            if size <= MOST_BYTES // 2:
                kept.add(step)
        text = "".join(f"{line}\n" for step, line in lines if step in kept)
        write_atomically(self._path, text.encode("utf-8", "replace"))


def _begun(step: str, line: Table) -> Step:
    begun = Step(
        id=step,
        at=fields.moment(line, "at"),
        did=fields.line(line, "did"),
        process=fields.whole(line, "pid", 0),
        host=fields.line(line, "host"),
        changes=(),
        undoes=fields.line(line, "undoes"),
    )
    return _with(begun, line)


def _with(step: Step, line: Table) -> Step:
    return replace(
        step,
        did=fields.line(line, "did") or step.did,
        changes=(*step.changes, *_changes(line)),
        has_ended=step.has_ended or line.get("ended") is True,
    )


def _changes(line: Table) -> Iterator[Change]:
    for told in fields.tables(line, "changes"):
        names = ("file", "before", "after", "entry", "moved")
        change = Change(*(fields.line(told, name) for name in names))
        if _is_inside(change.file) and (not change.moved or _is_inside(change.moved)):
            yield change


def _is_inside(file: str) -> bool:
    """No name that leads out of the library, or to what is not its reader's: the journal may be somebody else's."""
    parts = file.split("/")
    return not any(part.startswith(".") or not part or "\\" in part or ":" in part for part in parts)


def _written(change: Change) -> Table:
    told = {"file": change.file, "before": change.before, "after": change.after}
    return told | {name: text for name in ("entry", "moved") if (text := getattr(change, name))}
