"""Reflow: rows of one column."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from paperlab.domain.blocks import Block, BlockKind, Box, Line
from paperlab.tui.layout import Layout, page_at, wrap

BOX = Box(0, 0, 1, 1)


def block(text: str, kind: BlockKind = BlockKind.PARAGRAPH, pages: tuple[tuple[int, int], ...] = ((0, 0),)) -> Block:
    """`pages`: index and offset in the text where it begins."""
    ends = [start for _, start in pages[1:]] + [len(text)]
    return Block(kind, text, tuple(Line(page, BOX, start, end) for (page, start), end in zip(pages, ends, strict=True)))


def drawn(layout: Layout, blocks: list[Block]) -> list[str]:
    """The rows as text; cells are assumed to be one character wide."""
    rows = []
    for row in map(layout.row, range(layout.height)):
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
    assert drawn(Layout(blocks, 40), blocks) == ["One.", "", "a", "b", "", "Two."]


def test_references_hang() -> None:
    blocks = [block("[1] A. Author. A title that is long.", BlockKind.REFERENCE)]
    assert drawn(Layout(blocks, 30), blocks) == ["[1] A. Author. A title that is", "    long."]


def test_tables_stand_in_columns_and_narrow_ones_wrap() -> None:
    table = [block("Model\tScore\nTransformer with more words\t28.4", BlockKind.TABLE)]
    assert drawn(Layout(table, 40), table) == [
        "Model                        Score",
        "Transformer with more words  28.4",
    ]
    assert drawn(Layout(table, 24), table) == ["Model              Score", "Transformer with   28.4", "more words"]
    assert all(len(row) <= 9 for row in drawn(Layout(table, 9), table))


def test_an_empty_cell_keeps_its_column() -> None:
    table = [block("a\t\tc\nd\te\tf", BlockKind.TABLE)]
    assert drawn(Layout(table, 40), table) == ["a     c", "d  e  f"]


def test_pages_begin_where_their_first_line_is() -> None:
    blocks = [block("alpha beta gamma delta", pages=((0, 0), (1, 11))), block("omega", pages=((2, 0),))]
    layout = Layout(blocks, 11)
    assert drawn(layout, blocks) == ["alpha beta", "gamma delta", "", "omega"]
    assert [layout.page_begun_in(row) for row in range(layout.height)] == [0, 1, None, 2]
    assert [page_at(blocks[0], offset) for offset in (0, 10, 11, 99)] == [0, 0, 1, 1]


def test_a_page_that_comes_back_is_not_shown_twice() -> None:
    blocks = [block("one", pages=((1, 0),)), block("footnote", pages=((0, 0),)), block("two", pages=((1, 0),))]
    layout = Layout(blocks, 20)
    assert [layout.page_begun_in(row) for row in range(layout.height)] == [1, None, None, None, None]


def test_places_are_found_from_rows_and_rows_from_places() -> None:
    blocks = [block("alpha beta gamma delta"), block("omega")]
    layout = Layout(blocks, 11)
    assert layout.row_of(0, 0) == 0
    assert layout.row_of(0, 12) == 1
    assert layout.row_of(1, 3) == 3
    assert layout.place_at(1) == (0, 11)
    assert layout.place_at(2) == (1, 0)
    assert layout.place_at(99) == (1, 0)


@pytest.mark.parametrize("width", [8, 20, 76])
def test_an_empty_paper_has_no_rows(width: int) -> None:
    assert Layout([], width).height == 0


@given(
    st.lists(st.text(st.sampled_from("ab \n\té漢"), max_size=60), max_size=6),
    st.sampled_from(BlockKind),
    st.integers(8, 20),
)
def test_heights_that_are_counted_are_those_of_the_rows_that_are_made(
    texts: list[str], kind: BlockKind, width: int
) -> None:
    blocks = [block(text, kind if index % 2 else BlockKind.PARAGRAPH) for index, text in enumerate(texts)]
    layout = Layout(blocks, width)
    rows = [layout.row(index) for index in range(layout.height)]
    made = {index: [row for row in rows if row.block == index and row.pieces] for index in range(len(blocks))}
    for index in range(len(blocks)):
        assert [layout.row_of(index, row.pieces[0].start) for row in made[index]] == [
            at for at, row in enumerate(rows) if row.block == index and row.pieces
        ]
    assert [row.block for row in rows] == sorted(row.block for row in rows)
    assert all(row.block < len(blocks) for row in rows)


def test_a_row_of_a_book_is_made_without_the_others() -> None:
    blocks = [block("word " * 200, pages=((number, 0),)) for number in range(50)]
    layout = Layout(blocks, 40)
    top = layout.row_of(40, 0)
    assert layout.page_begun_in(top) == 40
    assert list(layout._made) == [40]
