"""What a whole document tells of its type: the size of its text, the distance of its lines, the width of a column."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from paperlab.pdf.pages import Piece

_FEWEST_CHARACTERS = 25
"""Of a piece that tells of columns."""

_FONT_SHARE = 0.003


@dataclass(frozen=True, slots=True)
class Measures:
    size: float
    """Font size of most characters, in points."""
    leading: float
    """Distance of two baselines of running text, in points."""
    width: float
    """Of a column, in points."""
    fonts: frozenset[str] = frozenset()
    """That text is set in: each has a share of the characters."""


def measures_of(pages: Iterable[Sequence[Piece]], size: float) -> Measures:
    leadings: Counter[float] = Counter()
    widths: Counter[int] = Counter()
    fonts: Counter[str] = Counter()
    for pieces in pages:
        for piece in pieces:
            if len(piece.text) >= _FEWEST_CHARACTERS:  # labels of figures are shorter
                for span in piece.spans:
                    fonts[span.font] += len(span.text)
        running = [piece for piece in pieces if _is_running(piece, size)]
        for above, below in pairwise(running):
            distance = below.spans[0].baseline - above.spans[0].baseline
            if 0.8 * size < distance < 3 * size and abs(above.box.x0 - below.box.x0) < size:
                leadings[round(distance * 2) / 2] += 1
        widths.update(round((piece.box.x1 - piece.box.x0) / 4) for piece in running)
    leading = leadings.most_common(1)[0][0] if leadings else 1.2 * size
    width = 4.0 * _widest_usual(widths) if widths else 30 * size
    enough = _FONT_SHARE * fonts.total()
    return Measures(size, leading, width, frozenset(font for font, count in fonts.items() if count >= enough))


def _is_running(piece: Piece, size: float) -> bool:
    return len(piece.text) >= _FEWEST_CHARACTERS and abs(piece.spans[0].size - size) < 0.6


def _widest_usual(widths: Counter[int]) -> int:
    """Justified text has one width; ragged text has many, of which a third are shorter than its column by little."""
    near = {width: sum(widths[width + d] for d in (-1, 0, 1)) for width in widths}
    return max(near, key=lambda width: (near[width] * width, width))
