"""Open jobs outlive the session that has begun them, and go to one session only."""

import multiprocessing
from pathlib import Path

import pytest

from paperlab.errors import LibraryError
from paperlab.library.library import Library
from paperlab.services.resuming import OpenJob, Resuming

ONE, TWO = OpenJob("add", "1706.03762"), OpenJob("fetch", "1810.04805")
THREE = OpenJob("update", "all papers")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.create(tmp_path / "library")


def session(library: Library) -> Resuming:
    return Resuming(Library.open(library.root))


def test_what_is_open_goes_to_the_next_session(library: Library) -> None:
    first = session(library)
    assert first.begin() == ()
    first.keep((ONE, TWO, THREE))
    first.end()
    second = session(library)
    assert second.begin() == (ONE, TWO, THREE)
    second.keep(())
    second.end()
    assert session(library).begin() == ()


def _leave_open(root: Path) -> None:
    left = Resuming(Library.open(root))
    left.begin()
    left.keep((ONE,))
    import os

    os._exit(9)  # as a crash would: nothing is put in order


def _begin(root: Path, answer: "multiprocessing.Queue[tuple[OpenJob, ...]]", go_on: object) -> None:
    resuming = Resuming(Library.open(root))
    answer.put(resuming.begin())
    go_on.wait(20)  # type: ignore[attr-defined]


def test_a_killed_sessions_jobs_go_to_exactly_one_of_two(library: Library) -> None:
    context = multiprocessing.get_context("spawn")
    killed = context.Process(target=_leave_open, args=(library.root,))
    killed.start()
    killed.join(20)
    answer, go_on = context.Queue(), context.Event()
    both = [context.Process(target=_begin, args=(library.root, answer, go_on)) for _ in range(2)]
    for process in both:
        process.start()
    answers = [answer.get(timeout=20) for _ in both]
    go_on.set()
    for process in both:
        process.join(20)
    assert sorted(answers) == [(), (ONE,)]


def test_several_sessions_left_overs_are_gathered(library: Library) -> None:
    folder = library.derived / "jobs"
    folder.mkdir()
    (folder / "0.json").write_text('{"format": 1, "jobs": [{"verb": "add", "subject": "1706.03762"}]}')
    (folder / "5.json").write_text('{"format": 1, "jobs": [{"verb": "fetch", "subject": "1810.04805"}]}')
    gathered = session(library)
    assert gathered.begin() == (ONE, TWO)
    assert [path.name for path in folder.glob("*.json")] == ["0.json"], "kept in one place from now on"
    gathered.end()
    assert session(library).begin() == (ONE, TWO)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"format": 2, "jobs": [{"verb": "add", "subject": "1706.03762"}]}',
        '{"format": 1, "jobs": [{"verb": "add"}]}',
        '{"format": 1, "jobs": [{"verb": "rm", "subject": "1706.03762"}, {"verb": "add", "subject": 7}]}',
    ],
)
def test_what_is_damaged_or_of_a_newer_paperlab_is_ignored(library: Library, content: str) -> None:
    folder = library.derived / "jobs"
    folder.mkdir()
    (folder / "0.json").write_text(content)
    assert session(library).begin() == ()


def test_a_session_that_has_not_begun_or_has_ended_keeps_nothing(library: Library) -> None:
    ended = session(library)
    ended.keep((ONE,))
    assert ended.begin() == ()
    ended.end()
    ended.keep((ONE,))
    assert session(library).begin() == ()


def test_a_disk_that_refuses_is_told_of(library: Library) -> None:
    (library.derived / "jobs").mkdir()
    (library.derived / "jobs" / "0.json").mkdir()
    with pytest.raises(LibraryError, match=r"0\.json"):
        session(library).begin()
