"""Annotations: a quote, where it stands, and what the reader makes of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from paperlab.domain.blocks import Box

COLORS = ("yellow", "green", "blue", "red", "purple", "orange")
"""In the order of the number keys 1 to 6."""


class AnnotationKind(StrEnum):
    HIGHLIGHT = "highlight"
    UNDERLINE = "underline"
    STRIKEOUT = "strikeout"
    NOTE = "note"
    """A remark at a place, with or without a quote."""
    AREA = "area"
    """A part of a page (a figure, a drawing by hand) without a quote: `boxes` say which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One mark on one page of one edition. `quote`, `prefix` and `suffix` find it again in any other."""

    id: str
    """UUID."""
    kind: AnnotationKind
    edition: str
    page_index: int
    """From 0; the journal and all screens count from 1."""
    quote: str
    prefix: str = ""
    suffix: str = ""
    boxes: tuple[Box, ...] = ()
    """One per printed line, on the page."""
    section: str = ""
    """Title of the innermost heading."""
    color: str = COLORS[0]
    comment: str = ""
    tags: tuple[str, ...] = ()
    author: str = ""
    created: datetime
    updated: datetime
    reply_to: str = ""
    """Id of the annotation that this one answers; empty if it begins a thread."""
    source: str = "paperlab"
    """Program that made it, or the file it was taken from."""
    file_date: datetime | None = None
    """When it was last changed in the file it was taken from; None if it was made here."""
