"""Marks as they stand in a PDF, before they belong to a paper."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from paperlab.domain.annotations import COLORS, Annotation, AnnotationKind
from paperlab.domain.blocks import Box, TextLayer
from paperlab.domain.identifiers import PaperKey

_NAMESPACE = uuid.UUID("6a2f3c1e-7d0b-5e58-9c41-2b8f0f6f7a10")
LINKS = ("Link", "Widget", "Popup")
"""Links, form fields and the windows of marks: by the hundred, and nobody misses them."""
_UNIQUE_NAME = 16
"""Characters of a name that is no other mark's in the world; `fitz-A0` and the like are unique within one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfMark:
    """One annotation of a PDF that can be taken over."""

    name: str = ""
    """What the program that made it called it (`/NM`); empty if it has no name."""
    subtype: str
    """PDF's own word: `Highlight`, `Ink` …"""
    kind: AnnotationKind
    page_index: int
    boxes: tuple[Box, ...]
    """One per printed line; of a remark or an area, one."""
    quote: str = ""
    prefix: str = ""
    suffix: str = ""
    color: str = COLORS[0]
    comment: str = ""
    author: str = ""
    created: datetime | None = None
    modified: datetime | None = None
    answers: int | None = None
    """Index, among the marks of the file, of the one that this one answers."""
    written: datetime | None = None
    """If paperlab wrote it: when the annotation had last been changed then."""

    @property
    def is_as_written(self) -> bool:
        """Paperlab wrote it, and nobody has changed it since; a PDF's dates are whole seconds."""
        return self.written is not None and self.modified == self.written.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An annotation that is not taken over."""

    subtype: str
    page_index: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfMarks:
    """All that is annotated in a PDF."""

    marks: tuple[PdfMark, ...]
    left_out: tuple[LeftOut, ...]
    page_digests: tuple[str, ...]
    """Of the letters of each page, whatever is marked on it: files of one edition have the same."""
    text_layer: TextLayer
    notes: tuple[str, ...] = ()
    """What the reader should know: pages that could not be read."""

    def is_same_text(self, other: "PdfMarks") -> bool:
        """The other file is of the same edition: as many pages, nearly all of the same letters."""
        pairs = list(zip(self.page_digests, other.page_digests, strict=False))
        equal = sum(a == b for a, b in pairs)
        return len(self.page_digests) == len(other.page_digests) and equal >= 0.9 * len(pairs)


def ids_of(key: PaperKey, marks: Sequence[PdfMark], known: Collection[str]) -> tuple[str, ...]:
    """The id of each mark as an annotation of a paper, the same whenever it is read.

    Args:
        known: Ids of all annotations that the paper has or had: a mark of such a name is that annotation.
    """
    names = Counter(mark.name for mark in marks)
    found: list[str] = []
    taken: set[str] = set()
    for mark in marks:
        is_unique = names[mark.name] == 1
        if is_unique and mark.name in known:
            found.append(mark.name)
        else:
            identity = _identity(mark, is_named=is_unique and len(mark.name) >= _UNIQUE_NAME)
            found.append(next(name for name in _numbered(key, identity) if name not in taken))
        taken.add(found[-1])
    return tuple(found)


def _identity(mark: PdfMark, *, is_named: bool) -> str:
    if is_named:
        return mark.name
    places = [f"{box.x0:.0f},{box.y0:.0f},{box.x1:.0f},{box.y1:.0f}" for box in mark.boxes]
    return " ".join((mark.name, mark.subtype, str(mark.page_index + 1), *places))


def _numbered(key: PaperKey, identity: str) -> Iterator[str]:
    """Ids for marks that nothing tells apart: two of one kind at one place."""
    for number in count(1):
        suffix = f" #{number}" if number > 1 else ""
        yield str(uuid.uuid5(_NAMESPACE, f"{key} {identity}{suffix}"))


def is_untouched(ours: Annotation, mark: PdfMark) -> bool:
    """The annotation is as the file's program found it: as paperlab wrote it, or as it was last taken over."""
    return ours.updated in (mark.written, ours.file_date)
