"""Marks that real programs and people have made."""

from collections import Counter
from pathlib import Path

import pikepdf
import pytest

from paperlab.pdf.marks import read_marks

pytestmark = pytest.mark.real

FILES = (
    "PyMuPDF__joined",
    "format-corpus__simple-annotated-in-adobe-x",
    "jabref__minimal-squiggly",
    "pdf.js__ZapfDingbats",
    "pdf.js__annotation-strikeout-without-appearance",
    "pdf.js__inks",
    "pdf.js__issue13447",
    "pdf.js__rotated_ink",
    "pdfannots__pr24",
    "zotero__duplicatesMerge_annotated_3",
)


@pytest.mark.parametrize("name", FILES)
def test_every_annotation_is_read_or_told(name: str, real_data: Path) -> None:
    path = real_data / "annotated_suite" / f"{name}.pdf"
    with pikepdf.open(path) as pdf:
        annotations = [one for page in pdf.pages for one in page.obj.get("/Annots", [])]
        there = Counter(str(one.Subtype)[1:] for one in annotations)
    found = read_marks(path)
    assert Counter(one.subtype for one in (*found.marks, *found.left_out)) == there
    assert all(one.boxes and one.page_index >= 0 for one in found.marks)


def test_highlights_of_a_reader_have_their_words(real_data: Path) -> None:
    found = read_marks(real_data / "annotated_reader" / "1810.04805v2__RishabhG998.pdf")
    assert len(found.marks) == 38
    assert found.marks[0].quote.startswith("BERT is designed to pretrain deep bidirectional representations")
    assert {mark.author for mark in found.marks} == {"rishabhgarg"}
    assert all(mark.created and mark.quote for mark in found.marks)
