"""Versions of files are listed and brought back, and what the file held meanwhile is kept as well."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desk import Desk, put_paper

from paperlab.cli.main import run
from paperlab.domain.identifiers import PaperKey
from paperlab.errors import NothingFound, UsageError
from paperlab.library.library import Library
from paperlab.services.versions import Versions

KEY = PaperKey("1706.03762")
HOUR = timedelta(hours=1)


class Room:
    """A library whose clock goes an hour further with each note."""

    def __init__(self, root: Path) -> None:
        self.at = datetime(2026, 3, 1, 8, tzinfo=UTC)
        Library.create(root)
        self.library = Library(root, lambda: self.at)
        desk = Desk(root)
        put_paper(desk)
        self.versions = Versions(self.library)
        self.path = self.library.notes_path(KEY)

    def write(self, *texts: str) -> None:
        for text in texts:
            self.at += HOUR
            self.library.write_notes(KEY, text, based_on=self.library.read_notes(KEY))

    @property
    def notes(self) -> "Sequence[tuple[str, int, int]]":
        found = [version for version in self.versions.of(KEY) if version.file.name == "notes.md"]
        return [(version.snapshot.path.read_text(), version.more, version.fewer) for version in found]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    room = Room(tmp_path / "library")
    room.write("nine\n", "ten\nten\n", "eleven\n")
    return room


def test_versions_are_told_with_what_they_would_change(room: Room) -> None:
    assert room.notes == [("ten\nten\n", 2, 1), ("nine\n", 1, 1)]
    room.write("nine\n")
    assert [version.is_present for version in room.versions.of(KEY)][:3] == [False, False, True]


def test_a_version_is_what_the_file_held_at_a_time(room: Room) -> None:
    ten = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert room.versions.at(KEY, "notes", ten).snapshot.path.read_text() == "ten\nten\n"
    assert room.versions.at(KEY, "notes.md", ten - HOUR).snapshot.path.read_text() == "nine\n"
    with pytest.raises(NothingFound, match="has not changed notes"):
        room.versions.at(KEY, "notes", ten + HOUR)
    with pytest.raises(NothingFound, match="no version of letters"):
        room.versions.at(KEY, "letters", ten)


def test_bringing_one_back_loses_nothing(room: Room) -> None:
    room.versions.bring_back(room.versions.numbered(KEY, 2))
    assert room.path.read_text() == "nine\n"
    assert [text for text, _, _ in room.notes] == ["eleven\n", "ten\nten\n", "nine\n"]
    with pytest.raises(UsageError, match="no version 9"):
        room.versions.numbered(KEY, 9)


def test_what_was_edited_elsewhere_is_put_away_too(room: Room) -> None:
    room.path.write_text("by hand\n")
    room.versions.bring_back(room.versions.numbered(KEY, 1))
    assert room.notes[0][0] == "by hand\n"


def test_a_deleted_file_and_a_deleted_paper_come_back(room: Room) -> None:
    room.path.unlink()
    room.versions.bring_back(room.versions.numbered(KEY, 1))
    assert room.path.read_text() == "ten\nten\n"
    for path in room.library.folder(KEY).iterdir():
        path.unlink()
    room.library.folder(KEY).rmdir()
    assert room.versions.has(KEY)
    room.versions.bring_back(room.versions.numbered(KEY, 2))
    assert room.path.read_text() == "nine\n"


def test_a_journal_gets_its_lines_back_and_loses_none(room: Room) -> None:
    """Nothing that paperlab does rewrites a journal; a mending may."""
    journal = room.library.folder(KEY) / "reading.jsonl"
    line = '{"id": "%s", "at": "2026-01-01T00:00:00Z", "type": "declared", "status": "reading"}\n'
    journal.write_text(line % "a" + "no line\n" + line % "b")
    room.library.history.write(journal, (line % "a").encode())
    journal.write_text(journal.read_text() + line % "c")
    (version,) = [version for version in room.versions.of(KEY) if version.file == journal]
    room.versions.bring_back(version)
    assert journal.read_text() == line % "a" + line % "c" + line % "b"


def test_a_reading_list_has_versions(room: Room) -> None:
    room.library.add_to_list("mine", KEY, "One")
    before = (room.library.root / "lists" / "mine.toml").read_text()
    room.library.add_to_list("mine", PaperKey("other"), "Other")
    room.versions.bring_back(room.versions.numbered("list:mine", 1))
    assert (room.library.root / "lists" / "mine.toml").read_text() == before
    assert room.versions.of("list:other") == ()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "no paper 'nothing'"),
        ([KEY.value, "99"], "has no version 99"),
        ([KEY.value, "notes"], "'notes' is no number of a version"),
        ([KEY.value, "--file", "notes"], "--file goes with --at"),
        ([KEY.value, "1", "--file", "notes", "--at", "2026-03-01"], "--at goes with --file, and without a number"),
        ([KEY.value, "--pdfs", "."], "--pdfs is for a FILE.json"),
        (["x.json", "--file", "notes"], "--file and --at are for a KEY"),
        (["list:never"], "nothing is kept of list:never"),
    ],
)
def test_wrong_words_are_told(room: Room, capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert run(["--library", str(room.library.root), "restore", *words]) in (1, 2)
    assert said in capsys.readouterr().err


def test_a_reader_brings_notes_back_and_takes_that_back(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    library = ["--library", str(room.library.root)]
    assert run([*library, "restore", KEY.value]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[3] for line in listed] == ["notes.md", "notes.md"]
    assert run([*library, "restore", KEY.value, "--file", "notes", "--at", "2026-03-01T10:30:00+00:00"]) == 0
    assert room.path.read_text() == "ten\nten\n"
    local = datetime(2026, 3, 1, 9, 30, tzinfo=UTC).astimezone().replace(tzinfo=None)
    assert run([*library, "restore", KEY.value, "--file", "notes", "--at", local.isoformat()]) == 0
    assert room.path.read_text() == "nine\n"
    assert run([*library, "undo"]) == run([*library, "undo"]) == 0
    assert room.path.read_text() == "eleven\n"
