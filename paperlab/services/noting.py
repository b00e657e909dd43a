"""Noting: the reader's own Markdown beside a paper."""

from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.library.library import Library


class Noting:
    def __init__(self, library: Library) -> None:
        self._library = library

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
        self._library.write_notes(key, text, based_on=based_on)
