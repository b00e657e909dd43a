"""The workbench of frozen values keeps to what the real services do: one set of tests runs on both."""

from collections.abc import Callable
from dataclasses import replace
from inspect import signature
from typing import Any

import pytest
from desk import TEXTS, Desk, parsed_pdf, put_paper

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PassageKind, SearchMode
from paperlab.domain.progress import Depth, Position, Status, Stay
from paperlab.domain.steps import Abandoned
from paperlab.errors import ChangedOutside, NothingFound, PaperlabError, UnknownPaper
from paperlab.library.marked import remember_marks
from paperlab.services.adding import Adding
from paperlab.services.annotating import Selected
from paperlab.services.exporting import ExportFormat
from paperlab.services.offering import MarksOffer
from paperlab.services.resuming import OpenJob
from paperlab.services.taking_over import TakingOver
from paperlab.services.updating import Updating

KEY = PaperKey("1706.03762")


@pytest.fixture(params=["real", "frozen"])
def room(request: pytest.FixtureRequest, tmp_path: Any, bench: Any) -> Any:
    """One paper in each."""
    if request.param == "real":
        desk = Desk(tmp_path / "library")
        put_paper(desk, KEY.value)
        return desk
    bench.papers = {KEY: bench.papers[KEY]}
    bench.blocks = parsed_pdf().blocks
    bench.journal, bench.marks, bench.notes = {}, {}, {}
    return bench


def test_summaries_tell_of_status_tags_and_marks(room: Any) -> None:
    room.tracking.declare([KEY], Status.READ, Depth.SKIMMED)
    room.tracking.tag([KEY], ["nlp", "later"], ())
    room.tracking.tag([KEY], (), ["later"])
    room.annotating.highlight(KEY, "divided by the square root", page_index=0)
    room.noting.save(KEY, "text\n", based_on=room.noting.read(KEY))
    (summary,) = room.shelf.summaries()
    assert (summary.status, summary.depth, summary.annotations, summary.has_notes) == (
        Status.READ,
        Depth.SKIMMED,
        1,
        True,
    )
    assert "nlp" in summary.tags
    assert "later" not in summary.tags
    assert room.shelf.summaries(status=Status.UNREAD) == ()
    assert len(room.shelf.summaries(tag="nlp")) == 1


def test_a_paper_opens_where_it_was_left(room: Any, clock: Callable[[], float]) -> None:  # noqa: ARG001
    paper = room.reading.open(KEY)
    assert [block.text for block in paper.blocks] == [block.text for block in parsed_pdf().blocks]
    assert [entry.title for entry in paper.outline] == ["1 Section", "2 Section"]
    at = max(edition.fetched for edition in paper.paper.editions)
    stay = Stay(
        at=at, edition=paper.edition, page_index=1, page_count=paper.page_count, seconds=30.0, quote="The encoder"
    )
    room.reading.record_stay(KEY, stay)
    position = room.reading.open(KEY).position
    assert position is not None
    assert (position.page_index, position.quote) == (1, "The encoder")
    assert room.tracking.state(KEY).pages_read(paper.edition) == {1}


def test_an_unknown_paper_is_an_error(room: Any) -> None:
    with pytest.raises(UnknownPaper):
        room.reading.open(PaperKey("nobody"))


def test_marks_are_made_listed_and_removed(room: Any) -> None:
    made = room.annotating.highlight(KEY, "stack of six layers", page_index=1, comment="six")
    assert [(mark.id, mark.quote, mark.comment, mark.page_index) for mark in room.annotating.of(KEY)] == [
        (made.id, "stack of six layers", "six", 1)
    ]
    with pytest.raises(NothingFound):
        room.annotating.highlight(KEY, "nowhere in this paper", page_index=0)
    room.annotating.remove(made.id, KEY)
    assert room.annotating.of(KEY) == ()


def test_several_marks_are_made_and_taken_back_at_once(room: Any) -> None:
    kept = room.annotating.highlight(KEY, "residual connections", page_index=1)
    change = room.annotating.highlight_all(
        KEY, [Selected("flat regions", 0), Selected("six layers", 1)], color="red", comment="both"
    )
    assert {(mark.quote, mark.color, mark.comment) for mark in room.annotating.of(KEY) if mark.id != kept.id} == {
        ("flat regions", "red", "both"),
        ("six layers", "red", ""),
    }
    change.undo()
    assert [mark.id for mark in room.annotating.of(KEY)] == [kept.id]


def test_a_mark_is_placed_by_hand_and_that_taken_back(room: Any) -> None:
    made = room.annotating.highlight(KEY, "stack of six layers", page_index=1)
    (mark,) = room.annotating.placements(KEY)
    assert (mark.annotation.id, mark.is_placed, mark.page_index) == (made.id, True, 1)
    assert room.annotating.unplaced(KEY) == ()
    change = room.annotating.place(made.id, "residual connections", KEY, page_index=1)
    (placed,) = room.annotating.of(KEY)
    assert (placed.id, placed.quote, placed.created) == (made.id, "residual connections", made.created)
    assert placed.prefix.endswith("two sublayers with ")
    change.undo()
    assert [mark.quote for mark in room.annotating.of(KEY)] == ["stack of six layers"]
    with pytest.raises(NothingFound):
        room.annotating.place(made.id, "nowhere in this paper", KEY)


def test_a_paper_is_found_by_key_and_citation_key(room: Any) -> None:
    (summary,) = room.shelf.summaries()
    assert room.shelf.resolve(KEY.value) == room.shelf.resolve(summary.citekey) == KEY
    with pytest.raises(UnknownPaper):
        room.shelf.resolve("nobody")


def test_a_rescued_note_is_merged(room: Any) -> None:
    room.noting.save(KEY, "one\ntwo\n", based_on="")
    assert room.noting.rescue(KEY, "zero\none\ntwo\n", based_on="one\ntwo\n") is None
    assert room.noting.rescue(KEY, "one\ntwo\nthree\n", based_on="one\ntwo\n") is None
    assert room.noting.read(KEY) == "zero\none\ntwo\nthree\n"
    assert room.noting.drafts(KEY) == ()


def test_a_note_is_never_overwritten(room: Any) -> None:
    assert room.noting.read(KEY) == ""
    room.noting.save(KEY, "one", based_on="")
    room.noting.save(KEY, "one", based_on="whatever")
    with pytest.raises(ChangedOutside):
        room.noting.save(KEY, "mine", based_on="")
    assert room.noting.read(KEY) == "one"
    assert issubclass(ChangedOutside, PaperlabError)


def test_search_gives_passages_with_their_blocks_and_notes(room: Any) -> None:
    room.noting.save(KEY, "My softmax note.\n", based_on="")
    answer = room.searching.search("softmax", mode=SearchMode.WORDS, limit=5)
    kinds = {hit.passage.kind for hit in answer.hits}
    assert kinds == {PassageKind.PASSAGE, PassageKind.NOTE}
    passage = next(hit.passage for hit in answer.hits if hit.passage.kind is PassageKind.PASSAGE)
    assert passage.text == TEXTS[0]
    assert room.reading.open(KEY).blocks[passage.first_block].text.startswith("Dot products")
    assert passage.pages == (0, 0)
    note = next(hit.passage for hit in answer.hits if hit.passage.kind is PassageKind.NOTE)
    assert note.pages is None
    only = room.searching.search("softmax", mode=SearchMode.WORDS, kinds=frozenset({PassageKind.NOTE}))
    assert [hit.passage.kind for hit in only.hits] == [PassageKind.NOTE]


def test_a_query_says_of_what_papers_and_a_hint_what_kept_all_out(room: Any) -> None:
    (summary,) = room.shelf.summaries()
    assert "autor: is no field" in room.searching.search("softmax autor:x", mode=SearchMode.WORDS).warning
    assert room.searching.search(f"softmax key:{summary.key}", mode=SearchMode.WORDS).hits
    answer = room.searching.search(f"softmax -key:{summary.key}", mode=SearchMode.WORDS)
    assert (answer.hits, f"-key:{summary.key}" in answer.hint) == ((), True)


def test_an_action_is_a_step_and_an_editor_is_given_the_path_of_the_notes(room: Any) -> None:
    with room.library.history.step() as step:
        step.did = "what was done"
        assert room.noting.edit(KEY, lambda path: path) == room.noting.path(KEY)


def test_bookmarks_are_kept(room: Any) -> None:
    position = Position("v7", 1, "The encoder")
    room.reading.bookmark(KEY, "a", Position("v7", 0, "Dot"))
    room.reading.bookmark(KEY, "a", position)
    assert dict(room.reading.open(KEY).state.bookmarks) == {"a": position}


def test_entries_are_known_by_id_and_title(room: Any) -> None:
    title = room.shelf.paper(KEY).title
    known, named, other = room.citing.identify([f"[1] A. Author. {title}. 2017.", "[2] B. arXiv:1409.0473 2014.", "C."])
    assert (known.key, known.title, named.key, other.key) == (KEY, title, None, None)
    assert str(named.arxiv_id) == "1409.0473"
    assert other.arxiv_id is None


def test_what_was_known_is_told_until_somebody_looks(room: Any) -> None:
    room.shelf.summaries()
    before = room.shelf.changes
    room.tracking.declare([KEY], Status.READ)
    assert room.shelf.summaries(is_fresh=False)[0].status is Status.UNREAD
    assert room.shelf.known(KEY).status is Status.UNREAD
    room.shelf.look([KEY])
    room.shelf.look()
    assert room.shelf.changes == before + 1
    assert room.shelf.summaries(is_fresh=False)[0].status is Status.READ
    shown, count = room.shelf.glance(5)
    assert ([summary.key for summary in shown], count) == ([KEY], 1)
    assert room.shelf.known(PaperKey("nobody")) is None


def test_a_search_keeps_to_its_scope_and_is_given_up(room: Any) -> None:
    room.shelf.summaries()
    search = room.searching.search
    assert search("softmax", mode=SearchMode.WORDS, paper=KEY, is_fresh=False).hits
    assert not search("softmax", mode=SearchMode.WORDS, paper=PaperKey("nobody"), is_fresh=False).hits
    assert not search("softmax", mode=SearchMode.WORDS, status=Status.READ, is_fresh=False).hits
    assert search("softmax", mode=SearchMode.WORDS, status=Status.UNREAD, is_fresh=False).hits
    with pytest.raises(Abandoned):
        search("softmax", mode=SearchMode.WORDS, is_fresh=False, is_wanted=lambda: False)
    room.searching.take_in()


def test_a_preview_tells_of_sections_note_and_marks(room: Any) -> None:
    room.annotating.highlight(KEY, "stack of six layers", page_index=1, comment="six")
    room.noting.save(KEY, "text\n", based_on="")
    preview = room.previewing.preview(KEY)
    assert [section.title for section in preview.sections] == ["1 Section", "2 Section"]
    assert {section.share for section in preview.sections} == {0.0}
    assert (preview.key, preview.note, [mark.annotation.comment for mark in preview.marks]) == (KEY, "text\n", ["six"])


def test_lists_are_told_with_what_is_done(room: Any) -> None:
    for state in room.guiding.overview():
        assert 0 <= state.done <= state.items
        assert room.shelf.summaries(list_name=state.name, is_fresh=False) is not None
    assert room.guiding.next_up() is None
    assert room.guiding.unreadable() == ()


def test_totals_and_export(room: Any, tmp_path: Any) -> None:
    room.tracking.declare([KEY], Status.READING)
    totals = room.tracking.totals()
    assert (totals.papers, totals.by_status[Status.READING], len(totals.reading)) == (1, 1, 1)
    (file,) = room.exporting.export(ExportFormat.MARKDOWN, [KEY], output=tmp_path / "exports")
    assert file.path.parent == tmp_path / "exports"
    assert file.path.suffix == ".md"


def test_what_is_taken_back_is_told_by_file(room: Any, tmp_path: Any) -> None:
    (file,) = room.exporting.export(ExportFormat.MARKDOWN, [KEY], output=tmp_path / "exports")
    (outcome,) = room.importing.take_back([file.path])
    assert (outcome.path, outcome.taken, outcome.left, outcome.error) == (file.path, (), (), None)


def test_holdings_tell_of_papers_and_their_pdfs(room: Any) -> None:
    assert room.shelf.holdings([KEY, PaperKey("nobody")]) == {KEY: True}


def test_a_watch_tells_of_nothing_where_nothing_has_changed(room: Any) -> None:
    room.shelf.summaries()
    assert not room.watching.news()
    assert not room.watching.news([KEY])


def test_related_papers_come_with_passages_of_both(room: Any) -> None:
    other = PaperKey("1810.04805")
    with pytest.raises(NothingFound):
        room.relating.related(PaperKey("nobody"))
    if isinstance(room, Desk):
        put_paper(room, other.value, title="BERT")
    else:
        room.papers[other] = replace(room.papers[KEY], key=other, title="BERT")
    found = room.relating.related(KEY, limit=5, reasons=1)
    assert found.paper == KEY
    (near,) = found.papers
    assert (near.rank, near.key, near.title) == (1, other, "BERT")
    assert 0 < near.score <= 1
    (reason,) = near.reasons
    assert (reason.here.paper, reason.there.paper) == (KEY, other)
    assert reason.there.pages is not None
    assert reason.there.first_block is not None
    assert 0 < reason.likeness <= 1.001


def test_editions_are_compared_by_name(room: Any, tmp_path: Any) -> None:
    if isinstance(room, Desk):
        with pytest.raises(NothingFound):
            room.comparing.compare(KEY)
        (tmp_path / "v1.pdf").write_bytes(b"%PDF-1.7 v1")
        edition = room.library.add_edition(KEY, "v1", tmp_path / "v1.pdf", room.now())
        room.library.change(KEY, lambda paper: replace(paper, editions=(edition, *paper.editions)))
        room.parse.answers[b"%PDF-1.7 v1"] = parsed_pdf(("Nothing of that was said before.", *TEXTS[1:]))
    first, last = (edition.name for edition in room.shelf.paper(KEY).editions)
    steps: list[object] = []
    found = room.comparing.compare(KEY, None, None, steps.append)
    assert (found.key, found.older, found.newer) == (KEY, first, last)
    assert list(found.differences.changes)
    assert steps
    assert not room.comparing.compare(KEY, last, last).differences
    with pytest.raises(NothingFound, match="has no edition"):
        room.comparing.compare(KEY, "v99")


def test_newer_editions_are_asked_for_in_the_same_way(bench: Any) -> None:
    assert list(signature(bench.check).parameters) == [n for n in signature(Updating.check).parameters if n != "self"]


def test_a_library_with_a_paper_is_not_new(room: Any) -> None:
    assert not room.starting.is_new()


def test_open_jobs_are_begun_kept_and_ended(room: Any) -> None:
    assert room.resuming.begin() == ()
    room.resuming.keep((OpenJob("add", "1706.03762"),))
    room.resuming.end()


def test_marks_of_other_programs_are_offered_and_taken_over_in_the_same_way(room: Any, bench: Any) -> None:
    assert room.offering.offer(KEY) is None
    frozen, real = signature(bench.of_paper), signature(TakingOver.of_paper)
    assert list(frozen.parameters) == [name for name in real.parameters if name != "self"]


def test_an_offer_names_the_paper_and_counts(room: Any) -> None:
    if isinstance(room, Desk):
        edition = room.library.read(KEY).editions[0]
        remember_marks(room.library.derived, edition.sha256, 3)
    else:
        room.marks_in_pdf = 3
    (summary,) = room.shelf.summaries()
    assert room.offering.offer(KEY) == MarksOffer(KEY, summary.title, 3)


def test_arxiv_is_asked_in_the_same_way(bench: Any) -> None:
    frozen, real = signature(bench.search_arxiv), signature(Adding.search_arxiv)
    assert list(frozen.parameters) == [name for name in real.parameters if name != "self"]
