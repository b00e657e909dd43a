"""What is drawn on a page besides its letters: figures, and the rules of tables and fractions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paperlab.domain.blocks import Box
from paperlab.pdf.geometry import area, overlap_x, union
from paperlab.pdf.pages import Mark

_THIN_PT = 2.5
_SHORTEST_RULE_PT = 20.0
_CELL_PT = 9.0
"""Marks less than two cells apart belong together."""
_SMALLEST_PT = 24.0
"""Height and width of the smallest figure."""
_BACKGROUND = 0.7
"""Share of the page that no figure covers: such a mark is its ground."""


@dataclass(frozen=True, slots=True)
class Drawings:
    """Marks as a reader groups them."""

    figures: tuple[Box, ...]
    """Around marks that stand together, pictures among them."""
    rules: tuple[Box, ...]
    """Long horizontal lines, from top to bottom."""


def drawings_of(marks: Sequence[Mark], width: float, height: float) -> Drawings:
    """Group the marks of a page of this size."""
    inside = [box for mark in marks if (box := _clipped(mark.box, width, height)) is not None]
    ground = _BACKGROUND * width * height
    shown = [box for box in inside if area(box) < ground]
    rules = sorted((box for box in shown if _is_rule(box)), key=lambda box: box.y0)
    shapes = list({_cell_range(box): box for box in shown if not _is_rule(box)}.values())
    figures = [union(group) for group in _clusters(shapes, rules)]
    return Drawings(tuple(box for box in figures if _is_figure(box)), tuple(_merged(rules)))


def _clipped(box: Box, width: float, height: float) -> Box | None:
    x0, y0, x1, y1 = max(0.0, box.x0), max(0.0, box.y0), min(width, box.x1), min(height, box.y1)
    return Box(x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else None


def _is_rule(box: Box) -> bool:
    return box.y1 - box.y0 <= _THIN_PT and box.x1 - box.x0 >= _SHORTEST_RULE_PT


def _is_figure(box: Box) -> bool:
    return box.x1 - box.x0 >= _SMALLEST_PT and box.y1 - box.y0 >= _SMALLEST_PT


def _clusters(shapes: Sequence[Box], rules: Sequence[Box]) -> list[list[Box]]:
    """Shapes that stand together, with the rules among them: found on a grid, for there may be thousands."""
    owner: dict[tuple[int, int], int] = {}
    parents = list(range(len(shapes)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    for index, box in enumerate(shapes):
        for cell in _cells(box):
            before = owner.setdefault(cell, index)
            if before != index:
                parents[root(index)] = root(before)
    for (column, row), index in owner.items():
        for beside in ((column + 1, row), (column, row + 1), (column + 1, row + 1), (column - 1, row + 1)):
            if beside in owner:
                parents[root(owner[beside])] = root(index)
    groups: dict[int, list[Box]] = {}
    for index, box in enumerate(shapes):
        groups.setdefault(root(index), []).append(box)
    for rule in rules:
        touched = next((owner[cell] for cell in _cells(rule) if cell in owner), None)
        if touched is not None:
            groups[root(touched)].append(rule)
    return list(groups.values())


def _cell_range(box: Box) -> tuple[int, int, int, int]:
    return int(box.x0 / _CELL_PT), int(box.y0 / _CELL_PT), int(box.x1 / _CELL_PT), int(box.y1 / _CELL_PT)


def _cells(box: Box) -> Iterable[tuple[int, int]]:
    """Cells of the grid that a box touches."""
    left, top, right, bottom = _cell_range(box)
    return ((column, row) for column in range(left, right + 1) for row in range(top, bottom + 1))


def _merged(rules: Sequence[Box]) -> list[Box]:
    """Rules drawn in pieces as one."""
    merged: list[Box] = []
    for rule in rules:
        last = next((i for i, other in enumerate(merged[-8:], max(0, len(merged) - 8)) if _is_same(other, rule)), None)
        if last is None:
            merged.append(rule)
        else:
            merged[last] = union((merged[last], rule))
    return merged


def _is_same(a: Box, b: Box) -> bool:
    return abs(a.y0 - b.y0) < 1.0 and overlap_x(a, b) > -3.0
