from datetime import timedelta

import pytest
from desk import Desk, parsed_pdf, put_paper

from paperlab.domain.progress import Depth, Status, Stay
from paperlab.errors import AmbiguousKey, NothingFound, UnknownPaper


def test_a_summary_tells_what_the_files_and_the_index_know(desk: Desk) -> None:
    key = put_paper(desk, tags=("nlp",))
    desk.library.record_reading(key, Stay(at=desk.now(), edition="v7", page_index=0, page_count=2, seconds=60))
    desk.tracking.declare([key], Status.READING, Depth.SKIMMED)
    desk.annotating.highlight(key, "square root of the key dimension")
    desk.noting.append(key, "Remember the scaling.")

    (summary,) = desk.shelf.summaries()

    assert (summary.key, summary.pages, summary.progress, summary.annotations) == (key, 2, 0.5, 1)
    assert (summary.status, summary.depth, summary.tags, summary.has_notes) == (
        Status.READING,
        Depth.SKIMMED,
        ("nlp",),
        True,
    )


def test_summaries_are_fresh_after_each_change_and_after_a_removal(desk: Desk) -> None:
    key = put_paper(desk)
    assert desk.shelf.summaries()[0].title == "Attention Is All You Need"
    record = desk.library.folder(key) / "paper.toml"
    record.write_text(record.read_text().replace("Attention Is All You Need", "Something else"))
    assert desk.shelf.summaries()[0].title == "Something else"
    record.unlink()
    assert desk.shelf.summaries() == ()


def test_filters_add_up(desk: Desk) -> None:
    first = put_paper(desk, "1706.03762", tags=("nlp",))
    second = put_paper(desk, "1810.04805", title="BERT", tags=("nlp",))
    desk.tracking.declare([second], Status.READ)

    assert {s.key for s in desk.shelf.summaries(tag="nlp")} == {first, second}
    assert [s.key for s in desk.shelf.summaries(Status.READ, "nlp")] == [second]
    assert desk.shelf.summaries(tag="vision") == ()
    with pytest.raises(NothingFound):
        desk.shelf.summaries(list_name="none")


def test_the_last_added_comes_first(desk: Desk) -> None:
    put_paper(desk, "1706.03762")
    put_paper(desk, "1810.04805", title="BERT")
    assert [str(s.key) for s in desk.shelf.summaries()] == ["1810.04805", "1706.03762"]


@pytest.mark.parametrize(
    "text",
    ["1706.03762", "arXiv:1706.03762v5", "https://arxiv.org/pdf/1706.03762", "1706", "attention is", "KEY170603762"],
)
def test_a_paper_answers_to_its_id_its_citation_key_and_beginnings(desk: Desk, text: str) -> None:
    key = put_paper(desk)
    put_paper(desk, "1810.04805", title="BERT")
    assert desk.shelf.resolve(text) == key


def test_an_ambiguous_beginning_names_the_candidates(desk: Desk) -> None:
    put_paper(desk, "1706.03762", title="Attention one")
    put_paper(desk, "1706.00001", title="Attention two")
    with pytest.raises(AmbiguousKey, match=r"1706\.00001.*1706\.03762"):
        desk.shelf.resolve("attention")


def test_an_unknown_id_hints_at_adding_it(desk: Desk) -> None:
    with pytest.raises(UnknownPaper) as caught:
        desk.shelf.resolve("1810.04805")
    assert "paperlab add 1810.04805" in caught.value.hint


def test_a_damaged_record_costs_one_paper(desk: Desk) -> None:
    key = put_paper(desk, "1706.03762")
    put_paper(desk, "1810.04805", title="BERT")
    (desk.library.folder(key) / "paper.toml").write_text("title = ")
    summaries, damaged = desk.shelf.survey()
    assert [str(s.key) for s in summaries] == ["1810.04805"]
    assert list(damaged) == [key]


def test_progress_of_another_edition_is_rescaled(desk: Desk) -> None:
    key = put_paper(desk)
    at = desk.now() + timedelta(hours=1)
    desk.library.record_reading(key, Stay(at=at, edition="v5", page_index=0, page_count=4, seconds=30))
    assert desk.shelf.summaries()[0].progress == 0.25


def test_a_glance_shows_the_papers_added_last_and_counts_all(desk: Desk) -> None:
    assert desk.shelf.glance(2) == ((), 0)
    for name in ("1706.03762", "1810.04805", "2005.14165"):
        put_paper(desk, name)
    desk.shelf.summaries()
    shown, number = desk.shelf.glance(2)
    assert ([str(summary.key) for summary in shown], number) == (["2005.14165", "1810.04805"], 3)


def test_what_was_known_is_told_without_a_look_until_one_is_taken(desk: Desk) -> None:
    first, second = put_paper(desk, "1706.03762"), put_paper(desk, "1810.04805")
    desk.shelf.summaries()
    desk.tracking.declare([first, second], Status.READ)
    assert {summary.status for summary in desk.shelf.summaries(is_fresh=False)} == {Status.UNREAD}
    before = desk.shelf.changes
    desk.shelf.look([first])
    desk.shelf.look([first])
    assert desk.shelf.changes == before + 1
    assert [summary.key for summary in desk.shelf.summaries(Status.READ, is_fresh=False)] == [first]
    assert {summary.status for summary in desk.shelf.summaries()} == {Status.READ}


def test_a_paper_taken_away_and_one_that_came_are_seen_by_a_look(desk: Desk) -> None:
    first = put_paper(desk, "1706.03762")
    desk.shelf.summaries()
    (desk.library.folder(first) / "paper.toml").unlink()
    second = put_paper(desk, "1810.04805")
    desk.shelf.look([first, second])
    assert [summary.key for summary in desk.shelf.summaries(is_fresh=False)] == [second]


def test_pages_that_become_known_later_are_seen(desk: Desk) -> None:
    key = put_paper(desk)
    desk.shelf.summaries()
    other = Desk(desk.library.root)  # another process parses the paper anew
    paper = desk.library.read(key)
    assert paper.newest is not None
    other.indexing.put(paper, paper.newest, parsed_pdf(("One.", "Two.", "Three.")))
    other.shelf.summaries()
    assert desk.shelf.summaries()[0].pages == 3
