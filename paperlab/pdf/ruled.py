"""Text boxes by rules: what the layout model is not asked for.

Lines are followed in the order of the content stream, in which most programs write as one reads. A box ends where the
next line stands elsewhere, in another type, indented or after a gap.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from paperlab.pdf.areas import areas_of
from paperlab.pdf.boxes import TextBox
from paperlab.pdf.furniture import CAPTION
from paperlab.pdf.geometry import overlap_x, union
from paperlab.pdf.measures import Measures
from paperlab.pdf.pages import Piece, RawPage, RegionKind
from paperlab.pdf.rows import Row, make_row, rows_of

_BULLET = re.compile(r"[•▪◦‣➢●○■□∗*–-]\s*(?=[^\s\d–-])|[•▪◦‣➢●]$")
_ITEM = re.compile(r"(\(?(\d{1,2}|[a-h]|[ivx]{1,4})\)|\d{1,2}\.|\[\d{1,3}\])\s+\S")
_EQUATION_NUMBER = re.compile(r"\(([A-Z]\.?)?\d{1,3}(\.\d{1,3})?[a-z]?\)$")
_MATH_FONT = re.compile(
    r"(?i)cmmi|cmsy|cmex|msbm|msam|eufm|math|symbol|txsy|txex|txmi|pxmi|pxsy|rsfs|euex|eusm|mtsy|mtmi"
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_SENTENCE_END = re.compile(r"[.?!:。][\"'”’)\]]*[\d∗*†‡]*$")
_BESIDE_EM = 2.2
"""Widest blank within a line; a wider one divides cells, or columns."""


def ruled_boxes(page: RawPage, pieces: Sequence[Piece], measures: Measures) -> tuple[TextBox, ...]:
    """The boxes of a page in the order of its content stream; text in figures is left out as the model's boxes do."""
    lines = [line for line in lines_of(page.index, pieces) if line is not None]
    areas = areas_of(page, lines, measures)
    boxes = [_box(run) for run in _runs(areas.flow, measures)]
    boxes += [TextBox(RegionKind.TABLE, rows_of(page.index, _pieces(rows)), 0) for rows in areas.tables if rows]
    boxes = [box for box in boxes if box.rows]
    boxes.sort(key=lambda box: box.rank)
    return tuple(TextBox(box.kind, box.rows, place) for place, box in enumerate(_by_columns(boxes, page.width)))


def lines_of(page_index: int, pieces: Sequence[Piece]) -> Iterator[Row | None]:
    """Neighbours in the content stream that stand side by side on one baseline."""
    run: list[Piece] = []
    for piece in pieces:
        if run and not _is_beside(run[-1], piece):
            yield make_row(page_index, run)
            run = []
        run.append(piece)
    if run:
        yield make_row(page_index, run)


def _is_beside(left: Piece, right: Piece) -> bool:
    a, b = left.box, right.box
    size = max(left.spans[-1].size, right.spans[0].size)
    shared = min(a.y1, b.y1) - max(a.y0, b.y0)
    return -0.3 * size < b.x0 - a.x1 < _BESIDE_EM * size and shared > 0.5 * min(a.y1 - a.y0, b.y1 - b.y0)


def _pieces(rows: Iterable[Row]) -> list[Piece]:
    return [piece for row in rows for piece in row.pieces]


@dataclass(slots=True)
class _Run:
    """Lines of one box as they come."""

    lines: list[Row]
    kind: RegionKind
    scraps: bool = field(default=False)
    """Lines were not one under the other."""

    @property
    def last(self) -> Row:
        return self.lines[-1]


def _runs(lines: Sequence[Row], measures: Measures) -> list[_Run]:
    runs: list[_Run] = []
    for i, line in enumerate(lines):
        following = lines[i + 1] if i + 1 < len(lines) else None
        run = runs[-1] if runs else None
        kind = _kind(line, measures)
        if run is not None and _is_scrap(run, line, measures):
            run.lines.append(line)
            run.scraps = True
        elif run is not None and _continues(run, line, following, kind, measures):
            run.lines.append(line)
        else:
            runs.append(_Run([line], kind))
    return runs


def _kind(line: Row, measures: Measures) -> RegionKind:
    """What a line tells by itself."""
    if CAPTION.match(line.text):
        return RegionKind.CAPTION
    if _is_formula(line):
        return RegionKind.FORMULA
    if _is_heading_line(line, measures):
        return RegionKind.HEADING
    if _BULLET.match(line.text) or _ITEM.match(line.text):
        return RegionKind.LIST_ITEM
    return RegionKind.TEXT


def _is_formula(line: Row) -> bool:
    """Set in the fonts of mathematics, with few words among the signs."""
    spans = [span for span in line.spans if span.text.strip()]
    total = sum(len(span.text.strip()) for span in spans)
    signs = sum(len(span.text.strip()) for span in spans if _MATH_FONT.search(span.font))
    words = [word for span in spans if not _MATH_FONT.search(span.font) for word in _WORD.findall(span.text)]
    if _EQUATION_NUMBER.search(line.text) and len(words) <= 4 and len(line.text) < 12:
        return True
    if not signs:
        return False
    return len(words) <= 1 + total / 25 and (signs > 0.25 * total or re.search(r"[=≤≥≈∑∏∫→]", line.text) is not None)


def _is_heading_line(line: Row, measures: Measures) -> bool:
    size = max(span.size for span in line.spans)  # small capitals are set in two sizes
    is_large = size > measures.size + 0.6
    letters = [character for character in line.text if character.isalpha()]
    if len(letters) < 3 or len(line.text) > 160:
        return False
    is_capitals = len(letters) > 3 and sum(c.isupper() for c in letters) > 0.8 * len(letters)
    return is_large or ((line.is_bold or is_capitals) and size > measures.size - 1.1)


def _is_scrap(run: _Run, line: Row, measures: Measures) -> bool:
    """A sign off the baseline, within the lines of the run or between them: of a fraction, a sum, an accent."""
    if run.kind is RegionKind.CAPTION and len(line.text) > 8:
        return False
    is_small = len(line.text) <= 6 and len(_WORD.findall(line.text)) == 0
    if not is_small and not (run.kind is RegionKind.FORMULA and _is_formula(line)):
        return False
    frame = union(row.box for row in run.lines[-4:])
    slack = (1.5 if run.kind is RegionKind.FORMULA else 0.35) * measures.size
    box = line.box
    is_within = frame.x0 - measures.size < box.x0 and (
        box.x1 < frame.x1 + measures.size or run.kind is RegionKind.FORMULA
    )
    return is_within and frame.y0 - slack < box.y0 and box.y1 < frame.y1 + slack


def _continues(run: _Run, line: Row, following: Row | None, kind: RegionKind, measures: Measures) -> bool:
    last = run.last
    lowest = max(run.lines[-3:], key=lambda row: row.box.y1) if run.scraps else last
    if kind in (RegionKind.CAPTION, RegionKind.LIST_ITEM) and not (
        run.kind is RegionKind.CAPTION and kind is RegionKind.LIST_ITEM and not _BULLET.match(line.text)
    ):
        return False
    if (run.kind is RegionKind.FORMULA) != (kind is RegionKind.FORMULA):
        is_inline = (
            run.kind is not RegionKind.FORMULA and abs(line.box.x0 - last.box.x0) < 2 and _is_full(run, last, measures)
        )
        if not is_inline:
            return False
    if overlap_x(lowest.box, line.box) <= 0 and overlap_x(union(row.box for row in run.lines), line.box) <= 0:
        return False
    if (run.kind is RegionKind.HEADING) != (kind is RegionKind.HEADING) and run.kind is not RegionKind.CAPTION:
        is_in_bold = kind is RegionKind.HEADING and not _is_other_type(last, line)
        if not is_in_bold:
            return False
    if abs(last.size - line.size) > 0.7 and run.kind is not RegionKind.FORMULA:
        return False
    down = line.spans[0].baseline - lowest.spans[0].baseline
    if down <= 0.3 * line.size:
        return False
    if run.kind is RegionKind.HEADING:
        return down < 1.6 * line.size and _is_like(last, line)
    leading = _leading(run, measures)
    if run.kind is RegionKind.FORMULA:
        return down < 2.4 * leading
    if down > (1.75 if line.text[:1].islower() or _is_unfinished(last) else 1.32) * leading:
        return False
    if run.kind is RegionKind.CAPTION:
        return True
    return not _is_indented(run, line, following, measures)


def _is_like(a: Row, b: Row) -> bool:
    return a.is_bold == b.is_bold and abs(a.size - b.size) < 0.5


def _is_other_type(a: Row, b: Row) -> bool:
    return a.is_bold != b.is_bold or abs(a.size - b.size) > 0.5


def _is_unfinished(row: Row) -> bool:
    return row.text.endswith(("-", ","))


def _leading(run: _Run, measures: Measures) -> float:
    """Distance of baselines in the run; by the document's where it has one line."""
    usual = measures.leading * run.last.size / measures.size
    if len(run.lines) < 3 or run.scraps:
        return usual
    steps = [b.spans[0].baseline - a.spans[0].baseline for a, b in zip(run.lines, run.lines[1:], strict=False)]
    return max(median(steps), 0.8 * usual) if run.kind is not RegionKind.FORMULA else usual


def _is_full(run: _Run, row: Row, measures: Measures) -> bool:
    """Reaches the right edge of its column, as far as the run knows it."""
    left = min(line.box.x0 for line in run.lines)
    right = max(max(line.box.x1 for line in run.lines), left + 0.9 * measures.width if len(run.lines) < 2 else 0)
    return row.box.x1 > right - 2.5 * row.size


def _is_indented(run: _Run, line: Row, following: Row | None, measures: Measures) -> bool:
    """Begins a paragraph: set in from the lines above, after a line that ends a sentence or stops short."""
    rest = run.lines[1:] if len(run.lines) > 1 else run.lines
    left = min(row.box.x0 for row in rest)
    step = 0.8 * line.size
    ends = _SENTENCE_END.search(run.last.text) is not None
    if line.box.x0 > left + step:
        if run.kind is RegionKind.LIST_ITEM and len(run.lines) == 1:
            return False
        returns = following is not None and following.box.x0 < line.box.x0 - step / 2
        return ends or (returns and not _is_full(run, run.last, measures))
    if line.box.x0 < left - step and len(run.lines) > 1:
        return ends or not _is_full(run, run.last, measures) or run.kind is RegionKind.LIST_ITEM
    if line.box.x0 < left - step and run.kind is RegionKind.LIST_ITEM:
        return ends or not _is_full(run, run.last, measures)
    return ends and not _is_full(run, run.last, measures)


def _box(run: _Run) -> TextBox:
    page_index = run.lines[0].page_index
    rows = rows_of(page_index, _pieces(run.lines)) if run.scraps or run.kind is RegionKind.FORMULA else tuple(run.lines)
    return TextBox(run.kind, rows, 0)


def _by_columns(boxes: Sequence[TextBox], width: float) -> list[TextBox]:
    """Column after column between the boxes that reach over the middle."""
    middle = width / 2
    ordered: list[TextBox] = []
    left: list[TextBox] = []
    right: list[TextBox] = []

    def flush() -> None:
        ordered.extend(left + right)
        left.clear()
        right.clear()

    for box in sorted(boxes, key=lambda box: box.box.y0):
        frame = box.box
        if frame.x0 < middle - 12 and frame.x1 > middle + 12:
            flush()
            ordered.append(box)
        else:
            (left if (frame.x0 + frame.x1) / 2 < middle else right).append(box)
    flush()
    return ordered
