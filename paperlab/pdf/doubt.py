"""Whether rules have understood a page, by what their boxes look like."""

import itertools
from collections.abc import Sequence

from paperlab.pdf.boxes import TextBox
from paperlab.pdf.geometry import overlap_x, overlap_y
from paperlab.pdf.order import leaps, reading_order
from paperlab.pdf.pages import RegionKind

_SHORT = 25
"""Characters of a paragraph that is none."""
_MOST_SHORT = 0.12
"""Share of the page's characters that may stand in such."""
_MOST_SHORT_COUNT = 40
_MOST_OVERLAP = 0.25
"""Share of the page's characters that may stand in boxes which cover each other."""
_MOST_LEAPS = 8
_OVERLAP_PT = 6.0
_LONG = 60


def is_doubtful(boxes: Sequence[TextBox]) -> bool:
    """Boxes that lie over each other, many scraps, or an order that jumps about the page."""
    total = sum(len(box.text) for box in boxes)
    if not total:
        return False
    short = [len(box.text) for box in boxes if box.kind is RegionKind.TEXT and len(box.text) < _SHORT]
    if len(short) >= _MOST_SHORT_COUNT or sum(short) > _MOST_SHORT * total > 100 * _MOST_SHORT:
        return True
    if _covered(boxes) > _MOST_OVERLAP * total:
        return True
    return leaps([box for box in reading_order(boxes) if len(box.text) >= _LONG]) > _MOST_LEAPS


def _covered(boxes: Sequence[TextBox]) -> int:
    """Characters of boxes under others."""
    places = [(box.box, len(box.text)) for box in boxes]
    return sum(
        min(a_length, b_length)
        for (a, a_length), (b, b_length) in itertools.combinations(places, 2)
        if overlap_x(a, b) > _OVERLAP_PT and overlap_y(a, b) > _OVERLAP_PT
    )
