"""The library that comes with paperlab: its records and reading lists can be read and followed."""

import json
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from paperlab.domain.citekeys import make_citekey
from paperlab.domain.identifiers import PaperKey, parse_arxiv_id
from paperlab.domain.reading_lists import ItemKind, ListItem
from paperlab.library.library import Library

ROOT = Path(__file__).parents[2] / "library"
LISTS = ("short-and-steep", "understanding-llms")


@pytest.fixture
def library() -> Library:
    return Library.open(ROOT)


def name(item: ListItem) -> str:
    return item.paper or item.title


def test_its_records_are_complete_and_without_pdfs(library: Library) -> None:
    keys = library.keys()
    assert [str(key) for key in keys] == [
        "1706.03762",
        "1810.04805",
        "2005.14165",
        "radford2018improving",
        "radford2019language",
    ]
    for key in keys:
        paper = library.read(key)
        assert paper.editions == ()
        assert not list(library.folder(key).glob("*.pdf"))
        assert paper.citekey == make_citekey(paper.authors, paper.title, paper.year)
        assert paper.arxiv_id is None or paper.abstract
        assert str(paper.key) == (paper.arxiv_id.bare if paper.arxiv_id else paper.citekey)


def test_every_record_says_where_to_fetch_it(library: Library) -> None:
    for paper in map(library.read, library.keys()):
        arxiv_id = parse_arxiv_id(paper.source)
        assert arxiv_id == paper.arxiv_id
        assert arxiv_id or paper.source.startswith("https://")


@pytest.mark.parametrize("list_name", LISTS)
def test_every_item_says_what_it_is_and_why(library: Library, list_name: str) -> None:
    reading_list = library.list(list_name)
    assert reading_list.description
    for item in reading_list.items:
        assert item.why.endswith(".")
        assert item.questions
        assert item.title != item.paper
        if item.kind is ItemKind.PAPER:
            assert item.sections
            assert parse_arxiv_id(item.paper) or library.read(PaperKey(item.paper))
        else:
            assert item.url.startswith("https://")


@pytest.mark.parametrize("list_name", LISTS)
def test_prerequisites_are_on_the_list_before_what_needs_them(library: Library, list_name: str) -> None:
    items = library.list(list_name).items
    names = [name(item) for item in items]
    assert len(set(names)) == len(names)
    TopologicalSorter({name(item): item.after for item in items}).prepare()
    for place, item in enumerate(items):
        assert set(item.after) <= set(names[:place])


def test_titles_on_the_lists_are_those_of_the_records(library: Library) -> None:
    titles = {str(paper.key): paper.title for paper in map(library.read, library.keys())}
    for reading_list in library.lists():
        for item in reading_list.items:
            assert item.title == titles.get(item.paper, item.title)


@pytest.mark.real
def test_titles_are_those_of_the_papers(library: Library, real_data: Path) -> None:
    titles = {record["id"]: record["title"] for record in json.loads((real_data / "papers/papers.json").read_text())}
    for reading_list in library.lists():
        for item in reading_list.items:
            assert item.title == titles.get(item.paper, item.title)


def test_there_are_the_two_lists(library: Library) -> None:
    assert tuple(reading_list.name for reading_list in library.lists()) == LISTS
    assert len(library.list("understanding-llms").items) == 17
