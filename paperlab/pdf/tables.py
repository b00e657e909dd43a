"""Tables as text: a line for each row, a tab between cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from paperlab.pdf.glyphs import mend
from paperlab.pdf.rows import Row

_CELL_GAP_EM = 0.7
_WIDE = 0.45
"""A cell of more than this share of the table's width spans columns and says nothing about them."""


@dataclass(frozen=True, slots=True)
class _Cell:
    x0: float
    x1: float
    text: str


def table_lines(rows: Sequence[Row]) -> list[str]:
    """The text of each row; cells stand under the columns found from the gaps that run through the table."""
    cells = [_cells(row) for row in rows]
    columns = _columns(cells)
    if len(columns) < 2:
        return ["\t".join(cell.text for cell in row) for row in cells]
    return [_aligned(row, columns) for row in cells]


def _cells(row: Row) -> list[_Cell]:
    cells: list[_Cell] = []
    for piece in row.pieces:
        text = mend(piece.text)
        if not text:
            continue
        if cells and piece.box.x0 - cells[-1].x1 < _CELL_GAP_EM * row.size:
            last = cells.pop()
            cells.append(_Cell(last.x0, max(last.x1, piece.box.x1), f"{last.text} {text}"))
        else:
            cells.append(_Cell(piece.box.x0, piece.box.x1, text))
    return cells or [_Cell(row.box.x0, row.box.x1, row.text)]


def _columns(rows: Sequence[Sequence[_Cell]]) -> list[tuple[float, float]]:
    """Stretches across the page that cells cover, from left to right."""
    left = min(cell.x0 for row in rows for cell in row)
    width = max(cell.x1 for row in rows for cell in row) - left
    spans = sorted((c.x0, c.x1) for row in rows if len(row) > 1 for c in row if c.x1 - c.x0 < _WIDE * width)
    columns: list[tuple[float, float]] = []
    for x0, x1 in spans:
        if columns and x0 < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], x1))
        else:
            columns.append((x0, x1))
    return columns


def _aligned(cells: Sequence[_Cell], columns: Sequence[tuple[float, float]]) -> str:
    places = [""] * len(columns)
    for cell in cells:
        centre = (cell.x0 + cell.x1) / 2
        at = min(range(len(columns)), key=lambda i: _distance(centre, columns[i]))
        places[at] = f"{places[at]} {cell.text}".strip()
    return "\t".join(places).rstrip("\t")


def _distance(x: float, column: tuple[float, float]) -> float:
    return max(column[0] - x, x - column[1], 0.0)
