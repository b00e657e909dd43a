"""Tables as tables: cells in columns that fit the width, or flowing where no columns do."""

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len

_GAP = 2
"""Cells between two columns."""
_MIN_COLUMN = 6
"""Cells below which a column is no longer narrowed."""

Wrap = Callable[[str, int, int, int, int], Iterator[tuple[int, int]]]


class Piece(NamedTuple):
    """A run of a block's text in one row."""

    x: int
    """Cells from the left edge of the column."""
    start: int
    end: int


Span = tuple[int, int]


def table_rows(text: str, width: int, wrap: Wrap) -> Iterator[tuple[Piece, ...]]:
    """The rows of a table whose rows are lines and whose cells are divided by tabs."""
    table = list(_cells(text))
    widths = _column_widths(text, table, width)
    for cells in table:
        if widths is None:
            yield from _flowing(text, cells, width, wrap)
        else:
            yield from _in_columns(text, cells, widths, wrap)


def _cells(text: str) -> Iterator[list[Span]]:
    start = 0
    for line in text.split("\n"):
        cells, at = [], start
        for cell in line.split("\t"):
            left = at + len(cell) - len(cell.lstrip())
            cells.append((left, left + len(cell.strip())))
            at += len(cell) + 1
        yield cells
        start += len(line) + 1


def _column_widths(text: str, table: list[list[Span]], width: int) -> list[int] | None:
    """Natural widths, the widest columns narrowed until all fit; None if they cannot."""
    columns = zip_longest(*table, fillvalue=(0, 0))
    widths = [max(cell_len(text[start:end]) for start, end in column) for column in columns]
    room = width - _GAP * (len(widths) - 1)
    excess = sum(widths) - room
    while excess > 0:
        widest = max(widths)
        if widest <= _MIN_COLUMN:
            return None
        second = max((w for w in widths if w < widest), default=0)
        group = [index for index, w in enumerate(widths) if w == widest]
        step = max(1, min(widest - max(second, _MIN_COLUMN), -(-excess // len(group))))
        for index in group:
            widths[index] -= step
        excess = sum(widths) - room
    return widths


def _in_columns(text: str, cells: list[Span], widths: list[int], wrap: Wrap) -> Iterator[tuple[Piece, ...]]:
    columns, x = [], 0
    for (start, end), width in zip(cells, widths, strict=False):
        columns.append([Piece(x, *span) for span in wrap(text, start, end, width, width)])
        x += width + _GAP
    yield from (tuple(piece for piece in row if piece) for row in zip_longest(*columns)) if any(columns) else [()]


def _flowing(text: str, cells: list[Span], width: int, wrap: Wrap) -> Iterator[tuple[Piece, ...]]:
    """Cells one after the other, as many in a row as fit."""
    row: list[Piece] = []
    x = 0
    for start, end in cells:
        length = cell_len(text[start:end])
        if row and x + length > width:
            yield tuple(row)
            row, x = [], 0
        if length > width:
            yield from ((Piece(0, *span),) for span in wrap(text, start, end, width, width))
        elif length:
            row.append(Piece(x, start, end))
            x += length + _GAP
    if row:
        yield tuple(row)
