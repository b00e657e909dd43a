"""Reflow: blocks of a paper as rows of one column of text. Pure.

Widths are in cells, offsets in code points of a block's text. All rows are made at once: a book of 260 pages takes some
20 ms, less than its first paint. Only what is seen is painted.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Layout:
    """A paper reflowed to one width."""

    width: int
    rows: Sequence[Row]
    tops: Sequence[int]
    """Row of each block's first text, in the order of the blocks; of its fold for a hidden one."""
    page_rows: dict[int, int]
    """Row → index of the page that begins in it."""

    def row_of(self, block: int, offset: int) -> int:
        """The row that shows a place in a block's text, or the last one above it."""
        best = self.tops[block]
        for index in range(best, self.end_of(block)):
            if any(piece.start <= offset < piece.end for piece in self.rows[index].pieces):
                return index
            if self.rows[index].pieces and self.rows[index].pieces[0].start <= offset:
                best = index
        return best

    def end_of(self, block: int) -> int:
        """The row after the block's last, leading blank rows of the next block included."""
        return self.tops[block + 1] if block + 1 < len(self.tops) else len(self.rows)

    def place_at(self, row: int) -> tuple[int, int]:
        """Block and offset of the first text at or below a row; of the last text where there is none below."""
        for index in range(max(row, 0), len(self.rows)):
            if pieces := self.rows[index].pieces:
                return self.rows[index].block, pieces[0].start
        for index in range(len(self.rows) - 1, -1, -1):
            if pieces := self.rows[index].pieces:
                return self.rows[index].block, pieces[0].start
        return 0, 0


def reflow(blocks: Sequence[Block], width: int, folds: Folds = _NOTHING) -> Layout:
    """Lay out a paper in a column of `width` cells. Folded blocks have one row together."""
    rows: list[Row] = []
    tops: list[int] = []
    page_rows: dict[int, int] = {}
    page_index = -1
    for index, block in enumerate(blocks):
        run = folds.over(index)
        if run is not None and index > run.start:
            tops.append(len(rows) - 1)
            continue
        if index and not (block.kind in _CLOSE and block.kind is blocks[index - 1].kind):
            rows.append(Row(index, ()))
        top = len(rows)
        tops.append(top)
        if run is not None:
            rows.append(Row(index, (), f"▸ {len(run)} references"))
            continue
        rows.extend(Row(index, pieces) for pieces in _block_rows(block, width))
        if block.last_page_index > page_index:
            for offset, begun in _page_starts(block, page_index):
                page_rows[_row_at(rows, top, offset)] = begun
            page_index = block.last_page_index
    return Layout(width, rows, tops, page_rows)


def page_at(block: Block, offset: int) -> int:
    """Index of the page on which a place in a block's text is printed."""
    position = bisect_right(block.lines, offset, key=lambda line: line.start)
    return block.lines[max(position - 1, 0)].page_index


def wrap(text: str, start: int, end: int, first_width: int, width: int) -> Iterator[tuple[int, int]]:
    """Cut a span of a text at blanks into rows; a word longer than a row is cut. Newlines are blanks."""
    is_narrow = text.isascii() or all(get_character_cell_size(character) == 1 for character in set(text[start:end]))
    limit = first_width
    while start < end:
        reach = start + limit if is_narrow else _reach(text, start, end, limit)
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


def _row_at(rows: Sequence[Row], top: int, offset: int) -> int:
    best = top
    for index in range(top, len(rows)):
        if rows[index].pieces and rows[index].pieces[0].start <= offset:
            best = index
    return min(best, len(rows) - 1)
