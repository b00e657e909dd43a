"""Areas of a page that are no running text: figures, whose labels are left out, and tables."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from paperlab.domain.blocks import Box
from paperlab.pdf.captions import caption_of, captions_of, is_of_table
from paperlab.pdf.drawings import drawings_of
from paperlab.pdf.geometry import area, overlap_x, overlap_y, share_inside, union
from paperlab.pdf.lines import is_of_other_type, is_running
from paperlab.pdf.measures import Measures
from paperlab.pdf.pages import Mark, RawPage
from paperlab.pdf.rows import Row
from paperlab.pdf.table_areas import grown, is_prose, is_set_in_columns, ruled_tables

_NEAR_PT = 14.0
"""Between a figure and the labels of its axes."""
_DENSE = 0.2
"""Share of a table's area that its letters cover; plots have less."""
_FULL = 0.33
"""Share above which it is text in a frame, whatever the caption says."""
_FEWEST_MARKS = 12
"""Of a plot without a caption."""
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
    captions = captions_of(lines)
    firsts = [caption[0] for caption in captions]
    free = _without(lines, [line for caption in captions for line in caption])
    tables: list[tuple[Row, ...]] = []
    labels: list[Row] = []
    for frame in ruled_tables(drawn.rules, drawn.figures, lines, firsts, measures):
        inside = [line for line in free if share_inside(line.box, frame) > 0.5]
        if inside and not (is_prose(inside) and not is_set_in_columns(frame, inside, firsts)):
            inside = grown(inside, free, measures)
            tables.append(tuple(inside))
            free = _without(free, inside)
    settled = _settled(lines, measures)
    for frame in drawn.figures:
        loose = [line for line in free if id(line) not in settled]
        inside = [line for line in loose if share_inside(line.box, frame) > 0.5]
        framed = sum(is_running(line, measures) and share_inside(line.box, frame) > 0.5 for line in free)
        if is_prose(inside) and _covered(frame, inside) > _DENSE:
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
    has_caption = caption_of(frame, captions) is not None
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


def _without_grounds(marks: Sequence[Mark], running: Sequence[Row]) -> list[Mark]:
    """Marks without those that lie under running text: frames, highlights, white sheets."""
    centres = [((row.box.x0 + row.box.x1) / 2, (row.box.y0 + row.box.y1) / 2) for row in running]

    def is_ground(box: Box) -> bool:
        is_large = box.y1 - box.y0 > 6 and box.x1 - box.x0 > 20
        return is_large and any(box.x0 < x < box.x1 and box.y0 < y < box.y1 for x, y in centres)

    return [mark for mark in marks if not is_ground(mark.box)]


def _is_table(frame: Box, inside: Sequence[Row], captions: Sequence[Row]) -> bool:
    """By the caption that is next; else by how much of it letters cover."""
    caption = caption_of(frame, captions)
    if caption is not None:
        return is_of_table(caption)
    return _covered(frame, inside) > _DENSE and len(inside) > 3


def _covered(frame: Box, inside: Sequence[Row]) -> float:
    """Share of an area that letters cover."""
    return sum(area(line.box) for line in inside) / area(frame)


def _is_label(line: Row, frame: Box, measures: Measures) -> bool:
    """Of an axis or a part that stands outside of what is drawn."""
    if len(line.text) > _LONGEST_LABEL or not is_of_other_type(line, measures) or _SUBCAPTION.match(line.text):
        return False
    return overlap_x(line.box, frame) > -_NEAR_PT and overlap_y(line.box, frame) > -_NEAR_PT
