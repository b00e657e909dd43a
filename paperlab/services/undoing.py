"""Undoing: the last things that the reader did, and the way back from each."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import LibraryError, NothingFound, UsageError
from paperlab.index.catalog import Catalog
from paperlab.library.history import History
from paperlab.library.library import Library
from paperlab.library.stamps import RECORD
from paperlab.library.steps import Change, Step
from paperlab.library.undoing import Guard, undo, undone
from paperlab.services.records import LOCK_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Done:
    """A step that the reader may want to take back."""

    number: int
    """1 for the last one."""
    step: Step
    is_undone: bool

    @property
    def state(self) -> str:
        """What is to be said of it; empty if it simply holds."""
        if self.is_undone:
            return "undone"
        if self.step.has_ended:
            return ""
        return f"going on in process {self.step.process}" if self.step.is_running else "cut off"


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back."""

    done: Done
    to_index: tuple[PaperKey, ...]
    """Papers that cannot be searched until they are indexed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where things are done: the library, or the reader's own settings."""

    history: History
    guard: Guard


class Undoing:
    def __init__(
        self,
        library: Library,
        settings: Place,
        catalog: Callable[[], Catalog],
        now: Callable[[], datetime],
    ) -> None:
        self._library = library
        self._places = (Place(library.history, library.guard), settings)
        self._catalog = catalog
        self._now = now

    def steps(self) -> tuple[Done, ...]:
        """What was done, the last one first."""
        return tuple(done for done, _ in self._steps())

    def undo(self, number: int | None = None) -> Undone:
        """Take the last step back that is neither taken back nor an undo; or the one of a number, which may be an undo.

        Raises:
            NothingFound: There is nothing to undo.
            UsageError: There is no such number, or it is undone already.
            LibraryBusy, ChangedOutside, LibraryError: As `library.undoing.undo`.
        """
        with self._library.lock("keys", timeout_s=LOCK_TIMEOUT_S), self._library.lock("undo"):
            found = self._steps()
            done, place = self._last(found) if number is None else self._numbered(found, number)
            undo(place.history, done.step, place.guard, self._now)
            to_index = self._index_follows(done.step) if place.history is self._library.history else ()
        return Undone(done, to_index)

    def _steps(self) -> list[tuple[Done, Place]]:
        own, others = ([(step, place) for step in place.history.steps()] for place in self._places)
        steps = sorted([*own, *others], key=_at) if others else own
        ids = undone([step for step, _ in steps])
        numbered = enumerate(reversed(steps), 1)
        return [(Done(number, step, step.id in ids), place) for number, (step, place) in numbered]

    def _last(self, found: list[tuple[Done, Place]]) -> tuple[Done, Place]:
        for done, place in found:
            if not done.is_undone and not done.step.undoes:
                return done, place
        raise NothingFound("there is nothing to undo", hint="`paperlab undo --list` shows what was done")

    def _numbered(self, found: list[tuple[Done, Place]], number: int) -> tuple[Done, Place]:
        if not 1 <= number <= len(found):
            raise UsageError(f"there is no step {number}", hint="`paperlab undo --list` shows their numbers")
        done, place = found[number - 1]
        if done.is_undone:
            raise UsageError(f"step {number} is undone already", hint="undo the undo to have it again")
        return done, place

    def _index_follows(self, step: Step) -> tuple[PaperKey, ...]:
        """Take papers that are gone out of the index. Returns those that are back, or have another PDF now."""
        found: list[PaperKey] = []
        for key in dict.fromkeys(filter(None, map(_paper_of, step.changes))):
            if not self._library.has(key):
                self._catalog().remove(key)
                continue
            with suppress(LibraryError):  # a damaged record is for `doctor`
                if self._library.read(key).newest is not None:
                    found.append(key)
        return tuple(found)


def _at(found: tuple[Step, Place]) -> datetime:
    return found[0].at


def _paper_of(change: Change) -> PaperKey | None:
    """The paper that has come or gone, or whose PDF has."""
    folder, _, rest = change.file.partition("/")
    name, _, file = rest.partition("/")
    is_all = bool(change.moved) or file.endswith(".pdf") or (file == RECORD and not (change.before and change.after))
    try:
        return PaperKey(name) if folder == "papers" and is_all else None
    except ValueError:  # nobody's folder
        return None
