from paperlab.pdf.rows import rows_of
from paperlab.pdf.tables import table_lines
from tests.pdf.pieces import piece


def test_cells_stand_under_their_columns() -> None:
    pieces = [
        piece("Model", x=72, y=100),
        piece("BLEU", x=150, y=100),
        piece("Cost", x=200, y=100),
        piece("Transformer", x=72, y=112),
        piece("28.4", x=150, y=112),
        piece("3.3", x=200, y=112),
        piece("big", x=72, y=124),
        piece("2.3", x=200, y=124),
    ]
    assert table_lines(rows_of(0, pieces)) == ["Model\tBLEU\tCost", "Transformer\t28.4\t3.3", "big\t\t2.3"]


def test_one_column_is_plain_lines() -> None:
    assert table_lines(rows_of(0, [piece("one"), piece("two", y=112)])) == ["one", "two"]
