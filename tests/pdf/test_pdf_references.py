from paperlab.domain.blocks import BlockKind
from paperlab.pdf.parts import Part
from paperlab.pdf.references import with_references
from paperlab.pdf.rows import Row, make_row
from tests.pdf.pieces import piece


def _row(text: str, x: float = 72, y: float = 100, page: int = 0) -> Row:
    row = make_row(page, [piece(text, x=x, y=y)])
    assert row
    return row


HEADING = Part(BlockKind.HEADING, (_row("References"),), level=1)


def _entries(*parts: Part) -> list[str]:
    return [part.text for part in with_references(parts) if part.kind is BlockKind.REFERENCE]


def _lines(*texts: str, page: int = 0) -> Part:
    return Part(BlockKind.LIST_ITEM, tuple(_row(text, y=100 + 12 * n, page=page) for n, text in enumerate(texts)))


def test_labels_begin_entries_whatever_the_boxes_are() -> None:
    entries = _entries(
        HEADING, _lines("[1] First", "goes on.", "[2] Second."), _lines("[3] Third, in"), _lines("1998.", page=1)
    )
    assert entries == ["[1] First goes on.", "[2] Second.", "[3] Third, in 1998."]


def test_hanging_indents_begin_entries() -> None:
    rows = [
        ("Adams. A title", 72),
        ("that goes on.", 82),
        ("Brown. Another", 72),
        ("which does too.", 82),
        ("Clark. Short.", 72),
    ]
    part = Part(BlockKind.PARAGRAPH, tuple(_row(text, x, 100 + 12 * n) for n, (text, x) in enumerate(rows)))
    assert _entries(HEADING, part) == [
        "Adams. A title that goes on.",
        "Brown. Another which does too.",
        "Clark. Short.",
    ]


def test_boxes_are_entries_where_nothing_else_tells() -> None:
    assert _entries(HEADING, _lines("Adams. One."), _lines("Brown. Two, which"), _lines("goes on.", page=1)) == [
        "Adams. One.",
        "Brown. Two, which goes on.",
    ]


def test_the_next_heading_ends_the_bibliography() -> None:
    appendix = Part(BlockKind.HEADING, (_row("A Proofs"),), level=1)
    parts = with_references([HEADING, _lines("[1] One."), _lines("[2] Two."), appendix, _lines("[3] is cited.")])
    assert [part.kind for part in parts][-2:] == [BlockKind.HEADING, BlockKind.LIST_ITEM]


def test_bibliography_without_a_heading_is_found() -> None:
    assert len(_entries(_lines("Some text."), *(_lines(f"[{n}] Entry {n}.") for n in range(1, 7)))) == 6


def test_a_figure_between_entries_stays_what_it_is() -> None:
    caption = Part(BlockKind.CAPTION, (_row("Figure 9: Late."),))
    parts = with_references([HEADING, _lines("[1] One,"), caption, _lines("[2] Two.")])
    assert [part.kind.value for part in parts] == ["heading", "reference", "reference", "caption"]
