"""The files of a library are taken out and put in whole; one setting is written among the reader's own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.progress import Declaration, Status
from paperlab.errors import ChangedOutside, DamagedFile, NothingFound
from paperlab.library import plain_files
from paperlab.library.library import Library
from paperlab.library.settings_file import settings_history, settings_lock, write_setting

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KEY = PaperKey("1706.03762")
PAPER = Paper(key=KEY, citekey="vaswani2017attention", title="Attention – Größe", added=NOW)
MARK = Annotation(
    id="1", kind=AnnotationKind.HIGHLIGHT, edition="v1", page_index=0, quote="Größe", created=NOW, updated=NOW
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library")
    library.write(PAPER)
    return library


@pytest.fixture
def other(tmp_path: Path) -> Library:
    return Library.create(tmp_path / "other")


def test_a_paper_comes_to_another_library_as_it_was(library: Library, other: Library) -> None:
    library.annotate(KEY, MARK)
    library.append_note(KEY, "Größe\r\n")
    library.record_reading(KEY, Declaration(at=NOW, status=Status.READ))
    files = plain_files.paper_files(library, KEY)
    assert sorted(files) == ["annotations.jsonl", "notes.md", "paper.toml", "reading.jsonl"]
    assert plain_files.check_paper(KEY, files) == PAPER
    for _ in range(2):
        plain_files.put_paper(other, KEY, files)
    assert plain_files.paper_files(other, KEY) == files
    assert other.annotations(KEY) == (MARK,)


def test_files_that_are_not_there_are_none(library: Library) -> None:
    assert list(plain_files.paper_files(library, KEY)) == ["paper.toml"]


def test_a_journal_line_that_is_no_text_is_taken_along(library: Library) -> None:
    (library.folder(KEY) / "reading.jsonl").write_bytes(b"caf\xe9\n")
    assert plain_files.paper_files(library, KEY)["reading.jsonl"] == "caf\\xe9\n"


def test_nothing_is_touched_where_one_file_is_another(library: Library, other: Library) -> None:
    files = {**plain_files.paper_files(library, KEY), "notes.md": "theirs\n", "reading.jsonl": "{}\n"}
    other.folder(KEY).mkdir()
    other.notes_path(KEY).write_text("mine\n")
    with pytest.raises(ChangedOutside, match=r"notes\.md is there already"):
        plain_files.put_paper(other, KEY, files)
    assert [path.name for path in other.folder(KEY).iterdir()] == ["notes.md"]
    assert other.read_notes(KEY) == "mine\n"


def test_a_list_comes_to_another_library_unless_one_of_its_name_is_there(library: Library, other: Library) -> None:
    text = '# Größe\n[[items]]\npaper = "a"\n'
    (other.root / "lists").rmdir()
    plain_files.check_list("mine", text)
    assert plain_files.put_list(other, "mine", text)
    assert not plain_files.put_list(other, "mine", "")
    assert plain_files.list_files(other) == {"mine": text}
    assert plain_files.list_files(library) == {}


def test_what_cannot_be_a_list_is_told(library: Library) -> None:
    (library.root / "lists" / "notes.toml").write_text("")
    (library.root / "lists" / ".hidden.toml").write_text("")
    assert plain_files.list_files(library) == {"notes": ""}
    with pytest.raises(NothingFound, match="no reading list can be named"):
        plain_files.check_list("../mine", "")
    with pytest.raises(DamagedFile, match=r"lists/mine\.toml: items should be a list"):
        plain_files.check_list("mine", "items = 1")


def test_a_pdf_is_put_where_its_record_names_it_and_it_is_lacking(
    library: Library, other: Library, tmp_path: Path
) -> None:
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(b"%PDF-one")
    edition = library.add_edition(KEY, "v1", pdf, NOW)
    other.write(replace(PAPER, editions=(edition,)))
    pdf.write_bytes(b"%PDF-two")
    assert not plain_files.put_pdf(other, KEY, edition, pdf), "other bytes"
    pdf.write_bytes(b"%PDF-one and more")
    assert not plain_files.put_pdf(other, KEY, edition, pdf), "more bytes"
    pdf.write_bytes(b"%PDF-one")
    assert plain_files.put_pdf(other, KEY, edition, pdf)
    assert not plain_files.put_pdf(other, KEY, edition, pdf), "it is there"
    assert other.edition_path(KEY, edition).read_bytes() == b"%PDF-one"


RECORD: Mapping[str, object] = {
    "key": "1706.03762",
    "citekey": "v",
    "title": "Attention",
    "added": "2026-03-04",
    "publisher": "not ours",
    "editions": [{"name": "v1", "file": "v1.pdf", "sha256": "a" * 64, "bytes": 1, "fetched": "2026-03-04"}],
}


def test_tables_of_another_program_make_the_files_of_a_paper(other: Library) -> None:
    line = {"id": "1", "at": "2026-03-04", "kind": "highlight", "edition": "v1", "page": 1, "quote": "Größe"}
    files = plain_files.files_of_tables(KEY, RECORD, [line], [{"id": "1"}, {"id": "2"}], "Notes.")
    assert (files["notes.md"], files["reading.jsonl"]) == ("Notes.", '{"id": "1"}\n{"id": "2"}\n')
    assert "Größe" in files["annotations.jsonl"]
    plain_files.put_paper(other, KEY, files)
    paper = other.read(KEY)
    assert (paper.title, paper.editions[0].file, other.annotations(KEY)[0].quote) == ("Attention", "v1.pdf", "Größe")
    with pytest.raises(DamagedFile, match=r"1706\.03762/paper\.toml: title is missing"):
        plain_files.files_of_tables(KEY, {**RECORD, "title": ""}, [], [], "")


def test_a_setting_is_written_among_the_readers_own(tmp_path: Path) -> None:
    file = tmp_path / "made" / "with it" / "config.toml"
    write_setting(file, "editor", "näno")
    file.write_text(f"# mine\nreader_width = 80 # wide\n{file.read_text('utf-8')}", "utf-8")
    write_setting(file, "reader_width", 90)
    write_setting(file, "offline", True)
    assert file.read_text("utf-8") == '# mine\nreader_width = 90 # wide\neditor = "näno"\noffline = true\n'
    write_setting(file, "timeout_s", 2.5)
    assert file.read_text("utf-8").endswith("offline = true\ntimeout_s = 2.5\n")


def test_a_setting_is_none_of_a_table_that_stands_before_it(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b'\xef\xbb\xbf# mine\n[keymap]\n"reader.note" = "n"\n')
    write_setting(file, "offline", True)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf# mine\noffline = true\n")
    assert file.read_bytes().endswith(b'[keymap]\n"reader.note" = "n"\n')


def test_what_a_settings_file_held_is_kept_in_the_readers_state_and_noted_as_a_step(tmp_path: Path) -> None:
    file, state = tmp_path / "config" / "config.toml", tmp_path / "state"
    file.parent.mkdir()
    file.write_text("offline = false\n")
    history = settings_history(file, state, lambda: NOW)
    with settings_lock(state), history.step("set offline"):
        assert (state / "locks" / "settings.lock").exists()
        write_setting(file, "offline", True, history.write)
    assert file.read_text() == "offline = true\n"
    (step,) = history.steps()
    assert (step.did, step.at, [change.file for change in step.changes]) == ("set offline", NOW, ["config.toml"])
    assert (state / "locks" / "steps.lock").exists()
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]
    kept = [path.read_bytes() for path in (state / "settings").rglob("*") if path.is_file()]
    assert b"offline = false\n" in kept
