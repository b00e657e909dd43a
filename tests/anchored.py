"""Blocks with printed lines, and marks on them as the reader makes them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.blocks import Block, BlockKind, Box, Line
from paperlab.domain.strips import Span, boxes_of, surroundings, text_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def block(
    text: str, page: int = 0, section: str = "1 Introduction", kind: BlockKind = BlockKind.PARAGRAPH, top: float = 100
) -> Block:
    """A printed line for each eight words."""
    words, lines, at = text.split(" "), [], 0
    for number, first in enumerate(range(0, len(words), 8)):
        length = len(" ".join(words[first : first + 8]))
        y = top + 12 * number
        lines.append(Line(page, Box(72, y, 300, y + 10), at, at + length))
        at += length + 1
    return Block(kind, text, tuple(lines), (section,))


def mark(blocks: Sequence[Block], quote: str, edition: str = "v5", nth: int = 0) -> Annotation:
    """As one that the reader makes in the text."""
    places = [
        Span(index, at, at + len(quote))
        for index, found in enumerate(blocks)
        for at in range(len(found.text))
        if found.text.startswith(quote, at)
    ]
    spans = (places[nth],)
    prefix, suffix = surroundings(blocks, spans)
    boxes = boxes_of(blocks, spans)
    return Annotation(
        id=f"{quote}-{nth}",
        kind=AnnotationKind.HIGHLIGHT,
        edition=edition,
        page_index=boxes[0].page_index,
        quote=text_of(blocks, spans),
        prefix=prefix,
        suffix=suffix,
        boxes=tuple(place.box for place in boxes if place.page_index == boxes[0].page_index),
        section=blocks[spans[0].block].section[-1],
        created=NOW,
        updated=NOW,
    )
