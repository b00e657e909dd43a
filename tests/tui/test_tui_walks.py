"""The way from hit to hit."""

from paperlab.domain.blocks import Box
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Hit, PageBox, Passage, PassageKind
from paperlab.tui.session import Target
from paperlab.tui.walks import Walk, target_of

KEY = PaperKey("1706.03762")


def hit(text: str, kind: PassageKind = PassageKind.PASSAGE, page_index: int | None = 3) -> Hit:
    boxes = () if page_index is None else (PageBox(page_index, Box(0, 0, 1, 1)),)
    return Hit(1, 1.0, Passage(KEY, kind, text, boxes=boxes, first_block=None if page_index is None else 7), "Title")


def test_a_walk_stops_at_its_ends() -> None:
    walk = Walk("softmax", tuple(hit(text) for text in ("one", "two", "three")))
    assert walk.told == "hit 1 of 3"
    assert walk.step(-1) == walk
    assert walk.step(1).current.passage.text == "two"
    assert walk.step(9).told == "hit 3 of 3"


def test_a_passage_is_opened_at_the_sentence_that_answers() -> None:
    found = hit("Nothing is said here. The softmax saturates. So it ends.")
    assert target_of(found, "softmax") == Target(3, "The softmax saturates.", 7)


def test_a_highlight_is_opened_as_it_stands_and_a_note_on_no_page() -> None:
    assert target_of(hit("A quote.\nwith a comment", PassageKind.ANNOTATION), "comment") == Target(
        3, "A quote.\nwith a comment", 7
    )
    assert target_of(hit("A note.", PassageKind.NOTE, None), "note") is None
