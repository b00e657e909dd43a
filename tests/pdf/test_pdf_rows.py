from paperlab.pdf.rows import rows_of
from tests.pdf.pieces import piece


def test_pieces_on_one_baseline_are_one_line() -> None:
    (row,) = rows_of(0, [piece("Introduction", x=90), piece("1", x=72)])
    assert row.text == "1 Introduction"


def test_lines_come_from_top_to_bottom() -> None:
    rows = rows_of(0, [piece("second", y=112), piece("first", y=100)])
    assert [row.text for row in rows] == ["first", "second"]


def test_raised_mark_joins_its_line() -> None:
    (row,) = rows_of(
        0, [piece("words", x=72, width=25), piece("2", x=97, y=96, size=6, width=3), piece("and more words", x=103)]
    )
    assert row.text == "words2 and more words"


def test_pieces_that_touch_are_not_divided() -> None:
    (row,) = rows_of(0, [piece("atten", x=72, width=25), piece("tion", x=97, width=20)])
    assert row.text == "attention"


def test_symbols_do_not_make_a_bold_line_plain() -> None:
    (row,) = rows_of(0, [piece("4.1 Global Optimality of", bold=True), piece("p = q", x=220)])
    assert row.is_bold


def test_blank_pieces_are_no_lines() -> None:
    assert rows_of(0, [piece("  ")]) == ()
