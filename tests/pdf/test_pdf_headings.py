from paperlab.domain.blocks import BlockKind
from paperlab.pdf.headings import with_headings
from paperlab.pdf.pages import OutlineEntry
from paperlab.pdf.parts import Part
from paperlab.pdf.rows import make_row
from tests.pdf.pieces import piece

BODY = 10.0


def _part(*texts: str, size: float = BODY, bold: bool = False, region: bool = False, page: int = 1) -> Part:
    rows = [make_row(page, [piece(text, y=100 + 12 * n, size=size, bold=bold)]) for n, text in enumerate(texts)]
    return Part(BlockKind.PARAGRAPH, tuple(row for row in rows if row), is_heading_region=region)


def _heading(text: str, size: float = BODY, page: int = 1) -> Part:
    return _part(text, size=size, bold=True, region=True, page=page)


def _found(*parts: Part, outline: tuple[OutlineEntry, ...] = ()) -> list[tuple[int, str]]:
    return [(part.level, part.text) for part in with_headings(parts, outline, BODY) if part.kind is BlockKind.HEADING]


def test_levels_follow_the_numbers_not_the_type() -> None:
    titles = [
        "1 Introduction",
        "2 Method",
        "2.1 Encoder",
        "2.1.1 Heads",
        "3 Results",
        "A Proofs",
        "A.1 Lemmas",
        "B Data",
    ]
    assert [level for level, _ in _found(*map(_heading, titles))] == [1, 1, 2, 3, 1, 1, 2, 1]


def test_roman_sections_have_letters_below() -> None:
    titles = ["I. INTRODUCTION", "II. METHOD", "A. Encoder", "B. Decoder", "III. RESULTS"]
    assert [level for level, _ in _found(*map(_heading, titles))] == [1, 1, 2, 2, 1]


def test_number_and_title_in_two_boxes_are_one_heading() -> None:
    number = Part(BlockKind.PARAGRAPH, _heading("1").rows, is_heading_region=True)
    title = Part(BlockKind.PARAGRAPH, (row,) if (row := make_row(1, [piece("Introduction", x=90, bold=True)])) else ())
    assert _found(number, title) == [(1, "1 Introduction")]


def test_heading_in_one_box_with_its_paragraph_is_split_off() -> None:
    heading, text = _heading("2 Method").rows, _part("We do this and that", "in two lines.").rows
    parts = with_headings([Part(BlockKind.PARAGRAPH, heading + text)], (), BODY)
    assert [part.kind for part in parts] == [BlockKind.HEADING, BlockKind.PARAGRAPH]


def test_known_titles_are_of_level_one() -> None:
    titles = ["1 Introduction", "1.1 Aims", "Acknowledgements", "References"]
    assert _found(*map(_heading, titles))[2:] == [(1, "Acknowledgements"), (1, "References")]


def test_outline_finds_and_ranks_unnumbered_titles() -> None:
    outline = (OutlineEntry(1, "Why", 1), OutlineEntry(2, "How", 1))
    assert _found(_part("Why"), _part("How"), outline=outline) == [(1, "Why"), (2, "How")]


def test_larger_type_is_the_higher_level_without_numbers() -> None:
    assert _found(_heading("Aims", 14), _heading("Details", 12), _heading("Ends", 14)) == [
        (1, "Aims"),
        (2, "Details"),
        (1, "Ends"),
    ]


def test_false_headings_are_paragraphs() -> None:
    false = [
        _part("• Batch size : 16, 32", bold=True, region=True),
        _part("Scaled Dot-Product Attention", region=True),
        _part("Theorem 1 (Convergence)", bold=True, region=True),
        _part("14: end for", bold=True, region=True),
        _part("2.1 Potential Outcomes . . . . . . 6", bold=True, region=True),
    ]
    assert _found(_heading("1 Introduction"), *false) == [(1, "1 Introduction")]


def test_names_before_the_first_section_and_repeated_labels_are_none() -> None:
    names = [_heading("Ada Reader", page=0), _heading("Émile Writer", page=0)]
    labels = [_heading("Example prompt") for _ in range(3)]
    assert _found(*names, _heading("Abstract", page=0), *labels) == [(1, "Abstract")]


def test_numbers_out_of_sequence_are_not_believed() -> None:
    listed = [_part("1. Question about it", bold=True), _heading("3.1 Setup")]
    assert (3, "3.1 Setup") not in _found(_heading("3 Experiments"), *listed)
    assert (2, "3.1 Setup") in _found(_heading("3 Experiments"), *listed)
