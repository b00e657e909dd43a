"""The table of a paper's entry in bibliographies: kept, changed by field, edited by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.domain.bibliography import entry_of
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.errors import DamagedFile
from paperlab.library.library import Library

NOW = datetime(2026, 3, 4, tzinfo=UTC)
PAPER = Paper(key=PaperKey("a1"), citekey="a1", title="T", added=NOW)
BOOK = entry_of("book", {"publisher": "P", "type": "PhD", "x-y": "1", "a.b": "q"})


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library.create(tmp_path / "library")
    made.write(replace(PAPER, entry=BOOK))
    return made


def record(library: Library, paper: Paper = PAPER) -> Path:
    return library.folder(paper.key) / "paper.toml"


def test_an_entry_is_read_back_as_it_was(library: Library) -> None:
    assert library.read(PAPER.key).entry == BOOK
    assert '[bibliography]\ntype = "book"\npublisher = "P"\n' in record(library).read_text()


def test_a_readers_order_comments_and_numbers_stay_when_a_field_changes(library: Library) -> None:
    path = record(library)
    path.write_text(path.read_text().replace('publisher = "P"', '# mine\nPublisher = "P" # here\nvolume = 38'))
    assert library.read(PAPER.key).entry.get("volume") == "38"

    def edit(paper: Paper) -> Paper:
        fields = {**dict(paper.entry.fields), "publisher": "Q", "edition": "2"}
        edition = Edition("v1", "v1.pdf", "a" * 64, 3, NOW)
        return replace(paper, entry=entry_of("book", fields), editions=(edition,))

    library.change(PAPER.key, edit)
    text = path.read_text()
    assert '# mine\nPublisher = "Q" # here\nvolume = 38\n' in text
    assert 'edition = "2"' in text
    assert library.read(PAPER.key).entry.get("publisher") == "Q"


def test_a_table_is_added_below_the_editions_and_can_be_emptied(library: Library) -> None:
    edition = Edition("v1", "v1.pdf", "a" * 64, 3, NOW)
    other = Paper(key=PaperKey("a2"), citekey="a2", title="T", added=NOW, editions=(edition,))
    library.write(other)
    for entry in (BOOK, entry_of("", {}), BOOK):
        library.change(other.key, lambda paper, entry=entry: replace(paper, entry=entry))
        assert library.read(other.key) == replace(other, entry=entry)
        assert ("type =" in record(library, other).read_text()) is bool(entry.kind)
    assert "fetched = 2026-03-04T00:00:00Z\n\n[bibliography]\n" in record(library, other).read_text()


def test_a_new_record_without_editions_ends_with_its_entry(library: Library) -> None:
    assert "tags = []\n\n[bibliography]\n" in record(library).read_text()


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ("bibliography = 3", "bibliography should be a table"),
        ("[bibliography]\neditor = ['A']", "bibliography.editor should be text"),
        ('[bibliography]\n"a b" = "x"', "no name of a field"),
        ('[bibliography]\ntype = "a b"', "no type of an entry"),
    ],
)
def test_what_cannot_be_meant_is_named(library: Library, table: str, named: str) -> None:
    path = record(library)
    path.write_text(f'key = "a1"\ncitekey = "a1"\ntitle = "T"\nadded = 2026-01-01\n{table}\n')
    with pytest.raises(DamagedFile, match=named):
        library.read(PAPER.key)
