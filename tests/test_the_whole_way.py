"""The whole way of a reader in a real terminal: add, search, read, highlight, comment, note, quit, and back again."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from paperlab.library.library import Library
from paperlab.pdf.typeset import typeset
from paperlab.services.demonstrating import read_primer

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux on this machine")
PATIENCE_S = 60.0
SIZES = ((80, 24), (200, 60))


class Terminal:
    """paperlab in a terminal of a given size, driven as by hand. NO_COLOR, so that signs tell what colours would."""

    def __init__(self, folder: Path, width: int, height: int) -> None:
        self._socket = str(folder / "tmux")
        self._size = ("-x", str(width), "-y", str(height))
        inherited = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        self._environment = {**inherited, "HOME": str(folder), "NO_COLOR": "1", "TERM": "xterm-256color"}
        self._command = (sys.executable, "-m", "paperlab", "--offline", "--library", str(folder / "library"))

    def start(self, *words: str) -> None:
        command = shlex.join([*self._command, *words])
        self._tmux("-f", os.devnull, "new-session", "-d", *self._size, command)

    def send(self, *keys: str) -> None:
        """Keys by their names in tmux."""
        self._tmux("send-keys", *keys)

    def escape(self) -> None:
        """A terminal sends alt with a key as escape and the key: what follows must not come at once."""
        self._tmux("send-keys", "Escape")
        time.sleep(0.5)

    def type(self, text: str) -> None:
        self._tmux("send-keys", "-l", text)

    @property
    def is_wide(self) -> bool:
        return int(self._size[1]) > 100

    @property
    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    @property
    def is_running(self) -> bool:
        return subprocess.run(self._words("has-session"), capture_output=True, check=False).returncode == 0

    def wait(self, is_there: str | Callable[[str], bool], what: str = "") -> str:
        """The screen as soon as it shows something."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if not self.is_running:
                pytest.fail(f"paperlab has ended while {what or is_there} was waited for")
            screen = self.screen
            if is_there in screen if isinstance(is_there, str) else is_there(screen):
                return screen
            time.sleep(0.05)
        pytest.fail(f"{what or is_there} does not come:\n{self.screen}")

    def wait_for_end(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while self.is_running:
            assert time.monotonic() < deadline, self.screen
            time.sleep(0.05)

    def kill(self) -> None:
        subprocess.run(self._words("kill-server"), capture_output=True, check=False)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            self._words(*words), env=self._environment, capture_output=True, text=True, check=False, timeout=30
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _words(self, *words: str) -> list[str]:
        return ["tmux", "-S", self._socket, *words]


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    Library.create(tmp_path / "library")
    typeset(read_primer("attention"), tmp_path / "attention.pdf")
    terminal = Terminal(tmp_path, *request.param)
    yield terminal
    terminal.kill()


def under_the_cursor(screen: str) -> str:
    """The sentence between the signs, without the scroll bar and the border beside its rows."""
    assert "▌" in screen, screen
    text = screen.split("▌", 1)[1].split("▐", 1)[0]
    return " ".join(re.sub("[│▏▁▂▃▄▅▆▇█]", " ", text).split())


def test_a_paper_is_added_found_read_marked_noted_and_reopened_where_it_was_left(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.start()
    terminal.wait("Welcome")
    terminal.send("a")
    terminal.wait("Add papers")
    terminal.type(str(tmp_path / "attention.pdf"))
    terminal.send("Enter")
    terminal.wait("✓")
    terminal.escape()
    terminal.wait(lambda screen: "Attention: A Primer" in screen and "1 paper" in screen, "the new paper")

    terminal.send("/")
    terminal.wait("words")
    terminal.type("why are dot products divided by the square root")
    terminal.wait("Why the Square Root", "the passage that answers")
    terminal.send("Enter")
    screen = terminal.wait(lambda screen: "▐" in screen and "p. " in screen, "the reader")
    assert "Traceback" not in screen

    terminal.escape()
    terminal.wait(" passages in ", "the search again")
    terminal.send("Enter")
    terminal.wait(lambda screen: "▐" in screen, "the reader again")
    terminal.send("j")
    time.sleep(0.5)
    marked = under_the_cursor(terminal.screen)
    terminal.send("h")
    terminal.wait("● yellow", "the highlight")
    terminal.send("c")
    terminal.wait("enter save", "the comment's editor")
    terminal.type("so that the softmax keeps its gradients")
    terminal.send("Enter")
    terminal.wait(lambda screen: "softmax keeps its gradients" in screen and "enter save" not in screen, "the comment")
    terminal.send("n")
    terminal.wait("ctrl+s save", "the note")
    terminal.type("Scale before the softmax.")
    terminal.wait("note saved" if terminal.is_wide else "saved", "the saved note")
    terminal.escape()
    terminal.wait("extend", "the reader's keys")
    terminal.send("j")
    time.sleep(0.5)
    left_at = under_the_cursor(terminal.screen)
    assert left_at != marked
    terminal.send("q")
    terminal.wait_for_end()

    library = Library.open(tmp_path / "library")
    (key,) = library.keys()
    (annotation,) = library.annotations(key)
    assert " ".join(annotation.quote.split())[:40] == marked[:40]
    assert annotation.comment == "so that the softmax keeps its gradients"
    assert "Scale before the softmax." in library.read_notes(key)

    terminal.start("read", key.value)
    terminal.wait(lambda screen: "▐" in screen, "the reader")
    assert under_the_cursor(terminal.screen) == left_at
    terminal.send("q")
    terminal.wait_for_end()
