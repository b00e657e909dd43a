"""Snapshots: what a file held can be had back, they do not pile up, and no clock can take them away."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paperlab.errors import LibraryError
from paperlab.library.snapshots import KEPT, KEPT_DAYS, MOST_BYTES, Snapshots, digest_of

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Room:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.at = BEGIN
        self.snapshots = Snapshots(root, root / ".backups", lambda: self.at)
        self.path = root / "papers" / "a" / "notes.md"
        self.path.parent.mkdir(parents=True)

    def keep(self, text: str, after: timedelta = timedelta(seconds=1)) -> str:
        """Put away a content of the file, some time after the last one."""
        self.at += after
        self.path.write_text(text)
        return self.snapshots.keep(self.path)

    @property
    def texts(self) -> list[str]:
        """Newest first."""
        return [one.path.read_text() for one in self.snapshots.of(self.path)]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_what_a_file_held_is_kept_with_the_time_until_which_it_did(room: Room) -> None:
    for text in ("one", "two", "two", "three"):
        room.keep(text)
    assert room.texts == ["three", "two", "one"]
    newest = room.snapshots.of(room.path)[0]
    assert (newest.number, newest.until, newest.digest) == (3, BEGIN + timedelta(seconds=4), digest_of(b"three"))
    assert newest.path.parent == room.root / ".backups" / "papers" / "a" / "notes.md"


def test_a_content_that_comes_again_is_listed_again_and_kept_once(room: Room) -> None:
    for text in ("one", "two", "one", "two"):
        room.keep(text)
    assert room.texts == ["two", "one", "two", "one"]
    assert len({one.path.stat().st_ino for one in room.snapshots.of(room.path)}) == 2


def test_the_newest_stay_and_of_those_before_one_a_day(room: Room) -> None:
    for number in range(200):
        room.keep(str(number), timedelta(hours=6))
    assert room.texts[:KEPT] == [str(number) for number in range(199, 199 - KEPT, -1)]
    days = [one.until.date() for one in room.snapshots.of(room.path)[KEPT:]]
    assert len(days) == len(set(days)) == KEPT_DAYS


def test_what_is_old_stays_as_long_as_there_is_nothing_newer(room: Room) -> None:
    room.keep("of long ago")
    room.keep("of today", timedelta(days=10_000))
    assert room.texts == ["of today", "of long ago"]


@pytest.mark.parametrize("seed", range(5))
def test_a_clock_that_jumps_takes_nothing_away_and_changes_no_order(room: Room, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(60):
        room.keep(str(number), timedelta(days=chance.uniform(-4000, 4000)))
        newest = [str(kept) for kept in range(number, max(-1, number - KEPT), -1)]
        assert room.texts[: len(newest)] == newest
        assert room.texts == sorted(room.texts, key=int, reverse=True)
    assert len(room.texts) == KEPT + KEPT_DAYS, "each on a day of its own"


def test_large_ones_give_way_but_the_newest_stays_whatever_its_size(room: Room) -> None:
    for number in range(4):
        room.keep(str(number) * (MOST_BYTES * 2 // 5))
    assert [text[0] for text in room.texts] == ["3", "2"]
    room.keep("x" * (MOST_BYTES + 1))
    assert [text[0] for text in room.texts] == ["x"]


def test_one_that_was_cut_off_is_not_taken_for_the_content(room: Room) -> None:
    digest = room.keep("whole")
    (torn,) = room.snapshots.of(room.path)
    torn.path.write_text("who")
    assert room.snapshots.find(room.path, digest) is None
    room.snapshots.keep(room.path)
    found = room.snapshots.find(room.path, digest)
    assert found is not None
    assert found.read_text() == "whole"


def test_a_pdf_that_was_taken_in_is_never_thrown_away(room: Room) -> None:
    pdf = room.path.with_name("v1.pdf")
    for number in range(KEPT + KEPT_DAYS + 5):
        room.at += timedelta(seconds=1)
        pdf.write_text(str(number))
        room.snapshots.take_in(pdf)
        assert not pdf.exists()
    assert len(room.snapshots.of(pdf)) == KEPT + KEPT_DAYS + 5


def test_a_file_that_is_not_there_needs_none(room: Room) -> None:
    assert room.snapshots.keep(room.path) == ""
    assert room.snapshots.of(room.path) == ()


def test_where_nothing_can_be_put_away_it_is_said_so(room: Room) -> None:
    (room.root / ".backups").write_text("in the way")
    room.path.write_text("words")
    with pytest.raises(LibraryError, match=r"papers/a/notes\.md is left as it is, for what it holds could not be put"):
        room.snapshots.keep(room.path)


def test_git_passes_them_by_whatever_the_library_ignores(room: Room) -> None:
    room.keep("words")
    assert (room.root / ".backups" / ".gitignore").read_text() == "*\n"
