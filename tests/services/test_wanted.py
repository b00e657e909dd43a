"""What a source asks for, before anything is fetched."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.domain.identifiers import ArxivId, PaperKey
from paperlab.domain.papers import Paper
from paperlab.errors import NothingFound, UnknownSource
from paperlab.library.library import Library
from paperlab.services.records import Records
from paperlab.services.wanted import Wanted, wanted_of

NOW = datetime(2026, 3, 4, tzinfo=UTC)
KNOWN = Paper(
    key=PaperKey("radford2018improving"),
    citekey="radford2018improving",
    title="GPT",
    source="https://example.org/gpt.pdf",
    added=NOW,
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library")
    library.write(KNOWN)
    return library


def wanted(library: Library, source: str) -> tuple[list[Wanted], tuple[str, ...]]:
    return wanted_of(source, library, Records(library, lambda: NOW))


def test_a_list_asks_for_its_papers_in_order_and_for_nothing_else(library: Library) -> None:
    (library.root / "lists" / "mine.toml").write_text(
        '[[items]]\npaper = "1706.03762v5"\n'
        '[[items]]\nurl = "https://example.org/course"\nkind = "course"\n'
        '[[items]]\npaper = "radford2018improving"\n'
        '[[items]]\nurl = "https://example.org/page"\n'
        '[[items]]\npaper = "https://example.org/a.pdf"\n'
    )
    found, problems = wanted(library, "list:mine")
    assert problems == ()
    assert found == [
        Wanted("1706.03762v5", ArxivId("1706.03762", 5)),
        Wanted("radford2018improving", url="https://example.org/gpt.pdf", record=KNOWN),
        Wanted("https://example.org/a.pdf", url="https://example.org/a.pdf"),
    ]
    with pytest.raises(NothingFound, match="no reading list yours"):
        wanted(library, "list:yours")


def test_a_folder_asks_for_each_of_its_pdfs(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    with pytest.raises(UnknownSource, match=r"no PDF in .*papers"):
        wanted(library, str(folder))
    for name in ("b.pdf", "a.pdf", "c.txt"):
        (folder / name).write_bytes(b"%PDF-1.7")
    assert [each.path for each in wanted(library, str(folder))[0]] == [folder / "a.pdf", folder / "b.pdf"]


def test_a_bibliography_asks_for_its_entries_and_tells_what_it_could_not_read(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    path.write_text("% nothing yet\n")
    with pytest.raises(UnknownSource, match=r"no entries in .*refs\.bib"):
        wanted(library, str(path))
    path.write_text("@misc{a, title = {T}, eprint = {1706.03762}}\n@misc{, year = 2017}\n@misc{b, title = {U}}")
    found, problems = wanted(library, str(path))
    assert [(each.source, each.arxiv_id) for each in found] == [
        (f"{path}#a", ArxivId("1706.03762")),
        (f"{path}#b", None),
    ]
    assert len(problems) == 1
