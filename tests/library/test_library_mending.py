import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.errors import ChangedOutside, LibraryError
from paperlab.library.conflicts import has_conflict_marks
from paperlab.library.files import read_bytes
from paperlab.library.mending import (
    dissolve_conflict,
    drop_same,
    encoding_of,
    join_journal,
    make_utf8,
    set_broken_lines_aside,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Kept(list[bytes]):
    """What was put away."""

    def __call__(self, path: Path) -> None:
        self.append(read_bytes(path))


def refuse(path: Path) -> None:
    raise LibraryError(f"no copy of {path} can be made")


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "annotations.jsonl"


def line(name: str, hour: int = 12, **fields: object) -> bytes:
    return json.dumps({"id": name, "at": f"2026-03-01T{hour:02}:00:00Z", **fields}).encode() + b"\n"


def last_of(journal: Path) -> dict[str, object]:
    """What the last line of each id says."""
    return {told["id"]: told.get("comment") for told in map(json.loads, journal.read_bytes().splitlines())}


def test_broken_lines_go_into_a_file_beside_the_journal_to_the_byte(journal: Path) -> None:
    kept, torn = Kept(), b'{"id": "\xff'
    journal.write_bytes(line("a") + torn + b"\n" + line("b") + b"[1]\n")
    aside = set_broken_lines_aside(journal, kept, NOON)
    assert aside.name == "annotations.jsonl.broken-20260301T120000Z"
    assert aside.read_bytes() == torn + b"\n[1]\n"
    assert journal.read_bytes() == line("a") + line("b")
    assert kept == [line("a") + torn + b"\n" + line("b") + b"[1]\n"]
    journal.write_bytes(line("a") + b"more")
    assert set_broken_lines_aside(journal, kept, NOON) != aside


def test_nothing_is_changed_where_no_copy_can_be_kept(journal: Path) -> None:
    journal.write_bytes(before := line("a") + b"torn")
    with pytest.raises(LibraryError):
        set_broken_lines_aside(journal, refuse, NOON)
    assert journal.read_bytes() == before
    assert list(journal.parent.iterdir()) == [journal]


def test_joined_journals_have_the_lines_of_both_and_the_newest_of_an_id_counts(journal: Path) -> None:
    copy = journal.with_name("annotations 2.jsonl")
    journal.write_bytes(line("both", 9, comment="first") + line("both", 15, comment="newest") + line("mine"))
    copy.write_bytes(line("both", 9, comment="first") + line("both", 12, comment="older") + line("theirs", comment="x"))
    assert join_journal(journal, copy, kept := Kept(), NOON) == 2
    assert last_of(journal) == {"both": "newest", "mine": None, "theirs": "x"}
    assert not copy.exists()
    assert len(kept) == 2


def test_a_newer_line_of_the_copy_counts(journal: Path) -> None:
    copy = journal.with_name("annotations 2.jsonl")
    journal.write_bytes(line("a", 9, comment="old") + line("gone", 9))
    copy.write_bytes(line("a", 12, comment="new") + line("gone", 10, deleted=True))
    join_journal(journal, copy, Kept(), NOON)
    assert last_of(journal)["a"] == "new"
    assert json.loads(journal.read_bytes().splitlines()[-1])["deleted"] is True


def test_broken_lines_of_a_copy_are_set_aside_and_a_torn_journal_is_closed_first(journal: Path) -> None:
    copy = journal.with_name("annotations 2.jsonl")
    journal.write_bytes(b'{"torn')
    copy.write_bytes(line("a") + b"\xff\xff\n")
    join_journal(journal, copy, Kept(), NOON)
    assert journal.read_bytes() == b'{"torn\n' + line("a")
    (aside,) = journal.parent.glob("*.broken-*")
    assert aside.read_bytes() == b"\xff\xff\n"


def test_a_conflict_of_git_becomes_the_lines_of_both_sides(journal: Path) -> None:
    ours, theirs = line("a", 15, comment="ours, later"), line("a", 12, comment="theirs") + line("b")
    marks = (b"<<<<<<< HEAD\n", b"||||||| base\n", b"=======\n", b">>>>>>> other\n")
    journal.write_bytes(line("x") + marks[0] + ours + marks[1] + marks[2] + theirs + marks[3] + line("y"))
    assert has_conflict_marks(journal)
    dissolve_conflict(journal, kept := Kept())
    assert not has_conflict_marks(journal)
    assert set(last_of(journal)) == {"a", "b", "x", "y"}
    assert last_of(journal)["a"] == "ours, later"
    assert marks[0] in kept[0]


def test_a_heading_of_markdown_is_no_conflict(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("A heading\n=======\n\ntext\n")
    assert not has_conflict_marks(tmp_path / "notes.md")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Müßig".encode(), "utf-8"),
        ("Müßig".encode("utf-16"), "utf-16"),
        ("“Müßig”".encode("cp1252"), "cp1252"),
        (b"\x81", "latin-1"),
    ],
)
def test_a_text_is_read_as_what_it_may_be_written_in(tmp_path: Path, data: bytes, encoding: str) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(data)
    assert encoding_of(data) == encoding
    assert make_utf8(path, kept := Kept()) == encoding
    assert path.read_bytes() == data.decode(encoding).encode()
    assert kept == [data]


def test_a_copy_is_dropped_only_while_it_is_the_same(tmp_path: Path) -> None:
    original, copy = tmp_path / "notes.md", tmp_path / "notes 2.md"
    original.write_text("a")
    copy.write_text("b")
    with pytest.raises(ChangedOutside):
        drop_same(copy, original)
    copy.write_text("a")
    drop_same(copy, original)
    assert not copy.exists()
