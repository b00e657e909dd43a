"""Areas of a page that are no running text: figures, whose labels are left out, and tables."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from paperlab.domain.blocks import Box
from paperlab.pdf.drawings import drawings_of
from paperlab.pdf.furniture import CAPTION
from paperlab.pdf.geometry import area, overlap_x, overlap_y, share_inside, union
from paperlab.pdf.lines import is_aligned, is_mathematical, is_of_other_type, is_running
from paperlab.pdf.measures import Measures
from paperlab.pdf.pages import Mark, RawPage
from paperlab.pdf.rows import Row

_NEAR_PT = 14.0
"""Between a figure and the labels of its axes."""
_CAPTION_GAP_PT = 250.0
_DENSE = 0.2
"""Share of a table's area that its letters cover; plots have less."""
_FULL = 0.33
"""Share above which it is text in a frame, whatever the caption says."""
_FEWEST_MARKS = 12
"""Of a plot without a caption."""
_TABLE_CAPTION = re.compile(r"(?i)(supplementary |extended data )?(table|tab\.|表)")
_LISTING = re.compile(r"(?i)(algorithm|listing)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LONGEST_LABEL = 40
_NEXT = 1.4
"""Distance of two lines of a paragraph, in usual distances."""
_SUBCAPTION = re.compile(r"\([a-z]\)")


@dataclass(frozen=True, slots=True)
class Areas:
    flow: tuple[Row, ...]
    """Lines of running text, as they came."""
    tables: tuple[tuple[Row, ...], ...]
    labels: tuple[Row, ...]
    """Of figures."""
    rules: tuple[Box, ...]
    """Horizontal lines."""


def areas_of(page: RawPage, lines: Sequence[Row], measures: Measures) -> Areas:
    """Divide the lines of a page by what is drawn on it; lines of paragraphs stay whatever is drawn around them."""
    running = [line for line in lines if is_running(line, measures)]
    drawn = drawings_of(_without_grounds(page.marks, running), page.width, page.height)
    captions = _captions(lines)
    firsts = [caption[0] for caption in captions]
    free = _without(lines, [line for caption in captions for line in caption])
    tables: list[tuple[Row, ...]] = []
    labels: list[Row] = []
    for frame in _ruled_tables(drawn.rules, drawn.figures, lines, firsts, measures):
        inside = [line for line in free if share_inside(line.box, frame) > 0.5]
        if inside and not (_is_prose(inside) and not _is_set_in_columns(frame, inside, firsts)):
            inside = _grown(inside, free, measures)
            tables.append(tuple(inside))
            free = _without(free, inside)
    settled = _settled(lines, measures)
    for frame in drawn.figures:
        loose = [line for line in free if id(line) not in settled]
        inside = [line for line in loose if share_inside(line.box, frame) > 0.5]
        framed = sum(is_running(line, measures) and share_inside(line.box, frame) > 0.5 for line in free)
        if _is_prose(inside) and _covered(frame, inside) > _DENSE:
            continue
        if inside and _is_table(frame, inside, firsts):
            tables.append(tuple(inside))
        elif framed < 2 and _is_figure(page, frame, inside, firsts, measures):
            for _ in range(2):  # what is beside the labels of an axis is one, too
                around = union([frame, *(line.box for line in inside)])
                inside += [line for line in _without(loose, inside) if _is_label(line, around, measures)]
            labels += inside
        else:
            continue
        free = _without(free, inside)
    gone = [*labels, *(line for table in tables for line in table)]
    return Areas(tuple(_without(lines, gone)), tuple(tables), tuple(labels), drawn.rules)


def _grown(inside: Sequence[Row], lines: Sequence[Row], measures: Measures) -> list[Row]:
    """A table's lines with those of the same block, or under the same edges, next to its outermost rules."""
    groups = {piece.group for line in inside for piece in line.pieces}
    edges = {round(line.box.x0) for line in inside}
    frame = union(line.box for line in inside)
    size = max(line.size for line in inside)

    def belongs(line: Row) -> bool:
        if overlap_x(line.box, frame) <= 0 or overlap_y(line.box, frame) <= -0.6 * size:
            return False
        is_aligned = round(line.box.x0) in edges and not is_running(line, measures) and abs(line.size - size) < 0.7
        return line.pieces[0].group in groups or is_aligned

    return [line for line in lines if belongs(line)]


def _is_set_in_columns(frame: Box, lines: Sequence[Row], captions: Sequence[Row]) -> bool:
    """By its caption a table, and not all of its lines begin at its left edge."""
    caption = _caption_of(frame, captions)
    if caption is None or not _is_of_table(caption):
        return False
    left = min(line.box.x0 for line in lines)
    return sum(line.box.x0 > left + 5 * line.size for line in lines) > 0.25 * len(lines)


def _settled(lines: Sequence[Row], measures: Measures) -> set[int]:
    """Ids of the lines of paragraphs: the running ones and what stands over or under them in one block of text."""
    settled = {id(line) for line in lines if is_running(line, measures)}
    for pair in (list(pairwise(lines)), [(b, a) for a, b in pairwise(lines)][::-1]):
        for known, other in pair:
            distance = abs(other.baseline - known.baseline)
            if (
                id(known) in settled
                and distance < _NEXT * measures.leading
                and abs(known.size - other.size) < 0.7
                and abs(known.box.x0 - other.box.x0) < 3 * measures.size
            ):
                settled.add(id(other))
    return settled


def _is_figure(page: RawPage, frame: Box, inside: Sequence[Row], captions: Sequence[Row], measures: Measures) -> bool:
    """Sure of it by its caption, an image in it, or labels in another type: what else is framed may be text."""
    has_caption = _caption_of(frame, captions) is not None
    if len(inside) > 3 and _covered(frame, inside) > (_FULL if has_caption else _DENSE):
        return False
    marks = [mark for mark in page.marks if share_inside(mark.box, frame) > 0.5]
    if has_caption:
        return True
    if len(marks) < _FEWEST_MARKS and not any(mark.is_image for mark in marks):
        return False
    foreign = sum(len(line.text) for line in inside if is_of_other_type(line, measures))
    return foreign > 0.5 * sum(len(line.text) for line in inside)


def _without(lines: Iterable[Row], gone: Iterable[Row]) -> list[Row]:
    ids = {id(line) for line in gone}
    return [line for line in lines if id(line) not in ids]


def _captions(lines: Sequence[Row]) -> list[list[Row]]:
    """Each caption with its lines."""
    captions: list[list[Row]] = []
    before: Row | None = None
    for line in lines:
        if CAPTION.match(line.text):
            captions.append([line])
            before = line
        elif before is not None and _is_next(before, line):
            captions[-1].append(line)
            before = line
        else:
            before = None
    return captions


def _is_next(above: Row, below: Row) -> bool:
    is_close = -0.3 * above.size < below.box.y0 - above.box.y1 < 0.6 * above.size
    return is_close and abs(above.size - below.size) < 0.5 and is_aligned(above, below)


def _without_grounds(marks: Sequence[Mark], running: Sequence[Row]) -> list[Mark]:
    """Marks without those that lie under running text: frames, highlights, white sheets."""
    centres = [((row.box.x0 + row.box.x1) / 2, (row.box.y0 + row.box.y1) / 2) for row in running]

    def is_ground(box: Box) -> bool:
        is_large = box.y1 - box.y0 > 6 and box.x1 - box.x0 > 20
        return is_large and any(box.x0 < x < box.x1 and box.y0 < y < box.y1 for x, y in centres)

    return [mark for mark in marks if not is_ground(mark.box)]


def _is_prose(lines: Sequence[Row]) -> bool:
    """Most of the characters stand in lines of several words that go on below, as in a framed text."""
    total = sum(len(line.text) for line in lines)
    worded = sum(len(line.text) for line in lines if len(_WORD.findall(line.text)) >= 4)
    across = sum(overlap_y(a.box, b.box) > 0 and b.box.x0 > a.box.x1 for a, b in pairwise(lines))
    return total > 120 and worded >= 0.65 * total and across < 0.35 * len(lines)


def _caption_of(frame: Box, captions: Sequence[Row]) -> Row | None:
    """The nearest caption above or below."""
    gaps = {
        -overlap_y(caption.box, frame): caption
        for caption in captions
        if overlap_x(caption.box, frame) > 0 and -overlap_y(caption.box, frame) < _CAPTION_GAP_PT
    }
    return gaps[min(gaps)] if gaps else None


def _is_of_table(caption: Row) -> bool:
    return _TABLE_CAPTION.match(caption.text) is not None


def _is_table(frame: Box, inside: Sequence[Row], captions: Sequence[Row]) -> bool:
    """By the caption that is next; else by how much of it letters cover."""
    caption = _caption_of(frame, captions)
    if caption is not None:
        return _is_of_table(caption)
    return _covered(frame, inside) > _DENSE and len(inside) > 3


def _covered(frame: Box, inside: Sequence[Row]) -> float:
    """Share of an area that letters cover."""
    return sum(area(line.box) for line in inside) / area(frame)


def _is_label(line: Row, frame: Box, measures: Measures) -> bool:
    """Of an axis or a part that stands outside of what is drawn."""
    if len(line.text) > _LONGEST_LABEL or not is_of_other_type(line, measures) or _SUBCAPTION.match(line.text):
        return False
    return overlap_x(line.box, frame) > -_NEAR_PT and overlap_y(line.box, frame) > -_NEAR_PT


def _ruled_tables(
    rules: Sequence[Box], figures: Sequence[Box], lines: Sequence[Row], captions: Sequence[Row], measures: Measures
) -> list[Box]:
    """Frames around rules that stand over each other without running text between them."""
    groups: list[list[Box]] = []
    for rule in rules:
        for group in reversed(groups):
            frame = union(group)
            shorter = min(rule.x1 - rule.x0, frame.x1 - frame.x0)
            between = [
                line
                for line in lines
                if group[-1].y0 < (line.box.y0 + line.box.y1) / 2 < rule.y1 and overlap_x(line.box, frame) > 0
            ]
            if overlap_x(rule, frame) > 0.5 * shorter and not _breaks(between, frame, measures):
                group.append(rule)
                break
        else:
            groups.append([rule])
    frames = (_table_frame(group, figures, lines, captions, measures) for group in groups)
    return [frame for frame in frames if frame is not None]


def _breaks(between: Sequence[Row], frame: Box, measures: Measures) -> bool:
    """A caption, a title or lines of a paragraph divide one table from the next."""
    if any(CAPTION.match(line.text) or line.size > measures.size + 2.5 for line in between):
        return True
    width = frame.x1 - frame.x0
    running = [line for line in between if is_running(line, measures) and line.box.x1 - line.box.x0 > 0.75 * width]
    return len(running) >= 2


def _table_frame(
    group: Sequence[Box], figures: Sequence[Box], lines: Sequence[Row], captions: Sequence[Row], measures: Measures
) -> Box | None:
    """Two long rules at least; a plot's frame, its legend's and the bars of fractions are none."""
    frame = union(group)
    width = frame.x1 - frame.x0
    long = [rule for rule in group if rule.x1 - rule.x0 > 0.85 * width]
    if len(long) < 2 or width < 0.3 * measures.width or frame.y1 - frame.y0 < 1.2 * measures.size:
        return None
    caption = _caption_of(frame, captions)
    if caption is not None and (_is_of_table(caption) or _LISTING.match(caption.text)):
        return _widened(frame)
    is_drawn = any(share_inside(frame, figure) > 0.5 or share_inside(figure, frame) > 0.5 for figure in figures)
    inside = [line for line in lines if share_inside(line.box, frame) > 0.5]
    signs = sum(is_mathematical(line) for line in inside)
    return None if is_drawn or signs > 0.4 * len(inside) else _widened(frame)


def _widened(frame: Box) -> Box:
    return Box(frame.x0 - 4, frame.y0 - 2, frame.x1 + 4, frame.y1 + 2)
