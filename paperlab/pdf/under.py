"""The text under a mark: characters whose middle lies in its quadrilaterals, put together as blocks are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from paperlab.domain.blocks import Box
from paperlab.pdf.engine import pymupdf_alone
from paperlab.pdf.geometry import overlap_y, union
from paperlab.pdf.glyphs import SOFT_HYPHEN, mend
from paperlab.pdf.layout import as_span
from paperlab.pdf.pages import Piece, Span
from paperlab.pdf.raw_marks import Quad
from paperlab.pdf.rows import Row, make_row, rows_of
from paperlab.pdf.words import Vocabulary, compose

_CONTEXT = 48
"""Characters before and after a quote."""
_TOLERANCE_PT = 0.2
_BESIDE = 0.3
"""Of the font size: two pieces that are no further apart are one."""
_X_HEIGHT_MIDDLE = 0.25
"""Of the font size, above the base line: inside even where a font claims half the page, or a mark is drawn low."""


class Glyph(NamedTuple):
    character: str
    box: Box
    middle: tuple[float, float]


@dataclass(frozen=True)
class PrintedLine:
    """A line as MuPDF cuts it."""

    glyphs: tuple[Glyph, ...]
    spans: tuple[tuple[int, dict[str, Any]], ...]
    """Where each span begins among the glyphs, and what MuPDF says of it."""
    box: Box
    is_upright: bool

    @cached_property
    def text(self) -> str:
        return "".join(glyph.character for glyph in self.glyphs)


class Under(NamedTuple):
    """What a mark covers."""

    quote: str
    boxes: tuple[Box, ...]
    """One per printed line, or more where it is not marked throughout."""
    prefix: str
    suffix: str


class PageText:
    """The characters of a page, and what lies under a mark on it."""

    def __init__(self, page: Any, index: int) -> None:
        """`page`: turned upright, without its annotations, whose own text would be taken for the paper's."""
        self.index = index
        self.lines = tuple(_lines(page))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        rows = (self._row([self._piece(number, range(len(line.glyphs)))]) for number, line in enumerate(self.lines))
        return Vocabulary.of(row for row in rows if row is not None)

    def under(self, quads: Sequence[Quad]) -> Under | None:
        """The text under quadrilaterals, in their order; None if there is none."""
        picked: dict[int, set[int]] = {}
        for quad in quads:
            shape = _Shape(quad)
            for number, line in enumerate(self.lines):
                if shape.may_touch(line.box):
                    inside = {at for at, glyph in enumerate(line.glyphs) if shape.holds(glyph.middle)}
                    if any(not line.glyphs[at].character.isspace() for at in inside):
                        picked.setdefault(number, set()).update(inside)
        rows = self._rows(picked)
        if not rows:
            return None
        quote, _ = compose(rows, self.vocabulary)
        before, after = self._context(picked)
        return Under(quote, tuple(box for row in rows for box in _boxes_of(row)), before, after)

    def _rows(self, picked: dict[int, set[int]]) -> list[Row]:
        """Pieces that stand side by side as one line each; what stands above the last one begins another column."""
        runs: list[list[Piece]] = []
        for number, places in picked.items():
            pieces = [self._piece(number, part) for part in _parts(self.lines[number], places)]
            last = runs[-1][-1] if runs else None
            if last is not None and last.is_upright and pieces[0].is_upright and pieces[0].box.y1 > last.box.y0:
                runs[-1] += pieces
            else:
                runs.append(pieces)
        return [row for run in runs for row in self._rows_of_run(run)]

    def _rows_of_run(self, run: Sequence[Piece]) -> Sequence[Row]:
        if all(piece.is_upright for piece in run):
            return rows_of(self.index, run)
        return [row for piece in run if (row := self._row([piece])) is not None]

    def _row(self, pieces: Sequence[Piece]) -> Row | None:
        return make_row(self.index, pieces)

    def _piece(self, number: int, places: Sequence[int]) -> Piece:
        """The glyphs at these places of a line, as spans."""
        line = self.lines[number]
        ends = [start for start, _ in line.spans[1:]] + [len(line.glyphs)]
        spans: list[Span] = []
        for (start, said), end in zip(line.spans, ends, strict=True):
            chosen = [line.glyphs[at] for at in places if start <= at < end]
            if chosen:
                edges = [glyph.box for glyph in chosen if not glyph.character.isspace()] or [chosen[0].box]
                box = (
                    min(b.x0 for b in edges),
                    min(b.y0 for b in edges),
                    max(b.x1 for b in edges),
                    max(b.y1 for b in edges),
                )
                text = "".join(glyph.character for glyph in chosen)
                spans.append(as_span({**said, "text": text, "bbox": box}))
        return Piece(tuple(spans), number, 0, is_upright=line.is_upright)

    def _context(self, picked: dict[int, set[int]]) -> tuple[str, str]:
        first, last = next(iter(picked)), next(reversed(picked))
        start, end = min(picked[first]), max(picked[last]) + 1
        before = [line.text for line in self.lines[max(0, first - 8) : first]] + [self.lines[first].text[:start]]
        after = [self.lines[last].text[end:]] + [line.text for line in self.lines[last + 1 : last + 9]]
        blank_before = " " if start == 0 or before[-1][-1:].isspace() else ""
        blank_after = " " if not after[0].strip() or after[0][:1].isspace() else ""
        return (_joined(before) + blank_before)[-_CONTEXT:], (blank_after + _joined(after))[:_CONTEXT]


def _lines(page: Any) -> list[PrintedLine]:
    pymupdf = pymupdf_alone()
    flags = pymupdf.TEXTFLAGS_RAWDICT & ~pymupdf.TEXT_PRESERVE_IMAGES & ~pymupdf.TEXT_PRESERVE_LIGATURES
    found = []
    for block in page.get_text("rawdict", flags=flags)["blocks"]:
        for line in block.get("lines", ()):
            glyphs: list[Glyph] = []
            spans: list[tuple[int, dict[str, Any]]] = []
            for span in line["spans"]:
                if span["chars"]:
                    spans.append((len(glyphs), {name: span[name] for name in ("size", "font", "flags", "origin")}))
                    glyphs += [_glyph(item, span["size"], line["dir"]) for item in span["chars"]]
            if glyphs:
                is_upright = abs(line["dir"][1]) < 0.1
                found.append(PrintedLine(tuple(glyphs), tuple(spans), _around(glyphs), is_upright))
    return found


def _glyph(item: dict[str, Any], size: float, direction: tuple[float, float]) -> Glyph:
    x0, y0, x1, y1 = item["bbox"]
    (x, y), (along, down) = item["origin"], direction
    reach = ((x0 + x1) / 2 - x) * along + ((y0 + y1) / 2 - y) * down
    up = _X_HEIGHT_MIDDLE * size
    return Glyph(str(item["c"]), Box(x0, y0, x1, y1), (x + reach * along + up * down, y + reach * down - up * along))


def _around(glyphs: Sequence[Glyph]) -> Box:
    """Around the middles: where a mark must lie to touch one."""
    xs, ys = [glyph.middle[0] for glyph in glyphs], [glyph.middle[1] for glyph in glyphs]
    return Box(min(xs), min(ys), max(xs), max(ys))


class _Shape:
    """A quadrilateral, whatever order its corners are given in."""

    def __init__(self, quad: Quad) -> None:
        x, y = sum(p[0] for p in quad) / 4, sum(p[1] for p in quad) / 4
        self._corners = sorted(quad, key=lambda p: math.atan2(p[1] - y, p[0] - x))
        self._box = Box(*(f(p[i] for p in quad) for f in (min, max) for i in (0, 1)))

    def may_touch(self, box: Box) -> bool:
        a, b, t = self._box, box, _TOLERANCE_PT
        return a.x0 - t <= b.x1 and b.x0 <= a.x1 + t and a.y0 - t <= b.y1 and b.y0 <= a.y1 + t

    def holds(self, point: tuple[float, float]) -> bool:
        """The point lies on the inner side of all edges."""
        x, y = point
        if not (
            self._box.x0 <= x <= self._box.x1 and self._box.y0 - _TOLERANCE_PT <= y <= self._box.y1 + _TOLERANCE_PT
        ):
            return False
        corners = self._corners
        for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
            length = math.hypot(bx - ax, by - ay)
            if length and ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length < -_TOLERANCE_PT:
                return False
        return True


def _parts(line: PrintedLine, places: set[int]) -> list[list[int]]:
    """The chosen characters without a gap, blanks between included: many programs mark word by word."""
    parts: list[list[int]] = []
    for at in sorted(places):
        if parts and all(line.glyphs[between].character.isspace() for between in range(parts[-1][-1] + 1, at)):
            parts[-1] += range(parts[-1][-1] + 1, at + 1)
        else:
            parts.append([at])
    return [part for part in parts if any(not line.glyphs[at].character.isspace() for at in part)]


def _boxes_of(row: Row) -> list[Box]:
    """Of a printed line: one, or more where letters between are not marked."""
    boxes: list[Box] = []
    for piece in row.pieces:
        box = _box_of(piece)
        before = boxes[-1] if boxes else None
        if before is not None and box.x0 - before.x1 < _BESIDE * row.size and overlap_y(before, box) > 0:
            boxes[-1] = union((before, box))
        else:
            boxes.append(box)
    return boxes


def _box_of(piece: Piece) -> Box:
    """A root or a large operator that towers above its line does not count."""
    longest = max(piece.spans, key=lambda span: sum(map(str.isalnum, span.text)))
    top, bottom = longest.baseline - 0.95 * longest.size, longest.baseline + 0.35 * longest.size
    box = piece.box
    if not piece.is_upright or bottom <= box.y0 or top >= box.y1:
        return box
    return Box(box.x0, max(box.y0, round(top, 2)), box.x1, min(box.y1, round(bottom, 2)))


def _joined(texts: Sequence[str]) -> str:
    """Printed lines as running text, a hyphen at an end undone: for context, which is compared by its letters."""
    text = ""
    for line in map(mend, texts):
        is_cut = text.endswith(("-", SOFT_HYPHEN)) and line[:1].islower()
        text = text[:-1] + line if is_cut else f"{text} {line}".strip()
    return text
