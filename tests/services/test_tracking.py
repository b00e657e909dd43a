from datetime import timedelta

import pytest
from desk import Desk, put_paper

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Depth, Status, Stay
from paperlab.errors import UsageError


def test_totals_equal_the_journal(desk: Desk) -> None:
    key = put_paper(desk)
    start = desk.now()
    for page, seconds in ((0, 60), (0, 30), (1, 2), (1, 500)):
        desk.library.record_reading(key, Stay(at=start, edition="v7", page_index=page, page_count=2, seconds=seconds))
    desk.library.record_reading(
        key, Stay(at=start + timedelta(days=1), edition="v7", page_index=0, page_count=2, seconds=10)
    )

    totals = desk.tracking.totals()

    assert totals.seconds == 60 + 30 + 0 + 120 + 10
    assert totals.pages == 2
    assert [(day.pages, day.seconds) for day in totals.days] == [(2, 210), (1, 10)]
    assert totals.by_paper[0].progress == 1.0


def test_opening_and_leafing_never_make_a_paper_read(desk: Desk) -> None:
    key = put_paper(desk)
    desk.library.record_reading(key, Stay(at=desk.now(), edition="v7", page_index=1, page_count=2, seconds=4.9))
    totals = desk.tracking.totals()
    assert (totals.seconds, totals.pages) == (0, 0)
    assert desk.tracking.state(key).status is Status.UNREAD
    assert desk.tracking.state(key).position is not None


def test_a_declaration_changes_only_what_it_names(desk: Desk) -> None:
    key = put_paper(desk)
    desk.tracking.declare([key], Status.READ, Depth.UNDERSTOOD)
    desk.tracking.declare([key], Status.READING)
    state = desk.tracking.state(key)
    assert (state.status, state.depth) == (Status.READING, Depth.UNDERSTOOD)
    with pytest.raises(UsageError):
        desk.tracking.declare([key], Status.UNREAD, Depth.READ)


def test_tags_are_put_on_once_and_taken_off(desk: Desk) -> None:
    key = put_paper(desk, tags=("old",))
    desk.tracking.tag([key], add=["new", "new", "old"], remove=["old"])
    assert desk.library.read(key).tags == ("new",)


def test_a_list_counts_what_is_declared_read(desk: Desk) -> None:
    first, second = put_paper(desk), put_paper(desk, "1810.04805", title="BERT")
    for key in (first, second):
        desk.library.add_to_list("ladder", key, "t")
    desk.tracking.declare([second], Status.READ)
    (ladder,) = desk.tracking.totals().lists
    assert (ladder.name, ladder.items, ladder.done) == ("ladder", 2, 1)


def test_a_declaration_is_taken_back_and_its_line_stays(desk: Desk) -> None:
    first, second = put_paper(desk), put_paper(desk, "1810.04805", title="BERT")
    desk.tracking.declare([first], Status.READING)
    change = desk.tracking.declare([first, second], Status.READ, Depth.SKIMMED)
    change.undo()
    states = [desk.tracking.state(key) for key in (first, second)]
    assert [(state.status, state.depth) for state in states] == [(Status.READING, None), (Status.UNREAD, None)]
    assert (change.what, change.keys) == ("2 papers: read, skimmed", (first, second))
    assert '"read"' in (desk.library.folder(first) / "reading.jsonl").read_text()


def test_undone_tags_are_as_before_and_leave_what_others_added_since(desk: Desk) -> None:
    key = put_paper(desk, tags=("old", "kept"))
    change = desk.tracking.tag([key], add=["new"], remove=["old"])
    change.undo()
    assert desk.library.read(key).tags == ("old", "kept")
    change = desk.tracking.tag([key], add=["new"], remove=["old"])
    desk.tracking.tag([key], add=["theirs"])
    change.undo()
    assert desk.library.read(key).tags == ("kept", "theirs", "old")


def test_totals_tell_of_tags_pace_and_what_is_left(desk: Desk) -> None:
    first, second = put_paper(desk, tags=("nlp", "old")), put_paper(desk, "1810.04805", title="BERT", tags=("nlp",))
    for key in (first, second):
        desk.library.add_to_list("ladder", key, "t")
    start = desk.now()
    for page in range(4):
        at = start + timedelta(days=page)
        desk.library.record_reading(
            first, Stay(at=at, edition="v7", page_index=page, page_count=8, seconds=50 + 20 * page)
        )
    desk.annotating.highlight(second, "six layers")

    totals = desk.tracking.totals()

    assert totals.pace_s == (50 + 70 + 90 + 110) / 4 == 80
    assert [(tag.tag, tag.papers, tag.seconds) for tag in totals.tags] == [("nlp", 2, 320), ("old", 1, 320)]
    pages = {summary.key: (summary.pages, summary.progress) for summary in desk.shelf.summaries()}
    left = {key: 80 * count * (1 - share) for key, (count, share) in pages.items()}
    assert {paper.key: paper.left_s for paper in totals.by_paper} == {first: left[first]}
    assert totals.lists[0].left_s == sum(left.values())
    assert totals.tags[1].left_s == left[first]
    assert sum(day.marks for day in totals.days) == 1
    desk.tracking.declare([first], Status.READ)
    assert desk.tracking.totals().tags[1].left_s == 0
    assert sum(day.finished for day in desk.tracking.totals().days) == 1


def test_papers_of_a_list_whose_pages_are_not_known_are_told_apart(desk: Desk) -> None:
    key = put_paper(desk)
    desk.library.add_to_list("ladder", key, "t")
    desk.library.add_to_list("ladder", PaperKey("2005.14165"), "not here")
    (ladder,) = desk.tracking.totals().lists
    assert (ladder.items, ladder.unknown, ladder.left_s) == (2, 1, None)
