"""What is read from the pages before anything is understood: pieces of text and the regions of the layout model."""

from dataclasses import dataclass, field
from enum import StrEnum

from paperlab.domain.blocks import Box
from paperlab.pdf.geometry import union


class RegionKind(StrEnum):
    """The layout model's classes, by its names."""

    TEXT = "text"
    TITLE = "title"
    HEADING = "section-header"
    LIST_ITEM = "list-item"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    TABLE = "table"
    PICTURE = "picture"
    FORMULA = "formula"
    PAGE_HEADER = "page-header"
    PAGE_FOOTER = "page-footer"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of one font on one baseline."""

    text: str
    box: Box
    size: float
    """Of the font, in points."""
    font: str
    is_bold: bool
    """Bold, or small capitals: what headings are set in."""
    is_italic: bool
    is_raised: bool
    """Set as a superscript."""
    baseline: float
    """Distance from the top of the page."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of spans that MuPDF holds to be one line; a printed line may consist of several, side by side."""

    spans: tuple[Span, ...]
    rank: int
    """Place in the content stream of its page."""
    group: int
    """MuPDF's block it belongs to: what the rules go by where the layout model fails."""
    is_upright: bool = True
    """Written from left to right or right to left, not along the side of the page."""
    box: Box = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "box", union([span.box for span in self.spans]))  # once: it is asked for all the time

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something drawn: a line, a shape, an image."""

    box: Box
    is_image: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle that the layout model gave a class."""

    kind: RegionKind
    box: Box


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page as MuPDF and the layout model see it."""

    index: int
    width: float
    height: float
    pieces: tuple[Piece, ...]
    regions: tuple[Region, ...] = ()
    """In the layout model's order; empty where it was not asked or failed."""
    marks: tuple[Mark, ...] = ()
    """In the order in which they are painted."""


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark of the PDF."""

    level: int
    """From 1."""
    title: str
    page_index: int
    """From 0; -1 if it leads nowhere."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """All that the parser knows of a PDF before it is put together."""

    pages: tuple[RawPage, ...]
    page_count: int
    outline: tuple[OutlineEntry, ...] = ()
    metadata_title: str = ""
    metadata_authors: str = ""
    created: str = ""
    """PDF's own date: `D:20190528000751Z`."""
    first_page_text: str = ""
    notes: tuple[str, ...] = ()
