"""A PDF that was marked in a viewer says what it said before."""

from pathlib import Path

import pymupdf

from paperlab.pdf.parse import parse_pdf


def test_what_a_reader_has_written_on_a_page_is_none_of_its_text(two_columns: Path, tmp_path: Path) -> None:
    marked = tmp_path / "marked.pdf"
    with pymupdf.open(two_columns) as document:
        page = document[0]
        for word in page.get_text("words")[40:60]:
            page.add_highlight_annot(word[:4])
        page.add_freetext_annot((60, 300, 260, 330), "a remark in the margin")
        page.add_rect_annot((60, 400, 260, 500))
        document.save(marked)
    before = two_columns.read_bytes(), marked.read_bytes()

    assert parse_pdf(marked).blocks == parse_pdf(two_columns).blocks

    assert (two_columns.read_bytes(), marked.read_bytes()) == before
