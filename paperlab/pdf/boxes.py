"""Text boxes: which printed lines belong to which region of the layout."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from paperlab.domain.blocks import Box
from paperlab.pdf.geometry import area, overlap_x, overlap_y, share_inside, union
from paperlab.pdf.pages import Piece, RawPage, Region, RegionKind
from paperlab.pdf.rows import Row, rows_of

_MOSTLY = 0.5
_SENTENCE_CHARACTERS = 45
"""Lines of this mean length are read, not looked at."""
_GUTTER_PT = 8.0
_RUNNING = (RegionKind.TEXT, RegionKind.LIST_ITEM, RegionKind.CAPTION, RegionKind.FOOTNOTE)


@dataclass(frozen=True, slots=True)
class TextBox:
    """Lines of one region, from top to bottom."""

    kind: RegionKind
    rows: tuple[Row, ...]
    region: int
    """Index of the region in the layout model's order; after all others if there is none."""

    @property
    def page_index(self) -> int:
        return self.rows[0].page_index

    @property
    def box(self) -> Box:
        return union(row.box for row in self.rows)

    @property
    def rank(self) -> float:
        """Place in the content stream: of most of its lines."""
        return median(row.rank for row in self.rows)

    @property
    def text(self) -> str:
        return " ".join(row.text for row in self.rows)


def text_boxes(page: RawPage, pieces: Sequence[Piece], body_size: float) -> tuple[TextBox, ...]:
    """Assign every piece to its region; those outside of all become boxes of their own.

    Text inside pictures is left out: labels of a figure are no sentences. A "picture" that holds running text is
    a framed box of prose and is kept.
    """
    held: dict[int, list[Piece]] = {}
    strays: list[Piece] = []
    for piece in pieces:
        home = _region_of(piece, page.regions)
        if home is None:
            strays.append(piece)
        else:
            held.setdefault(home, []).append(piece)
    boxes = []
    for index, members in held.items():
        kind = page.regions[index].kind
        for half in _columns(members, page.width / 2) if kind in _RUNNING else [members]:
            boxes += _boxes_of(kind, index, rows_of(page.index, half), body_size)
    return tuple(_with_strays(boxes, _boxes_of_strays(page, strays, len(page.regions))))


def _boxes_of(kind: RegionKind, index: int, rows: tuple[Row, ...], body_size: float) -> list[TextBox]:
    if kind is RegionKind.PICTURE:
        kind = RegionKind.TEXT if _is_prose(rows, body_size) else kind
    elif kind in (RegionKind.PAGE_HEADER, RegionKind.PAGE_FOOTER):
        kind = RegionKind.TEXT
    if kind is RegionKind.PICTURE or not rows:
        return []
    return [TextBox(kind, run, index) for run in (_runs(rows) if kind in _RUNNING else [rows])]


def _columns(pieces: Sequence[Piece], middle: float) -> list[list[Piece]]:
    """Both sides of a gutter that runs down the middle of a region: the model reaches across columns now and then."""
    left = [piece for piece in pieces if piece.box.x1 <= middle]
    right = [piece for piece in pieces if piece.box.x0 >= middle]
    if not left or not right or len(left) + len(right) < len(pieces):
        return [list(pieces)]
    gutter = min(piece.box.x0 for piece in right) - max(piece.box.x1 for piece in left)
    return [left, right] if gutter > _GUTTER_PT else [list(pieces)]


def _region_of(piece: Piece, regions: Sequence[Region]) -> int | None:
    """The smallest region that holds most of the piece; a picture only where nothing else does."""
    box = piece.box
    shares = [(share_inside(box, region.box), index) for index, region in enumerate(regions)]
    homes = [index for share, index in shares if share >= _MOSTLY]
    if not homes:
        share, index = max(shares, default=(0.0, -1))
        return index if share >= 0.2 else None
    return min(homes, key=lambda index: (regions[index].kind is RegionKind.PICTURE, area(regions[index].box)))


def _is_prose(rows: Sequence[Row], body_size: float) -> bool:
    if len(rows) < 3:
        return False
    full = [row for row in rows if len(row.text) >= _SENTENCE_CHARACTERS and row.size > 0.7 * body_size]
    return len(full) >= 0.6 * len(rows)


def _runs(rows: Sequence[Row]) -> list[tuple[Row, ...]]:
    """Cut where the space between two lines is much larger than usual: the model joins across headings."""
    gaps = [b.box.y0 - a.box.y1 for a, b in itertools.pairwise(rows)]
    if not gaps:
        return [tuple(rows)]
    usual = max(median(gaps) if len(gaps) > 2 else 0.0, 0.0)
    cuts = [i + 1 for i, gap in enumerate(gaps) if gap > 1.2 * rows[i].size + 1.5 * usual]
    return [tuple(rows[start:end]) for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True)]


def _with_strays(boxes: Sequence[TextBox], strays: Sequence[TextBox]) -> list[TextBox]:
    """A line that the model forgot at the end of a box goes back to it."""
    result = list(boxes)
    for stray in strays:
        home = next((i for i, box in enumerate(result) if box.kind in _RUNNING and _is_rest(box, stray)), None)
        if home is None:
            result.append(stray)
        else:
            result[home] = TextBox(result[home].kind, result[home].rows + stray.rows, result[home].region)
    return result


def _is_rest(box: TextBox, stray: TextBox) -> bool:
    last, first = box.rows[-1], stray.rows[0]
    gap = first.box.y0 - last.box.y1
    is_under = -0.5 * last.size < gap < 0.45 * last.size and overlap_x(last.box, first.box) > 0
    return is_under and abs(last.size - first.size) < 0.6 and len(stray.rows) <= 2 and last.is_bold == first.is_bold


def _boxes_of_strays(page: RawPage, strays: Iterable[Piece], first_index: int) -> list[TextBox]:
    """Group by MuPDF's blocks, split where lines stand apart."""
    groups: dict[int, list[Piece]] = {}
    for piece in strays:
        groups.setdefault(piece.group, []).append(piece)
    boxes: list[TextBox] = []
    for members in groups.values():
        run: list[Row] = []
        for row in rows_of(page.index, members):
            if run and not _continues(run[-1], row):
                boxes.append(TextBox(RegionKind.TEXT, tuple(run), first_index + len(boxes)))
                run = []
            run.append(row)
        if run:
            boxes.append(TextBox(RegionKind.TEXT, tuple(run), first_index + len(boxes)))
    return boxes


def _continues(above: Row, below: Row) -> bool:
    """Same font size, no more than a line apart, one under the other."""
    is_near = -overlap_y(above.box, below.box) < 0.9 * above.size
    return is_near and overlap_x(above.box, below.box) > 0 and abs(above.size - below.size) < 1.0
