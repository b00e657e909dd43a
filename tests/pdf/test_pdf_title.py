import pytest

from paperlab.domain.blocks import BlockKind
from paperlab.pdf.parts import Part
from paperlab.pdf.rows import make_row
from paperlab.pdf.title import believable, with_title
from tests.pdf.pieces import piece


def _part(text: str, size: float = 10, y: float = 100, page: int = 0) -> Part:
    row = make_row(page, [piece(text, y=y, size=size)])
    assert row
    return Part(BlockKind.PARAGRAPH, (row,))


def test_largest_type_of_page_one_is_the_title() -> None:
    parts, title = with_title([_part("A journal"), _part("On Reading", 17), _part("Columns", 17), _part("Ada")], "", 10)
    assert title == "On Reading Columns"
    assert [part.kind.value for part in parts] == ["paragraph", "title", "paragraph"]


def test_believed_metadata_finds_the_title_in_smaller_type() -> None:
    _, title = with_title([_part("JOURNAL OF ORDER", 20), _part("On Reading Columns", 12)], "On reading columns", 10)
    assert title == "On Reading Columns"


def test_later_pages_have_no_title() -> None:
    assert with_title([_part("text"), _part("Large", 20, page=1)], "", 10)[1] == ""


@pytest.mark.parametrize(
    "title", ["untitled", "Microsoft Word - draft.doc", "paper_final.pdf", "main.tex", "", "x", "arXiv:math/9404236v1"]
)
def test_titles_by_programs_are_not_believed(title: str) -> None:
    assert believable(title) == ""


def test_real_titles_are_believed() -> None:
    assert (
        believable("Sequence to Sequence Learning\n with Neural Networks")
        == "Sequence to Sequence Learning with Neural Networks"
    )
