"""CSL-JSON, Zotero's exports and RIS."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.papers import FoundPaper
from paperlab.sources.bibliography import Bibliography, read_bibliography


@pytest.fixture
def read(tmp_path: Path):
    def of(name: str, content: object) -> Bibliography:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return read_bibliography(path)

    return of


def only(bibliography: Bibliography) -> FoundPaper:
    assert bibliography.problems == ()
    (entry,) = bibliography.entries
    return entry.paper


def test_csl_json_is_read(read) -> None:
    paper = only(
        read(
            "refs.json",
            [
                {
                    "id": "x",
                    "citation-key": "maaten2008",
                    "type": "article-journal",
                    "title": "Visualizing <i>Data</i>",
                    "author": [
                        {"family": "Maaten", "given": "Laurens", "non-dropping-particle": "van der"},
                        {"literal": "The Group"},
                        {"literal": "others"},
                    ],
                    "container-title": "JMLR",
                    "volume": 9,
                    "issue": "2",
                    "page": "1-2",
                    "issued": {"date-parts": [["2008", "11"], [2009]]},
                    "DOI": "10.1234/ABC",
                    "keyword": "a, b",
                }
            ],
        )
    )
    assert (paper.citekey, paper.title, paper.doi, paper.tags) == (
        "maaten2008",
        "Visualizing Data",
        "10.1234/abc",
        ("a", "b"),
    )
    assert paper.authors == ("Laurens van der Maaten", "The Group")
    assert paper.entry.kind == "article"
    assert paper.entry.get("author") == "van der Maaten, Laurens and {The Group} and others"
    assert {name: paper.entry.get(name) for name in ("journal", "volume", "number", "pages", "date")} == {
        "journal": "JMLR",
        "volume": "9",
        "number": "2",
        "pages": "1-2",
        "date": "2008-11/2009",
    }


@pytest.mark.parametrize(
    "item",
    [
        {"type": "article", "title": "T", "number": "arXiv:1706.03762", "publisher": "arXiv"},
        {"type": "article", "title": "T", "DOI": "10.48550/arXiv.1706.03762"},
        {"itemType": "preprint", "title": "T", "archiveID": "arXiv:1706.03762", "repository": "arXiv"},
        {"itemType": "journalArticle", "title": "T", "publicationTitle": "arXiv:1706.03762 [cs]"},
        {"itemType": "journalArticle", "title": "T", "extra": ["arXiv: 1706.03762"]},
        {"itemType": "journalArticle", "title": "T", "extra": "arXiv: 1706.03762\nother", "url": "http://x.org"},
    ],
)
def test_arxiv_ids_are_found_in_json(read, item: dict[str, object]) -> None:
    paper = only(read("refs.json", {"items": [item]} if "itemType" in item else [item]))
    assert str(paper.arxiv_id) == "1706.03762"
    assert paper.journal_ref == ""


def test_zoteros_items_are_read_with_keys_tags_and_files(read, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7")
    bibliography = read(
        "zotero.json",
        {
            "config": {"label": "BetterBibTeX JSON"},
            "items": [
                {
                    "itemType": "conferencePaper",
                    "title": "A Paper",
                    "creators": [
                        {"creatorType": "author", "firstName": "Ada", "lastName": "Lovelace"},
                        {"creatorType": "editor", "name": "The Editors"},
                    ],
                    "proceedingsTitle": "Proc. of X",
                    "date": "1843-09",
                    "extra": "Citation Key: ada\\ntex.note: mine".replace("\\n", "\n"),
                    "tags": [{"tag": "computing; early"}, "poetry"],
                    "attachments": [{"path": "paper.pdf", "title": "PDF"}],
                },
                {"itemType": "attachment", "title": "loose.pdf"},
                "nonsense",
            ],
        },
    )
    (entry,) = bibliography.entries
    paper = entry.paper
    assert (paper.citekey, paper.authors, paper.tags) == ("ada", ("Ada Lovelace",), ("computing", "early", "poetry"))
    assert (paper.entry.kind, paper.entry.get("booktitle"), paper.entry.get("note")) == (
        "inproceedings",
        "Proc. of X",
        "mine",
    )
    assert paper.entry.get("editor") == "{The Editors}"
    assert [path.name for path in entry.pdfs] == ["paper.pdf"]
    assert [problem.partition(":")[0] for problem in bibliography.problems] == ["item 2", "item 3"]


def test_ris_is_read(read) -> None:
    bibliography = read(
        "refs.ris",
        "\n".join(
            [
                "TY  - JOUR",
                "AU  - Sears, Margaret E",
                "A1  - Doe, John, Jr.",
                "T1  - A Title",
                "AB  - First line",
                "  and the second",
                "JF  - The Journal",
                "VL  - 2013",
                "SP  - 3",
                "EP  - 9",
                "PY  - 2013/04/18",
                "DO  - http://dx.doi.org/10.1155/2013/219840",
                "KW  - one",
                "KW  - two",
                "ER  - ",
                "",
                "TY  - CONF",
                "TI  - Cut Off",
                "TY  - BOOK",
                "TI  - Last",
            ]
        ),
    )
    first, last = (entry.paper for entry in bibliography.entries)
    assert (first.authors, first.abstract) == (("Margaret E Sears", "John Doe Jr."), "First line and the second")
    assert (first.doi, first.tags, first.entry.get("pages")) == ("10.1155/2013/219840", ("one", "two"), "3–9")
    assert (first.entry.get("journal"), first.entry.get("date")) == ("The Journal", "2013-04-18")
    assert last.title == "Last"
    assert bibliography.problems == ("line 17: the entry has no end (ER)",)


def test_a_name_of_ris_without_a_family_name_is_kept(read) -> None:
    (entry,) = read("refs.ris", "TY  - JOUR\nTI  - T\nAU  - ,Ada, Jr\nER  - \n").entries
    assert entry.paper.authors == ("Ada Jr",)
    assert entry.paper.entry.get("author") == "{Jr Ada}"


def test_a_keyword_of_ris_holds_nothing_that_a_terminal_obeys(read) -> None:
    (entry,) = read("refs.ris", "TY  - JOUR\nTI  - T\nKW  - \x1b[31mred\x00\nER  - \n").entries
    assert entry.paper.tags == ("[31mred",)


@pytest.mark.parametrize("content", ["{", "[[[", "null", "7", '{"a": 1}', '[{"id": 3}]', "[" * 100_000])
def test_json_that_is_no_bibliography_is_told_of(read, content: str) -> None:
    assert read("x.json", content).entries == ()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
NAMES = (
    "type",
    "title",
    "author",
    "issued",
    "itemType",
    "creators",
    "date",
    "extra",
    "tags",
    "attachments",
    "custom",
    "DOI",
)


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), values, max_size=6), max_size=3))
def test_no_json_breaks_us(tmp_path_factory, items: list[object]) -> None:
    path = tmp_path_factory.mktemp("json") / "refs.json"
    path.write_text(json.dumps(items))
    bibliography = read_bibliography(path)
    assert len(bibliography.entries) + len(bibliography.problems) == len(items)
