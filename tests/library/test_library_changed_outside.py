"""A change of somebody else's is seen by time, size and inode, whatever the clocks say."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.library.library import Library
from paperlab.library.watching import LibraryWatch

KEY = PaperKey("1706.03762")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library")
    library.write(Paper(key=KEY, citekey="c", title="T", added=datetime(2026, 3, 1, tzinfo=UTC)))
    library.stamps()
    return library


@pytest.fixture
def watch(library: Library) -> LibraryWatch:
    watch = LibraryWatch(library)
    assert not watch.news()
    assert not watch.news()
    return watch


def test_a_change_that_keeps_size_and_second_is_seen(watch: LibraryWatch, library: Library) -> None:
    notes = library.notes_path(KEY)
    notes.write_text("one")
    os.utime(notes, ns=(0, 1_000_000_000_000_000_000))
    assert watch.news()
    notes.write_text("two")
    os.utime(notes, ns=(0, 1_000_000_000_000_000_001))
    assert watch.news().papers == {KEY}
    beside = notes.with_name("beside")
    beside.write_text("six")
    os.utime(beside, ns=(0, 1_000_000_000_000_000_001))
    beside.replace(notes)  # as git and synchronisers do
    assert watch.news().papers == {KEY}
    assert not watch.news()


def test_a_time_to_come_and_one_long_past_are_times_like_others(watch: LibraryWatch, library: Library) -> None:
    for seconds in (2_000_000_000, 0, 4_000_000_000):
        notes = library.notes_path(KEY)
        notes.write_text("same")
        os.utime(notes, (seconds, seconds))
        assert watch.news().papers == {KEY}
        assert not watch.news()
