"""Reading: a paper opened at the place where its reader left it, and the time spent there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from paperlab.domain.blocks import Block, BlockKind, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.progress import Bookmark, Position, ReadingState, Stay, add_up
from paperlab.domain.steps import Watcher, unwatched
from paperlab.errors import UnreadablePdf
from paperlab.library.library import Library
from paperlab.services.indexing import Indexing


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading of the paper."""

    title: str
    level: int
    page_index: int
    block: int
    """Index of the heading in `OpenPaper.blocks`."""


@dataclass(frozen=True, slots=True)
class OpenPaper:
    """All that a reader's screen needs of one paper."""

    paper: Paper
    edition: str
    page_count: int
    blocks: tuple[Block, ...]
    """In reading order; empty where the PDF has no text."""
    text_layer: TextLayer
    state: ReadingState
    """As it was when the paper was opened; `state.position` is where to go on."""
    warnings: tuple[str, ...] = ()

    @property
    def outline(self) -> tuple[OutlineEntry, ...]:
        return tuple(
            OutlineEntry(block.text, block.level, block.page_index, index)
            for index, block in enumerate(self.blocks)
            if block.kind is BlockKind.HEADING
        )

    @property
    def position(self) -> Position | None:
        return self.state.position


class Reading:
    def __init__(self, library: Library, indexing: Indexing, now: Callable[[], datetime]) -> None:
        self._library = library
        self._indexing = indexing
        self._now = now

    def open(self, key: PaperKey, watch: Watcher = unwatched) -> OpenPaper:
        """Open the newest edition; parses and indexes it if that has not been done.

        Raises:
            UnknownPaper, DamagedFile
            UnreadablePdf, EncryptedPdf, PdfTooCostly: There is no text to be had.
        """
        paper, edition, parsed = self._indexing.parsed(key, watch)
        return OpenPaper(
            paper=paper,
            edition=edition.name,
            page_count=parsed.page_count,
            blocks=parsed.blocks,
            text_layer=parsed.text_layer,
            state=add_up(self._library.reading(key)),
            warnings=parsed.notes,
        )

    def record_stay(self, key: PaperKey, stay: Stay) -> None:
        self._library.record_reading(key, stay)

    def bookmark(self, key: PaperKey, letter: str, position: Position) -> None:
        """Keep a place under a letter; it takes the place of the letter's old one."""
        self._library.record_reading(key, Bookmark(at=self._now(), letter=letter, position=position))

    def pdf_path(self, key: PaperKey) -> Path:
        """The PDF of the newest edition.

        Raises:
            UnreadablePdf: There is none.
        """
        paper = self._library.read(key)
        path = self._library.edition_path(key, paper.newest) if paper.newest else None
        if path is None or not path.is_file():
            raise UnreadablePdf(f"{key} has no PDF yet", hint=f"`paperlab fetch {key}` downloads it")
        return path
