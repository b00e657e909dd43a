from paperlab.pdf.furniture import without_furniture
from paperlab.pdf.pages import Piece, RawPage
from tests.pdf.pieces import piece

HEIGHT, WIDTH = 792.0, 612.0


def _page(index: int, *pieces: Piece) -> RawPage:
    ranked = tuple(Piece(p.spans, rank, rank, p.is_upright) for rank, p in enumerate(pieces))
    return RawPage(index, WIDTH, HEIGHT, ranked, ())


def _body(index: int) -> list[Piece]:
    """Lines that no two pages share."""
    return [
        piece(f"Line {chr(97 + index) * (line + 2)} of a text, long enough.", y=110 + 12 * line) for line in range(40)
    ]


def _kept(*pages: RawPage) -> list[str]:
    return [piece.text for pieces in without_furniture(pages) for piece in pieces]


def test_running_heads_and_page_numbers_go() -> None:
    pages = [_page(i, piece("A. READER", y=50), *_body(i), piece(str(i + 1), x=300, y=750)) for i in range(5)]
    assert all(text.startswith("Line") for text in _kept(*pages))


def test_heads_that_change_with_the_section_go_too() -> None:
    heads = ["A. READER", "1 Aims", "A. READER", "2 Means", "A. READER", "3 Ends"]
    pages = [_page(i, piece(head, y=50), *_body(i)) for i, head in enumerate(heads)]
    assert all(text.startswith("Line") for text in _kept(*pages))


def test_stamps_along_the_side_go() -> None:
    stamp = piece("arXiv:1706.03762v7 [cs.CL]", x=20, y=400)
    page = _page(0, *_body(0), Piece(stamp.spans, 0, 0, is_upright=False))
    assert not [text for text in _kept(page) if text.startswith("arXiv")]


def test_notices_of_page_one_go_but_not_references_at_a_page_end() -> None:
    first = _page(0, *_body(0), piece("Preprint. Under review.", y=745))
    second = _page(1, *_body(1), piece("Proceedings of the Conference on Order, 2001.", y=590))
    kept = _kept(first, second)
    assert "Preprint. Under review." not in kept
    assert "Proceedings of the Conference on Order, 2001." in kept


def test_the_title_at_the_top_stays() -> None:
    page = _page(0, piece("Attention to Columns", y=60, size=18), *_body(0))
    assert "Attention to Columns" in _kept(page)


def test_numbers_in_the_text_stay() -> None:
    page = _page(0, *_body(0)[:10], piece("42", y=300), *_body(0)[20:])
    assert "42" in _kept(page)
