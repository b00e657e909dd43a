"""Whether rules have understood a page, by what their boxes look like."""

import itertools
import re
from collections.abc import Sequence

from paperlab.pdf.boxes import TextBox
from paperlab.pdf.geometry import overlap_x, overlap_y
from paperlab.pdf.lines import is_of_other_type
from paperlab.pdf.measures import Measures
from paperlab.pdf.order import leaps, reading_order
from paperlab.pdf.pages import RegionKind

_OTHER_SCRIPT = re.compile(r"[\u0590-\u08ff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Right to left, without blanks, or not tried on enough papers."""
_MOST_OTHER_SCRIPT = 0.2
_LABEL_CHARACTERS = 25
_MOST_LABELS = 8
_MOST_OVERLAP = 0.2
"""Share of the page's characters that may stand in boxes which cover each other."""
_OVERLAP_PT = 6.0
_MOST_LEAPS = 8
_LONG = 60
"""Characters of a box that is read, not looked at."""


def is_doubtful(boxes: Sequence[TextBox], measures: Measures) -> bool:
    """A script unknown to the rules, labels among the text, boxes over each other, an order that jumps about."""
    if _is_in_other_script(" ".join(box.text for box in boxes)):
        return True
    labels = [box for box in boxes if box.kind is RegionKind.TEXT and len(box.text) < _LABEL_CHARACTERS]
    if sum(is_of_other_type(box.rows[0], measures) for box in labels) > _MOST_LABELS:
        return True
    if _covered(boxes) > _MOST_OVERLAP * sum(len(box.text) for box in boxes):
        return True
    return leaps([box for box in reading_order(boxes) if len(box.text) >= _LONG]) > _MOST_LEAPS


def _is_in_other_script(text: str) -> bool:
    return len(_OTHER_SCRIPT.findall(text)) > _MOST_OTHER_SCRIPT * len(text)


def _covered(boxes: Sequence[TextBox]) -> int:
    """Characters of boxes under others."""
    places = [(box.box, len(box.text)) for box in boxes]
    return sum(
        min(a_length, b_length)
        for (a, a_length), (b, b_length) in itertools.combinations(places, 2)
        if overlap_x(a, b) > _OVERLAP_PT and overlap_y(a, b) > _OVERLAP_PT
    )
