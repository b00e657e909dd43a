"""What is printed on pages but is no text of the paper: running heads, page numbers, stamps."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from paperlab.pdf.geometry import share_inside
from paperlab.pdf.pages import Piece, RawPage, RegionKind
from paperlab.pdf.rows import Row, rows_of

CAPTION = re.compile(
    r"(?i)(supplementary |extended data )?(figure|fig\.|table|tab\.|algorithm|listing|box|图|表)"
    r" ?[A-Z]?\.?\d+(\.\d+)?\s*[:.|–-]"
)

_MARGIN = 0.13
"""Share of the page's height, above and below, in which furniture stands."""
_SAME_PLACE_PT = 4.0
_OFTEN = 0.08
"""Share of the pages on which a text must stand: the running head of one chapter of a dozen does."""
_PAGE_NUMBER = re.compile(r"(?i)[-–— |·]*(page\s+)?(\d{1,4}|[ivxlc]{1,6})(\s*(of|/)\s*\d{1,4})?[-–— |·]*")
_NOTICE = re.compile(
    r"(?i)^(preprint\b|under review|to appear|published as|arxiv:|proceedings of|draft\b|accepted\b|work in progress"
    r"|\(?c\)? ?copyright|copyright|©|\d+(st|nd|rd|th) (annual )?(conference|international|workshop)|"
    r"(conference|workshop) on\b|workshop track)|conference on neural information processing systems|\(neurips \d{4}\)"
    r"|\(nips \d{4}\)|association for computational linguistics$|permission to make digital"
)


def without_furniture(pages: Sequence[RawPage]) -> list[tuple[Piece, ...]]:
    """The pieces of each page that are text of the paper, in their order."""
    upright = [_upright(page) for page in pages]
    margins = [_margin_rows(page, pieces) for page, pieces in zip(pages, upright, strict=True)]
    repeated = _repeated(margins, len(pages))
    slots = _slots(margins, repeated, len(pages))
    kept = []
    for page, pieces, rows in zip(pages, upright, margins, strict=True):
        gone: set[int] = set()
        for row in rows:
            if _is_furniture(row, page, pieces, repeated, slots):
                gone.update(piece.rank for piece in row.pieces)
        kept.append(tuple(piece for piece in pieces if piece.rank not in gone))
    return kept


def body_size(pages: Iterable[RawPage]) -> float:
    """Font size of most characters, in points."""
    weights: Counter[float] = Counter()
    for page in pages:
        for piece in page.pieces:
            for span in piece.spans:
                weights[round(span.size * 2) / 2] += len(span.text)
    return weights.most_common(1)[0][0] if weights else 10.0


def _upright(page: RawPage) -> tuple[Piece, ...]:
    """Text along the side goes (stamps, axes), unless the page is turned as a whole."""
    inside = [piece for piece in page.pieces if _is_on_page(piece, page)]
    turned = sum(len(piece.text) for piece in inside if not piece.is_upright)
    if turned > sum(len(piece.text) for piece in inside) / 2:
        return tuple(inside)
    return tuple(piece for piece in inside if piece.is_upright)


def _is_on_page(piece: Piece, page: RawPage) -> bool:
    box = piece.box
    return box.x1 > 0 and box.y1 > 0 and box.x0 < page.width and box.y0 < page.height


def _margin_rows(page: RawPage, pieces: Sequence[Piece]) -> tuple[Row, ...]:
    """The lines of the margins, and the first and last line of the page wherever they stand."""
    if not pieces:
        return ()
    highest, lowest = min(p.box.y1 for p in pieces), max(p.box.y0 for p in pieces)
    top, bottom = max(_MARGIN * page.height, highest + 1), min((1 - _MARGIN) * page.height, lowest - 1)
    return rows_of(page.index, [p for p in pieces if p.box.y1 < top or p.box.y0 > bottom])


def _pattern(row: Row) -> str:
    return re.sub(r"\d+", "#", row.text.casefold())


def _place(row: Row) -> int:
    return round(row.box.y0 / _SAME_PLACE_PT)


def _near(place: int) -> tuple[int, int, int]:
    return place - 1, place, place + 1


def _repeated(margins: Sequence[Sequence[Row]], page_count: int) -> set[tuple[str, int]]:
    """Texts that stand at the same height on several pages, numbers in them aside."""
    pages_of: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for rows in margins:
        for row in rows:
            if re.search(r"[^\W\d_]", row.text) or _PAGE_NUMBER.fullmatch(row.text):
                for place in _near(_place(row)):
                    pages_of[_pattern(row), place].add(row.page_index)
    enough = 2 if page_count <= 4 else max(3, round(_OFTEN * page_count))
    return {key for key, found in pages_of.items() if len(found) >= enough}


def _slots(margins: Sequence[Sequence[Row]], repeated: set[tuple[str, int]], page_count: int) -> set[int]:
    """Heights at which running heads stand: what else stands there is one too (the title of a section)."""
    counts: Counter[int] = Counter()
    for rows in margins:
        for place in {_place(row) for row in rows if (_pattern(row), _place(row)) in repeated}:
            counts.update(_near(place))
    return {place for place, count in counts.items() if count >= max(3, 0.3 * page_count)}


def _is_furniture(
    row: Row, page: RawPage, pieces: Sequence[Piece], repeated: set[tuple[str, int]], slots: set[int]
) -> bool:
    if page.index == 0 and _is_largest(row, pieces):
        return False
    regions = {region.kind for region in page.regions if share_inside(row.box, region.box) > 0.5}
    if (_pattern(row), _place(row)) in repeated:
        return RegionKind.TABLE not in regions and not CAPTION.match(row.text)  # the head of a table goes on with it
    if not _is_outermost(row, page, pieces) or _begins_raised(row) or _gap_to_text(row, pieces) < 0.5 * row.size:
        return False
    if _PAGE_NUMBER.fullmatch(row.text) or _place(row) in slots:
        return True
    if page.index == 0 and _NOTICE.search(row.text):
        return True
    return bool(regions & {RegionKind.PAGE_HEADER, RegionKind.PAGE_FOOTER})


def _begins_raised(row: Row) -> bool:
    """A footnote's mark."""
    first = row.spans[0]
    return first.size < 0.85 * row.size and not _PAGE_NUMBER.fullmatch(row.text)


def _is_largest(row: Row, pieces: Sequence[Piece]) -> bool:
    """A title may be classed as a page's head by the layout model."""
    sizes = [span.size for p in pieces for span in p.spans if len(p.text.strip()) > 3]
    return bool(sizes) and row.size >= max(0.95 * max(sizes), 1.1 * median(sizes))


def _is_outermost(row: Row, page: RawPage, pieces: Sequence[Piece]) -> bool:
    """Nothing but other lines of the margin stands between it and the page's edge, on its side."""
    slack = 2.5 * row.size
    if row.box.y0 < page.height / 2:
        return all(p.box.y1 > row.box.y0 - slack for p in pieces)
    return all(p.box.y0 < row.box.y1 + slack for p in pieces)


def _gap_to_text(row: Row, pieces: Sequence[Piece]) -> float:
    """Free height in points between the row and the nearest text on the page's inner side."""
    own = {piece.rank for piece in row.pieces}
    others = [piece.box for piece in pieces if piece.rank not in own]
    below = [box.y0 - row.box.y1 for box in others if box.y0 >= row.box.y1 - 1]
    above = [row.box.y0 - box.y1 for box in others if box.y1 <= row.box.y0 + 1]
    return min(min(below, default=99.0), min(above, default=99.0))
