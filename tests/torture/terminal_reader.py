"""One of a crowd who sits at the TUI: a pseudo-terminal, keys, and what the screen shows."""

import fcntl
import os
import random
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from paperlab.library.files import read_bytes
from torture.deeds import Town
from torture.ledger import Fate
from torture.scenarios import OTHER_PAPER

_PATIENCE_S = 60.0
"""How long the screen may take to show what is waited for, on a machine that does much else."""
_GLANCE_S = 0.05
_QUIET_S = 0.2
"""Without anything painted: the screen stands."""
_AT_THE_PAPER = "179;48;5;234mv\x1b"
"""The first key of the reader's key bar in its colour: behind a dialog it is dimmed."""
_DEEDS_A_SESSION = 6
_KILLED_SHARE = 0.3
"""Of the sessions."""
_MOST_MARKS = 40
"""The paper has no more sentences that nobody has marked."""


class TerminalReader:
    """Reads, marks and writes in sessions, some of which are killed."""

    def __init__(self, name: str, town: Town, environment: Mapping[str, str], chance: random.Random) -> None:
        self._name = name
        self._town = town
        self._environment = environment
        self._chance = chance
        self._number = 0
        self.sessions: Counter[str] = Counter()

    def sit_down(self, may_act: Callable[[], bool]) -> None:
        """A session of a few deeds, as long as there are any left."""
        terminal = _Terminal(self._town.root, OTHER_PAPER, self._environment)
        terminal.wait_for(_AT_THE_PAPER)
        is_killed = self._chance.random() < _KILLED_SHARE
        for _ in range(_DEEDS_A_SESSION):
            if not may_act():
                break
            self._chance.choice((self._mark, self._write, self._declare))(terminal)
        if is_killed:
            terminal.press_until("n", "your editor")
            token = self._token("note")
            self._town.ledger.enter([("note", token)], Fate.EITHER)
            terminal.press(f"{token} \r")
            time.sleep(self._chance.uniform(0, 1.5))
            terminal.kill()
        else:
            terminal.press("q")
            terminal.wait_for_end()
        self.sessions["killed" if is_killed else "left"] += 1

    def _mark(self, terminal: "_Terminal") -> None:
        if self._number > _MOST_MARKS:
            return self._write(terminal)
        token = self._token("mark")
        terminal.press("jj")
        terminal.press_until("c", "new line")
        terminal.press(token)
        terminal.press("\r")
        terminal.wait_for(_AT_THE_PAPER)
        return self._seen("mark", token, "annotations.jsonl")

    def _write(self, terminal: "_Terminal") -> None:
        token = self._token("note")
        terminal.press_until("n", "your editor")
        terminal.press(f"{token} \r")
        terminal.press("\x1b")
        terminal.wait_for(_AT_THE_PAPER)
        self._seen("note", token, "notes.md")

    def _declare(self, terminal: "_Terminal") -> None:
        more = terminal.press_until("s", "How far") - 1
        terminal.press("r")
        terminal.wait_for(_AT_THE_PAPER)
        for _ in range(more):  # each may have come into the dialog, where it is an answer: skimmed
            self._town.ledger.count("TUI: status", was_killed=True)
        self._town.ledger.count("TUI: status", was_killed=False)

    def _token(self, kind: str) -> str:
        self._number += 1
        return f"{kind}-{self._name}{self._number}"

    def _seen(self, kind: str, token: str, file: str) -> None:
        """What stands in the file is acknowledged; what does not come there is lost."""
        ledger = self._town.ledger
        ledger.enter([(kind, token)], Fate.THERE)
        deadline = time.monotonic() + _PATIENCE_S
        path = self._town.root / "papers" / OTHER_PAPER / file
        while token.encode() not in read_bytes(path):
            if time.monotonic() > deadline:
                ledger.complain(f"{token} was typed and has not come to the disk")
                return
            time.sleep(_GLANCE_S)
        ledger.count(f"TUI: {kind}", was_killed=False)


class _Terminal:
    """`paperlab read KEY` in 80×24."""

    def __init__(self, root: Path, key: str, environment: Mapping[str, str]) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "paperlab", "--library", str(root), "read", key],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={**os.environ, **environment, "TERM": "xterm-256color"},
        )
        os.close(slave)
        self._shown, self._painting = b"", threading.Lock()
        self._painted_at = time.monotonic()
        self._drain = threading.Thread(target=self._read, daemon=True)
        self._drain.start()

    def press(self, keys: str) -> None:
        while time.monotonic() - self._painted_at < _QUIET_S:
            time.sleep(_GLANCE_S)
        with self._painting:
            self._shown = b""
        os.write(self._master, keys.encode())

    def press_until(self, key: str, words: str) -> int:
        """Press a key, and once more if nothing has come of it, as a reader would. Returns how often."""
        self.press(key)
        if self._shows(words, _PATIENCE_S / 3):
            return 1
        self.press(key)
        self.wait_for(words)
        return 2

    def wait_for(self, words: str) -> None:
        """Until they are painted after the last keys."""
        assert self._shows(words, _PATIENCE_S), f"no {words!r} on the screen: {self._shown[-2000:]!r}"

    def _shows(self, words: str, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while words.encode() not in self._shown:
            assert self._process.poll() is None, f"the TUI has ended: {self._shown[-2000:]!r}"
            if time.monotonic() > deadline:
                return False
            time.sleep(_GLANCE_S)
        return True

    def wait_for_end(self) -> None:
        assert self._process.wait(_PATIENCE_S) == 0, f"the TUI has failed: {self._shown[-2000:]!r}"
        self._close()

    def kill(self) -> None:
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._close()

    def _close(self) -> None:
        self._drain.join(_PATIENCE_S)
        os.close(self._master)

    def _read(self) -> None:
        while True:
            try:
                painted = os.read(self._master, 1 << 16)
            except OSError:  # nobody is at the other end any more
                return
            with self._painting:
                self._shown += painted
                self._painted_at = time.monotonic()
