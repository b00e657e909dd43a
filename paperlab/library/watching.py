"""Watching: whether somebody else has changed the library since one has looked last."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace

from paperlab.domain.identifiers import PaperKey
from paperlab.library.library import Library
from paperlab.library.stamps import NOTHING, Stamp, paper_folders, stamp_file, stamp_paper

PAPERS_A_LOOK = 2000
"""Papers whose files are looked at in one look: about 30 ms of another thread's time."""
_FILES = tuple(field.name for field in fields(Stamp))


@dataclass(frozen=True, slots=True)
class News:
    """What somebody else has changed."""

    papers: frozenset[PaperKey] = frozenset()
    """Those that came, went, or hold other files."""
    is_of_lists: bool = False

    def __bool__(self) -> bool:
        return bool(self.papers) or self.is_of_lists


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
        self._papers = str(library.root / "papers")
        self._known: dict[str, Stamp] = {}
        """By the folder's name: of 100,000 strings a set is made in a tenth of the time that keys take."""
        self._order: list[str] = []
        self._next = 0
        self._young: set[str] = set()
        """Folders that hold no record yet."""
        self._folders = ""
        self._lists = ""
        self._is_started = False

    def news(self, near: Collection[PaperKey] = ()) -> News:
        """What has changed since the last look and was not written here. To be called from one thread at a time.

        Args:
            near: Papers to look at in any case: those that are on the screen.
        """
        if not self._is_started:
            self._start()
            return News()
        self._take_own_changes()
        lists = self._stamp_lists()
        is_of_lists, self._lists = lists != self._lists, lists
        changed = self._look_at_folders()
        turn = self._order[self._next : self._next + self._papers_a_look]
        self._next = self._next + len(turn) if self._next + len(turn) < len(self._order) else 0
        names = {*turn, *self._young, *(key.value for key in near)}
        changed |= {name for name in names if self._look_at(name)}
        return News(frozenset(PaperKey(name) for name in changed), is_of_lists)

    def _start(self) -> None:
        if self._library.surveyed is None:
            return
        self._known = {name: stamp for name, (_, stamp) in self._library.surveyed.items()}
        self._lists = self._stamp_lists()
        self._is_started = True

    def _look_at_folders(self) -> set[str]:
        """The papers that are gone; those that came are young."""
        folders = stamp_file(self._papers)
        if folders == self._folders:
            return set()
        self._folders = folders
        there = {name for name, _ in paper_folders(self._papers)}
        gone = self._known.keys() - there
        for name in gone:
            del self._known[name]
        self._young = there - self._known.keys()
        self._order = list(there)
        return gone

    def _look_at(self, name: str) -> bool:
        """Whether a paper's files are others than before."""
        stamp = stamp_paper(f"{self._papers}/{name}")
        if stamp == self._known.get(name, NOTHING):
            return False
        had_record = name in self._known
        if stamp.record == NOTHING.record:
            self._known.pop(name, None)
            self._young.add(name)
            return had_record
        self._known[name] = stamp
        self._young.discard(name)
        return True

    def _take_own_changes(self) -> None:
        """What this process has written is known, file by file: somebody else may have written the one beside it."""
        while self._library.own_changes:
            key, before, after = self._library.own_changes.popleft()
            known = self._known.get(key.value, NOTHING)
            written = [name for name in _FILES if getattr(known, name) == getattr(before, name)]
            self._known[key.value] = replace(known, **{name: getattr(after, name) for name in written})

    def _stamp_lists(self) -> str:
        folder = self._library.root / "lists"
        return " ".join(f"{path.name} {stamp_file(str(path))}" for path in (folder, *sorted(folder.glob("*.toml"))))
