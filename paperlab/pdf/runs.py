"""Lines in the order of the content stream → runs of lines that belong to one box."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from paperlab.pdf.geometry import overlap_x, overlap_y, union
from paperlab.pdf.lines import BULLET, has_words, is_aligned, is_mathematical, kind_of
from paperlab.pdf.measures import Measures
from paperlab.pdf.numbering import numbers_of
from paperlab.pdf.pages import RegionKind
from paperlab.pdf.rows import Row

_SENTENCE_END = re.compile(r"[.?!:;。][\"'”’)\]]*[\d∗*†‡]*$")
_MARK = re.compile(r"\d{1,2}|[∗*†‡§¶⋆]{1,2}")
_NEXT, _NEXT_TALL = 1.32, 1.75
"""Distance to the next line in usual distances; the tall one is of a line with a formula in it."""
_INDENT_EM = 0.8
_SCRAP_CHARACTERS = 6


@dataclass(slots=True)
class Run:
    """Lines of one box as they come."""

    lines: list[Row]
    kind: RegionKind
    has_scraps: bool = False
    """Not all of its lines stand one under the other."""

    @property
    def last(self) -> Row:
        return self.lines[-1]

    @property
    def lowest(self) -> Row:
        return max(self.lines[-3:], key=lambda row: row.box.y1) if self.has_scraps else self.last


def runs_of(lines: Sequence[Row], measures: Measures) -> list[Run]:
    """A run ends where the next line stands elsewhere, in another type, indented or after a gap."""
    runs: list[Run] = []
    for i, line in enumerate(lines):
        following = lines[i + 1] if i + 1 < len(lines) else None
        run = runs[-1] if runs else None
        kind = kind_of(line, measures)
        if run is not None and (_is_scrap(run, line, measures) or _is_rest_of_line(run, line)):
            run.lines.append(line)
            run.has_scraps = True
        elif run is not None and _ends_lead(run, line, measures):
            run.lines.append(line)
            run.kind = RegionKind.TEXT
        elif (
            run is not None
            and _continues(run, line, kind, measures)
            and not _begins(run, line, following, kind, measures)
        ):
            run.lines.append(line)
        else:
            runs.append(Run([line], kind))
    return runs


def _is_scrap(run: Run, line: Row, measures: Measures) -> bool:
    """A sign off the baseline, within the lines of the run or between them: of a fraction, a sum, an accent."""
    is_formula = run.kind is RegionKind.FORMULA
    is_small = len(line.text) <= _SCRAP_CHARACTERS and not has_words(line)
    if not is_small and not (is_formula and is_mathematical(line)):
        return False
    frame = union(row.box for row in run.lines[-4:])
    slack = (1.5 if is_formula else 0.35) * measures.size
    box = line.box
    is_beside = frame.x0 - measures.size < box.x0 and (box.x1 < frame.x1 + measures.size or is_formula)
    return is_beside and frame.y0 - slack < box.y0 and box.y1 < frame.y1 + slack


def _is_rest_of_line(run: Run, line: Row) -> bool:
    """On the line of the run, to the right of it: a sign off the baseline has come between them."""
    if run.kind is RegionKind.HEADING:
        return False
    beside = [row for row in run.lines[-4:] if abs(row.baseline - line.baseline) < 0.15 * line.size]
    if not beside or abs(max(row.size for row in beside) - line.size) > 0.7:
        return False
    above = [row for row in run.lines[-4:] if overlap_y(row.box, line.box) > 0.3 * line.size]
    gap = line.box.x0 - max(row.box.x1 for row in (*beside, *above))
    return -line.size < gap < 1.2 * line.size  # an index may stand under an exponent


def _ends_lead(run: Run, line: Row, measures: Measures) -> bool:
    """Goes on with bold words and turns to text, or follows a bold sentence: a run-in heading of several lines."""
    if run.kind is not RegionKind.HEADING or line.is_bold or numbers_of(run.lines[0].text):
        return False
    first = next(span for span in line.spans if span.text.strip())
    down = line.baseline - run.last.baseline
    is_next = 0 < down < _NEXT * measures.leading and overlap_x(run.last.box, line.box) > 0
    is_sentence = _ends_sentence(run.last) and _is_full(run, run.last, measures)
    return is_next and abs(first.size - run.last.size) < 0.5 and (first.is_bold or is_sentence)


def _continues(run: Run, line: Row, kind: RegionKind, measures: Measures) -> bool:
    """Stands under the run, in its type, at the distance of a line."""
    lowest = run.lowest
    down = line.baseline - lowest.baseline
    frame = union(row.box for row in run.lines)
    if down <= 0.3 * line.size or (overlap_x(lowest.box, line.box) <= 0 and overlap_x(frame, line.box) <= 0):
        return False
    is_second_caption = kind is RegionKind.CAPTION and (run.kind is not kind or _ends_sentence(run.last))
    if is_second_caption or not _is_of_kind(run, line, kind, measures):
        return False
    if run.kind is RegionKind.HEADING:
        return down < 1.6 * line.size and run.last.is_bold == line.is_bold and abs(run.last.size - line.size) < 0.5
    if run.kind is RegionKind.FORMULA:
        return down < 2.4 * measures.leading
    if abs(run.last.size - line.size) > 0.7:
        return False
    goes_on = line.text[:1].islower() or run.last.text.endswith(("-", ","))
    return down <= (_NEXT_TALL if goes_on else _NEXT) * _leading(run, measures)


def _is_of_kind(run: Run, line: Row, kind: RegionKind, measures: Measures) -> bool:
    """A formula, a heading and text do not mix, but for what looks like one within a paragraph."""
    if run.kind is RegionKind.CAPTION:
        return is_aligned(run.last, line) and (kind is not RegionKind.HEADING or line.is_bold == run.last.is_bold)
    if (run.kind is RegionKind.FORMULA) != (kind is RegionKind.FORMULA):
        is_flush = abs(line.box.x0 - run.last.box.x0) < 2
        return run.kind is not RegionKind.FORMULA and is_flush and _is_full(run, run.last, measures)
    if kind is RegionKind.HEADING and run.kind is not RegionKind.HEADING:
        return run.last.is_bold == line.is_bold and abs(run.last.size - line.size) <= 0.5
    return kind is RegionKind.HEADING or run.kind is not RegionKind.HEADING


def _ends_sentence(row: Row) -> bool:
    return _SENTENCE_END.search(row.text) is not None


def _leading(run: Run, measures: Measures) -> float:
    """Distance of baselines in the run; by the document's where it is short."""
    usual = measures.leading * run.last.size / measures.size
    if len(run.lines) < 3 or run.has_scraps:
        return usual
    return max(median(b.baseline - a.baseline for a, b in pairwise(run.lines)), 0.8 * usual)


def _is_full(run: Run, row: Row, measures: Measures) -> bool:
    """Reaches the right edge of its column, as far as the run knows it."""
    right = max(line.box.x1 for line in run.lines)
    if len(run.lines) < 2:
        right = max(right, row.box.x0 + 0.9 * measures.width)
    return row.box.x1 > right - 2.5 * row.size


def _is_marked_note(line: Row, measures: Measures) -> bool:
    """Small type that begins with a raised mark."""
    first = next(span for span in line.spans if span.text.strip())
    is_raised = first.is_raised or (first.size < 0.88 * line.size and first.baseline < line.baseline)
    return line.size < 0.95 * measures.size and is_raised and _MARK.fullmatch(first.text.strip()) is not None


def _begins(run: Run, line: Row, following: Row | None, kind: RegionKind, measures: Measures) -> bool:
    """Begins a paragraph or an item: after a line that ends a sentence or stops short, mostly set in or out."""
    if run.kind is RegionKind.CAPTION:
        return False
    if run.kind is RegionKind.HEADING:
        return bool(numbers_of(line.text))
    if _is_marked_note(line, measures):
        return True
    ends = _ends_sentence(run.last)
    stops = not _is_full(run, run.last, measures)
    if BULLET.match(line.text):
        return ends or stops or line.text[0] not in "-–*∗"
    if kind is RegionKind.LIST_ITEM and (ends or stops):
        return True
    is_item = run.kind is RegionKind.LIST_ITEM
    left = min(row.box.x0 for row in (run.lines[1:] or run.lines))
    step = _INDENT_EM * line.size
    if line.box.x0 > left + step:
        if is_item and len(run.lines) == 1:
            return False
        returns = following is not None and following.box.x0 < line.box.x0 - step / 2
        return ends or (returns and stops)
    if line.box.x0 < left - step and (is_item or len(run.lines) > 1):
        return ends or stops or (is_item and len(run.lines) > 1)
    return ends and stops
