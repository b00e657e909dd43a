"""Annotations as they lie on the text that is shown. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from paperlab.domain.annotations import COLORS, Annotation
from paperlab.domain.blocks import Block
from paperlab.domain.placements import Placement
from paperlab.domain.strips import Span


class Marks(NamedTuple):
    """All annotations of a paper, placed in the text or not."""

    placements: tuple[Placement, ...] = ()

    @property
    def placed(self) -> tuple[Placement, ...]:
        """In the order of the text; on a page first those that lie on no words of it."""
        placed = (mark for mark in self.placements if mark.is_placed)
        return tuple(sorted(placed, key=lambda mark: (mark.page_index or 0, mark.spans[:1])))

    @property
    def unplaced(self) -> tuple[Placement, ...]:
        """By the page that they were made on."""
        lost = (mark for mark in self.placements if not mark.is_placed)
        return tuple(sorted(lost, key=lambda mark: mark.annotation.page_index))

    def at(self, spans: Sequence[Span]) -> Placement | None:
        """The mark that overlaps a place; the last one made of several."""
        return next((mark for mark in reversed(self.placements) if _overlap(mark.spans, spans)), None)

    def exactly_at(self, span: Span) -> Annotation | None:
        """The annotation that begins and ends with a span, give or take its punctuation."""
        for mark in self.placements:
            if len(mark.spans) == 1 and mark.spans[0].block == span.block:
                start, end = mark.spans[0].start - span.start, span.end - mark.spans[0].end
                if 0 <= start <= 2 and 0 <= end <= 2:
                    return mark.annotation
        return None


def color_of(annotation: Annotation) -> str:
    """A colour that has a look; marks from elsewhere may have any."""
    return annotation.color if annotation.color in COLORS else COLORS[0]


def place_on_page(mark: Placement, blocks: Sequence[Block]) -> Span | None:
    """Where to go for a mark: to its words, or to the line that is nearest to it; None if its page has no text."""
    if mark.spans:
        return mark.spans[0]
    top = min((place.box.y0 for place in mark.boxes), default=0.0)
    lines = [
        (abs(line.box.y0 - top), Span(index, line.start, line.end))
        for index, block in enumerate(blocks)
        for line in block.lines
        if line.page_index == mark.page_index
    ]
    return min(lines, default=(0.0, None))[1]


def _overlap(some: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(a.block == b.block and a.start < b.end and b.start < a.end for a in some for b in others)
