"""Backups: what was there can be had back, and they do not pile up."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paperlab.errors import LibraryError
from paperlab.library.backups import KEPT, Backups
from paperlab.library.files import write_atomically


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    times = iter(datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=second) for second in range(1000))
    return Backups(tmp_path / "state" / "backups", lambda: next(times))


def test_what_was_there_is_kept_newest_first(backups: Backups, tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    for text in ("one", "two", "two", "three"):
        path.write_text(text)
        backups.keep(path)
    assert [backup.read_text() for backup in backups.of(path)] == ["three", "two", "one"]
    assert all(backup.suffix == ".md" for backup in backups.of(path))


def test_a_file_that_is_not_there_needs_none(backups: Backups, tmp_path: Path) -> None:
    assert backups.keep(tmp_path / "none.md") is None


def test_files_of_one_name_do_not_mix(backups: Backups, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "note.md").write_text(folder)
        backups.keep(tmp_path / folder / "note.md")
    assert [backup.read_text() for backup in backups.of(tmp_path / "b" / "note.md")] == ["b"]


def test_only_so_many_are_kept(backups: Backups, tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    for number in range(KEPT + 5):
        path.write_text(str(number))
        backups.keep(path)
    assert [backup.read_text() for backup in backups.of(path)] == [str(n) for n in range(KEPT + 4, 4, -1)]


def test_a_write_that_is_cut_off_leaves_the_file_and_its_backup(
    backups: Backups, tmp_path: Path, limited_files: Callable[[int], AbstractContextManager[None]]
) -> None:
    path = tmp_path / "note.md"
    path.write_text("old " * 100)
    backups.keep(path)
    with limited_files(1000), pytest.raises(LibraryError):
        write_atomically(path, b"new " * 1000)
    assert path.read_text() == "old " * 100
    assert [backup.read_text() for backup in backups.of(path)] == ["old " * 100]


def test_what_cannot_be_put_away_is_told(
    backups: Backups, tmp_path: Path, limited_files: Callable[[int], AbstractContextManager[None]]
) -> None:
    path = tmp_path / "note.md"
    path.write_text("old " * 1000)
    with limited_files(1000), pytest.raises(LibraryError):
        backups.keep(path)
    assert backups.of(path) == ()


def test_a_clock_that_is_set_back_makes_no_backup_the_oldest(tmp_path: Path) -> None:
    clock = [datetime(2031, 3, 1, tzinfo=UTC)]
    backups, path = Backups(tmp_path / "backups", lambda: clock[0]), tmp_path / "note.md"
    for number in range(KEPT + 2):
        path.write_text(str(number))
        assert backups.keep(path) is not None
        clock[0] = datetime(1970, 1, 1, tzinfo=UTC)
    assert [backup.read_text() for backup in backups.of(path)] == [str(n) for n in range(KEPT + 1, 1, -1)]


def test_a_file_of_somebody_elses_beside_the_backups_stops_none(backups: Backups, tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    for text in ("one", "two"):
        path.write_text(text)
        kept = backups.keep(path)
        assert kept is not None
        assert kept.read_text() == text
        (kept.parent / "~mine.md").write_text("mine")
