"""Printed lines as the content stream gives them, and what each tells by itself."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from paperlab.pdf.furniture import CAPTION
from paperlab.pdf.measures import Measures
from paperlab.pdf.pages import Piece, RegionKind
from paperlab.pdf.rows import Row, make_row

BULLET = re.compile(r"[•▪◦‣➢●○■□∗*–-]\s*(?=[^\s\d–-])|[•▪◦‣➢●]$")
_ITEM = re.compile(r"(\(?(\d{1,2}|[a-h]|[ivx]{1,4})\)|\d{1,2}\.|\[\d{1,3}\])\s+\S")
_EQUATION_NUMBER = re.compile(r"\(([A-Z]\.?)?\d{1,3}(\.\d{1,3})?[a-z]?\)$")
_MATH_FONT = re.compile(
    r"(?i)cmmi|cmsy|cmex|msbm|msam|eufm|math|symbol|txsy|txex|txmi|pxmi|pxsy|rsfs|euex|eusm|mtsy|mtmi"
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_SHORT_WORD = re.compile(r"[^\W\d_]{2,}")
_LONGEST_HEADING_LINE = 160
_BESIDE_EM = 2.2
"""Widest blank within a line; a wider one divides cells, or columns."""


def lines_of(page_index: int, pieces: Sequence[Piece]) -> Iterator[Row | None]:
    """Neighbours in the content stream that stand side by side on one baseline."""
    run: list[Piece] = []
    for piece in pieces:
        if run and not _is_beside(run[-1], piece):
            yield make_row(page_index, run)
            run = []
        run.append(piece)
    if run:
        yield make_row(page_index, run)


def _is_beside(left: Piece, right: Piece) -> bool:
    a, b = left.box, right.box
    size = max(left.spans[-1].size, right.spans[0].size)
    shared = min(a.y1, b.y1) - max(a.y0, b.y0)
    return -0.3 * size < b.x0 - a.x1 < _BESIDE_EM * size and shared > 0.5 * min(a.y1 - a.y0, b.y1 - b.y0)


def kind_of(line: Row, measures: Measures) -> RegionKind:
    """What a line tells by itself."""
    if CAPTION.match(line.text):
        return RegionKind.CAPTION
    if is_mathematical(line):
        return RegionKind.FORMULA
    if _is_heading_line(line, measures):
        return RegionKind.HEADING
    if BULLET.match(line.text) or _ITEM.match(line.text):
        return RegionKind.LIST_ITEM
    return RegionKind.TEXT


def is_mathematical(line: Row) -> bool:
    """Set in the fonts of mathematics, with few words among the signs."""
    total = signs = 0
    words: list[str] = []
    for span in line.spans:
        length = len(span.text.strip())
        total += length
        if _is_of_mathematics(span.font):
            signs += length
        else:
            words += _WORD.findall(span.text)
    if _EQUATION_NUMBER.search(line.text) and len(words) <= 4 and len(line.text) < 12:
        return True
    if not signs:
        return False
    return len(words) <= 1 + total / 25 and (signs > 0.25 * total or re.search(r"[=≤≥≈∑∏∫→]", line.text) is not None)


@cache
def _is_of_mathematics(font: str) -> bool:
    return _MATH_FONT.search(font) is not None


def is_running(line: Row, measures: Measures) -> bool:
    """A line of a paragraph in the size of the text."""
    is_wide = line.box.x1 - line.box.x0 > 0.6 * measures.width
    is_of_text = abs(line.size - measures.size) < 0.7 and line.spans[0].font in measures.fonts
    return is_wide and is_of_text and len(_SHORT_WORD.findall(line.text)) >= 5


def _is_heading_line(line: Row, measures: Measures) -> bool:
    """Larger than the text, bold or in capitals."""
    text = line.text
    if len(text) > _LONGEST_HEADING_LINE or sum(map(str.isalpha, text)) < 3:
        return False
    size = max(span.size for span in line.spans)  # small capitals are set in two sizes
    if size > measures.size + 0.6:
        return True
    return size > measures.size - 1.1 and (_is_all_bold(line) or _is_in_capitals(text))


def _is_all_bold(line: Row) -> bool:
    """No word after it in another weight, as after a run-in heading."""
    return line.is_bold and all(span.is_bold or not _SHORT_WORD.search(span.text) for span in line.spans)


def _is_in_capitals(text: str) -> bool:
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    return upper > 3 and upper > 4 * lower


def has_words(line: Row) -> bool:
    return _WORD.search(line.text) is not None


def is_of_other_type(line: Row, measures: Measures) -> bool:
    """Smaller than the text or in a font that the paper's text is not set in."""
    is_heading = line.is_bold or line.size > measures.size + 0.7
    return line.size < measures.size - 0.7 or (line.spans[0].font not in measures.fonts and not is_heading)


def is_aligned(above: Row, below: Row) -> bool:
    """At the same left edge, but for an indentation, or about the same centre."""
    centres = (above.box.x0 + above.box.x1) / 2, (below.box.x0 + below.box.x1) / 2
    return abs(above.box.x0 - below.box.x0) < 7 * below.size or abs(centres[0] - centres[1]) < 2 * below.size
