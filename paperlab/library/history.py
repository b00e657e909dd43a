"""History: the way back. What is to be changed is put away and noted first; a step is what is undone at once."""

import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from threading import Lock

from paperlab.errors import LibraryError
from paperlab.library.files import append_text, copy_atomically, make_folder, move_folder, read_bytes, write_atomically
from paperlab.library.snapshots import Snapshots, digest_of, digest_of_file
from paperlab.library.steps import Change, Step, StepJournal, this_host


class OpenStep:
    """A step that is going on. It is written down when it first changes something."""

    def __init__(self, journal: StepJournal, lock: Callable[[], AbstractContextManager[None]], step: Step) -> None:
        self.id = step.id
        self.did = step.did
        """For a reader; may be told when it is done."""
        self._journal = journal
        self._lock = lock
        self._step = step
        self._has_begun = False
        self._noting = Lock()
        self._left: dict[str, str] = {}

    def note(self, changes: Iterable[Change]) -> None:
        """Write down what is about to change.

        Raises:
            LibraryError: The disk refused, so do not change it.
        """
        changes = tuple(changes)
        with self._noting, self._lock():
            if not self._has_begun:
                self._journal.begin(self._step)
                self._has_begun = True
            self._journal.note(self._step.id, changes)
            self._left |= {change.file: change.after for change in changes if not change.entry}

    @property
    def files(self) -> tuple[str, ...]:
        """What it has changed so far, but the lines of journals."""
        return tuple(self._left)

    def left(self, file: str) -> str | None:
        """What the step has made of a file last, as a digest; None if it has not touched it."""
        return self._left.get(file)

    def end(self, *, has_failed: bool) -> None:
        """What was changed is changed: if this cannot be written down, the step counts as cut off."""
        if not self._has_begun:
            return
        with suppress(LibraryError), self._lock():
            self._journal.end(self._step.id, self.did, has_failed=has_failed)


_open: ContextVar[tuple["History", OpenStep] | None] = ContextVar("open step", default=None)
"""Of this thread, and of those that are started with its context."""


class History:
    """Changes files below a folder so that each change can be undone. Whoever writes holds the file's lock."""

    def __init__(
        self,
        root: Path,
        folder: Path,
        lock: Callable[[str], AbstractContextManager[None]],
        now: Callable[[], datetime],
    ) -> None:
        """`folder` is for what was; `lock` gives a lock by its name."""
        self.root = root
        self.snapshots = Snapshots(root, folder, now)
        self._journal = StepJournal(folder / "steps.jsonl")
        self._lock = lock
        self._now = now

    @contextmanager
    def step(self, did: str = "", *, undoes: str = "", going_on: OpenStep | None = None) -> Iterator[OpenStep]:
        """Let all that is changed within be one step. One within another is part of it, unless it undoes something.

        Args:
            undoes: Id of the step that is taken back.
            going_on: An earlier step that this is more of.
        """
        outer = _open.get()
        if outer is not None and outer[0] is self and not undoes:
            yield outer[1]
            return
        opened = going_on or self._begun(did, undoes)
        token = _open.set((self, opened))
        has_failed = True
        try:
            yield opened
            has_failed = False
        finally:
            _open.reset(token)
            opened.end(has_failed=has_failed)

    def _begun(self, did: str, undoes: str) -> OpenStep:
        step = Step(uuid.uuid4().hex[:12], self._now(), did, os.getpid(), this_host(), (), undoes)
        return OpenStep(self._journal, lambda: self._lock("steps"), step)

    def steps(self) -> tuple[Step, ...]:
        """All that are known, oldest first."""
        return self._journal.read()

    def write(self, path: Path, data: bytes) -> None:
        """Replace a file, or make it, as `write_atomically` does.

        Raises:
            LibraryError: The disk refused, or what was there could not be put away; it is as it was.
        """
        self._note(path, lambda: digest_of(data))
        write_atomically(path, data)

    def append_text(self, path: Path, text: str, between: Callable[[bytes], str]) -> None:
        """Add to a file's end. Raises as `write`."""

        def added() -> str:
            there = read_bytes(path)
            return digest_of(there + (between(there[-4:]) + text).encode("utf-8", "replace"))

        self._note(path, added)
        append_text(path, text, between)

    def copy(self, source: Path, target: Path) -> tuple[str, int]:
        """Make a file of another one, as `copy_atomically` does."""
        self._note(target, lambda: digest_of_file(source))
        return copy_atomically(source, target)

    @contextmanager
    def watched(self, path: Path) -> Iterator[None]:
        """Let another program change a file within: what it held is put away, and what comes of it noted."""
        with self.step() as step:
            before = self.snapshots.keep(path)
            yield
            if (after := digest_of_file(path)) != before:
                step.note([Change(self.name(path), before, after)])

    def take_away(self, path: Path) -> None:
        """Move a file to the snapshots."""
        with self.step() as step:
            step.note([Change(self.name(path), digest_of_file(path))])
            self.snapshots.take_in(path)

    def move_folder(self, source: Path, target: Path) -> None:
        """Raises LibraryError if it cannot be moved."""
        make_folder(target.parent)
        with self.step() as step:
            step.note([Change(self.name(source), moved=self.name(target))])
            move_folder(source, target)

    def note_entries(self, path: Path, states: Mapping[str, tuple[str, str]]) -> None:
        """What a line that is about to be added makes of a journal's entries: states before and after, by id."""
        if states:
            with self.step() as step:
                step.note(Change(self.name(path), *pair, entry) for entry, pair in states.items())

    def copies(self, step: OpenStep) -> tuple[Path, ...]:
        """Where that is which the files of a step held before."""
        found = (self.snapshots.of(self.root / file) for file in step.files)
        return tuple(snapshots[0].path for snapshots in found if snapshots)

    def name(self, path: Path) -> str:
        """As in `Change.file`."""
        return path.relative_to(self.root).as_posix()

    def _note(self, path: Path, after: Callable[[], str]) -> None:
        """Put away what a file holds, unless the same step has just written it, and note what becomes of it."""
        with self.step() as step:
            before = digest_of_file(path)
            if before and before != step.left(self.name(path)):
                self.snapshots.keep(path)
            if (digest := after()) != before:
                step.note([Change(self.name(path), before, digest)])
