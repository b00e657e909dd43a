"""Whose paper a local PDF is."""

import pytest

from paperlab.domain.blocks import ParsedPdf, TextLayer
from paperlab.domain.identifiers import ArxivId
from paperlab.sources.local_pdf import identify

STAMP = "On Reading\narXiv:1706.03762v7  [cs.CL]  2 Aug 2023\nAbstract"


def parsed(first_page_text: str = "", **fields: object) -> ParsedPdf:
    return ParsedPdf(1, (), TextLayer.GOOD, first_page_text=first_page_text, **fields)  # type: ignore[arg-type]


def test_the_stamp_tells_the_edition():
    assert identify(parsed(STAMP), "x.pdf").arxiv_id == ArxivId("1706.03762", 7)


def test_the_stamp_counts_more_than_the_name():
    assert identify(parsed(STAMP), "1810.04805v2.pdf").arxiv_id == ArxivId("1706.03762", 7)


@pytest.mark.parametrize(
    ("name", "arxiv_id"),
    [
        ("1706.03762v5.pdf", ArxivId("1706.03762", 5)),
        ("1706.03762.PDF", ArxivId("1706.03762")),
        ("1706.03762v5 (1).pdf", ArxivId("1706.03762", 5)),
        ("hep-th_9901001v2.pdf", ArxivId("hep-th/9901001", 2)),
        ("arXiv:1706.03762.pdf", ArxivId("1706.03762")),
        ("1713.03762.pdf", None),
        ("attention 1706.03762.pdf", None),
    ],
)
def test_a_name_counts_where_there_is_no_stamp(name, arxiv_id):
    assert identify(parsed("No stamp, but arXiv:1301.3781 is cited."), name).arxiv_id == arxiv_id


def test_a_doi_is_found_and_that_of_arxiv_is_an_id():
    assert identify(parsed("doi:10.1145/3292500."), "x.pdf").doi == "10.1145/3292500"
    paper = identify(parsed("https://doi.org/10.48550/arXiv.2301.00001"), "x.pdf")
    assert (paper.arxiv_id, paper.doi) == (ArxivId("2301.00001"), "")


def test_a_title_is_printed_or_made_of_the_name():
    assert identify(parsed(title="On\n Reading "), "x.pdf").title == "On Reading"
    assert identify(parsed(), "on_reading.pdf").title == "on reading"


def test_year_and_authors_come_from_the_file():
    paper = identify(parsed(year=1999, authors=("Ada\x1b Lovelace", " ")), "x.pdf")
    assert paper.published is not None
    assert paper.published.year == 1999
    assert paper.authors == ("Ada Lovelace",)
