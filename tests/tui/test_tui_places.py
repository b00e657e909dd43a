"""The sentence cursor, quotes and remembered places."""

from dataclasses import replace
from datetime import UTC, datetime

from paperlab.domain.anchors import Anchorage
from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.blocks import Block, BlockKind, Box, Line
from paperlab.domain.placements import as_made
from paperlab.domain.strips import Span
from paperlab.tui.marks import Marks, place_on_page
from paperlab.tui.places import Place, Units, find_quote, find_words, first_on_page

BOX = Box(0, 0, 1, 1)


def block(text: str, page_index: int = 0, kind: BlockKind = BlockKind.PARAGRAPH) -> Block:
    return Block(kind, text, (Line(page_index, BOX, 0, len(text)),))


BLOCKS = (
    block("1 Introduction", 0, BlockKind.HEADING),
    block("First sentence, see Fig. 2. Second one! A third?", 0),
    block("A\t1\nB\t2", 1, BlockKind.TABLE),
    block("The eﬃcient encoder is naïve. First sentence, see Fig. 2.", 2),
)


def test_units_are_sentences_rows_and_whole_headings() -> None:
    units = Units(BLOCKS)
    assert [units.text(Place(1, n)) for n in range(3)] == ["First sentence, see Fig. 2.", "Second one!", "A third?"]
    assert [units.text(Place(2, n)) for n in range(2)] == ["A\t1", "B\t2"]
    assert units.text(Place(0, 0)) == "1 Introduction"


def test_the_cursor_steps_over_blocks_and_stops_at_the_ends() -> None:
    units = Units(BLOCKS)
    assert units.step(Place(0, 0), 1) == (1, 0)
    assert units.step(Place(0, 0), 4) == (2, 0)
    assert units.step(Place(0, 0), 99) == (3, 1)
    assert units.step(Place(2, 0), -1) == (1, 2)
    assert units.step(Place(1, 0), -99) == (0, 0)
    assert units.step_block(Place(1, 2), -1) == (1, 0)
    assert units.step_block(Place(1, 0), -1) == (0, 0)
    assert units.step_block(Place(3, 0), 1) == (3, 0)


def test_a_selection_is_a_span_a_block() -> None:
    units = Units(BLOCKS)
    spans = list(units.between(Place(2, 0), Place(1, 1)))
    assert spans == [Span(1, 28, 48), Span(2, 0, 3)]


def test_a_quote_is_found_through_ligatures_accents_and_case() -> None:
    (span,) = find_quote(BLOCKS, "the EFFICIENT encoder is naive", 2)
    assert BLOCKS[3].text[span.start : span.end] == "The eﬃcient encoder is naïve"


def test_a_quote_is_found_on_its_page_first() -> None:
    quote = "First sentence, see Fig. 2"
    assert find_quote(BLOCKS, quote, 0)[0].block == 1
    assert find_quote(BLOCKS, quote, 2)[0].block == 3
    assert find_quote(BLOCKS, "Second one", 9)[0].block == 1
    assert find_quote((*BLOCKS, BLOCKS[0], block("…", 5), BLOCKS[1]), "Second one", 2)[0].block == 1
    assert find_quote(BLOCKS, quote, block=3)[0].block == 3


def test_a_quote_over_two_blocks_has_a_span_in_each() -> None:
    assert [span.block for span in find_quote(BLOCKS, "A third? A 1 B", 0)] == [1, 2]


def test_a_quote_that_is_gone_is_nowhere() -> None:
    assert find_quote(BLOCKS, "no such words", 0) == ()
    assert find_quote(BLOCKS, "…!", 0) == ()


def test_words_are_found_whatever_their_case_and_special_signs() -> None:
    assert find_words(BLOCKS, "fig. 2.") == [Span(1, 20, 27), Span(3, 50, 57)]
    assert find_words(BLOCKS, "a(") == []
    assert find_words(BLOCKS, "  ") == []


def test_a_page_begins_at_its_first_block_or_the_next_one_with_text() -> None:
    found = first_on_page(BLOCKS, 1)
    assert found is not None
    assert found.block == 2
    assert first_on_page(BLOCKS, 9) is None


def test_marks_lie_on_their_quotes_and_on_another_edition_anywhere() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    mark = Annotation(
        id="1", kind=AnnotationKind.HIGHLIGHT, edition="v1", page_index=0, quote="Second one!", created=now, updated=now
    )
    moved = replace(mark, id="2", edition="v0", page_index=7, quote="eﬃcient encoder is naïve. First sentence, see")
    lost = replace(mark, id="3", edition="v0", quote="a sentence that is gone")
    marks = Marks(Anchorage("v1", BLOCKS).resolve_all((mark, moved, lost)))
    assert [[span.block for span in placed.spans] for placed in marks.placements] == [[1], [3], []]
    assert [placed.annotation.id for placed in marks.placed] == ["1", "2"]
    assert [placed.annotation.id for placed in marks.unplaced] == ["3"]
    found = marks.at([Span(1, 30, 31)])
    assert found is not None
    assert found.annotation == mark
    assert marks.at([Span(0, 0, 3)]) is None
    assert marks.exactly_at(Span(1, 28, 39)) == mark
    assert marks.exactly_at(Span(1, 0, 39)) is None


def test_a_mark_without_words_leads_to_the_nearest_line_of_its_page() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    area = Annotation(
        id="1",
        kind=AnnotationKind.AREA,
        edition="v1",
        page_index=2,
        quote="",
        boxes=(BOX,),
        created=now,
        updated=now,
    )
    assert place_on_page(as_made(area), BLOCKS) == Span(3, 0, len(BLOCKS[3].text))
    assert place_on_page(as_made(replace(area, page_index=9)), BLOCKS) is None
