"""BibTeX, CSL-JSON and the whole library: other programs read them back."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import bibtexparser
import pytest
from bibtexparser.model import Entry
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.blocks import Box
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.names import Name, split_name
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.progress import Declaration, Status, Stay, add_up
from paperlab.domain.reading_lists import ListItem, ReadingList
from paperlab.export.bibtex import bibtex
from paperlab.export.csl import csl_json
from paperlab.export.library_json import ExportedPaper, library_json

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ATTENTION = Paper(
    key=PaperKey("1706.03762"),
    citekey="vaswani2017attention",
    title="Attention Is All You Need",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    categories=("cs.CL", "cs.LG"),
    published=datetime(2017, 6, 12, 17, 57, 34, tzinfo=UTC),
    updated=datetime(2023, 8, 2, tzinfo=UTC),
    added=NOW,
)
ELSEWHERE = Paper(
    key=PaperKey("radford2018improving"),
    citekey="radford2018improving",
    title="Improving Language Understanding by Generative Pre-Training",
    authors=("Alec Radford",),
    published=datetime(2018, 1, 1, tzinfo=UTC),
    source="https://example.org/a_paper.pdf",
    added=NOW,
)


def parsed(*papers: Paper) -> list[Entry]:
    library = bibtexparser.parse_string(bibtex(papers))
    assert library.failed_blocks == []
    return library.entries


def field(paper: Paper, name: str) -> str:
    return str(parsed(paper)[0].fields_dict[name].value)


def test_a_paper_of_arxiv_looks_as_documented() -> None:
    assert bibtex([ATTENTION]) == (
        "@misc{vaswani2017attention,\n"
        "  title         = {Attention Is All You Need},\n"
        "  author        = {Vaswani, Ashish and Shazeer, Noam},\n"
        "  year          = {2017},\n"
        "  eprint        = {1706.03762},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass  = {cs.CL},\n"
        "  doi           = {10.48550/arXiv.1706.03762},\n"
        "  url           = {https://arxiv.org/abs/1706.03762},\n"
        "}\n"
    )


def test_a_paper_with_a_journal_is_an_article_and_keeps_its_eprint() -> None:
    paper = replace(ATTENTION, journal_ref="J. Mach. Learn. Res. 21 & more", doi="10.1002/(SICI)1:3<33::A>3.0.CO;2-B")
    (entry,) = parsed(paper)
    assert entry.entry_type == "article"
    fields = {name: found.value for name, found in entry.fields_dict.items()}
    assert fields["journal"] == r"J. Mach. Learn. Res. 21 \& more"
    assert fields["doi"] == "10.1002/(SICI)1:3<33::A>3.0.CO;2-B"
    assert fields["eprint"] == "1706.03762"


def test_a_paper_from_elsewhere_has_its_address_and_no_eprint() -> None:
    (entry,) = parsed(ELSEWHERE)
    assert entry.entry_type == "misc"
    assert entry.fields_dict["url"].value == "https://example.org/a_paper.pdf"
    assert "eprint" not in entry.fields_dict
    assert "doi" not in entry.fields_dict
    assert "url" not in parsed(replace(ELSEWHERE, source="paper.pdf"))[0].fields_dict


def test_an_old_id_keeps_its_slash() -> None:
    paper = replace(ATTENTION, key=PaperKey("hep-th_9901001"), categories=())
    assert field(paper, "eprint") == "hep-th/9901001"
    assert "primaryClass" not in parsed(paper)[0].fields_dict


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("BERT: Pre-training of Deep Transformers", "{BERT}: Pre-training of Deep Transformers"),
        ("From RoBERTa to GPT-3, T5 and mT5", "From {RoBERTa} to {GPT-3}, {T5} and {mT5}"),
        ("R&D at 100% for $5 #1_a ~x^2 \\ done", r"R\&D at 100\% for \$5 \#1\_a \textasciitilde{}x\textasciicircum{}2 "
         r"\textbackslash{} done"),
        ("On $O(n^{2})$ and $\\alpha_i$ bounds", "On $O(n^{2})$ and $\\alpha_i$ bounds"),
        ("The {Ising} model of Schr\\\"odinger and {\\'E}", "The {Ising} model of Schr\\\"odinger and {\\'E}"),
        ("Already 50\\% \\& more", "Already 50\\% \\& more"),
        ("An open { brace", r"An open \textbraceleft{} brace"),
        ("Closed } before {", r"Closed \textbraceright{} before \textbraceleft{}"),
        ("Costs $5 and $6 {x", r"Costs $5 and $6 \textbraceleft{}x"),
        ("Broken $a{b$", r"Broken \$a\textbraceleft{}b\$"),
        ("Mixed $a{$ }", r"Mixed \$a\textbraceleft{}\$ \textbraceright{}"),
        ("\\input{/etc/passwd}", r"\textbackslash{}input\textbraceleft{}/etc/passwd\textbraceright{}"),
    ],
)  # fmt: skip
def test_a_title_is_escaped_but_stays_the_latex_it_is(title: str, expected: str) -> None:
    assert field(replace(ATTENTION, title=title), "title") == expected


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Laurens van der Maaten", "van der Maaten, Laurens"),
        ("Sammy Davis Jr.", "Davis, Jr., Sammy"),
        ("Tom B. Brown", "Brown, Tom B."),
        ("Brown, Tom", "Brown, Tom"),
        ("Plato", "Plato"),
        ("The ATLAS Collaboration", "{The ATLAS Collaboration}"),
        ("Smith and Sons", "{Smith and Sons}"),
        ("Łukasz Kaiser", "Kaiser, Łukasz"),
        ("Rock & Roll", r"Roll, Rock \&"),
        ("Van Morrison", "Morrison, Van"),
    ],
)
def test_an_author_is_written_family_first(author: str, expected: str) -> None:
    assert field(replace(ATTENTION, authors=(author,)), "author") == expected


hostile = st.text(st.sampled_from('{}\\$%&#_~^@,="\'\n aA1é"'), max_size=30) | st.text(max_size=20)


@given(title=hostile, authors=st.lists(hostile, max_size=3).map(tuple), journal=hostile, url=hostile)
@settings(max_examples=150, deadline=None)
def test_whatever_is_in_the_records_the_file_can_be_parsed(
    title: str, authors: tuple[str, ...], journal: str, url: str
) -> None:
    odd = replace(
        ELSEWHERE, title=title, authors=authors, journal_ref=journal, url=f"https://x/{url}", doi=url, citekey="a{b,c@d"
    )
    entries = parsed(odd, ATTENTION)
    assert [entry.key for entry in entries] == ["abcd", "vaswani2017attention"]
    assert entries[1].fields_dict["title"].value == ATTENTION.title


def test_a_name_is_taken_apart() -> None:
    assert split_name("Ludwig  von Beethoven III") == Name("von Beethoven", "Ludwig", "III")
    assert split_name("OpenAI") == Name("OpenAI", is_group=True)


def test_csl_json_tells_what_a_citation_needs() -> None:
    attention, elsewhere = json.loads(csl_json([ATTENTION, ELSEWHERE]))
    assert attention == {
        "id": "vaswani2017attention",
        "type": "article",
        "title": "Attention Is All You Need",
        "author": [{"family": "Vaswani", "given": "Ashish"}, {"family": "Shazeer", "given": "Noam"}],
        "issued": {"date-parts": [[2017, 6, 12]]},
        "publisher": "arXiv",
        "number": "arXiv:1706.03762",
        "DOI": "10.48550/arXiv.1706.03762",
        "URL": "https://arxiv.org/abs/1706.03762",
    }
    assert elsewhere["issued"] == {"date-parts": [[2018]]}
    assert elsewhere["URL"] == "https://example.org/a_paper.pdf"


def test_csl_json_knows_journals_groups_and_papers_without_a_date() -> None:
    paper = replace(ATTENTION, journal_ref="Nature 1", authors=("OpenAI",), published=None, tags=("a", "b"))
    (item,) = json.loads(csl_json([paper]))
    assert (item["type"], item["container-title"], item["keyword"]) == ("article-journal", "Nature 1", "a, b")
    assert item["author"] == [{"literal": "OpenAI"}]
    assert "issued" not in item


def test_the_whole_library_is_one_document() -> None:
    mark = Annotation(
        id="1",
        kind=AnnotationKind.HIGHLIGHT,
        edition="v7",
        page_index=3,
        quote="q",
        boxes=(Box(1, 2, 3, 4),),
        created=NOW,
        updated=NOW,
    )
    stay = Stay(at=NOW, edition="v7", page_index=3, page_count=15, seconds=60, quote="We")
    exported = ExportedPaper(
        paper=replace(ATTENTION, editions=(Edition("v7", "v7.pdf", "a" * 64, 5, NOW),)),
        state=add_up([stay, Declaration(at=NOW, status=Status.READING)]),
        annotations=[mark],
        notes="# Mine\n",
    )
    lists = [ReadingList(name="mine", title="Mine", items=(ListItem(title="A", paper="1706.03762"),))]
    document = json.loads(library_json([exported], lists))
    assert document["format"] == 2
    (paper,) = document["papers"]
    assert paper["published"] == "2017-06-12T17:57:34Z"
    assert paper["editions"][0]["bytes"] == 5
    assert paper["reading"] == {
        "status": "reading",
        "depth": None,
        "seconds": 60.0,
        "last_read": "2026-03-04T05:06:07Z",
        "position": {"edition": "v7", "page": 4, "quote": "We"},
        "pages": [{"edition": "v7", "page": 4, "seconds": 60.0}],
        "days": [{"day": "2026-03-04", "seconds": 60.0, "pages": 1}],
    }
    assert (paper["annotations"][0]["page"], paper["annotations"][0]["rects"]) == (4, [[1, 2, 3, 4]])
    assert paper["notes"] == "# Mine\n"
    assert document["lists"][0]["items"][0]["kind"] == "paper"


@pytest.mark.real
def test_real_records_are_parsed_back(real_data: Path) -> None:
    records = json.loads((real_data / "papers" / "papers.json").read_text())
    papers = [
        Paper(
            key=PaperKey(record["id"].replace("/", "_")),
            citekey=f"key{number}",
            title=record["title"],
            authors=tuple(record["authors"]),
            categories=tuple(record["categories"]),
            published=datetime.fromisoformat(record["published"]),
            journal_ref=record.get("journal_ref") or "",
            doi=record.get("doi") or "",
            added=NOW,
        )
        for number, record in enumerate(records)
    ]
    entries = parsed(*papers)
    assert len(entries) == len(papers)
    for paper, entry in zip(papers, entries, strict=True):
        assert re.sub(r"[{}\\]", "", entry.fields_dict["title"].value) == re.sub(r"[{}\\]", "", paper.title)
        assert entry.fields_dict["author"].value.count(" and ") == len(paper.authors) - 1
