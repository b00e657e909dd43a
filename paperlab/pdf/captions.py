"""Captions on a page: what a figure or a table is told by."""

import re
from collections.abc import Sequence

from paperlab.domain.blocks import Box
from paperlab.pdf.furniture import CAPTION
from paperlab.pdf.geometry import overlap_x, overlap_y
from paperlab.pdf.lines import is_aligned
from paperlab.pdf.rows import Row

_GAP_PT = 250.0
"""Between a caption and the farthest end of what it is of."""
_TABLE = re.compile(r"(?i)(supplementary |extended data )?(table|tab\.|表)")


def captions_of(lines: Sequence[Row]) -> list[list[Row]]:
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


def caption_of(frame: Box, captions: Sequence[Row]) -> Row | None:
    """The nearest caption above or below."""
    gaps = {
        -overlap_y(caption.box, frame): caption
        for caption in captions
        if overlap_x(caption.box, frame) > 0 and -overlap_y(caption.box, frame) < _GAP_PT
    }
    return gaps[min(gaps)] if gaps else None


def is_of_table(caption: Row) -> bool:
    return _TABLE.match(caption.text) is not None
