"""Real papers: what a reader would miss first."""

import re
from functools import cache
from pathlib import Path

import pytest

from paperlab.domain.blocks import BlockKind, ParsedPdf, TextLayer
from paperlab.pdf.parse import parse_pdf

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
