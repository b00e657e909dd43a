"""A paper at a glance, without opening it."""

from desk import Desk, put_paper

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Stay
from paperlab.index.catalog import SectionEntry
from paperlab.services.previewing import Previewing, section_progress


def test_a_preview_tells_of_sections_note_and_marks(desk: Desk) -> None:
    key = put_paper(desk)
    desk.library.record_reading(key, Stay(at=desk.now(), edition="v7", page_index=0, page_count=2, seconds=60))
    desk.annotating.highlight(key, "square root of the key dimension")
    desk.annotating.highlight(key, "stack of six layers", comment="six")
    desk.noting.append(key, "Remember the scaling.")

    preview = Previewing(desk.library, lambda: desk.store).preview(key)

    assert [(section.title, section.share) for section in preview.sections] == [("1 Section", 0.5), ("2 Section", 0.0)]
    assert preview.note.strip() == "Remember the scaling."
    assert [mark.annotation.comment for mark in preview.marks] == ["six", ""]


def test_a_paper_that_is_not_there_has_an_empty_preview(desk: Desk) -> None:
    preview = Previewing(desk.library, lambda: desk.store).preview(PaperKey("nobody"))
    assert (preview.sections, preview.note, preview.marks) == ((), "", ())


def test_sections_of_the_highest_level_share_the_page_where_one_ends() -> None:
    headings = (
        SectionEntry("1", 1, 0, 0),
        SectionEntry("1.1", 2, 1, 3),
        SectionEntry("2", 1, 2, 7),
        SectionEntry("3", 1, 2, 9),
    )
    assert [(s.title, s.page_index, s.share) for s in section_progress(headings, 4, {0, 2})] == [
        ("1", 0, 2 / 3),
        ("2", 2, 1.0),
        ("3", 2, 0.5),
    ]
    assert section_progress((), 0, ()) == ()
