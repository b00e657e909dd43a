"""Fractions within a line: printed over each other, read with a stroke between."""

import re
from collections.abc import Sequence
from dataclasses import replace

from paperlab.domain.blocks import Box
from paperlab.pdf.geometry import overlap_x
from paperlab.pdf.pages import Mark, Piece, Span

_THICKEST_PT, _SHORTEST_PT = 1.5, 2.5
_LONGEST_PT = 80.0
_SMALL = 0.85
"""Of the size of the text: fractions within a line are set small; those of displayed formulas keep their lines."""
_DECIMAL = re.compile(r"\d*\.\d+")
"""Underlined in a table, over the number of the next row."""
_LONGEST = 12
"""Characters over the bar."""


def with_fractions(pieces: Sequence[Piece], marks: Sequence[Mark], size: float) -> tuple[Piece, ...]:
    """What stands over a bar comes before what stands under it, with a stroke: `1/√d`, not `√1d`."""
    bars = [mark.box for mark in marks if _is_bar(mark.box)]
    if not bars:
        return tuple(pieces)
    spans = [span for piece in pieces for span in piece.spans if span.size < _SMALL * size and span.text.strip()]
    over = [[piece for piece in pieces if _is_over(piece.box, bar, size)] for bar in bars]
    alone = [bar for bar, found in zip(bars, over, strict=True) if len(found) == 1]
    return tuple(_before_bar(piece, alone, spans, size) for piece in pieces)


def _is_bar(box: Box) -> bool:
    return box.y1 - box.y0 <= _THICKEST_PT and _SHORTEST_PT <= box.x1 - box.x0 <= _LONGEST_PT


def _before_bar(piece: Piece, bars: Sequence[Box], small: Sequence[Span], size: float) -> Piece:
    """A numerator moved to the left end of its bar; any other piece as it is."""
    text = piece.text.strip()
    if (
        not text
        or len(text) > _LONGEST
        or _DECIMAL.fullmatch(text)
        or max(span.size for span in piece.spans) >= _SMALL * size
    ):
        return piece
    over = [bar for bar in bars if _is_over(piece.box, bar, size) and _fills(piece.box, bar, small)]
    if not over:
        return piece
    bar = max(over, key=lambda bar: bar.x1 - bar.x0)  # a root under it has a bar of its own
    first, last = piece.spans[0], piece.spans[-1]
    ended = replace(last, text=last.text.rstrip() + "/")
    spans = (*piece.spans[:-1], ended)
    left = replace(spans[0], box=replace(first.box, x0=min(first.box.x0, bar.x0 - 0.1)))
    return Piece((left, *spans[1:]), piece.rank, piece.group, piece.is_upright)


def _is_over(box: Box, bar: Box, size: float) -> bool:
    return bar.x0 - 1 < box.x0 and box.x1 < bar.x1 + 1 and -0.3 * size < bar.y0 - box.y1 < 0.3 * size


def _fills(over: Box, bar: Box, small: Sequence[Span]) -> bool:
    """As wide as the wider of the two, as no rule of a table is."""
    under = [span.box for span in small if 0 < span.baseline - bar.y1 < span.size and overlap_x(span.box, bar) > 1]
    if not under:
        return False
    widest = max(over.x1 - over.x0, max(box.x1 for box in under) - min(box.x0 for box in under))
    return widest > 0.55 * (bar.x1 - bar.x0)
