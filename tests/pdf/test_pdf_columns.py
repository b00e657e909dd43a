"""From an article to a PDF and back."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from paperlab.domain.blocks import BlockKind, ParsedPdf, TextLayer
from paperlab.pdf.parse import parse_pdf
from paperlab.pdf.typeset import Article, Section, typeset
from tests.pdf.pieces import article


def _texts(parsed: ParsedPdf, kind: BlockKind) -> list[str]:
    return [block.text for block in parsed.blocks if block.kind is kind]


def test_title_authors_and_year_come_back(parsed: ParsedPdf) -> None:
    assert parsed.title == article().title
    assert parsed.authors == ("Ada Reader", "Émile Writer")
    assert parsed.year == 2024
    assert parsed.text_layer is TextLayer.GOOD
    assert parsed.is_searchable


def test_headings_have_their_levels_and_paths(parsed: ParsedPdf) -> None:
    headings = [(block.level, block.text) for block in parsed.blocks if block.kind is BlockKind.HEADING]
    assert headings == [
        (1, "Abstract"),
        (1, "1 Beginnings"),
        (1, "2 Methods"),
        (2, "2.1 Columns"),
        (3, "2.1.1 Narrow Columns"),
        (2, "2.2 Pages"),
        (1, "3 Findings"),
        (1, "4 End"),
        (1, "References"),
    ]
    narrow = next(block for block in parsed.blocks if block.text.startswith("Opening Narrow Columns 1"))
    assert narrow.section == ("2 Methods", "2.1 Columns", "2.1.1 Narrow Columns")


def test_paragraphs_are_whole_and_in_column_order(parsed: ParsedPdf) -> None:
    paragraphs = [text for text in _texts(parsed, BlockKind.PARAGRAPH) if text.startswith("Opening")]
    expected = [text for section in article().sections for text in section.paragraphs]
    assert paragraphs == [" ".join(text.split()) for text in expected]


def test_a_paragraph_over_a_column_or_page_has_lines_on_both(parsed: ParsedPdf) -> None:
    broken = [block for block in parsed.blocks if block.last_page_index > block.page_index]
    assert broken
    assert all(block.kind is BlockKind.PARAGRAPH and block.text.startswith("Opening") for block in broken)


def test_every_reference_is_a_block(parsed: ParsedPdf) -> None:
    references = _texts(parsed, BlockKind.REFERENCE)
    assert len(references) == 12
    assert all(text.startswith(f"[{number}] A. Author {number}.") for number, text in enumerate(references, start=1))


def test_page_numbers_are_in_no_block(parsed: ParsedPdf) -> None:
    assert not [block.text for block in parsed.blocks if block.text.strip().isdigit()]


def test_lines_cover_the_text_in_order(parsed: ParsedPdf) -> None:
    for block in parsed.blocks:
        covered = "".join(block.text[line.start : line.end] for line in block.lines)
        assert covered.replace(" ", "") == block.text.replace(" ", "")
        assert all(a.end <= b.start for a, b in zip(block.lines, block.lines[1:], strict=False))


def _words(path: Path) -> list[list[tuple[float, float, float, float, str]]]:
    """Of each page, with their places, as MuPDF finds them."""
    script = "import pymupdf, json, sys; print(json.dumps([p.get_text('words') for p in pymupdf.open(sys.argv[1])]))"
    run = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, check=True, text=True)
    return [[tuple(word[:5]) for word in page] for page in json.loads(run.stdout.splitlines()[-1])]


def test_nothing_is_cut(two_columns: Path, parsed: ParsedPdf) -> None:
    printed = Counter(word[4] for page in _words(two_columns) for word in page)
    read = Counter(
        word for block in parsed.blocks for line in block.lines for word in block.text[line.start : line.end].split()
    )
    page_numbers = Counter(str(number) for number in range(1, parsed.page_count + 1))
    assert printed - read == page_numbers
    assert not read - printed


def test_each_line_box_holds_its_words(two_columns: Path, parsed: ParsedPdf) -> None:
    words = _words(two_columns)
    for block in parsed.blocks:
        for line in block.lines:
            box = line.box
            inside = [
                word[4]
                for word in words[line.page_index]
                if box.x0 - 1 <= (word[0] + word[2]) / 2 <= box.x1 + 1 and box.y0 <= (word[1] + word[3]) / 2 <= box.y1
            ]
            assert inside == block.text[line.start : line.end].split()


def test_same_article_gives_same_bytes(two_columns: Path, tmp_path: Path) -> None:
    typeset(article(), tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == two_columns.read_bytes()


def test_markup_in_an_article_is_text(tmp_path: Path) -> None:
    body = (
        "We write <b>bold</b> &amp; mean it, as authors of a paper on markup must do from time to time in every case."
    )
    marked = Article(
        title="On <i>Markup</i> & Meaning",
        sections=(
            Section(
                "A <p> Section", (body, "**Run-in words.** And then a sentence that goes on.", "- An item of a list.")
            ),
        ),
    )
    typeset(marked, tmp_path / "markup.pdf")
    parsed = parse_pdf(tmp_path / "markup.pdf")
    assert parsed.title == "On <i>Markup</i> & Meaning"
    assert body in _texts(parsed, BlockKind.PARAGRAPH)
    lead = next(block for block in parsed.blocks if block.bold_lead)
    assert lead.text[: lead.bold_lead] == "Run-in words."
    assert any("An item of a list." in text for text in _texts(parsed, BlockKind.LIST_ITEM))
