"""Rectangles on a page: points, origin at the top left."""

from collections.abc import Iterable

from paperlab.domain.blocks import Box


def union(boxes: Iterable[Box]) -> Box:
    """The smallest rectangle around all; there must be one at least."""
    some = list(boxes)
    if len(some) == 1:
        return some[0]
    return Box(min(b.x0 for b in some), min(b.y0 for b in some), max(b.x1 for b in some), max(b.y1 for b in some))


def area(box: Box) -> float:
    return max(0.0, box.x1 - box.x0) * max(0.0, box.y1 - box.y0)


def share_inside(inner: Box, outer: Box) -> float:
    """The part of `inner` that lies in `outer`, from 0 to 1; a box without area counts by its centre."""
    width = min(inner.x1, outer.x1) - max(inner.x0, outer.x0)
    height = min(inner.y1, outer.y1) - max(inner.y0, outer.y0)
    if area(inner) == 0:
        x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
        return float(outer.x0 <= x <= outer.x1 and outer.y0 <= y <= outer.y1)
    return width * height / area(inner) if width > 0 and height > 0 else 0.0


def overlap_x(a: Box, b: Box) -> float:
    """Length in points that two boxes share across the page; negative if a gap divides them."""
    return min(a.x1, b.x1) - max(a.x0, b.x0)


def overlap_y(a: Box, b: Box) -> float:
    """Length in points that two boxes share down the page; negative if a gap divides them."""
    return min(a.y1, b.y1) - max(a.y0, b.y0)
