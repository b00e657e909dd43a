"""Notes that are in an editor and not on the disk yet: what a program that has to end at once must not lose."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import PaperlabError

if TYPE_CHECKING:
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
