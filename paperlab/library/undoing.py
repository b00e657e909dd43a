"""Undoing: the contents that a step has changed become what they were before, or nothing is changed at all.

Files come back from their snapshots, entries of journals by one more line. It is a step itself, and may be done again
after it was cut off: what is as it was before the step is left alone.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from paperlab.domain.text import one_line
from paperlab.errors import ChangedOutside, LibraryBusy
from paperlab.library.files import make_folder, read_bytes
from paperlab.library.history import History
from paperlab.library.journal_lines import append_line, is_deletion, line_of_state, stamp, standing, state_of
from paperlab.library.snapshots import digest_of_file
from paperlab.library.stamps import RECORD
from paperlab.library.steps import Change, Step

Guard = Callable[[str], AbstractContextManager[None]]
"""The lock of whoever changes a file, by its name from the root."""
_NAMED = 3
"""Obstacles that a message tells of."""


def undone(steps: Sequence[Step]) -> frozenset[str]:
    """Ids of the steps that are taken back, of those given with the oldest first. An undo can be taken back, too."""
    found: set[str] = set()
    for step in reversed(steps):
        if step.undoes and step.has_ended and not step.has_failed and step.id not in found:
            found.add(step.undoes)
    return frozenset(found)


def undo(history: History, step: Step, guard: Guard, now: Callable[[], datetime]) -> None:
    """Take a step back.

    Raises:
        LibraryBusy: It is still going on.
        ChangedOutside: Something is not as the step has left it; nothing is changed.
        LibraryError: The disk refused; what is left can be undone by doing this again.
    """
    if step.is_running:
        raise LibraryBusy(f"“{step.told}” is still going on in process {step.process}", hint="Wait for its end.")
    courses = [_Course(history, changes, step) for changes in _grouped(step.changes)]
    if found := [obstacle for course in courses if (obstacle := course.obstacle())]:
        raise _refusal(step, found)
    with history.step(_did(step), undoes=step.id) as opened:
        opened.note(())
        for course in reversed(courses):
            with guard(course.file):
                if obstacle := course.obstacle():
                    raise _refusal(step, [obstacle])
                course.go_back(now)
        _remove_empty(history.root, step.files)


def _did(step: Step) -> str:
    """Undo, redo, and undo again: never more than one of these words."""
    if not step.undoes:
        return f"undo {step.told}"
    what = step.told.removeprefix("redo ")
    return f"undo {what}" if what != step.told else f"redo {step.told.removeprefix('undo ')}"


def _refusal(step: Step, obstacles: Sequence[str]) -> ChangedOutside:
    named = "; ".join(obstacles[:_NAMED])
    more = f"; and {len(obstacles) - _NAMED} more" if len(obstacles) > _NAMED else ""
    hint = "Nothing is overwritten. `paperlab undo --list` shows the steps, `paperlab restore KEY` older contents."
    return ChangedOutside(f"“{step.told}” cannot be undone: {named}{more}", hint=hint)


def _grouped(changes: Iterable[Change]) -> list[list[Change]]:
    """The changes of each file, entry or folder, in the order in which each was changed last."""
    groups: dict[tuple[str, str, str], list[Change]] = {}
    for change in changes:
        name = (change.file, change.entry, change.moved)
        groups[name] = [*groups.pop(name, []), change]
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class _Course:
    """What a step has made of one file, entry or folder, change by change."""

    history: History
    changes: Sequence[Change]
    step: Step

    @property
    def file(self) -> str:
        return self.changes[0].file

    def obstacle(self) -> str:
        """Why it cannot go back; empty if it can, or is back already."""
        if self.changes[0].moved:
            return self._moved_obstacle()
        if any(one.after != next_one.before for one, next_one in zip(self.changes, self.changes[1:], strict=False)):
            return f"{self._name} was changed by another process meanwhile"
        current = self._current()
        if current == self._before:
            return ""
        if current not in {change.after for change in self.changes}:
            return f"{self._name} has changed since{self._kept()}"
        if self._before and self._source() is None:
            return f"what {self._name} was before is not kept any more"
        if not self._before and self._path.name == RECORD:
            others = [name for name in self._others() if not self._is_emptied(name)]
            return f"{self._path.parent.name} has {', '.join(others)} since" if others else ""
        return ""

    def go_back(self, now: Callable[[], datetime]) -> None:
        """To be called where there is no obstacle, under the file's lock."""
        change = self.changes[0]
        if change.moved:
            source, target = self.history.root / change.moved, self._path
            if source.exists():
                with suppress(OSError):
                    target.rmdir()  # an empty one, which somebody has made anew
                self.history.move_folder(source, target)
        elif self._current() != self._before:
            self._go_back(change, now)

    def _go_back(self, change: Change, now: Callable[[], datetime]) -> None:
        history = self.history
        if change.entry:
            line = line_of_state(self._path, change.entry, self._before) if self._before else None
            gone = {"id": change.entry, "at": stamp(now()), "deleted": True}
            append_line(self._path, line or gone, history.note_entries)
        elif not self._before:
            for name in self._others() if self._path.name == RECORD else ():
                history.take_away(self._path.with_name(name))
            history.take_away(self._path)
        elif source := history.snapshots.find(self._path, self._before):
            make_folder(self._path.parent)
            if self._path.exists():
                history.write(self._path, read_bytes(source))
            else:
                history.copy(source, self._path)

    @property
    def _path(self) -> Path:
        return self.history.root / self.file

    @property
    def _name(self) -> str:
        entry = self.changes[0].entry
        return f"the entry {one_line(entry)[:8]} of {self.file}" if entry else self.file

    @property
    def _before(self) -> str:
        return self.changes[0].before

    def _current(self) -> str:
        entry = self.changes[0].entry
        return state_of(standing(self._path).get(entry)) if entry else digest_of_file(self._path)

    def _source(self) -> object:
        entry = self.changes[0].entry
        if entry:
            return line_of_state(self._path, entry, self._before)
        return self.history.snapshots.find(self._path, self._before)

    def _kept(self) -> str:
        """Where the reader finds what it was."""
        found = None if self.changes[0].entry else self.history.snapshots.find(self._path, self._before)
        return f" (before: {found.relative_to(self.history.root)})" if found else ""

    def _others(self) -> list[str]:
        """Files in a new paper's folder that are not this step's. A PDF that came with a step of its own is left."""
        own = {Path(file).name for file in self.step.files if (self.history.root / file).parent == self._path.parent}
        names = (path.name for path in self._path.parent.iterdir() if not path.name.startswith("."))
        return sorted(name for name in names if name not in own and not name.endswith(".pdf"))

    def _is_emptied(self, name: str) -> bool:
        """A journal whose entries are all taken back."""
        path = self._path.with_name(name)
        return path.suffix == ".jsonl" and all(map(is_deletion, standing(path).values()))

    def _moved_obstacle(self) -> str:
        source, target = self.history.root / self.changes[0].moved, self._path
        is_free = not target.exists() or not any(target.iterdir())
        if source.is_dir():
            return "" if is_free else f"{self.file} is there again"
        return f"{self.changes[0].moved} is gone" if is_free else ""


def _remove_empty(root: Path, files: Iterable[str]) -> None:
    for folder in sorted({(root / file).parent for file in files}, key=lambda path: -len(path.parts)):
        if folder.parent != root:
            with suppress(OSError):  # not empty, or gone
                folder.rmdir()
