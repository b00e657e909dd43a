"""Where marks that came out of a PDF stand among the blocks of an edition."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from paperlab.domain.blocks import Block, Box
from paperlab.domain.text import fold

_CONTEXT = 48
"""Characters before and after a quote."""
_ALIKE = 12
"""Letters of its surroundings by which one of several places is told from the others."""


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """A quote among the blocks."""

    page_index: int
    text: str
    """As the blocks have it."""
    boxes: tuple[Box, ...]
    """Of the printed lines on that page."""
    prefix: str
    suffix: str
    """Up to 48 characters around it, in the same blocks."""
    section: str


class BlockText:
    """The blocks of an edition, folded once, to look up quotes in."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        folded = [fold(block.text) for block in blocks]
        self._origins = [origin for _, origin in folded]
        self._text = "".join(text for text, _ in folded)
        self._starts = list(accumulate((len(text) for text, _ in folded), initial=0))[:-1]

    def at(self, quote: str, page_index: int, boxes: Sequence[Box]) -> BlockPlace | None:
        """The quote on its page, under its rectangles; None if the blocks have it there with other letters or not."""
        places = [place for place in self._places(quote) if place.page_index == page_index]
        return max(places, key=lambda place: _shared(place.boxes, boxes), default=None)

    def anywhere(self, quote: str, prefix: str, suffix: str) -> BlockPlace | None:
        """The quote wherever it stands: at its only place, or the only one between such surroundings; else None."""
        places = list(self._places(quote))
        if len(places) > 1:
            before, after = fold(prefix)[0][-_ALIKE:], fold(suffix)[0][:_ALIKE]
            places = [p for p in places if _ends(p.prefix, before) and _begins(p.suffix, after)]
        return places[0] if len(places) == 1 else None

    def section_at(self, page_index: int, box: Box) -> str:
        """Title of the section that a place on a page belongs to: of the block there, or the last one above it."""
        section = ""
        for block in self._blocks:
            if block.page_index > page_index:
                break
            here = [line.box for line in block.lines if line.page_index == page_index]
            is_above = block.page_index < page_index or any(
                line.y0 <= box.y1 and line.x0 < box.x1 and box.x0 < line.x1 for line in here
            )
            if is_above and block.section:
                section = block.section[-1]
        return section

    def _places(self, quote: str) -> Iterator[BlockPlace]:
        needle = fold(quote)[0]
        at = self._text.find(needle) if needle else -1
        while at >= 0:
            yield self._place(at, at + len(needle))
            at = self._text.find(needle, at + 1)

    def _place(self, begin: int, end: int) -> BlockPlace:
        first, last = (bisect_right(self._starts, at) - 1 for at in (begin, end - 1))
        start = self._origins[first][begin - self._starts[first]]
        stop = self._origins[last][end - 1 - self._starts[last]] + 1
        spans = [
            (self._blocks[at], start if at == first else 0, stop if at == last else len(self._blocks[at].text))
            for at in range(first, last + 1)
        ]
        lines = [line for block, a, b in spans for line in block.lines_of(a, b)]
        page_index = lines[0].page_index if lines else self._blocks[first].page_index
        section = self._blocks[first].section
        return BlockPlace(
            page_index=page_index,
            text=" ".join(block.text[a:b] for block, a, b in spans),
            boxes=tuple(line.box for line in lines if line.page_index == page_index),
            prefix=self._blocks[first].text[max(0, start - _CONTEXT) : start],
            suffix=self._blocks[last].text[stop : stop + _CONTEXT],
            section=section[-1] if section else "",
        )


def _shared(boxes: Iterable[Box], others: Sequence[Box]) -> float:
    """Area, in square points, that two sets of rectangles have in common."""
    return sum(
        max(0.0, min(a.x1, b.x1) - max(a.x0, b.x0)) * max(0.0, min(a.y1, b.y1) - max(a.y0, b.y0))
        for a in boxes
        for b in others
    )


def _ends(text: str, letters: str) -> bool:
    mine = fold(text)[0]
    return mine.endswith(letters) or letters.endswith(mine)


def _begins(text: str, letters: str) -> bool:
    mine = fold(text)[0]
    return mine.startswith(letters) or letters.startswith(mine)
