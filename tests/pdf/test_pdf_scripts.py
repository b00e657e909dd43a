from dataclasses import replace

from paperlab.domain.blocks import Script
from paperlab.pdf.pages import Piece
from paperlab.pdf.rows import Row, make_row
from paperlab.pdf.scripts import scripts_of
from paperlab.pdf.words import Vocabulary, compose
from tests.pdf.pieces import piece


def row(*parts: tuple[str, float, float]) -> Row:
    """A line of runs: text, size, distance above the baseline."""
    spans, x = [], 72.0
    for text, size, above in parts:
        (span,) = piece(text, x, 100 - above, size=size).spans
        spans.append(replace(span, baseline=100 - above))
        x = span.box.x1
    made = make_row(0, [Piece(tuple(spans), 0, 0)])
    assert made is not None
    return made


def scripts(*rows: Row) -> list[tuple[str, bool]]:
    text, lines = compose(rows, Vocabulary.of(rows))
    return [(text[s.start : s.end], s.is_raised) for s in scripts_of(rows, text, lines)]


def test_small_characters_off_the_baseline_are_scripts() -> None:
    line = row(("keys of dimension d", 10, 0), ("k", 7, -1.5), (" and n", 10, 0), ("2", 7, 3.6), (" more", 10, 0))
    assert scripts(line) == [("k", False), ("2", True)]


def test_small_capitals_and_small_prints_on_the_baseline_are_none() -> None:
    assert scripts(row(("B", 10, 0), ("ERT", 8, 0), (" is read", 10, 0))) == []


def test_scripts_are_found_past_a_mended_hyphen() -> None:
    first, second = row(("the atten-", 10, 0)), row(("tion of x", 10, 0), ("i", 7, -1.5))
    assert scripts(first, second) == [("i", False)]


def test_neighbours_join() -> None:
    line = row(("x", 10, 0), ("i", 7, -1.5), (",j", 7, -1.5), (" and", 10, 0))
    text, lines = compose([line], Vocabulary.of([line]))
    assert scripts_of([line], text, lines) == (Script(1, 4, False),)
