"""Bibliographies into the library: records first, then PDFs; the same work is the same record."""

import json
from pathlib import Path

import pytest
from arxiv_on_loopback import ArxivOnLoopback
from desk import Desk, parsed_pdf, put_paper
from pytest_httpserver import HTTPServer

from paperlab.domain.bibliography import entry_of
from paperlab.domain.identifiers import PaperKey
from paperlab.export.bibtex import bibtex
from paperlab.services.adding import Adding
from paperlab.services.intake import AddOutcome, AddStatus
from paperlab.sources.arxiv_api import ArxivSource
from paperlab.sources.download import Downloader, Limits
from paperlab.sources.pace import Pace

ATTENTION = PaperKey("1706.03762")
ENTRY = "@inproceedings{att, title={Attention Is All You Need}, author={Vaswani, Ashish}, eprint={1706.03762}, "
ENTRY += "archiveprefix={arXiv}, booktitle={NIPS}, year={2018}, pages={1--11}, keywords={nlp}}\n"


@pytest.fixture
def arxiv(httpserver: HTTPServer) -> ArxivOnLoopback:
    return ArxivOnLoopback(httpserver)


@pytest.fixture
def adding(desk: Desk, httpserver: HTTPServer, tmp_path: Path) -> Adding:
    return make_adding(desk, httpserver.url_for("").rstrip("/"), tmp_path)


@pytest.fixture
def offline(desk: Desk, tmp_path: Path) -> Adding:
    return make_adding(desk, "http://127.0.0.1:1", tmp_path, offline=True)


def make_adding(desk: Desk, url: str, tmp_path: Path, *, offline: bool = False) -> Adding:
    pace = Pace(tmp_path / "pace", 0)
    source = ArxivSource(url, pace, timeout_s=5, user_agent="test", offline=offline)
    limits = Limits(timeout_s=5)
    downloader = Downloader(pace, user_agent="test", limits=limits, trusted_url=url, offline=offline)
    return Adding(desk.library, desk.indexing, source, downloader, desk.now)


@pytest.fixture
def refs(tmp_path: Path):
    def written(text: str, name: str = "refs.bib") -> str:
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return written


def add(adding: Adding, source: str) -> list[AddOutcome]:
    return list(adding.add([source]))


def test_arxiv_tells_of_the_work_and_the_entry_of_where_it_appeared(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback, refs
) -> None:
    arxiv.has("1706.03762", 7, title="Attention Is All You Need", authors=["Ashish Vaswani", "Noam Shazeer"])
    (outcome,) = add(adding, refs(ENTRY))
    paper = desk.library.read(ATTENTION)
    assert (outcome.status, outcome.edition, outcome.warning) == (AddStatus.ADDED, "v7", "")
    assert (paper.citekey, paper.authors, paper.tags) == ("att", ("Ashish Vaswani", "Noam Shazeer"), ("nlp",))
    assert (paper.year, paper.entry.get("year"), paper.entry.get("booktitle")) == (2017, "2018", "NIPS")
    exported = bibtex([paper])
    assert "@inproceedings{att," in exported
    assert "year          = {2018}" in exported
    assert "eprint        = {1706.03762}" in exported


def test_without_a_network_an_entry_is_a_record_that_can_be_completed(
    desk: Desk, offline: Adding, adding: Adding, arxiv: ArxivOnLoopback, refs
) -> None:
    (outcome,) = add(offline, refs(ENTRY))
    assert (outcome.status, outcome.key, outcome.edition) == (AddStatus.ADDED, ATTENTION, None)
    assert "offline" in outcome.warning
    assert desk.library.read(ATTENTION).citekey == "att"

    arxiv.has("1706.03762", 7, title="Attention Is All You Need")
    (fetched,) = adding.fetch([ATTENTION])
    assert (fetched.status, fetched.edition) == (AddStatus.ADDED, "v7")
    paper = desk.library.read(ATTENTION)
    assert (paper.abstract, paper.entry.get("booktitle")) == ("What it says.", "NIPS")


def test_the_address_of_an_entry_is_no_pdf_to_be_fetched(desk: Desk, offline: Adding, refs) -> None:
    (outcome,) = add(offline, refs("@book{k, title={The Book}, author={Knuth, D.}, url={https://doi.org/10.1/x}}"))
    assert outcome.key is not None
    assert (desk.library.read(outcome.key).url, desk.library.read(outcome.key).source) == ("https://doi.org/10.1/x", "")
    assert list(offline.fetch()) == []
    (asked,) = offline.fetch([outcome.key])
    assert "names no source for a PDF" in asked.error


def test_an_id_that_arxiv_does_not_know_costs_no_entry(adding: Adding, arxiv: ArxivOnLoopback, refs) -> None:
    arxiv.has("1706.03762", 1)
    (outcome,) = add(adding, refs("@misc{slip, title={A Slip of the Pen}, eprint={1706.99999}, archiveprefix={arXiv}}"))
    assert (outcome.status, outcome.key) == (AddStatus.ADDED, PaperKey("slip"))
    assert "knows no 1706.99999" in outcome.warning


def test_a_local_pdf_becomes_the_edition_that_its_stamp_names(
    desk: Desk, offline: Adding, refs, tmp_path: Path
) -> None:
    pdf = tmp_path / "my papers" / "att.pdf"
    pdf.parent.mkdir()
    pdf.write_bytes(b"%PDF-1.7 att")
    desk.parse.answers[pdf.read_bytes()] = parsed_pdf(first_page="arXiv:1706.03762v5 [cs.CL] 6 Dec 2017")
    (outcome,) = add(offline, refs(ENTRY.replace("{nlp}", "{nlp}, file={:my papers/att.pdf:PDF}")))
    assert (outcome.edition, outcome.passages > 0) == ("v5", True)
    edition = desk.library.read(ATTENTION).newest
    assert edition is not None
    assert desk.library.edition_path(ATTENTION, edition).read_bytes() == pdf.read_bytes()


def test_a_file_that_is_no_pdf_or_is_missing_is_told_of_and_the_record_stays(
    desk: Desk, offline: Adding, refs, tmp_path: Path
) -> None:
    (tmp_path / "page.pdf").write_text("<html>")
    text = "@book{a, title={Bad File}, file={page.pdf}}\n@book{b, title={No File}, file={gone.pdf}}"
    bad, missing = add(offline, refs(text))
    assert "page.pdf is not taken in" in bad.warning
    assert "gone.pdf" in missing.warning
    assert desk.library.read(PaperKey("a")).editions == ()


def test_the_same_file_again_changes_nothing(desk: Desk, offline: Adding, refs) -> None:
    text = (
        "@book{k, title={First}, year=2001}\n@book{k, title={Second}}\n@misc{, title={Third}, author={A, B}, year=1999}"
    )
    first = add(offline, refs(text))
    assert [str(outcome.key) for outcome in first] == ["k", "ka", "a1999third"]
    before = {path: path.read_bytes() for path in desk.library.root.glob("papers/*/*")}
    assert {outcome.status for outcome in add(offline, refs(text))} == {AddStatus.PRESENT}
    assert {path: path.read_bytes() for path in desk.library.root.glob("papers/*/*")} == before


def test_two_keys_of_the_reader_are_two_records_in_whatever_order(offline: Adding, refs) -> None:
    entries = [f"@misc{{{key}, title={{The Same Title}}, author={{Doe, J}}, year=2001}}\n" for key in ("doe1a", "doe1")]
    outcomes = add(offline, refs("".join(entries)))
    assert [(str(outcome.key), outcome.status) for outcome in outcomes] == [("doe1a", "added"), ("doe1", "added")]
    assert {outcome.status for outcome in add(offline, refs("".join(reversed(entries))))} == {AddStatus.PRESENT}


def test_an_arxiv_id_is_never_lost(desk: Desk, offline: Adding, refs) -> None:
    key = put_paper(desk, "mine", doi="10.1234/abc", entry=entry_of("article", {"date": "2016-02"}))
    put_paper(desk, "doe2017work", title="A Whole Work", authors=("J. Doe",), citekey="doe2017work")
    text = (
        "@misc{x, title={T}, doi={10.1234/abc}, eprint={1706.03762}, archiveprefix={arXiv}, journal={J}, year=2017}\n"
    )
    text += "@misc{doe2017work, title={A Whole Work}, author={Doe, J.}, year=2017, eprint={1801.00001}}"
    same, other = add(offline, refs(text))
    entry = desk.library.read(key).entry
    assert (same.key, entry.get("eprint"), entry.get("eprinttype")) == (key, "1706.03762", "arxiv")
    assert (entry.get("date"), entry.get("year")) == ("2016-02", "")
    assert other.key == PaperKey("1801.00001")
    assert "`paperlab merge 1801.00001 doe2017work`" in other.warning


def test_names_of_others_are_not_taken_over(desk: Desk, offline: Adding, refs) -> None:
    key = put_paper(desk, "mine", doi="10.1234/abc")
    add(offline, refs("@article{x, title={T}, author={de los Palotes, Perico}, doi={10.1234/abc}}"))
    paper = desk.library.read(key)
    assert (paper.authors, paper.entry.get("author")) == (("Ashish Vaswani",), "")


@pytest.mark.parametrize(
    "doi", ["doi={10.1234/ABC}", "doi={https://doi.org/10.1234/abc}", "url={http://dx.doi.org/10.1234/Abc}"]
)
def test_the_same_doi_completes_the_record_and_overwrites_nothing(desk: Desk, offline: Adding, refs, doi: str) -> None:
    key = put_paper(
        desk, "mine", title="My Title", doi="10.1234/abc", tags=("own",), entry=entry_of("", {"volume": "1"})
    )
    text = f"@article{{other, title={{Their Title}}, {doi}, volume=2, pages={{3}}, journal={{J}}, keywords={{new}}}}"
    (outcome,) = add(offline, refs(text))
    paper = desk.library.read(key)
    assert (outcome.status, outcome.key) == (AddStatus.PRESENT, key)
    assert (paper.title, paper.citekey, paper.tags) == ("My Title", "keymine", ("own", "new"))
    assert (paper.entry.get("volume"), paper.entry.get("pages"), paper.journal_ref) == ("1", "3", "J, 2, 3")
    assert len(desk.library.keys()) == 1


@pytest.mark.parametrize("form", ["doi={10.48550/ARXIV.1706.03762}", "url={http://arxiv.org/pdf/1706.03762v3}"])
def test_the_same_arxiv_id_is_the_same_work(desk: Desk, offline: Adding, refs, form: str) -> None:
    key = put_paper(desk)
    (outcome,) = add(offline, refs(f"@misc{{other, title={{Whatever}}, {form}, note={{N}}}}"))
    assert outcome.key == key
    assert desk.library.read(key).entry.get("note") == "N"


def test_the_same_title_is_a_question(desk: Desk, offline: Adding, refs) -> None:
    put_paper(desk, title="Attention Is All You Need")
    text = "@book{x, title={{ATTENTION} is all you need}, author={Vaswani, A.}}\n"
    text += "@book{y, title={Attention Is All You Need}, author={Someone, Else}}"
    asked, other = add(offline, refs(text))
    assert asked.status is AddStatus.ADDED
    assert "`paperlab merge 1706.03762 x`" in asked.warning
    assert other.warning == ""


def test_every_format_is_taken(desk: Desk, offline: Adding, refs) -> None:
    item = {"id": "c", "type": "book", "title": "From CSL"}
    add(offline, refs(json.dumps([item]), "a.json"))
    add(offline, refs("TY  - BOOK\nTI  - From RIS\nAU  - Doe, J\nPY  - 2001\nER  - \n", "b.ris"))
    add(offline, refs("@online{o, title={From BibLaTeX}}", "c.biblatex"))
    titles = {desk.library.read(key).title for key in desk.library.keys()}  # noqa: SIM118
    assert titles == {"From CSL", "From RIS", "From BibLaTeX"}


def test_a_key_that_bibtex_would_not_take_is_made_fit(desk: Desk, offline: Adding, refs) -> None:
    (outcome,) = add(offline, refs(json.dumps([{"id": "http://x/(1)#é {a}", "type": "book", "title": "T"}]), "a.json"))
    assert desk.library.read(outcome.key).citekey == "http://x/1éa"
