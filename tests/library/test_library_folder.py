"""The library as a whole, on a folder."""

import os
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.progress import Declaration, Status
from paperlab.domain.reading_lists import ItemKind
from paperlab.errors import (
    ChangedOutside,
    DamagedFile,
    LibraryBusy,
    LibraryTooNew,
    NoLibrary,
    NothingFound,
    UnknownPaper,
)
from paperlab.library.finding import find_library
from paperlab.library.library import Library

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KEY = PaperKey("1706.03762")
ATTENTION = Paper(key=KEY, citekey="vaswani2017attention", title="Attention Is All You Need", added=NOW)
MARK = Annotation(
    id="1", kind=AnnotationKind.HIGHLIGHT, edition="v1", page_index=0, quote="q", created=NOW, updated=NOW
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library")
    library.write(ATTENTION)
    return library


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_library_is_a_few_plain_files(tmp_path: Path) -> None:
    Library.create(tmp_path)
    made = files(tmp_path)
    assert set(made) == {"paperlab.toml", ".gitignore", ".gitattributes"}
    assert made["paperlab.toml"].endswith(b"\nformat = 1\n")
    assert b"\n.paperlab/\n" in made[".gitignore"]


def test_creating_twice_changes_nothing(library: Library) -> None:
    (library.root / "paperlab.toml").write_text("format = 1\nmodel = 'mine' # my own\n")
    (library.root / ".gitignore").write_text("*.pdf\n")
    before = files(library.root)
    assert Library.create(library.root).keys() == (KEY,)
    assert files(library.root) == before


def test_a_gitignore_of_the_readers_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    Library.create(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def test_what_is_no_library_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary, match="is no library"):
        Library.open(tmp_path)


@pytest.mark.parametrize(
    ("text", "error"), [("format = 2", LibraryTooNew), ("", DamagedFile), ("format =", DamagedFile)]
)
def test_a_library_that_cannot_be_understood_is_not_opened(tmp_path: Path, text: str, error: type[Exception]) -> None:
    (tmp_path / "paperlab.toml").write_text(text)
    with pytest.raises(error):
        Library.open(tmp_path)


def test_a_library_is_found_upward_and_beside(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "project" / "library").root
    (tmp_path / "project" / "src" / "deep").mkdir(parents=True)
    assert find_library(None, tmp_path / "project" / "src" / "deep") == library
    assert find_library(None, library / "papers") == library
    assert find_library(None, tmp_path) is None
    assert find_library(tmp_path / "other", library) == tmp_path / "other"


def test_keys_are_the_folders_with_a_record(library: Library) -> None:
    for name in ("no record", "CON", "empty"):
        (library.root / "papers" / name).mkdir()
    (library.root / "papers" / "CON" / "paper.toml").write_text("")
    (library.root / "papers" / "file").write_text("")
    library.write(replace(ATTENTION, key=PaperKey("0704.0001")))
    assert library.keys() == (PaperKey("0704.0001"), KEY)


def test_a_stamp_changes_with_each_file_and_only_then(library: Library) -> None:
    def stamp() -> tuple[str, str]:
        found = library.stamps()[KEY]
        return str(found), found.marks

    seen = [stamp()]
    assert stamp() == seen[0]
    library.record_reading(KEY, Declaration(at=NOW, status=Status.READ))
    seen.append(stamp())
    library.change(KEY, lambda paper: replace(paper, tags=("a",)))
    seen.append(stamp())
    assert len({whole for whole, _ in seen}) == 3
    assert len({marks for _, marks in seen}) == 1
    library.append_note(KEY, "note")
    seen.append(stamp())
    library.annotate(KEY, MARK)
    seen.append(stamp())
    assert len({whole for whole, _ in seen}) == 5
    assert len({marks for _, marks in seen}) == 3


def test_stamps_are_of_the_papers_that_are_asked_for_and_the_same_while_nothing_changes(library: Library) -> None:
    other = PaperKey("other")
    library.write(replace(ATTENTION, key=other))
    assert library.stamps([other, PaperKey("gone")]).keys() == {other}
    before = library.stamps()
    library.append_note(other, "x")
    after = library.stamps()
    assert after[KEY] is before[KEY]
    assert after[other] != before[other]
    assert {id(key) for key in after} == {id(key) for key in before}


def test_a_stamp_tells_whether_there_are_notes_or_annotations(library: Library) -> None:
    other = PaperKey("other")
    library.write(replace(ATTENTION, key=other))
    assert not library.stamps()[KEY].has_marks
    library.append_note(KEY, "x")
    library.annotate(other, MARK)
    assert library.stamps()[KEY].has_marks
    assert library.stamps()[other].has_marks


def test_an_edition_is_kept_byte_for_byte_and_never_replaced(library: Library, tmp_path: Path) -> None:
    pdf = tmp_path / "download.part"
    pdf.write_bytes(b"%PDF-1.7 one")
    edition = library.add_edition(KEY, "v7", pdf, NOW)
    assert (edition.file, edition.size_bytes) == ("v7.pdf", 12)
    assert library.add_edition(KEY, "v7", pdf, NOW) == edition
    pdf.write_bytes(b"%PDF-1.7 two")
    with pytest.raises(ChangedOutside, match=r"v7\.pdf"):
        library.add_edition(KEY, "v7", pdf, NOW)
    assert library.edition_path(KEY, edition).read_bytes() == b"%PDF-1.7 one"
    assert library.read(KEY).editions == ()


def test_an_edition_may_come_before_its_record(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-")
    library.add_edition(PaperKey("new"), "v1", tmp_path / "a.pdf", NOW)
    assert library.keys() == (KEY,)


def test_annotations_are_added_replaced_and_removed(library: Library) -> None:
    library.annotate(KEY, MARK)
    library.annotate(KEY, replace(MARK, comment="newer"))
    assert [mark.comment for mark in library.annotations(KEY)] == ["newer"]
    library.remove_annotation(KEY, "1", NOW)
    assert library.annotations(KEY) == ()
    with pytest.raises(NothingFound):
        library.remove_annotation(KEY, "1", NOW)


def test_broken_lines_are_told_on_demand(library: Library) -> None:
    library.annotate(KEY, MARK)
    with (library.folder(KEY) / "annotations.jsonl").open("a") as file:
        file.write('{"id": "2", "at"')
    assert library.broken_lines(KEY) == ("annotations.jsonl, line 2: no JSON",)
    library.annotate(KEY, replace(MARK, id="3"))
    assert [mark.id for mark in library.annotations(KEY)] == ["1", "3"]


def test_nothing_is_written_for_a_paper_that_is_not_there(library: Library) -> None:
    unknown = PaperKey("2005.14165")
    before = files(library.root / "papers")
    for write in (
        lambda: library.annotate(unknown, MARK),
        lambda: library.append_note(unknown, "x"),
        lambda: library.write_notes(unknown, "x", based_on=""),
        lambda: library.record_reading(unknown, Declaration(at=NOW)),
        lambda: library.change(unknown, lambda paper: paper),
    ):
        with pytest.raises(UnknownPaper):
            write()
    assert files(library.root / "papers") == before
    assert library.annotations(unknown) == ()
    assert library.read_notes(unknown) == ""


def test_changes_of_many_threads_are_all_there(library: Library) -> None:
    def tag(name: str) -> None:
        library.change(KEY, lambda paper: replace(paper, tags=(*paper.tags, name)))

    workers = [threading.Thread(target=tag, args=(f"t{n}",)) for n in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert set(library.read(KEY).tags) == {f"t{n}" for n in range(8)}


def test_a_change_of_key_is_refused(library: Library) -> None:
    with pytest.raises(ValueError, match="cannot change"):
        library.change(KEY, lambda paper: replace(paper, key=PaperKey("other")))


def test_a_busy_library_says_so(library: Library) -> None:
    errors: list[str] = []

    def hold() -> None:
        try:
            with library.lock("index", timeout_s=0.05):
                pass
        except LibraryBusy as error:
            errors.append(error.hint)

    with library.lock("index"):
        other = threading.Thread(target=hold)
        other.start()
        other.join()
    assert errors == ["Try again when it is done, or end it: what it has written is kept."]


def test_reading_needs_no_lock_and_writes_nothing(library: Library) -> None:
    before = files(library.root)
    for folder, _, _ in os.walk(library.root, topdown=False):
        Path(folder).chmod(0o500)
    try:
        reopened = Library.open(library.root)
        assert reopened.read(KEY) == ATTENTION
        assert reopened.annotations(KEY) == reopened.reading(KEY) == reopened.lists() == ()
    finally:
        for folder, _, _ in os.walk(library.root):
            Path(folder).chmod(0o700)
    assert files(library.root) == before


LIST = """\
# My way in
title = "From the basics"
description = \"\"\"
Short and
steep.\"\"\"

[[items]] # first
paper = "https://arxiv.org/abs/1706.03762v7"
title = "Attention Is All You Need"
why = "The architecture."
sections = ["3 Model Architecture"]
questions = ["Why divide by the root of d?"]

[[items]]
url = "https://example.org/course"
title = "A course"
kind = "course"
after = ["1706.03762"]
"""


def write_list(library: Library, text: str, name: str = "mine") -> Path:
    path = library.root / "lists" / f"{name}.toml"
    path.write_text(text)
    return path


def test_a_reading_list_is_read(library: Library) -> None:
    write_list(library, LIST)
    mine = library.list("mine")
    assert library.lists() == (mine,)
    assert (mine.name, mine.title, mine.description) == ("mine", "From the basics", "Short and\nsteep.")
    assert [(item.title, item.kind, item.after) for item in mine.items] == [
        ("Attention Is All You Need", ItemKind.PAPER, ()),
        ("A course", ItemKind.COURSE, ("1706.03762",)),
    ]


def test_a_paper_is_added_at_the_end_of_a_list_once(library: Library) -> None:
    path = write_list(library, LIST)
    library.add_to_list("mine", PaperKey("2005.14165"), 'Language "Models"\nare')
    assert path.read_text().startswith(LIST)
    added = path.read_text()
    assert library.list("mine").items[-1].title == 'Language "Models" are'
    library.add_to_list("mine", PaperKey("2005.14165"), "again")
    library.add_to_list("mine", KEY, "under an address already")
    assert path.read_text() == added


def test_a_missing_list_is_made(library: Library) -> None:
    library.add_to_list("to read", KEY, "")
    assert [(item.paper, item.title) for item in library.list("to read").items] == [("1706.03762", "1706.03762")]
    assert library.list("to read").title == "to read"


def test_items_in_one_line_are_not_damaged(library: Library) -> None:
    path = write_list(library, 'items = [{paper = "1706.03762"}]')
    with pytest.raises(DamagedFile, match=r"mine\.toml"):
        library.add_to_list("mine", PaperKey("new"), "New")
    assert path.read_text() == 'items = [{paper = "1706.03762"}]'


@pytest.mark.parametrize(
    "name", ["", "..", "../paperlab", "a/b", "a\\b", ".hidden", "con", "nul.x", "a\nb", "a.", "x" * 200]
)
def test_a_list_needs_a_safe_name(library: Library, name: str) -> None:
    with pytest.raises(NothingFound):
        library.list(name)
    with pytest.raises(NothingFound):
        library.add_to_list(name, KEY, "x")


def test_a_missing_list_names_those_there_are(library: Library) -> None:
    write_list(library, LIST)
    with pytest.raises(NothingFound) as missing:
        library.list("yours")
    assert missing.value.hint == "There are: mine."


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("items = 1", "items should be a list of tables"),
        ("[[items]]\ntitle = 'x'", "item 'x' has neither paper nor url"),
        ("[[items]]\npaper = 'a'\nkind = 'poem'", "kind of 'a' should be one of paper, course"),
        ("[[items]]\ntitle = 'x'\nurl = 'file:///etc/passwd'", "url of 'x'"),
        ("[[items]]\npaper = 'a'\nafter = 'b'", "after should be a list of texts"),
        ("title = ", "lists/mine.toml"),
    ],
)
def test_a_damaged_list_is_told_with_file_and_field(library: Library, text: str, named: str) -> None:
    write_list(library, text)
    with pytest.raises(DamagedFile) as damaged:
        library.lists()
    assert damaged.value.message.startswith("lists/mine.toml: ")
    assert named in damaged.value.message


def test_what_is_derived_is_made_when_needed(library: Library) -> None:
    assert library.derived.is_dir()
    assert library.derived == library.root / ".paperlab"
