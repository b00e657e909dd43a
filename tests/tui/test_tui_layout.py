"""Reflow: rows of one column."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from paperlab.domain.blocks import Block, BlockKind, Box, Line
from paperlab.tui.layout import Layout, page_at, reflow, wrap

BOX = Box(0, 0, 1, 1)


def block(text: str, kind: BlockKind = BlockKind.PARAGRAPH, pages: tuple[tuple[int, int], ...] = ((0, 0),)) -> Block:
    """`pages`: index and offset in the text where it begins."""
    ends = [start for _, start in pages[1:]] + [len(text)]
    return Block(kind, text, tuple(Line(page, BOX, start, end) for (page, start), end in zip(pages, ends, strict=True)))


def drawn(layout: Layout, blocks: list[Block]) -> list[str]:
    """The rows as text; cells are assumed to be one character wide."""
    rows = []
    for row in layout.rows:
        text = ""
        for piece in row.pieces:
            text = text.ljust(piece.x) + blocks[row.block].text[piece.start : piece.end]
        rows.append(text)
    return rows


@given(st.text(st.sampled_from("ab é漢字́-"), max_size=120), st.integers(3, 20))
def test_wrapping_loses_nothing_but_blanks_and_fits(text: str, width: int) -> None:
    spans = list(wrap(text, 0, len(text), width, width))
    assert all(cell_len(text[start:end].rstrip()) <= width for start, end in spans)
    assert all(start < end for start, end in spans)
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")
    assert all(text[end:start].strip() == "" for (_, end), (start, _) in pairwise(spans))


def test_paragraphs_stand_apart_and_items_together() -> None:
    blocks = [block("One."), block("a", BlockKind.LIST_ITEM), block("b", BlockKind.LIST_ITEM), block("Two.")]
    assert drawn(reflow(blocks, 40), blocks) == ["One.", "", "a", "b", "", "Two."]


def test_references_hang() -> None:
    blocks = [block("[1] A. Author. A title that is long.", BlockKind.REFERENCE)]
    assert drawn(reflow(blocks, 30), blocks) == ["[1] A. Author. A title that is", "    long."]


def test_tables_stand_in_columns_and_narrow_ones_wrap() -> None:
    table = [block("Model\tScore\nTransformer with more words\t28.4", BlockKind.TABLE)]
    assert drawn(reflow(table, 40), table) == [
        "Model                        Score",
        "Transformer with more words  28.4",
    ]
    assert drawn(reflow(table, 24), table) == ["Model              Score", "Transformer with   28.4", "more words"]
    assert all(len(row) <= 9 for row in drawn(reflow(table, 9), table))


def test_an_empty_cell_keeps_its_column() -> None:
    table = [block("a\t\tc\nd\te\tf", BlockKind.TABLE)]
    assert drawn(reflow(table, 40), table) == ["a     c", "d  e  f"]


def test_pages_begin_where_their_first_line_is() -> None:
    blocks = [block("alpha beta gamma delta", pages=((0, 0), (1, 11))), block("omega", pages=((2, 0),))]
    layout = reflow(blocks, 11)
    assert drawn(layout, blocks) == ["alpha beta", "gamma delta", "", "omega"]
    assert layout.page_rows == {0: 0, 1: 1, 3: 2}
    assert [page_at(blocks[0], offset) for offset in (0, 10, 11, 99)] == [0, 0, 1, 1]


def test_a_page_that_comes_back_is_not_shown_twice() -> None:
    blocks = [block("one", pages=((1, 0),)), block("footnote", pages=((0, 0),)), block("two", pages=((1, 0),))]
    assert reflow(blocks, 20).page_rows == {0: 1}


def test_places_are_found_from_rows_and_rows_from_places() -> None:
    blocks = [block("alpha beta gamma delta"), block("omega")]
    layout = reflow(blocks, 11)
    assert layout.row_of(0, 0) == 0
    assert layout.row_of(0, 12) == 1
    assert layout.row_of(1, 3) == 3
    assert layout.place_at(1) == (0, 11)
    assert layout.place_at(2) == (1, 0)
    assert layout.place_at(99) == (1, 0)


@pytest.mark.parametrize("width", [8, 20, 76])
def test_an_empty_paper_has_no_rows(width: int) -> None:
    assert list(reflow([], width).rows) == []
