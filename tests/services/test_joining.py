"""Two records of one work become one, and nothing of either is lost."""

import json
from dataclasses import replace
from threading import Thread

import pytest
from desk import TEXTS, Desk, put_paper

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.bibliography import entry_of
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Declaration, Status, Stay, add_up
from paperlab.errors import LibraryError, UsageError
from paperlab.services.joining import Joining

ATTENTION, OTHER = PaperKey("1706.03762"), PaperKey("vaswani-nips")


@pytest.fixture
def joining(desk: Desk) -> Joining:
    return Joining(desk.library, desk.indexing, lambda: desk.store)


@pytest.fixture
def both(desk: Desk) -> Desk:
    """A paper of arXiv, v7, and the same work from elsewhere, with a PDF of its own, notes, marks, a journal."""
    put_paper(desk, tags=("a",))
    entry = entry_of("inproceedings", {"booktitle": "NIPS"})
    put_paper(desk, "vaswani-nips", citekey="nips17", tags=("b",), entry=entry, doi="10.1/x", texts=TEXTS[:1])
    desk.library.append_note(ATTENTION, "Mine.")
    desk.library.append_note(OTHER, "Also mine.")
    desk.library.annotate(OTHER, mark(desk, "m1"))
    desk.library.record_reading(
        OTHER, Stay(at=desk.now(), edition="v7", page_index=0, page_count=9, seconds=60, quote="")
    )
    desk.library.record_reading(OTHER, Declaration(at=desk.now(), status=Status.READING))
    (desk.library.root / "lists" / "l.toml").write_text(
        'title = "L"\n[[items]]\npaper = "vaswani-nips" # why\ntitle = "A"\n'
        '[[items]]\npaper = "x"\ntitle = "B"\nafter = ["vaswani-nips"]\n'
    )
    return desk


def mark(desk: Desk, name: str) -> Annotation:
    now = desk.now()
    return Annotation(
        id=name, kind=AnnotationKind.HIGHLIGHT, edition="v7", page_index=0, quote="q", created=now, updated=now
    )


def test_all_that_the_other_paper_has_goes_over(both: Desk, joining: Joining) -> None:
    joined = joining.join(ATTENTION, OTHER)
    library = both.library
    paper = library.read(ATTENTION)
    assert library.keys() == (ATTENTION,)
    assert (paper.citekey, paper.tags, paper.doi) == ("key170603762", ("a", "b"), "10.1/x")
    assert (paper.entry.kind, paper.entry.get("booktitle"), paper.entry.get("ids")) == (
        "inproceedings",
        "NIPS",
        "nips17",
    )
    assert [edition.name for edition in paper.editions] == ["v1", "v7"], "the newest of arXiv stays the newest"
    assert library.edition_path(ATTENTION, paper.editions[0]).read_bytes() == b"%PDF-1.7 vaswani-nips"
    assert library.read_notes(ATTENTION) == "Mine.\n\nAlso mine.\n"
    assert [(m.id, m.edition) for m in library.annotations(ATTENTION)] == [("m1", "v1")]
    state = add_up(library.reading(ATTENTION))
    assert (state.status, state.page_seconds) == (Status.READING, {("v1", 0): 60.0})
    assert (joined.kept / "paper" / "notes.md").read_text() == "Also mine.\n"
    assert (joined.kept / "before" / "notes.md").read_text() == "Mine.\n"


def test_its_names_lead_to_the_paper_from_now_on(both: Desk, joining: Joining) -> None:
    joining.join(ATTENTION, OTHER)
    assert both.shelf.resolve("vaswani-nips") == both.shelf.resolve("nips17") == ATTENTION
    first, second = both.library.list("l").items
    assert (first.paper, second.after) == ("1706.03762", ("1706.03762",))
    assert "# why" in (both.library.root / "lists" / "l.toml").read_text()
    assert both.indexing.status().orphans == ()


def test_the_same_bytes_are_the_same_edition(desk: Desk, joining: Joining) -> None:
    put_paper(desk)
    put_paper(desk, "twin")
    pdf = desk.library.folder(ATTENTION) / "v7.pdf"
    (desk.library.folder(PaperKey("twin")) / "v7.pdf").unlink()
    edition = desk.library.add_edition(PaperKey("twin"), "v1", pdf, desk.now())
    desk.library.change(PaperKey("twin"), lambda paper: replace(paper, editions=(edition,)))
    desk.library.annotate(PaperKey("twin"), replace(mark(desk, "m"), edition="v1"))
    joined = joining.join(ATTENTION, PaperKey("twin"))
    assert [edition.name for edition in joined.paper.editions] == ["v7"]
    assert desk.library.annotations(ATTENTION)[0].edition == "v7"


def test_who_is_cut_off_merges_again(both: Desk, joining: Joining) -> None:
    blocker = both.library.root / "merged" / "vaswani-nips" / "before"
    blocker.parent.mkdir(parents=True)
    lists = both.library.root / "lists" / "l.toml"
    good = lists.read_text()
    lists.write_text('title = "vaswani-nips')  # the last steps cannot be taken
    with pytest.raises(LibraryError):
        joining.join(ATTENTION, OTHER)
    assert both.library.has(OTHER)
    lists.write_text(good)
    joining.join(ATTENTION, OTHER)
    library = both.library
    assert library.read_notes(ATTENTION) == "Mine.\n\nAlso mine.\n"
    assert [edition.name for edition in library.read(ATTENTION).editions] == ["v1", "v7"]
    lines = (library.folder(ATTENTION) / "reading.jsonl").read_text().splitlines()
    assert len(lines) == 2
    assert {json.loads(line)["type"] for line in lines} == {"stay", "declared"}
    assert (blocker / "notes.md").read_text() == "Mine.\n", "as it was before the first try"


def test_what_is_written_while_a_merge_waits_for_the_paper_stays(both: Desk, joining: Joining) -> None:
    with both.library.lock(f"paper-{ATTENTION}"):
        merging = Thread(target=joining.join, args=(ATTENTION, OTHER))
        merging.start()
        merging.join(0.2)  # it stands before the lock
        both.library.change(ATTENTION, lambda paper: replace(paper, tags=(*paper.tags, "late")))
    merging.join()
    assert both.library.read(ATTENTION).tags == ("a", "late", "b")


def test_a_former_key_goes_before_the_beginning_of_others(desk: Desk, joining: Joining) -> None:
    for name in ("one", "one2", "three"):
        put_paper(desk, name)
    joining.join(PaperKey("three"), PaperKey("one"))
    assert desk.shelf.resolve("one") == PaperKey("three")
    assert desk.shelf.resolve("on") == PaperKey("one2")


def test_a_name_leads_on_through_several_merges(desk: Desk, joining: Joining) -> None:
    for name in ("one", "two", "three"):
        put_paper(desk, name)
    joining.join(PaperKey("two"), PaperKey("one"))
    joining.join(PaperKey("three"), PaperKey("two"))
    assert desk.shelf.resolve("one") == PaperKey("three")


def test_what_is_no_one_work_is_refused(desk: Desk, joining: Joining) -> None:
    put_paper(desk)
    put_paper(desk, "1810.04805")
    put_paper(desk, "other")
    with pytest.raises(UsageError, match="one paper"):
        joining.join(ATTENTION, ATTENTION)
    with pytest.raises(UsageError, match="two works"):
        joining.join(ATTENTION, PaperKey("1810.04805"))
    with pytest.raises(UsageError) as refused:
        joining.join(PaperKey("other"), ATTENTION)
    assert "paperlab merge 1706.03762 other" in refused.value.hint


def test_pairs_that_may_be_one_work_are_told_by_doi_and_by_title(desk: Desk, joining: Joining) -> None:
    put_paper(desk, "a", title="Some Paper", doi="10.1/X")
    put_paper(desk, "b", title="Another Paper", doi="10.1/x")
    put_paper(desk, "c", title="Attention: is all you need")
    put_paper(desk)
    put_paper(desk, "d", title="Attention Is All You Need", authors=("Someone Else",))
    pairs = [(str(double.first.key), str(double.second.key), double.reason) for double in joining.doubles()]
    assert pairs == [("a", "b", "has the same DOI"), ("1706.03762", "c", "has the same title")]
    findings = [finding for finding in desk.checking.findings() if "merge" in finding.hint]
    assert [finding.place for finding in findings] == ["b", "c"]


def test_a_merged_papers_folder_is_never_taken_for_a_paper(both: Desk, joining: Joining) -> None:
    joining.join(ATTENTION, OTHER)
    put_paper(both, "vaswani-nips", title="Again")
    assert both.shelf.resolve("vaswani-nips") == OTHER, "what is there goes before what was there"
    joined = joining.join(ATTENTION, OTHER)
    assert joined.kept.name == "vaswani-nips~2"
