"""Undoing: the last things that the reader did, and the way back from each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import NothingFound, UsageError
from paperlab.index.catalog import Catalog
from paperlab.library.history import History
from paperlab.library.library import Library
from paperlab.library.steps import Step
from paperlab.library.undoing import Guard, undo, undone
from paperlab.services.indexing import Indexing
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
class Place:
    """Where things are done: the library, or the reader's own settings."""

    history: History
    guard: Guard


class Undoing:
    def __init__(
        self,
        library: Library,
        settings: Place,
        indexing: Callable[[], Indexing],
        catalog: Callable[[], Catalog],
        now: Callable[[], datetime],
    ) -> None:
        self._library = library
        self._places = (Place(library.history, library.guard), settings)
        self._indexing = indexing
        self._catalog = catalog
        self._now = now

    def steps(self) -> tuple[Done, ...]:
        """What was done, the last one first."""
        return tuple(done for done, _ in self._steps())

    def undo(self, number: int | None = None) -> Done:
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
        if place.history is self._library.history:
            self._bring_level(done.step)
        return done

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

    def _bring_level(self, step: Step) -> None:
        """The index: without the papers that are gone, with those that are back."""
        for name in dict.fromkeys(file.split("/")[1] for file in step.files if file.startswith("papers/")):
            files = {file for file in step.files if file.startswith(f"papers/{name}")}
            if not any(file.endswith((".pdf", "/paper.toml")) or file == f"papers/{name}" for file in files):
                continue
            try:
                key = PaperKey(name)
            except ValueError:  # nobody's folder
                continue
            if not self._library.has(key):
                self._catalog().remove(key)
            elif not all(file.endswith(".toml") for file in files):
                self._indexing().bring_level(key)


def _at(found: tuple[Step, Place]) -> datetime:
    return found[0].at
