"""What is in an editor and not on the disk yet: what a program that has to end at once must not lose."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import PaperlabError

if TYPE_CHECKING:
    from paperlab.services.drafting import Drafting
    from paperlab.services.noting import Noting


class Unsaved(NamedTuple):
    text: str
    based_on: str
    """What was on the disk when the text was begun."""


class UnsavedNotes:
    """The texts of all editors that are ahead of the disk. Outlives the screens, and a bug in one of them."""

    def __init__(self) -> None:
        self._texts: dict[PaperKey, Unsaved] = {}

    def hold(self, key: PaperKey, text: str, based_on: str) -> None:
        self._texts[key] = Unsaved(text, based_on)

    def drop(self, key: PaperKey) -> None:
        """It is on the disk, or its reader has given it up."""
        self._texts.pop(key, None)

    def rescue(self, noting: "Noting") -> Iterator[str]:
        """Save them all, without a question; tells of those that could not be saved in their place."""
        while self._texts:
            key, (text, based_on) = self._texts.popitem()
            try:
                path: Path | None = noting.rescue(key, text, based_on=based_on)
            except PaperlabError as error:
                yield f"the note of {key} is lost: {error.message}"
            else:
                if path is not None:
                    yield f"the note of {key} could not be saved; its text is in {path}"


class UnsavedComment:
    """What is being written on a quote. Safe to use from several threads."""

    def __init__(self, drafting: "Drafting", key: PaperKey, quote: str) -> None:
        self.key = key
        self.quote = quote
        self._drafting = drafting
        self._text: str | None = None
        """Ahead of its draft; None where the draft says the same."""
        self._is_over = False
        self._writing = Lock()

    def hold(self, text: str | None) -> None:
        """This is written now; None: nothing that the library does not have."""
        self._text = text

    def write(self) -> Path | None:
        """Write it down, if there is anything new.

        Raises:
            LibraryError: The disk refused.
        """
        with self._writing:
            if self._is_over or (text := self._text) is None:
                return None
            path = self._drafting.keep(self.key, self.quote, text)
            if self._text == text:
                self._text = None
            return path

    def end(self) -> None:
        """It is in the library, or its reader has given it up: the draft goes."""
        with self._writing:
            self._is_over = True
            self._drafting.drop(self.key, self.quote)


class UnsavedComments:
    """The comments that are being written."""

    def __init__(self) -> None:
        self._open: list[UnsavedComment] = []

    def begin(self, comment: UnsavedComment) -> None:
        self._open.append(comment)

    def end(self, comment: UnsavedComment) -> None:
        comment.end()
        with suppress(ValueError):
            self._open.remove(comment)

    def rescue(self) -> Iterator[str]:
        """Write them all down; tells where they are found again."""
        while self._open:
            comment = self._open.pop()
            try:
                path = comment.write()
            except PaperlabError as error:
                yield f"a comment on {comment.key} is lost: {error.message}"
            else:
                if path is not None:
                    yield f"a comment on {comment.key} is not saved yet; commenting on the same place goes on with it"
