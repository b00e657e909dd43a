"""The text of an edition as its reader sees it: blocks in reading order, each with its place on the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class BlockKind(StrEnum):
    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    CAPTION = "caption"
    TABLE = "table"
    FORMULA = "formula"
    FOOTNOTE = "footnote"
    REFERENCE = "reference"
    """One entry of the bibliography."""


class TextLayer(StrEnum):
    """What the text of a PDF is worth."""

    GOOD = "good"
    NONE = "none"
    """A scan: pages without text."""
    GARBLED = "garbled"
    """Fonts that map to other letters: shown as it is, never indexed."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points, origin at the top left of the page before a viewer turns it."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line of a block, or the piece of it that belongs to the block."""

    page_index: int
    """From 0 as in PyMuPDF; screens add 1."""
    box: Box
    start: int
    """Where the line begins in the block's text, in code points."""
    end: int
    """Where it ends, excluded. Lines are in order and do not overlap; a blank between two belongs to neither."""


class Script(NamedTuple):
    """A run of a block's text that is set small: an index below the line, an exponent above it."""

    start: int
    end: int
    is_raised: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, an item: the unit that reading order and sections are made of."""

    kind: BlockKind
    text: str
    """Ligatures, line breaks and line-end hyphens are mended. Rows of a table are lines, tabs divide its cells."""
    lines: Sequence[Line]
    """At least one, never changed. A paragraph that runs over a column or page is one block with lines on both."""
    section: tuple[str, ...] = ()
    """Titles of the headings above it, outermost first; a heading's own title comes last in its own path."""
    level: int = 0
    """1 for a section, 2 for a subsection …; 0 if the block is no heading."""
    bold_lead: int = 0
    """Length of a run-in heading at the start of the text ("Label Smoothing ..."), in code points; 0 if none."""
    scripts: tuple[Script, ...] = ()
    """In order, without overlap."""

    @property
    def page_index(self) -> int:
        return self.lines[0].page_index

    @property
    def last_page_index(self) -> int:
        return self.lines[-1].page_index

    def lines_of(self, start: int, end: int) -> tuple[Line, ...]:
        """The lines that a span of the text touches."""
        return tuple(line for line in self.lines if line.start < end and start < line.end)


@dataclass(frozen=True, slots=True)
class ParsedPdf:
    """What could be read from a PDF."""

    page_count: int
    blocks: tuple[Block, ...]
    text_layer: TextLayer
    title: str = ""
    """As printed on page 1, or from the file's metadata where that is believable; empty if neither."""
    authors: tuple[str, ...] = ()
    """From the file's metadata; mostly empty."""
    first_page_text: str = ""
    """Raw text of page 1 with its margins: where an arXiv stamp or a DOI stands."""
    year: int | None = None
    """From the file's metadata."""
    notes: tuple[str, ...] = ()
    """What the reader should know: pages that were left out, a repaired file."""
    mark_count: int = 0
    """Annotations in the file that could be taken over. Their own text is not in the blocks."""

    @property
    def is_searchable(self) -> bool:
        return self.text_layer is TextLayer.GOOD

    @property
    def missing(self) -> tuple[str, ...]:
        """What its reader should know of the text, a line each; empty if all of it is there."""
        return (*_OF_LAYER[self.text_layer], *self.notes)


_OF_LAYER: dict[TextLayer, tuple[str, ...]] = {
    TextLayer.GOOD: (),
    TextLayer.NONE: ("no text in the PDF (a scan?): it can be opened but not searched",),
    TextLayer.GARBLED: ("the PDF's text layer is garbled: it can be opened but not searched",),
}
