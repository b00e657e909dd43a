"""Reflow: blocks of a paper as rows of one column of text. Pure.

Widths are in cells, offsets in code points of a block's text. The height of each block is counted at once, so that a
place in the text has its row for good; rows are made when they are looked at (ADR 0006).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from rich.cells import get_character_cell_size

from paperlab.domain.blocks import Block, BlockKind
from paperlab.tui.folds import Folds
from paperlab.tui.tables import Piece, table_rows

_HANGING = {BlockKind.LIST_ITEM: 2, BlockKind.REFERENCE: 4, BlockKind.FOOTNOTE: 2}
"""Cells by which all rows but the first are moved in."""
_INDENT = {BlockKind.CAPTION: 2, BlockKind.FORMULA: 4}
"""Cells by which all rows are moved in."""
_CLOSE = frozenset({BlockKind.LIST_ITEM, BlockKind.REFERENCE, BlockKind.FOOTNOTE})
"""Two of a kind follow each other without a blank row."""


_NOTHING = Folds()


class Row(NamedTuple):
    """One row of the column."""

    block: int
    """Index of the block; a blank row belongs to the block below it."""
    pieces: tuple[Piece, ...]
    """Left to right; none in a blank row."""
    label: str = ""
    """What stands for blocks that are folded."""


class Layout:
    """A paper reflowed to one width. Folded blocks have one row together."""

    def __init__(self, blocks: Sequence[Block], width: int, folds: Folds = _NOTHING) -> None:
        self.width = width
        self._blocks = blocks
        self._folds = folds
        self._made: dict[int, list[tuple[Piece, ...]]] = {}
        """Rows of the blocks that have been looked at."""
        self._tops: list[int] = []
        """Row of each block's first text; of its fold for a hidden one."""
        self.height = 0
        """In rows."""
        for index, block in enumerate(blocks):
            run = folds.over(index)
            if run is not None and index > run.start:
                self._tops.append(self.height - 1)
                continue
            if index and not (block.kind in _CLOSE and block.kind is blocks[index - 1].kind):
                self.height += 1
            self._tops.append(self.height)
            self.height += 1 if run is not None else _height(block, width)

    def is_of(self, blocks: Sequence[Block], width: int, folds: Folds) -> bool:
        """Another one of these would be the same."""
        return self._blocks is blocks and (self.width, self._folds) == (width, folds)

    def row(self, index: int) -> Row:
        """One of the rows from 0 to `height`, excluded."""
        block = bisect_right(self._tops, index) - 1
        if block >= 0 and (run := self._folds.over(block)):
            if index == self._tops[run.start]:
                return Row(run.start, (), f"▸ {len(run)} references")
        elif block >= 0 and index - self._tops[block] < len(rows := self._rows_of(block)):
            return Row(block, rows[index - self._tops[block]])
        return Row(block + 1, ())

    def row_of(self, block: int, offset: int) -> int:
        """The row that shows a place in a block's text, or the last one above it."""
        top = best = self._tops[block]
        for index, pieces in enumerate(self._rows_of(block), top):
            if any(piece.start <= offset < piece.end for piece in pieces):
                return index
            if pieces and pieces[0].start <= offset:
                best = index
        return best

    def place_at(self, row: int) -> tuple[int, int]:
        """Block and offset of the first text at or below a row; of the last text where there is none below."""
        below, above = range(max(row, 0), self.height), range(min(max(row, 0), self.height) - 1, -1, -1)
        for index in (*below, *above):
            block, pieces, _ = self.row(index)
            if pieces:
                return block, pieces[0].start
        return 0, 0

    def page_begun_in(self, row: int) -> int | None:
        """Index of the page that begins in a row, the last one of several."""
        block, pieces, _ = self.row(row)
        if not pieces:
            return None
        shown, before = self._blocks[block], self._pages_before[block]
        if shown.last_page_index <= before:
            return None
        starts = [of_row[0].start for of_row in self._rows_of(block) if of_row]
        begun = {max(bisect_right(starts, offset) - 1, 0): page for offset, page in _page_starts(shown, before)}
        return begun.get(bisect_right(starts, pieces[0].start) - 1)

    @cached_property
    def _pages_before(self) -> list[int]:
        """The furthest page above each block; -1 above the first."""
        furthest, pages = -1, []
        for index, block in enumerate(self._blocks):
            pages.append(furthest)
            if not self._folds.over(index):
                furthest = max(furthest, block.last_page_index)
        return pages

    def _rows_of(self, block: int) -> list[tuple[Piece, ...]]:
        if self._folds.over(block):
            return []
        if block not in self._made:
            self._made[block] = list(_block_rows(self._blocks[block], self.width))
        return self._made[block]


def page_at(block: Block, offset: int) -> int:
    """Index of the page on which a place in a block's text is printed."""
    position = bisect_right(block.lines, offset, key=lambda line: line.start)
    return block.lines[max(position - 1, 0)].page_index


def wrap(text: str, start: int, end: int, first_width: int, width: int) -> Iterator[tuple[int, int]]:
    """Cut a span of a text at blanks into rows; a word longer than a row is cut. Newlines are blanks."""
    if start < end and _is_narrow(text, start, end):
        row = _narrow_row(first_width).match(text, start, end)
        while row is not None:
            yield row.span(1)
            row = _narrow_row(width).match(text, row.end(), end)
        return
    limit = first_width
    while start < end:
        reach = _reach(text, start, end, limit)
        if reach >= end:
            yield start, end
            return
        cut = text.rfind(" ", start + 1, reach + 1)
        cut = cut if cut > 0 else reach
        yield start, cut
        start = cut
        while start < end and text[start] == " ":
            start += 1
        limit = width


def _is_narrow(text: str, start: int, end: int) -> bool:
    """Each character of a span takes one cell."""
    return text.isascii() or all(get_character_cell_size(character) == 1 for character in set(text[start:end]))


@lru_cache(maxsize=256)
def _narrow_row(width: int) -> re.Pattern[str]:
    """A row of characters of one cell each, and the blanks behind it."""
    return re.compile(rf"(.{{1,{width}}}(?= |\Z)|.{{1,{width}}}) *", re.DOTALL)


def _height(block: Block, width: int) -> int:
    """As many as `_block_rows` gives, in a third of the time for most blocks."""
    text = block.text
    if block.kind is BlockKind.PARAGRAPH and "\n" not in text and _is_narrow(text, 0, len(text)):
        return len(_narrow_row(width).findall(text))
    return sum(1 for _ in _block_rows(block, width))


def _block_rows(block: Block, width: int) -> Iterator[tuple[Piece, ...]]:
    if block.kind is BlockKind.TABLE:
        yield from table_rows(block.text, width, wrap)
        return
    indent = _INDENT.get(block.kind, 0) if width >= 40 else 0
    hanging = indent + (_HANGING.get(block.kind, 0) if width >= 30 else 0)
    x = indent
    for start, end in _paragraphs(block.text):
        for row_start, row_end in wrap(block.text, start, end, width - x, width - hanging):
            yield (Piece(x, row_start, row_end),)
            x = hanging


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while (end := text.find("\n", start)) >= 0:
        if end > start:
            yield start, end
        start = end + 1
    if start < len(text) or not text:
        yield start, len(text)


def _reach(text: str, start: int, end: int, limit: int) -> int:
    """How far `limit` cells go; at least one character."""
    cells = 0
    for index in range(start, end):
        cells += get_character_cell_size(text[index])
        if cells > limit:
            return max(index, start + 1)
    return end


def _page_starts(block: Block, page_index: int) -> Iterator[tuple[int, int]]:
    """Offset and index of each page that begins in a block and is later than all before."""
    for line in block.lines:
        if line.page_index > page_index:
            page_index = line.page_index
            yield line.start, page_index
