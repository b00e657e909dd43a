"""Text boxes by rules: what the layout model is not asked for.

Lines are followed in the order of the content stream, in which most programs write as one reads.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from paperlab.domain.blocks import Box
from paperlab.pdf.areas import areas_of
from paperlab.pdf.boxes import TextBox
from paperlab.pdf.geometry import overlap_x, overlap_y
from paperlab.pdf.lines import has_words, lines_of
from paperlab.pdf.measures import Measures
from paperlab.pdf.pages import Piece, RawPage, RegionKind
from paperlab.pdf.rows import Row, rows_of
from paperlab.pdf.runs import Run, runs_of

_NOTES = (RegionKind.TEXT, RegionKind.LIST_ITEM)
_MARK = re.compile(r"[\d∗*†‡§¶⋆]")
_ABSTRACT = re.compile(r"(?i)abstract[.:—–-]?")
_GUTTER_PT = 12.0
"""What reaches so far over the middle of the page is in neither column."""


def ruled_boxes(page: RawPage, pieces: Sequence[Piece], measures: Measures) -> tuple[TextBox, ...]:
    """The boxes of a page; text in figures is left out, as `text_boxes` does."""
    lines = [line for line in lines_of(page.index, pieces) if line is not None]
    areas = areas_of(page, lines, measures)
    boxes = [_box(run) for run in _without_false_headings(runs_of(areas.flow, measures))]
    boxes += [TextBox(RegionKind.TABLE, rows_of(page.index, _pieces(rows)), 0) for rows in areas.tables]
    boxes = _with_footnotes([box for box in boxes if box.rows], areas.rules, page.height, measures)
    by_columns = _by_columns(boxes, page.width / 2)
    return tuple(TextBox(box.kind, box.rows, place) for place, box in enumerate(by_columns))


def _without_false_headings(runs: list[Run]) -> list[Run]:
    """Heads of tables, authors side by side and all else over the abstract are no headings, whatever their type."""
    lines = [(line, run) for run in runs for line in run.lines]
    by_group: dict[int, list[tuple[Row, Run]]] = {}
    for line, run in lines:
        by_group.setdefault(line.pieces[0].group, []).append((line, run))
    for line, run in lines:
        if run.kind is RegionKind.HEADING and any(
            other is not run and _is_beside(line, beside) for beside, other in by_group[line.pieces[0].group]
        ):
            run.kind = RegionKind.TEXT
    abstract = next((line.box for line, _ in lines if line.page_index == 0 and _ABSTRACT.fullmatch(line.text)), None)
    for run in runs:
        if run.kind is RegionKind.HEADING and abstract is not None and run.last.box.y1 < abstract.y0:
            run.kind = RegionKind.TEXT
    return runs


def _is_beside(line: Row, other: Row) -> bool:
    """On the same height; a number before a title does not count."""
    is_number = other.box.x0 < line.box.x0 and not has_words(other)
    return overlap_y(other.box, line.box) > 0.5 * line.size and not is_number


def _box(run: Run) -> TextBox:
    is_woven = run.has_scraps or run.kind is RegionKind.FORMULA
    rows = rows_of(run.lines[0].page_index, _pieces(run.lines)) if is_woven else tuple(run.lines)
    return TextBox(run.kind, rows, 0)


def _with_footnotes(boxes: Sequence[TextBox], rules: Sequence[Box], height: float, measures: Measures) -> list[TextBox]:
    """Small type alone under a short rule at the foot of a column is of footnotes."""
    notes: set[int] = set()
    for rule in rules:
        if rule.y0 < 0.5 * height or rule.x1 - rule.x0 > 0.6 * measures.width:
            continue
        under = [i for i, box in enumerate(boxes) if box.box.y0 > rule.y0 - 3 and overlap_x(box.box, rule) > 0]
        first = min(under, key=lambda i: boxes[i].box.y0, default=None)
        if first is None or not _MARK.match(boxes[first].text):
            continue
        if all(boxes[i].kind in _NOTES and _is_small(boxes[i], measures) for i in under):
            notes.update(under)
    return [replace(box, kind=RegionKind.FOOTNOTE) if i in notes else box for i, box in enumerate(boxes)]


def _is_small(box: TextBox, measures: Measures) -> bool:
    return max(row.size for row in box.rows) < 0.95 * measures.size


def _pieces(rows: Iterable[Row]) -> list[Piece]:
    return [piece for row in rows for piece in row.pieces]


def _by_columns(boxes: Sequence[TextBox], middle: float) -> list[TextBox]:
    """One column after the other, between the boxes that reach over the middle."""
    ordered: list[TextBox] = []
    columns: tuple[list[TextBox], list[TextBox]] = ([], [])
    for box in sorted(boxes, key=lambda box: box.box.y0):
        frame = box.box
        if frame.x0 < middle - _GUTTER_PT and frame.x1 > middle + _GUTTER_PT:
            ordered += [*columns[0], *columns[1], box]
            columns = ([], [])
        else:
            columns[frame.x0 + frame.x1 > 2 * middle].append(box)
    return [*ordered, *columns[0], *columns[1]]
