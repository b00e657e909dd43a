"""The library: a folder of plain files that the reader can read, edit, sync and put under git."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from paperlab.domain.annotations import Annotation
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.progress import ReadingEntry, Stay
from paperlab.domain.reading_lists import ReadingList
from paperlab.errors import LibraryError, NothingFound, UnknownPaper
from paperlab.library import editions, journals, lists, notes, records, stamps
from paperlab.library.files import make_folder, write_atomically
from paperlab.library.git_files import write_git_files
from paperlab.library.history import History
from paperlab.library.journal_lines import unnoted
from paperlab.library.locks import Locks
from paperlab.library.stamps import Stamp
from paperlab.library.upgrading import FORMAT, MARKER, STEPS, Upgrade, check_format, upgrade

T = TypeVar("T")
_UPGRADE_S = 600.0
"""Longer than any upgrade takes: a second process waits for the first."""
_DERIVED, _BACKUPS = ".paperlab", ".backups"
_NEW_MARKER = f"""\
# This folder is a paperlab library: plain files, yours to read, edit, sync and put under git.
# Settings of this library may stand below; `paperlab config` shows them all.
format = {FORMAT}
"""


class Library:
    """Records, editions, notes, journals and lists under one folder. Reading takes no lock; each change takes one."""

    def __init__(self, root: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.root = root
        self.locks = Locks(root / _DERIVED / "locks")
        self.history = History(root, root / _BACKUPS, self.lock, now)
        """Through which all is changed, so that it can be undone."""
        self.surveyed: dict[str, stamps.Stamped] | None = None  # what `stamps` has given last, by name
        self.own_changes: deque[tuple[PaperKey, Stamp, Stamp]] = deque(maxlen=4096)
        """What was written through this object, the paper's files before and after; a forgotten one costs a look."""

    @classmethod
    def create(cls, root: Path) -> Self:
        """Make a library; a folder that is one already is opened, and given what it lacks for git.

        Raises:
            LibraryError: The disk refused.
        """
        if not (root / MARKER).exists():
            make_folder(root / "papers")
            make_folder(root / "lists")
            write_atomically(root / MARKER, _NEW_MARKER.encode())
        library = cls.open(root)
        write_git_files(root)
        return library

    @classmethod
    def open(cls, root: Path, steps: Sequence[Upgrade] = STEPS) -> Self:
        """Open a library; one of an older format is upgraded.

        Args:
            steps: From the first format to this one.

        Raises:
            NoLibrary: The folder is none.
            LibraryTooNew: A newer paperlab has made it.
            DamagedFile: Its `paperlab.toml` cannot be read.
            LibraryError: It is of an older format, and cannot be written.
        """
        root = root.absolute()
        library = cls(root)
        if not check_format(root, steps):
            snapshots, lock = library.history.snapshots, partial(library.lock, "upgrade", timeout_s=_UPGRADE_S)
            upgrade(root, snapshots, lock, library.guard, steps)
        return library

    @property
    def derived(self) -> Path:
        """Where all that can be made anew lies; made when first needed, if it can be."""
        with suppress(LibraryError):  # what is read does without; a write is refused in its own words
            make_folder(self.root / _DERIVED)
        return self.root / _DERIVED

    def lock(self, name: str, *, timeout_s: float | None = None) -> AbstractContextManager[None]:
        """Hold a lock of the whole library, as `Locks.hold` does. The thread that holds it may take it again.

        Raises:
            LibraryBusy: Somebody else has held it all the while.
            ReadOnlyLibrary
        """
        return self.locks.hold(name, timeout_s)

    @contextmanager
    def guard(self, file: str) -> Iterator[None]:
        """The lock of whoever changes a file, by its name from the root: that of its paper, or of the lists."""
        kind, _, rest = file.partition("/")
        try:
            key = PaperKey(rest.split("/")[0]) if kind == "papers" else None
        except ValueError:  # nobody's
            key = None
        with self._locked(key) if key else self.lock("lists"):
            yield

    # papers

    def keys(self) -> tuple[PaperKey, ...]:
        """All papers, sorted. Folders without a record are none."""
        return tuple(sorted(self.stamps()))

    def has_papers(self) -> bool:
        """There is one; the others are not looked at."""
        return any(stamps.stamp_papers(self._papers))

    def stamps(self, keys: Iterable[PaperKey] | None = None) -> dict[PaperKey, Stamp]:
        """What tells whether a paper's files have changed: of all papers in one pass, or of some."""
        if keys is not None:
            return dict(stamps.stamp_papers(self._papers, keys))
        self.surveyed = stamps.survey(self._papers, self.surveyed or {})
        return dict(self.surveyed.values())

    def folder(self, key: PaperKey) -> Path:
        """Where the files of a paper are, or would be."""
        return self._papers / key.value

    def has(self, key: PaperKey) -> bool:
        """There is a record of that key."""
        return self._record_path(key).is_file()

    def read(self, key: PaperKey) -> Paper:
        """The record of a paper.

        Raises:
            UnknownPaper: There is none.
            DamagedFile: It cannot be read; names the file and the field.
        """
        return records.read_record(self._record_path(key))

    def write(self, paper: Paper) -> None:
        """Write a record, new or into the existing file, where unknown keys and comments survive.

        Raises:
            DamagedFile: The existing file cannot be read; it is not touched.
            LibraryBusy: Another process holds the paper.
        """
        with self._locked(paper.key):
            make_folder(self.folder(paper.key))
            records.write_record(self._record_path(paper.key), paper, self.history.write)

    def change(self, key: PaperKey, edit: Callable[[Paper], Paper]) -> Paper:
        """Read a record, edit it and write it while nobody else can. Returns the edited paper.

        Raises:
            UnknownPaper, DamagedFile, LibraryBusy: As `read` and `write`.
            ValueError: The edit has changed the key.
        """
        with self._locked(key):
            paper = edit(self.read(key))
            if paper.key != key:
                raise ValueError(f"the key of {key} cannot change")
            self.write(paper)
        return paper

    # editions

    def edition_path(self, key: PaperKey, edition: Edition) -> Path:
        """The PDF of an edition."""
        return self.folder(key) / edition.file

    def add_edition(self, key: PaperKey, name: str, pdf: Path, fetched: datetime) -> Edition:
        """Copy a PDF in as an edition. The record is not written: do that with the edition that is returned.

        Raises:
            ChangedOutside: Other bytes have that name already.
            LibraryBusy: Another process holds the paper.
        """
        with self._locked(key):
            make_folder(self.folder(key))
            return editions.add_edition(self.folder(key), name, pdf, fetched, self.history.copy)

    # notes

    def notes_path(self, key: PaperKey) -> Path:
        """The notes on a paper, whether there are any or not."""
        return self.folder(key) / stamps.NOTES

    def read_notes(self, key: PaperKey) -> str:
        """The reader's notes; empty if there are none.

        Raises:
            DamagedFile: They are not UTF-8.
        """
        return notes.read_notes(self.notes_path(key))

    def append_note(self, key: PaperKey, paragraph: str) -> None:
        """Add a paragraph at the end of the notes. UnknownPaper if there is no such paper."""
        with self._locked(self._known(key)):
            notes.append_note(self.notes_path(key), paragraph, self.history.append_text)

    def write_notes(self, key: PaperKey, text: str, *, based_on: str) -> None:
        """Replace the notes.

        Raises:
            UnknownPaper: There is no such paper.
            ChangedOutside: On the disk is neither `based_on` nor `text`.
        """
        with self._locked(self._known(key)):
            notes.write_notes(self.notes_path(key), text, based_on, self.history.write)

    def edit_notes(self, key: PaperKey, editor: Callable[[Path], T]) -> T:
        """Let another program edit the notes, as long as it takes."""
        path = self.notes_path(self._known(key))
        with self.history.watched(path):
            return editor(path)

    # journals

    def annotations(self, key: PaperKey) -> tuple[Annotation, ...]:
        """The living annotations in page order; lines that cannot be read are set aside and logged."""
        return journals.read_annotations(self.folder(key) / stamps.ANNOTATIONS)

    def annotation_history(self, key: PaperKey) -> dict[str, tuple[Annotation | None, ...]]:
        """All that was ever said of each annotation, by id, oldest first; None where it was deleted."""
        return journals.read_history(self.folder(key) / stamps.ANNOTATIONS)

    def annotate(self, key: PaperKey, annotation: Annotation) -> None:
        """Add an annotation; one of the same id is replaced. UnknownPaper if there is no such paper."""
        with self._locked(self._known(key)):
            journals.append_annotation(self.folder(key) / stamps.ANNOTATIONS, annotation, self.history.note_entries)

    def change_annotation(self, key: PaperKey, known: Annotation, edit: Callable[[Annotation], Annotation]) -> None:
        """Edit an annotation as it is now, while nobody else can: others may have changed it since it was read.

        Args:
            known: As it was read; that is what is edited, and so comes back, if somebody has deleted it.

        Raises:
            UnknownPaper: There is no such paper.
        """
        with self._locked(self._known(key)):
            now = next((annotation for annotation in self.annotations(key) if annotation.id == known.id), known)
            journals.append_annotation(self.folder(key) / stamps.ANNOTATIONS, edit(now), self.history.note_entries)

    def remove_annotation(self, key: PaperKey, annotation_id: str, at: datetime) -> None:
        """Take an annotation away; its lines stay in the journal.

        Raises:
            UnknownPaper: There is no such paper.
            NothingFound: It has no such annotation.
        """
        with self._locked(self._known(key)):
            if not any(annotation.id == annotation_id for annotation in self.annotations(key)):
                raise NothingFound(
                    f"{key} has no annotation {annotation_id}", hint="`paperlab annotations` lists them."
                )
            journals.append_deletion(
                self.folder(key) / stamps.ANNOTATIONS, annotation_id, at, self.history.note_entries
            )

    def reading(self, key: PaperKey) -> tuple[ReadingEntry, ...]:
        """The reading journal; lines that cannot be read are set aside and logged."""
        return journals.read_reading(self.folder(key) / stamps.READING)

    def record_reading(self, key: PaperKey, entry: ReadingEntry) -> str:
        """Add to the reading journal. Returns the entry's id. UnknownPaper if there is no such paper."""
        note = unnoted if isinstance(entry, Stay) else self.history.note_entries  # to have read is nothing to undo
        with self._locked(self._known(key)):
            return journals.append_reading(self.folder(key) / stamps.READING, entry, note)

    def withdraw_reading(self, key: PaperKey, entry_id: str, at: datetime) -> None:
        """Let an entry of the reading journal count no more; its line stays. UnknownPaper if there is no such paper."""
        with self._locked(self._known(key)):
            journals.append_deletion(self.folder(key) / stamps.READING, entry_id, at, self.history.note_entries)

    def broken_lines(self, key: PaperKey) -> tuple[str, ...]:
        """What was set aside in a paper's journals, a sentence each: for checking."""
        found: list[str] = []

        def tell(path: Path, number: int, reason: str) -> None:
            found.append(f"{path.name}, line {number}: {reason}")

        journals.read_annotations(self.folder(key) / stamps.ANNOTATIONS, tell)
        journals.read_reading(self.folder(key) / stamps.READING, tell)
        return tuple(found)

    # reading lists

    def lists(self, on_damaged: Callable[[LibraryError], None] | None = None) -> tuple[ReadingList, ...]:
        """All reading lists, by file name.

        Args:
            on_damaged: Is told of those that cannot be read, which are left out. None: it is raised.

        Raises:
            LibraryError: One cannot be read; names the file and the field.
        """
        return tuple(lists.read_lists(self._lists, on_damaged))

    def list(self, name: str) -> ReadingList:
        """The reading list of that name.

        Raises:
            NothingFound: There is none.
            DamagedFile: It cannot be read.
        """
        return lists.read_list(self._lists, name)

    def check_list_name(self, name: str) -> None:
        """NothingFound if no list can have that name."""
        lists.list_path(self._lists, name)

    def add_to_list(self, name: str, key: PaperKey, title: str) -> None:
        """Add a paper at the end of a list, which is made if it is missing. Comments and order are kept.

        Raises:
            NothingFound: The name is no safe file name.
            DamagedFile: The list cannot be read; it is not touched.
        """
        with self.lock("lists"):
            lists.add_item(self._lists, name, key, title, self.history.write)

    @property
    def _papers(self) -> Path:
        return self.root / "papers"

    @property
    def _lists(self) -> Path:
        return self.root / "lists"

    def _record_path(self, key: PaperKey) -> Path:
        return self.folder(key) / stamps.RECORD

    def _known(self, key: PaperKey) -> PaperKey:
        if not self.has(key):
            raise UnknownPaper(f"no paper {key}", hint="`paperlab list` shows what there is.")
        return key

    @contextmanager
    def _locked(self, key: PaperKey) -> Iterator[None]:
        with self.lock(f"paper-{key}"):
            before = stamps.stamp_paper(folder := str(self.folder(key)))
            try:
                yield
            finally:
                self.own_changes.append((key, before, stamps.stamp_paper(folder)))
