"""What is exported is read in again as it was: BibTeX, BibLaTeX, CSL-JSON."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import bibtexparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.domain.bibliography import BibEntry, entry_of
from paperlab.domain.citekeys import fit_citekey
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.names import Name, join_names
from paperlab.domain.papers import FoundPaper, Paper
from paperlab.export.bibtex import biblatex, bibtex
from paperlab.export.csl import csl_json
from paperlab.sources.bibliography import SUFFIXES, read_bibliography

NOW = datetime(2026, 3, 4, tzinfo=UTC)
FORMATS = [(bibtex, ".bib"), (biblatex, ".biblatex"), (csl_json, ".json")]
BOOK_CHAPTER = Paper(
    key=PaperKey("k"),
    citekey="k",
    title=r"On {\"U}ber $x^2$, 100\% \& more",
    authors=("Charles Jean de la Vallée Poussin", "The Vienna Circle, Inc."),
    published=datetime(2001, 1, 1, tzinfo=UTC),
    doi="10.1234/a_b(c)",
    url="https://example.org/~me/a%20b_c?x=1&y=2#z",
    tags=("one", "two"),
    added=NOW,
    entry=entry_of(
        "incollection",
        {
            "author": "de la Vallée Poussin, Charles Jean and {The Vienna Circle, Inc.} and others",
            "editor": "García Márquez, Gabriel and Davis, Jr., Sammy",
            "booktitle": "Über {Alles}: R&D",
            "volume": "3",
            "number": "4",
            "pages": "12–34, 56",
            "date": "2001-03/2002-04",
            "publisher": "Rock & Roll_Press #1",
            "isbn": "978-1-4419-9325-0",
            "edition": "2",
            "series": "Lecture Notes in CS",
            "note": "half {open",
            "type": "Invited talk",
            "chapter": "7",
            "x-mine": "kept",
        },
    ),
)


@pytest.fixture
def again(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[..., str], str, Paper], Paper]:
    folder = tmp_path_factory.mktemp("round")

    def read_back(export: Callable[..., str], suffix: str, paper: Paper) -> Paper:
        path = folder / f"refs{suffix}"
        path.write_text(export([paper]), encoding="utf-8")
        if suffix != ".json":
            assert bibtexparser.parse_string(path.read_text(encoding="utf-8")).failed_blocks == []
        bibliography = read_bibliography(path)
        assert bibliography.problems == ()
        (entry,) = bibliography.entries
        return recorded(entry.paper, paper)

    return read_back


def recorded(found: FoundPaper, before: Paper) -> Paper:
    """As the services make a record of it, in a library of its own."""
    key = found.arxiv_id.key if found.arxiv_id else before.key
    return Paper(
        key=key,
        citekey=found.citekey,
        title=found.title,
        authors=found.authors,
        abstract=found.abstract,
        categories=found.categories,
        published=found.published,
        doi=found.doi,
        journal_ref=found.journal_ref,
        url=found.url,
        tags=found.tags,
        added=before.added,
        entry=found.entry,
    )


@pytest.mark.parametrize(("export", "suffix"), FORMATS)
def test_an_entry_comes_back_with_all_its_fields(again, export, suffix) -> None:
    once = again(export, suffix, BOOK_CHAPTER)
    assert once.title == "On Über $x^2$, 100% & more"
    assert once.entry == entry_of("incollection", {**dict(BOOK_CHAPTER.entry.fields), "booktitle": "Über Alles: R&D"})
    assert (once.authors, once.doi, once.url, once.tags) == (
        BOOK_CHAPTER.authors,
        BOOK_CHAPTER.doi,
        BOOK_CHAPTER.url,
        BOOK_CHAPTER.tags,
    )
    assert again(export, suffix, once) == once
    assert export([again(export, suffix, once)]) == export([once])


KINDS = ("article", "book", "inproceedings", "phdthesis", "thesis", "techreport", "online", "misc", "mvbook", "")
KINDS += ("software", "unpublished", "inbook", "patent", "proceedings", "manual")


@pytest.mark.parametrize(("export", "suffix"), FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_type_comes_back(again, export, suffix, kind: str) -> None:
    fields = {
        "publisher": "P",
        "school": "S",
        "institution": "I",
        "number": "1",
        "eprint": "E1",
        "eprinttype": "pubmed",
    }
    container = "booktitle" if kind in ("inproceedings", "inbook", "incollection") else "journal"
    paper = replace(BOOK_CHAPTER, title="T", entry=entry_of(kind or "article", {**fields, container: "C"}))
    assert again(export, suffix, paper).entry == replace(paper.entry, fields=again(bibtex, ".bib", paper).entry.fields)
    assert again(export, suffix, paper).entry.kind == (kind or "article")


@pytest.mark.parametrize(("export", "suffix"), FORMATS)
def test_a_paper_of_arxiv_comes_back(again, export, suffix) -> None:
    paper = replace(
        BOOK_CHAPTER,
        key=PaperKey("hep-th_9901001"),
        title="T",
        authors=("Ada Lovelace",),
        categories=("hep-th",),
        doi="",
        url="https://arxiv.org/abs/hep-th/9901001",
        entry=BibEntry(),
    )
    once = again(export, suffix, paper)
    assert (once.key, once.entry, once.authors, once.published) == (
        paper.key,
        paper.entry,
        paper.authors,
        paper.published,
    )
    assert once.doi == ""


def test_biblatex_has_its_own_names_and_the_day() -> None:
    paper = replace(
        BOOK_CHAPTER,
        key=PaperKey("1706.03762"),
        categories=("cs.CL",),
        published=datetime(2017, 6, 12, 17, tzinfo=UTC),
        entry=BibEntry(),
    )
    written = biblatex([paper])
    assert written.startswith("@online{k,")
    for field in (
        "date          = {2017-06-12}",
        "eprinttype    = {arxiv}",
        "eprintclass   = {cs.CL}",
        "eprint        = {1706",
    ):
        assert field in written
    journal = biblatex([replace(paper, journal_ref="Phys. Rev. Lett. 116, 061102 (2018)")])
    assert "@article" in journal
    assert "journaltitle  = {Phys. Rev. Lett.}" in journal
    assert "date          = {2018}" in journal


def test_the_journal_version_is_cited_and_the_eprint_kept() -> None:
    paper = replace(BOOK_CHAPTER, key=PaperKey("1706.03762"), entry=BibEntry())
    written = bibtex([replace(paper, journal_ref="Astrophys.J.517:565-586,1999", doi="10.1086/307221")])
    assert "@article" in written
    for field in ("journal       = {Astrophys.J.}", "volume        = {517}", "pages         = {565--586}"):
        assert field in written
    for field in ("year          = {1999}", "eprint        = {1706.03762}", "doi           = {10.1086/307221}"):
        assert field in written
    meeting = bibtex([replace(paper, journal_ref="Proceedings of NAACL 2019, pages 1-9")])
    assert "@inproceedings" in meeting
    assert "booktitle     = {Proceedings of {NAACL} 2019}" in meeting


VARIABLES = frozenset(
    "id type title author editor translator container-author director issued accessed original-date event-date "  # noqa: SIM905
    "container-title collection-title volume issue page chapter-number edition publisher publisher-place event-title "
    "event-place ISBN ISSN language note number number-of-pages title-short container-title-short genre version medium "
    "annote DOI URL abstract keyword custom".split()
)


def test_csl_json_keeps_to_the_schema() -> None:
    (item,) = json.loads(csl_json([BOOK_CHAPTER]))
    assert item.keys() <= VARIABLES
    assert item["type"] == "chapter"
    assert item["issued"] == {"date-parts": [[2001, 3], [2002, 4]]}
    assert item["author"][0] == {
        "family": "Vallée Poussin",
        "given": "Charles Jean",
        "non-dropping-particle": "de la",
    }
    assert item["author"][1] == {"literal": "The Vienna Circle, Inc."}
    assert item["editor"][1]["suffix"] == "Jr."
    assert item["custom"] == {"paperlab": {"x-mine": "kept"}}


hostile = st.text(st.sampled_from("{}\\$%&#_~^@,=\"'\n aA1é-`"), max_size=16) | st.text(max_size=12)
titles = hostile.map(lambda text: f"T{text}")
words = st.text(st.sampled_from("abcdeéABC."), min_size=1, max_size=8).filter(lambda word: word.strip("."))
people = st.builds(Name, words, words, st.sampled_from(["", "Jr."])) | st.builds(
    lambda word: Name(f"The {word}", is_group=True), words
)
FIELDS = ("publisher", "booktitle", "note", "volume", "x-mine", "series", "pages", "year", "howpublished", "number")
papers = st.builds(
    lambda title, names, fields, kind, doi, url, tags, is_arxiv: Paper(
        key=PaperKey("1706.03762" if is_arxiv else "k"),
        citekey="k1",
        title=title,
        authors=tuple(name.shown for name in names),
        doi=doi,
        url=f"https://x.org/{url}",
        tags=tags,
        added=NOW,
        entry=entry_of(kind, {**fields, "author": join_names(names), "editor": join_names(names[:1])}),
    ),
    titles,
    st.lists(people, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(FIELDS), hostile),
    st.sampled_from(KINDS),
    st.sampled_from(["", "10.1234/x"]),
    hostile,
    st.lists(words, max_size=2, unique=True).map(tuple),
    st.booleans(),
)


@pytest.mark.parametrize(("export", "suffix"), FORMATS)
@given(paper=papers)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_in_a_record_it_settles_with_the_first_export(again, export, suffix, paper: Paper) -> None:
    once = again(export, suffix, paper)
    twice = again(export, suffix, once)
    assert twice == once
    assert export([twice]) == export([once])
    assert (once.authors, once.doi, once.tags) == (paper.authors, paper.doi, paper.tags)
    assert once.arxiv_id == paper.arxiv_id


@pytest.mark.real
@pytest.mark.parametrize(("export", "suffix"), FORMATS)
def test_real_bibliographies_come_back(real_data: Path, again, export, suffix) -> None:
    changed: list[str] = []
    for path in sorted((real_data / "bib").iterdir()):
        if path.suffix not in SUFFIXES:
            continue
        for number, entry in enumerate(read_bibliography(path).entries):
            blank = Paper(key=PaperKey(f"k{number}"), citekey="k", title="T", added=NOW)
            paper = recorded(replace(entry.paper, citekey=fit_citekey(entry.paper.citekey) or "k"), blank)
            once = again(export, suffix, paper)
            changed += [
                f"{path.name} {paper.citekey}: {name}"
                for name in ("title", "authors", "doi", "arxiv_id", "entry", "tags", "year")
                if getattr(once, name) != getattr(paper, name)
            ]
    assert changed == []
