"""Watching: whether somebody else has changed the library since one has looked last."""

import os
from collections.abc import Collection, Iterable
from dataclasses import fields, replace

from paperlab.domain.identifiers import PaperKey
from paperlab.library.library import Library
from paperlab.library.stamps import NOTHING, Stamp, stamp_file, stamp_paper

PAPERS_A_LOOK = 2000
"""Papers whose files are looked at in one look: about 30 ms of another thread's time."""
_FILES = tuple(field.name for field in fields(Stamp))


class LibraryWatch:
    """Looks at the papers one after the other, some at each look, and at some at every look.

    Papers that come and go, reading lists, and all papers of a library of up to `PAPERS_A_LOOK` are seen at the next
    look. In a larger one that holds for the papers that are named to `look`; a change inside another one is seen when
    its turn comes: at one look a second, within 50 s in a library of 100,000. What is derived is not looked at.
    Nothing is told before the library has been surveyed once (`Library.stamps`): that is what is compared with.
    """

    def __init__(self, library: Library, papers_a_look: int = PAPERS_A_LOOK) -> None:
        self._library = library
        self._papers_a_look = papers_a_look
        self._known: dict[PaperKey, Stamp] = {}
        self._order: list[PaperKey] = []
        self._next = 0
        self._young: set[PaperKey] = set()
        """Folders that hold no record yet."""
        self._folders = ""
        self._lists = ""
        self._is_started = False

    def look(self, near: Collection[PaperKey] = ()) -> bool:
        """Whether something has changed that this process has not written. To be called from one thread at a time.

        Args:
            near: Papers to look at in any case: those that are on the screen.
        """
        if not self._is_started:
            return self._start()
        self._take_own_changes()
        has_changed = self._look_at_folders()
        turn = self._order[self._next : self._next + self._papers_a_look]
        self._next = self._next + len(turn) if self._next + len(turn) < len(self._order) else 0
        for key in {*turn, *self._young, *near}:
            has_changed |= self._look_at(key)
        return has_changed

    def _start(self) -> bool:
        if self._library.surveyed is None:
            return False
        self._known = dict(self._library.surveyed)
        self._order = sorted(self._known)
        self._lists = self._stamp_lists()
        self._is_started = True
        return False

    def _look_at_folders(self) -> bool:
        lists, folders = self._stamp_lists(), stamp_file(str(self._library.root / "papers"))
        has_changed = lists != self._lists
        self._lists = lists
        if folders != self._folders:
            self._folders = folders
            there = set(self._library.folders())
            gone = self._known.keys() - there
            for key in gone:
                del self._known[key]
            self._young = there - self._known.keys()
            self._order = sorted(there)
            has_changed |= bool(gone)
        return has_changed

    def _look_at(self, key: PaperKey) -> bool:
        stamp = stamp_paper(str(self._library.folder(key)))
        if stamp == self._known.get(key, NOTHING):
            return False
        had_record = key in self._known
        if stamp.record == NOTHING.record:
            self._known.pop(key, None)
            self._young.add(key)
            return had_record
        self._known[key] = stamp
        self._young.discard(key)
        return True

    def _take_own_changes(self) -> None:
        """What this process has written is known, file by file: somebody else may have written the one beside it."""
        while self._library.own_changes:
            key, before, after = self._library.own_changes.popleft()
            known = self._known.get(key, NOTHING)
            written = [name for name in _FILES if getattr(known, name) == getattr(before, name)]
            self._known[key] = replace(known, **{name: getattr(after, name) for name in written})

    def _stamp_lists(self) -> str:
        folder = self._library.root / "lists"
        return " ".join(_stamps(str(path) for path in (folder, *sorted(folder.glob("*.toml")))))


def _stamps(paths: Iterable[str]) -> Iterable[str]:
    return (f"{os.path.basename(path)} {stamp_file(path)}" for path in paths)  # noqa: PTH119 - they are strings
