"""Locks: one at a time, whoever waits is told for whom, and the dead hold nothing."""

import os
import re
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from holding import HOLDER, process, said

from paperlab.errors import LibraryBusy, ReadOnlyLibrary
from paperlab.library.locks import Locks, Owner

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and permissions of Unix")

WITHOUT_FLOCK = """
import errno, fcntl
def flock(handle, how):
    raise OSError(errno.ENOLCK, "No locks available")
fcntl.flock = flock
"""
"""As a network file system without a lock service answers; for both sides in a process of their own."""
TAKER = """
import sys
from pathlib import Path
from paperlab.library.locks import Locks
locks = Locks(Path(sys.argv[1]))
locks.on_wait = lambda told: print(told, flush=True)
with locks.hold(sys.argv[2], 30):
    print("taken", flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library" / ".paperlab" / "locks"


def test_a_held_lock_keeps_others_out_and_lets_its_holder_in(folder: Path) -> None:
    locks, outcome = Locks(folder), []

    def try_lock() -> None:
        try:
            with locks.hold("paper-1706.03762", 0.1):
                outcome.append("in")
        except LibraryBusy as error:
            outcome.append(error.message)

    with locks.hold("paper-1706.03762", 1), locks.hold("paper-1706.03762", 1):
        other = threading.Thread(target=try_lock)
        other.start()
        other.join()
    try_lock()
    assert outcome[1] == "in"
    assert re.fullmatch(
        r"the library is busy: `paperlab` \(process \d+ on \S+, since 0 s\) is at work on 1706.03762", outcome[0]
    )
    assert locks.owner("paper-1706.03762") is None


@pytest.mark.parametrize("name", ["", "../index", "a/b", ".hidden"])
def test_a_lock_needs_a_plain_name(folder: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a lock's name"), Locks(folder).hold(name, 1):
        pass


@pytest.mark.parametrize("system", ["", WITHOUT_FLOCK], ids=["flock", "no-flock"])
def test_who_waits_is_told_for_whom_and_goes_on_at_once_when_that_one_is_killed(folder: Path, system: str) -> None:
    with process(system + HOLDER, folder, "keys") as holder:
        assert said(holder) == "held"
        with process(system + TAKER, folder, "keys") as taker:
            told = said(taker)
            assert told.startswith(f"waiting for `paperlab index` (process {holder.pid} on ")
            assert told.endswith(("since 1 s)", "since 2 s)", "since 3 s)"))
            holder.send_signal(signal.SIGKILL)
            holder.wait()
            killed = time.monotonic()
            assert said(taker) == "taken"  # and nothing was told a second time
            assert time.monotonic() - killed < 2


@pytest.mark.parametrize("system", ["", WITHOUT_FLOCK], ids=["flock", "no-flock"])
def test_a_lock_left_behind_by_a_dead_process_is_no_obstacle(folder: Path, system: str) -> None:
    with process(system + HOLDER, folder, "keys") as holder:
        assert said(holder) == "held"
        assert Locks(folder).owner("keys") is not None
    assert list(folder.iterdir()), "nothing is left behind: this would show nothing"
    assert Locks(folder).owner("keys") is None
    with process(system + TAKER, folder, "keys") as taker:
        assert said(taker) == "taken"


def test_an_owner_is_told_with_what_is_known() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def told(held: timedelta, **other: str) -> str:
        since = other.pop("since", (now - held).isoformat())
        return Owner("paperlab add x.pdf", 4711, "lab3", other.pop("user", "ada"), since).told(now)

    assert told(timedelta(seconds=40)) == "`paperlab add x.pdf` (process 4711 on lab3 of ada, since 40 s)"
    assert told(timedelta(minutes=40)).endswith("since 40 min)")
    assert told(timedelta(hours=30)).endswith("since 30 h)")
    assert told(timedelta(days=-900)) == "`paperlab add x.pdf` (process 4711 on lab3 of ada)"
    assert told(timedelta(), since="yesterday").endswith("of ada)")
    assert told(timedelta(), since="2026-03-01T11:00:00").endswith("of ada)"), "a time without its zone tells nothing"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"command":1,"pid":"x","host":1,"user":1,"since":1}'])
def test_what_says_who_holds_a_lock_may_be_damaged(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "keys.owner").write_text(text)
    locks = Locks(folder)
    assert locks.owner("keys") is None
    with locks.hold("keys", 1):
        assert locks.owner("keys") is not None


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_library_that_cannot_be_written_is_called_read_only(folder: Path) -> None:
    library = folder.parent.parent
    library.mkdir()
    library.chmod(0o500)
    with pytest.raises(ReadOnlyLibrary) as caught, Locks(folder).hold("keys", 1):
        pass
    assert caught.value.message == f"the library {library} is read-only"
    library.chmod(0o700)
    folder.parent.mkdir(mode=0o500)
    with pytest.raises(ReadOnlyLibrary) as caught, Locks(folder).hold("keys", 1):
        pass
    assert caught.value.message == f"{folder.parent} cannot be written"
