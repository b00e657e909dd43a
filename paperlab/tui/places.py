"""Places in a paper: the sentence cursor, spans of quotes, and the way back to a remembered place. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from paperlab.domain.blocks import Block, BlockKind
from paperlab.domain.runs import occurrences
from paperlab.domain.sentences import sentence_spans
from paperlab.domain.strips import Span, Strip
from paperlab.domain.text import folded

QUOTE_LENGTH = 48
"""Characters of a sentence that find it again."""
_WHOLE = frozenset({BlockKind.TITLE, BlockKind.HEADING, BlockKind.FORMULA, BlockKind.REFERENCE})


class Place(NamedTuple):
    """One unit of one block: a sentence, a heading, a row of a table."""

    block: int
    unit: int


class Units:
    """The units of a paper, cut when they are first asked for."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self._spans: dict[int, list[tuple[int, int]]] = {}

    def of(self, block: int) -> list[tuple[int, int]]:
        """Spans of a block's units, at least one."""
        if block not in self._spans:
            self._spans[block] = list(_units(self._blocks[block])) or [(0, len(self._blocks[block].text))]
        return self._spans[block]

    def span(self, place: Place) -> Span:
        return Span(place.block, *self.of(place.block)[place.unit])

    def text(self, place: Place) -> str:
        block, start, end = self.span(place)
        return self._blocks[block].text[start:end]

    def at(self, block: int, offset: int) -> Place:
        """The unit that an offset is in, or the one before it."""
        starts = [start for start, _ in self.of(block)]
        return Place(block, max(bisect_right(starts, offset) - 1, 0))

    def step(self, place: Place, by: int) -> Place:
        """So many units on (or back), stopping at the ends of the paper."""
        block, unit = place
        while by > 0 and (unit + 1 < len(self.of(block)) or block + 1 < len(self._blocks)):
            block, unit = (block, unit + 1) if unit + 1 < len(self.of(block)) else (block + 1, 0)
            by -= 1
        while by < 0 and (unit or block):
            block, unit = (block, unit - 1) if unit else (block - 1, len(self.of(block - 1)) - 1)
            by += 1
        return Place(block, unit)

    def step_block(self, place: Place, by: int) -> Place:
        """The first unit of the block so many on; going back stops at the start of the own block first."""
        if by < 0 and place.unit:
            return Place(place.block, 0)
        return Place(min(max(place.block + by, 0), len(self._blocks) - 1), 0)

    def between(self, one: Place, other: Place) -> Iterator[Span]:
        """One span a block, from the start of the earlier place to the end of the later one."""
        first, last = sorted((one, other))
        for block in range(first.block, last.block + 1):
            spans = self.of(block)
            start = spans[first.unit][0] if block == first.block else spans[0][0]
            end = spans[last.unit][1] if block == last.block else spans[-1][1]
            yield Span(block, start, end)


def find_quote(
    blocks: Sequence[Block], quote: str, page_index: int | None = None, *, block: int | None = None
) -> tuple[Span, ...]:
    """Where a quote stands, by letters and digits alone: one span for each block it touches.

    Args:
        page_index: Looked at first, with the page after it; then the place nearest to it counts.
        block: Index of the block it begins in, where that is known.

    Returns:
        Empty if the quote is nowhere, or holds neither letter nor digit.
    """
    needle = folded(quote)
    for candidates in _candidates(blocks, page_index, block) if needle else ():
        strip = Strip.of([(index, folded(blocks[index].text)) for index in candidates])
        places = (strip.spans(blocks, at, at + len(needle)) for at in occurrences(strip.text, needle))
        found = min(places, key=lambda spans: abs(blocks[spans[0].block].page_index - (page_index or 0)), default=())
        if found:
            return found
    return ()


def find_words(blocks: Sequence[Block], words: str) -> list[Span]:
    """Every place of a text in a paper, whatever its case; runs of white space are equal."""
    parts = [re.escape(part) for part in words.split()]
    if not parts:
        return []
    pattern = re.compile(r"\s+".join(parts), re.IGNORECASE)
    return [
        Span(index, found.start(), found.end())
        for index, block in enumerate(blocks)
        for found in pattern.finditer(block.text)
    ]


def first_on_page(blocks: Sequence[Block], page_index: int) -> Span | None:
    """Where a page begins, or the next one that has text."""
    for index, block in enumerate(blocks):
        if block.last_page_index >= page_index:
            line = next(line for line in block.lines if line.page_index >= page_index)
            return Span(index, line.start, line.end)
    return None


def _units(block: Block) -> Iterable[tuple[int, int]]:
    if block.kind in _WHOLE:
        return [(0, len(block.text))]
    if block.kind is not BlockKind.TABLE:
        return sentence_spans(block.text)
    return [found.span() for found in re.finditer(r"[^\n]*\S[^\n]*", block.text)]


def _candidates(blocks: Sequence[Block], page_index: int | None, block: int | None) -> Iterator[Sequence[int]]:
    if block is not None and block < len(blocks):
        yield range(block, min(block + 8, len(blocks)))
    if page_index is not None:
        pages = (page_index, page_index + 1)
        yield [i for i, b in enumerate(blocks) if b.page_index <= pages[1] and b.last_page_index >= pages[0]]
    yield range(len(blocks))
