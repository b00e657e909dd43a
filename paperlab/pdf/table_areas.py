"""Tables by the rules that are drawn over, in and under them."""

import re
from collections.abc import Sequence
from itertools import pairwise

from paperlab.domain.blocks import Box
from paperlab.pdf.captions import caption_of, is_of_table
from paperlab.pdf.furniture import CAPTION
from paperlab.pdf.geometry import overlap_x, overlap_y, share_inside, union
from paperlab.pdf.lines import is_mathematical, is_running
from paperlab.pdf.measures import Measures
from paperlab.pdf.rows import Row

_LISTING = re.compile(r"(?i)(algorithm|listing)")
_WORD = re.compile(r"[^\W\d_]{2,}")


def ruled_tables(
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


def _table_frame(
    group: Sequence[Box], figures: Sequence[Box], lines: Sequence[Row], captions: Sequence[Row], measures: Measures
) -> Box | None:
    """Two long rules at least; a plot's frame, its legend's and the bars of fractions are none."""
    frame = union(group)
    width = frame.x1 - frame.x0
    long = [rule for rule in group if rule.x1 - rule.x0 > 0.85 * width]
    if len(long) < 2 or width < 0.3 * measures.width or frame.y1 - frame.y0 < 1.2 * measures.size:
        return None
    caption = caption_of(frame, captions)
    if caption is not None and (is_of_table(caption) or _LISTING.match(caption.text)):
        return _widened(frame)
    is_drawn = any(share_inside(frame, figure) > 0.5 or share_inside(figure, frame) > 0.5 for figure in figures)
    inside = [line for line in lines if share_inside(line.box, frame) > 0.5]
    signs = sum(is_mathematical(line) for line in inside)
    return None if is_drawn or signs > 0.4 * len(inside) else _widened(frame)


def _breaks(between: Sequence[Row], frame: Box, measures: Measures) -> bool:
    """A caption, a title or lines of a paragraph divide one table from the next."""
    if any(CAPTION.match(line.text) or line.size > measures.size + 2.5 for line in between):
        return True
    width = frame.x1 - frame.x0
    running = [line for line in between if is_running(line, measures) and line.box.x1 - line.box.x0 > 0.75 * width]
    return len(running) >= 2


def _widened(frame: Box) -> Box:
    return Box(frame.x0 - 4, frame.y0 - 2, frame.x1 + 4, frame.y1 + 2)


def grown(inside: Sequence[Row], lines: Sequence[Row], measures: Measures) -> list[Row]:
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


def is_set_in_columns(frame: Box, lines: Sequence[Row], captions: Sequence[Row]) -> bool:
    """By its caption a table, and not all of its lines begin at its left edge."""
    caption = caption_of(frame, captions)
    if caption is None or not is_of_table(caption):
        return False
    left = min(line.box.x0 for line in lines)
    return sum(line.box.x0 > left + 5 * line.size for line in lines) > 0.25 * len(lines)


def is_prose(lines: Sequence[Row]) -> bool:
    """Most of the characters stand in lines of several words that go on below, as in a framed text."""
    total = sum(len(line.text) for line in lines)
    worded = sum(len(line.text) for line in lines if len(_WORD.findall(line.text)) >= 4)
    across = sum(overlap_y(a.box, b.box) > 0 and b.box.x0 > a.box.x1 for a, b in pairwise(lines))
    return total > 120 and worded >= 0.65 * total and across < 0.35 * len(lines)
