"""What a list of papers shows of each."""

from dataclasses import dataclass
from datetime import datetime

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Depth, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSummary:
    """One line of the library, made from the record and the journals."""

    key: PaperKey
    citekey: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    tags: tuple[str, ...]
    edition: str | None
    """The newest; None while there is no PDF."""
    editions: tuple[str, ...]
    status: Status
    depth: Depth | None
    progress: float
    """Share of pages with counted time, from 0 to 1."""
    pages: int
    """0 while unknown: not parsed yet."""
    annotations: int
    has_notes: bool
    added: datetime
    last_read: datetime | None
    abstract: str = ""
    withdrawn: str = ""
    """As in `Paper`."""
    newer: str = ""
    """An edition that is out and not in the library, as far as it has been asked for."""
