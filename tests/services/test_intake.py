"""PDFs that are stamped, known already, withdrawn or without a good text: what becomes of each."""

from dataclasses import replace
from pathlib import Path

import pytest
from arxiv_on_loopback import ArxivOnLoopback
from desk import Desk, parsed_pdf
from pytest_httpserver import HTTPServer

from paperlab.domain.blocks import TextLayer
from paperlab.domain.identifiers import PaperKey
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


def add(adding: Adding, source: str) -> AddOutcome:
    (outcome,) = adding.add([source])
    return outcome


def stamped(desk: Desk, path: Path, version: int) -> str:
    """A local PDF with arXiv's stamp on its first page."""
    path.write_bytes(f"%PDF-1.7 {path.name}".encode())
    desk.parse.answers[path.read_bytes()] = parsed_pdf(first_page=f"arXiv:1706.03762v{version} [cs.CL] 2 Aug 2023")
    return str(path)


def test_another_file_of_an_edition_is_left_where_it_is(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback, tmp_path: Path
) -> None:
    arxiv.has("1706.03762", 7)
    add(adding, "1706.03762")
    outcome = add(adding, stamped(desk, tmp_path / "a.pdf", 7))
    assert (outcome.status, outcome.key) == (AddStatus.PRESENT, ATTENTION)
    assert outcome.warning == "another file of v7 is in the library; this one is left where it is"
    assert (desk.library.folder(ATTENTION) / "v7.pdf").read_bytes() == arxiv.pdf("1706.03762", 7)


def test_an_older_edition_joins_a_record_that_is_there_without_asking_anybody(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback, tmp_path: Path
) -> None:
    arxiv.has("1706.03762", 7)
    add(adding, "1706.03762")
    asked = arxiv.request_count
    outcome = add(adding, stamped(desk, tmp_path / "a.pdf", 5))
    assert (outcome.status, outcome.edition, outcome.warning) == (AddStatus.ADDED, "v5", "")
    assert [edition.name for edition in desk.library.read(ATTENTION).editions] == ["v5", "v7"]
    assert arxiv.request_count == asked


def test_a_stamped_file_makes_its_own_record_where_arxiv_gives_none(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback, tmp_path: Path
) -> None:
    arxiv.fails_after(0)
    outcome = add(adding, stamped(desk, tmp_path / "a.pdf", 7))
    assert (outcome.status, outcome.key, outcome.edition) == (AddStatus.ADDED, ATTENTION, "v7")
    assert outcome.warning == "record made from the PDF alone: arXiv answered with status 404"
    assert desk.library.read(ATTENTION).title == "A Local Paper"


@pytest.mark.parametrize(
    ("layer", "warning"),
    [
        (TextLayer.NONE, "no text in the PDF (a scan?): it can be opened but not searched"),
        (TextLayer.GARBLED, "the PDF's text layer is garbled: it can be opened but not searched"),
        (TextLayer.GOOD, ""),
    ],
)
def test_a_pdf_without_a_good_text_is_added_and_told_of(
    desk: Desk, adding: Adding, tmp_path: Path, layer: TextLayer, warning: str
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 a")
    desk.parse.answers[path.read_bytes()] = replace(parsed_pdf(), text_layer=layer)
    outcome = add(adding, str(path))
    assert (outcome.status, outcome.warning) == (AddStatus.ADDED, warning)


def test_a_withdrawn_paper_keeps_the_last_pdf_that_there_is(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 1)
    arxiv.has("1706.03762", 2, is_withdrawn=True)
    nothing = add(adding, "1706.03762")
    assert nothing.status is AddStatus.FAILED
    assert nothing.error.startswith("1706.03762 is withdrawn: arXiv gives no PDF of v2 (an older version may be there")
    assert add(adding, "1706.03762v1").status is AddStatus.ADDED
    kept = add(adding, "1706.03762v2")
    assert (kept.status, kept.edition, kept.withdrawn) == (AddStatus.PRESENT, "v1", "v2")
    assert kept.warning == "withdrawn by its authors with v2; v1, the last PDF, is kept"
    assert desk.library.read(ATTENTION).withdrawn == "v2"


def test_an_older_edition_that_was_withdrawn_is_no_news(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 1, is_withdrawn=True)
    arxiv.has("1706.03762", 2)
    add(adding, "1706.03762v2")
    outcome = add(adding, "1706.03762v1")
    assert (outcome.status, outcome.edition, outcome.warning) == (AddStatus.PRESENT, "v2", "")
    assert desk.library.read(ATTENTION).withdrawn == ""


def test_arxiv_is_searched_by_words(adding: Adding, arxiv: ArxivOnLoopback) -> None:
    assert adding.search_arxiv("attention") == ()
    assert arxiv.query_count == 1
    assert adding.search_arxiv("") == ()
    assert arxiv.query_count == 1
