"""Adding against an arXiv on the loopback: metadata and PDFs are served, the parser is a stand-in."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from arxiv_on_loopback import ArxivOnLoopback
from desk import Desk, parsed_pdf
from pytest_httpserver import HTTPServer

from paperlab.domain.blocks import TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.steps import Stage, Step
from paperlab.services.adding import Adding
from paperlab.services.intake import AddOutcome, AddStatus
from paperlab.sources.arxiv_api import ArxivSource
from paperlab.sources.download import Downloader, Limits
from paperlab.sources.pace import Pace

ATTENTION = PaperKey("1706.03762")


@pytest.fixture
def arxiv(httpserver: HTTPServer) -> ArxivOnLoopback:
    return ArxivOnLoopback(httpserver)


@pytest.fixture
def adding(desk: Desk, httpserver: HTTPServer, tmp_path: Path) -> Adding:
    url = httpserver.url_for("").rstrip("/")
    pace = Pace(tmp_path / "pace", 0)
    source = ArxivSource(url, pace, timeout_s=5, user_agent="test")
    downloader = Downloader(pace, user_agent="test", limits=Limits(timeout_s=5), trusted_url=url)
    return Adding(desk.library, desk.indexing, source, downloader, desk.now)


def add(adding: Adding, *sources: str, **options) -> list[AddOutcome]:
    return list(adding.add(sources, **options))


def test_an_arxiv_id_becomes_a_record_a_pdf_and_passages(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 7, title="Attention Is All You Need", authors=["Ashish Vaswani"])

    (outcome,) = add(adding, "arXiv:1706.03762", tags=["nlp"])

    assert (outcome.status, outcome.key, outcome.edition) == (AddStatus.ADDED, ATTENTION, "v7")
    assert outcome.passages > 0
    paper = desk.library.read(ATTENTION)
    assert (paper.title, paper.citekey, paper.tags) == ("Attention Is All You Need", "vaswani2017attention", ("nlp",))
    assert desk.library.edition_path(ATTENTION, paper.newest).read_bytes() == arxiv.pdf("1706.03762", 7)
    assert desk.searching.search("square root of the key dimension").hits[0].passage.paper == ATTENTION


def test_adding_twice_asks_nobody_and_changes_nothing(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 7)
    add(adding, "1706.03762")
    before = {path: path.read_bytes() for path in desk.library.folder(ATTENTION).iterdir()}
    asked = arxiv.request_count

    (outcome,) = add(adding, "https://arxiv.org/abs/1706.03762v7")

    assert outcome.status is AddStatus.PRESENT
    assert outcome.passages > 0
    assert arxiv.request_count == asked
    assert {path: path.read_bytes() for path in desk.library.folder(ATTENTION).iterdir()} == before


def test_many_ids_are_looked_up_in_one_request(adding: Adding, arxiv: ArxivOnLoopback) -> None:
    for number in range(1, 6):
        arxiv.has(f"1706.0000{number}", 1)

    outcomes = add(adding, *(f"1706.0000{number}" for number in range(1, 6)))

    assert [outcome.status for outcome in outcomes] == [AddStatus.ADDED] * 5
    assert arxiv.query_count == 1


def test_an_older_version_joins_the_work_and_the_newest_stays_the_one_that_is_read(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.03762", 7)
    arxiv.has("1706.03762", 5)
    add(adding, "1706.03762")

    (outcome,) = add(adding, "1706.03762v5")

    assert (outcome.status, outcome.edition) == (AddStatus.ADDED, "v5")
    paper = desk.library.read(ATTENTION)
    assert [edition.name for edition in paper.editions] == ["v5", "v7"]
    assert paper.newest.name == "v7"
    assert desk.store.indexed()[ATTENTION].edition == "v7"


def test_one_unknown_id_does_not_stop_the_others_and_leaves_nothing(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.03762", 7)

    outcomes = add(adding, "2101.99999", "1713.03762", "1706.03762")

    assert [outcome.status for outcome in outcomes] == ["failed", "failed", "added"], "in the order of the sources"
    assert desk.library.keys() == (ATTENTION,)
    assert all(outcome.error for outcome in outcomes if outcome.status is AddStatus.FAILED)


def test_an_encrypted_pdf_leaves_nothing_behind(desk: Desk, adding: Adding, tmp_path: Path) -> None:
    (tmp_path / "locked.pdf").write_bytes(b"%PDF-1.7 encrypted")

    (outcome,) = add(adding, str(tmp_path / "locked.pdf"))

    assert outcome.status is AddStatus.FAILED
    assert "encrypted" in outcome.error
    assert desk.library.keys() == ()
    assert not any((desk.library.root / "papers").iterdir())


def test_a_text_file_named_pdf_is_refused(desk: Desk, adding: Adding, tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_text("Dear reader, this is no PDF.")

    (outcome,) = add(adding, str(tmp_path / "letter.pdf"))

    assert outcome.status is AddStatus.FAILED
    assert desk.library.keys() == ()


def test_a_scan_is_added_and_marked_as_having_no_text(desk: Desk, adding: Adding, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7 scan")
    desk.parse.answers[scan.read_bytes()] = parsed_pdf(layer=TextLayer.NONE)

    (outcome,) = add(adding, str(scan))

    assert outcome.status is AddStatus.ADDED
    assert "no text" in outcome.warning
    assert desk.indexing.status().without_text == (outcome.key,)


def test_a_local_pdf_gets_a_citation_key_and_is_known_again_under_another_name(
    desk: Desk, adding: Adding, tmp_path: Path
) -> None:
    (tmp_path / "one.pdf").write_bytes(b"%PDF-1.7 the same bytes")
    (tmp_path / "two.pdf").write_bytes(b"%PDF-1.7 the same bytes")

    first, second = add(adding, str(tmp_path))

    assert {first.status, second.status} == {AddStatus.ADDED, AddStatus.PRESENT}
    assert first.key == second.key
    assert desk.parse.calls == 1
    assert desk.library.read(first.key).title == "A Local Paper"


def test_what_a_killed_program_has_left_is_in_the_way_of_its_own_paper_alone(
    desk: Desk, adding: Adding, tmp_path: Path
) -> None:
    (tmp_path / "one.pdf").write_bytes(b"%PDF-1.7 one")
    (first,) = add(adding, str(tmp_path / "one.pdf"))
    left = desk.library.folder(first.key)
    (left / "paper.toml").unlink()  # killed before it was written
    (tmp_path / "two.pdf").write_bytes(b"%PDF-1.7 two")

    (other,) = add(adding, str(tmp_path / "two.pdf"))
    (again,) = add(adding, str(tmp_path / "one.pdf"))

    assert (other.status, again.status, again.key) == (AddStatus.ADDED, AddStatus.ADDED, first.key)
    assert other.key != first.key
    assert (left / "v1.pdf").read_bytes() == b"%PDF-1.7 one"


def test_two_programs_that_add_at_once_give_no_citation_key_twice(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.00001", 1)
    other = Paper(key=PaperKey("1706.00002"), citekey="lovelace2017paper", title="A Paper", added=desk.now())

    def add_other(step: Step) -> None:
        if step.stage is Stage.DOWNLOADING:  # the citation key is chosen, and its record not yet written
            desk.library.write(other)

    add(adding, "1706.00001", watch=add_other)

    assert desk.library.read(PaperKey("1706.00001")).citekey == "lovelace2017papera"


def test_a_stamped_local_pdf_gets_its_record_from_arxiv(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback, tmp_path: Path
) -> None:
    arxiv.has("1706.03762", 5, title="Attention Is All You Need")
    file = tmp_path / "attention.pdf"
    file.write_bytes(b"%PDF-1.7 stamped")
    desk.parse.answers[file.read_bytes()] = parsed_pdf(first_page="arXiv:1706.03762v5 [cs.CL] 6 Dec 2017 Attention")

    (outcome,) = add(adding, str(file))

    assert (outcome.key, outcome.edition) == (ATTENTION, "v5")
    assert desk.library.read(ATTENTION).title == "Attention Is All You Need"


def test_a_web_address_is_fetched_and_known_again(desk: Desk, adding: Adding, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/files/gpt.pdf").respond_with_data(
        b"%PDF-1.7 from the web", content_type="application/pdf"
    )
    url = httpserver.url_for("/files/gpt.pdf")

    (first,) = add(adding, url)
    (second,) = add(adding, url)

    assert (first.status, second.status) == (AddStatus.ADDED, AddStatus.PRESENT)
    assert desk.library.read(first.key).source == url


def test_a_bibliography_adds_what_it_can_and_keeps_the_readers_keys(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback, tmp_path: Path
) -> None:
    arxiv.has("1706.03762", 7, title="Attention Is All You Need")
    bib = tmp_path / "mine.bib"
    bib.write_text(
        "@misc{Vaswani+17, title={Attention Is All You Need}, eprint={1706.03762}, archivePrefix={arXiv}}\n"
        "@book{knuth, title={The Art}, author={Knuth, Donald}, year={1968}}\n"
        "@misc{broken, title={no end\n"
    )

    outcomes = add(adding, str(bib))

    assert desk.library.read(ATTENTION).citekey == "Vaswani+17"
    assert desk.library.read(PaperKey("knuth")).editions == ()
    assert any(outcome.status is AddStatus.FAILED for outcome in outcomes)


def test_a_bibliography_without_entries_fails(adding: Adding, tmp_path: Path) -> None:
    (tmp_path / "junk.bib").write_text("nothing of this is an entry")
    assert [outcome.status for outcome in add(adding, str(tmp_path / "junk.bib"))] == [AddStatus.FAILED]


def test_fetch_completes_a_record_without_a_pdf_and_then_has_nothing_to_do(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.03762", 7)
    desk.library.write(record_without_pdf())

    (outcome,) = list(adding.fetch())

    assert (outcome.status, outcome.edition) == (AddStatus.ADDED, "v7")
    assert list(adding.fetch()) == []


def test_a_tag_put_on_while_the_pdf_is_parsed_stays(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 7)
    desk.library.write(record_without_pdf())

    for _ in adding.fetch(watch=lambda _: desk.tracking.tag([ATTENTION], ["meanwhile"])):
        pass

    paper = desk.library.read(ATTENTION)
    assert paper.tags == ("meanwhile",)
    assert [edition.name for edition in paper.editions] == ["v7"]


def test_fetch_brings_a_lost_file_back_and_the_record_stays_as_it_is(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.03762", 7)
    add(adding, "1706.03762")
    before = desk.library.read(ATTENTION)
    desk.library.edition_path(ATTENTION, before.editions[0]).unlink()
    (outcome,) = list(adding.fetch())
    assert (outcome.status, outcome.warning) == (AddStatus.ADDED, "")
    assert desk.library.read(ATTENTION) == before


def test_fetch_tells_when_the_file_is_not_the_one_that_the_record_names(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.03762", 7)
    add(adding, "1706.03762")
    named = desk.library.read(ATTENTION).editions[0]
    desk.library.edition_path(ATTENTION, named).unlink()
    other = replace(named, sha256="a" * 64)
    desk.library.change(ATTENTION, lambda paper: replace(paper, editions=(other,)))
    (outcome,) = list(adding.fetch())
    assert "v7 is not the file that the record named" in outcome.warning
    assert desk.library.read(ATTENTION).editions[0].sha256 == named.sha256


def test_fetch_update_brings_a_newer_edition(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 5)
    add(adding, "1706.03762")
    arxiv.has("1706.03762", 7)

    (outcome,) = list(adding.fetch(update=True))

    assert (outcome.status, outcome.edition) == (AddStatus.ADDED, "v7")
    assert desk.store.indexed()[ATTENTION].edition == "v7"


def test_a_paper_can_be_filed_under_a_list(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 7)

    add(adding, "1706.03762", list_name="mine")

    assert desk.shelf.summaries(list_name="mine")[0].key == ATTENTION


def test_adding_again_completes_what_was_cut_off_before_it_was_indexed(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.03762", 7)
    add(adding, "1706.03762", index=False)

    (outcome,) = add(adding, "1706.03762")

    assert outcome.status is AddStatus.PRESENT
    assert outcome.passages > 0
    assert desk.indexing.status().is_level


def test_no_index_leaves_the_paper_for_later(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 7)

    (outcome,) = add(adding, "1706.03762", index=False)

    assert (outcome.status, outcome.passages, desk.parse.calls) == (AddStatus.ADDED, 0, 0)
    assert desk.indexing.status().missing == (ATTENTION,)


def record_without_pdf() -> Paper:
    added = datetime(2026, 1, 1, tzinfo=UTC)
    return Paper(key=ATTENTION, citekey="vaswani2017attention", title="Attention", source="1706.03762", added=added)
