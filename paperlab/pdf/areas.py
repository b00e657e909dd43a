"""Areas of a page that are no running text: figures, whose labels are left out, and tables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from paperlab.domain.blocks import Box
from paperlab.pdf.drawings import drawings_of
from paperlab.pdf.furniture import CAPTION
from paperlab.pdf.geometry import area, overlap_x, overlap_y, share_inside, union
from paperlab.pdf.measures import Measures
from paperlab.pdf.pages import Mark, RawPage
from paperlab.pdf.rows import Row

_NEAR_PT = 14.0
"""Between a figure and the labels of its axes."""
_CAPTION_GAP_PT = 45.0
_DENSE = 0.2
"""Share of a table's area that its letters cover; plots have less."""
_TABLE_CAPTION = re.compile(r"(?i)(supplementary |extended data )?(table|tab\.|表)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LONGEST_LABEL = 40
_SUBCAPTION = re.compile(r"\([a-z]\)")


@dataclass(frozen=True, slots=True)
class Areas:
    flow: tuple[Row, ...]
    """Lines of running text, as they came."""
    tables: tuple[tuple[Row, ...], ...]
    labels: tuple[Row, ...]
    """Of figures."""


def areas_of(page: RawPage, lines: Sequence[Row], measures: Measures) -> Areas:
    running = [line for line in lines if is_running(line, measures)]
    drawn = drawings_of(_without_grounds(page.marks, running), page.width, page.height)
    flow = list(lines)
    tables: list[tuple[Row, ...]] = []
    labels: list[Row] = []
    captions = [line for line in lines if CAPTION.match(line.text)]
    for frame in (*_ruled_tables(drawn.rules, lines, measures), *drawn.figures):
        is_ruled = frame not in drawn.figures
        inside = [line for line in flow if share_inside(line.box, frame) > 0.5 and not CAPTION.match(line.text)]
        inside = inside if is_ruled else [line for line in inside if not is_running(line, measures)]
        if not inside or _is_prose(inside):
            continue
        if is_ruled or _is_table(frame, inside, captions):
            tables.append(tuple(inside))
        else:
            own = {id(line) for line in inside}
            around = union([frame, *(line.box for line in inside)])
            inside += [line for line in flow if id(line) not in own and _is_label(line, around, measures)]
            labels += inside
        gone = {id(line) for line in inside}
        flow = [line for line in flow if id(line) not in gone]
    return Areas(tuple(flow), tuple(tables), tuple(labels))


def is_running(line: Row, measures: Measures) -> bool:
    """A line of a paragraph in the size of the text."""
    is_wide = line.box.x1 - line.box.x0 > 0.6 * measures.width
    return is_wide and abs(line.size - measures.size) < 0.7 and len(_WORD.findall(line.text)) >= 5


def _without_grounds(marks: Sequence[Mark], running: Sequence[Row]) -> list[Mark]:
    """Marks without those that lie under running text: frames, highlights, white sheets."""
    centres = [((row.box.x0 + row.box.x1) / 2, (row.box.y0 + row.box.y1) / 2) for row in running]

    def is_ground(box: Box) -> bool:
        return box.y1 - box.y0 > 6 and any(box.x0 < x < box.x1 and box.y0 < y < box.y1 for x, y in centres)

    return [mark for mark in marks if not is_ground(mark.box)]


def _is_prose(lines: Sequence[Row]) -> bool:
    """Most of the characters stand in lines of several words, as in a framed text."""
    total = sum(len(line.text) for line in lines)
    worded = sum(len(line.text) for line in lines if len(_WORD.findall(line.text)) >= 5)
    return total > 120 and worded >= 0.7 * total


def _is_table(frame: Box, inside: Sequence[Row], captions: Sequence[Row]) -> bool:
    """By the caption that is next; else by how much of it letters cover."""
    gaps = {
        -overlap_y(caption.box, frame): caption
        for caption in captions
        if overlap_x(caption.box, frame) > 0 and -overlap_y(caption.box, frame) < _CAPTION_GAP_PT
    }
    if gaps:
        return _TABLE_CAPTION.match(gaps[min(gaps)].text) is not None
    covered = sum(area(line.box) for line in inside)
    return covered > _DENSE * area(frame) and len(inside) > 3


def _is_label(line: Row, frame: Box, measures: Measures) -> bool:
    """Of an axis or a part that stands outside of what is drawn."""
    if len(line.text) > _LONGEST_LABEL or line.size > measures.size - 0.7 or CAPTION.match(line.text):
        return False
    is_near = overlap_x(line.box, frame) > -_NEAR_PT and overlap_y(line.box, frame) > -_NEAR_PT
    return is_near and not _SUBCAPTION.match(line.text)


def _ruled_tables(rules: Sequence[Box], lines: Sequence[Row], measures: Measures) -> list[Box]:
    """From the first to the last of the rules of one width that have no running text between them."""
    frames: list[Box] = []
    left = sorted(rules, key=lambda rule: rule.y0)
    while left:
        first = left.pop(0)
        run = [first]
        for rule in list(left):
            if abs(rule.x0 - first.x0) > 4 or abs(rule.x1 - first.x1) > 4:
                continue
            between = [
                line
                for line in lines
                if run[-1].y0 - 2 < (line.box.y0 + line.box.y1) / 2 < rule.y1 + 2 and overlap_x(line.box, first) > 0
            ]
            if _breaks(between, measures):
                break
            run.append(rule)
            left.remove(rule)
        if len(run) > 1 and run[-1].y0 - first.y0 > 1.2 * measures.size:
            frames.append(Box(first.x0 - 2, first.y0 - 2, first.x1 + 2, run[-1].y1 + 2))
    return frames


def _breaks(between: Sequence[Row], measures: Measures) -> bool:
    if any(CAPTION.match(line.text) for line in between):
        return True
    if any(line.size > measures.size + 2.5 for line in between):
        return True
    running = [line for line in between if is_running(line, measures)]
    return len(running) >= 2 and len(running) > 0.5 * len(between)
