"""What is remembered of PDFs and newer editions: derived files, perhaps missing, damaged or of another paperlab."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.domain.identifiers import PaperKey
from paperlab.library.library import Library
from paperlab.library.marked import Marked, read_marked, remember_marks, remember_taken_over
from paperlab.library.newest import NewestEditions

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
A, B, C = PaperKey("a"), PaperKey("b"), PaperKey("c")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.create(tmp_path / "library")


def test_marks_of_a_pdf_are_remembered_until_they_are_taken_over(tmp_path: Path) -> None:
    assert read_marked(tmp_path) == {}
    remember_marks(tmp_path, "aa", 3)
    remember_taken_over(tmp_path, "aa")
    remember_taken_over(tmp_path, "bb")
    remember_marks(tmp_path, "cc", 1)
    remember_marks(tmp_path, "cc", 0)
    assert read_marked(tmp_path) == {"aa": Marked(3, True), "bb": Marked(0, True), "cc": Marked(0, False)}


def test_what_is_known_of_a_pdf_is_not_written_twice(tmp_path: Path) -> None:
    remember_marks(tmp_path, "none", 0)
    assert not list(tmp_path.iterdir())
    for _ in range(2):
        remember_marks(tmp_path, "aa", 3)
        remember_taken_over(tmp_path, "aa")
    assert [json.loads(line) for line in (tmp_path / "marked.jsonl").read_text().splitlines()] == [
        {"sha256": "aa", "marks": 3},
        {"sha256": "aa", "taken_over": True},
    ]


def test_lines_that_cannot_be_meant_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "marked.jsonl").write_text(
        '{"sha256": "aa", "marks": "many"}\n{"sha256": "aa", "marks": null}\ntorn\n'
        '{"sha256": "aa", "taken_over": "yes"}\n{"sha256": "bb", "marks": 2}\n'
    )
    assert read_marked(tmp_path) == {"aa": Marked(), "bb": Marked(2)}


def test_newer_editions_are_kept_for_all_and_told_where_they_change(library: Library) -> None:
    newest, other = NewestEditions(library), NewestEditions(library)
    assert (newest.names, newest.asked) == ({}, None)
    newest.keep({B: "v2", A: "v7", C: None}, NOW)
    assert other.look()
    assert not other.look()
    assert (other.names, other.asked) == ({A: "v7", B: "v2"}, NOW)
    other.keep({B: None, C: "v3"})
    assert (newest.names, newest.asked) == ({A: "v7", C: "v3"}, NOW)
    assert (library.derived / "newest.json").read_text() == (
        '{\n "format": 1,\n "asked": "2026-03-04T05:06:07+00:00",\n "newest": {\n  "a": "v7",\n  "c": "v3"\n }\n}'
    )


def test_a_paper_alone_does_not_count_as_having_asked_for_all(library: Library) -> None:
    newest = NewestEditions(library)
    newest.keep({A: None})
    assert not (library.derived / "newest.json").exists()
    newest.keep({A: "v2"})
    assert NewestEditions(library).asked is None
    before = (library.derived / "newest.json").stat()
    newest.keep({A: "v2", B: None})
    assert (library.derived / "newest.json").stat() == before
    newest.keep({}, NOW)
    assert (newest.names, newest.asked) == ({A: "v2"}, NOW)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "null",
        "{",
        '{"format": 1}',
        '{"format": 2, "asked": null, "newest": {"a": "v2"}}',
        '{"format": 1, "asked": null, "newest": []}',
        '{"format": 1, "asked": null, "newest": {"../a": "v2"}}',
        '{"format": 1, "asked": null, "newest": {"a": 7}}',
        '{"format": 1, "asked": "soon", "newest": {"a": "v2"}}',
        '{"format": 1, "asked": 5, "newest": {"a": "v2"}}',
        "[" * 100_000,
    ],
)
def test_damaged_knowledge_of_newer_editions_counts_as_none(library: Library, content: str) -> None:
    (library.derived / "newest.json").write_text(content)
    newest = NewestEditions(library)
    assert (newest.names, newest.asked) == ({}, None)
    newest.keep({B: "v3"})
    assert NewestEditions(library).names == {B: "v3"}


def test_what_is_no_edition_is_not_told(library: Library) -> None:
    told = {"a": "v0", "b": "v1", "c": "latest", "d": "v 2", "e": "v1_0", "f": "v\u0663", "g": "V2", "h": "v1234567"}
    (library.derived / "newest.json").write_text(json.dumps({"format": 1, "asked": None, "newest": told}))
    assert NewestEditions(library).names == {B: "v1"}
