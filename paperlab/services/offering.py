"""Offering: PDFs of the library that somebody has marked with another program, until the marks are taken over."""

from collections.abc import Iterable
from dataclasses import dataclass

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import LibraryError
from paperlab.library.library import Library
from paperlab.library.marked import Marked, read_marked


@dataclass(frozen=True, slots=True)
class MarksOffer:
    """Marks that could be taken over."""

    key: PaperKey
    title: str
    count: int

    @property
    def told(self) -> str:
        """`its PDF holds 12 marks of another program`."""
        return f"its PDF holds {self.count} mark{'' if self.count == 1 else 's'} of another program"


class Offering:
    def __init__(self, library: Library) -> None:
        self._library = library

    def offer(self, key: PaperKey) -> MarksOffer | None:
        """What the PDFs of a paper hold; None if nothing, or it was taken over, or nobody has parsed them yet."""
        return next(iter(self.offers([key])), None)

    def offers(self, keys: Iterable[PaperKey]) -> tuple[MarksOffer, ...]:
        """Those of several papers. Reads no PDF."""
        marked = read_marked(self._library.derived)
        if not any(known.count for known in marked.values()):
            return ()
        found = []
        for key in keys:
            try:
                paper = self._library.read(key)
            except LibraryError:  # `doctor` tells of it
                continue
            files = {edition.file: marked.get(edition.sha256, Marked()) for edition in paper.editions}
            if any(known.count for known in files.values()):
                taken = self._sources(key)
                count = sum(m.count for file, m in files.items() if not m.is_taken_over and file not in taken)
                found += [MarksOffer(key, paper.title, count)] if count else []
        return tuple(found)

    def _sources(self, key: PaperKey) -> set[str]:
        """Files from which annotations were ever taken over, deleted ones included."""
        history = self._library.annotation_history(key)
        return {version.source for versions in history.values() for version in versions if version is not None}
