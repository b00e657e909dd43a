"""Pieces of text made by hand, and the article that the tests typeset."""

from collections.abc import Sequence

from paperlab.domain.blocks import Box
from paperlab.pdf.pages import Piece, Span
from paperlab.pdf.typeset import Article, Section

SENTENCE = "The attentive reader follows each column to its foot before turning to the next one on the page. "


def piece(
    text: str,
    x: float = 72,
    y: float = 100,
    *,
    size: float = 10,
    bold: bool = False,
    rank: int = 0,
    group: int = 0,
    width: float | None = None,
) -> Piece:
    """One piece of text whose baseline is at `y`; half an em for each character unless a width is given."""
    right = x + (width if width is not None else len(text) * size * 0.5)
    box = Box(x, y - 0.75 * size, right, y + 0.25 * size)
    return Piece((Span(text, box, size, "Serif", bold, False, False, y),), rank, group)


def article(sections: Sequence[Section] = ()) -> Article:
    """Four pages or so in two columns, every paragraph with its own first and last words."""
    return Article(
        title="On Reading Columns in Their Order: A Study",
        authors=("Ada Reader", "Émile Writer"),
        abstract="We read columns. " + SENTENCE * 3,
        sections=tuple(sections) or _sections(),
        references=tuple(
            f"A. Author {i}. A title of some length for entry {i}. Journal of Order, 2001." for i in range(1, 13)
        ),
        year=2024,
    )


def _sections() -> tuple[Section, ...]:
    shape = [
        (1, "Beginnings"),
        (1, "Methods"),
        (2, "Columns"),
        (3, "Narrow Columns"),
        (2, "Pages"),
        (1, "Findings"),
        (1, "End"),
    ]
    return tuple(
        Section(title, tuple(f"Opening {title} {n}. {SENTENCE * 5}Closing {title} {n}." for n in (1, 2)), level)
        for level, title in shape
    )
