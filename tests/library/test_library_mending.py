import json
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.errors import ChangedOutside, LibraryError
from paperlab.library.conflicts import has_conflict_marks
from paperlab.library.history import History
from paperlab.library.journal_lines import is_deletion, standing
from paperlab.library.mending import (
    dissolve_conflict,
    drop_same,
    encoding_of,
    join_journal,
    make_utf8,
    set_broken_lines_aside,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "annotations.jsonl"


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path, tmp_path / ".backups", lambda _: nullcontext(), lambda: NOON)


def kept(history: History, path: Path) -> list[bytes]:
    """What a file held before, newest first."""
    return [snapshot.path.read_bytes() for snapshot in history.snapshots.of(path)]


def line(name: str, hour: int = 12, **fields: object) -> bytes:
    return json.dumps({"id": name, "at": f"2026-03-01T{hour:02}:00:00Z", **fields}).encode() + b"\n"


def comments(journal: Path) -> dict[str, object]:
    """What holds of each id."""
    return {name: told.get("comment") for name, told in standing(journal).items()}


def test_broken_lines_go_into_a_file_beside_the_journal_to_the_byte(journal: Path, history: History) -> None:
    torn = b'{"id": "\xff'
    journal.write_bytes(line("a") + torn + b"\n" + line("b") + b"[1]\n")
    aside = set_broken_lines_aside(journal, history, NOON)
    assert aside.name == "annotations.jsonl.broken-20260301T120000Z"
    assert aside.read_bytes() == torn + b"\n[1]\n"
    assert journal.read_bytes() == line("a") + line("b")
    assert kept(history, journal) == [line("a") + torn + b"\n" + line("b") + b"[1]\n"]
    journal.write_bytes(line("a") + b"more")
    assert set_broken_lines_aside(journal, history, NOON) != aside


def test_nothing_is_changed_where_no_copy_can_be_kept(journal: Path, history: History) -> None:
    journal.write_bytes(before := line("a") + b"torn")
    (journal.parent / ".backups").write_text("a file where the folder should be")
    for mend in (set_broken_lines_aside, lambda *_: dissolve_conflict(journal, history)):
        with pytest.raises(LibraryError):
            mend(journal, history, NOON)
        assert journal.read_bytes() == before


def test_joined_journals_have_the_lines_of_both_and_the_newest_of_an_id_counts(journal: Path, history: History) -> None:
    copy = journal.with_name("annotations 2.jsonl")
    journal.write_bytes(line("both", 9, comment="first") + line("both", 15, comment="newest") + line("mine"))
    copy.write_bytes(line("both", 9, comment="first") + line("both", 12, comment="older") + line("theirs", comment="x"))
    assert join_journal(journal, copy, history, NOON) == 2
    assert comments(journal) == {"both": "newest", "mine": None, "theirs": "x"}
    assert not copy.exists()
    assert len(kept(history, journal)) == len(kept(history, copy)) == 1


def test_a_newer_line_of_the_copy_counts(journal: Path, history: History) -> None:
    copy = journal.with_name("annotations 2.jsonl")
    journal.write_bytes(line("a", 9, comment="old") + line("gone", 9))
    copy.write_bytes(line("a", 12, comment="new") + line("gone", 10, deleted=True))
    join_journal(journal, copy, history, NOON)
    assert comments(journal)["a"] == "new"
    assert is_deletion(standing(journal)["gone"])


def test_broken_lines_of_a_copy_are_set_aside_and_a_torn_journal_is_closed_first(
    journal: Path, history: History
) -> None:
    copy = journal.with_name("annotations 2.jsonl")
    journal.write_bytes(b'{"torn')
    copy.write_bytes(line("a") + b"\xff\xff\n")
    join_journal(journal, copy, history, NOON)
    assert journal.read_bytes() == b'{"torn\n' + line("a")
    (aside,) = journal.parent.glob("*.broken-*")
    assert aside.read_bytes() == b"\xff\xff\n"


def test_a_conflict_of_git_becomes_the_lines_of_both_sides(journal: Path, history: History) -> None:
    ours, theirs = line("a", 15, comment="ours, later"), line("a", 12, comment="theirs") + line("b")
    marks = (b"<<<<<<< HEAD\n", b"||||||| base\n", b"=======\n", b">>>>>>> other\n")
    journal.write_bytes(line("x") + marks[0] + ours + marks[1] + marks[2] + theirs + marks[3] + line("y"))
    assert has_conflict_marks(journal)
    dissolve_conflict(journal, history)
    assert not has_conflict_marks(journal)
    assert set(comments(journal)) == {"a", "b", "x", "y"}
    assert comments(journal)["a"] == "ours, later"
    assert marks[0] in kept(history, journal)[0]


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
def test_a_text_is_read_as_what_it_may_be_written_in(
    tmp_path: Path, history: History, data: bytes, encoding: str
) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(data)
    assert encoding_of(data) == encoding
    assert make_utf8(path, history) == encoding
    assert path.read_bytes() == data.decode(encoding).encode()
    assert kept(history, path) == [data]


def test_a_copy_is_dropped_only_while_it_is_the_same(tmp_path: Path, history: History) -> None:
    original, copy = tmp_path / "notes.md", tmp_path / "notes 2.md"
    original.write_text("a")
    copy.write_text("b")
    with pytest.raises(ChangedOutside):
        drop_same(copy, original, history)
    copy.write_text("a")
    drop_same(copy, original, history)
    assert not copy.exists()
