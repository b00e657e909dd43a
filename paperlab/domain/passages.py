"""Passages and hits: what is embedded, ranked and quoted."""

from dataclasses import dataclass
from enum import StrEnum

from paperlab.domain.blocks import Box
from paperlab.domain.identifiers import PaperKey


class PassageKind(StrEnum):
    PASSAGE = "passage"
    """From the paper itself."""
    NOTE = "note"
    ANNOTATION = "annotation"


class SearchMode(StrEnum):
    HYBRID = "hybrid"
    MEANING = "meaning"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class PageBox:
    """A rectangle on a page."""

    page_index: int
    """From 0."""
    box: Box


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences inside one section, or one of the reader's own paragraphs."""

    paper: PaperKey
    kind: PassageKind
    text: str
    section: tuple[str, ...] = ()
    edition: str = ""
    """Empty for a note: it is on the work."""
    boxes: tuple[PageBox, ...] = ()
    """One per printed line, in order; empty for a note."""
    first_block: int | None = None
    """Index of the block it begins in, in the edition's blocks; None for a note."""
    source_id: str = ""
    """The annotation's id; empty otherwise."""

    @property
    def pages(self) -> tuple[int, int] | None:
        """First and last page index, from 0; None if it stands on no page."""
        if not self.boxes:
            return None
        indexes = [place.page_index for place in self.boxes]
        return min(indexes), max(indexes)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a query."""

    rank: int
    """From 1."""
    score: float
    """Comparable within one answer only."""
    passage: Passage
    title: str
    """Of the paper."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The hits of one query."""

    query: str
    mode: SearchMode
    """As carried out: words where the encoder was not to be had."""
    hits: tuple[Hit, ...]
    took_ms: float
    warning: str = ""
    """Why the answer is less than asked for, or other than it was meant; empty if it is not."""
    hint: str = ""
    """What in the query may be why nothing was found; empty if something was, or nobody knows."""


@dataclass(frozen=True, slots=True)
class QuoteMatch:
    """A place where a quoted fragment stands."""

    paper: PaperKey
    edition: str
    page_index: int
    """Where it begins."""
    is_exact: bool
    """Equal but for ligatures, hyphens at line ends, line breaks, quotation marks and case."""
    score: float
    """1 if exact, else the share of equal characters."""
    text: str
    """As it stands in the paper."""
    boxes: tuple[PageBox, ...]
    section: tuple[str, ...]
    block: int
    """Index in the edition's blocks of the block it begins in."""
    start: int
    """Where it begins in that block's text, in code points."""
    prefix: str = ""
    """What stands before it, up to 64 characters, of other blocks, too."""
    suffix: str = ""
    """What stands after it, up to 64 characters, of other blocks, too."""
