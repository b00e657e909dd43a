"""Fractions within a line."""

from paperlab.domain.blocks import Box
from paperlab.pdf.fractions import with_fractions
from paperlab.pdf.pages import Mark, Piece
from paperlab.pdf.rows import make_row
from tests.pdf.pieces import piece

BAR = Mark(Box(120, 96.4, 135, 97))
BEFORE = piece("scaled by", 70, 100, width=46)
NUMERATOR = piece("1", 126, 95.5, size=7, rank=1, width=4)
DENOMINATOR = piece("√d", 120, 103, size=7, rank=2, width=15)


def text_of(*pieces: Piece, marks: tuple[Mark, ...] = (BAR,)) -> str:
    row = make_row(0, with_fractions(pieces, marks, 10))
    assert row is not None
    return row.text


def test_what_is_over_the_bar_comes_first() -> None:
    assert text_of(BEFORE, NUMERATOR, DENOMINATOR) == "scaled by 1/√d"


def test_the_bar_of_a_root_is_not_taken_for_that_of_the_fraction() -> None:
    root = Mark(Box(126, 97.2, 135, 97.6))
    assert text_of(BEFORE, NUMERATOR, DENOMINATOR, marks=(root, BAR)) == "scaled by 1/√d"


def test_without_a_bar_or_something_under_it_nothing_changes() -> None:
    assert "/" not in text_of(BEFORE, NUMERATOR, DENOMINATOR, marks=())
    assert "/" not in text_of(BEFORE, NUMERATOR)
