"""Drafting: comments that are being written, kept outside the library until they are in it or given up."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.text import one_line
from paperlab.errors import LibraryError
from paperlab.library.files import make_folder, read_bytes, write_atomically

_GAP = "\n\n"


class Drafting:
    """A file for each comment: Markdown, the quote and what is written on it so far."""

    def __init__(self, folder: Path, library: Path) -> None:
        """`library` is the root of the one that the papers are in: one folder holds the drafts of all."""
        self._folder = folder
        self._library = library

    def keep(self, key: PaperKey, quote: str, text: str) -> Path:
        """Write a draft down, in place of the last one on this quote.

        Raises:
            LibraryError: The disk refused; the last one is as it was.
        """
        make_folder(self._folder)
        path = self._path(key, quote)
        write_atomically(path, f"> {one_line(quote)}{_GAP}{text}".encode("utf-8", "replace"))
        return path

    def kept(self, key: PaperKey, quote: str) -> str:
        """What was written last and is not in the library; empty if there is nothing, or it cannot be read."""
        try:
            return read_bytes(self._path(key, quote)).decode("utf-8", "replace").partition(_GAP)[2]
        except LibraryError:
            return ""

    def drop(self, key: PaperKey, quote: str) -> None:
        """It is in the library, or given up. What cannot be deleted stays, and is offered once more."""
        with suppress(OSError):
            self._path(key, quote).unlink(missing_ok=True)

    def _path(self, key: PaperKey, quote: str) -> Path:
        digest = sha256(f"{self._library}\0{key}\0{one_line(quote)}".encode("utf-8", "replace")).hexdigest()[:12]
        return self._folder / f"{key}-comment-{digest}.md"
