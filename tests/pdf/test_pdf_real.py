"""Real papers: what a reader would miss first."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from paperlab.domain.blocks import BlockKind, ParsedPdf, TextLayer
from paperlab.pdf.areas import areas_of
from paperlab.pdf.furniture import body_size, without_furniture
from paperlab.pdf.glyphs import mend
from paperlab.pdf.layout import read_page
from paperlab.pdf.lines import is_running, lines_of
from paperlab.pdf.measures import measures_of
from paperlab.pdf.parse import parse_pdf
from paperlab.pdf.ruled import ruled_boxes

pytestmark = pytest.mark.real


@cache
def _parsed(path: Path) -> ParsedPdf:
    return parse_pdf(path)


def _numbered(parsed: ParsedPdf) -> list[tuple[int, str]]:
    headings = [(block.level, block.text) for block in parsed.blocks if block.kind is BlockKind.HEADING]
    return [(level, text.split()[0]) for level, text in headings if re.match(r"\d|[A-Z](\.\d+)? ", text)]


def test_attention_has_its_sections_and_references(real_data: Path) -> None:
    parsed = _parsed(real_data / "papers" / "1706.03762v7.pdf")
    assert parsed.title == "Attention Is All You Need"
    numbers = "1 2 3 3.1 3.2 3.2.1 3.2.2 3.2.3 3.3 3.4 3.5 4 5 5.1 5.2 5.3 5.4 6 6.1 6.2 6.3 7".split()  # noqa: SIM905
    assert _numbered(parsed) == [(number.count(".") + 1, number) for number in numbers]
    references = [block.text for block in parsed.blocks if block.kind is BlockKind.REFERENCE]
    assert [text.split()[0] for text in references] == [f"[{n}]" for n in range(1, 41)]
    assert not [block.text for block in parsed.blocks if re.match(r"arXiv:1706|31st Conference|\d+$", block.text)]


def test_sections_of_a_two_column_paper_come_in_order(real_data: Path) -> None:
    parsed = _parsed(real_data / "papers" / "1810.04805v2.pdf")
    numbers = (  # noqa: SIM905
        "1 2 2.1 2.2 2.3 3 3.1 3.2 4 4.1 4.2 4.3 4.4 5 5.1 5.2 5.3 6 A A.1 A.2 A.3 A.4 A.5 B B.1 C C.1 C.2"
    ).split()
    assert [number for _, number in _numbered(parsed)] == numbers


def test_shifted_letters_of_a_real_paper_are_noticed(real_data: Path) -> None:
    assert _parsed(real_data / "papers" / "1908.10084v1.pdf").text_layer is TextLayer.GARBLED


@pytest.mark.parametrize("name", ["docling__normal_4pages.pdf", "docling__right_to_left_01.pdf"])
def test_other_scripts_are_not_garbled(real_data: Path, name: str) -> None:
    assert _parsed(real_data / "papers_other" / name).text_layer is TextLayer.GOOD


@pytest.mark.parametrize("name", ["1706.03762v7", "1810.04805v2", "1512.03385v1", "2205.14135v2", "1412.6980v9"])
def test_every_word_is_in_a_block_or_furniture_or_in_a_figure(real_data: Path, name: str) -> None:
    import pymupdf

    with pymupdf.open(real_data / "papers" / f"{name}.pdf") as document:
        pages = [read_page(page, index) for index, page in enumerate(document)]
        printed = [_letters(word[4] for word in page.get_text("words")) for page in document]
    kept = without_furniture(pages)
    measures = measures_of(kept, body_size(pages))
    for page, pieces, letters in zip(pages, kept, printed, strict=True):
        lines = [line for line in lines_of(page.index, pieces) if line is not None]
        labels = areas_of(page, lines, measures).labels
        in_boxes = {
            piece.rank for box in ruled_boxes(page, pieces, measures) for row in box.rows for piece in row.pieces
        }
        in_figures = {piece.rank for line in labels for piece in line.pieces}
        assert {piece.rank for piece in pieces if mend(piece.text)} <= in_boxes | in_figures
        assert not any(is_running(line, measures) for line in labels)
        assert letters - _letters(piece.text for piece in page.pieces) == Counter()


def _letters(texts: Iterable[str]) -> Counter[str]:
    return Counter(letter for text in texts for letter in mend(text) if letter.isalnum())
