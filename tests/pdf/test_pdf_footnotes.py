from dataclasses import replace

from paperlab.domain.blocks import BlockKind
from paperlab.pdf.footnotes import with_footnotes_at_place
from paperlab.pdf.pages import Piece
from paperlab.pdf.parts import Part
from paperlab.pdf.rows import make_row
from tests.pdf.pieces import piece


def part(text: str, page_index: int = 0, *, call: str = "", kind: BlockKind = BlockKind.PARAGRAPH) -> Part:
    """A line of text with a raised number behind it."""
    (span,) = piece(text).spans
    spans = [span]
    if call:
        (raised,) = piece(call, span.box.x1, size=7).spans
        spans.append(replace(raised, baseline=96.4))
    row = make_row(page_index, [Piece(tuple(spans), 0, 0)])
    assert row is not None
    return Part(kind, (row,))


def note(text: str, page_index: int = 0) -> Part:
    return part(text, page_index, kind=BlockKind.FOOTNOTE)


def order(*parts: Part) -> list[str]:
    return [part.text.split()[0] for part in with_footnotes_at_place(parts)]


def test_notes_follow_the_paragraph_that_calls_them() -> None:
    assert order(part("One", call="1"), part("Two", call="2"), note("1 first"), note("2 second")) == [
        "One1",
        "1",
        "Two2",
        "2",
    ]


def test_two_notes_of_one_paragraph_keep_their_order() -> None:
    calling = part("One", call="1,2")
    assert order(calling, part("Two"), note("1 first"), note("2 second")) == ["One1,2", "1", "2", "Two"]


def test_a_note_without_a_call_on_its_page_stays() -> None:
    assert order(part("One", call="1"), part("Two", 1), note("1 first", 1)) == ["One1", "Two", "1"]
    assert order(part("In 1 year"), part("Two"), note("1 first")) == ["In", "Two", "1"]
    assert order(part("One", call="∗"), part("Two"), note("∗ star")) == ["One∗", "Two", "∗"]
