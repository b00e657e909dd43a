"""Printed lines: pieces of text that stand side by side on one baseline."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from paperlab.domain.blocks import Box
from paperlab.pdf.geometry import union
from paperlab.pdf.glyphs import mend
from paperlab.pdf.pages import Piece, Span

_WORD = re.compile(r"[^\W\d_]{2}")
_SAME_ROW = 0.5
"""Share of the smaller one's height that two pieces must have in common."""


@dataclass(frozen=True, slots=True)
class Row:
    """A printed line, or the part of it that belongs to one region."""

    page_index: int
    pieces: tuple[Piece, ...]
    """From left to right."""
    box: Box
    text: str
    """Mended."""
    size: float
    """Font size of most of its characters, in points."""
    is_bold: bool
    """All but a few of its characters are."""

    spans: tuple[Span, ...] = field(init=False, repr=False, compare=False)
    baseline: float = field(init=False, repr=False, compare=False)
    """Of its longest span: distance from the top of the page."""

    def __post_init__(self) -> None:
        spans = tuple(span for piece in self.pieces for span in piece.spans)
        object.__setattr__(self, "spans", spans)
        object.__setattr__(self, "baseline", max(spans, key=lambda span: len(span.text)).baseline)

    @property
    def rank(self) -> int:
        """Place in the content stream of the page."""
        return self.pieces[0].rank


def rows_of(page_index: int, pieces: Iterable[Piece]) -> tuple[Row, ...]:
    """Pieces of one region as printed lines, from top to bottom. Pieces whose text mends to nothing are gone."""
    upright = [piece for piece in pieces if piece.text.strip()]
    if not upright:
        return ()
    usual = median(_em_height(piece) for piece in upright)
    ordinary = [piece for piece in upright if 0.7 * usual <= _em_height(piece) <= 1.5 * usual]
    odd = [piece for piece in upright if not 0.7 * usual <= _em_height(piece) <= 1.5 * usual]
    # indices, large operators: they join, they never begin
    groups: list[list[Piece]] = []
    for piece in sorted(ordinary, key=lambda p: _baseline(p)):
        home = next((group for group in reversed(groups[-3:]) if _on_one_line(group, piece)), None)
        if home is None:
            groups.append([piece])
        else:
            home.append(piece)
    for piece in odd:
        near = max(groups, key=lambda group: _shared_height(group[0], piece), default=None)
        if near is not None and _shared_height(near[0], piece) >= _SAME_ROW:
            near.append(piece)
        else:
            groups.append([piece])
    groups.sort(key=lambda group: _baseline(group[0]))
    return tuple(row for group in groups if (row := make_row(page_index, group)) is not None)


def make_row(page_index: int, pieces: Sequence[Piece]) -> Row | None:
    """One printed line of these pieces; None if no character of them is to be kept."""
    ordered = tuple(sorted(_untangled(pieces), key=lambda piece: piece.box.x0))
    text = mend(_joined(ordered))
    if not text:
        return None
    spans = [span for piece in ordered for span in piece.spans if span.text.strip()]
    prose = [span for span in spans if span.is_bold or _WORD.search(span.text)]  # symbols are never bold
    letters = sum(len(span.text) for span in prose)
    bold = sum(len(span.text) for span in prose if span.is_bold)
    weights: dict[float, int] = {}
    for span in spans:
        weights[span.size] = weights.get(span.size, 0) + len(span.text)
    size = max(weights, key=lambda key: (weights[key], key))
    return Row(page_index, ordered, union(span.box for span in spans), text, size, bold > 0.85 * letters > 0)


def _untangled(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Pieces of one span each where one stands inside another: a fraction within its line."""
    ordered = sorted(pieces, key=lambda piece: piece.box.x0)
    if all(b.box.x0 >= a.box.x1 - 0.3 * _em_height(a) for a, b in itertools.pairwise(ordered)):
        return pieces
    return [Piece((span,), piece.rank, piece.group, piece.is_upright) for piece in pieces for span in piece.spans]


def _joined(pieces: Sequence[Piece]) -> str:
    text = ""
    end: float | None = None
    for piece in pieces:
        is_apart = end is not None and piece.box.x0 - end > 0.12 * piece.spans[0].size
        if is_apart and text and not text.endswith(" ") and not piece.text.startswith(" "):
            text += " "
        text += piece.text
        end = max(end or 0.0, piece.box.x1)
    return text


def _em_height(piece: Piece) -> float:
    return max(span.size for span in piece.spans)


def _baseline(piece: Piece) -> float:
    return max(piece.spans, key=lambda span: len(span.text.strip())).baseline


def _shared_height(a: Piece, b: Piece) -> float:
    """Share of the smaller one's height, by font size: the boxes of many fonts overlap the lines around."""
    size_a, size_b = _em_height(a), _em_height(b)
    base_a, base_b = _baseline(a), _baseline(b)
    shared = min(base_a + 0.25 * size_a, base_b + 0.25 * size_b) - max(base_a - 0.75 * size_a, base_b - 0.75 * size_b)
    return shared / max(0.1, min(size_a, size_b))


def _on_one_line(group: Sequence[Piece], piece: Piece) -> bool:
    """On the baseline of the first one, and not on top of any of them."""
    if _shared_height(group[0], piece) < _SAME_ROW:
        return False
    return all(min(p.box.x1, piece.box.x1) - max(p.box.x0, piece.box.x0) < 0.5 * _em_height(piece) for p in group)
