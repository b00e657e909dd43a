"""The program on a terminal of its own, ended by a signal or by the terminal going away."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from desk import Desk, put_paper
from holding import another_process_holding

from paperlab.domain.identifiers import PaperKey

pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")
PATIENCE_S = 30.0
KEY = PaperKey("1706.03762")
WRITTEN = "not saved when the end came "


class Program:
    """`paperlab` with a terminal that the test holds the other end of."""

    def __init__(self, library: Path, editor: str = "true") -> None:
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            words = [sys.executable, "-P", "-m", "paperlab", "--offline", "--library", str(library)]
            os.execve(sys.executable, words, {**os.environ, "TERM": "xterm-256color", "EDITOR": editor})
        termios.tcsetwinsize(self.terminal, (24, 80))
        os.set_blocking(self.terminal, False)
        self.is_there = True
        self._shown = b""

    def press(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())

    def shows(self, text: str) -> bool:
        """Whether a text has been painted, after the one that was seen last."""
        self._read()
        _, found, after = self._shown.partition(text.encode())
        if found:
            self._shown = after
        return bool(found)

    def close_terminal(self) -> None:
        os.close(self.terminal)
        self.terminal = -1

    def has_ended(self) -> bool:
        self._read()  # or a program with much to paint would wait for us
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        self.exit_code = os.waitstatus_to_exitcode(status) if pid else None
        self.is_there = pid == 0
        return pid != 0

    def _read(self) -> None:
        with suppress(OSError):  # nothing new, or closed
            self._shown += os.read(self.terminal, 1 << 16)

    def end_by_force(self) -> None:
        if self.is_there:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


Start = Callable[..., Program]


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("HOME", str(tmp_path))
    desk = Desk(tmp_path / "library")
    put_paper(desk, KEY.value)
    yield desk
    desk.store.close()


@pytest.fixture
def start(library: Desk) -> Iterator[Start]:
    """Starts the program with an editor of that name; it is gone after the test."""
    programs: list[Program] = []

    def begin(editor: str = "true") -> Program:
        programs.append(Program(library.library.root, editor))
        return programs[-1]

    yield begin
    for program in programs:
        program.end_by_force()


@pytest.fixture
def writing(start: Start) -> Start:
    """Opens a note and types something."""

    def begin() -> Program:
        program = start()
        wait_until(lambda: program.shows("Attention Is All"))
        program.press("n")
        wait_until(lambda: program.shows("Note"))
        time.sleep(0.5)  # the note has been read from the disk
        program.press(WRITTEN)
        wait_until(lambda: program.shows("not saved yet"))
        return program

    return begin


def test_a_signal_to_end_saves_the_note_first(library: Desk, writing: Start) -> None:
    program = writing()
    os.kill(program.pid, signal.SIGTERM)
    wait_until(program.has_ended)
    assert program.exit_code == 128 + signal.SIGTERM
    assert library.noting.read(KEY) == WRITTEN


def test_a_terminal_that_is_closed_takes_no_text_with_it(library: Desk, writing: Start) -> None:
    program = writing()
    program.close_terminal()
    wait_until(program.has_ended)
    assert program.exit_code == 128 + signal.SIGHUP
    assert library.noting.read(KEY) == WRITTEN


def test_a_note_that_cannot_be_saved_in_time_becomes_a_draft(library: Desk, writing: Start) -> None:
    with another_process_holding(library.library.root / ".paperlab" / "locks", f"paper-{KEY}"):
        program = writing()
        os.kill(program.pid, signal.SIGTERM)
        wait_until(program.has_ended)
    (draft,) = (Path.home() / ".local/state/paperlab/drafts").iterdir()
    assert draft.read_text() == WRITTEN


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_comment_that_is_being_written_outlives_any_end(start: Start, number: signal.Signals) -> None:
    program = start()
    wait_until(lambda: program.shows("Attention Is All"))
    program.press("\r")
    wait_until(lambda: program.shows("divide"))
    program.press("jc")
    wait_until(lambda: program.shows("save"))
    program.press(WRITTEN)
    wait_until(lambda: program.shows(WRITTEN.split()[-1]))
    drafts = Path.home() / ".local/state/paperlab/drafts"
    if number is signal.SIGKILL:
        wait_until(lambda: any(drafts.glob("*-comment-*.md")))
    os.kill(program.pid, number)
    wait_until(program.has_ended)
    (draft,) = drafts.iterdir()
    assert draft.read_text().endswith(f"\n\n{WRITTEN.strip()}")


def test_a_terminal_that_goes_without_a_signal_is_missed(library: Desk) -> None:
    ours, theirs = pty.openpty()
    words = [sys.executable, "-P", "-m", "paperlab", "--offline", "--library", str(library.library.root)]
    program = subprocess.Popen(
        words,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,  # so that it is no controlling terminal, whose end is told by SIGHUP
        env={**os.environ, "TERM": "xterm-256color"},
    )
    os.close(theirs)
    try:
        shown = b""
        while b"Attention Is All" not in shown:
            shown += os.read(ours, 1 << 16)
        os.close(ours)
        assert program.wait(PATIENCE_S) == 128 + signal.SIGHUP
    finally:
        program.kill()
        program.wait()


def test_what_has_no_place_in_the_library_becomes_a_draft(library: Desk, writing: Start) -> None:
    notes = library.library.notes_path(KEY)
    notes.write_text("protected\n")
    notes.chmod(0o444)
    program = writing()
    os.kill(program.pid, signal.SIGHUP)
    wait_until(program.has_ended)
    assert notes.read_text() == "protected\n"
    (draft,) = (Path.home() / ".local/state/paperlab/drafts").iterdir()
    assert draft.read_text() == f"protected\n{WRITTEN}"


def test_the_readers_own_editor_gets_the_terminal_and_gives_it_back(
    library: Desk, start: Start, tmp_path: Path
) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text("import sys; open(sys.argv[1], 'w').write(input('your turn'))")
    program = start(f"{sys.executable} {editor}")
    wait_until(lambda: program.shows("Attention Is All"))
    program.press("E")
    wait_until(lambda: program.shows("your turn"))
    program.press("from outside\n")
    wait_until(lambda: library.noting.read(KEY) == "from outside")
    program.press("n")
    wait_until(lambda: program.shows("Note"))
    wait_until(lambda: program.shows("rom outside"))  # the cursor is on the first letter
    program.press("\x1b")
    wait_until(lambda: program.shows("unread"))
    program.press("q")
    wait_until(program.has_ended)
    assert program.exit_code == 0


def test_an_editor_that_is_not_there_leaves_the_screen_as_it_was(start: Start) -> None:
    program = start("/nowhere/at-all")
    wait_until(lambda: program.shows("Attention Is All"))
    program.press("E")
    wait_until(lambda: program.shows("no editor"))
    program.press("q")
    wait_until(program.has_ended)
    assert program.exit_code == 0
