"""What others change in a library is seen, what one has written oneself is not."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.progress import Stay
from paperlab.library.library import Library
from paperlab.library.watching import LibraryWatch

AT = datetime(2026, 3, 1, tzinfo=UTC)
KEYS = [PaperKey(f"1706.0000{n}") for n in range(6)]


def paper(key: PaperKey) -> Paper:
    return Paper(key=key, citekey=f"c{key}", title="T", added=AT)


@pytest.fixture
def own(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library")
    for key in KEYS:
        library.write(paper(key))
    library.stamps()
    return library


@pytest.fixture
def other(own: Library) -> Library:
    return Library.open(own.root)


@pytest.fixture
def watch(own: Library) -> LibraryWatch:
    watch = LibraryWatch(own)
    assert not watch.news()
    assert not watch.news()
    return watch


CHANGES: dict[str, Callable[[Library], object]] = {
    "a note": lambda library: library.append_note(KEYS[2], "Seen?"),
    "a record": lambda library: library.change(KEYS[3], lambda paper: paper),
    "a new paper": lambda library: library.write(paper(PaperKey("new2026paper"))),
    "a stay": lambda library: library.record_reading(
        KEYS[0], Stay(at=AT, edition="v1", page_index=0, page_count=2, seconds=9.0)
    ),
}


@pytest.mark.parametrize("change", [name for name in CHANGES if name != "a record"])
def test_what_somebody_else_writes_is_seen_once(watch: LibraryWatch, other: Library, change: str) -> None:
    CHANGES[change](other)
    assert watch.news()
    assert not watch.news()


@pytest.mark.parametrize("change", CHANGES)
def test_what_one_writes_oneself_is_no_news(watch: LibraryWatch, own: Library, change: str) -> None:
    CHANGES[change](own)
    assert not watch.news()


def test_somebody_elses_file_beside_ones_own_is_seen(watch: LibraryWatch, own: Library, other: Library) -> None:
    other.append_note(KEYS[0], "From elsewhere.")
    CHANGES["a stay"](own)
    assert watch.news()
    assert not watch.news()


def test_papers_that_go_and_lists_that_come_are_seen(watch: LibraryWatch, own: Library) -> None:
    (own.folder(KEYS[1]) / "paper.toml").unlink()
    assert watch.news()
    own.folder(KEYS[1]).rmdir()
    watch.news()
    (own.root / "lists" / "mine.toml").write_text('title = "Mine"\n')
    assert watch.news()
    assert not watch.news()


def test_a_record_that_comes_after_its_folder_is_seen(watch: LibraryWatch, own: Library, other: Library) -> None:
    key = PaperKey("late2026paper")
    own.folder(key).mkdir()
    assert not watch.news()
    other.write(paper(key))
    assert watch.news()


def test_a_large_library_is_looked_at_by_turns_and_what_is_shown_at_once(own: Library, other: Library) -> None:
    watch = LibraryWatch(own, papers_a_look=2)
    watch.news()
    watch.news()
    other.append_note(KEYS[1], "Its turn has just been.")
    assert watch.news([KEYS[1]])
    other.append_note(KEYS[1], "Again.")
    assert sum(bool(watch.news()) for _ in range(3)) == 1


def test_nothing_is_told_before_there_is_something_to_compare_with(other: Library) -> None:
    library = Library.open(other.root)
    watch = LibraryWatch(library)
    other.append_note(KEYS[0], "Early.")
    assert not watch.news()
    library.stamps()
    other.append_note(KEYS[0], "Between survey and first look.")
    assert not watch.news()
    assert watch.news()


def told_of(watch: LibraryWatch, looks: int = 1) -> list[PaperKey]:
    """The papers that so many looks tell of."""
    return [key for _ in range(looks) for key in watch.news().papers]


def test_a_paper_that_is_gone_is_told_once(watch: LibraryWatch, own: Library) -> None:
    (own.folder(KEYS[1]) / "paper.toml").unlink()
    own.folder(KEYS[1]).rmdir()
    assert told_of(watch, 3) == [KEYS[1]]


def test_a_record_that_is_gone_and_comes_back_is_told_each_time(own: Library) -> None:
    watch = LibraryWatch(own, papers_a_look=1)
    told_of(watch, len(KEYS) + 2)
    for key in KEYS:
        record = own.folder(key) / "paper.toml"
        content = record.read_bytes()
        record.unlink()
        assert told_of(watch, 2 * len(KEYS)) == [key]
        record.write_bytes(content)
        assert told_of(watch) == [key], "a folder without a record is looked at each time"
        assert told_of(watch, 2 * len(KEYS)) == []


def test_notes_without_a_record_are_no_news(watch: LibraryWatch, own: Library) -> None:
    folder = own.folder(PaperKey("late2026paper"))
    folder.mkdir()
    (folder / "notes.md").write_text("Early.")
    assert told_of(watch, 3) == []


def test_in_a_large_library_each_paper_has_its_turn_again_and_again(own: Library, other: Library) -> None:
    watch = LibraryWatch(own, papers_a_look=4)
    told_of(watch, 3)
    for turn in range(3):
        for key in KEYS:
            other.append_note(key, f"{turn}")
        assert sorted(told_of(watch, 2)) == KEYS


def test_a_list_that_is_written_in_place_is_seen(watch: LibraryWatch, own: Library) -> None:
    path = own.root / "lists" / "mine.toml"
    path.write_text('title = "Mine"\n')
    assert watch.news().is_of_lists
    path.write_text('title = "Mine, still"\n')
    assert watch.news().is_of_lists
    assert not watch.news()
