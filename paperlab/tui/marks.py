"""Annotations as they lie on the text that is shown. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from paperlab.domain.annotations import COLORS, Annotation
from paperlab.domain.blocks import Block
from paperlab.tui.places import Span, find_quote


class Marks(NamedTuple):
    """Annotations with the spans they cover; one that has no place in this text covers none."""

    placed: tuple[tuple[Annotation, tuple[Span, ...]], ...] = ()

    @classmethod
    def of(cls, annotations: Sequence[Annotation], blocks: Sequence[Block], edition: str) -> "Marks":
        """Find each annotation's quote: on its page, or anywhere if it was made on another edition."""
        return cls(tuple((annotation, _spans(annotation, blocks, edition)) for annotation in annotations))

    @property
    def listed(self) -> tuple[tuple[Annotation, tuple[Span, ...]], ...]:
        """In the order of the text; those without a place in it by the page they were made on, before that page's."""
        return tuple(sorted(self.placed, key=lambda mark: (mark[0].page_index, mark[1][:1])))

    def at(self, spans: Sequence[Span]) -> Annotation | None:
        """The annotation that overlaps a place; the last one made of several."""
        return next((annotation for annotation, covered in reversed(self.placed) if _overlap(covered, spans)), None)

    def exactly_at(self, span: Span) -> Annotation | None:
        """The annotation that begins and ends with a span, give or take its punctuation."""
        for annotation, covered in self.placed:
            if len(covered) == 1 and covered[0].block == span.block:
                start, end = covered[0].start - span.start, span.end - covered[0].end
                if 0 <= start <= 2 and 0 <= end <= 2:
                    return annotation
        return None


def color_of(annotation: Annotation) -> str:
    """A colour that has a look; marks from elsewhere may have any."""
    return annotation.color if annotation.color in COLORS else COLORS[0]


def _spans(annotation: Annotation, blocks: Sequence[Block], edition: str) -> tuple[Span, ...]:
    spans = find_quote(blocks, annotation.quote, annotation.page_index, prefix=annotation.prefix)
    if not spans and annotation.edition != edition:
        spans = find_quote(blocks, annotation.quote, prefix=annotation.prefix)
    return spans


def _overlap(some: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(a.block == b.block and a.start < b.end and b.start < a.end for a in some for b in others)
