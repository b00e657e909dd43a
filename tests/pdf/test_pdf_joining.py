from paperlab.domain.blocks import BlockKind
from paperlab.pdf.joining import with_joined
from paperlab.pdf.parts import Part
from paperlab.pdf.rows import make_row
from tests.pdf.pieces import piece


def _part(
    *texts: str, kind: BlockKind = BlockKind.PARAGRAPH, page: int = 0, x: float = 72, y: float = 100, size: float = 10
) -> Part:
    rows = [make_row(page, [piece(text, x=x, y=y + 12 * n, width=200, size=size)]) for n, text in enumerate(texts)]
    return Part(kind, tuple(row for row in rows if row))


def _texts(*parts: Part) -> list[str]:
    return [part.text for part in with_joined(parts)]


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    assert _texts(_part("It begins", "here and", y=600), _part("ends there.", x=320)) == [
        "It begins here and ends there."
    ]


def test_floats_and_notes_between_do_not_break_it() -> None:
    between = [_part("Figure 1: A box.", kind=BlockKind.CAPTION), _part("1A note.", kind=BlockKind.FOOTNOTE)]
    joined = _texts(_part("It begins", "here and", y=600), *between, _part("ends there.", page=1))
    assert joined == ["It begins here and ends there.", "Figure 1: A box.", "1A note."]


def test_a_closed_paragraph_stays_alone() -> None:
    assert len(_texts(_part("It ends here.", y=600), _part("another begins", x=320))) == 2


def test_a_capital_goes_on_only_after_a_full_line_elsewhere() -> None:
    assert len(_texts(_part("This compares", "GPT and", y=600), _part("BERT in turn.", x=320))) == 1
    assert len(_texts(_part("This compares", "GPT and", y=600), _part("BERT in turn.", y=640))) == 2


def test_headings_and_formulas_end_a_paragraph() -> None:
    for kind in (BlockKind.HEADING, BlockKind.FORMULA):
        assert (
            len(
                _texts(
                    _part("We compute", "it by", y=600), _part("x = y", kind=kind), _part("where all is known.", x=320)
                )
            )
            == 3
        )


def test_other_type_is_another_text() -> None:
    assert len(_texts(_part("It begins", "here and"), _part("goes on in small type", x=320, size=7))) == 2


def test_a_note_goes_on_at_the_foot_of_the_next_page() -> None:
    note = _part("4We note that in the liter-", kind=BlockKind.FOOTNOTE, size=8, y=700)
    body = _part("A paragraph of the text.", page=1)
    assert _texts(note, body, _part("ature it is known.", page=1, size=8, y=700))[0].startswith(
        "4We note that in the liter- ature"
    )
