"""Noting: the reader's own Markdown beside a paper."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.merging import merge
from paperlab.errors import ChangedOutside, LibraryError, PaperlabError
from paperlab.library.files import make_folder, write_atomically
from paperlab.library.history import OpenStep
from paperlab.library.library import Library
from paperlab.library.snapshots import digest_of

T = TypeVar("T")

_SITTING = timedelta(minutes=10)
"""As long as an editor saves what is typed, that is one step; but after this time another one begins."""


class Noting:
    def __init__(self, library: Library, drafts: Path, now: Callable[[], datetime]) -> None:
        """`drafts` is a folder outside the library, for a text that finds no room in it."""
        self._library = library
        self._drafts = drafts
        self._now = now
        self._sittings: dict[PaperKey, tuple[OpenStep, datetime]] = {}

    def path(self, key: PaperKey) -> Path:
        """Where the notes are, or will be.

        Raises:
            UnknownPaper
        """
        self._library.read(key)
        return self._library.notes_path(key)

    def read(self, key: PaperKey) -> str:
        return self._library.read_notes(key)

    def append(self, key: PaperKey, paragraph: str) -> None:
        self._library.append_note(key, paragraph)

    def save(self, key: PaperKey, text: str, *, based_on: str) -> None:
        """Put a text in the place of the one it was made from.

        Raises:
            ChangedOutside: The notes on disk are neither `based_on` nor `text`; nothing is written.
        """
        step, began = self._sitting(key, based_on)
        with self._library.history.step(f"notes on {key}", going_on=step) as opened:
            self._library.write_notes(key, text, based_on=based_on)
        self._sittings[key] = opened, began

    def edit(self, key: PaperKey, editor: Callable[[Path], T]) -> T:
        """Let another program edit the notes."""
        return self._library.edit_notes(key, editor)

    def rescue(self, key: PaperKey, text: str, *, based_on: str) -> Path | None:
        """Save a text that nobody can be asked about any more, together with what others have written.

        Returns:
            None if it is in its place; else the draft that holds it, as the place could not be written.

        Raises:
            LibraryError: The draft could not be written either.
        """
        draft = self._draft(key, len(self.drafts(key)) + 1)
        refusal: LibraryError | None = None
        try:  # first of all: the place in the library may be waited for until the program is killed
            make_folder(self._drafts)
            write_atomically(draft, text.encode("utf-8", "replace"))
        except LibraryError as error:
            refusal = error
        try:
            self._save_merged(key, text, based_on)
        except PaperlabError:
            if refusal is not None:
                raise refusal from None
            return draft
        draft.unlink(missing_ok=True)
        return None

    def _save_merged(self, key: PaperKey, text: str, based_on: str) -> None:
        try:
            self.save(key, text, based_on=based_on)
        except ChangedOutside:
            theirs = self.read(key)
            self.save(key, merge(based_on, text, theirs).text, based_on=theirs)

    def drafts(self, key: PaperKey) -> tuple[Path, ...]:
        """Texts of a note that had no room in their place, oldest first. To be taken over and deleted by the reader."""
        found: list[Path] = []
        while (path := self._draft(key, len(found) + 1)).exists():
            found.append(path)
        return tuple(found)

    def _sitting(self, key: PaperKey, based_on: str) -> tuple[OpenStep | None, datetime]:
        """The step that a text goes on with, if what it was made from was saved by it; and when that began."""
        now = self._now()
        step, began = self._sittings.get(key, (None, now))
        is_same = step is not None and step.left(self._name(key)) == digest_of(based_on.encode("utf-8", "replace"))
        return (step, began) if is_same and timedelta() <= now - began < _SITTING else (None, now)

    def _name(self, key: PaperKey) -> str:
        return self._library.history.name(self._library.notes_path(key))

    def _draft(self, key: PaperKey, number: int) -> Path:
        return self._drafts / f"{key}-{number}.md"
