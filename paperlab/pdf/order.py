"""Reading order of the boxes of a page.

The layout model orders by columns that it finds from the boxes' left edges; on about one two-column page in ten it
weaves the columns into each other. The content stream is mostly written in reading order, though not by all programs.
Per page, the order with the fewer leaps wins.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from paperlab.domain.blocks import Box

_SLACK_PT = 4.0


class Placed(Protocol):
    """Something that stands on a page and knows its place in both orders."""

    @property
    def box(self) -> Box: ...
    @property
    def rank(self) -> float:
        """In the content stream."""

    @property
    def region(self) -> int:
        """In the layout model's order."""


T = TypeVar("T", bound=Placed)


def reading_order(boxes: Sequence[T]) -> list[T]:
    """The boxes of one page as they are read; a tie goes to the content stream."""
    by: tuple[Callable[[T], float], ...] = (lambda box: box.rank, lambda box: box.region)
    return min(([*sorted(boxes, key=key)] for key in by), key=leaps)


def leaps(boxes: Sequence[Placed]) -> int:
    """How often the eye must move elsewhere than down; back up counts twice, for a column is read once."""
    return sum(_leap(a.box, b.box) for a, b in itertools.pairwise(boxes))


def _leap(a: Box, b: Box) -> int:
    if b.y0 >= a.y1 - _SLACK_PT:
        is_under = b.x0 < a.x1 and a.x0 < b.x1
        return 0 if is_under else 1
    is_beside = b.x0 >= a.x1 - _SLACK_PT
    return 1 if is_beside else 2
